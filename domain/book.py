"""An application on the engine: load, decide, save once; redo when somebody else wrote first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Protocol, TypeVar, cast
from uuid import UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import InfrastructureFactory, IntegrityError, StoredEvent
from eventsourcing.utils import Environment, EnvType

from domain.errors import InvalidValue, KeyReused, KeyTaken, NotFound, Stale
from domain.events import RecordedEvent
from domain.values import Actor, Envelope

# How often a decision is taken again when another writer was first; after that the caller is told.
TRIES = 5

# Namespace of stream ids made from idempotency keys; drawn once, never to be changed.
STREAM_IDS = UUID("0f6c6f4c-8a55-4d0c-9b0e-3c1f3a3d7e52")

Some = TypeVar("Some", bound=Aggregate)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What a caller calls one request, and the hash of what it asked."""

    organisation: str
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What an event belongs to, and what caused it."""

    correlation_id: UUID
    causation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where it was written; `position` is that of the last event."""

    stream_id: UUID
    version: int
    position: int
    event_ids: tuple[UUID, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class IdempotencyRow:
    """The answer to a request, written with its events; the recorder fills in `position`."""

    organisation: str
    key: str
    request_hash: str
    stream_id: UUID
    first_version: int
    last_version: int
    event_ids: tuple[UUID, ...]
    recorded_at: datetime
    position: int | None = None


class IdempotentRecorder(Protocol):
    """What a book asks of its recorder beyond the engine's own interface.

    `insert_events` writes events and row in one transaction, and raises KeyTaken when the row is
    already there.
    """

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, idempotency: IdempotencyRow
    ) -> Sequence[int] | None: ...

    def find_idempotency(self, organisation: str, key: str) -> IdempotencyRow | None: ...


class Book(Application[UUID]):
    """What `Record` and `LessonBook` have in common."""

    env: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        *,
        factory: InfrastructureFactory[Any],
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._given_factory = factory
        self.clock = clock
        self.new_id = new_id
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """The engine would mix in the process environment; a book is given what it needs."""
        return Environment(name, type(self).env | dict(env or {}))

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return self._given_factory

    def load(self, kind: type[Some], stream_id: UUID) -> Some:
        """The aggregate as it now stands."""
        try:
            found: Aggregate = self.repository.get(stream_id)
        except AggregateNotFoundError:
            found = None  # type: ignore[assignment]  # refused on the next line
        if not isinstance(found, kind):
            noun = kind.__name__.lower()
            raise NotFound(f"there is no {noun} {stream_id}", kind=noun, id=str(stream_id))
        return found

    def stamp(
        self,
        actor: Actor,
        happened_on: date,
        *,
        trace: Trace | None = None,
        after: datetime | None = None,
    ) -> Envelope:
        """The envelope of the next event; within a stream `recorded_at` never runs backwards."""
        now = self.clock().astimezone(UTC)
        if happened_on > now.date():
            raise InvalidValue(
                "happened_on",
                f"is {happened_on}, in the future",
                accepted=f"a date up to today, {now.date()}",
            )
        event_id = self.new_id()
        return Envelope(
            event_id=event_id,
            recorded_at=now if after is None else max(now, after),
            happened_on=happened_on,
            actor=actor.id,
            function=actor.function,
            organisation=actor.organisation,
            correlation_id=trace.correlation_id if trace else event_id,
            causation_id=trace.causation_id if trace else None,
        )

    def stream_id(self, key: IdempotencyKey | None) -> UUID:
        """The id of a new stream: the same for the same key, so that no retry makes a second."""
        if key is None:
            return self.new_id()
        return uuid5(STREAM_IDS, f"{len(key.organisation)}:{key.organisation}:{key.key}")

    def perform(
        self,
        decide: Callable[[], Aggregate],
        *,
        actor: Actor,
        key: IdempotencyKey | None = None,
        redo: bool = True,
    ) -> Receipt:
        """Decide and save, or find the answer already given to this key.

        Without a key one is drawn: the row is the only thing that tells a write of ours whose reply
        was lost from a write of somebody else's.
        """
        if key is not None and (answered := self._answered(key)):
            return answered
        key = key or IdempotencyKey(actor.organisation, str(self.new_id()), "")
        for _ in range(TRIES if redo else 1):
            # The engine drains pending events before it writes: decide afresh, never save again.
            aggregate = decide()
            try:
                return self._write(aggregate, key)
            except (KeyTaken, IntegrityError):
                if answered := self._answered(key):
                    return answered
        raise Stale("somebody else wrote first; load it again and decide again")

    def _write(self, aggregate: Aggregate, key: IdempotencyKey) -> Receipt:
        events = [cast("RecordedEvent", event) for event in aggregate.pending_events]
        row = IdempotencyRow(
            organisation=key.organisation,
            key=key.key,
            request_hash=key.request_hash,
            stream_id=aggregate.id,
            first_version=events[0].originator_version,
            last_version=events[-1].originator_version,
            event_ids=tuple(event.envelope.event_id for event in events),
            recorded_at=events[-1].envelope.recorded_at,
        )
        recordings = self.save(aggregate, idempotency=row)
        position = recordings[-1].notification.id
        return Receipt(row.stream_id, row.last_version, position, row.event_ids)

    def _answered(self, key: IdempotencyKey) -> Receipt | None:
        recorder = cast("IdempotentRecorder", self.recorder)
        row = recorder.find_idempotency(key.organisation, key.key)
        if row is None:
            return None
        if row.request_hash != key.request_hash:
            raise KeyReused("this idempotency key was used for another request", key=key.key)
        if row.position is None:
            raise RuntimeError(f"the recorder kept no position for the key {key.key}")
        return Receipt(row.stream_id, row.last_version, row.position, row.event_ids, replayed=True)
