"""Effects on an event in two groups, read through the risk in each of them."""

import math
from typing import Final

from scipy import special

from scoring.effects.scales import to_natural_scale
from scoring.errors import InvalidInput

# Measures that the two risks tell, and that tell the risk in group 1 when that in group 2 is known.
RISK_MEASURES: Final = ("OR", "RR", "RD", "HR")


def by_risk(start: str, to: str, yi: float, p2: float) -> tuple[float, float]:
    """An effect at the risk `p2` of group 2: its value as `to`, and the slope of the way there.

        p1 = expit(logit p2 + ln OR) = p2 RR = p2 + RD = 1 - (1 - p2)^HR
    and back. Ratios are natural logs. Raises InvalidInput where p1 would not be between 0 and 1.
    Source: Cochrane Handbook 6.4, section 15.4.4; for HR, proportional hazards up to one time.
    """
    p1, gradient = _risk(start, yi, p2)
    if not 0 < p1 < 1:
        raise InvalidInput(
            f"of {p2:g} makes the other group's risk {p1:g}",
            field="baseline_risk",
            accepted="a risk that leaves that of the other group above 0 and below 1",
        )
    value, slope = _effect(to, p1, p2)
    return value, gradient * slope


def _risk(measure: str, yi: float, p2: float) -> tuple[float, float]:
    """p1, and its derivative by the effect."""
    match measure:
        case "OR":
            logit = float(special.logit(p2)) + yi
            p1 = float(special.expit(logit))
            return p1, p1 * float(special.expit(-logit))
        case "RR":
            p1 = p2 * to_natural_scale(measure, yi)
            return p1, p1
        case "RD":
            return p2 + yi, 1.0
        case _:
            hazard = -math.log1p(-p2) * to_natural_scale(measure, yi)
            return -math.expm1(-hazard), hazard * math.exp(-hazard)


def _effect(measure: str, p1: float, p2: float) -> tuple[float, float]:
    """The effect, and its derivative by p1."""
    match measure:
        case "OR":
            return float(special.logit(p1) - special.logit(p2)), 1 / (p1 * (1 - p1))
        case "RR":
            return math.log(p1 / p2), 1 / p1
        case "RD":
            return p1 - p2, 1.0
        case _:
            hazard = -math.log1p(-p1)
            return math.log(hazard / -math.log1p(-p2)), 1 / ((1 - p1) * hazard)
