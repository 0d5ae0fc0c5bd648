"""Recorded facts become grades through one seam: what counts crosses, and nothing else does."""

import json
from dataclasses import replace

import pytest

from domain.commands import (
    CorrectOutcome,
    Launch,
    MeasureOutcome,
    Pivot,
    ReachMilestone,
    RecordJudgement,
    RegisterPlan,
    Resume,
    Stall,
    WithdrawOutcome,
)
from domain.contrast import Comparator, Design, Harm, Reported, Severity, StudyDesign
from domain.errors import InvalidValue
from domain.facts import facts_known
from domain.plan import Judgement
from domain.values import DecidedBy, PivotKind
from scoring import UnknownStandard
from service.grading import (
    STANDARD_NAMES,
    grade_approach,
    grade_programme,
    preview,
    standards_catalogue,
)
from service.wire import to_wire
from tests.domain.builders import (
    APPROACH_ID,
    AUDITOR,
    PROGRAMME_ID,
    contrast,
    day,
    plan,
    planned,
)
from tests.domain.scenario import Scenario

CONTRACT = {
    "subject", "standard", "as_of", "known_at", "status", "finding", "confidence", "grade", "small",
    "demonstrably_works", "estimate", "anytime", "units", "contexts", "interaction", "reasons",
    "bounds", "lift", "missing", "not_pooled", "harms", "plan", "explanation",
}  # fmt: skip
SOUND = StudyDesign(
    type=Design.MATCHED_COMPARISON,
    comparator=Comparator.USUAL_CARE,
    confounding_factor=False,
    comparison_similar=True,
    controls_adequate=True,
)


def measured(estimate=0.7, *, low=0.6, high=0.82, design=SOUND, **facts):
    result = Reported(measure="RR", estimate=estimate, ci_low=low, ci_high=high)
    told = replace(contrast(**facts), result=result, design=design)
    return replace(told, outcome=replace(told.outcome, direction_good=-1))


def graded(scenario, **options):
    (document,) = grade_programme(PROGRAMME_ID, facts_known(scenario.events), **options)
    return document


def answers(document):
    return {reason["rule"]: reason["answer"] for reason in document["reasons"]}


def test_a_grade_document_keeps_to_the_contract_and_is_plain_json():
    document = graded(Scenario().given(Launch(), MeasureOutcome(measured())))
    assert set(document) >= CONTRACT
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["subject"] == {
        "kind": "programme",
        "id": str(PROGRAMME_ID),
        "version": 1,
        "outcome": "emergency admissions",
    }
    assert (document["finding"], document["confidence"]) == ("promising", "low")
    assert document["estimate"]["natural"]["estimate"] == pytest.approx(0.7)


def test_every_reason_rests_on_recorded_events():
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
    known = {str(event.envelope.event_id) for event in scenario.events}
    document = graded(scenario)
    assert {i for reason in document["reasons"] for i in reason["event_ids"]} <= known
    assert document["units"][0]["event_ids"] == [str(scenario.last_id)]


LIFE = [
    ReachMilestone(milestone="first hundred visits"),
    Stall(reason="no nurses"),
    Resume(),
    Pivot(kind=PivotKind.ADAPTATION, change="evenings too", reason="demand"),
]


@pytest.mark.parametrize("step", range(1, len(LIFE) + 1))
def test_stalls_milestones_and_adaptations_never_move_a_grade(step):
    quiet = Scenario().given(Launch(), (MeasureOutcome(measured()), day(1)))
    document = graded(quiet)
    eventful = Scenario().given(Launch(), (MeasureOutcome(measured()), day(1)), *LIFE[:step])
    assert graded(eventful) == document


def test_a_core_pivot_makes_earlier_evidence_indirect_for_the_programme_alone():
    pivot = Pivot(kind=PivotKind.CORE, change="telephone only", reason="cost")
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()), pivot)
    document = graded(scenario)
    assert document["subject"]["version"] == 2
    assert answers(document)["candour.this_version"] == "unmet"
    (pooled,) = grade_approach(APPROACH_ID, [facts_known(scenario.events)])
    assert answers(pooled)["candour.this_version"] == "met"


def test_a_plan_recorded_before_the_result_counts_and_one_recorded_after_does_not():
    promised = RegisterPlan(plan(planned(smallest_worthwhile=1.05, measure_scale="RR")))
    early = graded(Scenario().given(promised, Launch(), MeasureOutcome(measured())))
    late = graded(Scenario().given(Launch(), MeasureOutcome(measured()), promised))
    assert answers(early)["candour.planned_in_advance"] == "met"
    assert answers(late)["candour.planned_in_advance"] == "unmet"
    assert (early["confidence"], late["confidence"]) == ("moderate", "low")
    assert (early["anytime"]["sesoi_default"], late["anytime"]["sesoi_default"]) == (False, True)


def test_a_planned_outcome_of_which_nothing_was_told_is_ungraded():
    document = graded(Scenario().given(RegisterPlan(plan()), Launch()))
    assert (document["status"], document["finding"]) == ("ungraded", "insufficient")
    assert document["estimate"] is None


def test_a_primary_outcome_that_is_due_and_unreported_is_held_against_the_others():
    promised = RegisterPlan(plan(planned(horizon_months=None)))
    told = measured(domain="falls", measure="falls")
    scenario = Scenario().given(promised, Launch(), MeasureOutcome(told))
    falls = next(
        document
        for document in grade_programme(PROGRAMME_ID, facts_known(scenario.events))
        if document["subject"]["outcome"] == "falls"
    )
    assert answers(falls)["candour.nothing_missing"] == "unmet"


