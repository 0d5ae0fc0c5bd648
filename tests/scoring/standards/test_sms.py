"""The Maryland scale in its two readings: each method's most, and what keeps or loses its point."""

import pytest

from scoring.evidence import Analysis, Baseline, Discontinuity, Flow
from scoring.facts import contrast_facts
from scoring.standards import apply
from scoring.standards.sms import SMS_WWG_2016
from scoring.standards.sms_sherman import SMS_SHERMAN_1997
from tests.scoring.evidence import LOW_ATTRITION, smd
from tests.scoring.standards.samples import conducted_as

KEPT_WELL = {
    "randomisation_compromised": False,
    "contamination": False,
    "comparison_similar": True,
}
ALIKE = {"comparison_similar": True, "controls_adequate": True}
PRETEST = Baseline(measure="outcome", same_as_outcome=True)
AGE = Baseline(measure="age", same_as_outcome=False)
SMOOTH = Discontinuity(density_p=0.05, continuity_shown=True)


def score(
    design, *, by=SMS_WWG_2016, flow=None, cutoff=None, share_imbalanced=None, baseline=(), **facts
):
    contrast = smd(
        0.1,
        0.1,
        conduct=conducted_as(design, **facts),
        flow=flow or Flow(),
        baseline=baseline,
        discontinuity=cutoff or Discontinuity(),
        analysis=Analysis(share_imbalanced=share_imbalanced),
    )
    return apply(by, contrast_facts(contrast))


@pytest.mark.parametrize(
    ("design", "facts", "level"),
    [
        ("rct", KEPT_WELL | {"flow": LOW_ATTRITION}, "5"),
        ("rct", KEPT_WELL | {"flow": LOW_ATTRITION, "comparison_similar": None}, "4"),
        (
            "rct",
            KEPT_WELL
            | {"flow": LOW_ATTRITION, "comparison_similar": None, "share_imbalanced": 0.05},
            "5",
        ),
        (
            "rct",
            KEPT_WELL
            | {"flow": LOW_ATTRITION, "comparison_similar": None, "share_imbalanced": 0.051},
            "4",
        ),
        ("rct", KEPT_WELL | {"flow": LOW_ATTRITION, "randomisation_compromised": True}, "4"),
        ("rct", KEPT_WELL | {"flow": LOW_ATTRITION, "contamination": True}, "4"),
        ("cluster_rct", KEPT_WELL, "4"),
        ("rct", {"contamination": False}, "3"),
        ("rct", {}, "2"),
        ("instrumental_variable", {"assignment_valid": True, "instrument_f": 10.0}, "4"),
        ("instrumental_variable", {"assignment_valid": True, "instrument_f": 9.9}, "2"),
        ("instrumental_variable", {"assignment_valid": True, "controls_adequate": True}, "3"),
        ("regression_discontinuity", {"assignment_valid": True, "cutoff": SMOOTH}, "4"),
        ("regression_discontinuity", {"assignment_valid": True}, "2"),
        (
            "regression_discontinuity",
            {
                "assignment_valid": True,
                "controls_adequate": True,
                "cutoff": Discontinuity(density_p=0.049, continuity_shown=True),
            },
            "3",
        ),
        ("regression_discontinuity", {"assignment_valid": None, "controls_adequate": True}, "3"),
        ("regression_discontinuity", {"assignment_valid": False}, "2"),
        ("difference_in_differences", {"parallel_trends": True, "controls_adequate": True}, "3"),
        ("difference_in_differences", {"parallel_trends": None, "controls_adequate": True}, "2"),
        ("difference_in_differences", {"parallel_trends": True}, "2"),
        ("panel_fixed_effects", {"controls_adequate": True}, "3"),
        ("panel_fixed_effects", {}, "2"),
        ("matched_comparison", ALIKE | {"baseline": (PRETEST,)}, "3"),
        ("matched_comparison", ALIKE | {"baseline": (PRETEST,), "comparator": None}, "2"),
        ("matched_comparison", ALIKE | {"baseline": (AGE,)}, "2"),
        ("matched_comparison", ALIKE, "2"),
        ("matched_comparison", {"comparison_similar": False, "controls_adequate": True}, "2"),
        ("cohort", {"controls_adequate": True}, "2"),
        ("cross_section", {"controls_adequate": True}, "2"),
        ("cross_section", {}, "1"),
        ("pre_post", {}, "1"),
        ("pre_post", {"controls_adequate": True}, "2"),
        ("interrupted_time_series", {"controls_adequate": True}, "2"),
    ],
)
def test_a_method_scores_what_it_keeps(design, facts, level):
    assert score(design, **facts).level == level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"assignment_valid": True}, "4"),
        ({"controls_adequate": True}, "3"),
        ({}, "2"),
        ({"assignment_valid": True, "assignment_mechanism": "self_selected"}, "1"),
        ({"assignment_valid": True, "comparator": "before_period"}, "1"),
    ],
)
def test_chance_timing_counts_as_quasi_random_assignment(facts, level):
    told = {"assignment_mechanism": "timing"} | facts
    assert score("cohort", **told).level == level


