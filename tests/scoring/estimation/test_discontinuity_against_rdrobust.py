"""Regression discontinuity and the test of its density beside the authors' own programs."""

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.estimation.comparisons.density_test import density_test
from scoring.estimation.comparisons.discontinuity import regression_discontinuity

REFERENCE = Path(__file__).parents[2] / "reference" / "estimation_unseen" / "discontinuity"
UNSEEN = json.loads((REFERENCE / "cases.json").read_text())
JUMPS = {case["id"]: case for case in UNSEEN["jumps"]}
DENSITIES = {case["id"]: case for case in UNSEEN["densities"]}
KINDS = ("NN", "HC0", "HC1", "HC2", "HC3")

# The worst seen against rdrobust is 4e-10, at given bandwidths 1e-12 (it solves normal equations of
# powers up to 4, which lose digits); against rddensity 2e-11.
AUTHORS = 5e-9
TIGHT = 1e-9

UNSEEN_EVERY = [
    (name, place) for name, case in JUMPS.items() for place in range(len(case["models"]))
]


def test_the_grid_of_unseen_cases_is_complete():
    grid = {
        (order, kernel, kind, given)
        for order in (1, 2)
        for kernel in ("triangular", "uniform")
        for kind in KINDS
        for given in (True, False)
    }
    for case in JUMPS.values():
        told = [(m["order"], m["kernel"], m["covariance"], m["given"]) for m in case["models"]]
        assert set(told) == grid
        assert len(told) == len(grid)
        narrower = {(m["order"], m["kernel"], m["covariance"]) for m in case["narrower"]}
        assert narrower == {(o, k, c) for o, k, c, _ in grid if c in ("NN", "HC3")}
    assert (len(JUMPS), len(DENSITIES)) == (5, 6)


@pytest.mark.parametrize(("name", "place"), UNSEEN_EVERY)
def test_bandwidths_and_robust_inference_agree_with_rdrobust(name, place):
    case, model = JUMPS[name], JUMPS[name]["models"][place]
    given = {"bandwidth": model["h"], "bias_bandwidth": model["b"]} if model["given"] else {}
    found = regression_discontinuity(
        running=case["running"],
        outcome=case["y"],
        cutoff=case["cutoff"],
        order=model["order"],
        kernel=model["kernel"],
        covariance=model["covariance"],
        bandwidth_rule="mse",
        **given,
    )
    assert found.specification["bandwidth"] == pytest.approx(model["h"], rel=AUTHORS)
    assert found.specification["bias_bandwidth"] == pytest.approx(model["b"], rel=AUTHORS)
    for row, coef, se, z, pv, ci in zip(
        found.coefficients,
        model["coef"],
        model["se"],
        model["z"],
        model["pv"],
        model["ci"],
        strict=True,
    ):
        assert row.estimate == pytest.approx(coef, abs=AUTHORS * se)
        assert row.se == pytest.approx(se, rel=AUTHORS)
        assert row.statistic == pytest.approx(z, rel=AUTHORS, abs=AUTHORS)
        assert row.p_value == pytest.approx(pv, rel=1e-6, abs=1e-300)
        assert (row.ci_low, row.ci_high) == pytest.approx(ci, abs=AUTHORS * se)
    assert found.n == sum(model["n_h"])


NARROWER = [(name, place) for name, case in JUMPS.items() for place in range(len(case["narrower"]))]


@pytest.mark.parametrize(("name", "place"), NARROWER)
def test_bandwidths_best_for_the_interval_are_taken_unless_told_and_agree_with_rdrobust(
    name, place
):
    case, model = JUMPS[name], JUMPS[name]["narrower"][place]
    found = regression_discontinuity(
        running=case["running"],
        outcome=case["y"],
        cutoff=case["cutoff"],
        order=model["order"],
        kernel=model["kernel"],
        covariance=model["covariance"],
    )
    told = found.specification
    assert told["bandwidth_rule"] == "coverage error (cerrd)"
    assert (told["bandwidth"], told["bias_bandwidth"]) == pytest.approx(
        (model["h"], model["b"]), rel=AUTHORS
    )
    for row, coef, se in zip(found.coefficients, model["coef"], model["se"], strict=True):
        assert row.estimate == pytest.approx(coef, abs=AUTHORS * se)
        assert row.se == pytest.approx(se, rel=AUTHORS)


@pytest.mark.parametrize("name", DENSITIES)
def test_the_density_test_agrees_with_rddensity(name):
    case = DENSITIES[name]
    found = density_test(np.array(case["x"]))
    assert (found.h_below, found.h_above) == pytest.approx(case["h"], rel=TIGHT)
    assert (found.below, found.above) == pytest.approx(case["density"], rel=TIGHT)
    assert found.statistic == pytest.approx(case["t"], rel=TIGHT)
    assert found.p_value == pytest.approx(case["p"], rel=1e-8, abs=1e-15)
