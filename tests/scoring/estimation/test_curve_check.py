"""A course that bends before the start is no straight line afterwards."""

import numpy as np
import pytest

from scoring.estimation.series.controlled_its import controlled_interrupted_time_series
from scoring.estimation.series.its import interrupted_time_series
from tests.scoring.estimation.time_series import check


def found(curve, *, n=60, seed=3, noise=2.0, **options):
    t = np.arange(1, n + 1)
    y = 50 + curve * t**2 + np.random.default_rng(seed).normal(0, noise, n)
    return interrupted_time_series(periods=t, outcome=y, start=n // 2 + 1, **options)


@pytest.mark.parametrize("options", [{}, {"estimator": "ols"}, {"log": True}])
def test_a_bend_before_the_start_fails_and_is_named_as_what_the_effect_may_be(options):
    bent = found(0.05, **options)
    told = check(bent, "curvature")
    assert told.passed is False
    assert "the effect may be that bend" in told.text
    assert "bend of the course before the start" in bent.text


def test_a_straight_course_fails_by_chance_no_more_often_than_it_says():
    failed = sum(check(found(0.0, seed=seed), "curvature").passed is False for seed in range(150))
    assert failed <= 15


def test_passing_says_that_a_short_series_hides_a_bend():
    told = check(found(0.0, n=24), "curvature")
    assert told.passed is True
    assert "hides one" in told.text


def test_seasons_are_no_bend():
    t = np.arange(1, 61)
    rng = np.random.default_rng(2)
    y = 50 + 8 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 1, 60)
    seasonal = interrupted_time_series(
        periods=t, outcome=y, start=37, seasons="harmonics", cycle=12
    )
    assert check(seasonal, "curvature").passed is True


def test_too_few_periods_for_seasons_and_a_bend_leave_it_open():
    t = np.arange(1, 31)
    y = np.random.default_rng(2).normal(50, 1, 30)
    few = interrupted_time_series(periods=t, outcome=y, start=15, seasons="dummies", cycle=12)
    assert check(few, "curvature").passed is None
    assert "too few" in check(few, "curvature").text


@pytest.mark.parametrize("model", ["difference", "stacked"])
def test_a_bend_of_both_series_alike_leaves_their_difference_straight(model):
    t = np.arange(1, 61)
    rng = np.random.default_rng(5)
    both = 0.05 * t**2
    y = [*(50 + both + rng.normal(0, 1, 60)), *(40 + both + rng.normal(0, 1, 60))]
    told = controlled_interrupted_time_series(
        periods=[*t, *t], outcome=y, group=[1] * 60 + [0] * 60, start=31, model=model
    )
    assert check(told, "curvature").passed is True