def test_a_document_sets_the_plan_against_what_was_told():
    promised = RegisterPlan(plan(planned(), planned(measure="ambulance calls", primary=False)))
    document = graded(Scenario().given(promised, Launch(), MeasureOutcome(measured())))
    lines = {line["state"]: line for line in document["plan"]}
    assert set(lines) == {"as planned", "unreported"}
    assert lines["as planned"]["told"]["measure"] == "emergency admissions per 1,000"
    assert lines["unreported"]["planned"]["measure"] == "ambulance calls"
    assert lines["unreported"]["planned"]["primary"] is False


def test_a_serious_harm_is_in_the_document_and_vetoes():
    harmed = replace(measured(), harms=(Harm(severity=Severity.SERIOUS),))
    document = graded(Scenario().given(Launch(), MeasureOutcome(harmed)))
    assert [harm["severity"] for harm in document["harms"]] == ["serious"]
    assert document["demonstrably_works"] is False
    assert "serious harm" in document["explanation"]


def test_withdrawals_and_corrections_are_treated_by_who_decided():
    def after(*steps):
        scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
        event_id = scenario.last_id
        scenario.given(*(step(event_id) for step in steps))
        return graded(scenario)

    def withdraw(event_id):
        return WithdrawOutcome(event_id, DecidedBy.PROGRAMME, "wrong sample")

    def worse(event_id):
        value = measured(0.9, low=0.8, high=1.02)
        return CorrectOutcome(event_id, value, DecidedBy.PROGRAMME, "recount")

    live = after()["anytime"]["ln_e_plus"]
    assert after(withdraw)["units"][0]["status"] == "withdrawn_by_programme"
    assert after(withdraw)["anytime"]["ln_e_plus"] == 0
    assert after(worse)["anytime"]["ln_e_plus"] < live
    assert after(worse)["units"][0]["status"] == "revised_by_programme"


def test_a_judgement_of_an_auditor_moves_confidence_and_is_named_in_the_reason():
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
    judgement = Judgement(
        standard="candour@1",
        question="risk_of_bias",
        answer="some_concerns",
        reason="unblinded",
        event_id=scenario.last_id,
    )
    scenario.when(RecordJudgement(judgement), actor=AUDITOR).then("judgement_recorded")
    document = graded(scenario)
    reason = next(r for r in document["reasons"] if r["rule"] == "candour.low_risk_of_bias")
    assert (reason["answer"], reason["event_ids"]) == ("unmet", [str(scenario.last_id)])
    assert document["confidence"] == "very low"


def test_a_grade_at_a_past_moment_is_the_grade_computed_then():
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
    then = graded(scenario)
    cut = scenario.events[-1].envelope.recorded_at
    harm = measured(1.6, low=1.3, high=1.97, site="Southby")
    scenario.given(MeasureOutcome(harm))
    (again,) = grade_programme(PROGRAMME_ID, facts_known(scenario.events, known_at=cut))
    assert again | {"known_at": None} == then
    assert again["known_at"] == cut.isoformat()
    assert graded(scenario) != then


def test_what_the_approach_was_found_to_do_reaches_the_funding_policy():
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
    document = graded(scenario, approach={"emergency admissions": "works"})
    assert answers(document)["candour.approach_works"] == "met"


@pytest.mark.parametrize(
    ("standard", "level"), [("wwc@4.1", "DOES_NOT_MEET"), ("sms-wwg@2016", "2")]
)
def test_a_published_standard_gives_its_best_contrast_and_each_of_them(standard, level):
    weak = replace(SOUND, controls_adequate=None)
    scenario = Scenario().given(
        Launch(),
        MeasureOutcome(measured(design=weak, site="Southby")),
        MeasureOutcome(measured()),
    )
    document = graded(scenario, standard=standard)
    assert set(document) >= CONTRACT
    assert document["grade"] == level
    assert len(document["contrasts"]) == 2


def test_an_outcome_can_be_asked_for_by_name():
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
    facts = facts_known(scenario.events)
    assert grade_programme(PROGRAMME_ID, facts, outcome="falls") == []
    assert len(grade_programme(PROGRAMME_ID, facts, outcome="emergency admissions")) == 1


def test_an_unknown_standard_is_refused_with_those_there_are():
    with pytest.raises(UnknownStandard, match="candour@1"):
        graded(Scenario(), standard="candour@9")


def test_a_preview_grades_what_the_record_would():
    scenario = Scenario().given(Launch(), MeasureOutcome(measured()))
    (previewed,) = preview({"contrasts": [to_wire(measured())]})
    recorded = graded(scenario)
    for part in ("finding", "confidence", "estimate", "anytime", "explanation"):
        assert previewed[part] == recorded[part]


def test_a_preview_refuses_by_path():
    broken = to_wire(measured()) | {"study": ""}
    with pytest.raises(InvalidValue) as refusal:
        preview({"contrasts": [broken | {"result": {"kind": "reported"}}]})
    assert refusal.value.field == "contrasts[0].result.measure"


def test_the_catalogue_names_every_standard_that_can_be_asked_for():
    assert [one["id"] for one in standards_catalogue()] == list(STANDARD_NAMES)
