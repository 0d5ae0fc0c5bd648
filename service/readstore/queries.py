"""Every question that pages, the API and the grading ask of the read models."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from service.readstore.documents import Document, document_of
from service.readstore.filters import Condition, Filters, Page, after_cursor, cursor_after, joined
from service.store.database import Row

# Stands for "still": past every position (the same number is in the index of the migration).
STILL = 2**63 - 1
HOUSE_STANDARD = "candour@1"
EVERYTHING = Filters()

ENTRIES = """
SELECT e.position, e.document FROM programme_events e
{source} = ? AND e.position <= ? ORDER BY e.position
"""
ENTRIES_OF_PROGRAMME = ENTRIES.format(source="WHERE e.programme_id")
ENTRIES_OF_APPROACH = ENTRIES.format(
    source="JOIN programmes p ON p.id = e.programme_id WHERE p.approach_id"
)

# Written as the index spells it: one range, for the current grades as for any past position.
STANDING = "coalesce(g.to_position, 9223372036854775807) > ? AND g.from_position <= ?"

LIST_PROGRAMMES = """
SELECT p.name, p.id, p.document FROM programmes p WHERE {condition} ORDER BY p.name, p.id LIMIT ?
"""

GRADED = """
EXISTS (SELECT 1 FROM grades g WHERE g.subject_kind = 'programme' AND g.subject_id = p.id
        AND g.is_headline = 1 AND g.to_position IS NULL AND {condition})
