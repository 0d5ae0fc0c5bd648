"""What the stores ask of a database, whichever it is: transactions, and SQL with ? for values."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

Row = tuple[Any, ...]

# How long a writer waits for another before it is told so (event-store.md A2 and A4: 5 s).
WAIT_SECONDS = 5


class Cursor(Protocol):
    """Runs SQL on one connection."""

    def execute(self, statement: str, values: Sequence[object] = ()) -> "Cursor": ...

    def executemany(self, statement: str, rows: Iterable[Sequence[object]]) -> None: ...

    def fetchone(self) -> Row | None: ...

    def fetchall(self) -> list[Row]: ...


class Database(Protocol):
    """One store's tables. Errors are the engine's, and StoreBusy when a wait was too long."""

    def reading(self) -> AbstractContextManager[Cursor]:
        """Each statement sees what is committed when it runs."""
        ...

    def writing(self, *, lock: str) -> AbstractContextManager[Cursor]:
        """One transaction, kept if the block ends well, that no other holder of `lock` overlaps."""
        ...

    def id_of(self, value: UUID) -> UUID | str:
        """The form in which event tables keep an id."""
        ...

    def close(self) -> None: ...
