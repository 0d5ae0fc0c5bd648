"""Trials of clusters: every reference model and covariance, unseen cases, refusals and checks."""

import math
from collections import Counter

import numpy as np
import pytest

from scoring.effects import clustered, means
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.results import RANDOMISED
from scoring.estimation.trials.cluster_trial import cluster_randomised_trial
from scoring.estimation.trials.trial_effects import total_spread
from scoring.estimation.trials.two_groups import TwoGroups

from .trials import (
    READ_ON,
    close,
    compare_rows,
    model_of,
    models,
    oracle,
    readings,
    unseen,
    welch_and_pooled,
)

COLUMNS = {
    "crt-achievement-girls": ("passed", ["lag"]),
    "crt-sim-zero-icc": ("score", []),
    "crt-sim12": ("score", []),
}


def estimate(case, **options):
    data, (outcome, covariates) = oracle(case)["data"], COLUMNS[case]
    return cluster_randomised_trial(
        outcome=data[outcome],
        arm=data["treat"],
        clusters=data["school"],
        covariates={name: data[name] for name in covariates},
        **{"centred": False, **options},
    )


def test_every_model_of_every_trial_of_clusters_is_tested():
    assert Counter(name for _, name in models("crt")) == {
        "individual level, cluster-robust": 3,
        "unweighted cluster means": 3,
        "random cluster intercept REML": 3,
        "random cluster intercept ML": 3,
    }
    for case in COLUMNS:
        assert list(model_of(case, "individual level, cluster-robust")["cov"]) == [
            "const", "HC0", "HC1", "HC2", "HC3", "CR0", "CR1", "CR1S", "CR2", "CR3",
        ]  # fmt: skip


@pytest.mark.parametrize("case", COLUMNS)
def test_regressions_of_people_agree_with_r_in_every_covariance_and_field(case):
    model = model_of(case, "individual level, cluster-robust")
    for kind, entry in model["cov"].items():
        for reading, df in readings(kind, entry).items():
            found = estimate(case, covariance=kind, df=df)
            rows = found.coefficients[: len(model["terms"])]
            which = (case, kind, reading)
            compare_rows(rows, entry, model["b"], READ_ON[reading], which)
            assert (found.natural.yi, found.se) == pytest.approx((rows[1].estimate, rows[1].se))
            assert (found.ci_low, found.ci_high) == (rows[1].ci_low, rows[1].ci_high)
    told = found.specification
    assert found.n == model["nobs"]
    assert told["residual_df"] == model["df_resid"] == model["nobs"] - model["rank"]
    assert told["clusters"] == model["cluster"]["groups"]
    close(told["sigma"], model["sigma"])
    close(told["r2"], model["r2"])


@pytest.mark.parametrize("case", COLUMNS)
def test_cluster_means_agree_with_r(case):
    model = model_of(case, "unweighted cluster means")
    welch = estimate(case, estimator="cluster_means")
    pooled = estimate(case, estimator="cluster_means", covariance="pooled")
    summaries = {name: welch.specification[f"cluster_{name}"] for name in model["summaries"]}
    # Means of ten people that nearly agree have lost four digits of their deviation.
    if case != "crt-sim-zero-icc":
        welch_and_pooled(TwoGroups(**summaries), model)
    for name, expected in model["summaries"].items():
        close(summaries[name], expected, rel=1e-10)
    for found, test in ((welch, "welch"), (pooled, "pooled_variance")):
        expected = model[test]
        close(found.natural.yi, expected["diff"], rel=1e-11)
        close(found.se, expected["se"], rel=1e-10)
        close(found.df, expected["df"], rel=1e-9)
        close(found.coefficients[0].statistic, expected["t"], rel=1e-9)
        close(found.p_value, expected["pval"], rel=1e-8)
        close((found.ci_low, found.ci_high), expected["ci"], rel=1e-9)
    for entry in model["effect_sizes"]:
        effect = TwoGroups(**summaries).effect(entry["measure"])
        close((effect.yi, effect.vi), (entry["yi"], entry["vi"]), rel=2e-10)


