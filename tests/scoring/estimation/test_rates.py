"""Rates: intervals that hold, and what the comparison promises and refuses."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, NotConverged, TooLittleData, UnknownMethod
from scoring.estimation.comparisons.arms import read_arms
from scoring.estimation.comparisons.rates import rate_comparison


def simple(events, exposure=None, treated=None, **more):
    n = len(events)
    return rate_comparison(
        events=events,
        exposure=exposure or [100.0] * n,
        treated=treated or [0, 1] * (n // 2),
        **more,
    )


CALM = [9, 12, 11, 10, 8, 9, 12, 11, 10, 10]
WILD = [2, 30, 40, 3, 5, 60, 1, 22, 33, 4]


def test_overdispersed_counts_choose_the_negative_binomial_and_others_the_poisson():
    assert simple(WILD).estimator == "negative_binomial"
    assert simple(CALM).estimator == "poisson"


def test_a_covariance_that_ignores_overdispersion_fails_its_check():
    found = simple(WILD, model="poisson", covariance="model")
    assert "overdispersion" in {check.name for check in found.failed}
    for honest in ("quasi", "HC1", "HC2"):
        passed = simple(WILD, model="poisson", covariance=honest)
        assert "overdispersion" not in {check.name for check in passed.failed}


def test_the_pool_takes_the_log_rate_ratio_as_it_is():
    found = simple(CALM)
    assert found.standardised == found.natural
    assert (found.natural.measure, found.natural.scale) == ("IRR", "log rate ratio")


def test_swapping_the_arms_turns_the_effect_and_keeps_its_error():
    found = simple(WILD)
    swapped = simple(WILD, treated=[1, 0] * 5)
    assert swapped.natural.yi == pytest.approx(-found.natural.yi, rel=1e-9)
    assert swapped.natural.vi == pytest.approx(found.natural.vi, rel=1e-9)


def test_the_order_of_rows_does_not_matter():
    found = simple(WILD, treated=[0, 1] * 5)
    other = simple(WILD[::-1], treated=[1, 0] * 5)
    assert other.natural.yi == pytest.approx(found.natural.yi, rel=1e-9)
    assert other.natural.vi == pytest.approx(found.natural.vi, rel=1e-9)


def test_intervals_hold_the_ratio_about_as_often_as_they_say():
    rng = np.random.default_rng(20261125)
    held, runs = 0, 400
    treated = np.repeat([0.0, 1.0], 12)
    for _ in range(runs):
        exposure = np.exp(rng.normal(7, 0.6, 24))
        common = rng.gamma(10, 0.1, 24)
        events = rng.poisson(exposure * 0.02 * np.exp(-0.3 * treated) * common)
        found = rate_comparison(events=events, exposure=exposure, treated=treated)
        held += found.ci_low <= -0.3 <= found.ci_high
    # Three binomial standard errors around 0.95.
    assert 0.917 <= held / runs <= 0.983


def test_exposure_in_other_units_changes_nothing_but_the_intercept():
    found = simple(WILD)
    scaled = simple(WILD, exposure=[0.1] * 10)
    assert scaled.natural.yi == pytest.approx(found.natural.yi, rel=1e-9)
    assert scaled.natural.vi == pytest.approx(found.natural.vi, rel=1e-9)


def test_randomised_clusters_are_a_cluster_trial_and_observed_rows_a_cohort():
    clusters = ["a", "b", "a", "b", "c", "d", "c", "d", "e", "f"]
    found = simple(WILD, clusters=clusters, assignment="randomised")
    assert (found.design, found.claim, found.covariance) == ("cluster_rct", "randomised", "CR2")
    assert found.facts["clusters_analysed_intervention"] == 3
    assert (simple(WILD).design, simple(WILD).claim) == ("cohort", "comparison")
    assert simple(WILD, assignment="randomised").design == "rct"


def test_one_row_that_carries_the_result_is_named():
    events, exposure = [10] * 9 + [9000], [100.0] * 9 + [9000.0]
    found = simple(events, exposure=exposure)
    check = next(c for c in found.checks if c.name == "influential_points")
    assert check.passed is False
    assert "Row 10" in check.text


def test_few_events_and_few_clusters_fail_their_checks():
    found = simple([1, 0, 2, 1, 0, 1, 1, 0, 1, 1], clusters=list("abababcdcd"))
    assert {"events", "degrees_of_freedom"} <= {check.name for check in found.failed}


def test_facts_tell_units_events_exposure_and_the_worst_baseline():
    found = simple(CALM, covariates={"age": list(range(10)), "size": [1, 2, 2, 3] * 2 + [1, 3]})
    assert found.facts["units_intervention"] == found.facts["units_comparison"] == 5
    assert found.facts["events_intervention"] == 52
    assert found.facts["measure"] == "size"
    assert found.facts["adjusted_for_baseline"] is True


@pytest.mark.parametrize(
    ("change", "refusal", "field", "row"),
    [
        ({"exposure": [1.0, 0.0] * 5}, InvalidInput, "exposure", 2),
        ({"events": [1, 2, -3] + [1] * 7}, InvalidInput, "events", 3),
        ({"events": [1.5] + [1] * 9}, InvalidInput, "events", 1),
        ({"events": [1, 2, math.nan] + [1] * 7}, InvalidInput, "events", 3),
        ({"treated": [0, 1, 2] + [1] * 7}, InvalidInput, "treated", 3),
        ({"treated": [1] * 10}, TooLittleData, "treated", None),
        ({"events": [0, 5] * 5}, TooLittleData, "events", None),
        ({"events": [5, 0] * 5}, TooLittleData, "events", None),
        ({"covariates": {"age": [1.0] * 10}}, InvalidInput, "age", None),
        ({"covariates": {"age": [1.0] * 9}}, InvalidInput, "age", None),
        ({"covariates": {"copy": [0, 1] * 5}}, InvalidInput, "copy", None),
        ({"clusters": list("aabbccddee"), "covariance": "HC1"}, InvalidInput, "clusters", None),
        ({"clusters": list("ababababab")}, TooLittleData, "clusters", None),
        ({"clusters": list("abacacacac")}, TooLittleData, "clusters", None),
        ({"clusters": list("abab")}, InvalidInput, "clusters", None),
        ({"covariance": "CR2"}, InvalidInput, "clusters", None),
        ({"covariance": "HC9"}, UnknownMethod, "covariance", None),
        ({"covariance": "HC1", "df": "clusters"}, UnknownMethod, "df", None),
        ({"model": "zip"}, UnknownMethod, "model", None),
        ({"assignment": "guessed"}, UnknownMethod, "assignment", None),
        ({"exposure": [1.0] * 9}, InvalidInput, "treated", None),
    ],
)
def test_bad_columns_are_refused_by_name_and_row(change, refusal, field, row):
    columns = {"events": CALM, "exposure": [100.0] * 10, "treated": [0, 1] * 5}
    with pytest.raises(refusal) as refused:
        rate_comparison(**(columns | change))
    if len(change) == 1 and "exposure" in change and len(change["exposure"]) == 9:
        assert refused.value.field in ("exposure", "treated")
    else:
        assert (refused.value.field, refused.value.row) == (field, row)
    assert refused.value.accepted


def test_a_covariate_that_separates_rows_without_events_is_named():
    with pytest.raises(TooLittleData) as refused:
        simple(
            [9, 12, 0, 10, 8, 9, 0, 11, 10, 10],
            covariates={"closed": [0, 0, 1, 0, 0, 0, 1] + [0] * 3},
        )
    assert refused.value.field == "closed"


def test_a_negative_binomial_of_counts_that_vary_like_chance_is_refused():
    with pytest.raises(NotConverged, match="no more than a Poisson"):
        simple(CALM, model="negative_binomial")


def test_too_few_rows_for_the_covariates_are_refused():
    with pytest.raises(TooLittleData, match="rows for"):
        simple([5, 6, 7, 8], covariates={"a": [1, 2, 3, 5], "b": [1, 0, 4, 2]})


def test_the_paragraph_tells_the_ratio_the_interval_and_what_failed():
    found = simple(WILD, model="poisson", covariance="model")
    assert "times as frequent" in found.text
    assert "allowance of the interval for variation between rows" in found.text
    assert "whatever else sets the arms apart" in found.text
    randomised = simple(WILD, assignment="randomised")
    assert "Arms were randomised" in randomised.text


def test_the_picture_shows_both_arms_by_rows_and_in_all():
    (picture,) = simple(CALM).pictures
    assert picture.kind == "groups"
    assert [len(line.y) for line in picture.lines] == [5, 1, 5, 1]


def test_arms_need_two_rows_each():
    with pytest.raises(TooLittleData):
        read_arms([0, 0, 1], outcome=np.ones(3))
