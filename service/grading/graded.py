"""Subjects to grade documents: one appraisal of the facts for every standard that is asked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from scoring import STANDARDS, UnknownStandard, grade
from scoring.evidence import Subject
from scoring.published import appraised
from scoring.remembered import Memory
from scoring.standards.candour import NAME as HOUSE
from service.grading.documents import house_document, level_document

Document = dict[str, Any]

STANDARD_NAMES = (HOUSE, *STANDARDS)
# Stands for every standard there is.
ALL = "all"


def check_standard(standard: str) -> None:
    """Refuse a standard that is not shipped, naming those that are."""
    if standard not in STANDARD_NAMES:
        raise UnknownStandard(
            f"is {standard!r:.60}", field="standard", accepted=f"one of {', '.join(STANDARD_NAMES)}"
        )


def standards_named(asked: str) -> tuple[str, ...]:
    """The standards of a list with commas, in its order; `all` is every one of them."""
    names = tuple(dict.fromkeys(name.strip() for name in asked.split(",")))
    if names == (ALL,):
        return STANDARD_NAMES
    for name in names:
        check_standard(name)
    return names


def graded(
    subject: Subject,
    names: Sequence[str],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Document]:
    """The grade document of each standard on a subject, in the order of the names."""
    memory = Memory()
    known = appraised(subject, memory) if set(names) - {HOUSE} else None
    moment = {
        "as_of": None if as_of is None else as_of.isoformat(),
        "known_at": None if known_at is None else known_at.isoformat(),
    }
    return [
        (
            house_document(grade(subject))
            if known is None or name == HOUSE
            else level_document(known, STANDARDS[name], memory)
        )
        | moment
        for name in names
    ]
