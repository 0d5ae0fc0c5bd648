"""Meta-regression: laws that hold for any data, and proofs that no maximum is missed."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.errors import NotConverged
from scoring.synthesis import synthesise
from scoring.synthesis.moderated import spectrum
from scoring.synthesis.moderated.regression import regress
from scoring.synthesis.moderated.spectrum import Likelihood
from scoring.synthesis.moderated.tau2 import METHODS
from tests.scoring.exact_regression import Exact

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
TESTS = ["z", "t", "knha", "adhoc"]
TERMS = ["intercept", "dose", "late"]

rows = st.tuples(st.integers(-3000, 3000), st.integers(1, 4000), st.integers(0, 40), st.booleans())


def varied(table):
    """Whether intercept, dose and late are far from collinear."""
    x = np.array([[1, dose, late] for _, _, dose, late in table], dtype=float)
    x[:, 1:] -= x[:, 1:].mean(axis=0)
    sizes = np.linalg.norm(x, axis=0)
    return bool((sizes > 0).all()) and np.linalg.svd(x / np.maximum(sizes, 1e-9))[1][-1] > 0.1


tables = (
    st.lists(rows, min_size=5, max_size=14)
    .filter(varied)
    .map(
        lambda table: (
            np.array([y / 1000 for y, *_ in table]),
            np.array([v / 1000 for _, v, *_ in table]),
            np.array([[1, dose, late] for *_, dose, late in table], dtype=float),
        )
    )
)
methods = st.sampled_from(sorted(METHODS))
tests = st.sampled_from(TESTS)


def fitted(data, method="REML", test="adhoc", **other):
    yi, vi, x = data
    return regress(yi, vi, x, terms=TERMS, method=method, test=test, **other)


def same(one, other, *, within=1e-8):
    """Whether two fits say the same of everything that does not name a coefficient."""
    typical = one.vcov[0][0] + one.tau2
    assert one.tau2 == pytest.approx(other.tau2, rel=within, abs=within * typical)
    assert one.i2 == pytest.approx(other.i2, rel=within, abs=100 * within)
    assert one.q == pytest.approx(other.q, rel=within, abs=within)
    assert one.r2 == pytest.approx(other.r2, abs=1e4 * within)
    assert one.moderators.statistic == pytest.approx(
        other.moderators.statistic, rel=10 * within, abs=within
    )
    assert one.hat == pytest.approx(other.hat, abs=10 * within)


@settings(max_examples=60, deadline=None)
@given(tables, methods, tests, st.randoms(use_true_random=False))
def test_the_order_of_the_studies_does_not_matter(data, method, test, shuffle):
    order = shuffle.sample(range(len(data[0])), len(data[0]))
    one, other = fitted(data, method, test), fitted([part[order] for part in data], method, test)
    assume(one.vcov[0][0] > 1e-20)
    for a, b in zip(one.coefficients, other.coefficients, strict=True):
        assert a.estimate == pytest.approx(b.estimate, abs=1e-8 * a.se)
        assert a.se == pytest.approx(b.se, rel=1e-8)
    assert np.array(one.hat)[order] == pytest.approx(np.array(other.hat), abs=1e-8)
    assert one.tau2_maxima == pytest.approx(other.tau2_maxima, rel=1e-8, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables, methods, tests, st.integers(-12, 12))
def test_other_units_give_the_same_answer_in_other_units(data, method, test, exponent):
    (yi, vi, x), by = data, 10.0**exponent
    one = fitted(data, method, test)
    assume(one.vcov[0][0] > 1e-20)
    other = fitted((yi * by, vi * by**2, x * [1, 1 / by, 1]), method, test)
    for a, b, unit in zip(one.coefficients, other.coefficients, (by, by**2, by), strict=True):
        assert a.estimate * unit == pytest.approx(b.estimate, abs=1e-8 * a.se * unit)
        assert a.se * unit == pytest.approx(b.se, rel=1e-8)
        assert a.p_value == pytest.approx(b.p_value, rel=1e-6, abs=1e-9)
    assert one.tau2 * by**2 == pytest.approx(other.tau2, rel=1e-8, abs=1e-9 * by**2)
    assert one.i2 == pytest.approx(other.i2, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(tables, methods, st.integers(-3, 3), st.integers(-5, 5), st.integers(1, 4))
def test_another_basis_of_the_same_design_tells_the_same(data, method, a, b, c):
    yi, vi, x = data
    basis = np.array([[1.0, a, b], [0, c, 1], [0, 0, -c]])
    one, other = fitted(data, method, "z"), fitted((yi, vi, x @ basis), method, "z")
    same(one, other)
    assert basis @ [k.estimate for k in other.coefficients] == pytest.approx(
        np.array([k.estimate for k in one.coefficients]),
        abs=1e-7 * max(k.se for k in one.coefficients),
    )
    for p, q in zip(one.predict(x), other.predict(x @ basis), strict=True):
        assert p.estimate == pytest.approx(q.estimate, abs=1e-8 * p.se)
        assert p.se == pytest.approx(q.se, rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(tables, methods, tests, st.integers(-4, 4), st.integers(-9, 9))
def test_what_the_design_explains_can_be_added_without_a_trace(data, method, test, slope, constant):
    assume(method != "SJ")  # starts from the spread of the effects themselves
    yi, vi, x = data
    one = fitted(data, method, test)
    other = fitted((yi + x @ [constant, slope, 2.0], vi, x), method, test)
    for a, b, shift in zip(one.coefficients, other.coefficients, (constant, slope, 2), strict=True):
        assert a.estimate + shift == pytest.approx(b.estimate, abs=1e-7 * a.se + 1e-9)
        assert a.se == pytest.approx(b.se, rel=1e-6, abs=1e-9)
    assert one.tau2 == pytest.approx(other.tau2, rel=1e-7, abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(tables, methods, tests)
def test_a_diagonal_covariance_is_the_same_as_its_variances(data, method, test):
    yi, vi, x = data
    one, other = fitted(data, method, test), fitted((yi, np.diag(vi), x), method, test)
    assume(one.vcov[0][0] > 1e-20)
    same(one, other)
    assert one.weights == pytest.approx(other.weights, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables, methods)
def test_tests_of_one_coefficient_and_of_all_agree_with_each_other(data, method):
    found = fitted(data, method, "z")
    slopes = found.contrast(np.eye(3)[1:])
    assert slopes.statistic == pytest.approx(found.moderators.statistic, rel=1e-9)
    for i, coefficient in enumerate(found.coefficients):
        single = found.contrast(np.eye(3)[[i]])
        assert single.statistic == pytest.approx(coefficient.statistic**2, rel=1e-9)
        assert single.p_value == pytest.approx(coefficient.p_value, rel=1e-7, abs=1e-12)
        assert found.combination(np.eye(3)[i], name=coefficient.term).se == pytest.approx(
            coefficient.se, rel=1e-12
        )


@settings(max_examples=40, deadline=None)
@given(tables, st.sampled_from(["EE", "DL", "PM", "REML", "ML"]), st.sampled_from(["z", "adhoc"]))
def test_an_intercept_alone_is_pooling(data, method, test):
    yi, vi, _ = data
    pooled = synthesise(yi, vi, method=method, test=test)
    alone = regress(yi, vi, np.ones((len(yi), 1)), terms=["mean"], method=method, test=test)
    check_same_as_pooled(alone, pooled, vi)


def check_same_as_pooled(alone, pooled, vi):
    mean, (predicted,) = alone.coefficient("mean"), alone.predict([[1.0]])
    for value, expected in (
        (mean.estimate, pooled.estimate),
        (mean.ci_low, pooled.ci_low),
        (mean.ci_high, pooled.ci_high),
        (predicted.pi_low or 0, pooled.pi_low or 0),
        (predicted.pi_high or 0, pooled.pi_high or 0),
    ):
        assert value == pytest.approx(expected, rel=1e-12, abs=1e-9 * pooled.se)
    assert mean.se == pytest.approx(pooled.se, rel=1e-9)
    assert mean.p_value == pytest.approx(pooled.p_value, rel=1e-7, abs=1e-12)
    scale = pooled.tau2 + float(np.median(vi))
    assert alone.tau2 == pytest.approx(pooled.tau2, abs=1e-9 * scale)
    assert len(alone.tau2_maxima) == len(pooled.tau2_maxima)
    assert (alone.i2, alone.h2) == pytest.approx((pooled.i2, pooled.h2), rel=1e-9, abs=1e-7)
    assert (alone.q, alone.q_df) == pytest.approx((pooled.q, pooled.q_df), rel=1e-9, abs=1e-9)
    assert alone.q_p == pytest.approx(pooled.q_p, rel=1e-8)
    assert alone.weights == pytest.approx(pooled.weights, rel=1e-9)
    assert (alone.moderators, alone.r2) == (None, None)


def effects(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    for analysis in document["analyses"]:
        if "pooled" in analysis:
            pairs = zip(analysis["yi"], analysis["vi"], strict=True)
            known = [(y, v) for y, v in pairs if y is not None]
            yield analysis, np.array(known).T


@pytest.mark.parametrize("name", sorted(path.stem for path in REFERENCE.glob("*.json")))
def test_an_intercept_alone_is_pooling_on_every_file_of_the_reference(name):
    for _, (yi, vi) in effects(name):
        if len(yi) < 2:
            assert name == "edge-k1-a"  # a regression needs more rows than coefficients
            continue
        for method in ("EE", "DL", "PM", "REML", "ML"):
            pooled = synthesise(yi, vi, method=method)
            ones = np.ones((len(yi), 1))
            alone = regress(yi, vi, ones, terms=["mean"], method=method)
            check_same_as_pooled(alone, pooled, vi)


MAXIMA = ["edge-local-maxima-high-a", "edge-local-maxima-low-a", "edge-local-maxima-missed-a"]


@pytest.mark.parametrize("name", [*MAXIMA, "gibson2002-means"])
def test_both_maxima_are_found_and_the_higher_one_is_taken(name):
    for analysis, (yi, vi) in effects(name):
        check = analysis["reml_check"]
        found = regress(yi, vi, np.ones((len(yi), 1)), terms=["mean"])
        scale = check["tau2_direct"] + float(np.median(vi))
        assert found.tau2 == pytest.approx(check["tau2_direct"], abs=1e-10 * scale)
        assert len(found.tau2_maxima) == check["n_local_maxima"]
        expected = check.get("local_maxima", [check["tau2_direct"]])
        assert found.tau2_maxima == pytest.approx(expected, abs=1e-10 * scale)


def log_likelihood(data, tau2, *, restricted):
    yi, vi, x = data
    w = 1 / (vi + tau2)
    normal = x.T @ (w[:, None] * x)
    residuals = yi - x @ np.linalg.solve(normal, x.T @ (w * yi))
    penalty = np.linalg.slogdet(normal)[1] if restricted else 0.0
    return 0.5 * float(np.log(w).sum() - penalty - (w * residuals**2).sum())


@settings(max_examples=80, deadline=None)
@given(tables, st.sampled_from(["REML", "ML"]))
def test_no_other_variance_has_a_higher_likelihood(data, method):
    best = log_likelihood(data, fitted(data, method).tau2, restricted=method == "REML")
    for tau2 in [0.0, *np.geomspace(1e-7, 1e3, 200)]:
        assert log_likelihood(data, tau2, restricted=method == "REML") <= best + 1e-9


def bimodal(seed):
    """Precise studies that agree and imprecise ones far apart, beside two moderators."""
    rng = np.random.default_rng(seed)
    vi = np.concatenate([10 ** rng.uniform(-4, -3, 6), 10 ** rng.uniform(0, 2, 6)])
    x = np.column_stack([np.ones(12), rng.integers(0, 9, 12), rng.integers(0, 2, 12)]).astype(float)
    return rng.normal(0, np.sqrt(vi * rng.choice([0.2, 3.0], 12) + 0.02)), vi, x


def peaks_on_a_grid(data, *, restricted):
    """How many local maxima a grid of 1 per cent steps shows, the boundary included."""
    grid = [0.0, *np.geomspace(1e-8, 1e4, 2800)]
    height = np.array([log_likelihood(data, tau2, restricted=restricted) for tau2 in grid])
    rising = np.diff(height) > 0
    return int(not rising[0]) + int((rising[:-1] & ~rising[1:]).sum())


def test_the_maxima_beside_moderators_are_those_that_a_fine_grid_shows():
    counts = set()
    for seed in range(25):
        data = bimodal(seed)
        for method in ("REML", "ML"):
            found = fitted(data, method)
            expected = peaks_on_a_grid(data, restricted=method == "REML")
            assert len(found.tau2_maxima) == expected, (seed, method)
            counts.add(expected)
    assert counts == {1, 2}


def test_studies_far_apart_in_precision_lose_no_more_digits_than_half_of_their_ratio():
    for exponent, within in ((6, 1e-12), (10, 1e-10), (13, 1e-8)):
        rng = np.random.default_rng(exponent)
        vi = 10.0 ** np.linspace(0, exponent, 9)
        x = np.column_stack([np.ones(9), 2000 + rng.permutation(9), rng.normal(size=9)])
        yi = 1e6 + rng.normal(size=9) * np.sqrt(vi + 1e6)
        found = fitted((yi, vi, x))
        exact = Exact(yi, vi, x)
        assert found.q == pytest.approx(float(exact.q), rel=within)
        step = within * (found.tau2 + 1)
        assert Exact(yi, vi, x, found.tau2 + step).score < 0
        assert found.tau2 == 0 or Exact(yi, vi, x, found.tau2 - step).score > 0
        at = Exact(yi, vi, x, found.tau2)
        for i, coefficient in enumerate(found.coefficients):
            se = math.sqrt(at.vcov[i][i])
            assert abs(coefficient.estimate - float(at.b[i])) <= 1e-9 * se


def test_effects_on_a_line_leave_nothing_to_explain():
    x = np.column_stack([np.ones(7), 1995 + np.arange(7)])
    found = regress(x @ [0.3, 0.1], np.full(7, 0.02), x, terms=["intercept", "year"], test="knha")
    slope = found.coefficient("year")
    assert (found.q, found.tau2, slope.se, slope.statistic, slope.p_value) == (0, 0, 0, math.inf, 0)
    assert slope.estimate == pytest.approx(0.1, rel=1e-10)
    assert (found.moderators.statistic, found.moderators.p_value) == (math.inf, 0)
    level = regress([0.2] * 7, np.full(7, 0.02), x, terms=["intercept", "year"], test="knha")
    assert (level.coefficient("year").statistic, level.moderators.statistic) == (0, 0)
    assert (level.r2, level.moderators.p_value) == (0, 1)


def test_a_regression_without_an_intercept_tests_every_coefficient():
    arms = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], dtype=float)
    yi, vi = [0.2, 0.5, -0.1, 0.3, 0.8], [0.02, 0.03, 0.01, 0.05, 0.04]
    cells = regress(yi, vi, arms, terms=["a", "b"], test="z")
    assert (cells.moderators.df, cells.r2) == (2, None)
    exact = Exact(yi, vi, arms, cells.tau2)
    assert [c.estimate for c in cells.coefficients] == pytest.approx(list(map(float, exact.b)))
    contrasts = regress(yi, vi, np.column_stack([np.ones(5), arms[:, 1]]), terms=["a", "b"])
    assert cells.tau2 == pytest.approx(contrasts.tau2, rel=1e-9)
    line = regress(yi, vi, [[1.0], [2], [3], [4], [7]], terms=["dose"], method="DL", test="z")
    assert line.q == pytest.approx(float(Exact(yi, vi, [[1], [2], [3], [4], [7]]).q), rel=1e-12)


def test_a_search_that_ends_early_is_refused_and_not_reported(monkeypatch):
    monkeypatch.setattr(spectrum, "STEPS", 1)
    yi, vi = np.array([0.9, -0.6, 0.3, 0.1]), np.array([0.01, 0.02, 0.04, 0.01])
    with pytest.raises(NotConverged):
        regress(yi, vi, np.ones((4, 1)), terms=["mean"])


def test_the_proof_that_no_maximum_is_missed_takes_few_evaluations(monkeypatch):
    evaluated = []
    score = Likelihood.score
    monkeypatch.setattr(
        Likelihood, "score", lambda self, tau2: evaluated.append(tau2) or score(self, tau2)
    )
    for seed in range(25):
        for method in ("REML", "ML"):
            fitted(bimodal(seed), method)
    # Two fits each: with moderators, and the intercept alone for R2.
    assert len(evaluated) < 100 * 25 * 2 * 2
