"""One averaged effect a unit: what averaging keeps, and what it refuses."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis import synthesise
from scoring.synthesis.nested.dependence import aggregated

YI, VI = [0.1, 0.3, 0.2, 0.5, 0.4, 0.7], [0.1, 0.2, 0.1, 0.05, 0.3, 0.1]
UNIT = ["north", "north", "south", "east", "south", "south"]


def test_effects_are_averaged_within_units_in_order_of_first_appearance():
    found = aggregated(YI, [0.1] * 6, UNIT, rho=0.5)
    assert found.units == ("north", "south", "east")
    assert found.sizes == (2, 3, 1)
    assert found.yi == pytest.approx([0.2, 1.3 / 3, 0.5])
    # The variance of a mean of n effects that correlate by rho: v (1 + (n - 1) rho) / n.
    assert found.vi == pytest.approx([0.1 * 1.5 / 2, 0.1 * 2 / 3, 0.1])


def test_averages_are_those_of_generalised_least_squares():
    found = aggregated(YI, VI, UNIT, rho=0.4)
    south = [2, 4, 5]
    v = 0.4 * np.sqrt(np.outer(VI, VI))
    np.fill_diagonal(v, VI)
    w = np.linalg.inv(v[np.ix_(south, south)])
    assert found.vi[1] == pytest.approx(1 / w.sum(), rel=1e-12)
    assert found.yi[1] == pytest.approx(w.sum(axis=0) @ np.array(YI)[south] / w.sum(), rel=1e-12)


def test_averages_are_pooled_as_any_independent_effects():
    found = aggregated(YI, VI, UNIT, rho=0.4, method="DL", test="adhoc", level=0.9)
    assert found.pooled == synthesise(found.yi, found.vi, method="DL", test="adhoc", level=0.9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95])
def test_the_weights_shown_reproduce_the_estimate(rho):
    found = aggregated(YI, VI, UNIT, rho=rho)
    assert sum(found.weights) == pytest.approx(100, rel=1e-14)
    assert np.array(found.weights) @ YI / 100 == pytest.approx(found.pooled.estimate, rel=1e-14)


def test_with_independent_errors_all_weights_are_above_0_and_with_high_rho_they_may_not_be():
    assert min(aggregated(YI, VI, UNIT, rho=0.0).weights) > 0
    assert min(aggregated(YI, VI, UNIT, rho=0.95).weights) < 0


def test_the_more_effects_correlate_the_less_an_average_is_worth():
    variances = [aggregated(YI, [0.1] * 6, UNIT, rho=rho).vi[1] for rho in (-0.4, 0.0, 0.5, 0.99)]
    assert variances == sorted(variances)
    assert variances[-1] < 0.1


def test_one_effect_a_unit_is_left_as_it_is():
    found = aggregated(YI, VI, list("abcdef"), rho=0.7, test="adhoc")
    assert found.yi == pytest.approx(YI, rel=1e-15)
    assert found.pooled.estimate == pytest.approx(synthesise(YI, VI).estimate, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "rho", "field", "row"),
    [
        (UNIT, 1.0, "rho", None),
        (UNIT, -0.5, "rho", None),
        (UNIT, math.nan, "rho", None),
        (UNIT[:5], 0.5, "unit", None),
        ([*UNIT[:5], None], 0.5, "unit", 6),
    ],
)
def test_bad_input_is_refused(unit, rho, field, row):
    with pytest.raises(InvalidInput) as refusal:
        aggregated(YI, VI, unit, rho=rho)
    assert (refusal.value.field, refusal.value.row) == (field, row)


@pytest.mark.parametrize(("yi", "vi", "field", "row"), [
    ([math.nan, *YI[1:]], VI, "yi", 1),
    (YI, [*VI[:5], 0.0], "vi", 6),
    (YI, VI[:5], "vi", None),
])  # fmt: skip
def test_bad_effects_are_refused(yi, vi, field, row):
    with pytest.raises(InvalidInput) as refusal:
        aggregated(yi, vi, UNIT, rho=0.5)
    assert (refusal.value.field, refusal.value.row) == (field, row)


@pytest.mark.parametrize("effects", [[], YI])
def test_fewer_than_two_units_are_refused(effects):
    with pytest.raises(TooLittleData, match="accepted: at least 2"):
        aggregated(effects, VI[: len(effects)], ["north"] * len(effects), rho=0.5)


def test_a_unit_too_far_from_the_others_is_told_by_its_first_row():
    yi = [0.1, 0.2, 0.1, 1e60, 0.2, 1e60, 0.3]
    with pytest.raises(InvalidInput) as refusal:
        aggregated(yi, [0.1] * 7, list("aabcbcd"), rho=0.5)
    assert (refusal.value.field, refusal.value.row) == ("yi", 4)
