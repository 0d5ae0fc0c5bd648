"""SQLite: one file a store, every commit on disk before it is acknowledged."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from queue import Empty, LifoQueue
from threading import Lock
from uuid import UUID

from eventsourcing import persistence
from eventsourcing.persistence import StoredEvent

from domain.book import IdempotencyRow
from domain.errors import KeyTaken
from migrations import ForeignStore, SqlitePlace
from service.store.database import WAIT_SECONDS, Row
from service.store.errors import StoreBusy, StoreError
from service.store.idempotency import INSERT_IDEMPOTENCY, SELECT_IDEMPOTENCY, idempotency_values
from service.store.recorder import EventRecorder

# Pragma synchronous: the write-ahead log is synced at every commit.
FULL = 2

DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# The engine names its errors as PEP 249 does; the most particular comes first.
ENGINE_ERRORS = (
    (sqlite3.IntegrityError, persistence.IntegrityError),
    (sqlite3.OperationalError, persistence.OperationalError),
    (sqlite3.ProgrammingError, persistence.ProgrammingError),
    (sqlite3.DataError, persistence.DataError),
    (sqlite3.DatabaseError, persistence.DatabaseError),
    (sqlite3.InterfaceError, persistence.InterfaceError),
)

INSERT_EVENT = """
INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)
"""


class SqliteCursor:
    """The driver's cursor, with the answers chained."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def execute(self, statement: str, values: Sequence[object] = ()) -> "SqliteCursor":
        self._cursor.execute(statement, values)
        return self

    def executemany(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        self._cursor.executemany(statement, rows)

    def fetchone(self) -> Row | None:
        row: Row | None = self._cursor.fetchone()
        return row

    def fetchall(self) -> list[Row]:
        return self._cursor.fetchall()

    @property
    def last_position(self) -> int:
        """The position of the row inserted last."""
        return self._cursor.lastrowid or 0


class SqliteDatabase:
    """Connections to one file, opened when first needed and kept for the next who asks."""

    def __init__(self, place: SqlitePlace) -> None:
        self._place = place
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        # Writers of this process queue here, in turn; SQLite's own wait is a lottery.
        self._writer = Lock()

    @contextmanager
    def reading(self) -> Iterator[SqliteCursor]:
        """Each statement sees what is committed when it runs."""
        # An open cursor would hold its snapshot, and with it the write-ahead log, for ever.
        with self._connection() as connection, closing(connection.cursor()) as cursor:
            yield SqliteCursor(cursor)

    @contextmanager
    def writing(self, *, lock: str = "") -> Iterator[SqliteCursor]:
        """One transaction; SQLite has one writer, so every lock is this one."""
        if not self._writer.acquire(timeout=WAIT_SECONDS):
            raise StoreBusy(f"{self._place.name} is being written; {lock or 'the writer'} waited")
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteCursor(connection.cursor())
                    connection.commit()
                finally:
                    if connection.in_transaction:
                        connection.rollback()
        finally:
            self._writer.release()

    def id_of(self, value: UUID) -> str:
        """SQLite keeps ids as text."""
        return str(value)

    def close(self) -> None:
        """Closes what is idle."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._errors_named():
            try:
                connection = self._idle.get_nowait()
            except Empty:
                connection = self._open()
            try:
                yield connection
            finally:
                self._idle.put(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._place.uri,
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=WAIT_SECONDS,
        )
        connection.execute("PRAGMA synchronous = FULL")
        synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
        journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if (synchronous, journal) != (FULL, "wal"):
            connection.close()
            raise StoreError(
                f"{self._place.name} would lose acknowledged writes:"
                f" journal_mode is {journal}, synchronous is {synchronous}"
            )
        return connection

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of the two
            if code in BUSY:
                raise StoreBusy(f"{self._place.name}: {error}") from error
            if code in DAMAGED:
                raise ForeignStore(self._place.name, str(error)) from error
            raise _engine_error(error) from error


def _engine_error(error: sqlite3.Error) -> persistence.PersistenceError:
    for given, named in ENGINE_ERRORS:
        if isinstance(error, given):
            return named(str(error))
    return persistence.PersistenceError(str(error))


class SqliteRecorder(EventRecorder):
    """Appends inside one BEGIN IMMEDIATE, so positions are committed in their order."""

    def __init__(self, database: SqliteDatabase) -> None:
        super().__init__(database)
        self._writing = database.writing

    def _append(
        self, stored_events: Sequence[StoredEvent], idempotency: IdempotencyRow | None
    ) -> list[int]:
        with self._writing(lock="append") as cursor:
            if idempotency is not None:
                _check_free(cursor, idempotency)
            positions = [_insert(cursor, event) for event in stored_events]
            if idempotency is not None:
                values = idempotency_values(idempotency, position=positions[-1])
                cursor.execute(INSERT_IDEMPOTENCY, values)
            return positions


def _check_free(cursor: SqliteCursor, row: IdempotencyRow) -> None:
    """The key is asked first: a retry of a write that landed must learn that."""
    if cursor.execute(SELECT_IDEMPOTENCY, (row.organisation, row.key)).fetchone():
        raise KeyTaken("this key is already answered", key=row.key)


def _insert(cursor: SqliteCursor, event: StoredEvent) -> int:
    values = (str(event.originator_id), event.originator_version, event.topic, event.state)
    return cursor.execute(INSERT_EVENT, values).last_position
