"""Effect sizes from summaries: the rules, the corrections, and what is refused."""

import math

import pytest

from scoring.effects import (
    Effect,
    changes,
    correlations,
    double_zeros,
    given,
    means,
    proportions,
    rates,
    reported_effect,
    to_analysis_scale,
    to_natural_scale,
    two_by_two,
)
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod


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


def test_all_tables_get_it_as_soon_as_one_has_a_zero():
    tables = [4, 3], [6, 7], [3, 0], [7, 10]
    first, second = two_by_two("OR", *tables, to="if0all", add=0.25)
    assert first.yi == pytest.approx(math.log(4.25 * 7.25 / (6.25 * 3.25)))
    assert second.yi == pytest.approx(math.log(3.25 * 10.25 / (7.25 * 0.25)))
    (alone,) = two_by_two("OR", *(cell[:1] for cell in tables), to="if0all", add=0.25)
    assert alone.yi == pytest.approx(math.log(4 * 7 / (6 * 3)))


def test_tables_without_events_in_both_groups_can_be_left_out():
    tables = [0, 4, 5], [9, 6, 0], [0, 3, 8], [9, 7, 0]
    assert double_zeros(*tables) == (True, False, True)
    (effect,) = two_by_two("OR", *tables, drop00=True, to="if0all")
    assert effect.yi == pytest.approx(math.log(4 * 7 / (6 * 3)))


def test_rates_without_events_in_both_groups_can_be_left_out():
    assert double_zeros([0, 0, 2], [0, 3, 0]) == (True, False, False)
    effects = rates("IRR", [0, 0, 2], [9, 9, 9], [0, 3, 0], [9, 9, 9], drop00=True)
    assert [effect.vi for effect in effects] == [
        pytest.approx(2 + 1 / 3.5),
        pytest.approx(1 / 2.5 + 2),
    ]


def test_a_row_is_counted_in_the_table_as_it_was_given():
    with pytest.raises(InvalidInput) as refusal:
        two_by_two("OR", [0, 4, 0], [9, 6, 9], [0, 3, 3], [9, 7, 7], drop00=True, to="none")
    assert (refusal.value.field, refusal.value.row) == ("yi", 3)


def test_measures_that_are_finite_at_zero_get_nothing_added():
    (plain,) = two_by_two("AS", [0], [10], [5], [5])
    assert plain.yi == pytest.approx(-math.asin(math.sqrt(0.5)))
    (told,) = two_by_two("AS", [0], [10], [5], [5], add=0.5)
    assert told.yi == pytest.approx(math.asin(math.sqrt(0.5 / 11)) - math.asin(math.sqrt(0.5)))
    (proportion,) = proportions("PFT", [0], ni=[10])
    assert proportion.vi == pytest.approx(1 / 42)


def test_petos_estimate_is_observed_less_expected_over_the_hypergeometric_variance():
    (effect,) = two_by_two("PETO", [4], [96], [10], [90])
    variance = 14 * 186 * 100 * 100 / (200**2 * 199)
    assert (effect.yi, effect.vi) == (
        pytest.approx((4 - 7) / variance),
        pytest.approx(1 / variance),
    )


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
        lambda: proportions("OR", [1], ni=[2]),
        lambda: proportions("PFT", [1], ni=[2], vtype="UB"),
        lambda: correlations("SMD", [0.1], [9]),
        lambda: changes("SMD", [1], [1], [1], [1], [9], [0.5]),
        lambda: means("SMDH", *two_groups().values(), vtype="UB"),
        lambda: two_by_two("OR", [1], [1], [1], [1], vtype="AV"),
        lambda: to_analysis_scale("BETA", 1),
        lambda: to_natural_scale("BETA", 1),
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


def test_without_its_correction_the_standardised_difference_is_cohens_d():
    (effect,) = means("SMD", [1], [2], [6], [0], [2], [6], correct=False)
    assert (effect.yi, effect.vi) == (0.5, pytest.approx(1 / 6 + 1 / 6 + 0.25 / 24))


def test_a_ratio_of_means_can_have_its_bias_taken_off():
    # Lajeunesse 2015, equation 8: half the difference of the squared relative standard errors.
    groups = [10], [3], [5], [8], [4], [20]
    (plain,), (corrected,) = means("ROM", *groups), means("ROM", *groups, correct=True)
    assert plain.yi == pytest.approx(math.log(10 / 8))
    assert corrected.yi - plain.yi == pytest.approx((0.09 / 5 - 0.25 / 20) / 2)
    assert corrected.vi == plain.vi == pytest.approx(0.09 / 5 + 0.25 / 20)


