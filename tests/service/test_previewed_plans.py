"""A preview sets plans against results as the record does, and refuses what the record refuses."""

from dataclasses import replace

import pytest

from domain.commands import Launch, MeasureOutcome, RegisterPlan
from domain.errors import InvalidValue
from domain.facts import facts_known
from service.grading import grade_programme, preview
from service.wire import to_wire
from tests.domain.builders import PROGRAMME_ID, plan, planned
from tests.domain.scenario import Scenario
from tests.service.test_grading_seam import answers, measured

ADMISSIONS = "emergency admissions per 1,000"
FALLS = {"domain": "falls", "measure": "any fall"}
PLANS = {
    "primary": [planned()],
    "secondary": [planned(primary=False)],
    "spelt otherwise": [planned("Emergency  ADMISSIONS per 1,000")],
    "another measure": [planned("bed days")],
    "two horizons": [
        planned(horizon_months=24.0, primary=False),
        planned(horizon_months=6.0, smallest_worthwhile=1.05, measure_scale="RR"),
    ],
    "no horizon": [planned(horizon_months=None)],
    "a primary besides": [planned(), planned("bed days", horizon_months=6.0)],
    "a primary of another outcome": [planned(primary=False), planned(**FALLS)],
    "a later one of another outcome": [planned(), planned(**FALLS, horizon_months=24.0)],
    "only another outcome": [planned(**FALLS)],
}


def told_at(months, primary=None, **facts):
    told = measured(primary=primary, **facts)
    return replace(told, unit=replace(told.unit, horizon_months=months))


TOLD = {
    "once": [told_at(12.0)],
    "as primary": [told_at(12.0, primary=True)],
    "as secondary": [told_at(12.0, primary=False)],
    "early": [told_at(6.0, primary=True)],
    "twice": [told_at(6.0), told_at(24.0)],
    "another first": [told_at(6.0, **FALLS), told_at(12.0, primary=True)],
    "spelt otherwise": [told_at(12.0, measure=ADMISSIONS.upper())],
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
@pytest.mark.parametrize("said", PLANS.values(), ids=PLANS)
def test_a_plan_is_set_against_results_in_a_preview_as_in_the_record(said, told):
    scenario = Scenario().given(RegisterPlan(plan(*said)), Launch())
    launched = scenario.today
    for contrast_told in told:
        scenario.today = launched + round(31 * contrast_told.unit.horizon_months)
        scenario.given(MeasureOutcome(contrast_told))
    recorded = grade_programme(PROGRAMME_ID, facts_known(scenario.events))
    body = {"contrasts": [to_wire(one) for one in told], "plan": to_wire(plan(*said))}
    assert by_outcome(preview(body)) == by_outcome(recorded)


def by_outcome(documents):
    """What the facts and the plan decide of each grade, without who and when."""
    return {
        document["subject"]["outcome"]: {
            "finding": document["finding"],
            "confidence": document["confidence"],
            "answers": answers(document),
            "plan": sorted(map(line_alone, document["plan"]), key=repr),
        }
        for document in documents
    }


def line_alone(line):
    return {name: line[name] for name in ("state", "planned", "told", "differs")}


def previewed_with(said, *told):
    body = {"contrasts": [to_wire(one) for one in told], "plan": to_wire(plan(*said))}
    return by_outcome(preview(body))["emergency admissions"]


def test_a_preview_sees_that_a_secondary_outcome_is_told_as_primary():
    (line,) = previewed_with([planned(primary=False)], told_at(12.0, primary=True))["plan"]
    assert (line["state"], line["differs"]) == ("switched", ["primary"])


def test_a_preview_takes_the_planned_outcome_of_the_nearest_horizon():
    both = [planned(horizon_months=24.0), planned(horizon_months=12.0)]
    lines = previewed_with(both, told_at(12.0))["plan"]
    assert {(line["state"], line["planned"]["horizon_months"]) for line in lines} == {
        ("as planned", 12.0),
        ("unreported", 24.0),
    }


@pytest.mark.parametrize(("horizon", "due"), [(None, True), (12.0, True), (24.0, False)])
def test_a_preview_holds_a_primary_outcome_against_the_others_once_it_is_due(horizon, due):
    said = [planned(), planned(**FALLS, horizon_months=horizon)]
    found = previewed_with(said, told_at(12.0))
    assert (found["answers"]["candour.nothing_missing"] == "unmet") is due


def test_a_preview_takes_a_result_that_says_no_time_to_be_in_time():
    (line,) = previewed_with([planned()], told_at(None))["plan"]
    assert line["state"] == "as planned"


def test_months_since_the_start_say_how_far_a_previewed_result_reached():
    early = replace(told_at(None), months_since_start=6.0)
    assert "unreported" in {line["state"] for line in previewed_with([planned()], early)["plan"]}


JUDGED = {
    "standard": "candour@1",
    "question": "risk_of_bias",
    "answer": "some_concerns",
    "reason": "unblinded",
}


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"event_id": str(PROGRAMME_ID)}, "judgements[1].event_id"),
        ({"outcome_domain": "wellbeing"}, "judgements[1].outcome_domain"),
    ],
)
def test_a_preview_refuses_a_judgement_on_what_it_does_not_hold(about, field):
    planned_only = JUDGED | {"outcome_domain": "falls"}
    body = {
        "contrasts": [to_wire(measured())],
        "plan": to_wire(plan(planned(), planned(**FALLS))),
        "judgements": [planned_only, JUDGED | about],
    }
    with pytest.raises(InvalidValue) as refusal:
        preview(body)
    assert refusal.value.field == field
    assert "emergency admissions, falls" in refusal.value.accepted
    assert preview(body | {"judgements": [planned_only]})


@pytest.mark.parametrize(
    ("group", "year"), [("reporting", "published_year"), ("money", "price_year")]
)
def test_a_preview_refuses_a_year_that_has_not_come(group, year):
    told = to_wire(measured())
    with pytest.raises(InvalidValue) as refusal:
        preview({"contrasts": [told | {group: {year: 2999}}]})
    assert refusal.value.field == f"contrasts[0].{group}.{year}"
