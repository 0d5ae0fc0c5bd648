"""Effect sizes from summaries and reports, their orientation and their common scale."""

import math

import pytest
from scipy import stats

from scoring.effects import (
    Effect,
    given,
    means,
    oriented,
    rates,
    reported_effect,
    standardise,
    two_by_two,
)
from scoring.errors import IncompatibleEffects, InvalidInput, TooLittleData, UnknownMethod


def an_effect(measure="SMD", **changes):
    facts = {"yi": 0.3, "vi": 0.01, "scale": "units", "source": "given", **changes}
    return Effect(measure=measure, **facts)


def two_groups(**changed):
    return {"m1i": [1], "sd1i": [1], "n1i": [9], "m2i": [0], "sd2i": [1], "n2i": [9], **changed}


def test_half_is_added_to_all_cells_of_a_table_with_a_zero_and_to_no_other():
    with_zero, without = two_by_two("OR", [0, 4], [10, 6], [5, 3], [5, 7])
    assert with_zero.yi == pytest.approx(math.log(0.5 * 5.5 / (10.5 * 5.5)))
    assert without.yi == pytest.approx(math.log(4 * 7 / (6 * 3)))


def test_the_zero_cell_rule_can_be_widened_to_all_tables():
    (effect,) = two_by_two("OR", [4], [6], [3], [7], to="all")
    assert effect.yi == pytest.approx(math.log(4.5 * 7.5 / (6.5 * 3.5)))


def test_a_table_without_a_finite_effect_is_refused_with_its_row():
    with pytest.raises(InvalidInput) as refusal:
        two_by_two("RR", [4, 0], [6, 10], [3, 5], [7, 5], to="none")
    assert (refusal.value.field, refusal.value.row) == ("yi", 2)


def test_a_table_without_events_in_both_groups_stays_in():
    (effect,) = two_by_two("RD", [0], [10], [0], [20])
    assert effect.yi == pytest.approx(0.5 / 11 - 0.5 / 21)


def test_a_negative_count_is_refused_with_its_row():
    with pytest.raises(InvalidInput) as refusal:
        two_by_two("OR", [4, 1], [6, 1], [3, -1], [7, 1])
    assert (refusal.value.field, refusal.value.row) == ("ci", 2)


def test_an_empty_group_is_refused():
    with pytest.raises(InvalidInput, match="somebody"):
        two_by_two("OR", [0], [0], [3], [4])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: two_by_two("SMD", [1], [1], [1], [1]),
        lambda: two_by_two("OR", [1], [1], [1], [1], to="sometimes"),
        lambda: means("OR", [1], [1], [9], [1], [1], [9]),
        lambda: rates("RR", [1], [1], [1], [1]),
        lambda: reported_effect("BETA", 1, sei=1),
        lambda: given([1], vi=[1], measure="BETA"),
    ],
)
def test_an_unknown_measure_or_rule_is_refused_with_those_that_are_known(wrong):
    with pytest.raises(UnknownMethod, match="one of"):
        wrong()


def test_the_amount_added_to_cells_cannot_be_negative():
    with pytest.raises(InvalidInput, match="add"):
        two_by_two("OR", [0], [1], [1], [1], add=-0.5)


def test_the_small_sample_correction_keeps_its_digits_in_large_samples():
    # J(10) and J(200) from exact fractions; for a huge m its expansion is 1 - 3/(4m).
    for n, exact in ((6, 0.9227456080530871), (101, 0.9962445224791265)):
        (effect,) = means("SMD", [1], [1], [n], [0], [1], [n])
        assert effect.yi == pytest.approx(exact, rel=1e-15)
    (effect,) = means("SMD", [1], [1], [5e7], [0], [1], [5e7])
    assert 1 - effect.yi == pytest.approx(0.75e-8, rel=1e-6)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sd1i": [-1]}, "sd1i"),
        ({"n2i": [0]}, "n2i"),
        ({"sd1i": [0], "sd2i": [0]}, "sd1i"),
    ],
)
def test_means_that_cannot_be_standardised_are_refused(changed, field):
    with pytest.raises(InvalidInput) as refusal:
        means("SMD", *two_groups(**changed).values())
    assert (refusal.value.field, refusal.value.row) == (field, 1)


