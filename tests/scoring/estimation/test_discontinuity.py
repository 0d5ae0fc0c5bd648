"""Regression discontinuity: every oracle case, and its promises."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.comparisons.density_test import density_test
from scoring.estimation.comparisons.discontinuity import regression_discontinuity

REFERENCE = Path(__file__).parents[2] / "reference"
ORACLE = {
    name: json.loads((REFERENCE / "estimation" / f"{name}.json").read_text())
    for name in ("rd-sim-a", "rd-sim-small")
}

SCORES = json.loads((REFERENCE / "estimation_unseen" / "discontinuity" / "cases.json").read_text())
SORTED = next(case for case in SCORES["densities"] if case["id"] == "sorted")

# The worst seen against R is 1e-13.
TIGHT = 1e-9

MODELS = {
    "local linear, triangular kernel, bandwidth 0.25": {"bandwidth": 0.25},
    "local linear, triangular kernel, bandwidth 0.5": {"bandwidth": 0.5},
    "local linear, triangular kernel, bandwidth 1": {"bandwidth": 1.0},
    "local quadratic, triangular kernel, bandwidth 0.5": {"bandwidth": 0.5, "order": 2},
    "local linear, uniform kernel, bandwidth 0.5": {"bandwidth": 0.5, "kernel": "uniform"},
}
KINDS = ("const", "HC0", "HC1", "HC2", "HC3")
TERMS = {"above": "treated", "running": "running", "above:running": "treated:running"}
EVERY = [
    (name, model["name"], kind)
    for name, case in ORACLE.items()
    for model in case["models"]
    for kind in model["cov"]
]


def test_the_grid_of_oracle_cases_is_complete():
    files = {path.stem for path in (REFERENCE / "estimation").glob("rd-*.json")}
    assert files == set(ORACLE)
    assert set(EVERY) == {(n, m, k) for n in ORACLE for m in MODELS for k in KINDS}
    assert len(EVERY) == 50


@pytest.mark.parametrize(("name", "model", "kind"), EVERY)
def test_every_model_and_covariance_agrees_with_the_oracle(name, model, kind):
    data = ORACLE[name]["data"]
    entry = next(m for m in ORACLE[name]["models"] if m["name"] == model)
    found = regression_discontinuity(
        running=data["running"],
        outcome=data["y"],
        cutoff=0.0,
        treated=data["above"],
        inference="regression",
        covariance=kind,
        **MODELS[model],
    )
    rows, cov = {row.term: row for row in found.coefficients}, entry["cov"][kind]
    for place, term in enumerate(entry["terms"]):
        row, se = rows[TERMS[term]], cov["se"][place]
        assert row.estimate == pytest.approx(entry["b"][place], abs=TIGHT * se)
        assert row.se == pytest.approx(se, rel=TIGHT)
        assert row.statistic == pytest.approx(cov["stat"][place], rel=TIGHT, abs=TIGHT)
        assert row.df == cov["df"]
        assert row.p_value == pytest.approx(cov["pval_t"][place], rel=1e-8)
        assert row.ci_low == pytest.approx(cov["ci_lb_t"][place], abs=TIGHT * se)
        assert row.ci_high == pytest.approx(cov["ci_ub_t"][place], abs=TIGHT * se)
        z = 1.959963984540054
        assert row.estimate - z * row.se == pytest.approx(cov["ci_lb_z"][place], abs=TIGHT * se)
        assert row.estimate + z * row.se == pytest.approx(cov["ci_ub_z"][place], abs=TIGHT * se)
        two_sided = math.erfc(abs(row.statistic) / math.sqrt(2))
        assert two_sided == pytest.approx(cov["pval_z"][place], rel=1e-8)
    assert found.natural.yi == rows["treated"].estimate
    told = found.specification
    assert (found.n, told["rank"], told["residual_df"]) == (
        entry["nobs"],
        entry["rank"],
        entry["df_resid"],
    )
    assert told["sigma"] == pytest.approx(entry["sigma"], rel=TIGHT)
    assert told["r2"] == pytest.approx(entry["r2"], rel=TIGHT)


def scores(n=400, jump=1.0, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    return x, 0.5 * x + jump * (x >= 0) + rng.normal(0, 0.5, n)


def estimate(x, y, **more):
    return regression_discontinuity(running=x, outcome=y, cutoff=more.pop("cutoff", 0.0), **more)


def test_the_effect_is_treated_less_not_on_whichever_side_the_programme_is():
    x, y = scores()
    above = estimate(x, y)
    below = estimate(x, y, side="below")
    turned = estimate(-x, y, side="at_or_below")
    assert below.natural.yi == pytest.approx(-above.natural.yi, rel=1e-12)
    assert turned.natural.yi == pytest.approx(above.natural.yi, rel=1e-12)
    assert below.natural.vi == pytest.approx(above.natural.vi, rel=1e-12)


def test_a_score_in_other_units_and_from_another_origin_changes_nothing():
    x, y = scores()
    plain = estimate(x, y)
    moved = estimate(1000 * x + 70, y, cutoff=70.0)
    assert moved.natural.yi == pytest.approx(plain.natural.yi, rel=1e-7)
    assert moved.natural.vi == pytest.approx(plain.natural.vi, rel=1e-7)
    assert moved.specification["bandwidth"] == pytest.approx(
        1000 * plain.specification["bandwidth"], rel=1e-7
    )


def test_the_order_of_rows_does_not_matter():
    x, y = scores()
    order = np.random.default_rng(1).permutation(len(y))
    found, other = estimate(np.round(x, 2), y), estimate(np.round(x, 2)[order], y[order])
    assert other.natural.yi == pytest.approx(found.natural.yi, rel=1e-9)
    assert other.natural.vi == pytest.approx(found.natural.vi, rel=1e-9)
    assert other.specification["bandwidth"] == pytest.approx(found.specification["bandwidth"])


def test_those_at_the_cutoff_go_where_the_side_says():
    x = np.repeat(np.arange(-10.0, 11.0), 30)
    rng = np.random.default_rng(3)
    y = x / 10 + 2.0 * (x > 0) + rng.normal(0, 0.1, len(x))
    strict = estimate(x, y, side="above", bandwidth=6.0)
    assert strict.natural.yi == pytest.approx(2.0, abs=0.1)
    assert estimate(x, y, side="at_or_above", bandwidth=6.0).natural.yi < 1.5
    assert estimate(x, y, side="at_or_below", bandwidth=6.0).natural.yi == pytest.approx(
        -strict.natural.yi, rel=1e-9
    )


def test_a_fuzzy_design_is_refused_with_what_to_do():
    x, y = scores()
    treated = (x >= 0).astype(float)
    treated[[5, 9]] = 1 - treated[[5, 9]]
    with pytest.raises(InvalidInput) as refused:
        estimate(x, y, treated=treated)
    assert (refused.value.field, refused.value.row) == ("treated", 6)
    assert "fuzzy" in refused.value.message
    assert "instrumental variable" in refused.value.accepted


def test_sorting_around_the_cutoff_fails_the_density_check_and_is_a_fact():
    case = SORTED
    rng = np.random.default_rng(2)
    y = rng.normal(size=len(case["x"]))
    found = estimate(case["x"], y)
    assert "density" in {check.name for check in found.failed}
    assert found.facts["assignment_valid"] is False
    check = next(c for c in found.checks if c.name == "density")
    assert "just above" in check.text


def test_a_covariate_that_jumps_fails_its_check_and_one_that_does_not_passes():
    x, y = scores()
    rng = np.random.default_rng(6)
    calm, jumping = rng.normal(size=400), rng.normal(size=400) + 3.0 * (x >= 0)
    good = estimate(x, y, covariates={"age": calm})
    bad = estimate(x, y, covariates={"age": calm, "income": jumping})
    assert good.facts["comparison_similar"] is None
    assert "covariates" in {check.name for check in bad.failed}
    assert bad.facts["comparison_similar"] is False
    assert bad.natural == good.natural
    x, y = scores(n=20_000)
    age = np.random.default_rng(6).normal(size=len(x))
    assert estimate(x, y, covariates={"age": age}).facts["comparison_similar"] is True


def test_a_density_that_does_not_jump_does_not_show_that_nobody_was_sorted():
    found = estimate(*scores())
    assert next(c for c in found.checks if c.name == "density").passed is True
    assert found.facts["assignment_valid"] is None


def test_a_jump_elsewhere_fails_the_placebo_check():
    x, y = scores()
    elsewhere = y + 4.0 * (x >= np.median(x[x >= 0]))
    found = estimate(x, elsewhere)
    assert "placebo_cutoffs" in {check.name for check in found.failed}
    assert "placebo_cutoffs" not in {check.name for check in estimate(x, y).failed}


def test_a_coarse_score_fails_its_check():
    x, y = scores()
    found = estimate(np.round(x, 1) + 0.05, y)
    assert "mass_points" in {check.name for check in found.failed}


def test_plain_regression_needs_fewer_scores_than_its_bias():
    x = np.repeat([-2.0, -1.0, 1.0, 2.0], 12)
    rng = np.random.default_rng(1)
    y = x + 3.0 * (x > 0) + rng.normal(size=48)
    found = estimate(x, y, inference="regression", bandwidth=3.0)
    assert found.natural.yi == pytest.approx(3.0, abs=2.0)
    assert found.specification["limit_comparison"] is None
    with pytest.raises(TooLittleData):
        estimate(x, y, bandwidth=3.0)


def test_too_few_rows_within_a_given_bandwidth_are_refused():
    x, y = scores()
    near = np.sort(np.abs(x))[3]
    with pytest.raises(TooLittleData) as refused:
        estimate(x, y, inference="regression", bandwidth=float(near))
    assert refused.value.field == "bandwidth"


def test_plain_regression_at_a_found_bandwidth_does_not_allow_for_curves():
    x, y = scores()
    found = estimate(x, y, inference="regression")
    assert "bias" in {check.name for check in found.failed}
    given = estimate(x, y, inference="regression", bandwidth=0.5)
    assert next(c for c in given.checks if c.name == "bias").passed is None
    assert next(c for c in estimate(x, y).checks if c.name == "bias").passed is True


def test_a_row_that_carries_the_jump_fails_its_check():
    x, y = scores()
    y[np.argmin(np.abs(x))] += 100
    assert "influential_points" in {check.name for check in estimate(x, y).failed}


def test_an_outcome_of_ones_and_zeros_is_pooled_as_a_log_odds_ratio():
    x, y = scores(n=1500)
    yes = (y > 0.5).astype(float)
    found = estimate(x, yes)
    assert found.natural.measure == "RD"
    odds = [found.specification[f"limit_{arm}"] for arm in ("intervention", "comparison")]
    assert found.standardised.measure == "OR"
    expected = math.log(odds[0] / (1 - odds[0])) - math.log(odds[1] / (1 - odds[1]))
    assert found.standardised.yi == pytest.approx(expected, rel=1e-12)


def test_a_difference_is_standardised_by_people_or_by_a_given_deviation_or_not_at_all():
    x, y = scores()
    none, given = estimate(x, y), estimate(x, y, sd=2.0)
    people = estimate(x, y, people=True)
    assert none.standardised is None
    assert "give sd" in none.not_standardised
    assert given.standardised.yi == pytest.approx(given.natural.yi / 2)
    assert people.standardised.measure == "SMD"
    assert people.standardised.yi == pytest.approx(
        people.natural.yi / y[x < 0].std(ddof=1), rel=0.01
    )


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"cutoff": 5.0}, InvalidInput, "cutoff"),
        ({"cutoff": math.nan}, InvalidInput, "cutoff"),
        ({"bandwidth": -1.0}, InvalidInput, "bandwidth"),
        ({"bandwidth": 1e-9}, TooLittleData, "running"),
        ({"order": 4}, InvalidInput, "order"),
        ({"kernel": "gaussian"}, UnknownMethod, "kernel"),
        ({"side": "left"}, UnknownMethod, "side"),
        ({"inference": "honest"}, UnknownMethod, "inference"),
        ({"covariance": "const"}, UnknownMethod, "covariance"),
        ({"outcome": [1.0] * 400}, TooLittleData, "outcome"),
        ({"outcome": [math.nan] + [1.0] * 399}, InvalidInput, "outcome"),
        ({"outcome": [1.0] * 399}, InvalidInput, "outcome"),
    ],
)
def test_bad_input_is_refused_by_name(change, refusal, field):
    x, y = scores()
    columns = {"running": x, "outcome": y, "cutoff": 0.0}
    with pytest.raises(refusal) as refused:
        regression_discontinuity(**(columns | change))
    assert refused.value.field == field
    assert refused.value.accepted


def test_a_score_of_few_values_is_not_tested_for_sorting():
    with pytest.raises(TooLittleData, match="different values"):
        density_test(np.repeat(np.arange(-5.0, 15.0), 10))
    x = np.repeat(np.arange(-5.0, 15.0), 10)
    found = estimate(x, np.random.default_rng(1).normal(size=200), bandwidth=5.0)
    check = next(c for c in found.checks if c.name == "density")
    assert check.passed is None
    assert found.facts["assignment_valid"] is None


def test_too_few_rows_to_find_a_bandwidth_are_refused():
    x, y = scores(n=15)
    with pytest.raises(TooLittleData, match="too few to find a bandwidth"):
        estimate(x, y)


def test_the_picture_has_bins_and_fits_on_both_sides_of_the_mark():
    x, y = scores()
    (picture,) = estimate(x + 3, y, cutoff=3.0).pictures
    assert (picture.kind, picture.mark) == ("discontinuity", 3.0)
    assert [line.role for line in picture.lines] == ["observed", "fitted", "comparison", "fitted"]
    assert min(picture.lines[1].x) == pytest.approx(3.0)
    assert max(picture.lines[3].x) == pytest.approx(3.0)


def test_the_paragraph_says_whom_it_speaks_of():
    x, y = scores()
    text = estimate(x, y).text
    assert "for those at the cut-off" in text
    assert "not of those far from it" in text


def test_the_robust_interval_holds_the_jump_of_a_curve_about_as_often_as_it_says():
    rng = np.random.default_rng(20261125)
    held, runs = 0, 300
    for _ in range(runs):
        x = rng.uniform(-1, 1, 500)
        y = 1.2 * x + 3 * x**2 + 4 * x**3 * (x > 0) + 0.5 * (x >= 0) + rng.normal(0, 0.4, 500)
        found = estimate(x, y)
        held += found.ci_low <= 0.5 <= found.ci_high
    # Three binomial standard errors below 0.95 and above it.
    assert 0.912 <= held / runs <= 0.988
