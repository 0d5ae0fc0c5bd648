"""Several effects a unit against metafor 3.8-1 and clubSandwich 0.5.8: shipped and unseen data.

tests/reference/meta has what one optimizer of metafor gave, or why it gave nothing. Fits of the
same models by four optimizers, with all that is reported at the best of them polished, and fits to
unseen data stand in tests/reference/dependence beside the R script that made them.
"""

import json
import math
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from scoring.synthesis import synthesise
from scoring.synthesis.moderated import coefficients
from scoring.synthesis.nested.dependence import aggregated
from scoring.synthesis.nested.multilevel import multilevel

REFERENCE = Path(__file__).parents[1] / "reference"
SHIPPED = (
    "bornmann2007",
    "edge-few-clusters-a",
    "knapp2017",
    "konstantopoulos2011",
    "satcoaching",
    "tannersmith2016",
)
THREE_LEVEL = (
    "three_level_diagV",
    "correlated_hierarchical",
    "correlated_only",
    "three_level_regression",
)
KINDS = ("CR0", "CR1", "CR1p", "CR1S", "CR2")

# The reference's own rma.mv fits that ended in an error, and so have no numbers to compare with;
# every one of these models is compared with the fits in tests/reference/dependence instead.
NOT_CONVERGED = "Optimizer (nlminb) did not achieve convergence (convergence = 1)."
NOT_RUN = "Cannot find the object/variable ('d$yi') specified for the 'yi' argument."
ERRORS = {
    (name, model): NOT_RUN if name == "satcoaching" else NOT_CONVERGED
    for name in SHIPPED
    for model in THREE_LEVEL
    if (name, model)
    not in {
        ("edge-few-clusters-a", "correlated_only"),
        ("edge-few-clusters-a", "three_level_regression"),
    }
}
NO_MODERATOR = "edge-few-clusters-a"


def listed(value):
    """R's vectors of length one were written as single values, and empty ones as {} or []."""
    if value is None or value == {}:
        return []
    return value if isinstance(value, list) else [value]


@cache
def document(name):
    return json.loads((REFERENCE / "meta" / f"{name}.json").read_text())


@cache
def fits(file):
    return {case["id"]: case for case in json.loads((REFERENCE / "dependence" / file).read_text())}


def data_of(name, model):
    """yi, vi and units of a shipped file, the rows of its regression where that is the model."""
    shipped, rows = document(name), document(name)["rows"]
    rows = [rows[i - 1] for i in model.get("row_index_1based") or range(1, len(rows) + 1)]
    unit = shipped["analyses"][0]["cluster_column"]
    return [r["yi"] for r in rows], [r["vi"] for r in rows], [r[unit] for r in rows]


def all_fits():
    """(name, yi, v, vi, unit, fit) of every model that was fitted for these tests."""
    for name, case in fits("reference.json").items():
        for model in case["models"]:
            yi, vi, unit = data_of(name, model)
            yield f"{name} {model['name']}", yi, vi, vi, unit, model
    for name, case in fits("unseen.json").items():
        for number, model in enumerate(case["models"]):
            v = case["V"] if model["name"] == "given" else case["vi"]
            yield f"{name} {number}", case["yi"], v, case["vi"], case["unit"], model


FITS = {name: rest for name, *rest in all_fits()}


@cache
def fitted(name, kind="CR2"):
    yi, v, _, unit, model = FITS[name]
    x = model.get("X")
    return multilevel(
        yi,
        np.array(v),
        unit,
        x=None if x is None else np.array(x, float),
        terms=None if x is None else [f"x{j}" for j in range(len(x[0]))],
        rho=model["rho"] if model["name"] != "given" else None,
        levels=listed(model["levels"]),
        method=model["method"],
        test=model["test"],
        kind=kind,
    )


def test_the_grid_of_models_is_complete():
    analyses = {name: document(name)["analyses"] for name in SHIPPED}
    assert [len(a) for a in analyses.values()] == [1] * 6
    errors = {
        (name, model): analyses[name][0][model]["error"]
        for name in SHIPPED
        for model in THREE_LEVEL
        if "error" in analyses[name][0].get(model, {})
    }
    assert errors == ERRORS
    assert [n for n in SHIPPED if "three_level_regression" not in analyses[n][0]] == [NO_MODERATOR]
    assert {name: len(case["models"]) for name, case in fits("reference.json").items()} == {
        name: 3 if name == NO_MODERATOR else 4 for name in SHIPPED
    }
    assert {name: len(case["models"]) for name, case in fits("unseen.json").items()} == {
        "unbalanced": 10,
        "one-huge": 10,
        "pairs": 10,
        "few-units": 7,
        "given-blocks": 12,
        "no-heterogeneity": 10,
        "large-numbers": 10,
        "effects-differ-most": 10,
    }
    assert len(FITS) == 23 + 79


