"""Matched comparisons: a bootstrap, intervals that hold, and what the design promises."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.comparisons.matching import matched_comparison
from scoring.estimation.comparisons.matching_checks import e_value


def people(n=300, seed=1, effect=0.7):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    treated = (rng.random(n) < 1 / (1 + np.exp(0.3 - x @ [0.7, -0.4]))).astype(float)
    y = 1 + x @ [1.0, 0.5] + effect * treated + rng.normal(size=n)
    return treated, y, {"age": x[:, 0], "need": x[:, 1]}


def compare(treated, y, covariates, **more):
    return matched_comparison(treated=treated, outcome=y, covariates=covariates, **more)


@pytest.mark.parametrize("method", ["weighting", "doubly_robust"])
def test_a_bootstrap_finds_the_same_error(method):
    treated, y, covariates = people()
    rng = np.random.default_rng(20261125)
    drawn = []
    for _ in range(600):
        at = rng.integers(0, len(y), len(y))
        some = {name: values[at] for name, values in covariates.items()}
        drawn.append(compare(treated[at], y[at], some, method=method).natural.yi)
    found = compare(treated, y, covariates, method=method)
    # The error of a bootstrap's own standard deviation is 3 % at 600 draws.
    assert found.se == pytest.approx(np.std(drawn), rel=0.1)


@pytest.mark.parametrize(
    ("method", "estimand"),
    [("weighting", "ATT"), ("weighting", "ATE"), ("doubly_robust", "ATT"), ("matching", "ATT")],
)
def test_intervals_hold_the_effect_about_as_often_as_they_say(method, estimand):
    held, runs = 0, 300
    for seed in range(runs):
        treated, y, covariates = people(n=150, seed=seed)
        found = compare(treated, y, covariates, method=method, estimand=estimand)
        held += found.ci_low <= 0.7 <= found.ci_high
    # Three binomial standard errors around 0.95.
    assert 0.912 <= held / runs <= 0.988


def test_weighting_takes_out_what_a_crude_comparison_leaves_in():
    treated, y, covariates = people(n=3000)
    crude = y[treated == 1].mean() - y[treated == 0].mean()
    found = compare(treated, y, covariates)
    assert crude > 1.0
    assert found.natural.yi == pytest.approx(0.7, abs=0.12)


def test_augmented_means_are_right_where_one_of_the_two_models_is_wrong():
    rng = np.random.default_rng(2)
    n = 6000
    z = rng.normal(size=n)
    treated = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    y = z + 0.3 * treated + rng.normal(size=n)
    curved = rng.random(n) < 1 / (1 + np.exp(-(z**2 - 1)))
    assert compare(treated, y, {"z": z}, method="doubly_robust").natural.yi == pytest.approx(
        0.3, abs=0.1
    )
    other = z + 0.3 * curved + 0.1 * rng.normal(size=n)
    wrong_score = compare(curved.astype(float), other, {"z": z}, method="doubly_robust")
    assert wrong_score.natural.yi == pytest.approx(0.3, abs=0.01)


def test_covariates_in_other_units_change_nothing():
    treated, y, covariates = people()
    moved = {"age": 1e4 * covariates["age"] + 3e5, "need": covariates["need"] / 1e3}
    for method in ("weighting", "doubly_robust", "matching"):
        plain = compare(treated, y, covariates, method=method)
        other = compare(treated, y, moved, method=method)
        assert other.natural.yi == pytest.approx(plain.natural.yi, rel=1e-6)
        assert other.natural.vi == pytest.approx(plain.natural.vi, rel=1e-6)


def test_a_covariate_that_tells_the_programme_perfectly_is_named_with_the_design_that_fits():
    treated, y, covariates = people()
    score = covariates["age"] + 100 * treated
    with pytest.raises(TooLittleData) as refused:
        compare(treated, y, {"need": covariates["need"], "score": score})
    assert refused.value.field == "score"
    assert "regression_discontinuity" in refused.value.accepted


def test_trimming_leaves_out_rows_without_their_like_and_says_how_many():
    treated, y, covariates = people()
    covariates["age"] = covariates["age"] + 2.5 * treated * (np.arange(300) % 3 == 0)
    whole = compare(treated, y, covariates)
    assert "common_support" in {check.name for check in whole.failed}
    kept = compare(treated, y, covariates, trim="range")
    assert kept.specification["trimmed_intervention"] > 0
    assert kept.specification["trimmed_comparison"] == 0
    assert next(c for c in kept.checks if c.name == "trimmed").observed == 300 - (
        kept.facts["units_intervention"] + kept.facts["units_comparison"]
    )
    crump = compare(treated, y, covariates, trim="crump", estimand="ATE")
    assert crump.specification["trimmed_comparison"] >= 0
    assert crump.n < whole.n


def test_balance_that_weighting_cannot_reach_fails_its_check():
    rng = np.random.default_rng(5)
    age = rng.normal(size=200)
    treated = (age + 0.3 * rng.normal(size=200) > 0.8).astype(float)
    found = compare(treated, age + rng.normal(size=200), {"age": age})
    failed = {check.name for check in found.failed}
    assert {"balance", "common_support", "influential_points"} & failed
    assert "common_support" in failed


def test_those_without_a_pair_are_told():
    treated, y, covariates = people()
    found = compare(treated, y, covariates, method="matching", caliper=0.001)
    check = next(c for c in found.checks if c.name == "matched")
    assert check.passed is False
    assert found.facts["units_intervention"] == found.specification["pairs"]
    assert found.df == found.specification["pairs"] - 3


def test_nobody_is_matched_twice_and_no_pair_is_further_apart_than_the_caliper():
    treated, y, covariates = people()
    found = compare(treated, y, covariates, method="matching")
    assert found.facts["units_intervention"] == found.facts["units_comparison"]
    assert found.n == 2 * found.specification["pairs"]


def test_a_yes_or_no_is_a_difference_in_proportions_and_is_pooled_as_a_log_odds_ratio():
    treated, y, covariates = people()
    found = compare(treated, (y > 1).astype(float), covariates, estimand="ATE")
    rows = {row.term: row for row in found.coefficients}
    p1 = rows["mean with the programme"].estimate
    p0 = rows["mean without it"].estimate
    assert (found.natural.measure, found.standardised.measure) == ("RD", "OR")
    expected = math.log(p1 / (1 - p1)) - math.log(p0 / (1 - p0))
    assert found.standardised.yi == pytest.approx(expected, rel=1e-12)
    assert rows["log risk ratio"].estimate == pytest.approx(math.log(p1 / p0), rel=1e-12)


def test_a_difference_is_standardised_by_people_or_by_a_given_deviation_or_not_at_all():
    treated, y, covariates = people()
    assert "give sd" in compare(treated, y, covariates).not_standardised
    given = compare(treated, y, covariates, sd=2.0)
    assert given.standardised.yi == pytest.approx(given.natural.yi / 2)
    own = compare(treated, y, covariates, people=True)
    assert own.standardised.measure == "SMD"
    assert own.facts["analysed_intervention"] == int(treated.sum())


# Of VanderWeele and Ding 2017: a risk ratio of 3.9 (1.8 to 8.7) has the E-values 7.26 and 3.0.
@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.26), (1.8, 3.0), (1 / 3.9, 7.26), (1, 1)])
def test_e_values_are_those_of_the_paper(ratio, expected):
    assert e_value(ratio) == pytest.approx(expected, abs=0.005)


def test_an_interval_that_holds_no_effect_needs_no_confounder_at_all():
    treated, y, covariates = people(effect=0.0)
    found = compare(treated, y, covariates)
    check = next(c for c in found.checks if c.name == "unmeasured_confounding")
    assert check.threshold == 1.0
    strong = compare(*people(effect=2.0))
    check = next(c for c in strong.checks if c.name == "unmeasured_confounding")
    assert 1.0 < check.threshold < check.observed


def test_the_named_baseline_is_told_among_the_facts():
    treated, y, covariates = people()
    found = compare(treated, y, covariates, baseline="need")
    assert found.facts["measure"] == "need"
    assert found.facts["adjusted_for_baseline"] is True
    assert abs(found.facts["standardised_difference"]) < 0.1
    assert compare(treated, y, covariates).facts["adjusted_for_baseline"] is None


@pytest.mark.parametrize(
    ("change", "refusal", "field", "row"),
    [
        ({"treated": [2.0] + [0.0] * 299}, InvalidInput, "treated", 1),
        ({"treated": [0.0] * 300}, TooLittleData, "treated", None),
        ({"outcome": [1.0] * 300}, InvalidInput, "outcome", None),
        ({"outcome": [1.0, math.inf] + [1.0] * 298}, InvalidInput, "outcome", 2),
        ({"covariates": {}}, InvalidInput, "covariates", None),
        ({"covariates": {"age": [1.0] * 300}}, InvalidInput, "age", None),
        ({"covariates": {"age": [1.0, math.nan] + [2.0] * 298}}, InvalidInput, "age", 2),
        ({"method": "magic"}, UnknownMethod, "method", None),
        ({"estimand": "LATE"}, UnknownMethod, "estimand", None),
        ({"method": "matching", "estimand": "ATE"}, UnknownMethod, "estimand", None),
        ({"trim": "some"}, UnknownMethod, "trim", None),
        ({"caliper": 0.0, "method": "matching"}, InvalidInput, "caliper", None),
        ({"caliper": 1e-12, "method": "matching"}, TooLittleData, "caliper", None),
        ({"baseline": "height"}, InvalidInput, "baseline", None),
        ({"clusters": ["a"]}, InvalidInput, "clusters", None),
        ({"clusters": ["a", "b"] * 150, "method": "matching"}, InvalidInput, "clusters", None),
        ({"sd": -1.0}, InvalidInput, "sd", None),
        ({"level": 95.0}, InvalidInput, "level", None),
    ],
)
def test_bad_input_is_refused_by_name_and_row(change, refusal, field, row):
    treated, y, covariates = people()
    columns = {"treated": treated, "outcome": y, "covariates": covariates}
    with pytest.raises(refusal) as refused:
        matched_comparison(**(columns | change))
    assert (refused.value.field, refused.value.row) == (field, row)
    assert refused.value.accepted


def test_a_copy_of_a_covariate_is_refused_by_name():
    treated, y, covariates = people()
    with pytest.raises(InvalidInput) as refused:
        compare(treated, y, {**covariates, "copy": 2 * covariates["age"]})
    assert refused.value.field == "copy"


def test_few_rows_for_many_covariates_are_refused():
    treated, y, covariates = people(n=12, seed=3)
    rng = np.random.default_rng(1)
    many = {f"x{i}": rng.normal(size=12) for i in range(8)}
    with pytest.raises(TooLittleData):
        compare(treated, y, {**covariates, **many})


def test_an_arm_without_events_has_a_difference_but_no_ratio():
    treated, _, covariates = people()
    rng = np.random.default_rng(9)
    found = compare(treated, treated * (rng.random(300) < 0.3), covariates)
    assert found.natural.measure == "RD"
    assert found.standardised is None
    assert "no odds ratio" in found.not_standardised
    assert "unmeasured_confounding" not in {check.name for check in found.checks}


def test_a_covariate_that_does_not_vary_in_one_arm_can_be_weighted_but_not_augmented_by():
    treated, y, covariates = people()
    covariates["swing"] = treated * (np.arange(300) % 3 - 1.0)
    found = compare(treated, y, covariates)
    assert "other_method" not in {check.name for check in found.checks}
    with pytest.raises(InvalidInput) as refused:
        compare(treated, y, covariates, method="doubly_robust")
    assert refused.value.field == "covariates"


def test_what_only_those_treated_have_separates_the_arms():
    treated, y, covariates = people()
    covariates["flag"] = treated * (np.arange(300) % 2)
    with pytest.raises(TooLittleData) as refused:
        compare(treated, y, covariates)
    assert refused.value.field == "flag"


def test_trimming_that_leaves_hardly_anybody_is_refused():
    rng = np.random.default_rng(8)
    age = np.sort(rng.normal(size=60))
    treated = (np.arange(60) >= 30).astype(float)
    treated[[29, 30]] = 1 - treated[[29, 30]]
    with pytest.raises(TooLittleData) as refused:
        compare(treated, age + rng.normal(size=60), {"age": 40 * age}, trim="range")
    assert refused.value.field == "trim"


def test_a_small_arm_for_many_covariates_is_refused():
    treated, y, _ = people(n=60)
    treated[:] = 0.0
    treated[[3, 17, 29, 44]] = 1.0
    rng = np.random.default_rng(4)
    many = {f"x{i}": rng.normal(size=60) for i in range(3)}
    with pytest.raises(TooLittleData):
        compare(treated, y, many)


def test_arms_that_hardly_overlap_are_told_without_a_warning():
    rng = np.random.default_rng(8)
    age = np.sort(rng.normal(size=100))
    treated = (np.arange(100) >= 60).astype(float)
    treated[[59, 60]] = 1 - treated[[59, 60]]
    y = age + rng.normal(size=100)
    for method in ("weighting", "doubly_robust"):
        found = compare(treated, y, {"age": age}, method=method)
        assert {"common_support", "influential_points"} <= {c.name for c in found.failed}


@pytest.mark.parametrize("method", ["weighting", "doubly_robust", "matching"])
def test_the_order_of_rows_does_not_matter(method):
    treated, y, covariates = people()
    order = np.random.default_rng(1).permutation(len(y))
    found = compare(treated, y, covariates, method=method)
    other = compare(
        treated[order], y[order], {k: v[order] for k, v in covariates.items()}, method=method
    )
    assert other.natural.yi == pytest.approx(found.natural.yi, rel=1e-9)
    assert other.natural.vi == pytest.approx(found.natural.vi, rel=1e-9)


def test_clusters_go_together_in_the_error():
    treated, y, covariates = people()
    together = np.arange(300) // 10
    y = y + 2.0 * np.random.default_rng(3).normal(size=30)[together]
    rows = compare(treated, y, covariates)
    clustered = compare(treated, y, covariates, clusters=together)
    assert clustered.covariance == "stacked by cluster"
    assert clustered.natural.yi == rows.natural.yi
    assert clustered.df == 29


def test_an_arm_of_one_cluster_is_refused_as_nothing_tells_the_programme_from_the_place():
    treated, y, covariates = people()
    with pytest.raises(TooLittleData, match="does not tell how clusters differ") as refused:
        compare(treated, y, covariates, clusters=["a" if one else "b" for one in treated])
    assert refused.value.field == "clusters"
    compare(treated, y, covariates, clusters=["ab"[n % 2] for n in range(300)])


def test_the_claim_is_a_comparison_and_the_paragraph_says_what_it_cannot_see():
    treated, y, covariates = people()
    found = compare(treated, y, covariates)
    assert (found.design, found.claim) == ("matched_comparison", "comparison")
    assert "says nothing of what was not" in found.text


def test_the_picture_shows_balance_before_and_after():
    treated, y, covariates = people()
    (picture,) = compare(treated, y, covariates).pictures
    assert picture.kind == "balance"
    assert [line.role for line in picture.lines] == ["before", "after"]
    assert [name for _, name in picture.ticks] == ["age", "need"]
    before, after = (np.abs(line.y).max() for line in picture.lines)
    assert after < before


def places(rng, *, each, rows=12):
    """Clusters that differ and have one arm each, without any effect of the programme."""
    of = np.repeat(np.arange(2 * each), rows)
    x = rng.normal(size=len(of))
    y = rng.normal(0, 0.5, 2 * each)[of] + rng.normal(size=len(of)) + 0.5 * x
    return (of < each).astype(float), y, {"x": x}, of.tolist()


@pytest.mark.parametrize("method", ["weighting", "doubly_robust"])
def test_noise_in_two_clusters_an_arm_is_not_called_significant(method):
    rng = np.random.default_rng(8)
    significant = 0
    for _ in range(120):
        treated, y, covariates, of = places(rng, each=2)
        found = compare(treated, y, covariates, clusters=of, method=method)
        significant += found.p_value < 0.05
        assert 1 <= found.df <= 2
    assert significant <= 6


def test_few_clusters_fail_a_check_and_are_the_units_of_the_facts():
    treated, y, covariates, of = places(np.random.default_rng(1), each=3)
    found = compare(treated, y, covariates, clusters=of)
    check = next(c for c in found.checks if c.name == "clusters")
    assert (check.passed, check.observed) == (False, 3.0)
    assert found.covariance == "clusters left out"
    for name in ("units", "clusters_analysed"):
        assert (found.facts[f"{name}_intervention"], found.facts[f"{name}_comparison"]) == (3, 3)


def test_of_many_clusters_leaving_each_out_agrees_with_the_sandwich():
    treated, y, covariates, of = places(np.random.default_rng(2), each=60)
    whole = compare(treated, y, covariates, clusters=of)
    # One cluster with rows of both arms, so that the sandwich is used.
    of[0] = of[-1]
    crossed = compare(treated, y, covariates, clusters=of)
    assert (whole.covariance, crossed.covariance) == ("clusters left out", "stacked by cluster")
    assert whole.se == pytest.approx(crossed.se, rel=0.05)
    assert 60 < whole.df <= 118


def test_clusters_that_alone_tell_a_covariate_are_refused():
    treated, y, covariates, of = places(np.random.default_rng(1), each=3)
    alone = np.array([one == 0 for one in of]) * covariates["x"]
    with pytest.raises(TooLittleData, match="left out one at a time") as refused:
        compare(treated, y, {**covariates, "alone": alone}, clusters=of)
    assert refused.value.field == "clusters"
