"""One migration run on one database: locked, in one transaction, remembered in a table."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import psycopg
from psycopg import sql

from migrations.errors import ForeignStore
from migrations.files import Migration
from migrations.places import Place, PostgresPlace, SqlitePlace

# Marks a SQLite file as ours: the bytes of "CAND" (pragma application_id).
OURS = int.from_bytes(b"CAND")

# How long one run waits for another; a migration of a large store takes minutes, not hours.
WAIT_SECONDS = 600

COLUMNS = """
    store TEXT NOT NULL,
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
"""


class Applied(NamedTuple):
    """A migration that the store remembers."""

    store: str
    number: int
    name: str
    checksum: str


class Session(Protocol):
    """What the runner asks of a database while it holds the lock."""

    def applied(self) -> list[Applied]: ...

    def apply(self, migration: Migration) -> None: ...


@contextmanager
def migrating(place: Place) -> Iterator[Session]:
    """Holds the lock of the store; what was applied stands only if the block ends well."""
    if isinstance(place, SqlitePlace):
        with _sqlite(place) as session:
            yield session
    else:
        with _postgres(place) as session:
            yield session


def applied_to(place: Place) -> list[Applied]:
    """What the store remembers; nothing when there is no store yet."""
    if isinstance(place, SqlitePlace):
        if not place.path.exists():
            return []
        with _damage_named(place), closing(sqlite3.connect(place.uri, uri=True)) as connection:
            return _SqliteSession(place, connection).applied()
    with psycopg.connect(place.dsn) as connection:
        return _PostgresSession(place, connection).applied()


@dataclass(frozen=True, slots=True)
class _SqliteSession:
    place: SqlitePlace
    connection: sqlite3.Connection

    def applied(self) -> list[Applied]:
        if self._is_empty():
            return []
        if self.connection.execute("PRAGMA application_id").fetchone()[0] != OURS:
            raise ForeignStore(self.place.name, "it belongs to another program")
        rows = self.connection.execute(
            "SELECT store, number, name, checksum FROM migrations ORDER BY number"
        )
        return _checked(self.place, [Applied(*row) for row in rows])

    def apply(self, migration: Migration) -> None:
        for statement in _statements(migration.sql):
            self.connection.execute(statement)
        self.connection.execute(
            "INSERT INTO migrations (store, number, name, checksum) VALUES (?, ?, ?, ?)",
            (self.place.store, migration.number, migration.name, migration.checksum),
        )

    def prepare(self) -> None:
        if self._is_empty():
            self.connection.execute(f"PRAGMA application_id = {OURS}")
            self.connection.execute(f"CREATE TABLE migrations ({COLUMNS})")

    def _is_empty(self) -> bool:
        return self.connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


@contextmanager
def _sqlite(place: SqlitePlace) -> Iterator[_SqliteSession]:
    place.path.parent.mkdir(parents=True, exist_ok=True)
    # The change to WAL waits for nobody inside SQLite, so a lock of our own goes around the run.
    with place.path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = sqlite3.connect(place.path, isolation_level=None, timeout=WAIT_SECONDS)
        with _damage_named(place), closing(connection):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            session = _SqliteSession(place, connection)
            session.prepare()
            yield session
            connection.execute("COMMIT")


@contextmanager
def _damage_named(place: SqlitePlace) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise ForeignStore(place.name, str(error)) from error
        raise


def _statements(script: str) -> Iterator[str]:
    """Splits where SQLite itself sees an end; `executescript` would commit before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"a statement has no end: {statement.strip():.60}")


@dataclass(frozen=True, slots=True)
class _PostgresSession:
    place: PostgresPlace
    connection: psycopg.Connection

    def applied(self) -> list[Applied]:
        table = self._table()
        known = self.connection.execute("SELECT to_regclass(%s)", (table.as_string(),)).fetchone()
        if known == (None,):
            return []
        select = sql.SQL("SELECT store, number, name, checksum FROM {} ORDER BY number")
        rows = self.connection.execute(select.format(table)).fetchall()
        return _checked(self.place, [Applied(*row) for row in rows])

    def apply(self, migration: Migration) -> None:
        self.connection.execute(migration.sql.encode())
        insert = sql.SQL("INSERT INTO {} (store, number, name, checksum) VALUES (%s, %s, %s, %s)")
        self.connection.execute(
            insert.format(self._table()),
            (self.place.store, migration.number, migration.name, migration.checksum),
        )

    def prepare(self) -> None:
        schema = sql.Identifier(self.place.store)
        self.connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
        create = sql.SQL("CREATE TABLE IF NOT EXISTS {} (" + COLUMNS + ")")
        self.connection.execute(create.format(self._table()))

    def _table(self) -> sql.Identifier:
        return sql.Identifier(self.place.store, "migrations")


@contextmanager
def _postgres(place: PostgresPlace) -> Iterator[_PostgresSession]:
    with psycopg.connect(place.dsn) as connection:
        connection.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        connection.execute("SET LOCAL client_min_messages = warning")
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
        connection.execute(lock, (f"candour migrate {place.store}",))
        session = _PostgresSession(place, connection)
        session.prepare()
        yield session


def _checked(place: Place, applied: list[Applied]) -> list[Applied]:
    stranger = next((done.store for done in applied if done.store != place.store), None)
    if stranger:
        raise ForeignStore(place.name, f"it is the {stranger} store")
    return applied