@pytest.mark.parametrize(
    ("changed", "field"), [({"n2i": [1]}, "n2i"), ({"n1i": [1.2], "n2i": [1.5]}, "n1i + n2i")]
)
def test_groups_too_small_to_vary_are_too_little_data(changed, field):
    with pytest.raises(TooLittleData) as refusal:
        means("SMD", *two_groups(**changed).values())
    assert (refusal.value.field, refusal.value.row) == (field, 1)


def test_rates_without_an_event_in_one_group_get_half_in_both():
    (effect,) = rates("IRR", [0], [100], [3], [50])
    assert effect.yi == pytest.approx(math.log((0.5 / 100) / (3.5 / 50)))
    assert effect.vi == pytest.approx(1 / 0.5 + 1 / 3.5)


def test_given_estimates_take_their_variance_once():
    assert given([0.1], sei=[0.2])[0].vi == pytest.approx(0.04)
    for nothing_or_both in ({}, {"vi": [1], "sei": [1]}):
        with pytest.raises(InvalidInput, match="either vi or sei"):
            given([0.1], **nothing_or_both)


def test_a_ratio_is_standardised_by_the_logistic_deviation():
    effect = standardise(reported_effect("HR", 2.0, sei=0.3))
    assert effect.yi == pytest.approx(math.log(2) * math.sqrt(3) / math.pi)
    assert effect.vi == pytest.approx(0.09 * 3 / math.pi**2)


def test_a_difference_in_proportions_is_standardised_with_the_variance_under_no_effect():
    (counted,) = two_by_two("RD", [30], [70], [20], [180])
    effect = standardise(counted, baseline_risk=0.2)
    assert effect.yi == pytest.approx((0.3 - 0.1) / 0.4)
    assert effect.vi == pytest.approx(1 / 100 + 1 / 200)


def test_a_reported_difference_in_proportions_keeps_its_own_variance():
    effect = standardise(reported_effect("RD", 0.1, sei=0.04), baseline_risk=0.2)
    assert effect.vi == pytest.approx(0.0016 / 0.16)


def test_a_difference_of_means_is_divided_by_the_control_deviation():
    effect = standardise(an_effect("MD", yi=3.0, vi=1.0), standardiser=10)
    assert (effect.yi, effect.vi) == (pytest.approx(0.3), pytest.approx(0.01))
    assert standardise(effect) == effect


def test_a_standardised_effect_stays_as_it_is():
    (effect,) = means("SMD", [1], [2], [50], [0], [2], [50])
    assert standardise(effect) is effect


@pytest.mark.parametrize(
    ("measure", "missing"),
    [("MD", "standardiser"), ("GEN", "standardiser"), ("RD", "baseline_risk")],
)
def test_an_effect_without_its_standardiser_is_incompatible_and_says_what_is_missing(
    measure, missing
):
    with pytest.raises(IncompatibleEffects) as refusal:
        standardise(an_effect(measure))
    assert refusal.value.field == missing


@pytest.mark.parametrize("risk", [0, 1, -0.1, math.nan])
def test_a_baseline_risk_outside_zero_and_one_is_refused(risk):
    with pytest.raises(InvalidInput, match="baseline_risk"):
        standardise(an_effect("RD"), baseline_risk=risk)


def test_an_effect_is_turned_once_so_that_plus_is_good():
    reported = reported_effect("MD", 0.5, ci_low=0, ci_high=2)
    turned = oriented(reported, -1)
    assert (turned.yi, turned.vi, turned.direction_good) == (-0.5, reported.vi, -1)
    assert turned.asymmetry == -reported.asymmetry
    with pytest.raises(IncompatibleEffects, match="already"):
        oriented(turned, -1)


def test_a_direction_is_one_or_minus_one():
    with pytest.raises(InvalidInput, match="1 or -1"):
        oriented(an_effect(), 0)


@pytest.mark.parametrize("wrong", [{"vi": 0.0}, {"vi": math.nan}, {"yi": math.inf}])
def test_an_effect_that_cannot_be_is_never_built(wrong):
    with pytest.raises(InvalidInput):
        an_effect(**wrong)


def test_a_refusal_prints_as_one_line_with_where_what_and_accepted():
    refusal = InvalidInput("is -1", field="vi", row=3, accepted="a number above 0")
    assert str(refusal) == "vi, row 3: is -1 (accepted: a number above 0)"
    assert str(refusal.at(7)).startswith("vi, row 7: ")
    assert refusal.row == 3
    assert str(TooLittleData("nothing")) == "nothing"
    assert refusal.code == "invalid_input"