@pytest.mark.parametrize("case", COLUMNS)
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_mixed_models_stand_beside_and_can_be_the_headline(case, method):
    model = model_of(case, f"random cluster intercept {method}")
    beside = estimate(case, method=method)
    found = estimate(case, estimator="mixed", covariance="model", method=method)
    entry = model["cov"]["model"]
    for place, row in enumerate(found.coefficients[: len(model["b"])]):
        close(row.se, entry["se"][place], rel=3e-7)
        close(row.estimate, model["b"][place], at=3e-7 * row.se)
        close((row.ci_low, row.ci_high), (entry["ci_lb_z"][place], entry["ci_ub_z"][place]),
              rel=1e-7, at=1e-6 * row.se)  # fmt: skip
    told = found.specification
    for name in ("var_cluster", "var_residual", "icc", "loglik"):
        close(told[name], model[name], rel=1e-6)
    kind = "kenward_roger" if method == "REML" else "model"
    row = next(row for row in beside.coefficients if row.term == f"treated, mixed ({kind})")
    if "kenward_roger" in model["cov"]:
        expected = model["cov"]["kenward_roger"]
        headline = estimate(case, estimator="mixed")
        assert headline.covariance == "kenward_roger"
        close((row.se, row.df), (headline.se, headline.df))
        close(headline.se, expected["se"][1], rel=3e-7)
        close(headline.df, expected["df"][1], rel=1e-7)
        close(headline.p_value, expected["pval"][1], rel=1e-6)
        close((headline.ci_low, headline.ci_high),
              (expected["ci_lb"][1], expected["ci_ub"][1]), at=1e-6 * row.se)  # fmt: skip


UNSEEN = {case["id"]: case for case in unseen("cluster_trial") if not case["within"]}


def unseen_estimate(case, **options):
    columns = case["columns"]
    blocks = {"blocks": columns["block"]} if case.get("blocks") else {}
    return cluster_randomised_trial(
        outcome=columns["y"],
        arm=columns["arm"],
        clusters=columns["cluster"],
        covariates={name: columns[name] for name in case["covariates"]},
        **{**blocks, **options},
    )


def test_the_grid_of_unseen_trials_of_clusters_is_complete():
    assert len(UNSEEN) == 6
    for case in UNSEEN.values():
        assert set(case["cov"]) == {"CR0", "CR1", "CR1S", "CR2", "CR3"}


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_trials_of_clusters_agree_with_r(name):
    case = UNSEEN[name]
    for kind, entry in case["cov"].items():
        found = unseen_estimate(case, covariance=kind)
        rows = found.coefficients[: len(case["b"])]
        assert [row.term for row in rows] == case["terms"]
        for place, row in enumerate(rows):
            close(row.se, entry["se"][place], rel=1e-8, which=(name, kind, row.term))
            close(row.estimate, case["b"][place], at=1e-9 * row.se, which=(name, kind, row.term))
            if "df" in entry:
                close(row.df, entry["df"][place], rel=1e-7, which=(name, kind, row.term))
    assert found.n == case["n"]
    means = unseen_estimate(case, estimator="cluster_means")
    close((means.natural.yi, means.se, means.df),
          (case["welch"]["diff"], case["welch"]["se"], case["welch"]["df"]), rel=1e-8)  # fmt: skip
    pooled = unseen_estimate(case, estimator="cluster_means", covariance="pooled")
    same = case["pooled"]
    close((pooled.se, pooled.df, pooled.p_value), (same["se"], same["df"], same["pval"]), rel=1e-8)


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_effects_are_in_deviations_among_people_of_any_cluster(name):
    case, found = UNSEEN[name], unseen_estimate(UNSEEN[name])
    close(found.specification["icc_unadjusted"], case["icc"], rel=1e-6)
    if found.specification["binary"]:
        assert found.standardised.measure == "OR"
        return
    total = case["total"]
    sd, h = total["sd"] / total["factor"], total["df"]
    close(found.specification["standardiser"], sd, rel=1e-6)
    close(found.specification["standardiser_df"], h, rel=1e-6)
    j = math.gamma(h / 2) / math.gamma((h - 1) / 2) / math.sqrt(h / 2)
    g = j * found.natural.yi / sd
    close(found.standardised.yi, g, rel=1e-6)
    close(found.standardised.vi, j**2 * found.natural.vi / sd**2 + g**2 / (2 * h), rel=1e-6)


@pytest.mark.parametrize("icc", [0.0, 0.05, 0.3])
def test_with_clusters_of_one_size_the_correction_is_that_of_the_effects_room(icc):
    sizes = np.full(5, 8.0), np.full(4, 8.0)
    spread = total_spread(3.0, sizes, icc)
    effect = means("SMD", [2.0], [3.0], [40.0], [1.0], [3.0], [32.0])
    corrected = clustered(effect, size=[8.0], icc=[icc])[0]
    j = math.gamma(spread.df / 2) / math.gamma((spread.df - 1) / 2) / math.sqrt(spread.df / 2)
    close(j * spread.factor / 3.0, corrected.yi, rel=1e-12)
    v0 = (1 / 40 + 1 / 32) * corrected.design_effect
    close(v0 + corrected.yi**2 / (2 * spread.df), corrected.vi, rel=1e-12)


