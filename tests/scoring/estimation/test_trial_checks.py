"""What a trial of people says of itself: its checks, its words, and what it refuses."""

import math

import numpy as np
import pytest

from scoring.effects import two_by_two
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.results import RANDOMISED
from scoring.estimation.trials.trial import randomised_trial

from .trials import close, oracle


def ordinary():
    """A trial in which nothing is wrong."""
    data = oracle("rct-anorexia-cbt")["data"]
    return randomised_trial(
        outcome=data["Postwt"], arm=data["treat"], covariates={"Prewt": data["Prewt"]}
    )


def small(**options):
    """Twelve people, the last six with the programme."""
    base = {
        "outcome": [3.0, 5.0, 4.0, 6.0, 5.0, 4.0, 7.0, 6.0, 8.0, 7.0, 9.0, 6.0],
        "arm": [0] * 6 + [1] * 6,
    }
    return randomised_trial(**{**base, **options})


BEFORE = [1.0, 3.0, 2.0, 4.0, 2.5, 2.0, 3.5, 1.5, 4.0, 3.0, 2.0, 2.5]


def test_a_trial_claims_to_be_randomised_and_reads_as_a_paragraph():
    found = small(covariates={"score before": BEFORE})
    assert found.claim == RANDOMISED
    assert found.design == "rct"
    assert "people alike in score before" in found.text
    assert "6 of 6 people assigned to the programme" in found.text
    assert f"{found.standardised.yi:.2f} standard deviations (pooled within the arms" in found.text
    assert "WWC Supplement" in found.specification["standardised_by"]
    assert "No check failed" in ordinary().text
    assert [picture.kind for picture in found.pictures] == ["groups", "balance"]


def test_without_characteristics_hc2_is_welchs_variance():
    found = small(covariance="HC2")
    welch = next(row for row in found.coefficients if row.term == "unadjusted difference (Welch)")
    close((found.natural.yi, found.se), (welch.estimate, welch.se))


def test_the_intercept_is_the_adjusted_mean_without_the_programme():
    centred = small(covariates={"x": BEFORE})
    raw = small(covariates={"x": BEFORE}, centred=False)
    without, with_it = centred.pictures[0].lines[0].y
    close(centred.coefficients[0].estimate, without)
    close(with_it - without, centred.natural.yi)
    close(raw.pictures[0].lines[0].y, (without, with_it))
    close(raw.natural.yi, centred.natural.yi)


def test_missing_outcomes_count_as_assigned_and_not_analysed():
    outcome = [3.0, None, 4.0, 6.0, 5.0, 4.0, 7.0, 6.0, 8.0, 7.0, None, 6.0]
    found = small(outcome=outcome)
    assert found.n == 10
    assert found.facts["assigned_intervention"] == 6
    assert found.facts["analysed_intervention"] == 5
    assert "complete cases" in found.text
    assert found.specification["people"] == 12


def test_uneven_losses_fail_the_attrition_check_and_bound_the_effect():
    outcome = [None, None, None, 6.0, 5.0, 4.0, 7.0, 6.0, 8.0, 7.0, 9.0, 6.0]
    found = small(outcome=outcome)
    by_name = {check.name: check for check in found.checks}
    assert by_name["attrition"].passed is False
    assert by_name["attrition"].observed == pytest.approx(50.0)
    # Half of the fuller arm is trimmed: the three lowest of six less 5, the three highest less 5.
    close(by_name["attrition_bounds"].observed, (6 + 6 + 7) / 3 - 5)
    close(by_name["attrition_bounds"].threshold, (7 + 8 + 9) / 3 - 5)
    assert "but for those who were lost" in found.text


def test_losses_beyond_the_boundarys_end_fail_even_if_even():
    outcome = [None] * 4 + [5.0, 4.0] + [None] * 4 + [9.0, 6.0]
    found = small(outcome=outcome)
    attrition = next(check for check in found.checks if check.name == "attrition")
    assert attrition.observed == 0
    assert attrition.passed is False


def test_a_missing_baseline_is_left_out_or_filled_as_asked():
    gaps = [None, *BEFORE[1:]]
    left_out = small(covariates={"x": gaps})
    filled = small(covariates={"x": gaps}, missing_baseline="filled")
    by_hand = small(covariates={"x": [float(np.mean(BEFORE[1:])), *BEFORE[1:]]})
    assert (left_out.n, filled.n) == (11, 12)
    close(filled.natural.yi, by_hand.natural.yi)
    assert "filled_baselines" in [check.name for check in filled.checks]


def test_words_make_a_column_each_and_a_word_for_what_is_not_known():
    words = ["a", "b", "b", "a", None, "b"] * 2
    left_out = small(covariates={"place": words})
    filled = small(covariates={"place": words}, missing_baseline="filled")
    assert left_out.n == 10
    assert left_out.specification["terms"] == "(Intercept), treated, place b"
    assert filled.specification["terms"] == "(Intercept), treated, place b, place not known"


