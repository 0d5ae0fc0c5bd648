"""A reported estimate -> an effect: the standard error recovered from what the report gives."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final

from scipy import special

from scoring.columns import check_known, number
from scoring.effects.measures import SCALES, Effect, Rounding
from scoring.effects.printed import Figure, Printed, figure, probability
from scoring.effects.scales import limits, to_analysis_scale
from scoring.errors import InvalidInput, ScoringError, TooLittleData

# What each figure has to be for a standard error to come from it.
USABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "interval": "bounds that differ",
        "se": "a finite number above 0",
        "statistic": "a statistic other than 0",
        "p_value": "a number above 0 and below 1, not a bound",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One row of a table of reported estimates; the fields are those of `reported_effect`."""

    estimate: Printed
    ci_low: Printed | None = None
    ci_high: Printed | None = None
    level: float = 0.95
    sei: Printed | None = None
    statistic: Printed | None = None
    p_value: Printed | None = None
    df: float | None = None


def reported_effects(measure: str, reports: Sequence[Report]) -> tuple[Effect, ...]:
    """`reported_effect` of every row, one entry a study (k,); a refusal names the row (from 1)."""
    effects = []
    for row, report in enumerate(reports, start=1):
        try:
            effects.append(_effect(measure, report, decimals=None, p_decimals=None))
        except ScoringError as refusal:
            raise refusal.at(row) from None
    return tuple(effects)


def reported_effect(
    measure: str,
    estimate: Printed,
    *,
    ci_low: Printed | None = None,
    ci_high: Printed | None = None,
    level: float = 0.95,
    sei: Printed | None = None,
    statistic: Printed | None = None,
    p_value: Printed | None = None,
    df: float | None = None,
    decimals: int | None = None,
    p_decimals: int | None = None,
) -> Effect:
    """An effect from a report: estimate with interval, standard error, t or z, or two-sided p.

        interval    se = (high - low) / (2 q)         q: quantile of `level`
        statistic   se = |yi / statistic|             t or z of the test of no effect
        p-value     se = |yi| / q                     q: quantile of 1 - p
    Ratios (OR RR IRR HR PETO ROM), PLO and ZCOR and their intervals are given on the natural scale
    (ratio, proportion, correlation) and transformed first; `sei` is on the analysis scale, for
    ratios that of the log ratio. q is normal, or Student's t when the report's `df` are given. The
    first of interval, standard error, statistic, p-value that is there is used and named in
    `source`: an interval shows the scale it was computed on, a standard error does not, a p-value
    has the fewest digits. An interval also gives `asymmetry`: rounding shows as a small figure; a
    typing error, or an interval from another scale, as a large one.

    Figures may be text, "1.50", whose digits tell how it was rounded, or numbers with `decimals`
    (`p_decimals` for the p-value). Then `rounding` holds the range of standard errors that print
    so, and whether all figures agree within it. A p-value of "<0.001" is weighed there, but cannot
    be the source.
    Raises InvalidInput for an estimate outside its interval, bounds equal or in the wrong order,
    a statistic whose sign is not that of the estimate, ratios not above 0, p outside (0, 1) or only
    a bound; TooLittleData when nothing gives a
    standard error.
    Source: Cochrane Handbook 6.4, sections 6.3.1, 6.3.2 and 6.5.2.
    """
    report = Report(
        estimate=estimate, ci_low=ci_low, ci_high=ci_high, level=level,
        sei=sei, statistic=statistic, p_value=p_value, df=df,
    )  # fmt: skip
    return _effect(measure, report, decimals=decimals, p_decimals=p_decimals)


def _effect(
    measure: str, report: Report, *, decimals: int | None, p_decimals: int | None
) -> Effect:
    check_known("measure", measure, SCALES)
    estimate = _transformed(measure, "estimate", report.estimate, decimals=decimals)
    interval = _interval(measure, estimate, report, decimals=decimals)
    _check_side(estimate, report, decimals=decimals)
    errors = _standard_errors(report, estimate, decimals=decimals, p_decimals=p_decimals)
    if interval is not None:
        quantile = _quantile(report.level, df=report.df)
        errors = {"interval": _from_interval(*interval, quantile=quantile), **errors}
    source = _source(errors, estimate)
    return Effect(
        measure=measure,
        yi=estimate.value,
        vi=errors[source].value ** 2,
        scale=SCALES[measure],
        source=source,
        asymmetry=_asymmetry(estimate, interval),
        rounding=_rounding(source, errors, estimate, interval=interval),
    )


def _transformed(measure: str, field: str, printed: Printed, *, decimals: int | None) -> Figure:
    above, below = limits(measure)
    told = figure(field, printed, decimals=decimals, above=above, below=below)
    return told.through(lambda value: to_analysis_scale(measure, value))


