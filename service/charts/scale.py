"""A scale from values to places on the page, with ticks a reader can say aloud."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Beyond these a mark says nothing but its direction: it is drawn as an arrow at the edge.
LARGEST_DIFFERENCE = 1e9
LARGEST_LOG_RATIO = 18.0  # a ratio of about 65 million
# Ratios people say: the finest row that has room is used.
SPOKEN_RATIOS: tuple[tuple[float, ...], ...] = (
    (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2),
    (0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4),
    (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7, 10),
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
)
MOST_TICKS = 7


class AxisKind(StrEnum):
    """A ratio is drawn on its logarithm and labelled as itself."""

    DIFFERENCE = "difference"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` over places from `left` to `right`; beyond, the edge."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """The place of a value, held inside the scale."""
        held = min(max(value, self.low), self.high)
        share = (held - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)

    def holds(self, value: float) -> bool:
        """Whether the value has a place of its own."""
        return self.low <= value <= self.high


def largest(kind: AxisKind) -> float:
    """The largest magnitude that is drawn to scale."""
    match kind:
        case AxisKind.DIFFERENCE:
            return LARGEST_DIFFERENCE
        case AxisKind.RATIO:
            return LARGEST_LOG_RATIO


def extent(cores: Sequence[float], ends: Sequence[float], *, kind: AxisKind) -> tuple[float, float]:
    """From where to where to draw: every estimate, and interval ends while they stay in reach.

    One huge interval must not squash all the others, so ends count only up to twice the larger
    of the estimates' span and the median distance of an end from zero.
    """
    most = largest(kind)
    seen = [value for value in cores if abs(value) <= most] + [0.0]
    finite = [value for value in ends if abs(value) <= most]
    core_low, core_high = min(seen), max(seen)
    typical = sorted(abs(value) for value in finite)[len(finite) // 2] if finite else 0.0
    reach = 2 * max(core_high - core_low, typical)
    low = max(min([core_low, *finite]), core_low - reach)
    high = min(max([core_high, *finite]), core_high + reach)
    least = 1e-6 * max(abs(low), abs(high), 1e-6)
    if high - low <= least:
        low, high = low - 0.1, high + 0.1
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def ticks(low: float, high: float, *, kind: AxisKind) -> list[tuple[float, str]]:
    """Places and labels of the ticks, from left to right."""
    match kind:
        case AxisKind.DIFFERENCE:
            return _round_ticks(low, high)
        case AxisKind.RATIO:
            return _ratio_ticks(low, high)


def _round_ticks(low: float, high: float) -> list[tuple[float, str]]:
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(low / step)
    count = int((high - first * step) / step + 1e-9) + 1
    values = [(first + index) * step for index in range(count)]
    return [(value, _label(value, decimals)) for value in values]


def _label(value: float, decimals: int) -> str:
    if abs(value) >= 1e6:
        return f"{value:.0e}"
    written = f"{value:.{decimals}f}"
    return written.replace("-", "−") if float(written) else "0"


def _ratio_ticks(low: float, high: float) -> list[tuple[float, str]]:
    for row in SPOKEN_RATIOS:
        inside = [ratio for ratio in row if low <= math.log(ratio) <= high]
        reaches = math.log(row[0]) <= low or math.log(row[-1]) >= high or row is SPOKEN_RATIOS[-1]
        if reaches and 2 <= len(inside) <= MOST_TICKS:
            return [(math.log(ratio), f"{ratio:g}") for ratio in inside]
    return [(value, f"{math.exp(value):.3g}") for value, _ in _round_ticks(low, high)]
