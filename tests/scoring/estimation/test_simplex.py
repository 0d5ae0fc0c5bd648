"""Weights of donors against the conditions of an optimum and another optimiser."""

import numpy as np
import pytest
from scipy import optimize

from scoring.errors import NotConverged
from scoring.estimation.panels.simplex import simplex_weights
from tests.scoring.estimation.panels import simplex_objective


def problems():
    rng = np.random.default_rng(4)
    for rows, donors in ((3, 20), (8, 8), (30, 5), (15, 40), (40, 15), (2, 2)):
        for noise in (1e-3, 1.0, 30.0):
            x = rng.normal(50, 5, donors) + rng.standard_normal((rows, donors)).cumsum(axis=0)
            yield x, x[:, :2].mean(axis=1) + noise * rng.standard_normal(rows)


PROBLEMS = list(problems())


@pytest.mark.parametrize(("x", "target"), PROBLEMS)
def test_weights_meet_the_conditions_of_karush_kuhn_and_tucker(x, target):
    w = simplex_weights(x, target)
    inner = simplex_objective(x, target)
    gradient = inner @ w
    scale = np.diag(inner).max()
    support = w > 0
    assert w.sum() == pytest.approx(1, abs=1e-14)
    assert (w >= 0).all()
    assert np.ptp(gradient[support]) <= 1e-12 * scale
    assert (gradient[~support] >= gradient[support].min() - 1e-9 * scale).all()


@pytest.mark.parametrize(("x", "target"), PROBLEMS)
def test_no_other_optimiser_finds_better_weights(x, target):
    w, inner = simplex_weights(x, target), simplex_objective(x, target)
    found = optimize.minimize(
        lambda v: v @ inner @ v,
        np.full(x.shape[1], 1 / x.shape[1]),
        jac=lambda v: 2 * inner @ v,
        bounds=[(0, 1)] * x.shape[1],
        constraints={"type": "eq", "fun": lambda v: v.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 2000},
    )
    mine = w @ inner @ w
    assert mine <= found.fun * (1 + 1e-9) + 1e-12
    assert found.fun <= mine + 1e-4 * np.diag(inner).max()


def test_weights_do_not_depend_on_the_unit_or_the_order_of_donors():
    x, target = PROBLEMS[10]
    w = simplex_weights(x, target)
    order = np.random.default_rng(0).permutation(x.shape[1])
    assert simplex_weights(1e6 * x, 1e6 * target) == pytest.approx(w, abs=1e-9)
    assert simplex_weights(x[:, order], target) == pytest.approx(w[order], abs=1e-9)


def test_donors_that_are_the_same_share_their_weight():
    x = np.array([[1.0, 1.0, 4.0], [2.0, 2.0, 0.0], [3.0, 3.0, 1.0]])
    w = simplex_weights(x, np.array([1.0, 2.0, 3.0]))
    assert w == pytest.approx([0.5, 0.5, 0.0], abs=1e-6)


def test_weights_that_are_not_the_best_are_refused(monkeypatch):
    monkeypatch.setattr(optimize, "nnls", lambda a, b: (np.ones(a.shape[1]), 0.0))
    x, target = PROBLEMS[6]
    with pytest.raises(NotConverged, match="not the best"):
        simplex_weights(x, target)


def test_weights_that_were_not_found_are_refused(monkeypatch):
    def failing(*_):
        raise RuntimeError("maximum number of iterations reached")

    monkeypatch.setattr(optimize, "nnls", failing)
    with pytest.raises(NotConverged, match="donor weights: maximum number"):
        simplex_weights(*PROBLEMS[6])
