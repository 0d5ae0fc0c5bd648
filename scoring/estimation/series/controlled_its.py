"""Controlled interrupted time series: a series with the programme against one without it."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import least_squares
from scoring.estimation.parallel import worthwhile
from scoring.estimation.results import Check, Coefficient, Estimate, Picture, Value
from scoring.estimation.series import series_checks as checks
from scoring.estimation.series.autoregressive import averaged_ar1
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.series.curve_check import straight_before
from scoring.estimation.series.its import seasons_among, segmented
from scoring.estimation.series.residual_checks import no_seasons_left, residual_checks
from scoring.estimation.series.seasons import refuse_unseen, season_columns
from scoring.estimation.series.series import Course, Period, Periods, Rows, Series, read_rows
from scoring.estimation.series.series_effects import (
    AUTO,
    Against,
    Question,
    against,
    answer,
    expected_without,
    question,
)
from scoring.estimation.series.series_estimators import Method, fitted, method
from scoring.estimation.series.series_fit import SeriesFit, steps_of
from scoring.estimation.series.series_pictures import expected, line, series_picture
from scoring.estimation.series.series_report import Case, report

MODELS: Final = ("difference", "stacked")

BLIND: Final = (
    "It cannot tell the programme from anything else that changed at the same time where it ran, "
    "and not where it did not."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The series with the programme and the one without; `unused` rows had no counterpart."""

    treated: Series
    comparison: Series
    unused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model of both series, the rows behind it, and what it says of the treated one.

    `periods` and `labels` (n,) are those of its rows, `raw` (n,) their least-squares residuals.
    `modelled` is the treated series on the scale of the model. Terms that tell of its difference
    from the other end in `suffix`.
    """

    fit: SeriesFit
    raw: Column
    own: Against
    periods: Steps
    labels: tuple[str, ...]
    modelled: Column
    suffix: str


def controlled_interrupted_time_series(
    *,
    periods: Periods,
    outcome: Numbers,
    group: Numbers,
    start: Period,
    model: str = "difference",
    estimator: str = "ar1",
    covariance: str | None = None,
    lag: int | None = None,
    adjusted: bool = True,
    seasons: str = "none",
    cycle: int | None = None,
    pairs: int = 1,
    headline: str = "average",
    horizon: int | None = None,
    log: bool = False,
    ratio: str = AUTO,
    sd: float | None = None,
    floor: float | None = None,
    ceiling: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """The effect of a programme on one series, against another that did not have it.

        difference  treated - comparison, period by period, as one interrupted series
        stacked     y = a + b time + level + trend + seasons
                        + group (a' + b' time + level' + trend') + e, e following in each series
    Rows (n,) are one a period and `group`, 1 with the programme and 0 without. The effect is the
    change in level and slope of the difference (level', trend'). Least squares gives both models
    the same one; what moves both series at once leaves the difference but not the errors of the
    stacked model, whose rows it counts as if they were apart, so the difference is the default.
    It uses the periods that both series have. The stacked model has ar1, ar1_reml, ar1_ml, and ols
    with const or HC0-HC3. With `log` the effect is a ratio of ratios. All else, and what is raised,
    is that of `interrupted_time_series`, and TooLittleData where a group has no rows.
    Source: Lopez Bernal, Cummins and Gasparrini 2018, Int. J. Epidemiol. 47:2082; Linden 2015,
    Stata J. 15:480.
    """
    check_known("model", model, MODELS)
    course = Course(seasons=seasons, cycle=cycle, pairs=pairs, floor=floor, ceiling=ceiling)
    rows = read_rows(periods=periods, outcome=outcome, start=start, course=course, log=log)
    asked = question(
        rows.y, headline=headline, horizon=horizon, ratio=ratio, sd=sd, log=log, level=level
    )
    single = model == "difference"
    pair = _matched(_pair(rows, group)) if single else _pair(rows, group)
    n = len(pair.treated.y) + (0 if single else len(pair.comparison.y))
    by = method(estimator, n=n, covariance=covariance, lag=lag, adjusted=adjusted, single=single)
    fit_both = _difference if single else _stacked
    return report(_case(pair, fit_both(pair, course, by, asked), course, by, asked))


def _pair(rows: Rows, group: Numbers) -> Pair:
    told = column("group", group)
    check_same_length(outcome=rows.y, group=told)
    refuse_rows(
        ~np.isin(told, (0.0, 1.0)),
        field="group",
        values=told,
        accepted="1 for the series with the programme, 0 for the one without",
    )
    for code, name in ((1.0, "with the programme"), (0.0, "without it")):
        if not (told == code).any():
            raise TooLittleData(
                f"no row is of the series {name}",
                field="group",
                accepted="both series"
                + ("; interrupted_time_series takes this one alone" if code == 0 else ""),
            )
    return Pair(treated=rows.series(told == 1), comparison=rows.series(told == 0))


def _matched(pair: Pair) -> Pair:
    common = np.intersect1d(pair.treated.periods, pair.comparison.periods)
    return Pair(
        treated=pair.treated.at(common),
        comparison=pair.comparison.at(common),
        unused=len(pair.treated.y) + len(pair.comparison.y) - 2 * len(common),
    )


def _difference(pair: Pair, course: Course, by: Method, asked: Question) -> Fitted:
    treated = pair.treated
    other = _scaled(pair.comparison, asked)
    y, columns = _scaled(treated, asked) - other, segmented(treated, course)
    fit = fitted(y, columns, steps=treated.steps, by=by)
    return Fitted(
        fit=fit,
        raw=least_squares(y, columns).residuals,
        own=against(treated, fit.terms),
        periods=treated.periods,
        labels=treated.labels,
        modelled=other + fit.x @ fit.b,
        suffix="",
    )


def _stacked(pair: Pair, course: Course, by: Method, asked: Question) -> Fitted:
    both = (pair.treated, pair.comparison)
    group = np.repeat([1.0, 0.0], [len(series.y) for series in both])
    periods = np.concatenate([series.periods for series in both])
    y = np.concatenate([_scaled(series, asked) for series in both])
    columns = _stacked_columns(both, group, periods, course)
    fit = fitted(y, columns, steps=steps_of(periods, group.astype(np.int64)), by=by)
    return Fitted(
        fit=fit,
        raw=least_squares(y, columns).residuals,
        own=against(pair.treated, fit.terms, suffix=":group"),
        periods=periods,
        labels=pair.treated.labels + tuple(f"{x} (comparison)" for x in pair.comparison.labels),
        modelled=(fit.x @ fit.b)[: len(pair.treated.y)],
        suffix=":group",
    )


def _stacked_columns(
    both: tuple[Series, Series], group: Column, periods: Steps, course: Course
) -> dict[str, Column]:
    origin = int(periods.min())
    each = [series.segments(origin) for series in both]
    shared = {name: np.concatenate([part[name] for part in each]) for name in each[0]}
    seasons = season_columns(
        periods, seasons=course.seasons, cycle=course.cycle, pairs=course.pairs
    )
    if seasons:
        refuse_unseen(periods, start=both[0].start, cycle=course.cycle)
    crossed = {f"{name}:group": shared[name] * group for name in ("time", "level", "trend")}
    return shared | seasons | {"group": group} | crossed


def _scaled(series: Series, asked: Question) -> Column:
    return np.log(series.y) if asked.log else series.y


def _case(pair: Pair, both: Fitted, course: Course, by: Method, asked: Question) -> Case:
    treated = pair.treated
    without = expected_without(both.fit, both.own, both.modelled[treated.after], level=asked.level)
    found = _checks(pair, both, course, by, without[0], asked)
    single = not both.suffix
    return Case(
        design="controlled_its",
        model="difference series" if single else "stacked series",
        series=treated,
        fit=both.fit,
        by=by,
        asked=asked,
        found=answer(both.fit, both.own, asked),
        checks=found,
        compared="what the comparison series did at the same time",
        assumed="the difference between the series would have gone on along its own line",
        blind=BLIND,
        changes=(f"level{both.suffix}", f"trend{both.suffix}"),
        told={"model": "difference" if single else "stacked", **course.told},
        facts=_facts(pair, found, asked),
        pictures=(_picture(pair, both.modelled, without, asked),),
    )


def _checks(
    pair: Pair, both: Fitted, course: Course, by: Method, without: Column, asked: Question
) -> tuple[Check, ...]:
    fit, treated, other = both.fit, pair.treated, pair.comparison
    shorter = min((treated, other), key=lambda series: min(series.n_before, series.n_after))
    before = (fit.y[: len(treated.y)])[~treated.after]
    return (
        checks.enough_periods(shorter),
        checks.no_missing_periods(treated.missing + other.missing, unused=pair.unused),
        checks.believable_interval(by, fit.n),
        checks.parallel_before(
            fit,
            f"time{both.suffix}",
            treated,
            level=asked.level,
            margin=worthwhile(sd=asked.sd, log=asked.log),
        ),
        checks.comparison_change(_own_change(other, course, asked)),
        *residual_checks(fit, both.raw, cycle=course.cycle, labels=both.labels),
        no_seasons_left(fit, both.periods, cycle=course.cycle),
        checks.steady_before(before, treated),
        _straight_before(pair, course, asked),
        checks.within_bounds(treated, np.exp(without) if asked.log else without, course),
    )


def _straight_before(pair: Pair, course: Course, asked: Question) -> Check:
    """Whether the difference of the series bends before the start, or the treated where it has to.

    That is where both share too few periods for a difference.
    """
    try:
        both = _matched(pair)
    except (TooLittleData, InvalidInput):
        y, series = _scaled(pair.treated, asked), pair.treated
    else:
        y, series = _scaled(both.treated, asked) - _scaled(both.comparison, asked), both.treated
    return straight_before(y, series, seasons_among(segmented(series, course)))


def _own_change(series: Series, course: Course, asked: Question) -> Coefficient:
    """What the comparison series did on average against its own course."""
    columns = segmented(series, course)
    fit = averaged_ar1(_scaled(series, asked), columns, steps=series.steps)
    alone = replace(asked, headline="average", horizon=None)
    return answer(fit, against(series, fit.terms), alone).headline


def _facts(pair: Pair, found: tuple[Check, ...], asked: Question) -> dict[str, Value | None]:
    means = [float(series.y[~series.after].mean()) for series in (pair.treated, pair.comparison)]
    facts: dict[str, Value | None] = {
        "parallel_trends": next(check.passed for check in found if check.name == "pre_trend"),
        "adjusted_for_baseline": True,
        "mean_intervention": means[0],
        "mean_comparison": means[1],
    }
    if asked.sd is not None:
        facts["standardised_difference"] = (means[0] - means[1]) / asked.sd
    return facts


def _picture(
    pair: Pair, modelled: Column, without: tuple[Column, Column, Column], asked: Question
) -> Picture:
    treated, other = pair.treated, pair.comparison
    x = treated.periods.astype(np.float64)
    return series_picture(
        "The outcome against what the comparison series leads to expect",
        treated,
        (
            line("observed", "with the programme", x, treated.y),
            line("fitted", "modelled", x, modelled, log=asked.log),
            expected(x[treated.after], without, level=asked.level, log=asked.log),
            line("comparison", "comparison", other.periods.astype(np.float64), other.y),
        ),
    )
