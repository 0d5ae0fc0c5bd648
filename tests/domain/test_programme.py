"""What a programme may be told, and what it refuses, beyond the table of moves."""

from uuid import UUID

import pytest

from domain.errors import MoveRefused
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
