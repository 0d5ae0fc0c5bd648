"""The models that can be fitted to a table of studies, and which of them is asked for."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from scoring.synthesis import (
    Design,
    Multilevel,
    PooledTables,
    Regression,
    SubgroupTest,
    Synthesis,
    design_matrix,
    mantel_haenszel,
    mantel_haenszel_rates,
    multilevel,
    peto,
    regress,
    subgroup_test,
    synthesise,
)
from service.cli.asked import COUNTED, Asked
from service.cli.effects_in import EffectRows, counts_of
from service.cli.tables_in import Table, TableRefused
from service.cli.words import name

Result: TypeAlias = Synthesis | PooledTables | Regression | SubgroupTest | Multilevel


def answered(data: EffectRows, measure: str, asked: Asked) -> Result:
    """What the model that is asked for answers; raises ScoringError or TableRefused."""
    ask = next(question for applies, question in QUESTIONS if applies(asked))
    return ask(data, measure, asked)


def _plainly(data: EffectRows, _measure: str, asked: Asked) -> Synthesis:
    return synthesise(
        [e.yi for e in data.effects],
        [e.vi for e in data.effects],
        method=asked.method,
        test=asked.test,
        level=asked.level,
        prediction=asked.prediction,
    )


def _by_counts(data: EffectRows, measure: str, asked: Asked) -> PooledTables:
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


def _by_moderators(data: EffectRows, _measure: str, asked: Asked) -> Regression:
    design = _design(data.rows, asked)
    return regress(
        [e.yi for e in data.effects],
        [e.vi for e in data.effects],
        design.matrix,
        terms=design.terms,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _by_subgroups(data: EffectRows, _measure: str, asked: Asked) -> SubgroupTest:
    return subgroup_test(
        [e.yi for e in data.effects],
        [e.vi for e in data.effects],
        subgroups_of(data.rows, asked),
        common_tau2=False,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _by_units(data: EffectRows, _measure: str, asked: Asked) -> Multilevel:
    design = _design(data.rows, asked) if asked.mods else None
    return multilevel(
        [e.yi for e in data.effects],
        [e.vi for e in data.effects],
        data.rows.cells(str(asked.unit)),
        x=None if design is None else design.matrix,
        terms=None if design is None else design.terms,
        effect=None if asked.effect is None else data.rows.cells(asked.effect),
        rho=asked.rho,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def subgroups_of(rows: Table, asked: Asked) -> list[str]:
    """The name of each row's subgroup; none where there are no subgroups."""
    cells = [] if asked.subgroup is None else rows.cells(asked.subgroup)
    return ["" if cell is None else name(cell) for cell in cells]


def _design(rows: Table, asked: Asked) -> Design:
    """The design of the moderators; rows that lack one were left out before."""
    moderators = {column: rows.cells(column) for column in asked.mods}
    return design_matrix(moderators, references=asked.references)


# The first that applies is asked.
QUESTIONS: Final[Sequence[tuple[Callable[[Asked], bool], Callable[..., Result]]]] = (
    (lambda asked: asked.method in COUNTED, _by_counts),
    (lambda asked: asked.unit is not None, _by_units),
    (lambda asked: asked.subgroup is not None, _by_subgroups),
    (lambda asked: bool(asked.mods), _by_moderators),
    (lambda asked: True, _plainly),
)
