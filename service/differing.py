"""Where standards differ on a subject of the record, and what one of them still asks of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from service.context import RecordLane
from service.grades import facts_at, facts_of_programme
from service.grading import (
    differences_of_approach,
    differences_of_programme,
    standards_named,
    worksheet_of_programme,
)
from service.grading.side_by_side import approach_side_by_side, programme_side_by_side
from service.reading import NOW, Moment, approach_now
from service.regrading import APPROACH

Document = dict[str, Any]


def differences_at(
    lane: RecordLane,
    subject: tuple[str, UUID],
    *,
    standards: str,
    outcome: str | None = None,
    moment: Moment = NOW,
) -> list[Document]:
    """What each standard concludes of a programme or an approach, and what makes the difference."""
    kind, subject_id = subject
    names = standards_named(standards)
    if kind == APPROACH:
        approach_now(lane, subject_id)
        pooled = facts_at(lane, subject_id, moment)
        return differences_of_approach(subject_id, pooled, standards=names, outcome=outcome)
    facts = facts_of_programme(lane, subject_id, moment)
    return differences_of_programme(subject_id, facts, standards=names, outcome=outcome)


def side_by_side_at(
    lane: RecordLane,
    subject: tuple[str, UUID],
    *,
    standards: str,
    outcome: str,
    moment: Moment = NOW,
) -> list[Document]:
    """The grades of one outcome by several standards, performed on the facts of that moment."""
    kind, subject_id = subject
    names = standards_named(standards)
    if kind == APPROACH:
        pooled = facts_at(lane, subject_id, moment)
        return approach_side_by_side(subject_id, pooled, outcome=outcome, standards=names)
    facts = facts_of_programme(lane, subject_id, moment)
    return programme_side_by_side(subject_id, facts, outcome=outcome, standards=names)


def worksheet_at(
    lane: RecordLane, programme_id: UUID, *, standard: str, outcome: str | None = None
) -> Sequence[Document]:
    """What a standard still asks of a programme as it stands."""
    facts = facts_of_programme(lane, programme_id, NOW)
    return worksheet_of_programme(programme_id, facts, standard=standard, outcome=outcome)