# The worst observed are 2e-11 of a standard error (b), 2e-11 (se), 1e-10 (robust se), 2e-11 (df)
# and 2e-12 of sigma2 + the median vi, all where R's normal equations hold years or a huge unit.
CLOSE = 1e-9


@pytest.mark.parametrize("name", FITS)
def test_estimates_variances_and_their_likelihood_agree(name):
    _, _, vi, _, model = FITS[name]
    found, se = fitted(name), listed(model["se"])
    s = median(vi)
    expected = dict(zip(listed(model["levels"]), listed(model["sigma2"]), strict=True))
    inconsistency = dict(zip(listed(model["levels"]), listed(model["I2"]), strict=True))
    for level, sigma2, i2 in zip(
        found.variances.levels, found.variances.sigma2, found.variances.i2_levels, strict=True
    ):
        assert sigma2 == pytest.approx(expected.pop(level), rel=CLOSE, abs=CLOSE * s)
        assert i2 == pytest.approx(inconsistency[level], abs=100 * CLOSE)
    assert expected == {}
    if inconsistency:
        assert found.variances.i2 == pytest.approx(sum(inconsistency.values()), abs=100 * CLOSE)
    assert found.variances.log_likelihood == pytest.approx(model["loglik"], rel=1e-11)
    assert found.variances.q == pytest.approx(model["QE"], rel=1e-11)
    assert found.variances.q_p == pytest.approx(model["QEp"], rel=1e-9, abs=1e-13)
    for c, *row in zip(
        found.model.coefficients,
        *(listed(model[field]) for field in ("b", "se", "p", "ci_lb", "ci_ub")),
        strict=True,
    ):
        assert c.estimate == pytest.approx(row[0], abs=CLOSE * row[1])
        assert c.se == pytest.approx(row[1], rel=CLOSE)
        assert c.p_value == pytest.approx(row[2], rel=1e-8, abs=1e-12)
        assert [c.ci_low, c.ci_high] == pytest.approx(row[3:], abs=CLOSE * row[1])
    cov = np.array(model["vcov"], float).reshape(len(se), len(se))
    assert (np.abs(found.model.vcov - cov) <= CLOSE * np.outer(se, se)).all()


@pytest.mark.parametrize("name", FITS)
def test_joint_tests_predictions_and_weights_agree(name):
    model, found = FITS[name][-1], fitted(name)
    moderators, predicted = found.model.moderators, model["predict"]
    if model["QM"] is None:
        assert moderators is None
        weights = found.weights_of("intercept")
        assert weights == pytest.approx(model["weights_rowsum"], abs=1e-9)
    else:
        assert moderators.statistic == pytest.approx(model["QM"], rel=1e-9)
        assert moderators.p_value == pytest.approx(model["QMp"], rel=1e-8, abs=1e-12)
    at = np.ones((1, 1)) if found.p == 1 else np.array(predicted["x"])
    for i, p in enumerate(found.predict(at)):
        se = listed(predicted["se"])[i]
        assert p.estimate == pytest.approx(listed(predicted["pred"])[i], abs=CLOSE * se)
        assert p.se == pytest.approx(se, rel=CLOSE)
        ends = [listed(predicted[f])[i] for f in ("ci_lb", "ci_ub", "pi_lb", "pi_ub")]
        assert [p.ci_low, p.ci_high] == pytest.approx(ends[:2], abs=CLOSE * se)
        if found.variances.levels:
            assert [p.pi_low, p.pi_high] == pytest.approx(ends[2:], abs=10 * CLOSE * se)
        else:
            # The common effect predicts no spread; metafor repeats the confidence interval.
            assert (p.pi_low, p.pi_high) == (None, None)
            assert ends[2:] == pytest.approx(ends[:2])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FITS)