def small(**options):
    """Four clusters of three people, the last two with the programme."""
    base = {
        "outcome": [3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 8.0, 6.0, 9.0, 7.0, 9.0, 6.0],
        "arm": [0] * 6 + [1] * 6,
        "clusters": ["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3,
    }
    return cluster_randomised_trial(**{**base, **options})


def by_name(found):
    return {check.name: check for check in found.checks}


def test_a_trial_of_clusters_reads_as_a_paragraph_with_its_clusters():
    found = small()
    assert (found.claim, found.design, found.covariance) == (RANDOMISED, "cluster_rct", "CR2")
    assert "2 clusters with the programme and 2 without" in found.text
    assert "standard deviations (among people of any cluster of an arm" in found.text
    assert found.facts["clusters_analysed_intervention"] == 2
    assert found.facts["units_comparison"] == 2
    assert found.facts["analysed_comparison"] == 6


def test_few_clusters_fail_checks_and_are_assigned_anew():
    checks = by_name(small())
    assert checks["clusters"].passed is False
    assert checks["degrees_of_freedom"].passed is False
    # Two of four clusters in six ways; only the actual one and its mirror image are as far apart.
    assert checks["reassignment"].observed == pytest.approx(2 / 6)
    assert checks["reassignment"].threshold == pytest.approx(1 / 6)


def test_with_five_clusters_in_each_arm_the_check_passes():
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(10), 6)
    y = rng.normal(size=10)[clusters] + rng.normal(size=60)
    found = cluster_randomised_trial(outcome=y, arm=clusters % 2, clusters=clusters)
    assert by_name(found)["clusters"].passed is True
    assert "reassignment" not in by_name(found)
    assert found.df == pytest.approx(8.0)


def test_a_cluster_without_outcomes_was_assigned_and_is_not_analysed():
    rng = np.random.default_rng(6)
    clusters = np.repeat(np.arange(8), 4)
    outcome = [None if cluster == 7 else float(rng.normal() + cluster) for cluster in clusters]
    found = cluster_randomised_trial(outcome=outcome, arm=clusters % 2, clusters=clusters)
    assert found.facts["clusters_assigned_intervention"] == 4
    assert found.facts["clusters_analysed_intervention"] == 3
    assert by_name(found)["attrition_of_clusters"].passed is False
    assert found.specification["clusters"] == 7


def test_clusters_more_alike_than_chance_fail_a_check():
    assert by_name(estimate("crt-sim-zero-icc"))["icc"].passed is False
    assert by_name(estimate("crt-sim12"))["icc"].passed is None


def test_the_intraclass_correlation_under_the_null_is_rarely_called_too_alike():
    rng = np.random.default_rng(7)
    clusters = np.repeat(np.arange(8), 5)
    called = 0
    for _ in range(200):
        found = cluster_randomised_trial(
            outcome=rng.normal(size=40), arm=clusters % 2, clusters=clusters
        )
        called += by_name(found)["icc"].passed is False
    assert called <= 8


def test_an_effect_that_hangs_on_the_size_of_the_cluster_fails_a_check():
    sizes = [40, 4, 4, 4, 40, 4, 4, 4, 4, 4]
    clusters = np.repeat(np.arange(10), sizes)
    rng = np.random.default_rng(8)
    arm = (clusters < 5).astype(int)
    large = np.isin(clusters, (0, 4))
    y = rng.normal(size=len(clusters)) + 0.1 * clusters + 8.0 * (arm & large)
    found = cluster_randomised_trial(outcome=y, arm=arm, clusters=clusters)
    assert by_name(found)["informative_size"].passed is False
    assert by_name(small())["informative_size"].passed is True


def test_one_cluster_that_carries_the_effect_is_named():
    rng = np.random.default_rng(13)
    clusters = np.repeat(list("abcdefgh"), 5)
    arm = np.repeat([0, 1] * 4, 5)
    y = rng.normal(size=40) + 9.0 * (clusters == "d")
    found = cluster_randomised_trial(outcome=y, arm=arm, clusters=clusters)
    kept = clusters != "d"
    without = cluster_randomised_trial(outcome=y[kept], arm=arm[kept], clusters=clusters[kept])
    check = by_name(found)["influence"]
    assert check.passed is False
    assert check.text.startswith("Cluster d ")
    close(check.observed, abs(found.natural.yi - without.natural.yi) / without.se)
    assert by_name(estimate("crt-achievement-girls"))["influence"].passed is True


