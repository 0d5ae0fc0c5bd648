"""EEF padlocks of a trial: the weakest of three, less what the threats cost."""

from itertools import product

import pytest

from scoring.evidence import Analysis, Conduct, Flow, Judgement
from scoring.facts import contrast_facts
from scoring.standards import apply
from scoring.standards.eef_trial import EEF_TRIAL_2019
from scoring.threats import RATINGS, THREATS, padlocks_lost
from tests.scoring.evidence import smd
from tests.scoring.standards.samples import conducted_as

UP, DOWN, UNKNOWN = "moderate_upwards", "moderate_downwards", "moderate_unknown"
LEVELS = [level.name for level in EEF_TRIAL_2019.levels]


def judged(answers):
    return [
        Judgement(question=question, answer=answer, event_id=f"judgement-{number}")
        for number, (question, answer) in enumerate(answers.items())
    ]


def rated(*ratings, **more):
    """The threats rated so, in order, and the rest low."""
    rest = ["low"] * (len(THREATS) - len(ratings))
    return judged(dict(zip(THREATS, [*ratings, *rest], strict=True)) | more)


def lost(per_cent):
    left = round(1000 * (1 - per_cent / 100))
    return Flow(
        assigned_intervention=1000,
        assigned_comparison=1000,
        analysed_intervention=left,
        analysed_comparison=left,
    )


def security(judgements=None, *, design="rct", mdes=0.2, attrition=10.0, **facts):
    contrast = smd(
        0.1,
        0.1,
        conduct=conducted_as(design, **facts),
        analysis=Analysis(mdes=mdes),
        flow=Flow() if attrition is None else lost(attrition),
    )
    told = rated() if judgements is None else judgements
    return apply(EEF_TRIAL_2019, contrast_facts(contrast, told))


@pytest.mark.parametrize(
    ("mdes", "padlocks"),
    [
        (0.20, "5"), (0.201, "4"), (0.21, "4"), (0.29, "4"), (0.299, "4"), (0.30, "3"),
        (0.399, "3"), (0.40, "2"), (0.499, "2"), (0.50, "1"), (0.599, "1"), (0.60, "0"),
    ],
)  # fmt: skip
def test_what_could_be_detected_bounds_the_padlocks(mdes, padlocks):
    assert security(mdes=mdes).level == padlocks


def test_numbers_that_nobody_told_count_as_the_worst_and_leave_the_best_open():
    grade = security(mdes=None, attrition=None)
    assert (grade.level, grade.bounds.best) == ("0", "5")


@pytest.mark.parametrize(
    ("attrition", "padlocks"),
    [
        (0.0, "5"), (10.0, "5"), (10.1, "4"), (20.0, "4"), (20.1, "3"), (30.0, "3"), (30.1, "2"),
        (40.0, "2"), (40.1, "1"), (50.0, "1"), (50.1, "0"), (None, "0"),
    ],
)  # fmt: skip
def test_how_many_were_lost_bounds_the_padlocks(attrition, padlocks):
    assert security(attrition=attrition).level == padlocks


@pytest.mark.parametrize(
    ("design", "facts", "padlocks"),
    [
        ("rct", {}, "5"),
        ("cluster_rct", {}, "5"),
        ("regression_discontinuity", {}, "4"),
        ("difference_in_differences", {}, "4"),
        ("matched_comparison", {"controls_adequate": True}, "3"),
        ("matched_comparison", {}, "2"),
        ("cohort", {"controls_adequate": True}, "3"),
        ("cohort", {"adjusted_for_baseline": True}, "2"),
        ("cohort", {}, "1"),
        ("cross_section", {}, "1"),
        ("pre_post", {"controls_adequate": True}, "0"),
        ("monitoring", {}, "0"),
    ],
)
def test_the_design_bounds_the_padlocks(design, facts, padlocks):
    assert security(design=design, **facts).level == padlocks


