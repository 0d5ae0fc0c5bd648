"""Between the scale a measure is printed on and the scale it is analysed on."""

import math

from scipy import special

from scoring.columns import check_known, number
from scoring.effects.measures import LOG_RATIOS, SCALES

# Beyond this the exponential leaves double precision: ln of the largest double, IEEE 754.
LARGEST_LOG = 709.782712893384


def limits(measure: str) -> tuple[float, float]:
    """The open range of what can be printed of a measure."""
    if measure in LOG_RATIOS:
        return 0.0, math.inf
    return {"PLO": (0.0, 1.0), "ZCOR": (-1.0, 1.0)}.get(measure, (-math.inf, math.inf))


def to_analysis_scale(measure: str, value: float) -> float:
    """What a report prints -> what is analysed: logs of ratios (OR RR IRR HR PETO ROM), the logit
    of a proportion (PLO), Fisher's z of a correlation (ZCOR); all other measures as they are.

    Raises InvalidInput outside `limits`, UnknownMethod for what is no measure.
    """
    check_known("measure", measure, SCALES)
    above, below = limits(measure)
    inside = number("value", value, above=above, below=below)
    if measure in LOG_RATIOS:
        return math.log(inside)
    match measure:
        case "PLO":
            return float(special.logit(inside))
        case "ZCOR":
            return math.atanh(inside)
        case _:
            return inside


def to_natural_scale(measure: str, value: float) -> float:
    """The way back: exp, the inverse logit, tanh; and sin^2 for PAS. Others as they are.

    A ratio past the largest double is inf. PFT stays: its way back needs a sample size and misleads
    (Schwarzer et al. 2019, Res. Synth. Methods 10:476). Raises UnknownMethod for no measure.
    """
    check_known("measure", measure, SCALES)
    if measure in LOG_RATIOS:
        return math.exp(value) if value < LARGEST_LOG else math.inf
    match measure:
        case "PLO":
            return float(special.expit(value))
        case "ZCOR":
            return math.tanh(value)
        case "PAS":
            return math.sin(min(max(value, 0.0), math.pi / 2)) ** 2
        case _:
            return value
