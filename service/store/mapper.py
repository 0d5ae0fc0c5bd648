"""Events to stored bytes and back: allow-listed topics, canonical JSON, nothing guessed."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any, NoReturn, Protocol, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from domain.errors import InvalidValue
from domain.events import EventType, RecordedEvent
from domain.values import Envelope
from migrations.upcasting import FIRST_SCHEMA, SCHEMAS, UPCASTERS, Upcaster, upcast
from service.store.errors import (
    EventRefused,
    MissingField,
    NewerSchema,
    Stored,
    UnknownField,
    UnknownTopic,
    UnreadableState,
    WrongValue,
)
from service.wire import from_wire, to_wire

ENVELOPE_FIELDS = frozenset(field.name for field in fields(Envelope))

# What stands in the state beside the envelope.
OWN_FIELDS = ("schema", "facts")

# The words in which service.wire says what is wrong with a field; anything else is its value.
REFUSALS: Mapping[object, type[EventRefused]] = {
    "is missing": MissingField,
    "is not a field here": UnknownField,
}


class StateCipher(Protocol):
    """Seals a state for one organisation; the associated bytes bind it to its place."""

    def seal(self, plain: bytes, *, associated: bytes, organisation: str) -> bytes: ...

    def unseal(self, sealed: bytes, *, associated: bytes) -> bytes: ...


class EventMapper(Mapper[UUID]):
    """The engine's mapper for the events of one book."""

    def __init__(
        self,
        events: Mapping[str, EventType],
        *,
        cipher: StateCipher | None = None,
        schemas: Mapping[str, int] = SCHEMAS,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        super().__init__(JSONTranscoder())
        self._events = events
        self._topics = {event_type.event_class: topic for topic, event_type in events.items()}
        self._cipher = cipher
        self._schemas = schemas
        self._upcasters = upcasters

    def to_stored_event(self, domain_event: Any) -> StoredEvent:  # noqa: ANN401 - engine's interface
        """Writes the event; refuses one that would not read back as it is."""
        event = cast(RecordedEvent, domain_event)
        topic = self._topics.get(type(event), type(event).__qualname__)
        stored = StoredEvent(event.originator_id, event.originator_version, topic, b"")
        facts = self._read_back(event, stored)
        state = {
            **to_wire(event.envelope),
            "schema": self._schemas.get(topic, FIRST_SCHEMA),
            "facts": to_wire(facts),
        }
        plain = msgspec.json.encode(state, order="sorted")
        sealed = self._seal(plain, stored, event.envelope.organisation)
        return StoredEvent(stored.originator_id, stored.originator_version, topic, sealed)

    def to_domain_event(self, stored_event: Stored) -> Any:  # noqa: ANN401 - engine's interface
        """Reads an event; refuses a state that is not exactly what its schema says."""
        event_type = self._type_of(stored_event)
        state = self._state(stored_event)
        try:
            envelope = _envelope({name: state[name] for name in state if name not in OWN_FIELDS})
            facts = from_wire(event_type.facts_type, state["facts"], path="facts")
        except InvalidValue as refusal:
            _refuse(stored_event, refusal)
        whole = {**to_wire(envelope), "facts": to_wire(facts)}
        _check_complete(stored_event, state, whole)
        build = cast(Any, event_type.event_class)  # the engine makes its signature at run time
        return build(
            originator_id=UUID(str(stored_event.originator_id)),
            originator_version=stored_event.originator_version,
            timestamp=envelope.recorded_at,
            envelope=envelope,
            facts=facts,
        )

    def _type_of(self, stored: Stored) -> EventType:
        event_type = self._events.get(stored.topic)
        if event_type is None:
            raise UnknownTopic(stored, "is a topic that this book does not hold")
        return event_type

    def _read_back(self, event: RecordedEvent, stored: StoredEvent) -> object:
        """The facts as they will be read; what JSON or the types would change is refused."""
        facts_type = self._type_of(stored).facts_type
        if event.timestamp != event.envelope.recorded_at:
            raise WrongValue(stored, "is not the envelope's recorded_at", field="timestamp")
        try:
            written = msgspec.json.decode(msgspec.json.encode(to_wire(event.facts)))
            facts = from_wire(facts_type, written, path="facts")
        except InvalidValue as refusal:
            _refuse(stored, refusal)
        except (TypeError, ValueError) as problem:
            raise WrongValue(stored, f"has no form in JSON: {problem}", field="facts") from problem
        if facts != event.facts:
            field = _first_difference(to_wire(event.facts), to_wire(facts), "facts")
            raise WrongValue(stored, "would not be read as it was written", field=field)
        return facts

    def _state(self, stored: Stored) -> Mapping[str, Any]:
        try:
            state = msgspec.json.decode(self._unseal(cast(StoredEvent, stored)))
        except msgspec.DecodeError as problem:
            raise UnreadableState(stored, f"is not JSON: {problem}") from problem
        if not isinstance(state, dict):
            raise UnreadableState(stored, "is not a JSON object")
        for name in OWN_FIELDS:
            if name not in state:
                raise MissingField(stored, "is missing", field=name)
        return self._upcast(stored, state)

    def _upcast(self, stored: Stored, state: Mapping[str, Any]) -> Mapping[str, Any]:
        known, found = self._schemas.get(stored.topic, FIRST_SCHEMA), state["schema"]
        if type(found) is not int or found < FIRST_SCHEMA:
            raise WrongValue(stored, f"is {found!r:.40}", field="schema")
        if found > known:
            problem = f"is {found}: this program knows up to {known}; upgrade it"
            raise NewerSchema(stored, problem, field="schema")
        return upcast(stored.topic, state, schema=known, upcasters=self._upcasters)

    def _seal(self, plain: bytes, stored: StoredEvent, organisation: str) -> bytes:
        if self._cipher is None:
            return plain
        return self._cipher.seal(plain, associated=_place(stored), organisation=organisation)

    def _unseal(self, stored: StoredEvent) -> bytes:
        if self._cipher is None:
            return stored.state
        return self._cipher.unseal(stored.state, associated=_place(stored))


def _envelope(given: Mapping[str, Any]) -> Envelope:
    """Every event has one, so the quick way is tried first; the strict way names what is wrong."""
    with suppress(msgspec.ValidationError):
        if given.keys() == ENVELOPE_FIELDS:
            return msgspec.convert(given, Envelope)
    return from_wire(Envelope, given)


def _place(stored: Stored) -> bytes:
    """Binds a sealed state to its row: moved to another row it no longer opens."""
    return f"{stored.originator_id}|{stored.originator_version}|{stored.topic}".encode()


def _refuse(stored: Stored, refusal: InvalidValue) -> NoReturn:
    problem = str(refusal.data.get("problem", refusal.message))
    refused = REFUSALS.get(problem, WrongValue)
    raise refused(stored, problem, field=refusal.field) from refusal


def _check_complete(stored: Stored, given: object, whole: object, *, path: str = "") -> None:
    """A field that has a default is still a field of the schema: it must have been written."""
    if isinstance(given, Mapping) and isinstance(whole, Mapping):
        for name, value in whole.items():
            at = f"{path}.{name}".removeprefix(".")
            if name not in given:
                raise MissingField(stored, "is missing", field=at)
            _check_complete(stored, given[name], value, path=at)
    elif isinstance(given, list) and isinstance(whole, list | tuple):
        for index, (item, value) in enumerate(zip(given, whole, strict=True)):
            _check_complete(stored, item, value, path=f"{path}[{index}]")


def _first_difference(given: object, read: object, path: str) -> str:
    """The dotted path of the first value that would change."""
    if isinstance(given, Mapping) and isinstance(read, Mapping):
        pairs = [(f"{path}.{name}", given[name], read.get(name)) for name in given]
    elif isinstance(given, tuple) and isinstance(read, tuple) and len(given) == len(read):
        pairs = [
            (f"{path}[{index}]", item, other)
            for index, (item, other) in enumerate(zip(given, read, strict=True))
        ]
    else:
        return path
    return next(
        (_first_difference(item, other, at) for at, item, other in pairs if item != other), path
    )
