"""The Maryland scale: each method's most, and what keeps or loses its point."""

import pytest

from scoring.evidence import Conduct, Flow
from scoring.facts import contrast_facts
from scoring.standards import apply
from scoring.standards.sms import SMS_WWG_2016
from tests.scoring.evidence import LOW_ATTRITION, smd

KEPT_WELL = {"randomisation_compromised": False, "contamination": False}


def score(design, *, flow=None, **facts):
    conduct = Conduct(design=design, **facts)
    contrast = smd(0.1, 0.1, conduct=conduct, flow=flow or Flow())
    return apply(SMS_WWG_2016, contrast_facts(contrast))


@pytest.mark.parametrize(
    ("design", "facts", "level"),
    [
        ("rct", KEPT_WELL | {"flow": LOW_ATTRITION}, "5"),
        ("cluster_rct", KEPT_WELL, "4"),
        ("rct", {"contamination": False}, "3"),
        ("rct", {}, "2"),
        ("instrumental_variable", {"assignment_valid": True}, "4"),
        ("regression_discontinuity", {"assignment_valid": None, "controls_adequate": True}, "3"),
        ("regression_discontinuity", {"assignment_valid": False}, "2"),
        ("difference_in_differences", {"parallel_trends": True, "controls_adequate": True}, "3"),
        ("difference_in_differences", {"parallel_trends": None, "controls_adequate": True}, "2"),
        ("panel_fixed_effects", {"controls_adequate": True}, "3"),
        ("matched_comparison", {"comparison_similar": True, "controls_adequate": True}, "3"),
        ("matched_comparison", {"comparison_similar": False, "controls_adequate": True}, "2"),
        ("cohort", {"controls_adequate": True}, "2"),
        ("cross_section", {"controls_adequate": True}, "2"),
        ("cross_section", {}, "1"),
        ("pre_post", {}, "1"),
        ("pre_post", {"controls_adequate": True}, "2"),
    ],
)
def test_a_method_scores_what_it_keeps(design, facts, level):
    assert score(design, **facts).level == level


def test_monitoring_is_not_scoreable():
    assert score("monitoring").status == "ungraded"


def test_unknown_conditions_leave_the_maximum_open():
    grade = score("difference_in_differences")
    assert (grade.bounds.worst, grade.bounds.best) == ("2", "3")


def test_what_keeps_the_point_is_marked_as_second_hand():
    verified = {reason.rule: reason.verified for reason in score("rct").reasons}
    assert verified["sms.randomised"]
    assert not verified["sms.no_contamination"]
