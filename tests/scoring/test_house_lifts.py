"""What would lift the house grade: whoever does what is told rises."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import grade
from scoring.evidence import Baseline, Flow, Judgement, Promise
from scoring.standards.candour_confidence import CONFIDENCE
from scoring.standards.candour_design import DESIGN
from tests.scoring.evidence import (
    LOW_ATTRITION,
    PLANNED,
    TRIAL,
    conducted,
    smd,
    subject,
    trial,
    trials,
)
from tests.scoring.generated import bodies_of, crowded, judgements

ALL_KEPT = {
    f"{prefix}{when}_{arm}": 100
    for prefix in ("", "clusters_")
    for when in ("assigned", "analysed")
    for arm in ("intervention", "comparison")
}
# Facts that meet each rule of design which facts of the same study can meet.
CONDUCT = {
    "candour.no_confounding_factor": {"confounding_factor": False},
    "candour.randomisation_intact": {"randomisation_compromised": False},
    "candour.valid_assignment": {"assignment_valid": True},
    "candour.parallel_trends": {"parallel_trends": True},
    "candour.adjusted": {"adjusted_for_baseline": True},
    "candour.similar": {"comparison_similar": True},
    "candour.controls": {"controls_adequate": True},
    "candour.controlled_cross_section": {"controls_adequate": True},
    "candour.compared": {"comparator": "usual_care"},
}
ALLOWED = "candour.clusters_allowed_for"
KEPT = ("candour.low_attrition", "candour.low_cluster_attrition")
BASELINE = {"candour.equal_baseline": 0.05, "candour.adjustable_baseline": 0.25}
PROMISE = {
    "candour.planned_in_advance": {"in_advance": True},
    "candour.as_planned": {"switched": False},
}
ANSWERS = {"risk_of_bias": "low", "indirectness": "none", "publication_bias": "undetected"}
JUDGED = {
    "candour.low_risk_of_bias": "risk_of_bias",
    "candour.no_high_risk_of_bias": "risk_of_bias",
    "candour.direct": "indirectness",
    "candour.not_very_indirect": "indirectness",
}
# What only new results can bring about.
NEW_RESULTS = {
    "candour.consistent",
    "candour.directions_agree",
    "candour.directions_not_opposed",
    "candour.same_in_every_context",
    "candour.precise",
    "candour.not_open_both_ways",
    "candour.works_elsewhere",
    *(rule.id for rule in DESIGN.rules if rule.fixed),
}


def changed(contrast, rules):
    """The contrast with the facts that these rules ask for."""
    for rule in rules:
        if rule in CONDUCT:
            contrast = replace(contrast, conduct=replace(contrast.conduct, **CONDUCT[rule]))
        elif rule in KEPT:
            flow = replace(contrast.flow, **ALL_KEPT, attrition_assumption="cautious")
            contrast = replace(contrast, flow=flow)
        elif rule in BASELINE:
            shown = Baseline(measure="age", standardised_difference=BASELINE[rule])
            contrast = replace(contrast, baseline=(shown,))
        elif rule == ALLOWED:
            analysis = replace(contrast.analysis, cluster_adjusted=True)
            contrast = replace(contrast, analysis=analysis)
    return contrast


def done(told, lift):
    """The subject once what the lift asks was done."""
    studies = dict(lift.studies)
    promise = {k: v for rule in lift.changes for k, v in PROMISE.get(rule, {}).items()}
    asked = {JUDGED[rule] for rule in lift.changes if rule in JUDGED}
    contrasts = [
        replace(
            changed(one, studies.get(one.event_id, ())), promise=replace(one.promise, **promise)
        )
        for one in told.contrasts
    ]
    if "candour.this_version" in lift.changes:
        contrasts = [replace(one, version=told.version) for one in contrasts]
    return replace(
        told,
        contrasts=tuple(contrasts),
        judgements=tuple(
            replace(one, answer=ANSWERS[one.question]) if one.question in asked else one
            for one in told.judgements
        ),
        unreported=frozenset() if "candour.nothing_missing" in lift.changes else told.unreported,
    )


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(bodies_of(4), crowded),
    judgements,
    st.sampled_from([frozenset(), frozenset({"programme"})]),
)
def test_whoever_does_what_is_told_rises(body, judged, unreported):
    told = subject(*body, judgements=judged, unreported=unreported)
    before = grade(told)
    for lift in before.lift:
        if lift.to in CONFIDENCE:
            assert CONFIDENCE.index(lift.to) > CONFIDENCE.index(before.confidence)
            if not NEW_RESULTS & set(lift.changes):
                assert grade(done(told, lift)).confidence == lift.to
        if lift.changes == (ALLOWED,):
            risen = grade(done(told, lift))
            assert lift.to in ("graded", f"{risen.finding}, {risen.confidence}")
        if lift.to == "graded":
            assert grade(done(told, lift)).status == "determined"


@settings(max_examples=80, deadline=None)
@given(st.one_of(bodies_of(4), crowded), judgements)
def test_what_asks_least_is_told_first(body, judged):
    lifts = [
        lift for lift in grade(subject(*body, judgements=judged)).lift if lift.to in CONFIDENCE
    ]
    asked = [len(lift.changes) for lift in lifts]
    assert asked == sorted(asked)


SILENT_TRIAL = trial(0.4, 0.05, flow=Flow())


def of_facts(told):
    """Lifts of confidence that facts about known results can bring about."""
    return [
        lift
        for lift in grade(told).lift
        if lift.to in CONFIDENCE and not NEW_RESULTS & set(lift.changes)
    ]


def test_two_studies_that_lack_different_things_are_each_told_their_own():
    other = smd(0.4, 0.05, number=2, promise=PLANNED)
    told = subject(SILENT_TRIAL, conducted(other, comparison_similar=None))
    assert grade(told).tier == "indicative"
    lifts = of_facts(told)
    assert {event_id for lift in lifts for event_id, _ in lift.studies} == {"event-1", "event-2"}
    for lift in lifts:
        assert grade(done(told, lift)).confidence == lift.to


def test_a_change_that_does_not_lift_is_not_told():
    # Were the light trial alone the best designed, it would be judged alone, and is imprecise.
    light = trial(0.1, 0.3, flow=Flow())
    heavy = smd(0.4, 0.25, number=2, promise=PLANNED)
    told = subject(light, heavy)
    by_itself = replace(light, flow=LOW_ATTRITION)
    assert (grade(told).confidence, grade(subject(by_itself, heavy)).confidence) == (
        "low",
        "very low",
    )
    assert ("candour.low_attrition",) not in [lift.changes for lift in grade(told).lift]


def test_single_changes_go_before_pairs():
    late = trial(0.4, 0.05, promise=replace(PLANNED, in_advance=False), flow=Flow())
    lifts = [lift for lift in grade(subject(late)).lift if lift.to in CONFIDENCE]
    assert ("candour.planned_in_advance",) in [lift.changes for lift in lifts]
    assert all(len(lift.studies) <= 1 for lift in lifts)
    doubted = Judgement(question="indirectness", answer="very_serious", event_id="judgement")
    hopeless = grade(subject(late, judgements=(doubted,)))
    pairs = [lift.changes for lift in hopeless.lift if lift.to in CONFIDENCE]
    assert pairs
    assert all(len(changes) > 1 for changes in pairs)


def test_a_lift_says_in_words_and_by_event_what_would_have_to_be_known():
    told = {lift.changes: lift for lift in grade(subject(SILENT_TRIAL)).lift}
    lift = told[("candour.low_attrition",)]
    assert (lift.to, lift.studies) == ("high", (("event-1", ("candour.low_attrition",)),))
    assert lift.text == (
        "confidence high: for the results that carry the grade, report attrition within the "
        "boundary at its overall rate"
    )


def test_what_the_gate_keeps_out_for_want_of_an_answer_is_told_what_would_let_it_in():
    shut = conducted(trial(0.4, 0.05), confounding_factor=None)
    known_bad = conducted(trial(0.4, 0.05, number=2), confounding_factor=True)
    alone = replace(TRIAL, design="cross_section", comparator="usual_care")
    cross = smd(0.4, 0.05, number=3, conduct=alone)
    lifts = {lift.changes: lift for lift in grade(subject(shut, known_bad, cross)).lift}
    assert lifts[("candour.no_confounding_factor",)].studies == (
        ("event-1", ("candour.no_confounding_factor",)),
    )
    assert lifts[("candour.controlled_cross_section",)].to == "graded"
    assert lifts[("candour.controlled_cross_section",)].text == (
        "graded: control for known differences"
    )
    unweighed = conducted(smd(0.4, None), confounding_factor=None)
    assert "graded" not in [lift.to for lift in grade(subject(unweighed)).lift]


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ([(0.5, 0.05)], "4 more independent units"),
        ([(0.5, 0.05)] * 4, "1 more independent unit "),
        ([(0.01, 0.3)], "5 more independent units"),
        ([(0.5, 0.05)] * 2 + [(-0.5, 0.05)] * 2, "12 more independent units"),
    ],
)
def test_how_many_more_units_are_needed_is_tried_on_the_ledger(values, more):
    lift = grade(subject(*trials(values))).lift[0]
    assert lift.to == "holds elsewhere"
    assert more in lift.text
    assert lift.text.endswith("; 5 are the fewest that can")


def test_what_holds_elsewhere_needs_no_more_units():
    assert "holds elsewhere" not in [
        lift.to for lift in grade(subject(*trials([(0.5, 0.05)] * 5))).lift
    ]


def test_a_plan_in_advance_is_told_for_a_result_without_one():
    told = subject(trial(0.4, 0.05, promise=Promise()))
    lift = next(lift for lift in grade(told).lift if lift.to in CONFIDENCE)
    assert lift.changes == ("candour.planned_in_advance", "candour.as_planned")
    assert grade(done(told, lift)).confidence == "high"
