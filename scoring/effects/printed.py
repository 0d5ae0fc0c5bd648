"""Figures as reports print them -> numbers, and the range of numbers that are printed so."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from scoring.columns import number
from scoring.errors import InvalidInput

Printed: TypeAlias = float | str

# Arithmetic on bounds loses digits in the last places; ranges that touch do meet.
TOUCHING: Final = 1e-9

# Doubles end at powers of ten of about 308 (IEEE 754); half a unit has to be one too.
LARGEST_EXPONENT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A printed figure: its value, and from where to where numbers are rounded to it.

    `low` and `high` are the value itself where the decimals are not known (`rounded` is False).
    """

    value: float
    low: float
    high: float
    rounded: bool

    def through(self, scale: Callable[[float], float]) -> "Figure":
        """The figure on another scale, which has to be increasing."""
        low, value, high = scale(self.low), scale(self.value), scale(self.high)
        return Figure(value=value, low=low, high=high, rounded=self.rounded)

    def turned(self) -> "Figure":
        """The figure with its sign changed, so that the ends change places."""
        return Figure(value=-self.value, low=-self.high, high=-self.low, rounded=self.rounded)

    def over(self, divisor: "Figure") -> "Figure":
        """The quotient of two figures that are not negative; inf where the divisor may be 0."""
        return Figure(
            value=_quotient(self.value, divisor.value),
            low=_quotient(self.low, divisor.high),
            high=_quotient(self.high, divisor.low),
            rounded=self.rounded and divisor.rounded,
        )

    def meets(self, other: "Figure") -> bool:
        """Whether some number prints as both figures, on one scale, do."""
        width = min(self.high - self.low, other.high - other.low)
        slack = TOUCHING * width + math.ulp(max(abs(self.low), abs(other.low)))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def size(self) -> "Figure":
        """The figure without its sign."""
        ends = sorted((abs(self.low), abs(self.high)))
        low = 0.0 if self.low < 0 < self.high else ends[0]
        return Figure(value=abs(self.value), low=low, high=ends[1], rounded=self.rounded)


def figure(
    field: str,
    printed: Printed,
    *,
    decimals: int | None = None,
    above: float = -math.inf,
    below: float = math.inf,
) -> Figure:
    """A figure read from text, whose digits tell the decimals, or from a number and `decimals`.

    Raises InvalidInput for text that is no number, a number outside `above` to `below`, and a
    number with more digits than `decimals` says were printed.
    """
    if isinstance(printed, str):
        exact = _decimal(field, printed)
        value = number(field, float(exact), above=above, below=below)
        return _rounded(value, places=-int(exact.as_tuple().exponent))
    value = number(field, printed, above=above, below=below)
    if decimals is None:
        return Figure(value=value, low=value, high=value, rounded=False)
    if decimals < 0:
        raise InvalidInput(f"is {decimals}", field="decimals", accepted="a count of at least 0")
    if not math.isclose(round(value, decimals), value, rel_tol=1e-12):
        raise InvalidInput(
            f"is {value}, which does not print with {decimals} decimals",
            field=field,
            accepted=f"a figure of at most {decimals} decimals, or other decimals",
        )
    return _rounded(value, places=decimals)


def probability(field: str, printed: Printed, *, decimals: int | None = None) -> Figure:
    """A p-value from 0 to 1; text such as "<0.001" is a bound, whose `value` is nan."""
    if isinstance(printed, str) and printed.strip().startswith("<"):
        bound = figure(field, printed.strip()[1:], above=0.0, below=1.0).value
        return Figure(value=math.nan, low=0.0, high=bound, rounded=True)
    told = figure(field, printed, decimals=decimals)
    if not 0 <= told.value <= 1:
        raise InvalidInput(f"is {printed}", field=field, accepted="a number from 0 to 1")
    return replace(told, low=max(told.low, 0.0), high=min(told.high, 1.0))


def _decimal(field: str, text: str) -> Decimal:
    # Decimal would also take digits grouped by underscores; reports print a true minus sign.
    try:
        exact = Decimal("" if "_" in text else text.strip().replace("−", "-"))
    except InvalidOperation:
        exact = Decimal("nan")
    if not exact.is_finite() or abs(int(exact.as_tuple().exponent)) > LARGEST_EXPONENT:
        raise InvalidInput(f"is {text!r}", field=field, accepted="a finite number")
    return exact


def _rounded(value: float, *, places: int) -> Figure:
    half = 0.5 * 10.0**-places
    return Figure(value=value, low=value - half, high=value + half, rounded=True)


def _quotient(value: float, divisor: float) -> float:
    return value / divisor if divisor else math.inf
