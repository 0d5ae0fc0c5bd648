"""The history of grades: a row for each stretch of the log during which a grade stood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.readstore.documents import Document, text_of
from service.store.database import Cursor

Key = tuple[str, str, int]

STANDING = """
SELECT standard, outcome, version, document, from_position FROM grades
WHERE subject_kind = ? AND subject_id = ? AND to_position IS NULL
"""

FORGET_STANDARD = """
DELETE FROM grades WHERE standard = ? AND (
    (subject_kind = 'approach' AND subject_id = ?)
    OR (subject_kind = 'programme'
        AND subject_id IN (SELECT id FROM programmes WHERE approach_id = ?))
)
"""

OF_ROW = """
WHERE subject_kind = ? AND subject_id = ? AND standard = ? AND outcome = ? AND version = ?
AND from_position = ?
"""
END = f"UPDATE grades SET to_position = ? {OF_ROW}"
FORGET = f"DELETE FROM grades {OF_ROW}"

BEGIN = """
INSERT INTO grades (subject_kind, subject_id, standard, outcome, version, is_headline, finding,
                    confidence, demonstrably_works, ln_e, document, from_position)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade document, and whether it is the one that lists show."""

    document: Document
    is_headline: bool

    @property
    def key(self) -> Key:
        """What it grades: standard, outcome and version of the subject."""
        subject = self.document["subject"]
        return self.document["standard"], subject.get("outcome") or "", subject.get("version") or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """All grades of one subject by some standards as they stand from a position on.

    Of these standards (of all, where none is named) those left out have ended; others go on.
    """

    subject_kind: str
    subject_id: str
    position: int
    grades: tuple[Grade, ...]
    standards: tuple[str, ...] = ()


def write_grades(cursor: Cursor, change: GradeChange) -> None:
    """Ends and begins rows only where a document differs from the one that stands."""
    subject = (change.subject_kind, change.subject_id)
    standing = {
        (standard, outcome, version): (document, from_position)
        for standard, outcome, version, document, from_position in cursor.execute(
            STANDING, subject
        ).fetchall()
        if not change.standards or standard in change.standards
    }
    texts = {grade.key: text_of(grade.document) for grade in change.grades}
    ended = {key: row for key, row in standing.items() if texts.get(key) != row[0]}
    _end(cursor, change, ended)
    begun = [grade for grade in change.grades if grade.key not in standing or grade.key in ended]
    cursor.executemany(BEGIN, (_values(change, grade, texts[grade.key]) for grade in begun))


def _end(cursor: Cursor, change: GradeChange, ended: Mapping[Key, tuple[str, int]]) -> None:
    for key, (_, from_position) in ended.items():
        row = (change.subject_kind, change.subject_id, *key, from_position)
        if from_position == change.position:  # graded twice at one position: it never stood
            cursor.execute(FORGET, row)
        else:
            cursor.execute(END, (change.position, *row))


def _values(change: GradeChange, grade: Grade, text: str) -> tuple[object, ...]:
    document = grade.document
    return (
        change.subject_kind,
        change.subject_id,
        *grade.key,
        int(grade.is_headline),
        document.get("finding"),
        document.get("confidence"),
        int(bool(document.get("demonstrably_works"))),
        (document.get("anytime") or {}).get("ln_e_plus"),
        text,
        change.position,
    )


def write_all(cursor: Cursor, changes: Iterable[GradeChange]) -> None:
    """The changes in the order of their positions."""
    for change in sorted(changes, key=lambda change: change.position):
        write_grades(cursor, change)
