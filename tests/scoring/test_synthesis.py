"""Pooling: laws that hold for any data, edge cases, and refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis import METHODS, TESTS, synthesise

YI = [0.21, 0.35, 0.08, 0.27, 0.19]
VI = [0.01, 0.02, 0.005, 0.014, 0.04]

studies = st.lists(
    st.tuples(st.integers(-3000, 3000), st.integers(1, 4000)), min_size=2, max_size=12
).map(lambda rows: ([y / 1000 for y, _ in rows], [v / 1000 for _, v in rows]))
methods = st.sampled_from(sorted(METHODS))
tests = st.sampled_from(["z", "t", "adhoc"])


def same(one, other, *, by=1.0, shift=0.0):
    """Whether two syntheses agree once the other is multiplied by `by` and moved by `shift`."""
    scale = one.se + abs(one.estimate) * 1e-6
    assert one.estimate == pytest.approx(other.estimate * by + shift, abs=1e-7 * scale)
    assert one.se == pytest.approx(other.se * by, rel=1e-7)
    assert one.ci_low == pytest.approx(other.ci_low * by + shift, abs=1e-6 * scale)
    typical = one.se**2 * one.k
    assert one.tau2 == pytest.approx(other.tau2 * by**2, rel=1e-7, abs=1e-8 * typical)


@settings(max_examples=60, deadline=None)
@given(studies, methods, tests, st.randoms(use_true_random=False))
def test_the_order_of_the_studies_does_not_matter(data, method, test, shuffle):
    rows = list(zip(*data, strict=True))
    shuffled = shuffle.sample(rows, len(rows))
    yi, vi = zip(*shuffled, strict=True)
    same(synthesise(*data, method=method, test=test), synthesise(yi, vi, method=method, test=test))


@settings(max_examples=60, deadline=None)
@given(studies, methods, tests, st.integers(-12, 12))
def test_other_units_give_the_same_answer_in_other_units(data, method, test, exponent):
    yi, vi = data
    by = 10.0**exponent
    scaled = synthesise([y * by for y in yi], [v * by**2 for v in vi], method=method, test=test)
    same(scaled, synthesise(yi, vi, method=method, test=test), by=by)


@settings(max_examples=60, deadline=None)
@given(studies, methods, tests, st.integers(-5, 5))
def test_a_constant_added_to_every_estimate_moves_the_pooled_one(data, method, test, constant):
    yi, vi = data
    moved = synthesise([y + constant for y in yi], vi, method=method, test=test)
    same(moved, synthesise(yi, vi, method=method, test=test), shift=constant)


@settings(max_examples=60, deadline=None)
@given(studies, methods)
def test_the_between_study_variance_is_never_negative_and_stands_at_a_maximum(data, method):
    pooled = synthesise(*data, method=method)
    assert pooled.tau2 >= 0
    assert pooled.tau2 in pooled.tau2_maxima
    assert list(pooled.tau2_maxima) == sorted(set(pooled.tau2_maxima))
    assert sum(pooled.weights) == pytest.approx(100)


@settings(max_examples=60, deadline=None)
@given(studies, st.sampled_from(["REML", "ML"]))
def test_no_other_variance_has_a_higher_likelihood(data, method):
    yi, vi = map(np.array, data)

    def log_likelihood(tau2):
        w = 1 / (vi + tau2)
        residuals = yi - (w * yi).sum() / w.sum()
        penalty = math.log(w.sum()) if method == "REML" else 0.0
        return 0.5 * (np.log(w).sum() - penalty - (w * residuals**2).sum())

    best = log_likelihood(synthesise(yi, vi, method=method).tau2)
    for tau2 in [0.0, *np.geomspace(1e-6, 100, 60)]:
        assert log_likelihood(tau2) <= best + 1e-9


def test_paule_mandel_makes_the_weighted_squares_equal_their_degrees_of_freedom():
    yi, vi = np.array([0.9, -0.6, 0.3, 0.1]), np.array([0.01, 0.02, 0.04, 0.01])
    pooled = synthesise(yi, vi, method="PM")
    w = 1 / (vi + pooled.tau2)
    assert (w * (yi - pooled.estimate) ** 2).sum() == pytest.approx(3, rel=1e-12)


def test_one_study_is_its_own_result_and_its_test_is_walds():
    pooled = synthesise([-2.349], [0.0745])
    assert (pooled.k, pooled.test, pooled.df, pooled.tau2) == (1, "z", None, 0)
    assert (pooled.estimate, pooled.se) == (-2.349, math.sqrt(0.0745))
    assert (pooled.q, pooled.q_df, pooled.q_p, pooled.i2, pooled.h2) == (0, 0, 1, 0, 1)


def test_studies_that_agree_exactly_have_no_heterogeneity_and_a_point_for_an_interval():
    pooled = synthesise([0.3986] * 3, [0.1, 0.2, 0.3], test="knha")
    assert (pooled.q, pooled.se, pooled.statistic, pooled.p_value) == (0, 0, math.inf, 0)
    assert pooled.ci_low == pooled.ci_high == 0.3986
    assert synthesise([0.0, 0.0], [0.1, 0.2], test="knha").p_value == 1


def test_a_common_effect_predicts_no_spread():
    pooled = synthesise(YI, VI, method="EE", test="z")
    assert pooled.pi_low is None
    assert pooled.pi_high is None


def test_a_wider_level_gives_a_wider_interval():
    assert synthesise(YI, VI, level=0.99).ci_low < synthesise(YI, VI, level=0.9).ci_low


def test_a_long_table_is_scanned_in_blocks_with_the_same_answer():
    one = synthesise(YI, VI)
    many = synthesise(YI * 4000, VI * 4000, method="ML")
    assert many.estimate == pytest.approx(one.estimate, abs=0.1)
    assert many.k == 20000


@pytest.mark.parametrize("bad", [-0.1, 0.0, math.nan, math.inf])
def test_a_variance_that_is_not_above_zero_is_refused_with_its_row(bad):
    with pytest.raises(InvalidInput) as refusal:
        synthesise(YI, [*VI[:2], bad, *VI[3:]])
    assert (refusal.value.field, refusal.value.row) == ("vi", 3)
    assert refusal.value.accepted == "a finite number above 0"


def test_an_estimate_that_is_not_finite_is_refused_with_its_row():
    with pytest.raises(InvalidInput) as refusal:
        synthesise([0.1, math.nan], [1, 1])
    assert refusal.value.data == {"field": "yi", "row": 2, "accepted": "a finite number"}


@pytest.mark.parametrize(
    ("yi", "vi", "field"),
    [([0, 0, 1], [1, 1, 1e60], "vi"), ([0, 1e308, -1e308], [1, 1, 1], "yi"), ([1, 2], [1], "vi")],
)
def test_magnitudes_and_lengths_that_do_not_belong_together_are_refused(yi, vi, field):
    with pytest.raises(InvalidInput) as refusal:
        synthesise(yi, vi)
    assert refusal.value.field == field


def test_a_table_in_place_of_a_column_is_refused():
    with pytest.raises(InvalidInput, match="one column"):
        synthesise(np.ones((2, 2)), np.ones((2, 2)))


def test_nothing_to_pool_is_too_little_data():
    with pytest.raises(TooLittleData, match="at least one study"):
        synthesise([], [])


@pytest.mark.parametrize(
    ("names", "accepted"), [({"method": "HO"}, METHODS), ({"test": "hksj"}, TESTS)]
)
def test_an_unknown_name_is_refused_with_those_that_are_known(names, accepted):
    with pytest.raises(UnknownMethod) as refusal:
        synthesise(YI, VI, **names)
    assert all(name in refusal.value.accepted for name in accepted)


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_a_level_outside_zero_and_one_is_refused(level):
    with pytest.raises(InvalidInput, match="level"):
        synthesise(YI, VI, level=level)


@pytest.mark.parametrize("odd", range(5))
@pytest.mark.parametrize("most_precise", range(5))
def test_of_effects_too_far_apart_the_odd_one_is_named(odd, most_precise):
    yi, vi = [0.1, 0.2, 0.3, 0.4, 0.5], [0.1] * 5
    yi[odd] = 1e60
    vi[most_precise] = 0.01
    with pytest.raises(InvalidInput, match="too far from the other rows") as refusal:
        synthesise(yi, vi)
    assert (refusal.value.field, refusal.value.row) == ("yi", odd + 1)


@pytest.mark.parametrize("odd", range(5))
@pytest.mark.parametrize("size", [1e-90, 1e90, 1e300])
def test_of_variances_too_far_apart_the_odd_one_is_named(odd, size):
    vi = [0.1, 0.2, 0.3, 0.05, 0.4]
    vi[odd] = size
    with pytest.raises(InvalidInput, match="too far from the other rows") as refusal:
        synthesise([0.1, 0.2, 0.3, 0.4, 0.5], vi)
    assert (refusal.value.field, refusal.value.row) == ("vi", odd + 1)


def test_of_two_that_are_too_far_apart_the_larger_is_named():
    for yi, row in (([1e200, 0.0], 1), ([0.0, 1e200], 2)):
        with pytest.raises(InvalidInput) as refusal:
            synthesise(yi, [1.0, 1.0])
        assert refusal.value.row == row
