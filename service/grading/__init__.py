"""The one seam between record and scoring: recorded facts in, grade documents out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.facts import ProgrammeFacts
from scoring.evidence import Subject
from scoring.standards.candour import NAME as HOUSE
from service.grading.briefly import (
    Remembering,
    approach_in_brief,
    as_listed,
    in_brief,
    programme_in_brief,
)
from service.grading.catalogue import standards_catalogue
from service.grading.diff import standards_diff
from service.grading.differences import differences_document
from service.grading.graded import ALL, STANDARD_NAMES, check_standard, graded, standards_named
from service.grading.previewing import preview, preview_differences
from service.grading.questions import QUESTIONS, check_judgement
from service.grading.translation import (
    outcomes_of,
    subject_of_approach,
    subject_of_programme,
)
from service.grading.worksheet import worksheet_document

__all__ = [
    "ALL",
    "HOUSE",
    "QUESTIONS",
    "STANDARD_NAMES",
    "Remembering",
    "approach_in_brief",
    "as_listed",
    "check_judgement",
    "check_standard",
    "differences_of_approach",
    "differences_of_programme",
    "grade_approach",
    "grade_programme",
    "in_brief",
    "outcomes_of",
    "preview",
    "preview_differences",
    "programme_in_brief",
    "standards_catalogue",
    "standards_diff",
    "standards_named",
    "worksheet_of_programme",
]

Document = dict[str, Any]


def grade_programme(
    programme_id: UUID,
    facts: ProgrammeFacts,
    *,
    outcome: str | None = None,
    standard: str = HOUSE,
    standards: Sequence[str] = (),
    approach: Mapping[str, str] | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Document]:
    """A grade document for each outcome domain that was planned or measured, or for one of them.

    `approach` gives by outcome domain what the programme's approach was found to do, which the
    default funding policy asks for where a programme is promising. `standards` are several to be
    graded by at once, in place of one.
    """
    names = _checked(standards or (standard,))
    as_of, known_at = as_of or facts.as_of, known_at or facts.known_at
    return [
        document
        for subject in _of_programme(programme_id, facts, outcome, approach or {})
        for document in graded(subject, names, as_of=as_of, known_at=known_at)
    ]


def grade_approach(
    approach_id: UUID,
    facts: Sequence[ProgrammeFacts],
    *,
    outcome: str | None = None,
    standard: str = HOUSE,
    standards: Sequence[str] = (),
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Document]:
    """The same over every programme that tries the approach, whatever its version."""
    names = _checked(standards or (standard,))
    return [
        document
        for subject in _of_approach(approach_id, facts, outcome)
        for document in graded(subject, names, as_of=as_of, known_at=known_at)
    ]


def differences_of_programme(
    programme_id: UUID,
    facts: ProgrammeFacts,
    *,
    standards: Sequence[str],
    outcome: str | None = None,
) -> list[Document]:
    """Where the standards differ on a programme, an outcome at a time."""
    subjects = _of_programme(programme_id, facts, outcome, {})
    return [differences_document(subject, standards) for subject in subjects]


def differences_of_approach(
    approach_id: UUID,
    facts: Sequence[ProgrammeFacts],
    *,
    standards: Sequence[str],
    outcome: str | None = None,
) -> list[Document]:
    """The same over every programme that tries the approach."""
    subjects = _of_approach(approach_id, facts, outcome)
    return [differences_document(subject, standards) for subject in subjects]


def worksheet_of_programme(
    programme_id: UUID, facts: ProgrammeFacts, *, standard: str, outcome: str | None = None
) -> list[Document]:
    """What a standard still asks of a programme, an outcome at a time."""
    check_standard(standard)
    subjects = _of_programme(programme_id, facts, outcome, {})
    return [worksheet_document(subject, standard) for subject in subjects]


def _checked(standards: Sequence[str]) -> Sequence[str]:
    for name in standards:
        check_standard(name)
    return standards


def _of_programme(
    programme_id: UUID, facts: ProgrammeFacts, outcome: str | None, found: Mapping[str, str]
) -> Iterator[Subject]:
    for domain in outcomes_of([facts]):
        if outcome in (None, domain):
            yield subject_of_programme(
                str(programme_id), facts, domain, approach_finding=found.get(domain)
            )


def _of_approach(
    approach_id: UUID, facts: Sequence[ProgrammeFacts], outcome: str | None
) -> Iterator[Subject]:
    for domain in outcomes_of(facts):
        if outcome in (None, domain):
            yield subject_of_approach(str(approach_id), facts, domain)
