"""One series before and after: the effect, how it is told, and what is checked."""

import math
from datetime import date

import numpy as np
import pytest

from scoring.effects import SD_UNITS
from scoring.errors import InvalidInput
from scoring.estimation.results import COMPARISON
from scoring.estimation.series.its import interrupted_time_series
from scoring.estimation.series.series_estimators import ENOUGH, ESTIMATORS, NAMES
from tests.scoring.estimation.one_series import PERIODS, START, estimate, outcome, row
from tests.scoring.estimation.time_series import check

# What the effect is.


def test_the_headline_is_the_average_difference_from_the_counterfactual():
    found = estimate()
    level, trend = row(found, "level"), row(found, "trend")
    since = np.arange(18)
    assert found.natural.measure == "MD"
    assert found.natural.yi == pytest.approx(level.estimate + trend.estimate * since.mean())
    assert found.natural.yi == row(found, "average effect").estimate
    assert found.natural.vi == pytest.approx(row(found, "average effect").se ** 2)
    assert found.ci_low < found.natural.yi < found.ci_high
    assert found.df == 32
    assert (found.design, found.claim, found.n) == ("interrupted_time_series", COMPARISON, 36)


def test_the_effect_can_be_asked_for_at_a_horizon_or_at_once():
    level, trend = row(estimate(), "level"), row(estimate(), "trend")
    at_six = estimate(headline="horizon", horizon=6)
    assert at_six.natural.yi == pytest.approx(level.estimate + 5 * trend.estimate)
    assert estimate(headline="level").natural.yi == pytest.approx(level.estimate)
    told = estimate(horizon=6)
    assert told.natural.yi == row(told, "average effect").estimate
    assert row(told, "effect in period 6 of the programme").estimate == at_six.natural.yi


def test_the_log_ratio_is_what_was_seen_over_what_would_have_been():
    y = outcome(effect=-8.0)
    found = estimate(y)
    seen = y[START - 1 :].mean()
    ratio = row(found, "log ratio to the counterfactual")
    assert ratio.estimate == pytest.approx(math.log(seen / (seen - found.natural.yi)))
    assert ratio.se == pytest.approx(found.se / (seen - found.natural.yi))
    assert found.standardised.measure == "ROM"
    assert (found.standardised.yi, found.standardised.vi) == (ratio.estimate, ratio.se**2)
    assert found.not_standardised is None


def test_a_rate_is_pooled_as_a_rate_ratio_where_the_caller_says_so():
    assert estimate(ratio="IRR").standardised.measure == "IRR"


def test_whole_numbers_are_taken_to_count_events_and_the_text_says_so():
    counts = np.rint(outcome(effect=-8.0))
    found, told = estimate(counts), estimate(counts, ratio="ROM")
    assert (found.standardised.measure, found.specification["ratio"]) == ("IRR", "IRR")
    assert found.standardised.yi == told.standardised.yi
    assert found.standardised.vi == told.standardised.vi
    assert "taken to count events" in found.text
    assert told.standardised.measure == "ROM"
    for other in (told, estimate(outcome()), estimate(counts, sd=12.0)):
        assert "taken to count events" not in other.text
    assert estimate(counts, log=True).natural.measure == "IRR"


def test_a_standard_deviation_among_people_takes_the_place_of_the_ratio():
    found = estimate(sd=12.0)
    assert found.standardised.scale == SD_UNITS
    assert found.standardised.yi == pytest.approx(found.natural.yi / 12)
    assert found.standardised.vi == pytest.approx(found.natural.vi / 144)
    assert found.specification["sd"] == 12.0


def test_an_outcome_that_can_be_negative_has_no_ratio_and_says_why():
    found = estimate(outcome(effect=-3.0) - 55)
    assert found.standardised is None
    assert "below 0" in found.not_standardised
    assert "sd" in found.not_standardised
    assert {row.term for row in found.coefficients} >= {"level", "trend", "average effect"}


