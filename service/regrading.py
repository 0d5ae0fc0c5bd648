"""Grades again what an event may have changed, as things were known at its position."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.commands import (
    AmendPlan,
    CorrectOutcome,
    Launch,
    MeasureOutcome,
    Pivot,
    RecordJudgement,
    RegisterPlan,
    WithdrawOutcome,
)
from domain.events import RecordedEvent
from domain.facts import ContrastStatus, ProgrammeFacts, facts_known
from service.grading import HOUSE, STANDARD_NAMES, grade_approach, grade_programme
from service.projections import Regrade, Touch
from service.readstore import Grade, GradeChange, Queries
from service.store import Store

Document = dict[str, Any]
PROGRAMME, APPROACH = "programme", "approach"
# What a grade depends on (design section 3): a stall, a milestone or an adaptation never moves one.
MOVES_GRADES = frozenset(
    shape.type
    for shape in (
        AmendPlan, CorrectOutcome, Launch, MeasureOutcome, Pivot, RecordJudgement, RegisterPlan,
        WithdrawOutcome,
    )
)  # fmt: skip
# What nobody stands by any longer counts for no headline.
TAKEN_BACK = frozenset({ContrastStatus.REMOVED_BY_PANEL, ContrastStatus.WITHDRAWN_BY_PROGRAMME})


def regrade_with(store: Store) -> Regrade:
    """The regrading that projections ask for, over the events of this store."""

    def regrade(view: Queries, touched: Sequence[Touch]) -> Iterable[GradeChange]:
        moving = [touch for touch in touched if touch.type in MOVES_GRADES]
        for approach_id in dict.fromkeys(touch.approach_id for touch in moving):
            pool = _Pool(store, view, approach_id)
            for touch in moving:
                if touch.approach_id == approach_id:
                    yield from pool.grades_after(touch)

    return regrade


class _Pool:
    """One approach's programmes, stepped from position to position."""

    def __init__(self, store: Store, view: Queries, approach_id: str) -> None:
        self._id = approach_id
        self._streams: dict[str, Sequence[RecordedEvent]] = {}
        self._positions: dict[str, list[int]] = {}
        for entry in view.events_of_approach(approach_id):
            self._positions.setdefault(entry["programme_id"], []).append(entry["position"])
        for programme_id, positions in self._positions.items():
            stored = store.recorder.select_events(UUID(programme_id), lte=len(positions) - 1)
            self._streams[programme_id] = [store.mapper.to_domain_event(one) for one in stored]
        standing = view.grades_of(APPROACH, approach_id, standard=HOUSE)
        self._findings = findings_of(standing)
        self._facts: dict[str, ProgrammeFacts] = {}

    def grades_after(self, touch: Touch) -> Iterator[GradeChange]:
        """The approach and the programme as they stand from here on; others if they lean on it."""
        self._come_to(touch)
        # In the order of ids: neither the order of telling nor of names may change a document.
        pooled = [self._facts[programme_id] for programme_id in sorted(self._facts)]
        found = [
            document
            for standard in STANDARD_NAMES
            for document in grade_approach(UUID(self._id), pooled, standard=standard)
        ]
        yield _change(APPROACH, self._id, touch.position, found, pooled)
        findings = findings_of(found)
        changed = findings != self._findings
        self._findings = findings
        for programme_id in sorted(self._facts) if changed else [touch.programme_id]:
            yield self._programme(programme_id, touch.position)

    def _programme(self, programme_id: str, position: int) -> GradeChange:
        facts = self._facts[programme_id]
        found = programme_grades(facts, self._findings)
        return _change(PROGRAMME, programme_id, position, found, [facts])

    def _come_to(self, touch: Touch) -> None:
        """The facts of every programme at this position; only the touched one can have moved."""
        stale = list(self._streams) if not self._facts else [touch.programme_id]
        for programme_id in stale:
            told = sum(position <= touch.position for position in self._positions[programme_id])
            if told:
                self._facts[programme_id] = facts_known(self._streams[programme_id][:told])


def programme_grades(facts: ProgrammeFacts, findings: Mapping[str, str]) -> list[Document]:
    """Every standard's grades of a programme; `findings` is what its approach was found to do."""
    return [
        document
        for standard in STANDARD_NAMES
        for document in grade_programme(
            facts.programme_id, facts, standard=standard, approach=findings
        )
    ]


def findings_of(grades: Iterable[Document]) -> dict[str, str]:
    """What an approach is found to do, by outcome domain."""
    return {
        grade["subject"]["outcome"]: grade["finding"]
        for grade in grades
        if grade["standard"] == HOUSE
    }


def headline(facts: Sequence[ProgrammeFacts], outcomes: Iterable[str]) -> str | None:
    """The outcome a list shows: the one planned as primary, else reported so, else most measured.

    Ties go to the first by name, so that the same facts have the same headline anywhere.
    """

    def rank(outcome: str) -> tuple[int, int, int]:
        planned = sum(
            one.primary and one.domain == outcome
            for fact in facts
            for plan in fact.plans
            for one in plan.current.outcomes
        )
        told = [
            one.contrast
            for fact in facts
            for one in fact.contrasts
            if one.status not in TAKEN_BACK and one.contrast.outcome.domain == outcome
        ]
        return planned, sum(bool(one.outcome.primary) for one in told), len(told)

    return max(sorted(outcomes), key=rank, default=None)


def marked(documents: Sequence[Document], facts: Sequence[ProgrammeFacts]) -> list[Document]:
    """The documents, each saying whether it is the one that lists show; that one first."""
    shown = headline(facts, {document["subject"]["outcome"] for document in documents})
    found = [one | {"headline": one["subject"]["outcome"] == shown} for one in documents]
    return sorted(found, key=lambda one: not one["headline"])


def _change(
    kind: str,
    subject_id: str,
    position: int,
    documents: Sequence[Document],
    facts: Sequence[ProgrammeFacts],
) -> GradeChange:
    return GradeChange(
        subject_kind=kind,
        subject_id=subject_id,
        position=position,
        grades=tuple(
            Grade(document=document, is_headline=document["headline"])
            for document in marked(documents, facts)
        ),
    )
