"""A reported estimate -> an effect: the standard error recovered from what the report gives."""

import math

from scipy import special

from scoring.columns import check_known, number
from scoring.effects.measures import LOG_RATIOS, SCALES, Effect
from scoring.errors import InvalidInput, TooLittleData


def reported_effect(
    measure: str,
    estimate: float,
    *,
    ci_low: float | None = None,
    ci_high: float | None = None,
    level: float = 0.95,
    sei: float | None = None,
    p_value: float | None = None,
    df: float | None = None,
) -> Effect:
    """An effect from a reported estimate with its interval, standard error or two-sided p-value.

        interval   se = (high - low) / (2 q)         q: quantile of `level`
        p-value    se = |yi| / q                     q: quantile of 1 - p
    Ratios (OR RR IRR HR) and their intervals are given on the natural scale and logged first;
    `sei` is on the analysis scale, for ratios that of the log ratio. q is normal, or Student's t
    when the report's `df` are given. The first of interval, standard error, p-value that is there
    is used and named in `source`: an interval shows the scale it was computed on, a standard error
    does not, a p-value has the fewest digits. An interval also gives `asymmetry`: rounding shows
    as a small figure; a typing error, or an interval from another scale, as a large one.
    Raises InvalidInput for an estimate outside its interval, bounds equal or in the wrong order,
    ratios not above 0, p outside (0, 1); TooLittleData when nothing gives a standard error.
    Source: Cochrane Handbook 6.4, sections 6.3.1, 6.3.2 and 6.5.2.
    """
    check_known("measure", measure, SCALES)
    yi = _on_analysis_scale(measure, "estimate", estimate)
    interval = _interval(measure, yi, ci_low=ci_low, ci_high=ci_high)
    if interval is not None:
        source, se = "interval", (interval[1] - interval[0]) / (2 * _quantile(level, df=df))
    elif sei is not None:
        source, se = "se", number("sei", sei, above=0.0)
    elif p_value is not None:
        source, se = "p_value", _se_from_p(yi, p_value, df=df)
    else:
        accepted = "ci_low with ci_high, sei, or p_value"
        raise TooLittleData("no sign of its precision", field="estimate", accepted=accepted)
    return Effect(
        measure=measure,
        yi=yi,
        vi=se**2,
        scale=SCALES[measure],
        source=source,
        asymmetry=_asymmetry(yi, interval),
    )


def _on_analysis_scale(measure: str, field: str, value: float) -> float:
    if measure in LOG_RATIOS:
        return math.log(number(field, value, above=0.0))
    return number(field, value)


def _interval(
    measure: str, yi: float, *, ci_low: float | None, ci_high: float | None
) -> tuple[float, float] | None:
    if ci_low is None and ci_high is None:
        return None
    if ci_low is None or ci_high is None:
        missing = "ci_low" if ci_low is None else "ci_high"
        raise InvalidInput("one bound is missing", field=missing, accepted="both bounds, or none")
    low = _on_analysis_scale(measure, "ci_low", ci_low)
    high = _on_analysis_scale(measure, "ci_high", ci_high)
    if low >= high:
        raise InvalidInput(
            f"is {ci_low}, not below the upper bound {ci_high}",
            field="ci_low",
            accepted="a lower bound below the upper one",
        )
    if not low <= yi <= high:
        raise InvalidInput(
            f"lies outside its own interval, {ci_low} to {ci_high}",
            field="estimate",
            accepted="an estimate inside its interval, both on the same scale",
        )
    return low, high


def _asymmetry(yi: float, interval: tuple[float, float] | None) -> float | None:
    if interval is None:
        return None
    low, high = interval
    return ((high - yi) - (yi - low)) / (high - low)


def _quantile(coverage: float, *, df: float | None) -> float:
    upper = 0.5 + number("level", coverage, above=0.0, below=1.0) / 2
    if df is None:
        return float(special.ndtri(upper))
    return float(special.stdtrit(number("df", df, above=0.0), upper))


def _se_from_p(yi: float, p_value: float, *, df: float | None) -> float:
    # The lower tail, p/2, keeps the digits of a very small p that 1 - p/2 would lose.
    tail = number("p_value", p_value, above=0.0, below=1.0) / 2
    q = special.ndtri(tail) if df is None else special.stdtrit(number("df", df, above=0.0), tail)
    if yi == 0:
        raise InvalidInput(
            "is exactly no effect, for which a p-value tells nothing of precision",
            field="estimate",
            accepted="an interval or a standard error for such an estimate",
        )
    return abs(yi / float(q))