# Reference, section 4.1: vectors of the smallest detectable effect, 0.1981 and 0.3267.
@pytest.mark.parametrize(
    ("design", "people", "clusters", "analysis", "padlocks"),
    [
        ("rct", 200, None, Analysis(r_squared=0.5), "5"),
        ("cluster_rct", 500, 20, Analysis(icc=0.10, r_squared=0.0), "3"),
    ],
)
def test_what_was_not_told_is_computed_from_the_numbers_assigned(
    design, people, clusters, analysis, padlocks
):
    flow = Flow(
        assigned_intervention=people,
        assigned_comparison=people,
        analysed_intervention=people,
        analysed_comparison=people,
        clusters_assigned_intervention=clusters,
        clusters_assigned_comparison=clusters,
    )
    contrast = smd(0.1, 0.1, conduct=Conduct(design=design), analysis=analysis, flow=flow)
    facts = contrast_facts(contrast, rated())
    expected = 0.1981 if design == "rct" else 0.3267
    assert facts["mdes"].value == pytest.approx(expected, abs=5e-5)
    assert apply(EEF_TRIAL_2019, facts).level == padlocks


@pytest.mark.parametrize(
    ("design", "told", "least", "most", "level", "best"),
    [
        ("rct", {}, 0.0, 0.28016, "4", "5"),
        ("rct", {"r_squared": 0.0}, 0.28016, 0.28016, "4", "4"),
        ("rct", {"r_squared": 0.75}, 0.14008, 0.14008, "5", "5"),
        ("cluster_rct", {"icc": 0.1}, 0.0, 0.3267, "3", "5"),
        ("cluster_rct", {"r_squared": 0.0}, 0.1772, 0.8859, "0", "5"),
    ],
)
def test_what_makes_an_effect_detectable_and_nobody_told_leaves_a_range(
    design, told, least, most, level, best
):
    people = 200 if design == "rct" else 500
    flow = Flow(
        assigned_intervention=people,
        assigned_comparison=people,
        analysed_intervention=people,
        analysed_comparison=people,
        clusters_assigned_intervention=20,
        clusters_assigned_comparison=20,
    )
    one = smd(0.1, 0.1, conduct=Conduct(design=design), analysis=Analysis(**told), flow=flow)
    facts = contrast_facts(one, rated())
    found = facts["mdes"]
    assert found.value == pytest.approx(least, abs=5e-5)
    assert (found.up_to or found.value) == pytest.approx(most, abs=5e-5)
    grade = apply(EEF_TRIAL_2019, facts)
    assert (grade.level, grade.bounds.best) == (level, best)


def test_a_range_that_passes_is_told_by_its_far_end():
    flow = lost(0.0)
    facts = contrast_facts(smd(0.1, 0.1, conduct=Conduct(design="rct"), flow=flow), rated())
    (reason,) = [r for r in apply(EEF_TRIAL_2019, facts).reasons if r.rule.endswith("detectable_5")]
    assert reason.text == (
        "Smallest effect the study could detect (standard deviations): at most 0.1253, asked "
        "<= 0.2; met."
    )
    assert reason.margin == pytest.approx(0.2 - 0.1253, abs=5e-5)


