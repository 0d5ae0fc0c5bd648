"""Regressions with errors that follow each other, beside nlme, sandwich and iterations in R."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput
from scoring.estimation.linear import coefficient, default_lag
from scoring.estimation.series.residual_statistics import dickey_fuller
from tests.scoring.estimation.time_series import (
    PAIRS,
    SINGLE,
    UNSEEN,
    check,
    estimator_of,
    oracle,
    oracle_cases,
    pair,
    read,
    rows,
    single,
    unseen,
    unseen_cases,
)

# Relative, by kind of quantity. nlme stops its search for phi at about 1e-7 (the oracle) or 1e-6
# (where it says so itself), so its likelihood fits cannot be met more closely than it meets itself.
EXACT = 1e-9
SEARCHED = 2e-6

# What the oracle holds and no estimate here gives, with the reason.
LEFT_OUT = {
    "r2": "the share explained says nothing of an effect in a trending series",
    "iterations": "rounds are repeated further here than there, to the last digits",
    "kernel": "a word: Bartlett",
    "correction": "a word: n/(n-p) or none",
    "tolerance_hint": "a remark",
    "name": "a name",
    "estimator": "a name, and what is asked for",
    "formula": "what is asked for",
}

# What each part of a covariance entry of the oracle is compared with.
COMPARED = {
    "se",
    "stat",
    "df",
    "pval_t",
    "ci_lb_t",
    "ci_ub_t",
    "pval_z",
    "ci_lb_z",
    "ci_ub_z",
    "lag",
}


def options_of(kind):
    """The covariance of an entry of the oracle as arguments."""
    if not kind.startswith("NW"):
        return {"covariance": kind}
    return {
        "covariance": "NW",
        "lag": int(kind[6:].split("_")[0]),
        "adjusted": kind.endswith("adj"),
    }


def estimated(case, model, kind):
    estimator = estimator_of(model)
    options = {} if kind == "model" else options_of(kind)
    if case in SINGLE:
        return single(case, estimator=estimator, **options)
    which = model["name"].split(" ")[0]
    return pair(case, model=which, estimator=estimator, **options)


def close(ours, theirs, rel):
    assert ours == pytest.approx(theirs, rel=rel, abs=1e-300)


def close_bounds(found, low, high, rel):
    """Bounds, to `rel` of what they are computed from: they can themselves be near 0."""
    for row, expected_low, expected_high in zip(found, low, high, strict=True):
        size = rel * (abs(row.estimate) + 3 * row.se)
        assert row.ci_low == pytest.approx(expected_low, abs=size)
        assert row.ci_high == pytest.approx(expected_high, abs=size)


def close_p(ours, theirs, rel):
    """Probabilities: to 1e-8 (a statistic off by `rel` moves them by up to that), tails by logs."""
    for p, expected in zip(ours, theirs, strict=True):
        if expected > 1e-3:
            assert p == pytest.approx(expected, abs=max(1e-8, rel))
        elif expected > 0:
            # A tail is about exp(-t^2 / 2), so that its log moves by twice what t does.
            assert math.log(p) == pytest.approx(math.log(expected), rel=max(1e-8, 3 * rel))
        else:
            assert p < 1e-300


@pytest.mark.parametrize(("case", "name"), oracle_cases("its", "cits"))
def test_every_model_of_the_reference_is_met(case, name):
    _, model = oracle(case, name)
    rel = SEARCHED if "phi" in model else EXACT
    for kind, expected in model["cov"].items():
        assert set(expected) - LEFT_OUT.keys() <= COMPARED
        estimate = estimated(case, model, kind)
        found = rows(estimate, model["terms"])
        close([row.estimate for row in found], model["b"], rel)
        close([row.se for row in found], expected["se"], rel)
        close([row.statistic for row in found], expected["stat"], 2 * rel)
        assert {row.df for row in found} == {expected["df"]}
        close_p([row.p_value for row in found], expected["pval_t"], rel)
        close_bounds(found, expected["ci_lb_t"], expected["ci_ub_t"], rel)
        normal = [coefficient(row.term, row.estimate, row.se, df=None) for row in found]
        close_p([row.p_value for row in normal], expected["pval_z"], rel)
        close_bounds(normal, expected["ci_lb_z"], expected["ci_ub_z"], rel)
    told = estimate.specification
    assert told["residual_df"] == model["df_resid"]
    close(told["sigma"], model["sigma"], rel)


@pytest.mark.parametrize(
    ("case", "name"),
    [(case, name) for case, name in oracle_cases("its", "cits") if "OLS" not in name],
)
def test_the_autocorrelation_is_the_one_in_the_reference(case, name):
    _, model = oracle(case, name)
    told = estimated(case, model, "model").specification
    if "rho" in model:
        assert told["phi"] == pytest.approx(model["rho"], abs=1e-12)
        return
    assert told["phi"] == pytest.approx(model["phi"], abs=1e-6)
    assert told["loglik"] == pytest.approx(model["loglik"], abs=1e-9)
    # The likelihood found is the highest: nlme's own is nowhere above it.
    assert told["loglik"] >= model["loglik"] - 5e-12 * abs(model["loglik"])


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case, name in oracle_cases("its", "cits") if "OLS" in name]
)
def test_residuals_correlate_as_in_the_reference(case, name):
    _, model = oracle(case, name)
    estimate = estimated(case, model, "const")
    if "residual_acf1" in model:
        assert check(estimate, "residual_acf1").observed == pytest.approx(
            model["residual_acf1"], rel=1e-9
        )
        assert check(estimate, "durbin_watson").observed == pytest.approx(
            model["durbin_watson"], rel=1e-12
        )
    assert estimate.n == model["nobs"]
    assert len(model["terms"]) == model["rank"]


def test_the_grid_of_the_reference_is_complete():
    cases = oracle_cases("its", "cits")
    assert {case for case, _ in cases} == SINGLE.keys() | PAIRS.keys()
    assert len(cases) == 27
    compared = {"terms", "b", "cov", "nobs", "rank", "df_resid", "sigma", "phi", "rho", "loglik"}
    compared |= {"residual_acf1", "durbin_watson"}
    for case, name in cases:
        assert set(oracle(case, name)[1]) - compared <= LEFT_OUT.keys()


@pytest.mark.parametrize("case", [name for name in unseen_cases() if name.startswith("its")])
def test_wandering_before_the_start_is_measured_as_in_urca(case):
    file = read(UNSEEN / f"{case}.json")
    expected = file["models"]["ols"].get("dickey_fuller")
    y = np.array(file["data"]["y"])[np.array(file["data"]["period"]) < file["start"]]
    p = check(unseen(case), "stationary_before").observed
    if expected is None:
        assert p is None
        return
    statistic, same = dickey_fuller(np.log(y) if file["log"] else y)
    assert statistic == pytest.approx(expected, rel=1e-9)
    assert p == same
    # MacKinnon's critical value at 5 per cent for long series is -3.41.
    assert (p < 0.05) == (statistic < -3.41)


def test_nothing_is_said_of_wandering_where_nothing_moves():
    for still in (np.zeros(10), np.ones(12), np.arange(10.0), np.array([1.0, 2.0, 1.0, 3.0])):
        assert dickey_fuller(still) == (None, None)


def test_the_automatic_lag_is_the_one_of_the_reference():
    assert [default_lag(n) for n in (16, 48, 60, 192)] == [2, 3, 3, 4]


UNSEEN_SINGLE = [name for name in unseen_cases() if name.startswith("its")]
UNSEEN_PAIRS = [name for name in unseen_cases() if name.startswith("cits")]


def meets(estimate, expected, rel):
    found = rows(estimate, expected["terms"])
    scale = [row.se for row in found]
    for row, b, unit in zip(found, expected["b"], scale, strict=True):
        assert row.estimate == pytest.approx(b, abs=rel * unit)
    close([row.se for row in found], expected["se"], rel)
    assert {row.df for row in found} == {expected["df"]}
    close_p([row.p_value for row in found], expected["pval"], rel)
    close_bounds(found, expected["ci_lb"], expected["ci_ub"], rel)
    by_term = {row.term: row for row in estimate.coefficients}
    if "effects" in expected and estimate.natural.measure == "MD":
        effects = expected["effects"]
        average, ratio = (
            by_term["average effect"],
            by_term.get("log ratio to the counterfactual"),
        )
        close([average.estimate, average.se], [effects["average"], effects["average_se"]], rel)
        if ratio is not None:
            close([ratio.estimate, ratio.se], [effects["log_ratio"], effects["log_ratio_se"]], rel)


@pytest.mark.parametrize("case", UNSEEN_SINGLE)
def test_least_squares_of_unseen_series_agree_with_r(case):
    model = read(UNSEEN / f"{case}.json")["models"]["ols"]
    for kind, expected in model["cov"].items():
        meets(unseen(case, estimator="ols", **options_of(kind)), expected, EXACT)
    automatic = unseen(case, estimator="ols")
    assert automatic.specification["lag"] == model["auto_lag"]
    expected = model["cov"][f"NW_lag{model['auto_lag']}_adj"]
    meets(automatic, {**expected, "effects": model["effects"]}, EXACT)
    for part, name in (
        ("acf1", "residual_acf1"),
        ("durbin_watson", "durbin_watson"),
        ("ljung_box", "autocorrelation_left"),
        ("cook", "influential_points"),
        ("seasons_p", "seasonality_left"),
    ):
        if part in model:
            observed = check(automatic, name).observed
            assert observed == pytest.approx(model[part], rel=1e-9, abs=1e-12), part


@pytest.mark.parametrize("case", UNSEEN_SINGLE)
@pytest.mark.parametrize(
    "estimator", ["ar1", "ar1_reml", "ar1_ml", "prais_winsten", "cochrane_orcutt"]
)
def test_autoregressive_fits_of_unseen_series_agree_with_r(case, estimator):
    expected = read(UNSEEN / f"{case}.json")["models"].get(estimator)
    if expected is None:
        with pytest.raises(InvalidInput, match="missing periods"):
            unseen(case, estimator=estimator)
        return
    estimate = unseen(case, estimator=estimator)
    meets(estimate, expected, SEARCHED if "ar1" in estimator else EXACT)
    phi = expected.get("phi", expected.get("rho"))
    assert estimate.specification["phi"] == pytest.approx(phi, abs=2e-6)
    if "loglik" in expected:
        assert estimate.specification["loglik"] == pytest.approx(expected["loglik"], abs=1e-9)
        assert estimate.specification["sigma"] == pytest.approx(expected["sigma"], rel=SEARCHED)
    if "ljung_box" in expected:
        observed = check(estimate, "autocorrelation_left").observed
        assert observed == pytest.approx(expected["ljung_box"], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("case", UNSEEN_PAIRS)
def test_fits_of_unseen_pairs_agree_with_r(case):
    models = read(UNSEEN / f"{case}.json")["models"]
    assert len(models) == 9
    for name, expected in models.items():
        model, estimator = name.split("_", 1)
        options = {"model": model, "estimator": estimator}
        if "cov" in expected:
            for kind, entry in expected["cov"].items():
                meets(unseen(case, covariance=kind, **options), entry, EXACT)
            continue
        estimate = unseen(case, **options)
        meets(estimate, expected, SEARCHED if "ar1" in estimator else EXACT)
        if "acf1" in expected:
            assert estimate.specification["lag"] == expected["lag"]
            assert check(estimate, "residual_acf1").observed == pytest.approx(expected["acf1"])


def test_unseen_cases_cover_gaps_seasons_logs_and_lengths():
    assert len(UNSEEN_SINGLE) == 7
    assert len(UNSEEN_PAIRS) == 3
    files = [read(UNSEEN / f"{case}.json") for case in unseen_cases()]
    assert {file["seasons"] for file in files} == {"none", "dummies", "harmonics"}
    assert {file["log"] for file in files} == {True, False}


# A series, its columns, and steps, for laws that need no reference.
