"""The smallest effect that a plan called worthwhile before anybody knew the result."""

import math

from scoring.effects import LOG_RATIOS, LOGISTIC_SD
from scoring.evidence import Promise


def worthwhile(promise: Promise) -> float | None:
    """In standard deviations; None where no plan in advance registered one.

    Ratios are divided as their effects are: |ln value| / (pi / sqrt 3). A plan made afterwards
    could have been cut to the result, and does not count.
    """
    value, scale = promise.smallest_worthwhile, promise.measure_scale
    if value is None or not promise.in_advance:
        return None
    if scale in LOG_RATIOS:
        return abs(math.log(value)) / LOGISTIC_SD or None
    if scale == "SMD":
        return value
    return value / promise.standardiser if promise.standardiser else None
