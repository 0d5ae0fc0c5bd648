"""Effects of any measure -> standard deviations, so that unlike outcomes can be read together."""

import math
from dataclasses import replace
from typing import Final

from scoring.columns import number
from scoring.effects.measures import SD_UNITS, Effect, rescaled
from scoring.errors import IncompatibleEffects

# The standard deviation of the logistic distribution, for log odds ratios (Hasselblad and Hedges
# 1995, Psychol. Bull. 117:167); for other log ratios by convention (section 3.7 of `anytime/1`).
LOGISTIC_SD: Final = math.pi / math.sqrt(3)

# Log ratios of events: what the convention covers. A ratio of means is none of them.
LOGISTIC: Final = ("OR", "PETO", "RR", "IRR", "HR")

# Measures in the units of something whose standard deviation the caller has to know.
IN_UNITS: Final = ("MD", "MC", "IRD", "GEN")


def standardise(
    effect: Effect, *, standardiser: float | None = None, baseline_risk: float | None = None
) -> Effect:
    """The effect in standard deviations: yi / s and vi / s^2.

        SMD SMDH COX SMCR SMCRH    s = 1
        OR PETO RR IRR HR          s = pi / sqrt 3
        RD                         s = sqrt(p0 (1 - p0)), p0 = `baseline_risk`
        MD MC IRD GEN              s = `standardiser`, the standard deviation of the control group
    s has to be fixed before the result is known; then it affects power, never validity. RD takes
    the variance under no effect, p0 (1 - p0) (1/n1i + 1/n2i), where the group sizes are known,
    because the estimated variance is tied to the sign of the result. An effect in standard
    deviations comes back as it is. Raises IncompatibleEffects naming the missing standardiser, and
    for measures that have none: ratios of means, roots, proportions of one group, correlations and
    changes in their own deviations (`convert` takes some of them to SMD or SMCR).
    Source: section 3.1 of the method `anytime/1`.
    """
    if effect.scale == SD_UNITS:
        return effect
    if effect.measure in LOGISTIC:
        return _divided(effect, LOGISTIC_SD)
    if effect.measure == "RD":
        p0 = _required("baseline_risk", baseline_risk, effect, below=1.0)
        variance = p0 * (1 - p0)
        return _divided(_under_no_effect(effect, variance), math.sqrt(variance))
    if effect.measure in IN_UNITS:
        return _divided(effect, _required("standardiser", standardiser, effect))
    raise IncompatibleEffects(
        f"{effect.measure} ({effect.scale}) has no standard deviation to be divided by",
        field="measure",
        accepted=f"one of {', '.join((*LOGISTIC, 'RD', *IN_UNITS))}, or in {SD_UNITS} already",
    )


def _required(field: str, value: float | None, effect: Effect, *, below: float = math.inf) -> float:
    if value is None:
        raise IncompatibleEffects(
            f"{effect.measure} in {effect.scale} has no standard deviation to be divided by",
            field=field,
            accepted="a figure fixed before the result was known",
        )
    return number(field, value, above=0.0, below=below)


def _under_no_effect(effect: Effect, variance: float) -> Effect:
    if effect.n1i is None or effect.n2i is None:
        return effect
    return replace(effect, vi=variance * (1 / effect.n1i + 1 / effect.n2i))


def _divided(effect: Effect, s: float) -> Effect:
    return replace(rescaled(effect, effect.yi / s, 1 / s), scale=SD_UNITS)
