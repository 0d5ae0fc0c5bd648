"""What charts of the panel designs show: groups over time, and effects by time since the start."""

import math
from collections.abc import Sequence

from scoring.columns import Column
from scoring.estimation.panels.panel import Panel
from scoring.estimation.results import Coefficient, Line, Picture
from scoring.estimation.shapes import Flags

TREATED, COMPARISON, WITHOUT = "treated units", "comparison units", "treated, had nothing been done"


def _ticks(panel: Panel) -> tuple[tuple[float, str], ...]:
    """Periods that are no numbers, by their places."""
    if all(isinstance(period, int | float) for period in panel.periods):
        return ()
    return tuple(zip(panel.times.tolist(), map(str, panel.periods), strict=True))


def y_label(panel: Panel) -> str:
    """What the outcome is called on an axis."""
    return "log of the outcome" if panel.log else "outcome"


def line(role: str, label: str, x: Column, y: Column) -> Line:
    """A line without bounds."""
    return Line(role=role, label=label, x=tuple(x.tolist()), y=tuple(y.tolist()))


def series(panel: Panel, title: str, lines: Sequence[Line], *, start: int | None) -> Picture:
    """Lines over the periods of a panel, the start marked where there is one."""
    return Picture(
        kind="series",
        title=title,
        x_label="period",
        y_label=y_label(panel),
        lines=tuple(lines),
        ticks=_ticks(panel),
        mark=None if start is None else float(panel.times[start]),
    )


def group_means(panel: Panel, comparison: Flags, *, before: int | None) -> Picture:
    """Means of both groups; with `before` periods before one start, the treated without it too.

    The counterfactual is the comparison mean, shifted by what the groups differed by before.
    """
    treated, others = panel.y[~comparison].mean(axis=0), panel.y[comparison].mean(axis=0)
    lines = [
        line("observed", TREATED, panel.times, treated),
        line("comparison", COMPARISON, panel.times, others),
    ]
    if before is None:
        return series(panel, "Means of both groups", lines, start=None)
    shift = float((treated - others)[:before].mean())
    lines.append(line("counterfactual", WITHOUT, panel.times, others + shift))
    return series(panel, "Means of both groups", lines, start=before)


def event_picture(
    panel: Panel,
    times: Sequence[int],
    rows: Sequence[Coefficient],
    *,
    reference: int,
    bands: str,
) -> Picture:
    """Effects by periods since the start with their intervals, the reference at 0 among them."""
    told = [
        (time, row.estimate, row.ci_low, row.ci_high) for time, row in zip(times, rows, strict=True)
    ]
    points = sorted([*told, (reference, 0.0, 0.0, 0.0)])
    bounded = [tuple(v if math.isfinite(v) else 0.0 for v in point) for point in points]
    x, y, low, high = (tuple(map(float, values)) for values in zip(*bounded, strict=True))
    return Picture(
        kind="event_study",
        title=f"Effect by periods since the start ({bands} intervals)",
        x_label="periods since the start",
        y_label=y_label(panel),
        lines=(Line(role="estimate", label="effect", x=x, y=y, low=low, high=high),),
        mark=0.0,
        zero=0.0,
    )
