"""Meta-regression against metafor 3.8-1 on cases of our own: tests/reference/regression."""

import json
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from scoring.synthesis.moderated.moderators import design_matrix
from scoring.synthesis.moderated.regression import regress
from scoring.synthesis.moderated.tau2 import METHODS

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "regression" / "cases.json").read_text()
)
CASES = {case["id"]: case for case in REFERENCE["cases"]}
CORRELATED = REFERENCE["correlated"]
EVERY = [(name, fit["method"], fit["test"]) for name, case in CASES.items() for fit in case["fits"]]

# Single-level fits attain this with iterations run to the end; the worst seen is 2e-11 (a p-value).
TOLERANCE = 1e-9


def fitted(name, method, test):
    case = CASES[name]
    fit = next(f for f in case["fits"] if (f["method"], f["test"]) == (method, test))
    found = regress(
        case["yi"],
        case["vi"],
        case["X"],
        terms=case["terms"],
        method=method,
        test=test,
        level=fit["level"] / 100,
    )
    return found, fit, median(case["vi"])


def near(value, expected, *, scale):
    return abs(value - expected) <= TOLERANCE * scale


def test_the_grid_of_cases_is_complete():
    grid = {(m, t) for m in METHODS for t in ("z", "knha")}
    grid |= {(m, t) for m in ("EE", "REML") for t in ("t", "adhoc")}
    assert len(CASES) == 8
    for case in CASES.values():
        assert {(fit["method"], fit["test"]) for fit in case["fits"]} == grid
    assert len(EVERY) == 8 * len(grid) == 176


@pytest.mark.parametrize(("name", "method", "test"), EVERY)
def test_every_estimator_and_test_agrees_with_metafor(name, method, test):
    found, fit, s = fitted(name, method, test)
    for i, coefficient in enumerate(found.coefficients):
        se = fit["se"][i]
        assert near(coefficient.estimate, fit["b"][i], scale=se)
        assert near(coefficient.se, se, scale=se)
        assert near(coefficient.ci_low, fit["ci_lb"][i], scale=se)
        assert near(coefficient.ci_high, fit["ci_ub"][i], scale=se)
        assert coefficient.statistic == pytest.approx(fit["stat"][i], rel=TOLERANCE, abs=TOLERANCE)
        assert coefficient.p_value == pytest.approx(fit["pval"][i], rel=1e-8)
    covariance = np.abs(np.array(found.vcov) - fit["vcov"])
    assert (covariance <= TOLERANCE * np.outer(fit["se"], fit["se"])).all()
    assert near(found.tau2, fit["tau2"], scale=fit["tau2"] + s)
    assert (found.se_tau2 or 0) == pytest.approx(fit["se_tau2"] or 0, rel=TOLERANCE)
    assert found.i2 == pytest.approx(fit["I2"], abs=100 * TOLERANCE)
    assert found.h2 == pytest.approx(fit["H2"], rel=TOLERANCE)
    assert found.r2 == pytest.approx(fit["R2"], abs=100 * TOLERANCE)


@pytest.mark.parametrize(("name", "method", "test"), EVERY)
def test_every_test_of_heterogeneity_and_moderators_agrees_with_metafor(name, method, test):
    found, fit, s = fitted(name, method, test)
    assert found.q == pytest.approx(fit["QE"], rel=TOLERANCE)
    assert (found.q_df, found.moderators.df) == (fit["QE_df"], fit["QM_df"][0])
    assert found.q_p == pytest.approx(fit["QEp"], rel=1e-8)
    assert found.moderators.statistic == pytest.approx(fit["QM"], rel=TOLERANCE)
    assert found.moderators.df_residual == fit["QM_df"][1]
    assert found.moderators.p_value == pytest.approx(fit["QMp"], rel=1e-8)
    if method == "EE":
        assert found.tau2_ci is None
    else:
        for end, expected in zip(found.tau2_ci, fit["tau2_ci"], strict=True):
            assert near(end, expected, scale=expected + s)
    if test == "z":
        assert found.weights == pytest.approx(fit["weights_pct"], rel=TOLERANCE)
        assert found.hat == pytest.approx(fit["hat"], abs=TOLERANCE)


@pytest.mark.parametrize(("name", "method", "test"), EVERY)
def test_contrasts_agree_with_metafor(name, method, test):
    found, fit, _ = fitted(name, method, test)
    for row, b, se, p in zip(fit["rows"], fit["row_b"], fit["row_se"], fit["row_p"], strict=True):
        single = found.combination(row)
        assert near(single.estimate, b, scale=se)
        assert near(single.se, se, scale=se)
        assert single.p_value == pytest.approx(p, rel=1e-8)
    several = [place - 1 for place in np.atleast_1d(fit["btt"])]
    for joint, statistic, p in (
        (found.contrast(fit["rows"]), "row_QM", "row_QMp"),
        (found.contrast(fit["rows"], equal_to=fit["rhs"]), "rhs_QM", "rhs_QMp"),
        (found.contrast(np.eye(found.p)[several]), "btt_QM", "btt_QMp"),
    ):
        assert joint.statistic == pytest.approx(fit[statistic], rel=TOLERANCE)
        assert joint.p_value == pytest.approx(fit[p], rel=1e-8)


