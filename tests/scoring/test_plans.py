"""Plan against measured, as a diff."""

from dataclasses import replace

import pytest

from scoring import explain, grade
from scoring.evidence import Awaited, Promise
from scoring.plans import Said, plan_against_measured
from tests.scoring.evidence import PLANNED, subject, trial, trials

AT_A_YEAR = replace(PLANNED, primary=True, horizon_months=12.0)


def line(told):
    (only,) = plan_against_measured(subject(told))
    return only


@pytest.mark.parametrize(
    ("facts", "state", "differs"),
    [
        ({"primary": True, "horizon_months": 12.0}, "as planned", ()),
        ({"measure": " MEASURE ", "horizon_months": 12.0}, "as planned", ()),
        ({"horizon_months": None}, "as planned", ()),
        ({"horizon_months": 6.0}, "interim", ()),
        ({"horizon_months": 24.0}, "switched", ("horizon_months",)),
        ({"measure": "another"}, "switched", ("measure",)),
        ({"primary": False}, "switched", ("primary",)),
        (
            {"measure": "another", "primary": False, "horizon_months": 18.0},
            "switched",
            ("measure", "primary", "horizon_months"),
        ),
    ],
)
def test_what_was_planned_is_set_against_what_was_told(facts, state, differs):
    told = line(trial(0.3, 0.1, promise=AT_A_YEAR, **facts))
    assert (told.state, told.differs) == (state, differs)
    assert told.planned == Said(measure="measure", primary=True, horizon_months=12.0)
    assert told.told.measure == facts.get("measure", "measure")
    assert told.event_id == "event-1"


@pytest.mark.parametrize(
    ("promise", "state"),
    [
        (Promise(), "not known"),
        (Promise(in_advance=False), "unplanned"),
        (replace(AT_A_YEAR, in_advance=False), "unplanned"),
        (replace(AT_A_YEAR, in_advance=False, switched=True), "unplanned"),
        (Promise(in_advance=True), "not known"),
        (Promise(in_advance=True, switched=True), "switched"),
        (replace(AT_A_YEAR, switched=True), "switched"),
        (replace(AT_A_YEAR, switched=None), "as planned"),
    ],
)
def test_only_a_plan_made_in_advance_can_be_kept_or_switched(promise, state):
    assert line(trial(0.3, 0.1, promise=promise)).state == state


def test_an_early_look_is_told_beside_the_outcome_that_is_still_due():
    early = trial(0.3, 0.1, promise=AT_A_YEAR, horizon_months=3.0)
    waited = Awaited(
        programme="programme",
        measure="measure",
        primary=True,
        horizon_months=12.0,
        due_on="2021-05-01",
    )
    told = grade(subject(early, awaited=(waited,)))
    assert {one.state for one in told.plan} == {"interim", "unreported"}
    assert explain(told).endswith(
        "Planned and not reported: primary outcome measure at 12 months, due on 2021-05-01. "
        "Reported early, before the planned horizon: measure at 3 months (planned at 12 months)."
    )


@pytest.mark.parametrize("status", ["withdrawn_by_programme", "removed_by_panel"])
def test_what_was_taken_back_is_told_no_longer(status):
    gone = trial(0.3, 0.1, promise=AT_A_YEAR, horizon_months=12.0, status=status)
    assert plan_against_measured(subject(gone)) == ()


def test_a_rank_that_the_plan_did_not_say_is_not_switched():
    told = trial(0.3, 0.1, promise=replace(AT_A_YEAR, primary=None), primary=True)
    assert line(told).state == "as planned"


def test_what_is_measured_again_after_its_horizon_was_reported_is_unplanned_and_no_switch():
    due = trial(0.3, 0.1, promise=AT_A_YEAR, horizon_months=12.0)
    again = trial(0.3, 0.1, number=2, promise=AT_A_YEAR, horizon_months=36.0)
    states = [one.state for one in plan_against_measured(subject(due, again))]
    assert states == ["as planned", "unplanned"]
    elsewhere = replace(due, programme="another")
    assert [o.state for o in plan_against_measured(subject(elsewhere, again))] == [
        "as planned",
        "switched",
    ]


def test_what_is_awaited_is_told_with_the_day_it_was_due():
    waited = Awaited(
        programme="programme",
        measure="falls",
        primary=True,
        horizon_months=6.0,
        due_on="2021-05-01",
    )
    (told,) = plan_against_measured(subject(awaited=(waited,)))
    assert (told.state, told.due_on, told.told, told.event_id) == (
        "unreported",
        "2021-05-01",
        None,
        None,
    )
    assert told.planned == Said(measure="falls", primary=True, horizon_months=6.0)


def test_a_baseline_measurement_is_nobodys_outcome():
    assert plan_against_measured(subject(trial(0.3, 0.1, timing="baseline"))) == ()


def test_the_diff_is_the_same_for_every_order_and_goes_by_programme_and_event():
    told = [
        trial(0.3, 0.1, number=2, programme="b"),
        trial(0.3, 0.1, number=1, programme="b"),
        trial(0.3, 0.1, number=3, programme="a"),
    ]
    waited = (
        Awaited(programme="b", measure="z", horizon_months=24.0),
        Awaited(programme="b", measure="z", horizon_months=12.0),
        Awaited(programme="b", measure="c"),
    )
    lines = plan_against_measured(subject(*told, awaited=waited))
    assert lines == plan_against_measured(subject(*told[::-1], awaited=waited[::-1]))
    assert [(one.programme, one.event_id) for one in lines] == [
        ("a", "event-3"),
        ("b", None),
        ("b", None),
        ("b", None),
        ("b", "event-1"),
        ("b", "event-2"),
    ]
    assert [one.planned.measure for one in lines[1:4]] == ["c", "z", "z"]
    assert [one.planned.horizon_months for one in lines[2:4]] == [12.0, 24.0]


def test_the_explanation_names_what_was_switched_unplanned_and_is_awaited():
    told = [
        trial(0.3, 0.1, promise=replace(AT_A_YEAR, switched=True)),
        trial(0.3, 0.1, number=2, promise=Promise(in_advance=False), primary=False),
    ]
    waited = Awaited(programme="programme", measure="deaths")
    assert explain(grade(subject(*told, awaited=(waited,)))).endswith(
        "Switched after it was planned: primary outcome measure at 12 months became measure "
        "(other plan). Planned and not reported: deaths. Reported and not planned in advance: "
        "secondary outcome measure."
    )


def test_a_plan_that_was_kept_is_not_told_as_news():
    kept = trials([(0.3, 0.1)] * 2, promise=AT_A_YEAR, horizon_months=12.0)
    told = explain(grade(subject(*kept)))
    assert "Switched" not in told
    assert "Planned and not" not in told
    assert [line.state for line in grade(subject(*kept)).plan] == ["as planned"] * 2
