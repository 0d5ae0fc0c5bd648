"""Cluster-robust covariances of regressions on raw data against clubSandwich 0.5.8."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scoring.synthesis.nested.robust import cluster_robust

REFERENCE = Path(__file__).parents[1] / "reference"
CASES = {
    case["id"]: case
    for case in json.loads((REFERENCE / "dependence" / "regressions.json").read_text())
}
FITS = {(name, fit["kind"]): fit for name, case in CASES.items() for fit in case["fits"]}

# Its columns are as many as its clusters and more, so that CR1p has no degrees of freedom.
NO_CR1P = "lm-cluster-dummies"


def robust(case, kind):
    x, y = np.array(case["X"], float), np.array(case["y"])
    return cluster_robust(
        x,
        y - x @ case["b"],
        case["cluster"],
        kind=kind,
        weights=case["weights"],
        covariance=case["target"],
    )


def test_the_grid_of_regressions_is_complete():
    every, corrected = ["CR0", "CR1", "CR1p", "CR1S", "CR2"], ["CR2"]
    assert {name: [fit["kind"] for fit in case["fits"]] for name, case in CASES.items()} == {
        "lm-unbalanced": every,
        "lm-weighted": every,
        "lm-weighted-own-target": corrected,
        "lm-inverse-variance": corrected,
        NO_CR1P: [kind for kind in every if kind != "CR1p"],
    }


# The worst observed is 5e-13.
CLOSE = 1e-11


@pytest.mark.parametrize(("name", "kind"), FITS)
def test_covariances_and_degrees_of_freedom_agree(name, kind):
    case, fit = CASES[name], FITS[name, kind]
    found = robust(case, kind)
    se = np.array(fit["se"])
    assert (np.abs(found.vcov - fit["vcov"]) <= CLOSE * np.outer(se, se)).all()
    assert found.df == pytest.approx(fit["df"], rel=CLOSE)
    table = found.table(np.array(case["b"]), [str(j) for j in range(len(se))])
    assert [c.p_value for c in table] == pytest.approx(fit["p"], rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(("name", "kind"), FITS)
def test_joint_tests_agree(name, kind):
    case, expected = CASES[name], FITS[name, kind]["htz"]
    b = np.array(case["b"])
    found = robust(case, kind).joint(b, np.eye(len(b))[1:3])
    assert found.statistic == pytest.approx(expected["F"], rel=CLOSE)
    assert found.df == 2
    assert found.df_residual == pytest.approx(expected["df_denom"], rel=CLOSE)
    assert found.p_value == pytest.approx(expected["p"], rel=1e-9, abs=1e-13)


def test_weights_that_are_inverse_variances_are_generalised_least_squares():
    case = CASES["lm-inverse-variance"]
    x, y = np.array(case["X"], float), np.array(case["y"])
    whole = cluster_robust(x, y - x @ case["b"], case["cluster"], covariance=case["target"])
    fit = FITS["lm-inverse-variance", "CR2"]
    se = np.array(fit["se"])
    assert (np.abs(whole.vcov - fit["vcov"]) <= CLOSE * np.outer(se, se)).all()
    assert whole.df == pytest.approx(fit["df"], rel=CLOSE)


# ---- regressions of tests/reference/estimation --------------------------------------------------


@cache
def estimation(name):
    return json.loads((REFERENCE / "estimation" / f"{name}.json").read_text())


def clustered():
    """Every model of the estimation reference with Satterthwaite degrees of freedom, by place."""
    for path in sorted((REFERENCE / "estimation").glob("*.json")):
        for place, model in enumerate(estimation(path.stem)["models"]):
            if "df_satterthwaite" in model.get("cov", {}).get("CR2", {}):
                yield path.stem, place


CLUSTERED = list(clustered())

# Rows that a model leaves out: the check of trends looks at the time before the programme.
BEFORE = "pre-period trend check: treated by time before the programme"


def columns_of(term, data):
    term = term.strip()
    if not term.startswith("factor("):
        return [np.array(data[term], float)]
    values = data[term[7:-1]]
    return [np.array([float(v == level) for v in values]) for level in sorted(set(values))[1:]]


def design_of(model, data):
    outcome, right = model["formula"].split("~")
    columns = [np.ones(len(data[outcome.strip()]))]
    for term in right.split("+"):
        if "*" in term:
            (one,), (other,) = (columns_of(part, data) for part in term.split("*"))
            columns += [one, other, one * other]
        else:
            columns += columns_of(term, data)
    return np.array(data[outcome.strip()], float), np.column_stack(columns)


def test_the_grid_of_clustered_estimates_is_complete():
    assert len(CLUSTERED) == 10
    assert {name for name, _ in CLUSTERED} == {
        "crt-achievement-girls",
        "crt-sim-zero-icc",
        "crt-sim12",
        "did-2x2",
        "did-mortality",
        "did-sim-few-clusters-a",
        "did-usseatbelts",
        "rct-star-kindergarten",
    }


@pytest.mark.parametrize(("name", "place"), CLUSTERED)
def test_trials_and_panels_agree(name, place):
    document = estimation(name)
    model, data = document["models"][place], document["data"]
    y, x = design_of(model, data)
    used = np.array(data["post"]) == 0 if model["name"] == BEFORE else np.ones(len(y), bool)
    y, x = y[used], x[used]
    assert len(y) == model["nobs"]
    b = np.linalg.lstsq(x, y)[0]
    cluster = np.array(data[model["cluster"]["column"]])[used]
    first = 0 if model["terms"][0] == "(Intercept)" else 1
    shown = range(first, first + len(model["terms"]))
    kinds = [kind for kind in ("CR0", "CR1", "CR1S", "CR2") if kind in model["cov"]]
    assert "CR2" in kinds
    for kind in kinds:
        found, expected = cluster_robust(x, y - x @ b, cluster, kind=kind), model["cov"][kind]
        assert [b[j] for j in shown] == pytest.approx(model["b"], rel=1e-9)
        errors = [found.combination(b, np.eye(len(b))[j]) for j in shown]
        assert [c.se for c in errors] == pytest.approx(expected["se"], rel=1e-10)
        if kind == "CR2":
            assert [c.df for c in errors] == pytest.approx(expected["df_satterthwaite"], rel=1e-11)
            assert [c.p_value for c in errors] == pytest.approx(
                expected["pval_satterthwaite"], rel=1e-8, abs=1e-13
            )
