"""What a contrast's recorded result amounts to: its effect, as measured and in deviations."""

from collections.abc import Mapping
from typing import Final

from scipy import special

from scoring.effects import (
    Effect,
    given,
    means,
    oriented,
    rates,
    reported_effect,
    standardise,
    to_analysis_scale,
    two_by_two,
)
from scoring.errors import InvalidInput, TooLittleData
from scoring.evidence import Result

# The interval that a normal error is to keep: the pool's own is one of 95 %.
KEPT: Final = 0.95

# A p-value near 1 lies with an effect near 0, and their quotient is not an error any more. From
# here on the error is 8 times the effect, which says nothing of it either way.
LARGEST_P: Final = 0.9


def effect(result: Result, direction_good: int, *, standardiser: float | None = None) -> Effect:
    """The result in standard deviations, + good. Raises a ScoringError saying what is missing."""
    measured = measured_effect(result)
    n = result.numbers
    divisor = n.get("standardiser") if n.get("standardiser") is not None else standardiser
    match result.kind:
        case "means":
            # The comparison group's SD: not chosen from the sign of the result.
            divisor = n["sd2i"]
        case "two_by_two" if n["ci"] is not None and n["di"] is not None:
            risk = n["ci"] / (n["ci"] + n["di"])
            return oriented(_standardised(measured, divisor, risk), direction_good)
    return oriented(_standardised(measured, divisor, n.get("baseline_risk")), direction_good)


def measured_effect(result: Result) -> Effect:
    """The result as an effect on its own analysis scale, group 1 against group 2."""
    n = result.numbers
    match result.kind:
        case "two_by_two":
            return two_by_two(result.measure, *([_number(n, f)] for f in ("ai", "bi", "ci", "di")))[
                0
            ]
        case "means":
            groups = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
            return means(result.measure, *([_number(n, f)] for f in groups))[0]
        case "rates":
            exposures = ("x1i", "t1i", "x2i", "t2i")
            return rates(result.measure, *([_number(n, f)] for f in exposures))[0]
        case "reported":
            return _reported(result)
        case "estimated":
            return _estimated(result)
        case _:
            raise InvalidInput(
                f"is {result.kind}",
                field="result.kind",
                accepted="one of two_by_two, means, rates, reported, estimated",
            )


def _reported(result: Result) -> Effect:
    n = result.numbers
    level = n.get("ci_level")
    return reported_effect(
        result.measure,
        _number(n, "estimate"),
        ci_low=n.get("ci_low"),
        ci_high=n.get("ci_high"),
        level=0.95 if level is None else level,
        sei=n.get("se"),
        p_value=n.get("p_value"),
    )


def _estimated(result: Result) -> Effect:
    """An estimate with an error that makes it no more certain than it was; see `normal_error`."""
    n = result.numbers
    estimate, error = (_number(n, field) for field in ("estimate", "se"))
    yi = to_analysis_scale(result.measure, estimate)
    normal = normal_error(yi, error, df=n.get("df"), p_value=n.get("p_value"))
    return given([yi], sei=[normal], measure=result.measure)[0]


def normal_error(estimate: float, se: float, *, df: float | None, p_value: float | None) -> float:
    """The error on which a normal test is no more certain of an estimate than its own test was.

        the larger of  se t(0.975, df) / z(0.975)   and   |estimate| / z(1 - p / 2)
    A pool and an e-process take every effect to be normal about the truth with one known error. A
    standard error that was read on few degrees of freedom, or an estimate judged by placebos, would
    become certain there: t = 4 on 2 df has p = 0.057, as a normal deviate 0.00006. The first keeps
    the 95 % interval of Student's t, the second the p-value, whatever test it is of; with both,
    neither is narrower or smaller than the estimate's own. Under no effect the deviate of the
    second is standard normal where the p-value is exact, which is what an e-process supposes.
    One number cannot keep every interval: between these two the error is too large. `df` None is a
    normal test, `p_value` None leaves the second out. Units are those of the estimate.
    """
    interval = se
    if df is not None:
        interval *= float(special.stdtrit(df, 0.5 + KEPT / 2) / special.ndtri(0.5 + KEPT / 2))
    if p_value is None or p_value <= 0:
        return interval
    deviate = -float(special.ndtri(min(p_value, LARGEST_P) / 2))
    return max(interval, abs(estimate) / deviate)


def _standardised(measured: Effect, standardiser: float | None, risk: float | None) -> Effect:
    return standardise(measured, standardiser=standardiser, baseline_risk=risk)


def _number(numbers: Mapping[str, float | None], name: str) -> float:
    value = numbers.get(name)
    if value is None:
        raise TooLittleData("is missing", field=f"result.{name}", accepted="a number")
    return float(value)