def test_robust_tests_agree_with_clubsandwich(name, kind):
    expected = FITS[name][-1]["robust"][kind]
    found = fitted(name, kind).robust
    se = listed(expected["se"])
    cov = np.array(expected["vcov"], float).reshape(len(se), len(se))
    assert (np.abs(found.sandwich.vcov - cov) <= CLOSE * np.outer(se, se)).all()
    for c, *row in zip(
        found.coefficients,
        *(listed(expected[field]) for field in ("se", "df", "p", "ci_lb", "ci_ub")),
        strict=True,
    ):
        assert c.se == pytest.approx(row[0], rel=CLOSE)
        assert c.df == pytest.approx(row[1], rel=CLOSE)
        assert c.p_value == pytest.approx(row[2], rel=1e-8, abs=1e-12)
        assert [c.ci_low, c.ci_high] == pytest.approx(row[3:], abs=10 * CLOSE * row[0])
    joint = FITS[name][-1]["htz"]
    if kind == "CR2" and joint is not None:
        assert found.moderators.statistic == pytest.approx(joint["F"], rel=CLOSE)
        assert found.moderators.df == joint["df"]
        assert found.moderators.df_residual == pytest.approx(joint["df_denom"], rel=CLOSE)
        assert found.moderators.p_value == pytest.approx(joint["p"], rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("name", FITS)
def test_no_optimizer_of_metafor_stands_higher_and_none_that_ends_well_elsewhere(name):
    model, found = FITS[name][-1], fitted(name).variances
    attempts = listed(model["optimizers"])
    ended = [a["loglik"] for a in attempts if "loglik" in a]
    assert len(attempts) == (4 if found.levels else 0)
    if found.levels:
        # BFGS stops up to 5e-4 below, mostly near the boundary.
        assert max(ended) == pytest.approx(found.log_likelihood, abs=1e-6)
    assert all(height <= found.log_likelihood + 1e-9 for height in ended)
    around = [height for pair in model["loglik_around"] for height in listed(pair)]
    assert all(height <= found.log_likelihood + 1e-9 for height in around)
    assert len(found.maxima) == 1


# ---- what tests/reference/meta has itself -------------------------------------------------------


def check_robust(found, expected):
    assert found.se == pytest.approx(expected["se"][0], rel=1e-12)
    assert found.df == pytest.approx(expected["df_satterthwaite"][0], rel=1e-12)
    assert found.statistic == pytest.approx(expected["t"][0], rel=1e-11)
    assert found.p_value == pytest.approx(expected["pval"][0], rel=1e-10)
    assert found.ci_low == pytest.approx(expected["ci_lb"][0], abs=1e-11 * found.se)
    assert found.ci_high == pytest.approx(expected["ci_ub"][0], abs=1e-11 * found.se)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    ("entry", "levels"),
    [("naive_rma_reml_with_robust", ("effect",)), ("equal_effects_with_robust", ())],
)
def test_fits_blind_to_units_agree_once_they_are_robust(name, entry, levels, kind):
    expected = document(name)["analyses"][0][entry]
    yi, vi, unit = data_of(name, {})
    found = multilevel(yi, vi, unit, levels=levels, kind=kind)
    plain = found.coefficient("intercept")
    assert plain.se == pytest.approx(expected["se_naive"][0], rel=1e-11)
    assert plain.estimate == pytest.approx(expected["b"][0], abs=1e-10 * plain.se)
    if levels:
        assert found.variances.sigma2[0] == pytest.approx(expected["tau2"], rel=1e-9, abs=1e-12)
    check_robust(found.robust_coefficient("intercept"), expected["robust"][kind])


@pytest.mark.parametrize("name", SHIPPED)
def test_one_averaged_effect_a_unit_agrees(name):
    expected = document(name)["analyses"][0]["aggregated"]
    yi, vi, unit = data_of(name, {})
    found = aggregated(yi, vi, unit, rho=expected["rho"])
    pooled, entry = found.pooled, expected["reml_knha"]
    assert [str(u) for u in found.units] == expected["cluster"]
    assert found.yi == pytest.approx(expected["yi"], rel=1e-12, abs=1e-14)
    assert found.vi == pytest.approx(expected["vi"], rel=1e-12)
    assert pooled.estimate == pytest.approx(entry["b"], abs=1e-10 * pooled.se)
    assert pooled.se == pytest.approx(entry["se"], rel=1e-10)
    assert pooled.ci_low == pytest.approx(entry["ci_lb"], abs=1e-9 * pooled.se)
    assert pooled.ci_high == pytest.approx(entry["ci_ub"], abs=1e-9 * pooled.se)
    assert pooled.p_value == pytest.approx(entry["pval"], rel=1e-9)
    assert pooled.tau2 == pytest.approx(entry["tau2"], rel=1e-9, abs=1e-12)


# The reference's only rma.mv fit stopped 2e-11 away in tau2, which is 1e-8 of its value.
AS_FAR_AS_IT_WENT = 1e-7


