"""Numbers as print has them: a true minus, thousands parted, powers of ten for long zeros."""

import math
import re
from collections.abc import Iterable

MINUS = "−"
# A hyphen before a figure, and not between two words or figures (2019-04, COVID-19).
HYPHEN_FOR_MINUS = re.compile(r"(?<![\w-])-(?=\.?\d)")
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
UNKNOWN, BOUNDLESS = "not known", "no limit"
# From here on a number is written as a power of ten.
MOST_PLAIN = 1e7
MOST_DECIMALS = 5
DEFAULT_DECIMALS = 2


def number(value: float | None, *, decimals: int) -> str:
    """The number with so many decimals; what is unknown or boundless says so."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return BOUNDLESS
    if value and (abs(value) >= MOST_PLAIN or decimals > MOST_DECIMALS):
        return powered(value, 2)
    written = f"{value:,.{min(decimals, MOST_DECIMALS)}f}"
    return _signed(written)


def printed(words: str) -> str:
    """A sentence with true minuses, which no line ends with: lines may be broken after hyphens."""
    return HYPHEN_FOR_MINUS.sub(MINUS, words)


def figures(value: float | None, count: int = 3) -> str:
    """The number with so many significant figures."""
    if value is None or not math.isfinite(value):
        return number(value, decimals=0)
    if not value:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -4:
        return powered(value, count - 1)
    return number(value, decimals=max(count - 1 - size, 0))


def column(values: Iterable[float | None]) -> list[str]:
    """The numbers of a column, with the decimals that suit the middle one of them."""
    told = list(values)
    decimals = 1 + decimals_for(abs(value) for value in told if value is not None)
    least = 10.0 ** (1 - decimals)
    return [
        figures(value, 2)
        if value is not None and 0 < abs(value) < least
        else number(value, decimals=decimals)
        for value in told
    ]


def ratio(logarithm: float | None) -> str:
    """A ratio from its natural logarithm: two decimals, fewer from 10 on.

    Below 0.05 it has two figures.
    """
    if logarithm is None or math.isnan(logarithm):
        return UNKNOWN
    if logarithm > 700:  # the largest double is e to the 709.8
        return BOUNDLESS
    value = math.exp(logarithm)
    if value < 0.05:
        return figures(value, 2)
    return number(value, decimals=2 - (value >= 10) - (value >= 100))


def powered(value: float, decimals: int) -> str:
    """The number as a power of ten; a mantissa of just one is left out."""
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPT)
    if not int(exponent):
        return _signed(mantissa)
    return power if mantissa == "1" else f"{_signed(mantissa)}×{power}"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share of one as a percentage; a share that would round to nothing says so."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    least = 0.5 * 10.0**-decimals
    if 0 < 100 * share < least:
        return f"<{10.0**-decimals:.{decimals}f}%"
    return f"{100 * share:.{decimals}f}%"


def p_value(p: float) -> str:
    """What stands behind the p of a p-value, as journals print it."""
    if p < 0.001:
        return "< 0.001"
    return f"= {p:.2f}" if p >= 0.1 else f"= {p:.3f}"


def decimals_for(margins: Iterable[float]) -> int:
    """The decimals that give the middle one of the margins of error two significant figures."""
    known = sorted(margin for margin in margins if math.isfinite(margin) and margin > 0)
    if not known:
        return DEFAULT_DECIMALS
    middle = known[len(known) // 2]
    return max(1 - math.floor(math.log10(middle)), 0)


def _signed(written: str) -> str:
    """With a true minus; nought has none."""
    digits = written.removeprefix("-")
    return MINUS + digits if digits != written and digits.strip("0.,") else digits
