"""What the WWC computes of an effect: its small-sample factor, Cox index and improvement index."""

import math
from typing import Final

from scipy import special

from scoring.effects import COX_DIVISOR
from scoring.errors import InvalidInput

# The approximate small-sample factor 1 - 3/(4N - 9) of the WWC is above 0 from four people on.
FEWEST_PEOPLE: Final = 4


def small_sample_factor(people: int) -> float:
    """omega = 1 - 3/(4N - 9) for N people in both groups together; no unit.

    Raises InvalidInput for fewer than four people. Source: WWC Handbook 4.1, as encoded in WWCr;
    the exact factor, which Hedges' g takes here, differs from it by less than 1e-5 at N = 190.
    """
    if people < FEWEST_PEOPLE:
        raise InvalidInput(f"is {people}", field="people", accepted="4 or more")
    return 1 - 3 / (4 * people - 9)


def cox_index(p: float, q: float, *, people: int | None = None) -> float | None:
    """(logit p - logit q) / 1.65 in standard deviations, p with the programme and q without.

    With `people` it is multiplied by the small-sample factor, as version 4.0 does and 4.1 does
    not. None where a share is 0 or 1 and the other is not the same. Source: WWC Handbook 4.1 as
    encoded in baselinr, 4.0 in WWCr.
    """
    factor = 1.0 if people is None else small_sample_factor(people)
    if not (0 < p < 1 and 0 < q < 1):
        return 0.0 if p == q else None
    return factor * (_log_odds(p) - _log_odds(q)) / COX_DIVISOR


def improvement_index(g: float) -> float:
    """100 Phi(g) - 50: percentile points that the average person without the programme would gain.

    `g` is in standard deviations, + good. Source: WWC Handbook 4.1, at second hand.
    """
    return 100 * float(special.ndtr(g)) - 50


def _log_odds(p: float) -> float:
    return math.log(p / (1 - p))
