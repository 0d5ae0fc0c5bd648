"""Pooled effects as the charts of an analysis."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

from scoring.effects import LOG_RATIOS, SCALES, Effect
from scoring.synthesis import Columns, SubgroupTest, Synthesis, TrimAndFill, synthesise
from service.charts.analysis import AnalysedStudy, Analysis, Subgroup
from service.charts.figures import Kind, figures
from service.charts.scale import AxisKind
from service.charts.standalone import document
from service.charts.values import Effects, Estimate, Result
from service.cli.diagnostics import Diagnostics
from service.cli.pooled import Pooled
from service.cli.tables_in import TableRefused
from service.cli.words import TESTS, compares, model

# Where effects come from if they compare one group with another.
COMPARED = ("two_by_two", "means", "rates")


# How an SVG begins, after what XML allows to stand before it.
SVG = re.compile(
    rb"\A(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL
)
# Enough of a file to see how it begins.
BEGINNING = 4096


def check_drawing(path: Path, *, table: str) -> None:
    """Refuses to draw over anything that is not a drawing."""
    if path.suffix.lower() != ".svg":
        raise TableRefused(f"--plot: {path} does not end in .svg (accepted: a name that does)")
    if table != "-" and path.exists() and path.samefile(table):
        raise TableRefused(f"--plot: {path} is the table itself (accepted: another file)")
    if path.exists() and not _is_svg(path):
        raise TableRefused(
            f"--plot: {path} is there and is no SVG (accepted: a new file, or an SVG to replace)"
        )


def _is_svg(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return SVG.match(file.read(BEGINNING)) is not None


def plot(answers: Sequence[Pooled], kinds: Sequence[Kind]) -> str:
    """One SVG of the figures of every answer, one below the other."""
    drawn = [
        figure
        for one in answers
        if isinstance(one.result, Synthesis | SubgroupTest)
        for figure in figures(_drawn(one, one.result), kinds)
    ]
    if not drawn:
        raise TableRefused("--plot: nothing to draw (accepted: studies that can be pooled)")
    return document(drawn)


def _drawn(one: Pooled, result: Synthesis | SubgroupTest) -> Analysis:
    """What is to be drawn; subgroups stand under their names, all of their studies together."""
    if isinstance(result, Synthesis):
        return _analysis(one, result, one.diagnostics)
    whole = one.overall
    if whole is None:
        raise TableRefused("--plot: nothing to draw (accepted: studies that can be pooled)")
    groups = [
        Subgroup(
            name=group.name,
            together=Estimate(
                value=group.pooled.estimate, low=group.pooled.ci_low, high=group.pooled.ci_high
            ),
        )
        for group in result.subgroups
    ]
    return _analysis(one, whole.result, whole.diagnostics, groups=groups)


def _analysis(
    one: Pooled,
    pooled: Synthesis,
    found: Diagnostics | None,
    *,
    groups: Sequence[Subgroup] = (),
) -> Analysis:
    filled = _to_be_told(None if found is None else found.trim_and_fill)
    egger = None if found is None else found.egger
    low, high = pooled.pi_low, pooled.pi_high
    how = model(pooled.method)
    return Analysis(
        effects=_effects(one, pooled),
        method=f"{how[:1].upper()}{how[1:]}, intervals from {TESTS[pooled.test]}",
        studies=_studies(one, pooled),
        together=Estimate(value=pooled.estimate, low=pooled.ci_low, high=pooled.ci_high),
        expected=None if low is None or high is None else (low, high),
        tau2=pooled.tau2,
        i2=pooled.i2,
        q=pooled.q,
        q_p=pooled.q_p,
        filled=_put_in(filled),
        adjusted=_adjusted(filled),
        egger_p=None if egger is None or not egger.enough_studies else egger.slope.p_value,
        without=[] if found is None else _estimates(found.leave_one_out),
        cumulative=[] if found is None else _estimates(found.cumulative),
        groups=groups,
    )


def _to_be_told(filled: TrimAndFill | None) -> TrimAndFill | None:
    """Trim and fill, where it adds studies to enough of them to be read."""
    return filled if filled is not None and filled.k0 and filled.enough_studies else None


def _put_in(filled: TrimAndFill | None) -> list[Result]:
    if filled is None:
        return []
    pairs = zip(filled.filled_yi, filled.filled_vi, strict=True)
    return [
        Result(name=f"filled {n}", value=y, error=math.sqrt(v)) for n, (y, v) in enumerate(pairs, 1)
    ]


def _adjusted(filled: TrimAndFill | None) -> Estimate | None:
    if filled is None:
        return None
    pooled = filled.pooled
    return Estimate(value=pooled.estimate, low=pooled.ci_low, high=pooled.ci_high)


def _effects(one: Pooled, pooled: Synthesis) -> Effects:
    ratio = one.measure in LOG_RATIOS
    scale = SCALES[one.measure]
    name = scale.removeprefix("log ") if ratio else scale
    turned = " (turned)" if any(effect.direction_good == -1 for effect in one.effects) else ""
    by = "" if one.by is None else f", {one.by}"
    return Effects(
        kind=AxisKind.RATIO if ratio else AxisKind.DIFFERENCE,
        name=f"{name[:1].upper()}{name[1:]}{turned}{by}",
        favours=_favours(one.effects),
        level=pooled.level,
        compared=compares(one.measure),
    )


def _favours(effects: Sequence[Effect]) -> tuple[str, str] | None:
    """What lies below and above no effect, where it was told which side is good."""
    if any(effect.direction_good is None for effect in effects):
        return None
    if all(effect.source in COMPARED for effect in effects):
        return ("favours group 2", "favours group 1")
    return ("worse", "better")


def _studies(one: Pooled, pooled: Synthesis) -> list[AnalysedStudy]:
    studies = []
    groups = one.groups or ("",) * len(one.names)
    for name, group, effect, weight in zip(
        one.names, groups, one.effects, pooled.weights, strict=True
    ):
        own = synthesise([effect.yi], [effect.vi], level=pooled.level)
        studies.append(
            AnalysedStudy(
                name=name,
                estimate=Estimate(value=effect.yi, low=own.ci_low, high=own.ci_high),
                error=math.sqrt(effect.vi),
                weight=weight / 100,
                group=group,
            )
        )
    return studies


def _estimates(columns: Columns | None) -> list[Estimate]:
    if columns is None:
        return []
    rows = zip(columns.estimate, columns.ci_low, columns.ci_high, strict=True)
    return [Estimate(value=float(y), low=float(low), high=float(high)) for y, low, high in rows]
