"""A series with the programme against one without it: what is taken out, checked and refused."""

import math
from datetime import date

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.series.controlled_its import controlled_interrupted_time_series
from scoring.estimation.series.its import interrupted_time_series
from tests.scoring.estimation.test_its import outcome, row
from tests.scoring.estimation.time_series import check, pair

N, START = 40, 23

NEWEY_WEST_OF_TWO = {"model": "stacked", "estimator": "ols", "covariance": "NW"}


def two_series(*, effect=-6.0, common=0.0, drift=0.0, seed=3):
    """Both series with shared shocks; `common` happens to both at the start."""
    rng = np.random.default_rng(seed)
    t = np.arange(1, N + 1)
    shared = outcome(n=N, start=START, seed=seed, effect=common, base=60.0)
    treated = shared + 4 + effect * (t >= START) + drift * t + rng.normal(0, 1, N)
    return treated, shared + rng.normal(0, 1, N)


def columns(treated, comparison):
    t = list(range(1, N + 1))
    return {
        "periods": t + t,
        "outcome": [*treated, *comparison],
        "group": [1] * N + [0] * N,
        "start": START,
    }


def estimate(series=None, **options):
    asked = columns(*(two_series() if series is None else series))
    return controlled_interrupted_time_series(**{**asked, **options})


def test_the_difference_is_one_interrupted_series():
    treated, comparison = two_series()
    found = estimate((treated, comparison))
    alone = interrupted_time_series(
        periods=range(1, N + 1), outcome=treated - comparison, start=START
    )
    assert found.natural.yi == pytest.approx(alone.natural.yi, rel=1e-12)
    assert found.natural.vi == pytest.approx(alone.natural.vi, rel=1e-12)
    assert (found.design, found.n) == ("controlled_its", N)


def test_least_squares_gives_both_models_one_effect():
    one = estimate(estimator="ols")
    both = estimate(model="stacked", estimator="ols")
    assert both.natural.yi == pytest.approx(one.natural.yi, rel=1e-10)
    assert both.covariance == "const"
    assert both.n == 2 * N
    assert row(both, "level:group").estimate == pytest.approx(row(one, "level").estimate)


def test_what_moves_both_series_is_taken_out():
    still = estimate(two_series(common=0.0))
    moved = estimate(two_series(common=25.0))
    assert moved.natural.yi == pytest.approx(still.natural.yi, rel=1e-9)
    treated, _ = two_series(common=25.0)
    alone = interrupted_time_series(periods=range(1, N + 1), outcome=treated, start=START)
    assert alone.natural.yi - moved.natural.yi > 20


def test_shared_shocks_make_the_difference_the_more_precise():
    assert estimate().se < estimate(model="stacked").se


def test_the_effect_is_found_again_where_it_was_put():
    found = [estimate(two_series(effect=effect)).natural.yi for effect in (-6.0, 3.0)]
    assert found[1] - found[0] == pytest.approx(9.0, rel=1e-9)


def test_groups_may_be_told_in_any_order_of_rows():
    asked = columns(*two_series())
    order = np.random.default_rng(1).permutation(2 * N)
    shuffled = {
        name: [values[i] for i in order] if name != "start" else values
        for name, values in asked.items()
    }
    for model in ("difference", "stacked"):
        assert controlled_interrupted_time_series(
            model=model, **shuffled
        ) == controlled_interrupted_time_series(model=model, **asked)


def test_only_periods_of_both_series_enter_the_difference():
    treated, comparison = two_series()
    asked = {
        name: list(v) if name != "start" else v for name, v in columns(treated, comparison).items()
    }
    for name in ("periods", "outcome", "group"):
        del asked[name][N + 4]  # the fifth period of the comparison
        del asked[name][30]  # the thirty-first of the treated
    found = controlled_interrupted_time_series(**asked)
    assert found.n == N - 2
    missing = check(found, "missing_periods")
    assert missing.passed is False
    assert "2 rows had no counterpart" in missing.text
    stacked = controlled_interrupted_time_series(model="stacked", **asked)
    assert stacked.n == 2 * N - 2


def test_a_ratio_of_ratios_on_the_log_scale():
    treated, comparison = two_series()
    found = estimate((treated, comparison), log=True)
    logs = estimate((np.log(treated), np.log(comparison)))
    assert found.natural.measure == "ROM"
    assert found.natural.yi == pytest.approx(logs.natural.yi, rel=1e-9)
    assert found.standardised == found.natural


@pytest.mark.parametrize("model", ["difference", "stacked"])
def test_the_log_ratio_is_what_was_seen_over_what_would_have_been(model):
    treated, comparison = two_series()
    found = estimate((treated, comparison), model=model)
    seen = treated[START - 1 :].mean()
    assert found.standardised.measure == "ROM"
    assert found.standardised.yi == pytest.approx(math.log(seen / (seen - found.natural.yi)))
    assert found.standardised.vi == pytest.approx(found.natural.vi / (seen - found.natural.yi) ** 2)


def test_a_standard_deviation_also_tells_the_difference_before():
    found = estimate(sd=20.0)
    treated, comparison = two_series()
    before = slice(0, START - 1)
    facts = found.facts
    assert facts["mean_intervention"] == pytest.approx(treated[before].mean())
    assert facts["mean_comparison"] == pytest.approx(comparison[before].mean())
    assert facts["standardised_difference"] == pytest.approx(
        (treated[before].mean() - comparison[before].mean()) / 20
    )
    assert facts["adjusted_for_baseline"] is True
    assert "standardised_difference" not in estimate().facts


