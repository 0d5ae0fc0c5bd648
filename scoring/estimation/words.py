"""Numbers and verdicts in sentences, the same in every design."""

import math
from collections.abc import Sequence
from typing import Final

from scoring.estimation.results import Check

# 1 - 0.95 is a little above 0.05.
ROUNDING: Final = 1e-12


def plain(value: float) -> str:
    """A number in a sentence: three significant digits, never in powers of ten."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


FITS: Final = "These figures also fit no effect at all."
DOES_NOT: Final = "No effect at all does not fit these figures."


def verdict_in_words(low: float, high: float) -> str:
    """Whether the interval leaves room for no effect."""
    return DOES_NOT if low > 0 or high < 0 else FITS


def decided_in_words(p: float, low: float, high: float, *, level: float) -> str:
    """Whether a test leaves room for no effect, where an interval found otherwise may differ.

    The test decides; where the interval speaks against it, that is said.
    """
    rejected = p <= 1 - level + ROUNDING
    if rejected == (low > 0 or high < 0):
        return verdict_in_words(low, high)
    if rejected:
        return f"{DOES_NOT} The interval, found in another way, holds 0 all the same."
    return f"{FITS} The interval, found in another way, leaves 0 out; the p-value decides."


def checks_in_words(checks: Sequence[Check]) -> str:
    """Which checks failed, by their titles, or that none did.

    Titles name what was looked at, never how it came out, so that they are true either way.
    """
    failed = [check.title[0].lower() + check.title[1:] for check in checks if check.passed is False]
    if not failed:
        return "No check failed."
    return f"{len(failed)} of the checks failed: {'; '.join(failed)}."


def p_in_words(p: float) -> str:
    """A p-value in a sentence, never 0."""
    return "p below 0.001" if p < 0.001 else f"p = {p:.3f}"
