"""Reads the event tables of either database as the engine, the followers and the audit ask."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    StoredEvent,
    Subscription,
)

from domain.book import IdempotencyRow
from service.store.database import Cursor, Database, Row
from service.store.idempotency import SELECT_IDEMPOTENCY, idempotency_row

# More than any stream or log will hold, for callers who set no limit.
NO_LIMIT = 2**62

SELECT_ROWS = """
SELECT position, originator_id, originator_version, topic, state FROM stored_events
WHERE position > ? AND position <= ? ORDER BY position LIMIT ?
"""

SELECT_STREAM = """
SELECT originator_id, originator_version, topic, state FROM stored_events
WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?
ORDER BY originator_version {direction} LIMIT ?
"""
SELECT_STREAM_FORWARDS = SELECT_STREAM.format(direction="ASC")
SELECT_STREAM_BACKWARDS = SELECT_STREAM.format(direction="DESC")

SELECT_LAST_POSITION = "SELECT max(position) FROM stored_events"


class StoredRow(NamedTuple):
    """An event exactly as the database keeps it."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes


class EventRecorder(ApplicationRecorder):
    """The engine's recorder over our tables; how to append is each database's own affair."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        idempotency: IdempotencyRow | None = None,
        **_: object,  # the engine adds what it knows, such as `tracking=None`
    ) -> Sequence[int]:
        """Writes events and idempotency row in one transaction; answers the positions.

        Raises KeyTaken when the key is already answered, the engine's IntegrityError when a version
        of the stream is; nothing is written then.
        """
        if not stored_events:
            return []
        return self._append(stored_events, idempotency)

    @abstractmethod
    def _append(
        self, stored_events: Sequence[StoredEvent], idempotency: IdempotencyRow | None
    ) -> list[int]:
        """Writes one or more events."""

    def find_idempotency(self, organisation: str, key: str) -> IdempotencyRow | None:
        """The answer given to this key, if any."""
        with self.database.reading() as cursor:
            row = cursor.execute(SELECT_IDEMPOTENCY, (organisation, key)).fetchone()
        return None if row is None else idempotency_row(row)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream."""
        stream = self.database.id_of(UUID(str(originator_id)))
        values = (
            stream,
            -1 if gt is None else gt,
            NO_LIMIT if lte is None else lte,
            NO_LIMIT if limit is None else limit,
        )
        statement = SELECT_STREAM_BACKWARDS if desc else SELECT_STREAM_FORWARDS
        with self.database.reading() as cursor:
            rows = cursor.execute(statement, values).fetchall()
        return [StoredEvent(_uuid(row[0]), *row[1:]) for row in rows]

    def select_rows(self, after: int, limit: int) -> list[StoredRow]:
        """The rows that follow a position, as stored."""
        with self.database.reading() as cursor:
            return [_stored(row) for row in _rows(cursor, after=after, limit=limit)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The log from a position on, as the engine asks for it."""
        after = 0 if start is None else start - inclusive_of_start
        found: list[Notification] = []
        with self.database.reading() as cursor:
            # Topics are few and pages short: what is not wanted is passed over here.
            while len(found) < limit:
                rows = [_stored(row) for row in _rows(cursor, after=after, limit=limit, stop=stop)]
                found += [_notification(row) for row in rows if not topics or row.topic in topics]
                if len(rows) < limit:
                    break
                after = rows[-1].position
        return found[:limit]

    def max_notification_id(self) -> int | None:
        """The last position, or None in an empty log."""
        with self.database.reading() as cursor:
            row = cursor.execute(SELECT_LAST_POSITION).fetchone()
        return row[0] if row else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Not offered: followers pull with `select_rows`, on both databases alike."""
        raise NotImplementedError("follow the log with select_rows")


def _rows(cursor: Cursor, *, after: int, limit: int, stop: int | None = None) -> list[Row]:
    upper = NO_LIMIT if stop is None else stop
    return cursor.execute(SELECT_ROWS, (after, upper, limit)).fetchall()


def _stored(row: Row) -> StoredRow:
    position, stream, version, topic, state = row
    return StoredRow(position, _uuid(stream), version, topic, state)


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _notification(row: StoredRow) -> Notification:
    return Notification(
        id=row.position,
        originator_id=row.originator_id,
        originator_version=row.originator_version,
        topic=row.topic,
        state=row.state,
    )
