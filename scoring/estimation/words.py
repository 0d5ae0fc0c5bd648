"""Numbers and verdicts in sentences, the same in every design."""

import math
from collections.abc import Sequence

from scoring.estimation.results import Check


def plain(value: float) -> str:
    """A number in a sentence: three significant digits, never in powers of ten."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def verdict_in_words(low: float, high: float) -> str:
    """Whether the interval leaves room for no effect."""
    if low > 0 or high < 0:
        return "No effect at all does not fit these figures."
    return "These figures also fit no effect at all."


def checks_in_words(checks: Sequence[Check]) -> str:
    """Which checks failed, or that none did."""
    failed = [check.title[0].lower() + check.title[1:] for check in checks if check.passed is False]
    if not failed:
        return "No check failed."
    return f"{len(failed)} of the checks failed: {'; '.join(failed)}."


def p_in_words(p: float) -> str:
    """A p-value in a sentence, never 0."""
    return "p below 0.001" if p < 0.001 else f"p = {p:.3f}"