@pytest.mark.parametrize("model", ["difference", "stacked"])
def test_series_that_drifted_apart_before_fail_their_check(model):
    apart = estimate(two_series(drift=0.9), model=model)
    assert check(apart, "pre_trend").passed is False
    assert apart.facts["parallel_trends"] is False
    assert "drifted apart by" in check(apart, "pre_trend").text
    together = estimate(model=model)
    assert check(together, "pre_trend").passed is None
    assert together.facts["parallel_trends"] is None
    bounded = estimate(model=model, sd=60.0)
    assert check(bounded, "pre_trend").passed is True
    assert bounded.facts["parallel_trends"] is True


def test_a_comparison_that_moved_at_the_start_is_told():
    moved = check(estimate(two_series(common=25.0)), "comparison_change")
    assert moved.passed is None
    assert moved.observed < 0.05
    assert check(estimate(), "comparison_change").observed > 0.05


def test_the_paragraph_and_the_picture_show_the_comparison():
    found = estimate()
    assert "judged by what the comparison series did at the same time" in found.text
    assert "and not where it did not" in found.text
    (picture,) = found.pictures
    lines = {line.role: line for line in picture.lines}
    assert set(lines) == {"observed", "fitted", "counterfactual", "comparison"}
    gap = np.mean(lines["fitted"].y[START - 1 :]) - np.mean(lines["counterfactual"].y)
    assert gap == pytest.approx(found.natural.yi)
    assert lines["comparison"].y == tuple(two_series()[1])


def test_one_period_of_one_series_is_named():
    treated, comparison = two_series()
    comparison[0] += 80
    found = check(estimate((treated, comparison), model="stacked"), "influential_points")
    assert found.passed is False
    assert "Period 1 (comparison) alone" in found.text


def test_seasons_are_shared_in_stacked_series_and_of_the_difference_otherwise():
    for model, n in (("difference", 7), ("stacked", 11)):
        found = estimate(model=model, seasons="dummies", cycle=4)
        assert len([row for row in found.coefficients if row.df]) == n + 2
        assert check(found, "seasonality_left").passed is True


def test_the_default_of_the_reference_case_is_the_difference():
    assert pair("cits-sim48") == pair("cits-sim48", model="difference", estimator="ar1")
    assert pair("cits-sim48").failed == ()


def test_dates_are_periods_here_too():
    days = [date(2020 + m // 12, m % 12 + 1, 1) for m in range(N)]
    found = estimate(periods=days + days, start=days[START - 1], cycle=12)
    assert found.natural.yi == pytest.approx(estimate().natural.yi)
    assert found.specification["start_label"] == "2021-11"


def test_the_specification_performs_the_estimate_again():
    found = estimate(model="stacked", estimator="ar1_reml", horizon=5, seasons="harmonics", cycle=6)
    told = found.specification
    names = (
        "model", "start", "estimator", "covariance", "lag", "seasons", "cycle", "pairs", "headline",
        "horizon", "log", "ratio", "sd", "floor", "ceiling", "level",
    )  # fmt: skip
    assert estimate(**{name: told[name] for name in names}) == found


@pytest.mark.parametrize(
    ("options", "error", "field"),
    [
        ({"model": "synthetic"}, UnknownMethod, "model"),
        (NEWEY_WEST_OF_TWO, UnknownMethod, "covariance of ols"),
        ({"model": "stacked", "estimator": "prais_winsten"}, InvalidInput, "periods"),
        ({"group": [1] * N + [2] * N}, InvalidInput, "group"),
        ({"group": [1] * 2 * N}, TooLittleData, "group"),
        ({"group": [0] * 2 * N}, TooLittleData, "group"),
        ({"group": [1] * N}, InvalidInput, "group"),
        ({"start": 3}, TooLittleData, "periods"),
        ({"start": 99}, InvalidInput, "start"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(options, error, field):
    with pytest.raises(error) as refusal:
        estimate(**options)
    assert refusal.value.field == field


def test_series_that_hardly_overlap_are_refused():
    one = [*range(1, 12), *range(START, N + 1)]
    other = [*range(10, N + 1)]
    treated, comparison = two_series()
    asked = {
        "periods": [*one, *other],
        "outcome": [*(treated[p - 1] for p in one), *(comparison[p - 1] for p in other)],
        "group": [1] * len(one) + [0] * len(other),
        "start": START,
    }
    assert controlled_interrupted_time_series(model="stacked", **asked).n == len(one + other)
    with pytest.raises(TooLittleData, match="2 before the start"):
        controlled_interrupted_time_series(**asked)


def test_a_period_twice_in_one_series_is_refused_with_its_row():
    t = list(range(1, N + 1))
    twice = [*t, *t[:-1], 3]
    with pytest.raises(InvalidInput, match="3 is there twice") as refusal:
        estimate(periods=twice)
    assert refusal.value.row == 2 * N


def test_a_season_not_seen_before_the_start_is_refused_in_both_models():
    treated, comparison = two_series()
    for model in ("difference", "stacked"):
        with pytest.raises(TooLittleData, match="not seen before"):
            estimate((treated, comparison), model=model, start=12, seasons="dummies", cycle=12)


def test_the_default_interval_holds_the_truth_as_often_as_it_says():
    held, tries = 0, 300
    for seed in range(tries):
        found = estimate(two_series(effect=-6.0, seed=seed))
        held += found.ci_low <= -6.0 <= found.ci_high
    # 93 to 97 per cent, give or take two standard errors of a share in 300 tries.
    assert 0.905 <= held / tries <= 0.99