@pytest.mark.parametrize(("name", "method", "test"), EVERY)
def test_predictions_agree_with_metafor(name, method, test):
    found, fit, _ = fitted(name, method, test)
    for i, prediction in enumerate(found.predict(fit["at"])):
        se = fit["pred_se"][i]
        assert near(prediction.estimate, fit["pred"][i], scale=se)
        assert near(prediction.se, se, scale=se)
        assert near(prediction.ci_low, fit["pred_ci_lb"][i], scale=se)
        assert near(prediction.ci_high, fit["pred_ci_ub"][i], scale=se)
        if method == "EE":
            assert (prediction.pi_low, prediction.pi_high) == (None, None)
        else:
            assert near(prediction.pi_low, fit["pred_pi_lb"][i], scale=se)
            assert near(prediction.pi_high, fit["pred_pi_ub"][i], scale=se)


@pytest.mark.parametrize("fit", CORRELATED["fits"], ids=lambda fit: fit["method"] + fit["test"])
def test_effects_with_correlated_errors_agree_with_metafor(fit):
    found = regress(
        CORRELATED["yi"],
        np.array(CORRELATED["V"]),
        CORRELATED["X"],
        terms=["intercept", "dose"],
        method=fit["method"],
        test=fit["test"],
    )
    assert found.tau2 == pytest.approx(fit["tau2"], rel=1e-12)
    for i, coefficient in enumerate(found.coefficients):
        assert near(coefficient.estimate, fit["b"][i], scale=fit["se"][i])
        assert coefficient.se == pytest.approx(fit["se"][i], rel=TOLERANCE)
        assert coefficient.p_value == pytest.approx(fit["pval"][i], rel=TOLERANCE)
    assert found.q == pytest.approx(fit["QE"], rel=TOLERANCE)
    assert found.q_p == pytest.approx(fit["QEp"], rel=TOLERANCE)
    assert found.moderators.statistic == pytest.approx(fit["QM"], rel=TOLERANCE)
    assert found.moderators.p_value == pytest.approx(fit["QMp"], rel=TOLERANCE)


def test_a_common_effect_with_correlated_errors_agrees_with_metafor():
    fixed = CORRELATED["fixed"]
    found = regress(
        CORRELATED["yi"],
        np.array(CORRELATED["V"]),
        CORRELATED["X"],
        terms=["intercept", "dose"],
        method="FE",
        test="z",
    )
    assert found.method == "EE"
    assert [c.estimate for c in found.coefficients] == pytest.approx(fixed["b"], rel=TOLERANCE)
    assert np.array(found.vcov) == pytest.approx(np.array(fixed["vcov"]), rel=TOLERANCE)
    assert (found.q, found.q_p) == pytest.approx((fixed["QE"], fixed["QEp"]), rel=TOLERANCE)
    assert found.moderators.statistic == pytest.approx(fixed["QM"], rel=TOLERANCE)
    assert found.hat == pytest.approx(fixed["hat"], abs=TOLERANCE)


# R's formula of each case as columns, interactions and products of columns.
FORMULAS = {
    "bcg": (["dose", "arm"], []),
    "bcg-interaction": (["arm", "dose"], [("arm", "dose")]),
    "made-k9": (["arm"], []),
    "made-k30": (["dose", "arm"], [("dose", "arm")]),
    "made-k60-quadratic": (["dose"], [("dose", "dose")]),
    "made-large-units": (["dose", "arm"], []),
    "made-tiny-units": (["dose", "arm"], []),
    "made-no-heterogeneity": (["dose"], []),
}


@pytest.mark.parametrize("name", CASES)
def test_designs_agree_with_those_of_r(name):
    case, (columns, interactions) = CASES[name], FORMULAS[name]
    design = design_matrix({c: case[c] for c in columns}, interactions=interactions)
    assert np.array(design.x) == pytest.approx(np.array(case["X"]), rel=1e-15)
    in_r = [t.replace("arm", "arm: ").replace(":dose", " * dose") for t in case["terms"][1:]]
    in_r = [t.replace("dose:", "dose * ").replace("I(dose^2)", "dose * dose") for t in in_r]
    assert design.terms == ("intercept", *in_r)
