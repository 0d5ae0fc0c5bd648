"""Opens a store on either database, and hands the engine the mapper and recorder made for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    InfrastructureFactory,
    Mapper,
    Transcoder,
)

from domain.events import EventType
from domain.record import RECORD_EVENTS
from migrations import SqlitePlace, check_current, place_of
from service.settings import Settings
from service.store.database import Database
from service.store.mapper import EventMapper, StateCipher
from service.store.postgres import PostgresDatabase, PostgresRecorder
from service.store.recorder import EventRecorder
from service.store.sqlite import SqliteDatabase, SqliteRecorder


class StoreFactory(InfrastructureFactory[Any]):
    """Gives an application the one recorder and mapper of its store, and reads no environment."""

    def __init__(self, recorder: EventRecorder, mapper: EventMapper) -> None:
        super().__init__(env={})
        self._recorder = recorder
        self._mapper = mapper

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: Any = None) -> Mapper[Any]:  # noqa: ANN401 - the engine's signature
        """The mapper of the store; the engine's own suggestions are not taken."""
        return self._mapper

    def application_recorder(self) -> EventRecorder:
        """The recorder of the store."""
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Refused: no stream is long enough for snapshots (event-store.md B2)."""
        raise NotImplementedError(f"no recorder for {purpose}: events only")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:  # noqa: ANN401 - the engine's signature
        """Refused: the read store tracks with its documents."""
        raise NotImplementedError("tracking is kept by the read store")

    def process_recorder(self) -> Any:  # noqa: ANN401 - the engine's signature
        """Refused: no application processes another's events."""
        raise NotImplementedError("no application processes the events of another")

    def close(self) -> None:
        """Leaves the store open: the engine calls this when an application is forgotten."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open event store: the factory for the application, the recorder and mapper for readers."""

    factory: StoreFactory
    recorder: EventRecorder
    mapper: EventMapper

    def close(self) -> None:
        """Closes its connections."""
        self.recorder.database.close()


def open_database(address: str, store: str) -> Database:
    """The tables of one store; refused unless every migration is applied."""
    check_current(address, store)
    place = place_of(address, store)
    return SqliteDatabase(place) if isinstance(place, SqlitePlace) else PostgresDatabase(place)


def open_store(
    address: str,
    store: str,
    *,
    events: Mapping[str, EventType],
    cipher: StateCipher | None = None,
) -> Store:
    """The event store of one lane, for the events of its book."""
    database = open_database(address, store)
    mapper = EventMapper(events, cipher=cipher)
    recorder: EventRecorder
    if isinstance(database, SqliteDatabase):
        recorder = SqliteRecorder(database)
    elif isinstance(database, PostgresDatabase):
        recorder = PostgresRecorder(database)
    else:
        raise TypeError(f"no recorder for a {type(database).__name__}")
    return Store(StoreFactory(recorder, mapper), recorder, mapper)


def open_record_store(settings: Settings) -> Store:
    """The assured record."""
    return open_store(settings.database, "record", events=RECORD_EVENTS)


def open_peer_store(
    settings: Settings, *, events: Mapping[str, EventType], cipher: StateCipher
) -> Store:
    """The peer lane's own store; its words are sealed before they reach it."""
    return open_store(settings.peer_address, "peer", events=events, cipher=cipher)