def _interval(
    measure: str, estimate: Figure, report: Report, *, decimals: int | None
) -> tuple[Figure, Figure] | None:
    ci_low, ci_high = report.ci_low, report.ci_high
    if ci_low is None and ci_high is None:
        return None
    if ci_low is None or ci_high is None:
        missing = "ci_low" if ci_low is None else "ci_high"
        raise InvalidInput("one bound is missing", field=missing, accepted="both bounds, or none")
    low = _transformed(measure, "ci_low", ci_low, decimals=decimals)
    high = _transformed(measure, "ci_high", ci_high, decimals=decimals)
    if low.value >= high.value:
        raise InvalidInput(
            f"is {ci_low}, not below the upper bound {ci_high}",
            field="ci_low",
            accepted="a lower bound below the upper one",
        )
    if not low.value <= estimate.value <= high.value:
        raise InvalidInput(
            f"lies outside its own interval, {ci_low} to {ci_high}",
            field="estimate",
            accepted="an estimate inside its interval, both on the same scale",
        )
    return low, high


def _check_side(estimate: Figure, report: Report, *, decimals: int | None) -> None:
    """Refuse a t or z on the other side of no effect, beyond what rounding could do."""
    if report.statistic is None:
        return
    statistic = figure("statistic", report.statistic, decimals=decimals)
    against = estimate.turned()
    if min(statistic.low, against.low) > 0 or max(statistic.high, against.high) < 0:
        raise InvalidInput(
            f"is {report.statistic}, on the other side of no effect than the estimate "
            f"{report.estimate}",
            field="statistic",
            accepted="a statistic with the sign of its estimate",
        )


def _standard_errors(
    report: Report, estimate: Figure, *, decimals: int | None, p_decimals: int | None
) -> dict[str, Figure]:
    """The standard error by every figure but the interval, in the order of preference."""
    found = {}
    if report.sei is not None:
        found["se"] = figure("sei", report.sei, decimals=decimals)
    if report.statistic is not None:
        statistic = figure("statistic", report.statistic, decimals=decimals).size()
        found["statistic"] = estimate.size().over(statistic)
    if report.p_value is not None:
        p = probability("p_value", report.p_value, decimals=p_decimals)
        statistic = p.through(lambda tail: _statistic(tail, df=report.df)).turned()
        found["p_value"] = estimate.size().over(statistic)
    return found


def _from_interval(low: Figure, high: Figure, *, quantile: float) -> Figure:
    return Figure(
        value=(high.value - low.value) / (2 * quantile),
        low=max(0.0, high.low - low.high) / (2 * quantile),
        high=(high.high - low.low) / (2 * quantile),
        rounded=low.rounded and high.rounded,
    )


def _source(errors: Mapping[str, Figure], estimate: Figure) -> str:
    """The first figure that tells a standard error; refused where it turns out not to."""
    if not errors:
        accepted = "statistic, ci_low with ci_high, sei, or p_value"
        raise TooLittleData("no sign of its precision", field="estimate", accepted=accepted)
    source = next(iter(errors))
    if source in ("statistic", "p_value") and estimate.value == 0:
        raise InvalidInput(
            f"is exactly no effect, for which a {source} tells nothing of precision",
            field="estimate",
            accepted="an interval or a standard error for such an estimate",
        )
    error = errors[source].value
    if not (math.isfinite(error) and error > 0):
        raise InvalidInput(
            f"leaves no standard error (it comes to {error})",
            field="sei" if source == "se" else source,
            accepted=USABLE[source],
        )
    return source


def _statistic(p_value: float, *, df: float | None) -> float:
    # The lower tail, p/2, keeps the digits of a very small p that 1 - p/2 would lose.
    tail = p_value / 2
    return float(special.ndtri(tail) if df is None else special.stdtrit(_checked(df), tail))


def _quantile(coverage: float, *, df: float | None) -> float:
    upper = 0.5 + number("level", coverage, above=0.0, below=1.0) / 2
    return float(special.ndtri(upper) if df is None else special.stdtrit(_checked(df), upper))


def _checked(df: float) -> float:
    return number("df", df, above=0.0)


def _asymmetry(estimate: Figure, interval: tuple[Figure, Figure] | None) -> float | None:
    if interval is None:
        return None
    low, high = (bound.value for bound in interval)
    return ((high - estimate.value) - (estimate.value - low)) / (high - low)


def _rounding(
    source: str,
    errors: Mapping[str, Figure],
    estimate: Figure,
    *,
    interval: tuple[Figure, Figure] | None,
) -> Rounding | None:
    error = errors[source]
    if not error.rounded:
        return None
    ranges = {name: found for name, found in errors.items() if found.rounded}
    pairs = [(f"{a} and {b}", ranges[a], ranges[b]) for a, b in combinations(ranges, 2)]
    if interval is not None and estimate.rounded:
        pairs.append(("estimate and interval", estimate, _middle(*interval)))
    against = tuple(name for name, one, other in pairs if not one.meets(other))
    agrees = not against if pairs else None
    return Rounding(se_low=error.low, se_high=error.high, agrees=agrees, contradictions=against)


def _middle(low: Figure, high: Figure) -> Figure:
    ends = [(a + b) / 2 for a, b in ((low.low, high.low), (low.high, high.high))]
    return Figure(
        value=(low.value + high.value) / 2, low=ends[0], high=ends[1], rounded=low.rounded
    )
