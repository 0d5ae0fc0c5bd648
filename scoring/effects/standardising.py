"""Effects of any measure -> standard deviations, so that unlike outcomes can be read together."""

import math
from dataclasses import replace
from typing import Final

from scoring.columns import number
from scoring.effects.measures import LOG_RATIOS, SD_UNITS, Effect
from scoring.errors import IncompatibleEffects

# The standard deviation of the logistic distribution, for log odds ratios (Hasselblad and Hedges
# 1995, Psychol. Bull. 117:167); for other log ratios by convention (section 3.7 of `anytime/1`).
LOGISTIC_SD: Final = math.pi / math.sqrt(3)


def standardise(
    effect: Effect, *, standardiser: float | None = None, baseline_risk: float | None = None
) -> Effect:
    """The effect in standard deviations: yi / s and vi / s^2.

        SMD                 s = 1
        OR RR IRR HR        s = pi / sqrt 3
        RD                  s = sqrt(p0 (1 - p0)), p0 = `baseline_risk`
        MD GEN              s = `standardiser`, the standard deviation of the control group
    s has to be fixed before the result is known; then it affects power, never validity. RD takes
    the variance under no effect, p0 (1 - p0) (1/n1i + 1/n2i), where the group sizes are known,
    because the estimated variance is tied to the sign of the result. An effect in standard
    deviations comes back as it is. Raises IncompatibleEffects naming the missing standardiser.
    Source: section 3.1 of the method `anytime/1`.
    """
    if effect.scale == SD_UNITS:
        return effect
    if effect.measure in LOG_RATIOS:
        return _divided(effect, LOGISTIC_SD, vi=effect.vi)
    if effect.measure == "RD":
        p0 = _required("baseline_risk", baseline_risk, effect, below=1.0)
        variance = p0 * (1 - p0)
        return _divided(effect, math.sqrt(variance), vi=_null_variance(effect, variance))
    return _divided(effect, _required("standardiser", standardiser, effect), vi=effect.vi)


def _required(field: str, value: float | None, effect: Effect, *, below: float = math.inf) -> float:
    if value is None:
        raise IncompatibleEffects(
            f"{effect.measure} in {effect.scale} has no standard deviation to be divided by",
            field=field,
            accepted="a figure fixed before the result was known",
        )
    return number(field, value, above=0.0, below=below)


def _null_variance(effect: Effect, variance: float) -> float:
    if effect.n1i is None or effect.n2i is None:
        return effect.vi
    return variance * (1 / effect.n1i + 1 / effect.n2i)


def _divided(effect: Effect, s: float, *, vi: float) -> Effect:
    return replace(effect, yi=effect.yi / s, vi=vi / s**2, scale=SD_UNITS)
