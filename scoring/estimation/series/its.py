"""Interrupted time series: one outcome before and after, against the course it was on."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers
from scoring.estimation.linear import least_squares
from scoring.estimation.results import Estimate, Picture
from scoring.estimation.series import series_checks as checks
from scoring.estimation.series.curve_check import straight_before
from scoring.estimation.series.residual_checks import no_seasons_left, residual_checks
from scoring.estimation.series.seasons import refuse_unseen, season_columns
from scoring.estimation.series.series import SEGMENTS, Course, Period, Periods, Series, read_rows
from scoring.estimation.series.series_effects import (
    AUTO,
    Question,
    against,
    answer,
    expected_without,
    question,
)
from scoring.estimation.series.series_estimators import Method, fitted, method
from scoring.estimation.series.series_pictures import expected, line, series_picture
from scoring.estimation.series.series_report import Case, report

BLIND: Final = (
    "Without a comparison series it cannot tell the programme from anything else that changed at "
    "the same time."
)


def interrupted_time_series(
    *,
    periods: Periods,
    outcome: Numbers,
    start: Period,
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
    """The effect of a programme on one series, by segmented regression.

        y_t = a + b time + level [t >= start] + trend (t - start) [t >= start] + seasons + e_t
    Rows (n,) are one a period, in any order; periods are whole numbers one apart or dates, and
    `start` is the first with the programme. The effect is the difference from the counterfactual
    (level = trend = 0): on average from the start on, in period `horizon` of the programme or in
    its first (`headline`: average, horizon, level). The table tells those that were asked for, and
    for outcomes not below 0 the log ratio of what was seen to what would have been (delta method).

    `estimator` is ar1 (AR(1) errors averaged over the autocorrelation, the default: its intervals
    keep their level in series of 24 to 60 periods whose errors have a memory of one period; where
    it is of two, 0.4 and 0.2, 95 % intervals of 48 periods hold in 91 %), ar1_reml, ar1_ml,
    prais_winsten, cochrane_orcutt or ols; ols has `covariance` NW (Newey-West at `lag`, unless
    given floor(4 (n/100)^(2/9)); times n/(n-p) if `adjusted`), const or HC0-HC3. All are read on
    n - p degrees of freedom, cochrane_orcutt on one less. `seasons` are none, dummies or harmonics
    (`pairs` of them) of `cycle` periods, none assumed; a stated cycle is tested for seasons left
    over. `log` models the log of the outcome, so that the effect is a log ratio.
    For the pool: divided by `sd`, the standard deviation among people, where it is given, else the
    log ratio. `ratio` is IRR, of rates of events, ROM, of means, which no pool has a scale for, or
    auto: IRR where every outcome is a whole number, and the text says so. `floor` and `ceiling`
    bound what the outcome can be.

    Raises TooLittleData for fewer than 8 periods on a side or a season not seen before the start;
    InvalidInput with the row for periods or outcomes that cannot be, a programme that never starts,
    an outcome that does not vary or lies on the model; UnknownMethod for names that do not exist;
    NotConverged where a single autocorrelation does not exist (never with ar1).
    Source: Wagner et al. 2002, J. Clin. Pharm. Ther. 27:299; Lopez Bernal et al. 2017, Int. J.
    Epidemiol. 46:348; Turner et al. 2021, BMC Med. Res. Methodol. 21:181.
    """
    course = Course(seasons=seasons, cycle=cycle, pairs=pairs, floor=floor, ceiling=ceiling)
    rows = read_rows(periods=periods, outcome=outcome, start=start, course=course, log=log)
    asked = question(
        rows.y, headline=headline, horizon=horizon, ratio=ratio, sd=sd, log=log, level=level
    )
    series, n = rows.series(), len(rows.y)
    by = method(estimator, n=n, covariance=covariance, lag=lag, adjusted=adjusted)
    return report(_case(series, course, by, asked))


def _case(series: Series, course: Course, by: Method, asked: Question) -> Case:
    y, columns = np.log(series.y) if asked.log else series.y, segmented(series, course)
    fit = fitted(y, columns, steps=series.steps, by=by)
    own = against(series, fit.terms)
    modelled = fit.x @ fit.b
    without = expected_without(fit, own, modelled[series.after], level=asked.level)
    raw = least_squares(y, columns).residuals
    gone_on = "level and slope" if course.seasons == "none" else "level, slope and seasons"
    return Case(
        design="interrupted_time_series",
        model="segmented regression",
        series=series,
        fit=fit,
        by=by,
        asked=asked,
        found=answer(fit, own, asked),
        checks=(
            checks.enough_periods(series),
            checks.no_missing_periods(series.missing),
            checks.believable_interval(by, fit.n),
            *residual_checks(fit, raw, cycle=course.cycle, labels=series.labels),
            no_seasons_left(fit, series.periods, cycle=course.cycle),
            checks.steady_before(y[~series.after], series),
            straight_before(y, series, seasons_among(columns)),
            checks.within_bounds(series, np.exp(without[0]) if asked.log else without[0], course),
        ),
        compared=f"the course of the {series.n_before} periods before it",
        assumed=f"{gone_on} before the start would have gone on",
        blind=BLIND,
        changes=("level", "trend"),
        told=course.told,
        facts={"comparator": "before_period"},
        pictures=(_picture(series, modelled, without, asked),),
    )


def segmented(series: Series, course: Course) -> dict[str, Column]:
    """The columns of the regression of one series: level, slope, their changes, and seasons.

    Raises what `season_columns` does, and TooLittleData for a season not seen before the start.
    """
    columns = season_columns(
        series.periods, seasons=course.seasons, cycle=course.cycle, pairs=course.pairs
    )
    if columns:
        refuse_unseen(series.periods, start=series.start, cycle=course.cycle)
    return series.segments() | columns


def seasons_among(columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns of a segmented regression that are of its seasons."""
    return {name: told for name, told in columns.items() if name not in SEGMENTS}


def _picture(
    series: Series, modelled: Column, without: tuple[Column, Column, Column], asked: Question
) -> Picture:
    x = series.periods.astype(np.float64)
    return series_picture(
        "The outcome against the course it was on",
        series,
        (
            line("observed", "observed", x, series.y),
            line("fitted", "modelled", x, modelled, log=asked.log),
            expected(x[series.after], without, level=asked.level, log=asked.log),
        ),
    )
