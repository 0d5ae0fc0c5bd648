"""An answered time series as an estimate: its words, specification and parts put together."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scoring.estimation.linear import table
from scoring.estimation.results import COMPARISON, Check, Coefficient, Estimate, Picture, Value
from scoring.estimation.series.series import Series
from scoring.estimation.series.series_effects import Answer, Question, natural_effect, pooled_effect
from scoring.estimation.series.series_estimators import NAMES, Method
from scoring.estimation.series.series_fit import SeriesFit
from scoring.estimation.words import checks_in_words, p_in_words, plain, verdict_in_words

COUNTED: Final = (
    "Every figure is a whole number and is taken to count events, so that the ratio is of rates",
    "and can be weighed with others; where it counts something else, ratio=ROM says so.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fitted series with all that its report needs.

    `compared` says what the effect is judged by, `assumed` what that takes for granted, `blind`
    what the design cannot see; `changes` are the terms of the changes in level and slope.
    """

    design: str
    model: str
    series: Series
    fit: SeriesFit
    by: Method
    asked: Question
    found: Answer
    checks: tuple[Check, ...]
    compared: str
    assumed: str
    blind: str
    changes: tuple[str, str]
    told: Mapping[str, Value | None]
    facts: Mapping[str, Value | None]
    pictures: tuple[Picture, ...]


def report(case: Case) -> Estimate:
    """The estimate of an answered case."""
    fit, headline, asked = case.fit, case.found.headline, case.asked
    standardised, reason = pooled_effect(case.found, asked)
    return Estimate(
        design=case.design,
        estimator=f"{case.model}: {NAMES[case.by.estimator]}",
        covariance=case.by.covariance,
        claim=COMPARISON,
        level=asked.level,
        n=fit.n,
        natural=natural_effect(case.found, asked),
        df=headline.df,
        p_value=headline.p_value,
        ci_low=headline.ci_low,
        ci_high=headline.ci_high,
        standardised=standardised,
        not_standardised=reason,
        coefficients=(
            *table(fit.terms, fit.b, fit.cov, df=float(fit.df), level=asked.level),
            *case.found.rows,
        ),
        checks=case.checks,
        text=_text(case),
        specification={**case.told, **_specification(case)},
        facts=case.facts,
        pictures=case.pictures,
    )


def _specification(case: Case) -> dict[str, Value | None]:
    by, asked, fit, series = case.by, case.asked, case.fit, case.series
    return {
        "estimator": by.estimator,
        "covariance": by.covariance,
        "lag": by.lag,
        "adjusted": by.adjusted,
        "headline": asked.headline,
        "horizon": asked.horizon,
        "log": asked.log,
        "ratio": asked.ratio,
        "sd": asked.sd,
        "level": asked.level,
        "terms": ", ".join(fit.terms),
        "start": series.start,
        "start_label": series.labels[series.n_before],
        "periods_before": series.n_before,
        "periods_after": series.n_after,
        "missing_periods": series.missing,
        "phi": fit.phi,
        "sigma": fit.sigma,
        "loglik": fit.loglik,
        "residual_df": fit.df,
    }


def _start_label(series: Series) -> str:
    label = series.labels[series.n_before]
    return f"period {label}" if label.lstrip("-").isdigit() else label


def _text(case: Case) -> str:
    row, asked = case.found.headline, case.asked
    size = f"{_when(case)} the outcome was {_size(case)} ({_interval(row, asked)})"
    return " ".join(
        (
            f"{size}, judged by {case.compared}.",
            verdict_in_words(row.ci_low, row.ci_high),
            _shape(case),
            *(COUNTED if _counted(case) else ()),
            f"This takes for granted that {case.assumed}.",
            checks_in_words(case.checks),
            case.blind,
        )
    )


def _counted(case: Case) -> bool:
    """Whether whole numbers were taken for counts of events, and that bears on the pool."""
    return case.asked.supposed and case.asked.sd is None and case.found.ratio is not None


def _when(case: Case) -> str:
    match case.asked.headline:
        case "average":
            return f"Over the {case.series.n_after} periods from {_start_label(case.series)} on"
        case "level":
            return f"In {_start_label(case.series)}, the first period of the programme,"
        case _:
            return f"In period {case.asked.horizon} of the programme"


def _size(case: Case) -> str:
    row, asked, ratio = case.found.headline, case.asked, case.found.ratio
    average = "on average " if asked.headline == "average" else ""
    if asked.log:
        return f"{average}{_percent(row.estimate)} than it would have been"
    way = "higher" if row.estimate > 0 else "lower"
    size = f"{average}{plain(abs(row.estimate))} {way} than it would have been"
    return size if ratio is None else f"{size}, that is {_percent(ratio.estimate)}"


def _percent(log_ratio: float) -> str:
    change = 100 * math.expm1(min(log_ratio, 700.0))
    return f"{plain(abs(change))} % {'higher' if change > 0 else 'lower'}"


def _interval(row: Coefficient, asked: Question) -> str:
    p = p_in_words(row.p_value)
    bounds = (row.ci_low, row.ci_high)
    if asked.log:
        low, high = (plain(100 * math.expm1(min(value, 700.0))) for value in bounds)
        return f"{100 * asked.level:g} % interval of the change {low} % to {high} %, {p}"
    low, high = (plain(value) for value in bounds)
    return f"{100 * asked.level:g} % interval of the difference {low} to {high}, {p}"


def _shape(case: Case) -> str:
    level, slope = (float(case.fit.b[case.fit.terms.index(term)]) for term in case.changes)
    moved = "rose" if level > 0 else "fell"
    turned = "up" if slope > 0 else "down"
    unit = " on the log scale" if case.asked.log else ""
    return (
        f"It {moved} by {plain(abs(level))} at once and its slope turned {turned} by "
        f"{plain(abs(slope))} a period{unit}."
    )
