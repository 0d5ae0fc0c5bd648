"""The read store: questions at any time, and one writer's transactions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from service.readstore.documents import Document, column, text_of
from service.readstore.filters import folded
from service.readstore.grades import FORGET_STANDARD, GradeChange, write_all
from service.readstore.queries import Queries, moment
from service.settings import Settings
from service.store.database import Cursor, Database, Row
from service.store.opening import open_database

# One writer at a time, whatever the number of processes that try.
PROJECTION_LOCK = "projections"

SAVE_PROGRAMME = """
INSERT INTO programmes (id, approach_id, organisation, area, status, name, search, document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, document = excluded.document
"""
ADD_SECTOR = """
INSERT INTO programme_sectors (programme_id, sector) VALUES (?, ?) ON CONFLICT DO NOTHING
"""
ADD_ENTRY = """
INSERT INTO programme_events (position, programme_id, version, type, happened_on, recorded_at,
                              document)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
SAVE_APPROACH = """
INSERT INTO approaches (id, name, document) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET document = excluded.document
"""
SAVE_MEMBER = """
INSERT INTO members (id, organisation, document) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET document = excluded.document
"""
HOLD = """
INSERT INTO standards (standard, since_position) VALUES (?, ?) ON CONFLICT DO NOTHING
"""
FILLED = """
INSERT INTO filled_approaches (standard, approach_id) VALUES (?, ?) ON CONFLICT DO NOTHING
"""
SAVE_POSITION = """
INSERT INTO tracking (projection, position) VALUES (?, ?)
ON CONFLICT (projection) DO UPDATE SET position = excluded.position
"""


class ReadTransaction(Queries):
    """Reads its own writes; all of it is kept, or none."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of one statement inside the transaction."""
        return self._cursor.execute(statement, values).fetchall()

    def save_programmes(self, cards: Iterable[Document]) -> None:
        """Cards, new or changed."""
        cards = list(cards)
        self._cursor.executemany(SAVE_PROGRAMME, map(_programme, cards))
        sectors = [(card["id"], column(sector)) for card in cards for sector in card["sectors"]]
        self._cursor.executemany(ADD_SECTOR, sectors)

    def add_entries(self, entries: Mapping[int, Document]) -> None:
        """Rows of timelines, by their position."""
        rows = [_entry(position, entry) for position, entry in entries.items()]
        self._cursor.executemany(ADD_ENTRY, rows)

    def save_approaches(self, cards: Iterable[Document]) -> None:
        """Catalogue entries, new or changed."""
        rows = [(card["id"], column(card["name"]), text_of(card)) for card in cards]
        self._cursor.executemany(SAVE_APPROACH, rows)

    def save_members(self, cards: Iterable[Document]) -> None:
        """Accounts, new or changed."""
        rows = [(card["id"], column(card["organisation"]), text_of(card)) for card in cards]
        self._cursor.executemany(SAVE_MEMBER, rows)

    def save_grades(self, changes: Iterable[GradeChange]) -> None:
        """Grades as they stand from their positions on."""
        write_all(self._cursor, changes)

    def hold(self, standards: Iterable[str], position: int) -> None:
        """That these standards grade every event after a position, unless they did before."""
        self._cursor.executemany(HOLD, [(standard, position) for standard in standards])

    def forget_grades(self, standard: str, approach_id: str) -> None:
        """Deletes what a standard said of an approach and its programmes, to be told anew."""
        self._cursor.execute(FORGET_STANDARD, (standard, approach_id, approach_id))

    def save_filled(self, standard: str, approach_id: str) -> None:
        """That an approach has its whole history by a standard."""
        self._cursor.execute(FILLED, (standard, approach_id))

    def save_whole(self, standard: str) -> None:
        """That a standard has graded every event from the first on, of every approach."""
        self._cursor.execute(
            "UPDATE standards SET since_position = 0 WHERE standard = ?", (standard,)
        )
        self._cursor.execute("DELETE FROM filled_approaches WHERE standard = ?", (standard,))

    def save_position(self, projection: str, position: int) -> None:
        """How far a projection has come, kept with what it wrote."""
        self._cursor.execute(SAVE_POSITION, (projection, position))


class ReadStore(Queries):
    """The read models of the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of one statement, as committed now."""
        with self._database.reading() as cursor:
            return cursor.execute(statement, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[ReadTransaction]:
        """The one writer's transaction; StoreBusy when somebody else has it for too long."""
        with self._database.writing(lock=PROJECTION_LOCK) as cursor:
            yield ReadTransaction(cursor)

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()


def open_read_store(settings: Settings) -> ReadStore:
    """The read models kept beside the record."""
    return ReadStore(open_database(settings.database, "read"))


def _programme(card: Document) -> tuple[object, ...]:
    return (
        card["id"],
        card["approach_id"],
        column(card["organisation"]),
        column(card["area"]),
        card["status"],
        column(card["name"]),
        column(folded(card["name"], card["area"], card["summary"])),
        text_of(card),
    )


def _entry(position: int, entry: Document) -> tuple[object, ...]:
    return (
        position,
        entry["programme_id"],
        entry["version"],
        entry["type"],
        entry["happened_on"],
        moment(datetime.fromisoformat(entry["recorded_at"])),
        text_of(entry),
    )
