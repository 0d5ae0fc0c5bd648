"""What was known of a programme at a moment: what grading consumes, and nothing it must not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.commands import ReportCost
from domain.contrast import Contrast
from domain.events import RecordedEvent
from domain.ledger import ContrastStatus, Entry, ledger
from domain.plan import Judgement
from domain.planning import (
    PlanFacts,
    PlanInfo,
    PlanStatement,
    Unreported,
    plan_info,
    plans_made,
    unreported,
)
from domain.programme import Programme
from domain.values import PivotKind

__all__ = [
    "ContrastFacts",
    "ContrastStatus",
    "CorePivot",
    "CostFacts",
    "JudgementFacts",
    "PlanFacts",
    "PlanInfo",
    "PlanStatement",
    "ProgrammeFacts",
    "Unreported",
    "facts_known",
]


@dataclass(frozen=True, slots=True)
class ContrastFacts:
    """One measured outcome as it stands, on the version it was measured on.

    `contrast` is its value now, or the last value seen when it was taken back. `previous` holds
    every earlier value, oldest first; `contested` those of them that came after the last decision
    of an independent panel. `decisive_event_ids`: the event that measured it, then each decision.
    """

    event_id: UUID
    recorded_at: datetime
    happened_on: date
    version_number: int
    contrast: Contrast
    status: ContrastStatus
    blind_to_direction: bool
    previous: tuple[Contrast, ...]
    contested: tuple[Contrast, ...]
    decisive_event_ids: tuple[UUID, ...]
    plan: PlanInfo


@dataclass(frozen=True, slots=True)
class JudgementFacts:
    """A judgement, and the event that says who made it."""

    event_id: UUID
    recorded_at: datetime
    happened_on: date
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class CostFacts:
    """A reported cost, on the version it was spent on."""

    event_id: UUID
    recorded_at: datetime
    happened_on: date
    version_number: int
    report: ReportCost


@dataclass(frozen=True, slots=True)
class CorePivot:
    """Where one version ends; `version_number` is the one that starts."""

    event_id: UUID
    happened_on: date
    stream_version: int
    version_number: int


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What was known of one programme: `as_of` a day in the world, `known_at` an instant of ours.

    Who it is comes from its registration and is never cut; all tuples are in the order of telling.
    """

    programme_id: UUID
    approach_id: UUID
    organisation: str
    name: str
    label: str | None
    as_of: date | None
    known_at: datetime | None
    launched_on: date | None
    version_number: int
    core_pivots: tuple[CorePivot, ...]
    contrasts: tuple[ContrastFacts, ...]
    plans: tuple[PlanFacts, ...]
    unreported: tuple[Unreported, ...]
    judgements: tuple[JudgementFacts, ...]
    costs: tuple[CostFacts, ...]


def facts_known(
    events: Iterable[RecordedEvent],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> ProgrammeFacts:
    """Fold one programme's whole stream into what was known; both cuts are inclusive."""
    stream = list(events)
    if not stream or not isinstance(stream[0], Programme.Registered):
        raise ValueError("the stream of a programme starts with its registration")
    registered = stream[0]
    known = [event for event in stream if _is_known(event, as_of=as_of, known_at=known_at)]
    pivots, entries, plans = _core_pivots(known), ledger(known), plans_made(known)
    launched_on = _launched_on(known)
    return ProgrammeFacts(
        programme_id=registered.originator_id,
        approach_id=registered.facts.approach_id,
        organisation=registered.envelope.organisation,
        name=registered.facts.name,
        label=registered.facts.label,
        as_of=as_of,
        known_at=known_at,
        launched_on=launched_on,
        version_number=1 + len(pivots),
        core_pivots=pivots,
        contrasts=tuple(_contrast_facts(entry, pivots, plans) for entry in entries),
        plans=plans,
        unreported=unreported(plans, entries, launched_on=launched_on),
        judgements=tuple(_judgements(known)),
        costs=tuple(_costs(known, pivots)),
    )


def _is_known(event: RecordedEvent, *, as_of: date | None, known_at: datetime | None) -> bool:
    if not isinstance(event, Programme.Event):
        raise TypeError(f"{type(event).__qualname__} is no event of a programme")
    happened = as_of is None or event.envelope.happened_on <= as_of
    return happened and (known_at is None or event.envelope.recorded_at <= known_at)


def _launched_on(known: Sequence[RecordedEvent]) -> date | None:
    launches = (e.envelope.happened_on for e in known if isinstance(e, Programme.Launched))
    return next(launches, None)


def _core_pivots(known: Sequence[RecordedEvent]) -> tuple[CorePivot, ...]:
    core = [
        event
        for event in known
        if isinstance(event, Programme.Pivoted) and event.facts.kind is PivotKind.CORE
    ]
    core.sort(key=lambda event: (event.envelope.happened_on, event.originator_version))
    return tuple(
        CorePivot(e.envelope.event_id, e.envelope.happened_on, e.originator_version, number)
        for number, e in enumerate(core, start=2)
    )


def _version_at(pivots: Sequence[CorePivot], happened_on: date, stream_version: int) -> int:
    """The version that ran on that day; on the day of a pivot, the order of telling decides."""
    moment = (happened_on, stream_version)
    return 1 + sum((pivot.happened_on, pivot.stream_version) < moment for pivot in pivots)


def _contrast_facts(
    entry: Entry, pivots: Sequence[CorePivot], plans: Sequence[PlanFacts]
) -> ContrastFacts:
    return ContrastFacts(
        event_id=entry.event_id,
        recorded_at=entry.recorded_at,
        happened_on=entry.happened_on,
        version_number=_version_at(pivots, entry.happened_on, entry.stream_version),
        contrast=entry.contrast,
        status=entry.status,
        blind_to_direction=entry.blind_to_direction,
        previous=entry.previous,
        contested=entry.contested,
        decisive_event_ids=entry.decisive_event_ids,
        plan=plan_info(plans, entry),
    )


def _judgements(known: Sequence[RecordedEvent]) -> Iterable[JudgementFacts]:
    for event in known:
        if isinstance(event, Programme.JudgementRecorded):
            told = event.envelope
            yield JudgementFacts(
                told.event_id, told.recorded_at, told.happened_on, event.facts.judgement
            )


def _costs(known: Sequence[RecordedEvent], pivots: Sequence[CorePivot]) -> Iterable[CostFacts]:
    for event in known:
        if isinstance(event, Programme.CostReported):
            told = event.envelope
            yield CostFacts(
                event_id=told.event_id,
                recorded_at=told.recorded_at,
                happened_on=told.happened_on,
                version_number=_version_at(pivots, told.happened_on, event.originator_version),
                report=event.facts,
            )
