"""What a programme may be told, and what it refuses, beyond the table of moves."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.commands import ReportCost
from domain.contrast import Analysis, Money, Reporting
from domain.errors import InvalidValue, MoveRefused
from domain.plan import Cost, Registration
from tests.domain.builders import (
    BY_PANEL,
    BY_PROGRAMME,
    CLOSE,
    LAUNCH,
    RESUME,
    STALL,
    adapt,
    amend_plan,
    baseline,
    core_pivot,
    correct,
    day,
    judge,
    measure,
    planned,
    register_plan,
    withdraw,
)
from tests.domain.scenario import Scenario

UNKNOWN = UUID(int=404)


def test_a_follow_up_cannot_be_measured_before_the_launch():
    refusal = Scenario().when(measure()).then_refused(MoveRefused, "only a baseline")
    assert "outcome_measured" not in refusal.data["open_moves"]
    assert "launched" in refusal.data["open_moves"]


def test_a_follow_up_cannot_be_dated_before_the_launch():
    scenario = Scenario().given((LAUNCH, day(1)))
    scenario.when((measure(), day(0))).then_refused(MoveRefused, "before the launch")
    scenario.when((measure(), day(1))).then("outcome_measured")


def test_a_baseline_may_be_measured_before_the_launch():
    Scenario().when(baseline()).then("outcome_measured")
    Scenario().given(LAUNCH).when((baseline(), day(0))).then("outcome_measured")


@pytest.mark.parametrize("step", [STALL, adapt(), CLOSE])
def test_delivery_is_not_dated_before_the_launch(step):
    scenario = Scenario().given((LAUNCH, day(1)))
    scenario.when((step, day(0))).then_refused(MoveRefused, "before the launch")


def test_follow_up_arrives_while_stalled_and_after_closing():
    Scenario().given(LAUNCH, STALL).when(measure()).then("outcome_measured")
    Scenario().given(LAUNCH, CLOSE).when(measure()).then("outcome_measured")


@pytest.mark.parametrize(
    "decision",
    [
        correct(UNKNOWN, 0.1, by=BY_PROGRAMME),
        withdraw(UNKNOWN, by=BY_PANEL),
        judge(event_id=UNKNOWN),
    ],
)
def test_an_unknown_outcome_cannot_be_decided_upon(decision):
    scenario = Scenario().given(LAUNCH, measure())
    scenario.when(decision).then_refused(MoveRefused, "no outcome stands")


@pytest.mark.parametrize("by", [BY_PANEL, BY_PROGRAMME])
def test_a_withdrawn_outcome_cannot_be_decided_upon_again(by):
    scenario = Scenario().given(LAUNCH, measure(), measure(site="Eastby"))
    outcome = scenario.events[2].envelope.event_id
    scenario.given(withdraw(outcome, by=BY_PROGRAMME))
    for decision in (correct(outcome, 0.1, by=by), withdraw(outcome, by=by)):
        scenario.when(decision).then_refused(MoveRefused, "no outcome stands")


def test_a_correction_names_the_outcome_and_not_an_earlier_correction():
    scenario = Scenario().given(LAUNCH, measure())
    outcome = scenario.last_id
    scenario.given(correct(outcome, 0.2, by=BY_PROGRAMME))
    scenario.when(correct(scenario.last_id, 0.1, by=BY_PROGRAMME)).then_refused(MoveRefused)
    scenario.when(correct(outcome, 0.1, by=BY_PROGRAMME)).then("outcome_corrected")


def test_a_decision_is_not_dated_before_the_outcome_it_acts_on():
    scenario = Scenario().given(LAUNCH, measure())
    asked = scenario.when((withdraw(scenario.last_id, by=BY_PROGRAMME), day(1)))
    asked.then_refused(MoveRefused, "dated before the outcome")


def test_a_baseline_from_before_the_launch_cannot_be_corrected_into_a_follow_up():
    scenario = Scenario().given(baseline())
    outcome = scenario.last_id
    as_follow_up = correct(outcome, 0.9, by=BY_PROGRAMME)
    scenario.when(as_follow_up).then_refused(MoveRefused, "only a baseline")
    scenario.given(LAUNCH).when(as_follow_up).then_refused(MoveRefused, "before the launch")


def test_a_judgement_is_not_dated_before_the_outcome_it_judges():
    scenario = Scenario().given(LAUNCH, measure())
    asked = scenario.when((judge(event_id=scenario.last_id), day(1)))
    asked.then_refused(MoveRefused, "dated before the outcome")


@pytest.mark.parametrize(
    ("path", "moved"),
    [
        ("contrast.outcome.domain", {"domain": "falls"}),
        ("contrast.outcome.direction_good", {"direction_good": 1}),
        ("contrast.unit.site", {"site": "Eastby"}),
        ("contrast.unit.cohort", {"cohort": "2021"}),
    ],
)
def test_a_programme_cannot_correct_a_result_into_another_one_and_a_panel_may(path, moved):
    scenario = Scenario().given(LAUNCH, measure())
    outcome = scenario.last_id
    own, of_a_panel = (correct_into(outcome, by=by, **moved) for by in (BY_PROGRAMME, BY_PANEL))
    refusal = scenario.when(own).then_refused(InvalidValue, "decided_by is programme")
    assert refusal.field == path
    assert "independent panel" in refusal.accepted
    scenario.when(of_a_panel).then("outcome_corrected")


def correct_into(outcome, *, by, **moved):
    command = correct(outcome, 0.2, by=by)
    told = command.contrast
    outcome_facts = {k: v for k, v in moved.items() if k in ("domain", "direction_good")}
    unit_facts = {k: v for k, v in moved.items() if k not in outcome_facts}
    return replace(
        command,
        contrast=replace(
            told,
            outcome=replace(told.outcome, **outcome_facts),
            unit=replace(told.unit, **unit_facts),
        ),
    )


def test_a_programme_keeps_to_where_a_panel_has_put_its_result():
    scenario = Scenario().given(LAUNCH, measure())
    outcome = scenario.last_id
    scenario.given(correct(outcome, 0.2, by=BY_PANEL, site="Eastby"))
    back = correct(outcome, 0.2, by=BY_PROGRAMME)
    assert scenario.when(back).then_refused(InvalidValue).field == "contrast.unit.site"
    scenario.when(correct(outcome, 0.1, by=BY_PROGRAMME, site="Eastby")).then("outcome_corrected")


def test_contradictory_facts_are_refused_when_measured_and_when_corrected():
    adjusted = {"analysis": Analysis(cluster_adjusted=True)}
    scenario = Scenario().given(LAUNCH)
    refusal = scenario.when(measure(**adjusted)).then_refused(InvalidValue)
    assert refusal.field == "contrast.analysis.cluster_adjusted"
    scenario.given(measure())
    for by in (BY_PROGRAMME, BY_PANEL):
        wrong = correct(scenario.last_id, 0.2, by=by, **adjusted)
        scenario.when(wrong).then_refused(InvalidValue, "cluster_adjusted")


@pytest.mark.parametrize(
    ("year", "accepted"), [(2019, "2020 or later"), (2021, "a year up to 2020")]
)
def test_a_result_is_published_neither_before_it_is_measured_nor_after_it_is_told(year, accepted):
    scenario = Scenario().given(LAUNCH)
    told = measure(reporting=Reporting(published_year=year))
    refusal = scenario.when(told).then_refused(InvalidValue)
    assert refusal.field == "contrast.reporting.published_year"
    assert accepted in refusal.accepted
    scenario.when(measure(reporting=Reporting(published_year=2020))).then("outcome_measured")


def test_a_correction_speaks_of_the_day_on_which_the_outcome_was_measured():
    scenario = Scenario().given(LAUNCH, (measure(), day(2)))
    published = correct(
        scenario.last_id, 0.2, by=BY_PROGRAMME, reporting=Reporting(published_year=2020)
    )
    scenario.today = 400
    scenario.when(published).then("outcome_corrected")


def test_no_price_is_of_a_year_that_has_not_come():
    scenario = Scenario().given(LAUNCH)
    for year, field, command in (
        (2021, "contrast.money.price_year", measure(money=Money(price_year=2021))),
        (2021, "cost.price_year", spent_in(2021)),
        (20, "cost.price_year", spent_in(20)),
    ):
        refusal = scenario.when(command).then_refused(InvalidValue, str(year))
        assert refusal.field == field
    scenario.given(measure(money=Money(price_year=2020)))
    scenario.when(spent_in(2020)).then("cost_reported")


def spent_in(year):
    return ReportCost(Cost(1200.0, "GBP", year, "person", "NHS"))


def test_a_plan_names_no_registration_of_a_later_day():
    later = Registration("ISRCTN", "ISRCTN123", day(2))
    early = Scenario().when((register_plan(registration=later), day(1)))
    refusal = early.then_refused(InvalidValue, "happened_on")
    assert refusal.field == "plan.registration.registered_on"
    scenario = Scenario().given((register_plan(), day(0)))
    amended = amend_plan(registration=later)
    scenario.when((amended, day(1))).then_refused(InvalidValue, "registered_on")
    scenario.when((amended, day(2))).then("plan_amended")


def test_what_changes_the_status_comes_after_what_changed_it_last():
    scenario = Scenario().given((LAUNCH, day(1)), (STALL, day(5)))
    scenario.when((RESUME, day(4))).then_refused(MoveRefused, "stalled")
    scenario.when((CLOSE, day(4))).then_refused(MoveRefused, "since when")
    scenario.given((RESUME, day(5)))
    scenario.when((STALL, day(4))).then_refused(MoveRefused, "active")
    scenario.given((adapt(), day(3)))
    scenario.when((CLOSE, day(5))).then("closed")


def test_a_plan_never_registered_cannot_be_amended():
    Scenario().when(amend_plan()).then_refused(MoveRefused, "not possible")


def test_an_amendment_is_not_dated_before_the_plan():
    scenario = Scenario().given(LAUNCH, register_plan())
    scenario.when((amend_plan(), day(1))).then_refused(MoveRefused, "before the plan")


def test_an_amendment_replaces_the_plan_last_registered():
    amended = amend_plan(planned(horizon_months=24.0))
    scenario = Scenario().given(register_plan(planned("bed days")), register_plan(), amended)
    first, second = (registered.plan for registered in scenario.programme.plans)
    assert first.outcomes[0].measure == "bed days"
    assert second == amended.plan


def test_only_a_core_pivot_starts_a_version():
    scenario = Scenario().given(LAUNCH, adapt(), STALL, RESUME)
    assert scenario.programme.version_number == 1
    scenario.given(core_pivot())
    assert scenario.programme.version_number == 2


def test_streams_count_from_nought_and_take_their_time_from_the_stamp():
    scenario = Scenario().given(LAUNCH)
    assert [event.originator_version for event in scenario.events] == [0, 1]
    assert all(event.timestamp == event.envelope.recorded_at for event in scenario.events)
    assert scenario.programme.modified_on == scenario.events[-1].envelope.recorded_at


def test_a_judgement_is_of_an_outcome_that_was_planned_or_measured():
    scenario = Scenario().given(register_plan(), LAUNCH)
    scenario.when(judge(outcome_domain="falls")).then_refused(
        InvalidValue, "judgement.outcome_domain"
    )
    for step in (
        judge(outcome_domain="emergency admissions"),
        measure(domain="falls"),
        judge(outcome_domain="falls"),
        amend_plan(planned(domain="wellbeing")),
        judge(outcome_domain="wellbeing"),
    ):
        scenario.given(step)
    # What was withdrawn was measured all the same.
    scenario.given(measure(domain="deaths"))
    scenario.given(withdraw(scenario.last_id, by=BY_PROGRAMME), judge(outcome_domain="deaths"))
