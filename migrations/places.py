"""Where each store lives: a file of its own, or a schema of its own in one PostgreSQL database."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

STORES = ("record", "peer", "read", "access")


@dataclass(frozen=True, slots=True)
class SqlitePlace:
    """A file of one store."""

    store: str
    path: Path

    @property
    def name(self) -> str:
        """What messages call it."""
        return str(self.path)

    @property
    def uri(self) -> str:
        """Opens the file that is there, and never makes one."""
        return f"{self.path.absolute().as_uri()}?mode=rw"


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A schema of one store; the store's name is the schema's."""

    store: str
    dsn: str

    @property
    def name(self) -> str:
        """What messages call it; the address may hold a password and is not shown."""
        return f"the PostgreSQL schema {self.store}"


Place = SqlitePlace | PostgresPlace


def place_of(address: str, store: str) -> Place:
    """The place of a store at `sqlite:FOLDER` or an address that libpq understands."""
    if store not in STORES:
        raise ValueError(f"{store!r} is no store: one of {', '.join(STORES)}")
    folder = address.removeprefix("sqlite:")
    if folder != address and folder:
        return SqlitePlace(store, Path(folder) / f"{store}.db")
    try:
        conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # The address may hold a password: it is not shown, nor is the error that quotes it.
        message = "a store's address is sqlite:FOLDER or a postgresql:// address"
        raise ValueError(message) from None
    return PostgresPlace(store, address)
