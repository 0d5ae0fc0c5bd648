"""Grades at a moment: from their history where it holds them, from the facts where it cannot."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.errors import InvalidValue, NotFound
from domain.facts import ProgrammeFacts, facts_known
from service.context import RecordLane
from service.grading import (
    HOUSE,
    STANDARD_NAMES,
    approach_in_brief,
    check_standard,
    grade_approach,
    grade_programme,
    programme_in_brief,
)
from service.reading import NOW, Moment, approach_now, programme_at, stream_at
from service.regrading import APPROACH, findings_of, marked

Document = dict[str, Any]
Subject = tuple[str, UUID]


def grades_at(
    lane: RecordLane,
    subject: Subject,
    *,
    standard: str = HOUSE,
    outcome: str | None = None,
    moment: Moment = NOW,
) -> list[Document]:
    """The whole grades of a programme or an approach by one standard, the headline first."""
    check_standard(standard)
    check_known(lane, subject, moment)
    # Of a published standard the history keeps no reasons: those are found again from the facts.
    if standard == HOUSE and moment.as_of is None:
        found = grades_remembered(lane, subject, standard, moment)
    else:
        found = grades_performed(lane, subject, (standard,), moment)
    return [one for one in found if outcome in (None, one["subject"]["outcome"])]


def levels_at(
    lane: RecordLane,
    subject: Subject,
    *,
    outcome: str | None = None,
    moment: Moment = NOW,
    standards: Collection[str] = STANDARD_NAMES,
) -> list[Document]:
    """The grades by every standard at once: the house grade whole, the others in brief."""
    check_known(lane, subject, moment)
    if moment.as_of is None:
        kind, subject_id = subject
        position = position_of(lane, moment)
        found = lane.readstore.grades_of(kind, subject_id, at_position=position)
        found = [one | stamp_of(moment) for one in found if one["standard"] in standards]
    else:
        found = briefs_performed(lane, subject, standards, moment)
    return [one for one in found if outcome in (None, one["subject"]["outcome"])]


def facts_at(lane: RecordLane, approach_id: UUID, moment: Moment) -> list[ProgrammeFacts]:
    """The facts of every programme of an approach that was there by then, in the order of ids."""
    ids = sorted(lane.readstore.programmes_of_approach(approach_id))
    return [facts for one in ids for facts in _facts_of(lane, UUID(one), moment)]


def facts_of_programme(lane: RecordLane, programme_id: UUID, moment: Moment) -> ProgrammeFacts:
    """The facts of a programme as known at a moment; refuses one that was not there yet."""
    events = stream_at(lane, programme_id, Moment(known_at=moment.known_at))
    return facts_known(events, as_of=moment.as_of, known_at=moment.known_at)


def grades_remembered(
    lane: RecordLane, subject: Subject, standard: str, moment: Moment
) -> list[Document]:
    """What the history says stood at a moment of ours, without a cut in the world."""
    kind, subject_id = subject
    position = position_of(lane, moment)
    found = lane.readstore.grades_of(kind, subject_id, standard=standard, at_position=position)
    return [one | stamp_of(moment) for one in found]


def grades_performed(
    lane: RecordLane, subject: Subject, standards: Sequence[str], moment: Moment
) -> list[Document]:
    """The whole grades of the facts as they were known at a moment, computed now."""
    kind, subject_id = subject
    if kind == APPROACH:
        pooled = facts_at(lane, subject_id, moment)
        found = grade_approach(subject_id, pooled, standards=standards, **_cuts(moment))
        return marked(found, pooled)
    own, findings = _programme_facts(lane, subject_id, standards, moment)
    return [
        document
        for facts in own
        for document in marked(
            grade_programme(subject_id, facts, standards=standards, approach=findings), [facts]
        )
    ]


def briefs_performed(
    lane: RecordLane, subject: Subject, standards: Collection[str], moment: Moment
) -> list[Document]:
    """The same by several standards at once, as the history keeps them."""
    kind, subject_id = subject
    if kind == APPROACH:
        own = facts_at(lane, subject_id, moment)
        found = approach_in_brief(subject_id, own, standards)
    else:
        own, findings = _programme_facts(lane, subject_id, standards, moment)
        found = [d for f in own for d in programme_in_brief(f, standards, approach=findings)]
    as_of = moment.as_of.isoformat() if moment.as_of else None
    return [one | stamp_of(moment) | {"as_of": as_of} for one in marked(found, own)]


def position_of(lane: RecordLane, moment: Moment) -> int | None:
    """The last position that was told by a moment; None for now."""
    return None if moment.known_at is None else lane.readstore.position_at(moment.known_at)


def stamp_of(moment: Moment) -> Document:
    """By when a grade was known."""
    return {"known_at": moment.known_at.isoformat() if moment.known_at else None}


def check_known(lane: RecordLane, subject: Subject, moment: Moment = NOW) -> None:
    """Refuses a subject that is not there, or was not there yet."""
    kind, subject_id = subject
    match kind:
        case "programme":
            programme_at(lane, subject_id, Moment(known_at=moment.known_at))
        case "approach":
            card = approach_now(lane, subject_id)
            entered = datetime.fromisoformat(card["last_recorded_at"])
            if moment.known_at is not None and entered > moment.known_at:
                raise NotFound(f"there is no approach {subject_id} yet", kind="approach")
        case _:
            raise InvalidValue("subject", f"is {kind}", accepted="programme or approach")


def headlines_in(pooled: Sequence[ProgrammeFacts], standard: str) -> dict[str, Document]:
    """The headline grade of every programme of an approach that has one, by its id."""
    findings: Mapping[str, str] = {}
    if standard == HOUSE and pooled:
        findings = findings_of(grade_approach(pooled[0].approach_id, pooled))
    shown = {}
    for facts in pooled:
        found = grade_programme(facts.programme_id, facts, standard=standard, approach=findings)
        if found:
            shown[str(facts.programme_id)] = marked(found, [facts])[0]
    return shown


def _programme_facts(
    lane: RecordLane, programme_id: UUID, standards: Collection[str], moment: Moment
) -> tuple[list[ProgrammeFacts], Mapping[str, str]]:
    """A programme's facts (none before it was there), and what its approach was found to do.

    What the approach does is asked by the house's funding policy alone.
    """
    if HOUSE not in standards:
        return list(_facts_of(lane, programme_id, moment)), {}
    approach_id = UUID(programme_at(lane, programme_id)["approach_id"])
    pooled = facts_at(lane, approach_id, moment)
    findings = findings_of(grade_approach(approach_id, pooled))
    return [one for one in pooled if one.programme_id == programme_id], findings


def _facts_of(lane: RecordLane, programme_id: UUID, moment: Moment) -> Iterator[ProgrammeFacts]:
    """The facts of a programme; none before it was there."""
    try:
        facts = facts_of_programme(lane, programme_id, moment)
    except NotFound:
        return
    yield facts


def _cuts(moment: Moment) -> dict[str, Any]:
    return {"as_of": moment.as_of, "known_at": moment.known_at}
