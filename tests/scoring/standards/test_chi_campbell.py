"""CHI and Campbell: the lowest of design, attrition, outcome and balance."""

import pytest

from scoring.evidence import Analysis, Flow, Judgement, Measurement
from scoring.facts import contrast_facts
from scoring.standards import apply
from scoring.standards.chi_campbell import CHI_CAMPBELL_1, CLOSE_PP
from tests.scoring.evidence import smd
from tests.scoring.standards.samples import conducted_as
from tests.scoring.standards.wwc_cases import flow


def confidence(
    design="rct",
    *,
    kept=None,
    outcome="clear",
    validated=None,
    share=None,
    **facts,
):
    contrast = smd(
        0.1,
        0.1,
        conduct=conducted_as(design, **facts),
        flow=flow(8, 3) if kept is None else kept,
        measurement=Measurement(validated=validated),
        analysis=Analysis(share_imbalanced=share),
    )
    told = (
        [] if outcome is None else [Judgement(question="chi_outcome", answer=outcome, event_id="j")]
    )
    return apply(CHI_CAMPBELL_1, contrast_facts(contrast, told))


@pytest.mark.parametrize(
    ("design", "facts", "level"),
    [
        ("rct", {}, "high"),
        ("cluster_rct", {}, "high"),
        ("regression_discontinuity", {}, "high"),
        ("instrumental_variable", {}, "high"),
        ("controlled_its", {}, "high"),
        ("interrupted_time_series", {}, "high"),
        ("difference_in_differences", {"comparison_similar": True}, "medium"),
        ("difference_in_differences", {}, "low"),
        ("synthetic_control", {"comparison_similar": True}, "medium"),
        ("matched_comparison", {"controls_adequate": True}, "medium"),
        ("matched_comparison", {"comparison_similar": True}, "low"),
        ("cohort", {"comparison_similar": True, "controls_adequate": True}, "low"),
    ],
)
def test_the_design_bounds_the_confidence(design, facts, level):
    assert confidence(design, share=0.05, **facts).level == level


# Overall 20 %: the cautious boundary is at 5.4 points, the optimistic at 10.0.
@pytest.mark.parametrize(
    ("differential", "assumption", "level"),
    [
        (5.4, "cautious", "high"),
        (5.42, "cautious", "medium"),
        (5.4 + CLOSE_PP, "cautious", "medium"),
        (5.42 + CLOSE_PP, "cautious", "low"),
        (10.0, "optimistic", "high"),
        (10.02, "optimistic", "medium"),
        (10.02 + CLOSE_PP, "optimistic", "low"),
        (5.42, None, "medium"),
    ],
)
def test_attrition_may_be_inside_close_to_or_outside_the_boundary(differential, assumption, level):
    assert confidence(kept=flow(20, differential, assumption)).level == level


def test_attrition_that_nobody_reported_is_low_and_leaves_the_best_open():
    grade = confidence(kept=Flow())
    assert (grade.level, grade.bounds.best) == ("low", "high")


def test_where_nobody_is_followed_nobody_can_be_lost():
    assert confidence("controlled_its", kept=Flow(), share=0.0).level == "high"
    assert confidence("interrupted_time_series", kept=Flow(), share=0.0).level == "high"


def test_only_chance_excuses_from_showing_that_groups_are_balanced():
    assert confidence("cluster_rct").level == "high"
    assert confidence("interrupted_time_series", kept=Flow()).level == "low"


@pytest.mark.parametrize(
    ("outcome", "validated", "level"),
    [
        ("clear", None, "high"),
        ("brief", None, "medium"),
        ("named_only", None, "low"),
        ("named_only", True, "high"),
        (None, True, "high"),
        (None, False, "low"),
    ],
)
def test_the_outcome_measure_must_be_described(outcome, validated, level):
    assert confidence(outcome=outcome, validated=validated).level == level


@pytest.mark.parametrize(
    ("share", "level"),
    [(0.05, "high"), (0.051, "medium"), (0.0999, "medium"), (0.10, "low"), (None, "low")],
)
def test_the_groups_must_be_balanced_unless_chance_made_them(share, level):
    assert confidence("regression_discontinuity", share=share).level == level
    assert confidence("rct", share=share).level == "high"


def test_how_the_outcome_is_described_is_asked_of_a_person_where_it_matters():
    grade = confidence(outcome=None)
    assert (grade.status, grade.judgements) == ("judgement_required", ("chi_outcome",))
    assert (grade.level, grade.bounds.best) == ("low", "high")
    assert confidence(outcome=None, kept=Flow(), design="cohort").judgements == ()


@pytest.mark.parametrize("design", ["pre_post", "monitoring"])
def test_studies_of_one_group_are_not_appraised(design):
    assert confidence(design).status == "ungraded"


def test_the_appraisal_reads_as_pinned():
    grade = confidence(kept=flow(20, 6), outcome="brief")
    texts = [reason.text for reason in grade.reasons if reason.rule.partition(".")[2] in SHOWN]
    assert grade.title == "Medium confidence in the study's findings"
    assert texts == [
        "Difference in attrition between the groups (percentage points): 6, at most 5.4; unmet.",
        (
            "Difference in attrition, inside or close to the boundary (percentage points): 6, "
            "at most 7.4; met."
        ),
        "The outcome measure is fully described, or validated: not known, so not counted as met.",
        "The outcome measure is at least briefly described: brief; met.",
    ]


SHOWN = ("attrition_inside", "attrition_close", "outcome_clear", "outcome_brief")


def test_what_is_our_reading_says_so():
    unverified = {
        reason.rule.partition(".")[2] for reason in confidence().reasons if not reason.verified
    }
    assert unverified == {
        "compared",
        "differences",
        "matched_groups",
        "by_propensity",
        "nobody_followed",
        "attrition_close",
    }