def test_an_arm_without_events_has_no_odds_ratio_that_allows_for_clusters():
    found = small(outcome=[0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0])
    assert found.standardised is None
    assert "no odds" in found.not_standardised
    assert "log odds ratio" not in [row.term for row in found.coefficients]


def test_with_two_clusters_in_an_arm_none_can_be_left_out():
    assert "influence" not in by_name(small())


def test_a_large_cluster_costs_no_more_than_a_small_one_and_changes_nothing():
    rng = np.random.default_rng(9)
    clusters = np.repeat(np.arange(6), [3000, 5, 8, 2, 700, 4])
    y = rng.normal(size=6)[clusters] + rng.normal(size=len(clusters))
    found = cluster_randomised_trial(outcome=y, arm=clusters % 2, clusters=clusters)
    # Without characteristics CR2 comes from the cluster sums alone.
    sums = np.bincount(clusters, weights=y)
    sizes = np.bincount(clusters)
    variance = 0.0
    for arm in (0, 1):
        n, total = sizes[arm::2], sizes[arm::2].sum()
        left = sums[arm::2] - n * sums[arm::2].sum() / total
        variance += (left**2 / (1 - n / total)).sum() / total**2
    close(found.natural.vi, variance, rel=1e-9)


REFUSED = {
    "a cluster in both arms": (
        {"arm": [0] * 5 + [1] * 7},
        InvalidInput,
        r"row 6: b has people in both arms",
    ),
    "one cluster in an arm": (
        {"clusters": ["a"] * 3 + ["b"] * 3 + ["c"] * 6},
        TooLittleData,
        "1 analysed in the programme arm",
    ),
    "one cluster left in an arm": (
        {"outcome": [3.0, 5.0, 4.0, None, None, None, 8.0, 6.0, 9.0, 7.0, 9.0, 6.0]},
        TooLittleData,
        "1 analysed in the comparison arm",
    ),
    "one person each": ({"clusters": list("abcdefghijkl")}, TooLittleData, "randomised_trial"),
    "no cluster": ({"clusters": ["a"] * 11 + [None]}, InvalidInput, "row 12"),
    "one arm": ({"arm": [1] * 12}, TooLittleData, "figures of the same people"),
    "three arms": ({"arm": [0] * 6 + [1] * 3 + [2] * 3}, InvalidInput, "row 10"),
    "clusters of an arm alike to the last digit": (
        {"outcome": [1.0, 2.0, 3.0] * 2 + [4.0, 2.5, 3.0] * 2},
        InvalidInput,
        "outcome",
    ),
    "alike within clusters": (
        {"outcome": [3.0] * 3 + [5.0] * 3 + [6.0] * 3 + [9.0] * 3},
        InvalidInput,
        "within clusters",
    ),
    "an unknown estimator": ({"estimator": "magic"}, UnknownMethod, "individual, mixed"),
    "another way's covariance": (
        {"estimator": "mixed", "covariance": "CR2"},
        UnknownMethod,
        "kenward_roger",
    ),
    "Kenward and Roger by ML": (
        {"estimator": "mixed", "covariance": "kenward_roger", "method": "ML"},
        InvalidInput,
        "REML",
    ),
    "an unknown method": ({"method": "MINQUE"}, UnknownMethod, "REML, ML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_by_name(name):
    options, error, told = REFUSED[name]
    with pytest.raises(error, match=told):
        small(**options)


def test_the_order_of_people_and_the_names_of_clusters_do_not_matter():
    case = UNSEEN["nine"]
    columns, order = case["columns"], np.random.default_rng(10).permutation(85)
    plain = unseen_estimate(case)
    shuffled = cluster_randomised_trial(
        outcome=[columns["y"][place] for place in order],
        arm=[columns["arm"][place] for place in order],
        clusters=[f"z{columns['cluster'][place]}" for place in order],
        covariates={"x": [columns["x"][place] for place in order]},
    )
    close((shuffled.natural.yi, shuffled.se, shuffled.df), (plain.natural.yi, plain.se, plain.df))
    close(shuffled.standardised.yi, plain.standardised.yi)
