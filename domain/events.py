"""What every stored event is made of, and the allow-list of topics drawn from the aggregates."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, get_type_hints

from eventsourcing.domain import Aggregate
from eventsourcing.utils import get_topic

from domain.values import Envelope


class RecordedEvent(Aggregate.Event):
    """An event of ours: who, when and why in the envelope, what happened in the facts."""

    envelope: Envelope
    facts: Any  # each event narrows it to the command it keeps


class EventType(NamedTuple):
    """What a mapper needs to turn a stored row back into an event."""

    event_class: type[RecordedEvent]
    facts_type: type[Any]


def event_types(aggregates: Iterable[type[Aggregate]]) -> Mapping[str, EventType]:
    """Topic -> event class and facts type, for every event of these aggregates and no other."""
    found = (
        EventType(nested, get_type_hints(nested)["facts"])
        for aggregate in aggregates
        for nested in vars(aggregate).values()
        if isinstance(nested, type) and issubclass(nested, RecordedEvent)
    )
    # A base that keeps no facts of its own (Event, Created) is never stored.
    return MappingProxyType(
        {get_topic(event.event_class): event for event in found if event.facts_type is not Any}
    )


def event_class_for(events: Mapping[str, EventType], command: object) -> type[RecordedEvent]:
    """The event that keeps this command as its facts."""
    for event_class, facts_type in events.values():
        if type(command) is facts_type:
            return event_class
    raise TypeError(f"no event keeps a {type(command).__name__}")
