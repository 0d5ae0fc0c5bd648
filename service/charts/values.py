"""What every chart of an analysis is told: the scale of the effects, and estimates on it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from service.charts.numbers import decimals_for, number, ratio
from service.charts.scale import AxisKind

LONGEST_HEADING = 18
# Names of measures that begin with that of a person, which is never small.
PEOPLE = ("Fisher",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its interval, logarithms for a ratio; None and what is not finite is unknown."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def place(self) -> float | None:
        """The value, where it can have a place on a page."""
        return self.value if self.value is not None and math.isfinite(self.value) else None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval, the smaller end first; an end without limit is still an end."""
        if self.low is None or self.high is None or math.isnan(self.low) or math.isnan(self.high):
            return None
        return min(self.low, self.high), max(self.low, self.high)

    @property
    def settled(self) -> bool:
        """Whether there is an interval and it leaves no effect out."""
        return self.ends is not None and (self.ends[0] > 0 or self.ends[1] < 0)


NOTHING = Estimate(value=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A study by its effect and its standard error, both on the axis (logarithms for a ratio)."""

    name: str
    value: float | None
    error: float | None

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it stands, where it can stand anywhere."""
        value, error = self.value, self.error
        if value is None or error is None or error < 0:
            return None
        return (value, error) if math.isfinite(value) and math.isfinite(error) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What is measured, in words; what lies left and right of no effect; decimals to write.

    Not `compared`, as the proportions of one group are: then no value of theirs is no effect.
    """

    kind: AxisKind
    name: str
    favours: tuple[str, str] | None = None
    level: float = 0.95
    decimals: int = 2
    compared: bool = True

    @property
    def null(self) -> str:
        return "1" if self.kind is AxisKind.RATIO else "0"

    @property
    def percent(self) -> str:
        return f"{100 * self.level:g}%"

    @property
    def axis(self) -> str:
        return f"{self.name} (log scale)" if self.kind is AxisKind.RATIO else self.name

    @property
    def inline(self) -> str:
        """The name within a sentence: small unless it begins with an abbreviation or a person."""
        small = self.name[1:2].islower() and not self.name.startswith(PEOPLE)
        return self.name[:1].lower() + self.name[1:] if small else self.name

    @property
    def heading(self) -> str:
        """The name over a column, where it is not too long for one."""
        name = self.name if len(self.name) <= LONGEST_HEADING else "Estimate"
        return f"{name} ({self.percent} interval)"

    def number(self, value: float | None) -> str:
        """A value of the axis as it is read: a ratio as itself."""
        if self.kind is AxisKind.RATIO:
            return ratio(value)
        return number(value, decimals=self.decimals)

    def words(self, estimate: Estimate) -> str:
        """The estimate, and its interval in brackets."""
        if estimate.place is None:
            return "no estimate"
        return f"{self.number(estimate.value)} ({self.interval(estimate)})"

    def interval(self, estimate: Estimate) -> str:
        if estimate.ends is None:
            return "no interval"
        return " to ".join(self.number(end) for end in estimate.ends)


def fitting_decimals(estimates: Iterable[Estimate]) -> int:
    """The decimals that suit the intervals of a whole table."""
    intervals = (estimate.ends for estimate in estimates)
    return decimals_for((ends[1] - ends[0]) / 2 for ends in intervals if ends is not None)
