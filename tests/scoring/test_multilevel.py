"""What a model of several effects a unit promises, whatever the numbers."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput
from scoring.synthesis.nested.dependence import aggregated
from scoring.synthesis.nested.multilevel import multilevel

BOTH = ("unit", "effect")


def effects(seed=1, sizes=(1, 3, 2, 5, 1, 4, 2, 3)):
    """yi, vi, unit and a design with a moderator between and one within units."""
    rng = np.random.default_rng(seed)
    unit = np.repeat([f"u{j}" for j in range(len(sizes))], sizes)
    k = len(unit)
    vi = rng.uniform(0.01, 0.2, k)
    shared = np.repeat(rng.normal(0, 0.3, len(sizes)), sizes)
    between = np.repeat(rng.normal(size=len(sizes)), sizes)
    within = rng.normal(size=k)
    yi = 0.4 + 0.2 * within + shared + rng.normal(0, 0.2, k) + rng.normal(size=k) * np.sqrt(vi)
    return yi, vi, unit, np.column_stack([np.ones(k), between, within])


TERMS = ("intercept", "between", "within")


def figures(found):
    """All that the fit says of the coefficients and variances, in one row."""
    told = [*found.variances.sigma2, found.variances.q, found.variances.log_likelihood]
    for c in (*found.model.coefficients, *found.robust.coefficients):
        told += [c.estimate, c.se, c.statistic, c.p_value, c.ci_low, c.ci_high]
    return [*told, *(c.df for c in found.robust.coefficients)]


@pytest.mark.parametrize("rho", [None, 0.6])
@pytest.mark.parametrize("levels", [BOTH, ("unit",), ("effect",), ()])
def test_the_order_of_rows_does_not_matter(rho, levels):
    yi, vi, unit, x = effects()
    at = np.random.default_rng(5).permutation(len(yi))
    one = multilevel(yi, vi, unit, x=x, terms=TERMS, rho=rho, levels=levels)
    other = multilevel(yi[at], vi[at], unit[at], x=x[at], terms=TERMS, rho=rho, levels=levels)
    assert figures(other) == pytest.approx(figures(one), rel=1e-9, abs=1e-12)
    assert other.weights_of("within") == pytest.approx(
        np.array(one.weights_of("within"))[at], abs=1e-9
    )


def test_the_names_of_units_do_not_matter():
    yi, vi, unit, _ = effects()
    numbered = [("trial", int(name[1:])) for name in unit]
    assert figures(multilevel(yi, vi, numbered)) == figures(multilevel(yi, vi, unit))
    assert multilevel(yi, vi, numbered).units[:2] == (("trial", 0), ("trial", 1))


# clubSandwich takes eigenvalues below 1e-12, in the units of the data, for 0: it fails for 1e-6.
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 7.0, 1e8])
def test_the_scale_of_effects_does_not_matter(scale):
    yi, vi, unit, x = effects()
    one = multilevel(yi, vi, unit, x=x, terms=TERMS, rho=0.5)
    other = multilevel(scale * yi, scale**2 * vi, unit, x=x, terms=TERMS, rho=0.5)
    for before, after in zip(one.robust.coefficients, other.robust.coefficients, strict=True):
        assert after.estimate == pytest.approx(scale * before.estimate, rel=1e-9)
        assert after.se == pytest.approx(scale * before.se, rel=1e-9)
        assert after.df == pytest.approx(before.df, rel=1e-9)
        assert after.p_value == pytest.approx(before.p_value, rel=1e-8)
    assert np.array(other.variances.sigma2) == pytest.approx(
        scale**2 * np.array(one.variances.sigma2), rel=1e-9
    )
    assert other.variances.i2 == pytest.approx(one.variances.i2, rel=1e-9)


def test_a_shift_of_all_effects_shifts_the_estimate_and_nothing_else():
    yi, vi, unit, _ = effects()
    one, other = multilevel(yi, vi, unit), multilevel(yi + 1e6, vi, unit)
    a, b = one.robust_coefficient("intercept"), other.robust_coefficient("intercept")
    assert b.estimate - 1e6 == pytest.approx(a.estimate, abs=1e-8)
    assert b.se == pytest.approx(a.se, rel=1e-6)
    assert b.df == pytest.approx(a.df, rel=1e-6)
    assert other.variances.sigma2 == pytest.approx(one.variances.sigma2, rel=1e-6)


@pytest.mark.parametrize("rho", [None, 0.3, 0.9])
@pytest.mark.parametrize("levels", [BOTH, ("unit",), ("effect",), ()])
def test_the_weights_shown_reproduce_the_estimate(rho, levels):
    yi, vi, unit, _ = effects()
    found = multilevel(yi, vi, unit, rho=rho, levels=levels)
    weights, estimate = np.array(found.weights_of("intercept")), found.coefficient("intercept")
    assert weights.sum() == pytest.approx(100, rel=1e-13)
    assert weights @ yi / 100 == pytest.approx(estimate.estimate, rel=1e-13)
    by_unit = found.unit_weights_of("intercept")
    assert len(by_unit) == len(found.units) == 8
    assert by_unit[1] == pytest.approx(weights[unit == "u1"].sum())
    assert found.sizes == (1, 3, 2, 5, 1, 4, 2, 3)


def test_the_weights_of_a_regression_reproduce_each_coefficient():
    yi, vi, unit, x = effects()
    found = multilevel(yi, vi, unit, x=x, terms=TERMS, rho=0.5)
    for j, term in enumerate(TERMS):
        weights = np.array(found.weights_of(term))
        assert weights @ yi / 100 == pytest.approx(found.coefficient(term).estimate, rel=1e-12)
        assert weights @ x / 100 == pytest.approx(np.eye(3)[j], abs=1e-13)


def test_weights_below_0_are_told():
    yi, vi, unit, _ = effects()
    assert multilevel(yi, vi, unit).notes == ()
    correlated = multilevel(yi, vi, unit, rho=0.9, levels=("unit",))
    below = sum(weight < 0 for weight in correlated.weights_of("intercept"))
    assert below > 0
    assert correlated.notes[0].startswith(f"{below} of {len(yi)} weights are below 0")


def test_correlated_effects_of_a_unit_weigh_as_its_average():
    yi, vi, unit, _ = effects()
    averaged = aggregated(yi, vi, unit, rho=0.6, test="z")
    whole = multilevel(yi, vi, unit, rho=0.6, levels=("unit",))
    c = whole.coefficient("intercept")
    assert whole.variances.sigma2[0] == pytest.approx(averaged.pooled.tau2, rel=1e-9)
    assert c.estimate == pytest.approx(averaged.pooled.estimate, rel=1e-10)
    assert c.se == pytest.approx(averaged.pooled.se, rel=1e-10)
    assert whole.weights_of("intercept") == pytest.approx(averaged.weights, abs=1e-8)
    assert whole.unit_weights_of("intercept") == pytest.approx(averaged.pooled.weights, abs=1e-8)


def test_rho_is_the_covariance_matrix_it_stands_for():
    yi, vi, unit, x = effects()
    v = 0.6 * np.sqrt(np.outer(vi, vi)) * (unit[:, None] == unit)
    np.fill_diagonal(v, vi)
    by_rho = multilevel(yi, vi, unit, x=x, terms=TERMS, rho=0.6)
    by_matrix = multilevel(yi, v, unit, x=x, terms=TERMS)
    assert figures(by_matrix) == pytest.approx(figures(by_rho), rel=1e-9)


def test_a_design_need_not_have_an_intercept():
    yi, vi, unit, x = effects()
    lower = x[:, 2] < 0
    parts = np.column_stack([lower, ~lower]).astype(float)
    split = multilevel(yi, vi, unit, x=parts, terms=("lower", "upper"), rho=0.5)
    apart = multilevel(
        yi, vi, unit, x=np.column_stack([np.ones(len(yi)), ~lower]), terms=("lower", "gap"), rho=0.5
    )
    low, high = split.robust.coefficients
    gap = split.robust.sandwich.combination(np.array([low.estimate, high.estimate]), [-1, 1])
    expected = apart.robust_coefficient("gap")
    assert split.variances.sigma2 == pytest.approx(apart.variances.sigma2, rel=1e-9)
    assert [gap.estimate, gap.se, gap.df] == pytest.approx(
        [expected.estimate, expected.se, expected.df], rel=1e-9
    )
    assert low.estimate == pytest.approx(apart.coefficient("lower").estimate, rel=1e-9)
    assert split.model.moderators.df == 2
    assert apart.model.moderators.df == 1


def test_one_effect_a_unit_leaves_one_level_and_says_so():
    yi, vi, _, _ = effects()
    found = multilevel(yi, vi, range(len(yi)))
    assert found.variances.levels == ("unit",)
    assert "cannot be told apart" in found.notes[0]


def test_a_variance_of_0_is_exactly_0_and_said_to_be_on_the_boundary():
    vi = np.full(8, 0.1)
    unit = np.repeat(list("abcd"), 2)
    agreeing = multilevel([0.10, 0.12, 0.11, 0.1, 0.09, 0.1, 0.12, 0.11], vi, unit)
    assert (agreeing.variances.sigma2, agreeing.variances.status) == ((0.0, 0.0), "boundary")
    apart = multilevel([0.0, 2.0, 0.2, 2.2, 0.1, 2.1, 0.0, 1.9], vi, unit).variances
    assert apart.sigma2[0] == 0 < apart.sigma2[1]
    assert apart.status == "boundary"
    assert multilevel(*effects()[:3]).variances.status == "interior"
    assert multilevel(*effects()[:3], levels=()).variances.status == "common effect"


def test_effects_that_are_all_alike_have_an_interval_of_no_width():
    found = multilevel([0.5] * 6, [0.1, 0.2, 0.1, 0.3, 0.1, 0.2], list("aabbcc"))
    c = found.robust_coefficient("intercept")
    assert (c.estimate, c.se, c.ci_low, c.ci_high) == (0.5, 0.0, 0.5, 0.5)
    assert (c.statistic, c.p_value) == (math.inf, 0.0)


def test_effects_that_the_columns_fit_exactly_leave_no_doubt():
    _, vi, unit, x = effects()
    found = multilevel(x @ [0.5, 0.25, 2.0], vi, unit, x=x, terms=TERMS)
    assert [c.estimate for c in found.model.coefficients] == pytest.approx([0.5, 0.25, 2.0])
    assert found.variances.sigma2 == (0.0, 0.0)
    assert found.robust.moderators.p_value < 1e-12


def test_a_unit_that_is_worlds_apart_costs_no_precision():
    yi, vi, unit, _ = effects()
    far = np.where(unit == "u4", 1e6, 0.0)
    found = multilevel(yi + far, vi * np.where(unit == "u2", 1e-6, 1.0), unit)
    assert found.variances.status == "interior"
    assert found.variances.sigma2[0] == pytest.approx(1e12 / 8, rel=1e-3)
    weights = np.array(found.unit_weights_of("intercept"))
    assert weights == pytest.approx(np.full(8, 12.5), rel=1e-9)


def test_i2_is_split_between_the_levels():
    yi, vi, unit, _ = effects()
    found = multilevel(yi, vi, unit).variances
    assert found.i2 == pytest.approx(sum(found.i2_levels))
    assert found.i2_levels[0] / found.i2_levels[1] == pytest.approx(
        found.sigma2[0] / found.sigma2[1]
    )
    common = multilevel(yi, vi, unit, levels=()).variances
    assert common.i2 == pytest.approx(100 * (common.q - common.q_df) / common.q)
    assert common.i2_levels == ()


def test_a_new_effect_lies_in_a_wider_interval_than_the_mean():
    yi, vi, unit, _ = effects()
    found = multilevel(yi, vi, unit)
    for predicted in (*found.predict([[1.0]]), *found.predict_robust([[1.0]])):
        assert predicted.pi_low < predicted.ci_low < predicted.ci_high < predicted.pi_high
    robust, c = found.predict_robust([[1.0]])[0], found.robust_coefficient("intercept")
    assert (robust.ci_low, robust.ci_high) == (c.ci_low, c.ci_high)
    assert (robust.pi_high - robust.estimate) / (robust.ci_high - robust.estimate) == pytest.approx(
        math.sqrt(1 + sum(found.variances.sigma2) / c.se**2)
    )
    narrow = found.predict_robust([[1.0]], level=0.5)[0]
    assert robust.ci_low < narrow.ci_low < narrow.ci_high < robust.ci_high
    assert multilevel(yi, vi, unit, levels=()).predict_robust([[1.0]])[0].pi_low is None


def test_the_level_asked_for_is_the_one_that_is_given():
    yi, vi, unit, _ = effects()
    narrow, wide = (multilevel(yi, vi, unit, level=p) for p in (0.5, 0.99))
    for of in ("model", "robust"):
        a, b = (getattr(found, of).coefficients[0] for found in (narrow, wide))
        assert b.ci_low < a.ci_low < a.ci_high < b.ci_high


# ---- units that are too few ---------------------------------------------------------------------


def test_enough_units_are_trusted():
    found = multilevel(*effects()[:3]).robust
    assert found.coefficients[0].df >= 4
    assert found.coefficients[0].reliable
    assert (found.trust, found.reason) == ("enough units", None)


def test_few_units_lower_the_trust_and_say_why():
    found = multilevel(*effects(sizes=(3, 2, 4, 3))[:3]).robust
    assert found.coefficients[0].df < 4
    assert not found.coefficients[0].reliable
    assert found.trust == "too few units"
    assert "intercept has 3" in found.reason or "intercept has 2" in found.reason
    assert "fewer than 4" in found.reason


def test_one_huge_unit_counts_for_little_and_lowers_the_trust():
    yi, vi, unit, _ = effects(sizes=(300, 1, 1, 1, 1, 1, 1, 1))
    blind = multilevel(yi, vi, unit, levels=())
    assert blind.robust.coefficients[0].df < 2
    assert blind.robust.trust == "too few units"
    assert multilevel(yi, vi, unit).unit_weights_of("intercept")[0] < 50


def test_a_term_that_rests_on_one_unit_lowers_the_trust_however_many_there_are():
    yi, vi, unit, _ = effects(sizes=(3,) * 20)
    alone = np.column_stack([np.ones(60), unit == "u7"])
    found = multilevel(yi, vi, unit, x=alone, terms=("intercept", "u7")).robust
    mean, own = found.coefficients
    assert mean.reliable
    assert own.share < 0.5
    assert not own.reliable
    assert found.trust == "too few units"
    assert "u7 rests on units that the columns fit exactly" in found.reason
    assert "intercept" not in found.reason


def test_a_joint_test_without_degrees_of_freedom_is_left_out():
    yi, vi, unit, _ = effects(sizes=(2,) * 6)
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(12), np.repeat(rng.normal(size=(4, 6)), 2, axis=1).T])
    found = multilevel(yi, vi, unit, x=x, terms=["intercept", *"abcd"])
    assert found.robust.moderators is None
    assert found.model.moderators.df == 4
    assert found.robust.trust == "too few units"


def test_rows_alike_are_kept_unless_they_are_named_as_one_effect():
    yi, vi, unit, _ = effects()
    doubled = (np.append(yi, yi[2]), np.append(vi, vi[2]), np.append(unit, unit[2]))
    assert multilevel(*doubled).k == len(yi) + 1
    names = [f"outcome {i}" for i in range(len(yi))]
    with pytest.raises(InvalidInput, match="effect, rows 3 and ") as refusal:
        multilevel(*doubled, effect=[*names, names[2]])
    assert refusal.value.row == len(yi) + 1
    assert figures(multilevel(yi, vi, unit, effect=names)) == figures(multilevel(yi, vi, unit))
