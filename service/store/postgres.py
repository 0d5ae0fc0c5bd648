"""PostgreSQL: a schema a store, one round trip a save, and no reader ever skips an event."""

import logging
import select
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from uuid import UUID

import psycopg
from eventsourcing import persistence
from eventsourcing.persistence import StoredEvent
from psycopg import sql
from psycopg_pool import ConnectionPool

from domain.book import IdempotencyRow
from domain.errors import KeyTaken
from migrations import PostgresPlace
from service.store.database import WAIT_SECONDS, Row
from service.store.errors import StoreBusy
from service.store.idempotency import event_ids_text
from service.store.recorder import EventRecorder

LOG = logging.getLogger(__name__)

# Threads of one process that may hold a connection at once (gunicorn's 8, a follower, and room).
MOST_CONNECTIONS = 16

# How often an append is sent again when the connection broke before its answer came.
APPEND_TRIES = 3

# The engine names its errors as PEP 249 does; the most particular comes first.
ENGINE_ERRORS = (
    (psycopg.IntegrityError, persistence.IntegrityError),
    (psycopg.OperationalError, persistence.OperationalError),
    (psycopg.DataError, persistence.DataError),
    (psycopg.InternalError, persistence.InternalError),
    (psycopg.ProgrammingError, persistence.ProgrammingError),
    (psycopg.NotSupportedError, persistence.NotSupportedError),
    (psycopg.DatabaseError, persistence.DatabaseError),
    (psycopg.InterfaceError, persistence.InterfaceError),
)

# Held until the transaction ends, whichever way.
TAKE_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"

APPEND = """
SELECT append_events(%b::uuid[], %b::integer[], %b::text[], %b::bytea[],
                     %s::text, %s::text, %s::text, %s::uuid, %s::integer, %s::integer, %s::text,
                     %s::text)
"""


class PostgresCursor:
    """The driver's cursor, with ? for values as in the SQL that both databases share."""

    def __init__(self, cursor: "psycopg.Cursor[Row]") -> None:
        self._cursor = cursor

    def execute(self, statement: str, values: Sequence[object] = ()) -> "PostgresCursor":
        self._cursor.execute(_placeholders(statement), values)
        return self

    def executemany(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        self._cursor.executemany(_placeholders(statement), rows)

    def fetchone(self) -> Row | None:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Row]:
        return self._cursor.fetchall()


class PostgresDatabase:
    """A pool of connections to one schema, opened when first needed: after any fork."""

    def __init__(self, place: PostgresPlace) -> None:
        self._place = place
        self._pool = ConnectionPool(
            place.dsn,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            open=False,
            timeout=WAIT_SECONDS,
            reconnect_timeout=WAIT_SECONDS,
            kwargs={"autocommit": True},
            configure=self._configure,
            check=_check_if_spoken_to,
            name=place.store,
        )
        self._opening = Lock()

    @contextmanager
    def reading(self) -> Iterator[PostgresCursor]:
        """Each statement sees what is committed when it runs."""
        with self.connection() as connection:
            yield PostgresCursor(connection.cursor())

    @contextmanager
    def writing(self, *, lock: str) -> Iterator[PostgresCursor]:
        """One transaction, alone among those that name the same lock on this store."""
        with self.connection() as connection, connection.transaction():
            cursor = PostgresCursor(connection.cursor())
            cursor.execute(TAKE_LOCK, (f"candour {self._place.store} {lock}",))
            yield cursor

    def id_of(self, value: UUID) -> UUID:
        """PostgreSQL has a type for ids."""
        return value

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()

    @contextmanager
    def connection(self) -> Iterator["psycopg.Connection[Row]"]:
        """A connection in autocommit mode, with the driver's errors in the engine's words."""
        try:
            with self._opening:
                self._pool.open()
            with self._pool.connection() as connection:
                yield connection
        except psycopg.Error as error:
            raise _engine_error(error, self._place.name) from error

    def _configure(self, connection: "psycopg.Connection[Row]") -> None:
        path = sql.SQL("SET search_path = {}").format(sql.Identifier(self._place.store))
        connection.execute(path)
        connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")


class PostgresRecorder(EventRecorder):
    """Appends with one call of the function that migrations define."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self._connection = database.connection

    def _append(
        self, stored_events: Sequence[StoredEvent], idempotency: IdempotencyRow | None
    ) -> list[int]:
        values = _append_values(stored_events, idempotency)
        # A lost answer is not a lost write. With a key, sending again is safe: if the first one
        # landed, the second is told so. Without a key nobody could tell, so it is sent once.
        for left in reversed(range(APPEND_TRIES if idempotency else 1)):
            try:
                return self._send(values)
            except StoreBusy:
                raise
            except persistence.OperationalError:
                if not left:
                    raise
                LOG.warning("the connection broke during an append; sending it again")
        raise AssertionError("the last try either answers or raises")

    def _send(self, values: Sequence[object]) -> list[int]:
        with self._connection() as connection:
            row = connection.execute(APPEND, values).fetchone()
        positions: list[int] = row[0] if row else []
        return positions


def _append_values(
    stored_events: Sequence[StoredEvent], row: IdempotencyRow | None
) -> tuple[object, ...]:
    events = (
        [event.originator_id for event in stored_events],
        [event.originator_version for event in stored_events],
        [event.topic for event in stored_events],
        [event.state for event in stored_events],
    )
    if row is None:
        return (*events, *[None] * 8)
    return (
        *events,
        row.organisation,
        row.key,
        row.request_hash,
        row.stream_id,
        row.first_version,
        row.last_version,
        event_ids_text(row),
        row.recorded_at.isoformat(),
    )


def _placeholders(statement: str) -> str:
    return statement.replace("?", "%s")


def _check_if_spoken_to(connection: "psycopg.Connection[Row]") -> None:
    """A server that went away said so on the socket: ask only then, so a save stays one trip."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)


def _engine_error(error: psycopg.Error, where: str) -> Exception:
    if error.diag.constraint_name == "idempotency_key":
        return KeyTaken("this key is already answered")
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return StoreBusy(f"{where}: {error}")
    for given, named in ENGINE_ERRORS:
        if isinstance(error, given):
            return named(str(error))
    return persistence.PersistenceError(str(error))