# "Calculating the final rating", Oxford Education Deanery, line by line.
@pytest.mark.parametrize(
    ("ratings", "cost"),
    [
        ((), (0, 0)),
        ((UNKNOWN,), (0, 0)),
        ((UNKNOWN, UNKNOWN), (0, 0)),
        ((UP, DOWN), (0, 0)),
        ((UP,), (1, 1)),
        ((UP, UP), (1, 1)),
        ((DOWN, DOWN), (1, 1)),
        ((UP, UNKNOWN), (1, 1)),
        ((UNKNOWN, UNKNOWN, UNKNOWN), (1, 1)),
        ((UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), (1, 1)),
        (("high",), (1, 1)),
        (("high", UNKNOWN, UP), (2, 2)),
        (("high", UNKNOWN, UNKNOWN, UNKNOWN), (2, 2)),
        (("high", "high"), (2, 2)),
        (("high", "high", UNKNOWN), (2, 2)),
        (("high", UNKNOWN), (1, 2)),
        ((UP, UP, UP), (1, 2)),
        ((UP, DOWN, UNKNOWN), (1, 2)),
        ((UNKNOWN,) * 5, (1, 2)),
        ((UNKNOWN,) * 7, (1, 2)),
    ],
)
def test_threats_cost_padlocks_by_the_rule_and_up_to_two_where_it_is_silent(ratings, cost):
    assert padlocks_lost([*ratings, *["low"] * (7 - len(ratings))]) == cost
    grade = security(rated(*ratings))
    assert (grade.bounds.worst, grade.bounds.best) == (str(5 - cost[1]), str(5 - cost[0]))
    assert grade.level == str(5 - cost[1])
    assert grade.status == ("determined" if cost[0] == cost[1] else "judgement_required")


def test_the_reviewers_settle_what_the_rule_leaves_open():
    gap = ("high", UNKNOWN)
    assert security(rated(*gap)).judgements == ("eef_padlocks_lost",)
    for answer, padlocks in (("1", "4"), ("2", "3")):
        grade = security(rated(*gap, eef_padlocks_lost=answer))
        assert (grade.status, grade.level) == ("determined", padlocks)


def test_what_reviewers_say_does_not_count_where_the_rule_speaks():
    assert security(rated("high", "high", eef_padlocks_lost="1")).level == "3"


def test_threats_that_nobody_rated_are_asked_for_and_cost_as_much_as_they_could():
    grade = security([])
    assert (grade.status, grade.level) == ("judgement_required", "3")
    assert (grade.bounds.worst, grade.bounds.best) == ("3", "5")
    assert set(grade.judgements) == {*THREATS, "eef_padlocks_lost"}
    six = [one for one in rated() if one.question != "eef_fidelity"]
    assert set(security(six).judgements) == {"eef_fidelity", "eef_padlocks_lost"}
    assert (security(six).level, security(six).bounds.best) == ("4", "5")


def test_a_threat_left_open_costs_what_its_worst_rating_would():
    for ratings in product(("low", UP, DOWN, "high"), repeat=3):
        told = rated(*ratings)
        known = [LEVELS.index(security(rated(*ratings[:2], last)).level) for last in RATINGS]
        open_ = security([one for one in told if one.question != THREATS[2]])
        assert LEVELS.index(open_.level) == min(known)
        assert LEVELS.index(open_.bounds.best) >= max(known)


def test_threats_take_at_most_two_padlocks_and_none_below_zero():
    assert security(rated(*["high"] * 7)).level == "3"
    assert security(rated(*["high"] * 7), mdes=0.55).level == "0"


def test_the_rating_reads_as_pinned():
    grade = security(rated("high"), mdes=0.25)
    texts = {reason.rule: reason.text for reason in grade.reasons}
    assert grade.title == "3 of 5 padlocks: moderate to high security"
    assert texts["eef_trial.detectable_5"] == (
        "Smallest effect the study could detect (standard deviations): 0.25, asked <= 0.2; unmet."
    )
    assert texts["eef_trial.one_lost"] == "Padlocks lost to threats: 1, asked <= 1; met."
    assert texts["eef_trial.confounding_rated"] == (
        "Rated: may something other than the programme, such as unlike groups at the start have "
        "moved the result: high; met."
    )
    assert [lift.text for lift in grade.lift] == [
        "4 of 5 padlocks: high security: a study large enough to detect <= 0.2 standard deviations",
        "4 of 5 padlocks: high security: threats that cost no padlock",
    ]


def test_only_the_arithmetic_of_threats_is_known_at_first_hand():
    verified = {reason.rule for reason in security().reasons if reason.verified}
    assert verified == {"eef_trial.none_lost", "eef_trial.one_lost"}
