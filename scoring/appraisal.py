"""What a contrast's recorded result amounts to: its effect, as measured and in deviations."""

from collections.abc import Mapping

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
    """An estimate with the standard error it was computed with; nothing is worked back."""
    estimate, error = (_number(result.numbers, field) for field in ("estimate", "se"))
    yi = to_analysis_scale(result.measure, estimate)
    return given([yi], sei=[error], measure=result.measure)[0]


def _standardised(measured: Effect, standardiser: float | None, risk: float | None) -> Effect:
    return standardise(measured, standardiser=standardiser, baseline_risk=risk)


def _number(numbers: Mapping[str, float | None], name: str) -> float:
    value = numbers.get(name)
    if value is None:
        raise TooLittleData("is missing", field=f"result.{name}", accepted="a number")
    return float(value)
