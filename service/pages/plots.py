"""A grade document as a forest plot and as the table of the same numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.charts.forest import NARROW, WIDE, Forest, Pooled, Row, forest
from service.charts.scale import AxisKind
from service.pages.words import interval, measure_words, number, outcome_words, spoken

Document = Mapping[str, Any]
# Two-sided 95 % of the normal distribution: what is shown of one unit on its own.
Z_95 = 1.959963984540054
RATIOS = frozenset({"OR", "RR", "IRR", "HR"})
PROGRAMME, COMPARISON = "favours programme", "favours comparison"


@dataclass(frozen=True, slots=True)
class Axis:
    """How the plot is drawn: in the ratio of the reports, or in standard deviations.

    `factor` takes standard deviations (+ good) to the axis; below zero, less of it is better.
    """

    kind: AxisKind
    measure: str
    factor: float

    @property
    def favours(self) -> tuple[str, str]:
        return (COMPARISON, PROGRAMME) if self.factor > 0 else (PROGRAMME, COMPARISON)


def forest_of(grade: Document, name: str) -> dict[str, Any]:
    """The plot in both layouts, its subtitle, and the rows of its table."""
    axis = _axis(grade["estimate"])
    rows = [_row(unit, axis) for unit in grade["units"]]
    outcome = outcome_words(grade["subject"]["outcome"])
    sesoi = (grade["anytime"] or {}).get("sesoi")
    plot = Forest(
        title=f"Effect: {outcome}. {name}",
        description=f"Rows: {len(rows)}. The same numbers are in the table below the plot.",
        kind=axis.kind,
        axis=_axis_title(axis),
        favours=axis.favours,
        rows=rows,
        pooled=_pooled(grade["estimate"], axis),
        worthwhile=None if sesoi is None else axis.factor * sesoi,
    )
    return {
        "title": f"Effect: {outcome}",
        "wide": forest(plot, WIDE),
        "narrow": forest(plot, NARROW),
        "subtitle": _subtitle(grade["estimate"], axis),
        "rows": [*rows, *([plot.pooled] if plot.pooled else [])],
        "expected": plot.pooled is not None and plot.pooled.expected is not None,
        "worthwhile": plot.worthwhile,
        "worthwhile_words": _worthwhile(grade["anytime"], axis),
        "aside": any(not row.counted for row in rows),
    }


def effect_words(grade: Document) -> str:
    """The pooled effect with its interval, or nothing where nothing could be pooled."""
    estimate = grade["estimate"]
    if not estimate:
        return ""
    axis = _axis(estimate)
    pooled = _pooled(estimate, axis)
    return f"{axis.measure} {pooled.words}" if pooled else ""


def interaction_words(interaction: Document | None) -> str:
    """That the contexts differ by more than chance would make them."""
    if not interaction:
        return ""
    return (
        f"The effect differs by {interaction['kind']} more than chance would explain "
        f"(p = {number(interaction['p_value'], 3)}), so the average hides something."
    )


def _axis(estimate: Document | None) -> Axis:
    """The ratio of the reports where they share one, so that the plot says what they say."""
    natural = (estimate or {}).get("natural")
    if not estimate or not natural or natural["measure"] not in RATIOS:
        return Axis(AxisKind.DIFFERENCE, "SMD", 1.0)
    centre, logged = estimate["estimate"], _logged(natural["estimate"])
    if not centre or not logged or math.isinf(logged):
        return Axis(AxisKind.DIFFERENCE, "SMD", 1.0)
    return Axis(AxisKind.RATIO, natural["measure"], logged / centre)


def _logged(ratio: float | None) -> float:
    """The logarithm; the document has no infinity, so nothing stands for an end without limit."""
    if ratio is None:
        return math.inf
    return math.log(ratio) if ratio > 0 else -math.inf


def _row(unit: Document, axis: Axis) -> Row:
    low, high = _ends(unit["yi"] - Z_95 * unit["se"], unit["yi"] + Z_95 * unit["se"], axis)
    centre = axis.factor * unit["yi"]
    standing = "" if unit["status"] == "live" else f" ({spoken(unit['status']).lower()})"
    return Row(
        label=str(unit["study"]),
        note=f"{unit['unit']}{standing}",
        words=_words(centre, low, high, axis),
        estimate=centre,
        low=low,
        high=high,
        weight=unit["weight"],
        counted=unit["weight"] > 0,
    )


def _pooled(estimate: Document | None, axis: Axis) -> Pooled | None:
    if not estimate:
        return None
    ends = _ends(_or(estimate["ci_low"], -math.inf), _or(estimate["ci_high"], math.inf), axis)
    expected = (estimate["pi_low"], estimate["pi_high"])
    known = estimate["k"] > 1 and expected[0] is not None and expected[1] is not None
    centre = axis.factor * estimate["estimate"]
    return Pooled(
        label="Taken together",
        note=f"{estimate['k']} independent unit{'' if estimate['k'] == 1 else 's'}",
        words=_words(centre, *ends, axis),
        estimate=centre,
        low=ends[0],
        high=ends[1],
        expected=_ends(*expected, axis) if known else None,
    )


def _ends(low: float, high: float, axis: Axis) -> tuple[float, float]:
    """Both ends on the axis, the smaller first."""
    one, other = axis.factor * low, axis.factor * high
    return min(one, other), max(one, other)


def _or(value: float | None, instead: float) -> float:
    return instead if value is None else value


def _words(centre: float, low: float, high: float, axis: Axis) -> str:
    shown = [_shown(value, axis) for value in (centre, low, high)]
    return f"{number(shown[0])} ({interval(shown[1], shown[2])})"


def _shown(value: float, axis: Axis) -> float:
    """A ratio as itself; one beyond the largest float has no limit."""
    if axis.kind is AxisKind.DIFFERENCE:
        return value
    return math.exp(value) if value < 700 else math.inf


def _axis_title(axis: Axis) -> str:
    better = "right" if axis.factor > 0 else "left"
    scale = ", log scale" if axis.kind is AxisKind.RATIO else ""
    return f"{measure_words(axis.measure)}{scale}; {better} is better"


def _subtitle(estimate: Document | None, axis: Axis) -> str:
    if not estimate:
        return "Nothing that was measured can be pooled yet."
    better = "more is better" if axis.factor > 0 else "below 1 is better"
    if estimate["k"] == 1:
        return f"{measure_words(axis.measure)}, 95% interval; {better}. One unit, nothing to pool."
    method = f"{estimate['method']} with truncated Knapp-Hartung intervals"
    spread = f"I² {number(estimate['i2'], 0)}%"
    return f"{measure_words(axis.measure)}, 95% intervals; {better}. {method}; {spread}."


def _worthwhile(anytime: Document | None, axis: Axis) -> str:
    """How large, and whether the plan said so or it is our default."""
    if not anytime:
        return ""
    said = "our default: none was planned" if anytime["sesoi_default"] else "from the plan"
    return f": {number(_shown(axis.factor * anytime['sesoi'], axis))} ({said})"
