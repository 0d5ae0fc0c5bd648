"""Likelihoods of two variances with more than one maximum: all reported, the highest taken."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from scoring.errors import NotConverged
from scoring.synthesis.nested import ascent
from scoring.synthesis.nested.multilevel import multilevel

REFERENCE = Path(__file__).parents[1] / "reference" / "dependence" / "maxima.json"
CASES = json.loads(REFERENCE.read_text())

# How far below the highest maximum metafor's four optimizers end from their start, by case.
LOWER_IN_METAFOR = (
    {"nlminb": 0.9547, "bfgs": 0.9547, "neldermead": 0.9547, "bobyqa": 0.9547},
    {"nlminb": 0.4852, "bfgs": 0.4852, "neldermead": 0.4852, "bobyqa": 0.4852},
    {"nlminb": 0.0370, "bfgs": 0.0370, "neldermead": 0.0, "bobyqa": 0.0370},
    {"nlminb": 0.0, "bfgs": 0.0, "neldermead": 0.0, "bobyqa": 0.0},
)


@pytest.mark.parametrize("case", CASES)
def test_both_maxima_are_found_and_the_higher_one_is_taken(case):
    found = multilevel(case["yi"], case["vi"], case["unit"])
    best, pooled = case["maxima"][0], found.coefficient("intercept")
    assert len(found.variances.maxima) == len(case["maxima"]) == 2
    for ours, expected in zip(found.variances.maxima, case["maxima"], strict=True):
        assert ours.sigma2 == pytest.approx(expected["sigma2"], rel=1e-9, abs=1e-12)
        assert ours.log_likelihood == pytest.approx(expected["loglik"], rel=1e-12)
    assert found.variances.log_likelihood == found.variances.maxima[0].log_likelihood
    assert pooled.estimate == pytest.approx(best["b"], rel=1e-9)
    assert pooled.se == pytest.approx(best["se"], rel=1e-9)


@pytest.mark.parametrize(("case", "lower"), list(zip(CASES, LOWER_IN_METAFOR, strict=True)))
def test_metafors_optimizers_end_no_higher_and_often_lower(case, lower):
    found = multilevel(case["yi"], case["vi"], case["unit"]).variances
    gaps = {a["optimizer"]: found.log_likelihood - a["loglik"] for a in case["optimizers"]}
    assert gaps == pytest.approx(lower, abs=1e-4)
    assert min(gaps.values()) >= -1e-11


def random_effects(seed):
    """Effects whose precision within units differs so much that the likelihood is rough."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 5, 6)
    unit = np.repeat(np.arange(6), sizes)
    vi = 10 ** rng.uniform(-3, 0.5, len(unit))
    spread = 10 ** rng.uniform(-1.5, 0.3, 2)
    yi = rng.normal(size=len(unit)) * np.sqrt(vi) + spread[0] * rng.standard_t(2, 6)[unit]
    return yi + spread[1] * rng.standard_t(2, len(unit)), vi, unit


def log_likelihood(yi, vi, unit, sigma2):
    """The restricted likelihood by whole matrices, as a textbook has it."""
    s = np.diag(vi + sigma2[1]) + sigma2[0] * (unit[:, None] == unit)
    w, ones = np.linalg.inv(s), np.ones(len(yi))
    total = ones @ w @ ones
    e = yi - (ones @ w @ yi) / total
    logs = np.linalg.slogdet(s)[1] + math.log(total) - math.log(len(yi))
    return -0.5 * ((len(yi) - 1) * math.log(2 * math.pi) + logs + e @ w @ e)


@pytest.mark.parametrize("seed", range(20))
def test_nowhere_is_the_likelihood_higher_than_where_it_was_taken(seed):
    yi, vi, unit = random_effects(seed)
    found = multilevel(yi, vi, unit).variances
    assert log_likelihood(yi, vi, unit, found.sigma2) == pytest.approx(found.log_likelihood)
    grid = [0.0, *np.geomspace(1e-4, 100 * np.var(yi), 30)]
    heights = [log_likelihood(yi, vi, unit, (u, e)) for u in grid for e in grid]
    assert max(heights) <= found.log_likelihood + 1e-9


@pytest.mark.parametrize("case", CASES)
def test_a_search_that_is_cut_short_is_refused_or_right_never_lower(case, monkeypatch):
    refused = 0
    for steps in range(12):
        monkeypatch.setattr(ascent, "MOST_STEPS", steps)
        try:
            found = multilevel(case["yi"], case["vi"], case["unit"]).variances
        except NotConverged:
            refused += 1
        else:
            assert found.log_likelihood == pytest.approx(case["maxima"][0]["loglik"], rel=1e-12)
    assert 2 <= refused <= 10