@pytest.mark.parametrize("standard", [SMS_WWG_2016, SMS_SHERMAN_1997])
def test_monitoring_is_not_scoreable(standard):
    assert score("monitoring", by=standard).status == "ungraded"


def test_unknown_conditions_leave_the_maximum_open():
    chosen = score("difference_in_differences", assignment_mechanism="staff_selected")
    assert (chosen.bounds.worst, chosen.bounds.best) == ("2", "3")
    by_chance_perhaps = score("difference_in_differences")
    assert (by_chance_perhaps.bounds.worst, by_chance_perhaps.bounds.best) == ("2", "4")


def test_what_keeps_the_point_is_marked_as_second_hand():
    verified = {reason.rule: reason.verified for reason in score("rct").reasons}
    assert verified["sms_wwg.randomised"]
    assert not verified["sms_wwg.no_contamination"]


# The conflict that section 2 of the reference tells to encode as two rule sets.
@pytest.mark.parametrize(
    ("design", "facts", "growth", "sherman"),
    [
        ("difference_in_differences", {"parallel_trends": True}, "3", "4"),
        ("synthetic_control", {"parallel_trends": True}, "3", "4"),
        ("interrupted_time_series", {}, "2", "4"),
    ],
)
def test_the_two_readings_differ_on_changes_and_series(design, facts, growth, sherman):
    told = facts | {"controls_adequate": True}
    assert score(design, **told).level == growth
    assert score(design, by=SMS_SHERMAN_1997, **told).level == sherman


@pytest.mark.parametrize(
    ("design", "facts", "level"),
    [
        ("rct", {"randomisation_compromised": False}, "5"),
        ("rct", {"randomisation_compromised": True, "comparison_similar": True}, "3"),
        ("rct", {}, "2"),
        ("regression_discontinuity", {"assignment_valid": True}, "4"),
        ("instrumental_variable", {"assignment_valid": False}, "2"),
        ("difference_in_differences", {"parallel_trends": False}, "2"),
        ("difference_in_differences", {"comparison_similar": True}, "3"),
        ("interrupted_time_series", {"placebo_passed": True}, "4"),
        ("interrupted_time_series", {"placebo_passed": False}, "1"),
        ("matched_comparison", {"comparison_similar": True}, "3"),
        ("cohort", {"controls_adequate": True}, "3"),
        ("cohort", {"share_imbalanced": 0.05}, "3"),
        ("cohort", {"share_imbalanced": 0.06}, "2"),
        ("pre_post", {"comparator": "usual_care"}, "2"),
        ("pre_post", {}, "1"),
        ("cross_section", {"controls_adequate": True}, "1"),
    ],
)
def test_a_method_scores_by_the_rubric_of_1997(design, facts, level):
    assert score(design, by=SMS_SHERMAN_1997, **facts).level == level


def test_assumptions_of_the_rubric_are_marked_as_second_hand():
    reasons = score("rct", by=SMS_SHERMAN_1997).reasons
    unverified = {reason.rule.partition(".")[2] for reason in reasons if not reason.verified}
    assert unverified == {
        "differences",
        "randomisation_intact",
        "assignment_valid",
        "parallel_trends",
        "nothing_else_changed",
        "comparison_similar",
    }


def test_why_two_readings_differ_can_be_read_from_their_texts():
    told = {"parallel_trends": True, "controls_adequate": True}
    texts = {
        standard.name: [r.text for r in score("synthetic_control", by=standard, **told).reasons]
        for standard in (SMS_WWG_2016, SMS_SHERMAN_1997)
    }
    assert "Trends were parallel before the programme: yes." in texts["sms-wwg@2016"]
    assert (
        "Changes compared with changes elsewhere: synthetic control; met."
        in texts["sms-sherman@1997"]
    )