"""

PORTFOLIO = """
SELECT p.name, p.id, p.document, g.document
FROM grades g JOIN programmes p ON p.id = g.subject_id
WHERE g.subject_kind = 'programme' AND g.is_headline = 1 AND {condition}
ORDER BY p.name, p.id LIMIT ?
"""

GRADES_OF = """
SELECT g.document FROM grades g
WHERE g.subject_kind = ? AND g.subject_id = ? AND {condition}
ORDER BY g.standard, g.is_headline DESC, g.outcome, g.version
"""


TOLD_OF_APPROACH = """
SELECT e.position, e.type, e.programme_id
FROM programmes p JOIN programme_events e ON e.programme_id = p.id
WHERE p.approach_id = ? AND e.position > ? AND e.position <= ? ORDER BY e.position
"""

EVIDENCE = """
SELECT count(*) FROM grades g JOIN programmes p ON p.id = g.subject_id
WHERE g.subject_kind = 'programme' AND g.is_headline = 1 AND {condition}
"""

HISTORY = """
SELECT g.version, g.outcome, g.document, g.from_position, g.to_position, b.document, e.document
FROM grades g
JOIN programme_events b ON b.position = g.from_position
LEFT JOIN programme_events e ON e.position = g.to_position
WHERE g.subject_kind = ? AND g.subject_id = ? AND g.standard = ? AND g.from_position <= ?
ORDER BY g.outcome, g.from_position
"""


class Told(NamedTuple):
    """An event of a programme: where it stands in the log, and what it was."""

    position: int
    type: str
    programme_id: str


class Stretch(NamedTuple):
    """A stretch of the log in which one grade stood, with the events that began and ended it."""

    version: int
    outcome: str
    grade: Document
    from_position: int
    to_position: int | None
    begun_by: Document
    ended_by: Document | None


class Queries(ABC):
    """The questions; how a statement is run is for the store or the transaction to say."""

    @abstractmethod
    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of one statement."""

    def get_programme(self, programme_id: object) -> Document | None:
        """The card of a programme."""
        return self._document("SELECT document FROM programmes WHERE id = ?", programme_id)

    def get_approach(self, approach_id: object) -> Document | None:
        """The catalogue entry of an approach."""
        return self._document("SELECT document FROM approaches WHERE id = ?", approach_id)

    def get_member(self, member_id: object) -> Document | None:
        """The account of a member."""
        return self._document("SELECT document FROM members WHERE id = ?", member_id)

    def list_approaches(self) -> list[Document]:
        """The whole catalogue, by name."""
        rows = self.run("SELECT document FROM approaches ORDER BY name, id")
        return [document_of(row[0]) for row in rows]

    def list_programmes(
        self, filters: Filters = EVERYTHING, *, cursor: str | None = None, limit: int = 50
    ) -> Page:
        """Cards by name; findings and confidence are those of the standing headline grade."""
        conditions = [*filters.of_programme(), *_beyond(cursor)]
        graded = filters.of_grade()
        if graded:
            condition, values = joined([("g.standard = ?", (HOUSE_STANDARD,)), *graded])
            conditions.append((GRADED.format(condition=condition), values))
        condition, values = joined(conditions)
        statement = LIST_PROGRAMMES.format(condition=condition)
        rows = self.run(statement, (*values, limit + 1))
        return _page(rows, [document_of(row[2]) for row in rows], limit=limit)

    def portfolio(
        self,
        filters: Filters = EVERYTHING,
        *,
        standard: str = HOUSE_STANDARD,
        at_position: int | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Headline grades with their programmes, as they stand or stood at a position."""
        conditions = [
            ("g.standard = ?", (standard,)),
            _standing(at_position),
            *filters.of_grade(),
            *filters.of_programme(),
            *_beyond(cursor),
        ]
        condition, values = joined(conditions)
        rows = self.run(PORTFOLIO.format(condition=condition), (*values, limit + 1))
        documents = [
            {"programme": document_of(row[2]), "grade": document_of(row[3])} for row in rows
        ]
        return _page(rows, documents, limit=limit)

    def grades_of(
        self,
        subject_kind: str,
        subject_id: object,
        *,
        standard: str | None = None,
        at_position: int | None = None,
    ) -> list[Document]:
        """Every grade of a subject, headline first, as they stand or stood at a position."""
        conditions = [_standing(at_position)]
        if standard is not None:
            conditions.append(("g.standard = ?", (standard,)))
        condition, values = joined(conditions)
        rows = self.run(
            GRADES_OF.format(condition=condition), (subject_kind, str(subject_id), *values)
        )
        return [document_of(row[0]) for row in rows]

    def programme_events(self, programme_id: object, *, up_to: int = STILL) -> list[Document]:
        """The timeline of a programme, each entry with its position."""
        return self._entries(ENTRIES_OF_PROGRAMME, programme_id, up_to)

    def events_of_approach(self, approach_id: object, *, up_to: int = STILL) -> list[Document]:
        """The timelines of every programme of an approach, in the order of the log."""
        return self._entries(ENTRIES_OF_APPROACH, approach_id, up_to)

    def told_of_approach(
        self, approach_id: object, *, after: int = 0, up_to: int = STILL
    ) -> list[Told]:
        """Which events of an approach's programmes lie between two positions, in their order."""
        rows = self.run(TOLD_OF_APPROACH, (str(approach_id), after, up_to))
        return [Told(*row) for row in rows]

    def evidence_of(
        self,
        filters: Filters = EVERYTHING,
        *,
        standard: str = HOUSE_STANDARD,
        at_position: int | None = None,
        least: float,
    ) -> tuple[int, list[float]]:
        """How many headline grades a portfolio lists, and each evidence in it that is so large.

        Never narrowed by what was found: a list chosen by its findings is no fair sample of them.
        """
        conditions = [
            ("g.standard = ?", (standard,)),
            _standing(at_position),
            *filters.of_programme(),
        ]
        condition, values = joined(conditions)
        [(listed,)] = self.run(EVIDENCE.format(condition=condition), values)
        condition, values = joined([*conditions, ("g.ln_e >= ?", (least,))])
        statement = EVIDENCE.replace("count(*)", "g.ln_e").format(condition=condition)
        return listed, [row[0] for row in self.run(statement, values)]

    def history_of(
        self, subject_kind: str, subject_id: object, *, standard: str, up_to: int = STILL
    ) -> list[Stretch]:
        """Every stretch of a subject's grades by one standard that began by a position."""
        rows = self.run(HISTORY, (subject_kind, str(subject_id), standard, up_to))
        return [
            Stretch(
                version,
                outcome,
                document_of(grade),
                begin,
                end if end is None or end <= up_to else None,
                document_of(begun_by),
                document_of(ended_by) if end is not None and end <= up_to else None,
            )
            for version, outcome, grade, begin, end, begun_by, ended_by in rows
        ]

    def standards_held(self) -> dict[str, int]:
        """Each standard that grades, with the position after which it graded every event."""
        rows = self.run("SELECT standard, since_position FROM standards ORDER BY standard")
        return {str(row[0]): int(row[1]) for row in rows}

    def recorded_at(self, position: int) -> str | None:
        """When the last event of a programme up to a position was recorded."""
        statement = """
            SELECT recorded_at FROM programme_events WHERE position <= ?
            ORDER BY position DESC LIMIT 1
        """
        rows = self.run(statement, (position,))
        return rows[0][0] if rows else None

    def approaches_filled(self, standard: str) -> set[str]:
        """The approaches whose earlier history a standard has been filled into, until all are."""
        statement = "SELECT approach_id FROM filled_approaches WHERE standard = ?"
        return {row[0] for row in self.run(statement, (standard,))}

    def programmes_of_approach(self, approach_id: object) -> list[str]:
        """The ids of the programmes that try an approach."""
        statement = "SELECT id FROM programmes WHERE approach_id = ? ORDER BY name, id"
        return [row[0] for row in self.run(statement, (str(approach_id),))]

    def position_at(self, known_at: datetime) -> int:
        """The last position recorded by that instant; 0 when there was none."""
        statement = """
            SELECT position FROM programme_events WHERE recorded_at <= ?
            ORDER BY recorded_at DESC, position DESC LIMIT 1
        """
        rows = self.run(statement, (moment(known_at),))
        return rows[0][0] if rows else 0

    def position(self, projection: str) -> int:
        """How far a projection has come."""
        rows = self.run("SELECT position FROM tracking WHERE projection = ?", (projection,))
        return rows[0][0] if rows else 0

    def _document(self, statement: str, wanted: object) -> Document | None:
        rows = self.run(statement, (str(wanted),))
        return document_of(rows[0][0]) if rows else None

    def _entries(self, statement: str, wanted: object, up_to: int) -> list[Document]:
        rows = self.run(statement, (str(wanted), up_to))
        return [{**document_of(document), "position": position} for position, document in rows]


def moment(instant: datetime) -> str:
    """An instant as the tables compare it: UTC, always to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _standing(at_position: int | None) -> Condition:
    position = STILL - 1 if at_position is None else at_position
    return STANDING, (position, position)


def _beyond(cursor: str | None) -> list[Condition]:
    return [] if cursor is None else [("(p.name, p.id) > (?, ?)", after_cursor(cursor))]


def _page(rows: list[Row], documents: list[Document], *, limit: int) -> Page:
    if len(rows) <= limit:
        return Page(documents, None)
    name, programme_id, *_ = rows[limit - 1]
    return Page(documents[:limit], cursor_after(name, programme_id))