def test_two_negative_means_have_a_ratio():
    (effect,) = means("ROM", [-10], [3], [5], [-8], [4], [20])
    assert effect.yi == pytest.approx(math.log(10 / 8))


@pytest.mark.parametrize(("m1", "m2", "field"), [(0, 8, "m1i"), (8, 0, "m2i"), (-8, 8, "m1i")])
def test_means_without_a_ratio_are_refused(m1, m2, field):
    with pytest.raises(InvalidInput) as refusal:
        means("ROM", [9, m1], [3, 3], [5, 5], [8, m2], [4, 4], [9, 9])
    assert (refusal.value.field, refusal.value.row) == (field, 2)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"xi": [-1], "ni": [9]}, "xi"),
        ({"xi": [5], "ni": [4]}, "ni"),
        ({"xi": [0], "ni": [0]}, "ni"),
        ({"xi": [0], "mi": [0]}, "xi + mi"),
        ({"xi": [5], "mi": [-1]}, "mi"),
        ({"xi": [5]}, "xi"),
        ({"xi": [5], "ni": [9], "mi": [4]}, "xi"),
        ({"xi": [5], "ni": [9, 9]}, "ni"),
        ({"xi": [0], "ni": [9], "to": "none"}, "vi"),
    ],
)
def test_proportions_that_cannot_be_are_refused(told, field):
    with pytest.raises(InvalidInput) as refusal:
        proportions("PR", **told)
    assert refusal.value.field == field


def test_correlations_past_one_and_of_three_people_are_refused():
    with pytest.raises(InvalidInput) as refusal:
        correlations("COR", [0.5, 1.1], [9, 9])
    assert (refusal.value.field, refusal.value.row) == ("ri", 2)
    with pytest.raises(InvalidInput) as refusal:
        correlations("ZCOR", [0.5, -1.0], [9, 9])
    assert (refusal.value.field, refusal.value.row) == ("ri", 2)
    with pytest.raises(InvalidInput, match=r"ri, row 1: is 1\.0"):
        correlations("COR", [1.0, 0.5], [9, 9])
    with pytest.raises(TooLittleData) as refusal:
        correlations("COR", [0.5, 0.5], [4, 3])
    assert (refusal.value.field, refusal.value.row) == ("ni", 2)


@pytest.mark.parametrize(
    ("measure", "changed", "error", "field"),
    [
        ("SMCC", {"sd1i": [-1]}, InvalidInput, "sd1i"),
        ("SMCC", {"ri": [1.5]}, InvalidInput, "ri"),
        ("SMCC", {"ri": [1]}, InvalidInput, "sd1i"),
        ("SMCR", {"sd1i": [0]}, InvalidInput, "sd1i"),
        ("MC", {"ri": [1]}, InvalidInput, "vi"),
        ("MC", {"ni": [1]}, TooLittleData, "ni"),
        ("SMCR", {"ni": [2]}, TooLittleData, "ni"),
        ("SMCRH", {"sd2i": None}, TooLittleData, "sd2i"),
    ],
)
def test_changes_that_cannot_be_computed_are_refused(measure, changed, error, field):
    people = {"m1i": [5], "m2i": [4], "sd1i": [2], "sd2i": [2], "ni": [9], "ri": [0.5], **changed}
    with pytest.raises(error) as refusal:
        changes(measure, **people)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "overflowing",
    [
        lambda: two_by_two("RD", [1e308], [1e308], [1e308], [1e308]),
        lambda: means("SMD", [1e308], [1e200], [9], [-1e308], [1e200], [9]),
        lambda: rates("IRD", [1e308], [1e-308], [1], [1]),
        lambda: changes("SMCR", [1e308], [-1e308], [1e200], [1e200], [9], [0.5]),
    ],
)
def test_figures_past_what_can_be_computed_are_refused_without_a_warning(overflowing):
    with pytest.raises(InvalidInput, match="row 1"):
        overflowing()


def test_rates_without_an_event_in_one_group_get_half_in_both():
    (effect,) = rates("IRR", [0], [100], [3], [50])
    assert effect.yi == pytest.approx(math.log((0.5 / 100) / (3.5 / 50)))
    assert effect.vi == pytest.approx(1 / 0.5 + 1 / 3.5)


def test_given_estimates_take_their_variance_once():
    assert given([0.1], sei=[0.2])[0].vi == pytest.approx(0.04)
    for nothing_or_both in ({}, {"vi": [1], "sei": [1]}):
        with pytest.raises(InvalidInput, match="either vi or sei"):
            given([0.1], **nothing_or_both)


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