def test_arms_may_be_words_and_their_order_does_not_matter():
    named = small(arm=["old"] * 6 + ["new"] * 6, intervention="new")
    turned = small(arm=["old"] * 6 + ["new"] * 6, intervention="old")
    close(named.natural.yi, small().natural.yi)
    close(turned.natural.yi, -named.natural.yi)


def test_codes_of_arms_are_compared_as_they_are_written():
    for arm, intervention in (
        (["0"] * 6 + ["1"] * 6, 1),
        ([0.0] * 6 + [1.0] * 6, "1"),
        ([False] * 6 + [True] * 6, 1),
        (np.repeat([0, 1], 6), 1.0),
    ):
        close(small(arm=arm, intervention=intervention).natural.yi, small().natural.yi)


def test_a_binary_outcome_is_a_difference_of_risks_with_the_odds_ratio_for_the_pool():
    y = [0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0]
    found = small(outcome=y, covariance="HC0")
    assert found.natural.measure == "RD"
    close(found.natural.yi, 4 / 6 - 2 / 6)
    table = two_by_two("OR", [4.0], [2.0], [2.0], [4.0])[0]
    close((found.standardised.yi, found.standardised.vi), (table.yi, table.vi))
    assert "percentage points" in found.text


def test_an_arm_without_events_takes_the_odds_ratio_of_the_table():
    y = [0] * 6 + [1, 1, 0, 1, 1, 0]
    found = small(outcome=y)
    table = two_by_two("OR", [4.0], [2.0], [0.0], [6.0])[0]
    close((found.standardised.yi, found.standardised.vi), (table.yi, table.vi))
    assert "plain 2x2 table" in found.specification["standardised_by"]
    assert "log odds ratio" not in [row.term for row in found.coefficients]


def test_a_standard_deviation_can_be_given_for_what_is_measured_alone():
    found = small(sd=2.0)
    close(found.standardised.yi, found.natural.yi / 2)
    close(found.standardised.vi, found.natural.vi / 4)
    with pytest.raises(InvalidInput, match="yes or no"):
        small(outcome=[0, 1] * 6, sd=0.5)


def test_an_allocation_that_chance_does_not_make_fails():
    arm = [0] * 3 + [1] * 57
    outcome = list(np.random.default_rng(1).normal(size=60))
    uneven = randomised_trial(outcome=outcome, arm=arm, allocation=0.5)
    even = small(allocation=0.5)
    assert [check.passed for check in uneven.checks if check.name == "allocation"] == [False]
    assert [check.passed for check in even.checks if check.name == "allocation"] == [True]


def test_arms_that_differ_by_chance_inform_and_after_losses_fail():
    apart = [0.0, 1.0, 0.5, 0.2, 0.1, 0.7, 5.0, 6.0, 5.5, 4.9, 5.2, 6.1]
    kept = small(covariates={"x": apart})
    lost = small(covariates={"x": apart}, outcome=[None, None, None, 6, 5, 4, 7, 6, 8, 7, 9, 6])
    alike = small(covariates={"x": BEFORE[:6] * 2})
    passed = [
        next(check.passed for check in found.checks if check.name == "baseline")
        for found in (kept, lost, alike)
    ]
    assert passed == [None, False, True]


def test_a_characteristic_that_only_one_arm_has_has_no_cox_index():
    found = small(covariates={"x": [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1]})
    assert found.facts["standardised_difference"] is None
    assert found.facts["proportion_intervention"] == 0.5
    check = next(check for check in found.checks if check.name == "baseline")
    assert "nobody's or everybody's in one arm" in check.text


def test_a_characteristic_that_is_the_arm_itself_has_no_difference_in_deviations():
    found = small(covariates={"x": [2.0] * 6 + [5.0] * 6}, adjustment="none")
    assert found.facts["standardised_difference"] is None
    assert found.facts["adjusted_for_baseline"] is False
    alike = small(covariates={"x": [2.0] * 12}, adjustment="none")
    assert alike.facts["standardised_difference"] == 0


def test_with_one_degree_of_freedom_nobody_can_be_left_out():
    found = randomised_trial(
        outcome=[1.0, 2.0, 4.0, 3.0], arm=[0, 0, 1, 1], covariates={"x": [1.0, 3.0, 2.0, 5.0]}
    )
    assert "influence" not in [check.name for check in found.checks]


def test_one_person_who_carries_the_effect_fails_a_check_by_row():
    outcome = [3.0, 5.0, None, 6.0, 5.0, 4.0, 7.0, 6.0, 8.0, 40.0, 9.0, 6.0]
    found = small(outcome=outcome)
    check = next(check for check in found.checks if check.name == "influence")
    without = small(outcome=[*outcome[:9], None, *outcome[10:]])
    assert check.passed is False
    assert check.text.startswith("Row 10 ")
    assert f"the result would be {without.natural.yi:.2f}" in check.text
    assert next(check for check in ordinary().checks if check.name == "influence").passed is True


def test_a_block_of_one_arm_fails_a_check():
    blocks = ["a"] * 3 + ["b"] * 3 + ["b"] * 3 + ["c"] * 3
    found = small(blocks=blocks)
    check = next(check for check in found.checks if check.name == "blocks")
    assert (check.passed, check.observed) == (False, 2.0)


