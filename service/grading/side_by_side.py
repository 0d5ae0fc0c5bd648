"""One subject under many standards at once: one appraisal of its facts, one document each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.facts import ProgrammeFacts
from service.grading.graded import graded
from service.grading.translation import subject_of_approach, subject_of_programme

Document = dict[str, Any]


def programme_side_by_side(
    programme_id: UUID, facts: ProgrammeFacts, *, outcome: str, standards: Sequence[str]
) -> list[Document]:
    """The grades of one outcome of a programme, in the order of the standards."""
    subject = subject_of_programme(str(programme_id), facts, outcome)
    return graded(subject, standards, as_of=facts.as_of, known_at=facts.known_at)


def approach_side_by_side(
    approach_id: UUID, facts: Sequence[ProgrammeFacts], *, outcome: str, standards: Sequence[str]
) -> list[Document]:
    """The same over every programme that tries the approach."""
    return graded(subject_of_approach(str(approach_id), facts, outcome), standards)
