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
from scoring.synthesis.moderators import Cell
from service.cli.asked import COUNTED, Asked
from service.cli.effects_in import EffectRows, counts_of
from service.cli.tables_in import Table, TableRefused

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
    design, at = _design(data.rows, asked)
    return regress(
        [data.effects[i].yi for i in at],
        [data.effects[i].vi for i in at],
        design.matrix,
        terms=design.terms,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _by_subgroups(data: EffectRows, _measure: str, asked: Asked) -> SubgroupTest:
    cells = _cells(data.rows, str(asked.subgroup))
    groups = ["" if cell is None else f"{cell}" for cell in cells]
    return subgroup_test(
        [e.yi for e in data.effects],
        [e.vi for e in data.effects],
        groups,
        common_tau2=False,
        method=asked.method,
        test=asked.test,
        level=asked.level,
    )


def _by_units(data: EffectRows, _measure: str, asked: Asked) -> Multilevel:
    units = _cells(data.rows, str(asked.unit))
    yi, vi = [e.yi for e in data.effects], [e.vi for e in data.effects]
    if not asked.mods:
        return multilevel(yi, vi, units, rho=asked.rho, method=asked.method, level=asked.level)
    design, at = _design(data.rows, asked)
    return multilevel(
        [yi[i] for i in at],
        [vi[i] for i in at],
        [units[i] for i in at],
        x=design.matrix,
        terms=design.terms,
        rho=asked.rho,
        method=asked.method,
        level=asked.level,
    )


def _design(rows: Table, asked: Asked) -> tuple[Design, list[int]]:
    """The design of the moderators, and the places of the rows that have them all."""
    moderators = {name: _cells(rows, name) for name in asked.mods}
    design = design_matrix(moderators, references=asked.references)
    return design, [row - 1 for row in design.kept]


def _cells(rows: Table, name: str) -> list[Cell]:
    """A column as numbers where every cell that is there is one, else as words."""
    if not rows.has(name):
        accepted = ", ".join(rows.columns)
        raise TableRefused(f"column {name}: not in the file (accepted: one of {accepted})")
    return rows.cells(name)


# The first that applies is asked.
QUESTIONS: Final[Sequence[tuple[Callable[[Asked], bool], Callable[..., Result]]]] = (
    (lambda asked: asked.method in COUNTED, _by_counts),
    (lambda asked: asked.unit is not None, _by_units),
    (lambda asked: asked.subgroup is not None, _by_subgroups),
    (lambda asked: bool(asked.mods), _by_moderators),
    (lambda asked: True, _plainly),
)
