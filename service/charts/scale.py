"""A scale from values to places on the page, with ticks a reader can say aloud."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.charts.numbers import MINUS, powered

# Beyond these a mark says nothing but its direction: it is drawn as an arrow at the edge.
LARGEST_DIFFERENCE = 1e9
LARGEST_LOG_RATIO = 18.0  # a ratio of about 65 million
# Twice this is still a double; what an analyst brings is drawn to scale up to here.
LARGEST_DRAWN = 1e300
LEAST_LOG_SPAN = 1e-6  # below it ratios cannot be told apart
LEAST_DRAWN = 1e-200  # what is smaller is nought
# No effect is kept in sight while it is no farther off than so many spans of the estimates.
FARTHEST_ZERO = 3.0
# Ratios people say: the finest row that has room is used.
SPOKEN_RATIOS: tuple[tuple[float, ...], ...] = (
    (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2),
    (0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4),
    (0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5),
    (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7, 10),
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
)
MOST_TICKS = 7
# Every so many powers of ten, with these multiples of each: the finest that has room is used.
POWER_GRIDS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (1, (1, 2, 5)),
    (1, (1, 3)),
    (1, (1,)),
    (2, (1,)),
    (3, (1,)),
    (5, (1,)),
)
LEAST_COVERED = 0.6  # of the axis between its first tick and its last
# Up to this span of logarithms, a ratio of 5, round ratios are told apart on the logarithmic scale.
MOST_LINEAR = math.log(5)
MOST_PLAIN_TICK = 1e6
MOST_TICK_DECIMALS = 5


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
    low, high = _reached(seen, finite, around=0.0)
    least = 1e-6 * max(abs(low), abs(high), 1e-6)
    if high - low <= least:
        low, high = low - 0.1, high + 0.1
    return _with_margin(low, high)


def reach(
    cores: Sequence[float], ends: Sequence[float], *, kind: AxisKind, zero: bool = True
) -> tuple[float, float]:
    """As `extent`, for effects of any magnitude: no effect is left out where it lies far off, and
    where there is none: `zero` is then False."""
    most = LARGEST_LOG_RATIO if kind is AxisKind.RATIO else LARGEST_DRAWN
    seen = [value for value in cores if abs(value) <= most] or [0.0]
    finite = [value for value in ends if abs(value) <= most]
    low, high = _reached(seen, finite, around=sorted(seen)[len(seen) // 2])
    if zero and max(low, -high) <= FARTHEST_ZERO * (high - low):
        low, high = min(low, 0.0), max(high, 0.0)
    size = max(abs(low), abs(high))
    if size < LEAST_DRAWN or (kind is AxisKind.RATIO and high - low < LEAST_LOG_SPAN):
        low, high = low - 0.1, high + 0.1
    elif high - low <= 1e-9 * size:
        pad = 0.1 * size
        low, high = low - pad, high + pad
    return _with_margin(low, high)


def _reached(seen: list[float], ends: list[float], *, around: float) -> tuple[float, float]:
    core_low, core_high = min(seen), max(seen)
    typical = sorted(abs(value - around) for value in ends)[len(ends) // 2] if ends else 0.0
    longest = 2 * max(core_high - core_low, typical)
    low = max(min([core_low, *ends]), core_low - longest)
    high = min(max([core_high, *ends]), core_high + longest)
    return low, high


def _with_margin(low: float, high: float) -> tuple[float, float]:
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
    first = math.ceil(low / step)
    count = int((high - first * step) / step + 1e-9) + 1
    values = [(first + index) * step for index in range(count)]
    return [(value, _label(value, step)) for value in values]


def _label(value: float, step: float) -> str:
    """As many digits as tell a tick from its neighbours."""
    place = math.floor(math.log10(step) + 1e-9)
    if not round(value / step):
        return "0"
    if abs(value) >= MOST_PLAIN_TICK or -place > MOST_TICK_DECIMALS:
        return powered(value, max(math.floor(math.log10(abs(value)) + 1e-9) - place, 0))
    return f"{value:.{max(-place, 0)}f}".replace("-", MINUS)


def _ratio_ticks(low: float, high: float) -> list[tuple[float, str]]:
    for row in SPOKEN_RATIOS:
        inside = [ratio for ratio in row if low <= math.log(ratio) <= high]
        reaches = math.log(row[0]) <= low or math.log(row[-1]) >= high or row is SPOKEN_RATIOS[-1]
        if reaches and 2 <= len(inside) <= MOST_TICKS and _covers(inside, high - low):
            return [(math.log(ratio), f"{ratio:g}") for ratio in inside]
    if high - low > MOST_LINEAR:
        return _power_ticks(low, high)
    plain = _round_ticks(math.exp(low), math.exp(high))
    return [(math.log(ratio), label) for ratio, label in plain]


def _covers(ratios: Sequence[float], span: float) -> bool:
    return math.log(ratios[-1] / ratios[0]) >= LEAST_COVERED * span


def _power_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Powers of ten, with multiples of each where there is room for them."""
    decade = math.log(10)
    powers = range(math.floor(low / decade), math.ceil(high / decade) + 1)
    for every, mantissas in POWER_GRIDS:
        logs = [
            (power * decade + math.log(mantissa), mantissa, power)
            for power in powers
            if power % every == 0
            for mantissa in mantissas
        ]
        inside = [one for one in logs if low <= one[0] <= high]
        if len(inside) <= MOST_TICKS:
            break
    return [(place, _power_label(mantissa, power)) for place, mantissa, power in inside]


def _power_label(mantissa: int, power: int) -> str:
    value = float(f"{mantissa}e{power}")
    return f"{value:g}" if 1e-4 <= value < MOST_PLAIN_TICK else powered(value, 0)
