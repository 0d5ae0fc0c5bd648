"""The numbers of each chart of an analysis, as its table."""

import math
from collections.abc import Sequence

from service.charts.analysis import Analysis
from service.charts.galbraith import standings
from service.charts.leave_one_out import Refit, turns
from service.charts.numbers import UNKNOWN, column, number, p_value, percent
from service.charts.scale import AxisKind
from service.charts.table import Table
from service.charts.values import Effects, Estimate, Result


def forest_table(analysis: Analysis) -> Table:
    """Each study's estimate, interval, standard error and weight, and all together."""
    effects = analysis.effects
    errors = column([study.error for study in analysis.studies])
    rows = [
        (study.name, *_estimate(study.estimate, effects), error, percent(study.weight))
        for study, error in zip(analysis.studies, errors, strict=True)
    ]
    for group in analysis.groups:
        if group.together is not None:
            rows.append((f"{group.name}: together", *_estimate(group.together, effects), "", ""))
    rows.append(("All studies together", *_estimate(analysis.together, effects), "", ""))
    if analysis.expected is not None:
        low, high = (effects.number(end) for end in analysis.expected)
        rows.append(("Where one more would fall", "", low, high, "", ""))
    headings = ("Study", *_headings(effects), _error(effects), "Weight")
    return Table(caption=f"{effects.name} of each study", headings=headings, rows=rows)


def funnel_table(analysis: Analysis) -> Table:
    """Each study's effect, standard error and p-value, the filled-in ones last."""
    effects, results = analysis.effects, [*analysis.results, *analysis.filled]
    errors = column([one.error for one in results])
    rows = [
        (one.name, effects.number(one.value), error, _significance(one))
        for one, error in zip(results, errors, strict=True)
    ]
    rows.append(("All studies together", effects.number(analysis.together.value), "", ""))
    if analysis.adjusted is not None:
        adjusted = effects.number(analysis.adjusted.value)
        rows.append(("With the filled-in studies", adjusted, "", ""))
    if not effects.compared:
        caption = f"{effects.name} and its standard error"
        bare = [row[:-1] for row in rows]
        return Table(caption=caption, headings=("Study", "Estimate", _error(effects)), rows=bare)
    return Table(
        caption=f"{effects.name}, its standard error and significance against {effects.null}",
        headings=("Study", "Estimate", _error(effects), "p"),
        rows=rows,
    )


def radial_table(analysis: Analysis) -> Table:
    """Each study's effect, precision and standardised effect, and how far off the line it is."""
    slope = analysis.together.place or 0.0
    found = [standings([one], analysis.tau2) for one in analysis.results]
    precisions = column([one[0].x if one else None for one in found])
    rows = []
    for study, one, precision in zip(analysis.studies, found, precisions, strict=True):
        offs = (one[0].y, one[0].residual(slope)) if one else (None, None)
        told = (number(off, decimals=2) for off in offs)
        effect = analysis.effects.number(study.estimate.value)
        rows.append((study.name, effect, precision, *told))
    return Table(
        caption="Precision, effect in units of its spread, and units off the common line",
        headings=("Study", "Estimate", "Precision", "Standardised", "Off the line"),
        rows=rows,
    )


def refits_table(analysis: Analysis, refits: Sequence[Refit], heading: str) -> Table:
    """Each refit's estimate and interval, and whether it comes to another finding."""
    effects = analysis.effects
    rows = [
        (
            refit.name,
            *_estimate(refit.estimate, effects),
            *_finding(refit, analysis),
        )
        for refit in refits
    ]
    finding = ("Finding",) if effects.compared else ()
    blank = ("",) * len(finding)
    rows.append(("All studies together", *_estimate(analysis.together, effects), *blank))
    return Table(
        caption=f"{effects.name} of the studies together",
        headings=(heading, *_headings(effects), *finding),
        rows=rows,
    )


def _finding(refit: Refit, analysis: Analysis) -> tuple[str, ...]:
    """Whether the finding is another; nothing where there is none."""
    if not analysis.effects.compared:
        return ()
    return ("another" if turns(refit, analysis.together) else "the same",)


def _estimate(estimate: Estimate, effects: Effects) -> tuple[str, str, str]:
    low, high = estimate.ends or (None, None)
    return effects.number(estimate.value), effects.number(low), effects.number(high)


def _headings(effects: Effects) -> tuple[str, str, str]:
    return "Estimate", f"{effects.percent} low", f"{effects.percent} high"


def _error(effects: Effects) -> str:
    return "SE of log" if effects.kind is AxisKind.RATIO else "SE"


def _significance(one: Result) -> str:
    """The two-sided p-value of a normal test against no effect."""
    if one.point is None or not one.point[1]:
        return UNKNOWN
    value, error = one.point
    return p_value(math.erfc(abs(value / error) / math.sqrt(2))).removeprefix("= ")