REFUSED = {
    "one arm": ({"arm": [1] * 12}, TooLittleData, "figures of the same people"),
    "three arms": ({"arm": [0] * 6 + [1] * 5 + [2]}, InvalidInput, "row 12"),
    "an unknown arm": ({"intervention": 3}, InvalidInput, "0 or 1"),
    "no arm": ({"arm": [0] * 6 + [1] * 5 + [None]}, InvalidInput, "row 12"),
    "one outcome in an arm": (
        {"outcome": [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0] + [None] * 5},
        TooLittleData,
        "1 of the programme arm",
    ),
    "no variation": ({"outcome": [2.0] * 12}, InvalidInput, "same for everybody"),
    "an exact fit": (
        {"outcome": [2 * x + 1 for x in BEFORE], "covariates": {"x": BEFORE}},
        InvalidInput,
        "fits all people",
    ),
    "a table of outcomes": ({"outcome": [[1.0, 2.0]] * 12}, InvalidInput, "flat list"),
    "sites that are the arms": (
        {"clusters": ["a"] * 6 + ["b"] * 6},
        TooLittleData,
        "no degrees of freedom",
    ),
    "a site without which a column says nothing": (
        {
            "clusters": ["a", "b", "c"] * 4,
            "covariates": {"at c": [0.0, 0.0, 1.0] * 4},
            "covariance": "CR3",
        },
        TooLittleData,
        "left out one at a time",
    ),
    "no error": ({"outcome": [2.0] * 6 + [3.0] * 6}, InvalidInput, "does not vary"),
    "infinite": ({"outcome": [math.inf] * 12}, InvalidInput, "row 1"),
    "other lengths": ({"covariates": {"x": [1.0]}}, InvalidInput, "12 rows"),
    "a constant characteristic": ({"covariates": {"x": [1.0] * 12}}, InvalidInput, "x"),
    "a name that is taken": ({"covariates": {"treated": BEFORE}}, InvalidInput, "another name"),
    "numbers among words": (
        {"covariates": {"x": ["a", 1.0, *["b"] * 10]}},
        InvalidInput,
        "row 2",
    ),
    "an unknown covariance": ({"covariance": "HC9"}, UnknownMethod, "HC2"),
    "an unknown adjustment": ({"adjustment": "magic"}, UnknownMethod, "ancova"),
    "clusters missing": ({"covariance": "CR2"}, InvalidInput, "no clusters"),
    "degrees of freedom of another": (
        {"covariance": "const", "df": "satterthwaite"},
        UnknownMethod,
        "residual",
    ),
    "a level of 1": ({"level": 1.0}, InvalidInput, "level"),
    "an allocation of 1": ({"allocation": 1.0}, InvalidInput, "allocation"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_by_name(name):
    options, error, told = REFUSED[name]
    with pytest.raises(error, match=told):
        small(**options)


def test_somebody_whom_the_model_fits_exactly_is_named_by_their_row():
    outcome = [None, 5.0, 4.0, 6.0, 5.0, 4.0, 7.0, 6.0, 8.0, 7.0, 9.0, 6.0]
    alone = [0.0] * 8 + [1.0] + [0.0] * 3
    with pytest.raises(TooLittleData) as refusal:
        small(outcome=outcome, covariates={"rare": alone})
    assert refusal.value.row == 9
    assert small(outcome=outcome, covariates={"rare": alone}, covariance="HC1").n == 11


BUILD = np.random.default_rng(20261125)


@pytest.mark.parametrize("adjustment", ["none", "ancova", "interacted"])
def test_units_and_origin_of_the_outcome_do_not_matter(adjustment):
    y, x = BUILD.normal(size=40), BUILD.normal(size=40)
    arm = [0, 1] * 20
    plain = randomised_trial(outcome=y, arm=arm, covariates={"x": x}, adjustment=adjustment)
    moved = randomised_trial(
        outcome=1000 + 7 * y, arm=arm, covariates={"x": -3 + 0.1 * x}, adjustment=adjustment
    )
    close(moved.natural.yi, 7 * plain.natural.yi)
    close(moved.se, 7 * plain.se)
    close(moved.df, plain.df)
    close(moved.standardised.yi, plain.standardised.yi)
    close(moved.standardised.vi, plain.standardised.vi)


def test_the_order_of_people_does_not_matter():
    y, x = BUILD.normal(size=40), BUILD.normal(size=40)
    arm, order = np.array([0, 1] * 20), BUILD.permutation(40)
    plain = randomised_trial(outcome=y, arm=arm, covariates={"x": x})
    mixed = randomised_trial(outcome=y[order], arm=arm[order], covariates={"x": x[order]})
    close((mixed.natural.yi, mixed.se, mixed.df), (plain.natural.yi, plain.se, plain.df))


def test_with_one_arm_much_smaller_the_degrees_of_freedom_follow_it():
    y = BUILD.normal(size=203)
    found = randomised_trial(outcome=y, arm=[1] * 4 + [0] * 199)
    assert 3 < found.df < 3.5
