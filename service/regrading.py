"""Grades again what an event may have changed, as things were known at its position."""

from collections import deque
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
from domain.facts import ContrastStatus, ProgrammeFacts, facts_known
from domain.plan import EvaluationPlan
from service.grading import (
    HOUSE,
    STANDARD_NAMES,
    Remembering,
    approach_in_brief,
    outcomes_of,
    programme_in_brief,
)
from service.projections import Regrade, Touch
from service.readstore import Grade, GradeChange, Queries, Told
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
# Programmes whose facts are kept from one batch to the next; a result takes about 60 kB.
KEPT_PROGRAMMES = 1_000


def regrade_with(store: Store, *, standards: Sequence[str] = STANDARD_NAMES) -> Regrade:
    """The regrading that projections ask for, over the events of this store."""
    pools = _Pools(store, standards)

    def regrade(view: Queries, touched: Sequence[Touch]) -> Iterable[GradeChange]:
        moving = [touch for touch in touched if touch.type in MOVES_GRADES]
        for approach_id in dict.fromkeys(touch.approach_id for touch in moving):
            mine = [touch for touch in moving if touch.approach_id == approach_id]
            yield from pools.before(view, mine[0]).after_each(view, mine)

    return regrade


class Pool:
    """One approach's programmes, stepped from position to position; it never steps back.

    Between steps it keeps facts, and what single results were found to be: a step costs what it
    changes, and one look at the whole.
    """

    def __init__(self, store: Store, approach_id: str, standards: Sequence[str]) -> None:
        self.position = 0
        self.findings: dict[str, str] = {}
        self.approach_id = approach_id
        self._store = store
        self._standards = tuple(standards)
        self._told: dict[str, int] = {}
        self._facts: dict[str, ProgrammeFacts] = {}
        self._memory = Remembering()

    def __len__(self) -> int:
        return len(self._told)

    def after_each(self, view: Queries, touches: Sequence[Touch | Told]) -> Iterator[GradeChange]:
        """The grades that stand after each of these events, which are in the order of the log."""
        last = touches[-1].position if touches else self.position
        news = deque(view.told_of_approach(self.approach_id, after=self.position, up_to=last))
        for touch in touches:
            stale = {}
            while news and news[0].position <= touch.position:
                programme_id = news.popleft().programme_id
                self._told[programme_id] = self._told.get(programme_id, 0) + 1
                stale[programme_id] = self._told[programme_id]
            self._learn(stale)
            self.position = touch.position
            yield from self._changes(touch)

    def _learn(self, stale: Mapping[str, int]) -> None:
        """The facts of programmes of which so many events have been told."""
        for programme_id, told in stale.items():
            stored = self._store.recorder.select_events(UUID(programme_id), lte=told - 1)
            events = [self._store.mapper.to_domain_event(one) for one in stored]
            self._facts[programme_id] = facts_known(events)

    def _changes(self, touch: Touch | Told) -> Iterator[GradeChange]:
        """The approach and the programme as they stand from here on; others if they lean on it."""
        # In the order of ids: neither the order of telling nor of names may change a document.
        pooled = [self._facts[programme_id] for programme_id in sorted(self._facts)]
        found = approach_in_brief(self.approach_id, pooled, self._standards, memory=self._memory)
        yield self._change(APPROACH, self.approach_id, found, pooled, self._standards)
        before, self.findings = self.findings, findings_of(found)
        facts = self._facts[touch.programme_id]
        own = programme_in_brief(facts, self._standards, approach=self.findings)
        yield self._change(PROGRAMME, touch.programme_id, own, [facts], self._standards)
        moved = {outcome for outcome, _ in before.items() ^ self.findings.items()}
        for other in pooled if moved else ():
            if other is not facts and moved.intersection(outcomes_of([other])):
                # What an approach does is asked by the house's funding policy alone.
                leaning = programme_in_brief(other, (HOUSE,), approach=self.findings)
                subject_id = str(other.programme_id)
                yield self._change(PROGRAMME, subject_id, leaning, [other], (HOUSE,))

    def _change(
        self,
        kind: str,
        subject_id: str,
        documents: Sequence[Document],
        facts: Sequence[ProgrammeFacts],
        standards: Sequence[str],
    ) -> GradeChange:
        return GradeChange(
            subject_kind=kind,
            subject_id=subject_id,
            position=self.position,
            standards=tuple(standards),
            grades=tuple(
                Grade(document=document, is_headline=document["headline"])
                for document in marked(documents, facts)
            ),
        )


class _Pools:
    """The pools that were used last: approaches are told of again and again."""

    def __init__(self, store: Store, standards: Sequence[str]) -> None:
        self._store = store
        self._standards = standards
        self._pools: dict[str, Pool] = {}

    def before(self, view: Queries, touch: Touch) -> Pool:
        """The pool of an approach as it was before an event; one that is further is made anew."""
        pool = self._pools.pop(touch.approach_id, None)
        if pool is None or pool.position >= touch.position:
            pool = Pool(self._store, touch.approach_id, self._standards)
            standing = view.grades_of(APPROACH, touch.approach_id, standard=HOUSE)
            pool.findings = findings_of(standing)
        self._pools[touch.approach_id] = pool
        while len(self._pools) > 1 and sum(map(len, self._pools.values())) > KEPT_PROGRAMMES:
            del self._pools[next(iter(self._pools))]
        return pool


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
    planned = [
        one.domain
        for fact in facts
        for plan in _binding(fact)
        for one in plan.outcomes
        if one.primary
    ]
    told = [
        one.contrast.outcome
        for fact in facts
        for one in fact.contrasts
        if one.status not in TAKEN_BACK
    ]

    def rank(outcome: str) -> tuple[int, int, int]:
        measured = [one for one in told if one.domain == outcome]
        primary = sum(bool(one.primary) for one in measured)
        return planned.count(outcome), primary, len(measured)

    return max(sorted(outcomes), key=rank, default=None)


def _binding(facts: ProgrammeFacts) -> Iterator[EvaluationPlan]:
    """Each plan as it stood when the first outcome was told, taken back since or not.

    What was said later could be said to show another outcome than the one that went badly.
    """
    first = min((one.recorded_at for one in facts.contrasts), default=None)
    for plan in facts.plans:
        said = [one.plan for one in plan.statements if first is None or one.recorded_at < first]
        yield from said[-1:]


def marked(documents: Sequence[Document], facts: Sequence[ProgrammeFacts]) -> list[Document]:
    """The documents, each saying whether it is the one that lists show; that one first."""
    shown = headline(facts, {document["subject"]["outcome"] for document in documents})
    found = [one | {"headline": one["subject"]["outcome"] == shown} for one in documents]
    return sorted(found, key=lambda one: not one["headline"])
