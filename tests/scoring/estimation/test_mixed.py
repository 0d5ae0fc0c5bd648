"""The random-intercept model against lme4, nlme and pbkrtest, by whole matrices, and its limits."""

from collections import Counter

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.linear import table
from scoring.estimation.trials.kenward_roger import kenward_roger
from scoring.estimation.trials.mixed import METHODS, random_intercept

from .trials import close, model_of, models, oracle, unseen

# The columns of the mixed models of the oracle.
COLUMNS = {
    "crt-achievement-girls": ("passed", ["lag"]),
    "crt-sim-zero-icc": ("score", []),
    "crt-sim12": ("score", []),
    "rct-star-kindergarten": ("math", ["free"]),
}
MIXED = [pair for prefix in ("crt", "rct") for pair in models(prefix) if "random" in pair[1]]

# R's searches stop where the likelihood is flat in its last digits: variances agree to 1e-6 there,
# what depends on them to less. Here each is a root of the score.
VARIANCES = 1e-6
ERRORS = 3e-7
DEGREES = 1e-7
LOGLIK = 1e-10


def columns_of(case):
    data, (outcome, covariates) = oracle(case)["data"], COLUMNS[case]
    y = np.array(data[outcome], float)
    columns = {"(Intercept)": np.ones(len(y)), "treat": np.array(data["treat"], float)}
    columns |= {name: np.array(data[name], float) for name in covariates}
    return y, columns, np.unique(data["school"], return_inverse=True)[1]


def test_every_mixed_model_of_the_oracle_is_tested():
    assert Counter(case for case, _ in MIXED) == dict.fromkeys(COLUMNS, 2)
    adjusted = [pair for pair in MIXED if "kenward_roger" in model_of(*pair)["cov"]]
    assert len(adjusted) == 3


@pytest.mark.parametrize(("case", "name"), MIXED)
def test_mixed_models_agree_with_r_in_every_field(case, name):
    model = model_of(case, name)
    y, columns, clusters = columns_of(case)
    fit = random_intercept(y, columns, clusters, method=name.split()[-1])
    assert list(fit.terms) == model["terms"]
    close(fit.var_cluster, model["var_cluster"], rel=VARIANCES)
    close(fit.var_residual, model["var_residual"], rel=VARIANCES)
    close(fit.icc, model["icc"], rel=VARIANCES)
    close(fit.loglik, model["loglik"], rel=LOGLIK)
    entry = model["cov"]["model"]
    rows = table(fit.terms, fit.b, fit.covariance, df=None)
    for place, row in enumerate(rows):
        close(row.se, entry["se"][place], rel=ERRORS)
        close(row.estimate, model["b"][place], at=1e-6 * row.se)
        close(row.statistic, entry["stat"][place], rel=1e-6)
        assert row.p_value == pytest.approx(entry["pval_z"][place], rel=1e-5, abs=1e-12)
        close(row.ci_low, entry["ci_lb_z"][place], at=2e-6 * row.se)
        close(row.ci_high, entry["ci_ub_z"][place], at=2e-6 * row.se)
    if "kenward_roger" in model["cov"]:
        compare_kenward_roger(fit, model["cov"]["kenward_roger"])


def compare_kenward_roger(fit, entry):
    rows = kenward_roger(fit).table(fit)
    for place, row in enumerate(rows):
        close(row.se, entry["se"][place], rel=ERRORS)
        close(row.df, entry["df"][place], rel=DEGREES)
        if "pval" in entry:
            assert row.p_value == pytest.approx(entry["pval"][place], rel=1e-5, abs=1e-12)
            close(row.ci_low, entry["ci_lb"][place], at=2e-6 * row.se)
            close(row.ci_high, entry["ci_ub"][place], at=2e-6 * row.se)


UNSEEN = {case["id"]: case for case in unseen("cluster_trial")}


def unseen_columns(case):
    """The complete rows of a case: outcome, columns less their means, clusters."""
    data = case["columns"]
    kept = [row for row, y in enumerate(data["y"]) if y is not None]
    y = np.array([data["y"][row] for row in kept], float)
    columns = {
        "(Intercept)": np.ones(len(y)),
        "treated": np.array([data["arm"][row] for row in kept], float),
    }
    for name in case["covariates"]:
        values = np.array([data[name][row] for row in kept], float)
        columns[name] = values - values.mean()
    if case.get("blocks"):
        values = np.array([data["block"][row] == 1 for row in kept], float)
        columns["block 1"] = values - values.mean()
    labels = [data["cluster"][row] for row in kept]
    return y, columns, np.unique(labels, return_inverse=True)[1]


