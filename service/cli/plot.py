"""Pooled effects as the charts of an analysis."""

import math
from collections.abc import Sequence

from scoring.effects import LOG_RATIOS, SCALES
from scoring.synthesis import Columns, Synthesis, synthesise
from service.charts.analysis import AnalysedStudy, Analysis
from service.charts.figures import Kind, figures
from service.charts.scale import AxisKind
from service.charts.standalone import document
from service.charts.values import Effects, Estimate, Result
from service.cli.pooling import Pooled
from service.cli.tables_in import TableRefused


def plot(answers: Sequence[Pooled], kinds: Sequence[Kind]) -> str:
    """One SVG of the figures of every answer, one below the other."""
    drawn = [
        figure
        for one in answers
        if isinstance(one.result, Synthesis)
        for figure in figures(_analysis(one, one.result), kinds)
    ]
    if not drawn:
        raise TableRefused("--plot: nothing to draw (accepted: studies pooled without --mods)")
    return document(drawn)


def _analysis(one: Pooled, pooled: Synthesis) -> Analysis:
    found = one.diagnostics
    filled = None if found is None else found.trim_and_fill
    egger = None if found is None else found.egger
    low, high = pooled.pi_low, pooled.pi_high
    return Analysis(
        effects=_effects(one, pooled),
        method=f"{pooled.method}, test {pooled.test}",
        studies=_studies(one, pooled),
        together=Estimate(value=pooled.estimate, low=pooled.ci_low, high=pooled.ci_high),
        expected=None if low is None or high is None else (low, high),
        tau2=pooled.tau2,
        i2=pooled.i2,
        q=pooled.q,
        q_p=pooled.q_p,
        filled=()
        if filled is None
        else [
            Result(name=f"filled {n}", value=y, error=math.sqrt(v))
            for n, (y, v) in enumerate(zip(filled.filled_yi, filled.filled_vi, strict=True), 1)
        ],
        adjusted=None
        if filled is None or not filled.k0
        else Estimate(
            value=filled.pooled.estimate, low=filled.pooled.ci_low, high=filled.pooled.ci_high
        ),
        egger_p=None if egger is None or not egger.enough_studies else egger.slope.p_value,
        without=[] if found is None else _estimates(found.leave_one_out),
        cumulative=[] if found is None else _estimates(found.cumulative),
    )


def _effects(one: Pooled, pooled: Synthesis) -> Effects:
    ratio = one.measure in LOG_RATIOS
    scale = SCALES[one.measure]
    name = scale.removeprefix("log ") if ratio else scale
    by = f", {one.by}" if one.grouped else ""
    return Effects(
        kind=AxisKind.RATIO if ratio else AxisKind.DIFFERENCE,
        name=f"{name[:1].upper()}{name[1:]}{by}",
        level=pooled.level,
    )


def _studies(one: Pooled, pooled: Synthesis) -> list[AnalysedStudy]:
    studies = []
    for name, yi, vi, weight in zip(one.names, one.yi, one.vi, pooled.weights, strict=True):
        own = synthesise([yi], [vi], level=pooled.level)
        studies.append(
            AnalysedStudy(
                name=name,
                estimate=Estimate(value=yi, low=own.ci_low, high=own.ci_high),
                error=math.sqrt(vi),
                weight=weight / 100,
            )
        )
    return studies


def _estimates(columns: Columns | None) -> list[Estimate]:
    if columns is None:
        return []
    rows = zip(columns.estimate, columns.ci_low, columns.ci_high, strict=True)
    return [Estimate(value=float(y), low=float(low), high=float(high)) for y, low, high in rows]