def test_the_reference_fit_that_converged_agrees():
    expected = document("edge-few-clusters-a")["analyses"][0]["correlated_only"]
    yi, vi, unit = data_of("edge-few-clusters-a", {})
    found = multilevel(yi, vi, unit, levels=("unit",), rho=expected["rho"])
    c = found.coefficient("intercept")
    assert expected["sigma2_names"] == [".clf"]
    for value, field in ((c.estimate, "b"), (c.se, "se"), (c.statistic, "z"), (c.p_value, "pval")):
        assert value == pytest.approx(expected[field][0], rel=AS_FAR_AS_IT_WENT)
    assert c.ci_low == pytest.approx(expected["ci_lb"][0], rel=AS_FAR_AS_IT_WENT)
    assert c.ci_high == pytest.approx(expected["ci_ub"][0], rel=AS_FAR_AS_IT_WENT)
    assert found.variances.sigma2 == pytest.approx(expected["sigma2"], rel=AS_FAR_AS_IT_WENT)
    assert found.variances.log_likelihood == pytest.approx(expected["loglik_reml"], rel=1e-12)
    assert found.variances.q == pytest.approx(expected["QE"], rel=1e-12)
    assert found.variances.q_df == expected["QE_df"]
    assert found.variances.q_p == pytest.approx(expected["QEp"], rel=1e-10)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_robust_tests_of_the_reference_fit_that_converged_agree(kind):
    expected = document("edge-few-clusters-a")["analyses"][0]["correlated_only"]["robust"]
    yi, vi, unit = data_of("edge-few-clusters-a", {})
    found = multilevel(yi, vi, unit, levels=("unit",), rho=0.6, kind=kind)
    c = found.robust_coefficient("intercept")
    for value, field in (
        (c.estimate, "b"),
        (c.se, "se"),
        (c.df, "df_satterthwaite"),
        (c.statistic, "t"),
        (c.p_value, "pval"),
        (c.ci_low, "ci_lb"),
        (c.ci_high, "ci_ub"),
    ):
        assert value == pytest.approx(expected[kind][field][0], rel=AS_FAR_AS_IT_WENT)


def test_metafors_own_robust_test_agrees():
    expected = document("edge-few-clusters-a")["analyses"][0]["correlated_only"]["robust"]
    entry = expected["metafor_robust_CR1"]
    yi, vi, unit = data_of("edge-few-clusters-a", {})
    robust = multilevel(yi, vi, unit, levels=("unit",), rho=0.6, kind="CR1p")
    c = robust.robust_coefficient("intercept")
    found = coefficients.tested("intercept", c.estimate, c.se, df=entry["df"], level=0.95)
    assert entry["df"] == len(robust.units) - robust.p
    for value, field in (
        (found.estimate, "b"),
        (found.se, "se"),
        (found.statistic, "t"),
        (found.p_value, "pval"),
        (found.ci_low, "ci_lb"),
        (found.ci_high, "ci_ub"),
    ):
        assert value == pytest.approx(entry[field][0], rel=AS_FAR_AS_IT_WENT)


# ---- one effect a unit is plain pooling ---------------------------------------------------------

PLAIN = sorted(path.stem for path in (REFERENCE / "meta").glob("*.json"))


@pytest.mark.parametrize("name", PLAIN)
def test_with_one_effect_a_unit_it_is_plain_reml(name):
    for analysis in (a for a in document(name)["analyses"] if "pooled" in a):
        known = [
            (y, v) for y, v in zip(analysis["yi"], analysis["vi"], strict=True) if y is not None
        ]
        if len(known) < 2:
            assert name == "edge-k1-a"
            continue
        yi, vi = zip(*known, strict=True)
        plain, found = synthesise(yi, vi, test="z"), multilevel(yi, vi, range(len(yi)))
        c = found.coefficient("intercept")
        s = median(vi)
        assert found.variances.levels == ("unit",)
        assert found.variances.sigma2[0] == pytest.approx(plain.tau2, rel=1e-9, abs=1e-9 * s)
        assert c.estimate == pytest.approx(plain.estimate, abs=1e-9 * plain.se)
        assert c.se == pytest.approx(plain.se, rel=1e-9)
        assert found.variances.i2 == pytest.approx(plain.i2, abs=1e-7)
        assert found.variances.q == pytest.approx(plain.q, rel=1e-9, abs=1e-9)
        assert found.weights_of("intercept") == pytest.approx(plain.weights, rel=1e-8)
        assert len(found.variances.maxima) == len(plain.tau2_maxima)
        reached = sorted(math.fsum(m.sigma2) for m in found.variances.maxima)
        assert reached == pytest.approx(plain.tau2_maxima, rel=1e-8, abs=1e-8 * s)
