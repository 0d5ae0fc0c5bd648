"""The allow-list of topics, and events made without the engine's help."""

from typing import get_args
from uuid import UUID

import pytest
from eventsourcing.utils import resolve_topic

from domain.commands import ProgrammeCommand
from domain.events import event_class_for
from domain.peer.lesson import LESSON_EVENTS
from domain.programme import PROGRAMME_EVENTS, Programme
from domain.record import RECORD_EVENTS
from tests.domain.builders import PROGRAMME_ID, day, register, stamp


def test_topics_never_name_a_module():
    for topic, event in (RECORD_EVENTS | LESSON_EVENTS).items():
        aggregate, _, type_ = topic.partition(".")
        assert type_ == event.facts_type.type
        assert resolve_topic(topic) is event.event_class
        assert resolve_topic(aggregate).__name__.lower() == aggregate


def test_every_command_is_kept_by_exactly_one_event():
    kept = [event.facts_type for event in PROGRAMME_EVENTS.values()]
    assert len(kept) == len(set(kept))
    assert set(get_args(ProgrammeCommand)) < set(kept)


def test_the_base_events_of_the_engine_are_not_on_the_list():
    assert not any(topic.endswith(".created") for topic in RECORD_EVENTS | LESSON_EVENTS)


def test_the_two_lists_share_nothing():
    assert not set(RECORD_EVENTS) & set(LESSON_EVENTS)


def test_what_is_no_command_is_kept_by_no_event():
    with pytest.raises(TypeError, match="no event keeps a str"):
        event_class_for(PROGRAMME_EVENTS, "launched")


def test_a_first_event_knows_its_aggregate_without_being_told():
    envelope = stamp(event_id=UUID(int=1), happened_on=day(0))
    event = Programme.Registered(
        originator_id=PROGRAMME_ID,
        originator_version=0,
        timestamp=envelope.recorded_at,
        envelope=envelope,
        facts=register(),
    )
    assert event.mutate(None).name == "Home from hospital"
