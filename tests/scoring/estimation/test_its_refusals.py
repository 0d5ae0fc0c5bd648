"""What an interrupted time series refuses, by name and with what would be accepted."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.series.its import interrupted_time_series
from scoring.estimation.series.series_estimators import ESTIMATORS
from tests.scoring.estimation.one_series import PERIODS, START, estimate, outcome


@pytest.mark.parametrize(("before", "after"), [(7, 12), (12, 7)])
def test_fewer_than_eight_periods_on_a_side_are_too_few(before, after):
    n = before + after
    with pytest.raises(TooLittleData, match="at least 8 on each side") as refusal:
        interrupted_time_series(periods=range(n), outcome=outcome(n=n), start=before)
    assert "no design fits one shorter series" in refusal.value.accepted


def test_eight_periods_on_both_sides_are_enough():
    found = interrupted_time_series(periods=range(1, 17), outcome=outcome(n=16), start=9)
    assert found.df == 12


@pytest.mark.parametrize("start", [0, 1, 37, 99])
def test_a_programme_that_never_starts_or_always_ran_is_refused(start):
    with pytest.raises(InvalidInput) as refusal:
        estimate(start=start)
    assert refusal.value.field == "start"


def test_a_period_twice_is_refused_with_its_row():
    twice = [*PERIODS[:-1], 5]
    with pytest.raises(InvalidInput, match="5 is there twice") as refusal:
        estimate(periods=twice)
    assert (refusal.value.field, refusal.value.row) == ("periods", 36)


def test_periods_that_are_no_whole_numbers_are_refused_with_their_row():
    for wrong in (2.5, math.nan, math.inf):
        with pytest.raises(InvalidInput) as refusal:
            estimate(periods=[1, wrong, *PERIODS[2:]])
        assert refusal.value.row == 2
    with pytest.raises(InvalidInput, match="start"):
        estimate(start=18.5)


def test_year_and_month_in_one_number_are_not_one_apart():
    months = [100 * (2021 + m // 12) + m % 12 + 1 for m in range(36)]
    with pytest.raises(InvalidInput, match="12 year \\+ month"):
        estimate(periods=months, start=202207)


def test_outcomes_that_cannot_be_are_refused_with_their_row():
    y = outcome()
    y[3] = math.nan
    with pytest.raises(InvalidInput) as refusal:
        estimate(y)
    assert (refusal.value.field, refusal.value.row) == ("outcome", 4)
    y[3] = 0.0
    with pytest.raises(InvalidInput, match="above 0") as refusal:
        estimate(y, log=True)
    assert refusal.value.row == 4


def test_an_outcome_without_variation_or_without_error_is_refused():
    with pytest.raises(InvalidInput, match="same in every period"):
        estimate(np.full(36, 7.0))
    t = np.array(PERIODS)
    for estimator in ESTIMATORS:
        with pytest.raises(InvalidInput, match="exactly"):
            estimate(3.0 + 2 * t - 5.0 * (t >= START), estimator=estimator)


def test_columns_of_unlike_length_are_refused():
    with pytest.raises(InvalidInput, match="rows"):
        estimate(outcome()[:-1])


def test_no_rows_are_no_series():
    with pytest.raises(InvalidInput):
        interrupted_time_series(periods=[], outcome=[], start=1)


def test_a_season_that_only_the_programme_has_seen_is_refused():
    with pytest.raises(TooLittleData, match="season 9 is not seen before"):
        interrupted_time_series(
            periods=range(1, 37), outcome=outcome(), start=9, seasons="dummies", cycle=12
        )


@pytest.mark.parametrize(
    ("options", "error", "field"),
    [
        ({"estimator": "arima"}, UnknownMethod, "estimator"),
        ({"covariance": "HC1"}, UnknownMethod, "covariance of ar1"),
        ({"seasons": "months"}, UnknownMethod, "seasons"),
        ({"seasons": "dummies"}, InvalidInput, "cycle"),
        ({"headline": "final"}, UnknownMethod, "headline"),
        ({"headline": "horizon"}, InvalidInput, "horizon"),
        ({"horizon": 19}, InvalidInput, "horizon"),
        ({"horizon": 0}, InvalidInput, "horizon"),
        ({"ratio": "OR"}, UnknownMethod, "ratio"),
        ({"sd": 0.0}, InvalidInput, "sd"),
        ({"sd": 1.0, "log": True}, InvalidInput, "sd"),
        ({"level": 95.0}, InvalidInput, "level"),
        ({"estimator": "ols", "lag": -1}, InvalidInput, "lag"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(options, error, field):
    with pytest.raises(error) as refusal:
        estimate(**options)
    assert refusal.value.field == field


# How often the interval holds the truth.


@pytest.mark.parametrize(("phi", "n"), [(0.0, 40), (0.3, 24), (0.5, 36)])
def test_the_default_interval_holds_the_truth_as_often_as_it_says(phi, n):
    start, held, tries = n // 2 + 1, 0, 500
    for seed in range(tries):
        y = outcome(n=n, start=start, phi=phi, seed=seed, effect=-5.0)
        found = interrupted_time_series(periods=range(1, n + 1), outcome=y, start=start)
        held += found.ci_low <= -5.0 <= found.ci_high
    # 93 to 97 per cent, give or take two standard errors of a share in 500 tries.
    assert 0.91 <= held / tries <= 0.99
