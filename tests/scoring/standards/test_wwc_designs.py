"""WWC 4.1: what the outcome measure, an instrument, a cut-off and a comparison of changes need."""

from dataclasses import replace

import pytest

from scoring.evidence import Analysis, Baseline, Discontinuity, Measurement
from tests.scoring.evidence import smd
from tests.scoring.standards.wwc_cases import (
    EQUAL,
    FAR,
    GOOD_OUTCOME,
    TRIAL,
    answer,
    flow,
    rating,
)

UNSOUND = {
    "outcome_reliable": replace(
        GOOD_OUTCOME, validated=False, internal_consistency=0.4, test_retest=0.3, inter_rater=0.4
    ),
    "not_over_aligned": replace(GOOD_OUTCOME, over_aligned=True),
    "same_measurement": replace(GOOD_OUTCOME, same_in_both_groups=False),
}


@pytest.mark.parametrize("rule", UNSOUND)
def test_an_outcome_that_does_not_qualify_fails_whatever_else_holds(rule):
    grade = rating(flow=flow(8, 3), baseline=EQUAL, measurement=UNSOUND[rule])
    assert (grade.level, answer(grade, f"wwc.{rule}")) == ("DOES_NOT_MEET", "unmet")
    unknown = rating(flow=flow(8, 3), baseline=EQUAL, measurement=Measurement())
    assert (unknown.level, unknown.bounds.best) == ("DOES_NOT_MEET", "MEETS_WITHOUT")


@pytest.mark.parametrize(
    ("reliability", "enough", "too_little"),
    [
        ("internal_consistency", 0.50, 0.49),
        ("test_retest", 0.40, 0.39),
        ("inter_rater", 0.50, 0.49),
    ],
)
def test_any_one_reliability_is_enough_from_its_threshold_on(reliability, enough, too_little):
    none = {"validated": False, "internal_consistency": 0, "test_retest": 0, "inter_rater": 0}

    def told(value):
        measurement = replace(GOOD_OUTCOME, **none | {reliability: value})
        return answer(rating(measurement=measurement), "wwc.outcome_reliable")

    assert (told(enough), told(too_little)) == ("met", "unmet")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"population": "itt"}, "met"),
        ({"population": "mitt"}, "met"),
        ({"population": "cace", "f": 16.0}, "met"),
        ({"population": "cace", "f": 15.9}, "unmet"),
        ({"population": "as_treated", "f": 1.0}, "unmet"),
        ({"population": "cace"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_an_effect_on_those_who_took_part_needs_a_strong_instrument(facts, expected):
    conduct = replace(TRIAL, instrument_f=facts.get("f"))
    grade = rating(conduct, analysis=Analysis(population=facts.get("population")))
    assert answer(grade, "wwc.effect_of_assignment") == expected


INSTRUMENT = replace(
    TRIAL,
    design="instrumental_variable",
    assignment_mechanism="random",
    assignment_valid=True,
    instrument_f=16.0,
)


@pytest.mark.parametrize(
    ("worse", "expected"),
    [
        ({}, "MEETS_WITHOUT"),
        ({"instrument_f": 15.99}, "DOES_NOT_MEET"),
        ({"assignment_mechanism": "instrument"}, "DOES_NOT_MEET"),
        ({"assignment_valid": False}, "DOES_NOT_MEET"),
        ({"assignment_valid": None}, "DOES_NOT_MEET"),
    ],
)
def test_a_strong_instrument_drawn_at_random_with_low_attrition_meets_fully(worse, expected):
    conduct = replace(INSTRUMENT, **worse)
    assert rating(conduct, flow=flow(8, 3), analysis=Analysis()).level == expected


CUTOFF = replace(TRIAL, design="regression_discontinuity", assignment_valid=True)
SHARP = Discontinuity(
    strict=True,
    fuzzy=False,
    values_each_side=4,
    density_p=0.05,
    continuity_shown=True,
    functional_form_shown=False,
    bandwidth_justified=True,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "MEETS_WITHOUT"),
        ({"continuity_shown": False}, "MEETS_WITH"),
        ({"continuity_shown": None}, "MEETS_WITH"),
        ({"flow": flow(30, 6)}, "MEETS_WITH"),
        ({"density_p": 0.049}, "DOES_NOT_MEET"),
        ({"values_each_side": 3}, "DOES_NOT_MEET"),
        ({"strict": False}, "DOES_NOT_MEET"),
        ({"bandwidth_justified": False}, "DOES_NOT_MEET"),
        ({"bandwidth_justified": False, "functional_form_shown": True}, "MEETS_WITHOUT"),
        ({"fuzzy": True}, "DOES_NOT_MEET"),
        ({"fuzzy": True, "instrument_f": 16.0}, "MEETS_WITHOUT"),
        ({"fuzzy": True, "instrument_f": 15.9}, "DOES_NOT_MEET"),
        ({"assignment_valid": False}, "DOES_NOT_MEET"),
    ],
)
def test_a_cutoff_meets_as_far_as_its_own_standards_do(facts, expected):
    told = dict(facts)
    kept = told.pop("flow", flow(8, 3))
    by_conduct = {name: told.pop(name) for name in tuple(told) if hasattr(CUTOFF, name)}
    grade = rating(replace(CUTOFF, **by_conduct), flow=kept, discontinuity=replace(SHARP, **told))
    assert grade.level == expected


CHANGES = replace(TRIAL, design="difference_in_differences", adjusted_for_baseline=False)
PRETEST = Baseline(
    measure="outcome", standardised_difference=0.2, same_as_outcome=True, pre_post_correlation=0.6
)
OTHER = Baseline(measure="age", standardised_difference=0.05, same_as_outcome=False)


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        ((PRETEST,), "MEETS_WITH"),
        ((PRETEST, OTHER), "MEETS_WITH"),
        ((replace(PRETEST, pre_post_correlation=0.59),), "DOES_NOT_MEET"),
        ((replace(PRETEST, pre_post_correlation=None),), "DOES_NOT_MEET"),
        ((replace(PRETEST, same_as_outcome=False),), "DOES_NOT_MEET"),
        ((replace(PRETEST, same_as_outcome=None),), "DOES_NOT_MEET"),
        ((replace(PRETEST, standardised_difference=0.26),), "DOES_NOT_MEET"),
        ((PRETEST, replace(OTHER, standardised_difference=0.06)), "DOES_NOT_MEET"),
        ((PRETEST, replace(OTHER, same_as_outcome=None)), "MEETS_WITH"),
        ((PRETEST, replace(OTHER, standardised_difference=None)), "DOES_NOT_MEET"),
    ],
)
def test_a_change_stands_for_an_adjustment_where_the_pretest_is_the_outcome(baseline, expected):
    assert rating(CHANGES, baseline=baseline).level == expected


def test_a_change_adjusts_only_where_changes_are_compared():
    assert rating(baseline=(PRETEST,)).level == "DOES_NOT_MEET"


def test_a_large_difference_on_one_result_fails_its_whole_domain():
    cohort = replace(TRIAL, design="cohort")
    other = smd(0.1, 0.1, number=2, baseline=FAR)
    assert rating(cohort, baseline=EQUAL).level == "MEETS_WITH"
    assert rating(cohort, baseline=EQUAL, others=[other]).level == "DOES_NOT_MEET"
    elsewhere = replace(other, domain="another domain")
    assert rating(cohort, baseline=EQUAL, others=[elsewhere]).level == "MEETS_WITH"
