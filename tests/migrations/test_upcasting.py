"""Older states say of newer facts that nothing was told, and are read whatever they say."""

import json
from dataclasses import fields
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain.contrast import (
    Analysis,
    Directness,
    Discontinuity,
    Implementation,
    Money,
    Reporting,
    check_consistent,
)
from domain.errors import InvalidValue
from domain.record import RECORD_EVENTS
from migrations.upcasting import ADDED_TO_BASELINE, ADDED_TO_PARTS
from service.store import EventMapper
from service.store.errors import EventRefused

GOLDEN = Path(__file__).parent / "golden"
TOPICS = ("programme.outcome_measured", "programme.outcome_corrected")
GROUPS = {
    "discontinuity": Discontinuity,
    "analysis": Analysis,
    "directness": Directness,
    "reporting": Reporting,
    "implementation": Implementation,
    "money": Money,
}


def state_of(topic, schema):
    return json.loads((GOLDEN / f"{topic}.{schema}.json").read_bytes())


def read(topic, state):
    stored = StoredEvent(UUID(int=1), 0, topic, json.dumps(state).encode())
    return EventMapper(RECORD_EVENTS).to_domain_event(stored)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("schema", [1, 2])
def test_of_facts_that_an_older_schema_had_no_place_for_nothing_was_told(topic, schema):
    contrast = read(topic, state_of(topic, schema)).facts.contrast
    for name, group in GROUPS.items():
        assert getattr(contrast, name) == group()
    assert (contrast.harms, contrast.months_since_end) == (None, None)
    for part, names in ADDED_TO_PARTS.items():
        assert {getattr(getattr(contrast, part), name) for name in names} == {None}
    for measure in contrast.baseline:
        assert {getattr(measure, name) for name in ADDED_TO_BASELINE} == {None}


def test_the_newest_golden_states_tell_every_fact_between_them():
    told = {
        (name, field.name)
        for state in (state_of(topic, 3) for topic in TOPICS)
        for name, group in GROUPS.items()
        for field in fields(group)
        if state["facts"]["contrast"][name][field.name] is not None
    }
    assert told == {(name, field.name) for name, group in GROUPS.items() for field in fields(group)}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("schema", [1, 2, 3])
def test_what_was_recorded_before_a_contradiction_was_refused_stays_readable(topic, schema):
    state = state_of(topic, schema)
    state["facts"]["contrast"]["missing"] = {}
    sample = state["facts"]["contrast"]["sample"]
    sample["analysed_intervention"] = sample["analysed_comparison"] = 0
    contrast = read(topic, state).facts.contrast
    with pytest.raises(InvalidValue, match="analysed_comparison is 0"):
        check_consistent(contrast)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.update(facts=[]),
        lambda state: state["facts"].pop("contrast"),
        lambda state: state["facts"].update(contrast=None),
        lambda state: state["facts"]["contrast"].pop("design"),
        lambda state: state["facts"]["contrast"].update(design="rct"),
        lambda state: state["facts"]["contrast"].update(baseline=7),
        lambda state: state["facts"]["contrast"].update(baseline=["age"]),
        lambda state: state["facts"]["contrast"].update(colour="red"),
    ],
)
def test_an_older_state_that_is_not_what_its_schema_says_is_refused_by_name(spoil):
    state = state_of("programme.outcome_measured", 2)
    spoil(state)
    with pytest.raises(EventRefused):
        read("programme.outcome_measured", state)