def test_the_grid_of_unseen_mixed_models_is_complete():
    assert list(UNSEEN) == [
        "nine",
        "four",
        "twenty-binary-blocks",
        "lopsided",
        "small-icc",
        "far-from-zero",
        "assigned-within",
    ]
    assert all(set(case["mixed"]) == set(METHODS) for case in UNSEEN.values())


@pytest.mark.parametrize("name", UNSEEN)
@pytest.mark.parametrize("method", METHODS)
def test_unseen_mixed_models_agree_with_r(name, method):
    case = UNSEEN[name]
    expected = case["mixed"][method]
    fit = random_intercept(*unseen_columns(case), method=method)
    assert list(fit.terms) == case["terms"]
    close(fit.var_cluster, expected["var_cluster"], rel=VARIANCES)
    close(fit.var_residual, expected["var_residual"], rel=VARIANCES)
    close(fit.loglik, expected["loglik"], rel=LOGLIK)
    for place, se in enumerate(expected["se"]):
        close(np.sqrt(fit.covariance[place, place]), se, rel=ERRORS)
        close(fit.b[place], expected["b"][place], at=ERRORS * se)
    if method == "REML":
        close(fit.loglik, case["nlme_loglik"], rel=LOGLIK)
        rows = kenward_roger(fit).table(fit)
        close([row.se for row in rows], expected["kenward_roger"]["se"], rel=ERRORS)
        close([row.df for row in rows], expected["kenward_roger"]["df"], rel=DEGREES)


def by_whole_matrices(y, columns, clusters, var_cluster, var_residual, *, restricted=True):
    """Log-likelihood, coefficients and covariance with V written out."""
    x = np.column_stack(list(columns.values()))
    n, p = x.shape
    v = var_residual * np.eye(n) + var_cluster * (clusters[:, None] == clusters)
    inverse = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ inverse @ x)
    b = phi @ x.T @ inverse @ y
    rest = y - x @ b
    twice = np.linalg.slogdet(v)[1] + rest @ inverse @ rest + n * np.log(2 * np.pi)
    if restricted:
        twice += np.linalg.slogdet(x.T @ inverse @ x)[1] - p * np.log(2 * np.pi)
    return -twice / 2, b, phi


@pytest.mark.parametrize("name", ["nine", "four", "assigned-within"])
@pytest.mark.parametrize("method", METHODS)
def test_the_fit_is_the_highest_point_of_the_likelihood_written_out(name, method):
    y, columns, clusters = unseen_columns(UNSEEN[name])
    fit = random_intercept(y, columns, clusters, method=method)
    own = {"restricted": method == "REML"}
    loglik, b, phi = by_whole_matrices(
        y, columns, clusters, fit.var_cluster, fit.var_residual, **own
    )
    close(fit.loglik, loglik, rel=1e-11)
    close(fit.b, b, rel=1e-10)
    close(fit.covariance, phi, rel=1e-9, at=1e-12)
    for step in (0.999, 1.001):
        for moved in ((step, 1), (1, step)):
            lower = by_whole_matrices(
                y,
                columns,
                clusters,
                fit.var_cluster * moved[0],
                fit.var_residual * moved[1],
                **own,
            )[0]
            assert lower < loglik