def test_a_counterfactual_that_may_be_nothing_has_no_ratio():
    y = np.abs(outcome(base=1.0, sd=4.0, effect=0.0))
    assert "told from 0" in estimate(y).not_standardised


def test_on_the_log_scale_the_effect_is_a_log_ratio_itself():
    y = outcome(effect=-8.0)
    found = estimate(y, log=True)
    plain = estimate(np.log(y))
    assert found.natural.measure == "ROM"
    assert found.natural.yi == pytest.approx(plain.natural.yi, rel=1e-9)
    assert found.natural.vi == pytest.approx(plain.natural.vi, rel=1e-9)
    assert found.standardised == found.natural
    assert "% lower than it would have been" in found.text


def test_the_effect_is_found_again_where_it_was_put():
    found = [estimate(outcome(effect=effect, seed=7)).natural.yi for effect in (-8.0, 0.0, 5.0)]
    assert found[1] - found[0] == pytest.approx(8.0, abs=1e-6)
    assert found[2] - found[1] == pytest.approx(5.0, abs=1e-6)


def test_a_rise_is_told_as_a_rise():
    assert estimate(outcome(effect=9.0)).natural.yi > 0
    assert " higher than it would have been" in estimate(outcome(effect=9.0)).text


# How it is estimated.


def test_the_order_of_rows_does_not_matter():
    y = outcome()
    order = np.random.default_rng(0).permutation(36)
    shuffled = interrupted_time_series(
        periods=np.array(PERIODS)[order], outcome=y[order], start=START
    )
    assert shuffled == estimate(y)


def test_any_numbering_one_apart_is_the_same_series():
    y = outcome()
    later = interrupted_time_series(
        periods=[p + 24_000 for p in PERIODS], outcome=y, start=START + 24_000
    )
    assert later.natural.yi == pytest.approx(estimate(y).natural.yi)


def test_every_estimator_tells_its_covariance_and_phi():
    for estimator, kinds in ESTIMATORS.items():
        for kind in kinds:
            found = estimate(estimator=estimator, covariance=kind)
            assert found.covariance == kind
            assert (found.specification["phi"] is None) == (estimator == "ols")
            assert NAMES[estimator] in found.estimator
    assert ESTIMATORS.keys() == NAMES.keys() == ENOUGH.keys()


def test_the_default_averages_over_the_autocorrelation():
    assert estimate() == estimate(estimator="ar1", covariance="averaged")


def test_a_lag_belongs_to_newey_west_alone():
    assert estimate(estimator="ols").specification["lag"] == 3
    assert estimate(estimator="ols", lag=0).specification["lag"] == 0
    for options in ({}, {"estimator": "ols", "covariance": "HC3"}):
        with pytest.raises(InvalidInput, match="lag"):
            estimate(lag=2, **options)


