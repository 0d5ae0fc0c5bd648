"""The models that can be fitted to a table of studies, and which of them is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from scoring.errors import UnknownMethod, told_among
from scoring.synthesis import (
    Aggregated,
    Coefficient,
    Design,
    Multilevel,
    PooledTables,
    Regression,
    RobustCoefficient,
    SubgroupTest,
    Synthesis,
    aggregated,
    design_matrix,
    mantel_haenszel,
    mantel_haenszel_rates,
    multilevel,
    peto,
    regress,
    subgroup_test,
    synthesise,
)
from service.cli.asked import Asked
from service.cli.contrasts import contrasted
from service.cli.effects_in import EffectRows, counts_of, rows_of_the_file
from service.cli.flags import COUNTED
from service.cli.tables_in import Table, TableRefused

Result: TypeAlias = Synthesis | PooledTables | Regression | SubgroupTest | Multilevel | Aggregated
Contrast: TypeAlias = Coefficient | RobustCoefficient


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a model answers, the contrasts of it that were asked for, and beside subgroups the
    studies of all of them together."""

    result: Result
    contrasts: tuple[Contrast, ...] = ()
    overall: Synthesis | None = None


def answered(data: EffectRows, measure: str, asked: Asked) -> Answered:
    """What the model that is asked for answers; raises ScoringError or TableRefused."""
    design = _design(data.rows, asked) if asked.mods else None
    ask = next(question for applies, question in QUESTIONS if applies(asked))
    with rows_of_the_file(data.rows, names_of(data, asked)):
        result: Result = ask(data, measure, asked, design)
        contrasts: tuple[Contrast, ...] = ()
        if design is not None and isinstance(result, Regression | Multilevel):
            contrasts = contrasted(result, design, asked.contrasts)
        overall = _plainly(data, measure, asked, None) if asked.subgroup else None
    return Answered(result=result, contrasts=contrasts, overall=overall)


def names_of(data: EffectRows, asked: Asked) -> Mapping[str, str]:
    """What the file, or the flags, call what scoring has names of its own for."""
    columns = {"unit": asked.unit or asked.aggregate, "effect": asked.effect}
    columns |= {"groups": asked.subgroup}
    own = {argument: column for argument, column in columns.items() if column is not None}
    flags = {name: f"--{name}" for name in ("rho", "test", "method", "steps")}
    told = {**data.names, **flags, "x": "--mods", "estimator": "trim_and_fill", **own}
    return {argument: name for argument, name in told.items() if argument not in asked.mods}


def _plainly(data: EffectRows, _measure: str, asked: Asked, _design: Design | None) -> Synthesis:
    return synthesise(
        data.yi,
        data.vi,
        method=asked.method,
        test=asked.test,
        level=asked.level,
        prediction=asked.prediction,
    )


def _by_counts(
    data: EffectRows, measure: str, asked: Asked, _design: Design | None
) -> PooledTables:
    counts = counts_of(data.rows, measure)
    if asked.method == "PETO" and measure == "OR" and counts:
        return peto(*counts, level=asked.level)
    if asked.method == "MH" and measure in ("OR", "RR", "RD") and counts:
        return mantel_haenszel(measure, *counts, level=asked.level)
    if asked.method == "MH" and measure in ("IRR", "IRD") and counts:
        return mantel_haenszel_rates(measure, *counts, level=asked.level)
    accepted = {"PETO": "OR from 2x2 tables", "MH": "OR RR RD IRR IRD from counts"}[asked.method]
    raise TableRefused(
        f"--method {asked.method}: not for {measure} of this file (accepted: {accepted})"
    )


def _by_moderators(data: EffectRows, _measure: str, asked: Asked, design: Design) -> Regression:
    return regress(
        data.yi,
        data.vi,
        design.matrix,
        terms=design.terms,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _by_subgroups(
    data: EffectRows, _measure: str, asked: Asked, _design: Design | None
) -> SubgroupTest:
    return subgroup_test(
        data.yi,
        data.vi,
        subgroups_of(data.rows, asked),
        common_tau2=asked.common_tau2,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _by_units(data: EffectRows, _measure: str, asked: Asked, design: Design | None) -> Multilevel:
    return multilevel(
        data.yi,
        data.vi,
        data.rows.labels(str(asked.unit)),
        x=None if design is None else design.matrix,
        terms=None if design is None else design.terms,
        effect=None if asked.effect is None else data.rows.labels(asked.effect),
        rho=asked.rho,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _averaged(data: EffectRows, _measure: str, asked: Asked, _design: Design | None) -> Aggregated:
    units = data.rows.labels(str(asked.aggregate))
    return aggregated(
        data.yi,
        data.vi,
        units,
        rho=0.0 if asked.rho is None else asked.rho,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def subgroups_of(rows: Table, asked: Asked) -> list[str]:
    """The name of each row's subgroup; none where there are no subgroups."""
    return [] if asked.subgroup is None else [name or "" for name in rows.labels(asked.subgroup)]


def _design(rows: Table, asked: Asked) -> Design:
    """The design of the moderators; rows that lack one were left out before."""
    moderators = {column: rows.cells(column) for column in asked.mods}
    names = {name: "--mods" for name in ("moderator", "moderators", "x") if name not in asked.mods}
    with told_among(rows.numbers, fields=names):
        try:
            return design_matrix(moderators, references=asked.references)
        except UnknownMethod as refusal:
            column = str(refusal.field)
            given = f"--reference {column}={asked.references.get(column)}, column {column}"
            raise refusal.among((), fields={column: given}) from None


# The first that applies is asked.
QUESTIONS: Final[Sequence[tuple[Callable[[Asked], bool], Callable[..., Result]]]] = (
    (lambda asked: asked.method in COUNTED, _by_counts),
    (lambda asked: asked.unit is not None, _by_units),
    (lambda asked: asked.aggregate is not None, _averaged),
    (lambda asked: asked.subgroup is not None, _by_subgroups),
    (lambda asked: bool(asked.mods), _by_moderators),
    (lambda asked: True, _plainly),
)