@pytest.mark.parametrize("name", ["nine", "four", "lopsided", "assigned-within"])
def test_kenward_and_roger_by_whole_matrices(name):
    y, columns, clusters = unseen_columns(UNSEEN[name])
    fit = random_intercept(y, columns, clusters)
    found = kenward_roger(fit)
    x = np.column_stack(list(columns.values()))
    g = [(clusters[:, None] == clusters).astype(float), np.eye(len(y))]
    v = fit.var_cluster * g[0] + fit.var_residual * g[1]
    w = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ w @ x)
    p = [-x.T @ w @ one @ w @ x for one in g]
    q = [[x.T @ w @ one @ w @ other @ w @ x for other in g] for one in g]
    information = np.array(
        [
            [
                np.trace(w @ g[i] @ w @ g[j]) / 2
                - np.trace(phi @ q[i][j])
                + np.trace(phi @ p[i] @ phi @ p[j]) / 2
                for j in range(2)
            ]
            for i in range(2)
        ]
    )
    inverse = np.linalg.inv(information)
    added = sum(inverse[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in range(2) for j in range(2))
    close(found.cov, phi + 2 * phi @ added @ phi, rel=1e-8, at=1e-11)
    for place, unit in enumerate(np.eye(x.shape[1])):
        slopes = [unit @ phi @ one @ phi @ unit / (unit @ phi @ unit) for one in p]
        total = sum(inverse[i, j] * slopes[i] * slopes[j] for i in range(2) for j in range(2))
        close(found.df[place], 2 / total, rel=1e-8)


def test_with_clusters_of_one_size_the_test_is_that_of_cluster_means():
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(10), 7)
    treated = np.array(clusters % 2, float)
    y = rng.normal(size=10)[clusters] + rng.normal(size=70) + treated
    fit = random_intercept(y, {"(Intercept)": np.ones(70), "treated": treated}, clusters)
    row = kenward_roger(fit).table(fit)[1]
    means = y.reshape(10, 7).mean(axis=1)
    own = means[1::2].var(ddof=1) + means[::2].var(ddof=1)
    within = y.reshape(10, 7).var(axis=1, ddof=1).mean()
    close(fit.var_residual, within, rel=1e-11)
    close(fit.var_cluster, own / 2 - within / 7, rel=1e-11)
    close(row.estimate, means[1::2].mean() - means[::2].mean())
    close(row.se, np.sqrt(own / 2 * (2 / 5)))
    close(row.df, 8.0)


def test_without_spread_between_clusters_the_fit_is_least_squares():
    y, columns, clusters = columns_of("crt-sim-zero-icc")
    fit = random_intercept(y, columns, clusters)
    assert fit.var_cluster == 0
    x = np.column_stack(list(columns.values()))
    close(fit.b, np.linalg.lstsq(x, y, rcond=None)[0])


def test_origin_and_unit_of_the_outcome_do_not_matter():
    y, columns, clusters = unseen_columns(UNSEEN["nine"])
    plain = random_intercept(y, columns, clusters)
    moved = random_intercept(1e5 + 1e-3 * y, columns, clusters)
    close(moved.icc, plain.icc, rel=1e-6)
    close(moved.b[1] * 1e3, plain.b[1], rel=1e-6)


def test_no_point_of_a_grid_is_higher_than_the_fit():
    clusters = np.array([0] * 2 + [1] * 2 + [2] * 40 + [3] * 40)
    rng = np.random.default_rng(8)
    columns = {"(Intercept)": np.ones(len(clusters))}
    for _ in range(40):
        y = np.array([-2.0, 3.0, 0.0, 4.0])[clusters] * rng.random() + rng.normal(
            size=len(clusters)
        )
        fit = random_intercept(y, columns, clusters)
        grid = np.geomspace(1e-6, 1e4, 400)
        best = max(fit.profile.height(theta) for theta in (0.0, *grid))
        assert fit.loglik >= best - 1e-9


REFUSED = {
    "one cluster": (np.zeros(8, int), None, TooLittleData, "1 clusters"),
    "one row each": (np.arange(8), None, TooLittleData, "8 clusters"),
    "two clusters, one an arm": (np.repeat([0, 1], 4), None, TooLittleData, "tell them all apart"),
    "alike within": (
        np.repeat([0, 1, 2, 3], 2),
        np.repeat([1.0, 2.0, 4.0, 8.0], 2),
        InvalidInput,
        "differ within",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_data_that_cannot_tell_both_variances_are_refused(name):
    clusters, y, error, told = REFUSED[name]
    if y is None:
        y = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 3.0, 6.0, 2.0])
    columns = {"(Intercept)": np.ones(8), "treated": np.repeat([0.0, 1.0], 4)}
    with pytest.raises(error, match=told):
        random_intercept(y, columns, clusters)


def test_other_methods_and_adjusting_ml_are_refused():
    y, columns, clusters = columns_of("crt-sim12")
    with pytest.raises(UnknownMethod, match="REML, ML"):
        random_intercept(y, columns, clusters, method="MINQUE")
    with pytest.raises(InvalidInput, match="REML"):
        kenward_roger(random_intercept(y, columns, clusters, method="ML"))