def test_months_as_dates_are_months_as_numbers():
    y = outcome(seed=3)
    days = [date(2021 + m // 12, m % 12 + 1, 1) for m in range(36)]
    dated = interrupted_time_series(
        periods=days, outcome=y, start=date(2022, 7, 1), cycle=12, seasons="harmonics"
    )
    numbered = interrupted_time_series(
        periods=[12 * 2021 + m + 1 for m in range(36)],
        outcome=y,
        start=12 * 2022 + 7,
        cycle=12,
        seasons="harmonics",
    )
    assert dated.natural == numbered.natural
    assert dated.specification["start_label"] == "2022-07"
    assert "from 2022-07 on" in dated.text
    assert dated.pictures[0].ticks[0] == (12.0 * 2021 + 1, "2021-01")
    assert len(dated.pictures[0].ticks) <= 12


@pytest.mark.parametrize(
    ("cycle", "days"),
    [
        (1, [date(1980 + i, 5, 3) for i in range(36)]),
        (4, [date(2010 + i // 4, 3 * (i % 4) + 2, 9) for i in range(36)]),
        (52, [date.fromordinal(738000 + 7 * i) for i in range(36)]),
        (7, [date.fromordinal(738000 + i) for i in range(36)]),
    ],
)
def test_years_quarters_weeks_and_days_follow_each_other(cycle, days):
    found = interrupted_time_series(
        periods=days, outcome=outcome(), start=days[START - 1], cycle=cycle
    )
    assert found.specification["missing_periods"] == 0
    assert found.natural.yi == pytest.approx(estimate(outcome()).natural.yi)


def test_dates_need_to_know_what_a_period_is():
    days = [date.fromordinal(738000 + i) for i in range(36)]
    for cycle in (None, 30):
        with pytest.raises(InvalidInput, match="12 \\(months\\)"):
            interrupted_time_series(
                periods=days, outcome=outcome(), start=days[START - 1], cycle=cycle
            )
    with pytest.raises(InvalidInput, match="start"):
        interrupted_time_series(periods=days, outcome=outcome(), start=738018, cycle=7)


# What is checked.


def test_a_clean_long_series_passes_every_check():
    y = outcome(n=60, start=31, phi=0.3, seed=1, effect=-8)
    found = interrupted_time_series(periods=range(1, 61), outcome=y, start=31, cycle=12)
    assert found.failed == ()
    assert "No check failed." in found.text
    assert {check.name for check in found.checks} == {
        "curvature",
        "periods",
        "missing_periods",
        "interval",
        "residual_acf1",
        "durbin_watson",
        "autocorrelation_left",
        "influential_points",
        "seasonality_left",
        "stationary_before",
        "floor_ceiling",
    }
    assert all(check.source and check.text.endswith(".") for check in found.checks)


def test_short_sides_fail_their_check():
    found = interrupted_time_series(periods=range(1, 21), outcome=outcome(n=20), start=11)
    assert check(found, "periods").passed is False
    assert check(found, "interval").passed is False
    assert check(estimate(), "periods").passed is True


def test_missing_periods_are_counted_and_kept_at_their_distance():
    y = outcome()
    kept = [i for i in range(36) if i not in (5, 6, 24)]
    found = interrupted_time_series(
        periods=[PERIODS[i] for i in kept], outcome=y[kept], start=START
    )
    gap = check(found, "missing_periods")
    assert (gap.passed, gap.observed) == (False, 3.0)
    assert check(found, "stationary_before").observed is None
    squeezed = interrupted_time_series(periods=range(1, 34), outcome=y[kept], start=17)
    assert squeezed.natural.yi != pytest.approx(found.natural.yi, rel=1e-6)


def test_intervals_known_to_be_too_short_fail_a_check():
    for estimator in ("ols", "ar1_reml", "ar1_ml", "prais_winsten", "cochrane_orcutt"):
        found = check(estimate(estimator=estimator), "interval")
        assert found.passed is False
        assert "ar1" in found.text
    assert check(estimate(), "interval").passed is True


def test_seasons_left_over_are_found_and_modelled_away():
    t = np.arange(1, 61)
    y = outcome(n=60, start=31, seed=2) + 6 * np.sin(2 * np.pi * t / 12)
    asked = {"periods": t, "outcome": y, "start": 31, "cycle": 12}
    assert check(interrupted_time_series(**asked), "seasonality_left").passed is False
    for seasons in ("harmonics", "dummies"):
        modelled = interrupted_time_series(seasons=seasons, **asked)
        assert check(modelled, "seasonality_left").passed is True
    assert (
        check(interrupted_time_series(**{**asked, "cycle": None}), "seasonality_left").passed
        is None
    )


def test_seasons_cannot_be_tested_in_a_series_hardly_longer_than_they_are():
    found = estimate(cycle=30)
    assert check(found, "seasonality_left").passed is None


def test_autocorrelation_that_the_model_lacks_is_left_over():
    y = outcome(phi=0.7, n=80, start=41, seed=5)
    asked = {"periods": range(1, 81), "outcome": y, "start": 41}
    naive = interrupted_time_series(estimator="ols", covariance="const", **asked)
    assert check(naive, "autocorrelation_left").passed is False
    assert check(interrupted_time_series(**asked), "autocorrelation_left").passed is True


def test_one_period_far_off_is_named():
    y = outcome(phi=0.0, seed=6)
    y[0] += 60
    found = check(estimate(y), "influential_points")
    assert found.passed is False
    assert "Period 1 alone" in found.text


def test_a_floor_is_taken_at_zero_where_nothing_is_below_it():
    t = np.array(PERIODS)
    falling = np.maximum(0.0, 40 - 2 * t + outcome(base=0.0, sd=1.0))
    found = check(estimate(falling), "floor_ceiling")
    assert found.passed is False
    assert "floor of 0" in found.text
    assert "past what is possible" in found.text


def test_a_stated_ceiling_is_kept_clear_of():
    y = np.minimum(100.0, outcome(base=97.0))
    found = check(estimate(y, floor=0.0, ceiling=100.0), "floor_ceiling")
    assert found.passed is False
    assert found.observed > 0.15
    assert check(estimate(outcome() - 80, floor=-100.0), "floor_ceiling").passed is True


def test_an_outcome_past_its_stated_bounds_is_refused_with_the_row():
    y = outcome()
    for bound in ({"ceiling": y.max() - 1e-9}, {"floor": y.min() + 1e-9}):
        with pytest.raises(InvalidInput) as refusal:
            estimate(y, **bound)
        worst = int(np.argmax(y) if "ceiling" in bound else np.argmin(y)) + 1
        assert (refusal.value.field, refusal.value.row) == ("outcome", worst)


# What is told.


def test_the_paragraph_tells_effect_interval_doubt_and_limits():
    text = estimate().text
    assert "Over the 18 periods from period 19 on the outcome was on average" in text
    assert "95 % interval of the difference" in text
    assert "takes for granted that level and slope before the start would have gone on" in text
    assert "cannot tell the programme from anything else" in text
    seasonal = estimate(seasons="dummies", cycle=4, level=0.9).text
    assert "level, slope and seasons" in seasonal
    assert "90 % interval" in seasonal
    assert "In period 3 of the programme" in estimate(headline="horizon", horizon=3).text
    assert "the first period of the programme" in estimate(headline="level").text


def test_the_picture_shows_the_outcome_the_model_and_what_was_expected():
    found = estimate()
    (picture,) = found.pictures
    roles = {line.role: line for line in picture.lines}
    assert (picture.kind, picture.mark) == ("series", float(START))
    assert set(roles) == {"observed", "fitted", "counterfactual"}
    expected, fitted = roles["counterfactual"], roles["fitted"]
    assert expected.x == tuple(map(float, range(START, 37)))
    assert np.mean(fitted.y[18:]) - np.mean(expected.y) == pytest.approx(found.natural.yi)
    assert all(
        low < y < high for low, y, high in zip(expected.low, expected.y, expected.high, strict=True)
    )


def test_a_picture_of_logs_is_drawn_in_the_outcomes_own_units():
    y = outcome(effect=-8.0)
    lines = {line.role: line for line in estimate(y, log=True).pictures[0].lines}
    assert lines["observed"].y == tuple(y)
    assert 40 < np.mean(lines["fitted"].y) < 60


def test_the_specification_performs_the_estimate_again():
    y = outcome(effect=-8.0, seed=9)
    found = estimate(
        y, estimator="ols", lag=2, adjusted=False, seasons="harmonics", cycle=12, pairs=2,
        headline="horizon", horizon=4, ratio="IRR", floor=0.0, level=0.9,
    )  # fmt: skip
    told = found.specification
    names = (
        "start", "estimator", "covariance", "lag", "adjusted", "seasons", "cycle", "pairs",
        "headline", "horizon", "log", "ratio", "sd", "floor", "ceiling", "level",
    )  # fmt: skip
    again = interrupted_time_series(
        periods=PERIODS, outcome=y, **{name: told[name] for name in names}
    )
    assert again == found


def test_nobody_else_is_compared():
    assert estimate().facts == {"comparator": "before_period"}
