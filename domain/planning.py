"""Plans against outcomes: what was said in advance, what was switched, what was never reported."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from domain.contrast import Contrast, Timing
from domain.events import RecordedEvent
from domain.ledger import ContrastStatus, Entry
from domain.plan import EvaluationPlan, PlannedOutcome, Registration
from domain.programme import Programme

Key = tuple[str, str, float | None]
# What was told, and whether it was measured at the horizon of a planned outcome or past it.
Told = tuple[Contrast, Callable[[PlannedOutcome], bool]]

TAKEN_BACK = (ContrastStatus.REMOVED_BY_PANEL, ContrastStatus.WITHDRAWN_BY_PROGRAMME)


@dataclass(frozen=True, slots=True)
class PlanStatement:
    """A plan as said at one moment.

    `registration` is kept only by the first statement that names it: what is held outside is the
    plan as it was then, so a later amendment cannot borrow its date.
    """

    event_id: UUID
    recorded_at: datetime
    happened_on: date
    plan: EvaluationPlan
    registration: Registration | None

    def is_in_advance_of(self, entry: Entry) -> bool:
        """Recorded before the outcome was, and before the day it was measured; or held outside."""
        if self.registration and self.registration.registered_on < entry.happened_on:
            return True
        told_first = self.recorded_at < entry.recorded_at
        return told_first and self.recorded_at.date() < entry.happened_on


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One evaluation plan: as registered, and as amended, oldest first."""

    statements: tuple[PlanStatement, ...]

    @property
    def current(self) -> EvaluationPlan:
        """The plan as it now stands."""
        return self.statements[-1].plan

    def standing(self, entry: Entry) -> PlanStatement | None:
        """The last statement made in advance of this outcome."""
        return next((s for s in reversed(self.statements) if s.is_in_advance_of(entry)), None)


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What the plans say of one outcome.

    `in_advance` is None while there is no plan at all, and False when the outcome was planned too
    late or not planned. `switched` means that the primary flag, measure or horizon planned for its
    domain changed after the outcome was told, or that it is told as primary or secondary but was
    planned otherwise.
    """

    in_advance: bool | None
    switched: bool
    planned: PlannedOutcome | None
    same_measure: bool
    plan_event_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Unreported:
    """A planned outcome that nothing told answers; `due_on` is the launch plus its horizon."""

    planned: PlannedOutcome
    plan_event_id: UUID
    due_on: date | None


def plans_made(events: Iterable[RecordedEvent]) -> tuple[PlanFacts, ...]:
    """Every plan with its amendments; an amendment speaks of the plan last registered."""
    plans: list[PlanFacts] = []
    named: set[tuple[str, str]] = set()
    for event in events:
        if isinstance(event, Programme.PlanRegistered):
            plans.append(PlanFacts((_statement(event, named),)))
        elif isinstance(event, Programme.PlanAmended):
            plans[-1] = PlanFacts((*plans[-1].statements, _statement(event, named)))
    return tuple(plans)


def _statement(
    event: Programme.PlanRegistered | Programme.PlanAmended, named: set[tuple[str, str]]
) -> PlanStatement:
    """One statement; `named` collects the registrations already used."""
    plan: EvaluationPlan = event.facts.plan
    registration = plan.registration
    if registration is not None:
        identity = (_folded(registration.registry), _folded(registration.identifier))
        registration = None if identity in named else registration
        named.add(identity)
    envelope = event.envelope
    return PlanStatement(
        envelope.event_id, envelope.recorded_at, envelope.happened_on, plan, registration
    )


def plan_info(plans: Sequence[PlanFacts], entry: Entry) -> PlanInfo:
    """What was said of this outcome, in advance if anything was, otherwise late."""
    if not plans:
        return _set_against(None, entry.settled, in_advance=None)
    infos = [_info(plan, entry) for plan in plans]
    return max(infos, key=_how_well_planned)


def _how_well_planned(info: PlanInfo) -> tuple[bool, bool, bool]:
    return bool(info.in_advance), info.same_measure, info.planned is not None


def _info(plan: PlanFacts, entry: Entry) -> PlanInfo:
    standing = plan.standing(entry)
    planned = _match(standing.plan, entry.settled) if standing else None
    in_advance = planned is not None
    if planned is None:
        planned = _match(plan.current, entry.settled)
    said = _set_against(planned, entry.settled, in_advance=in_advance)
    moved = standing is not None and _moved(standing.plan, plan.current, entry.settled)
    return replace(
        said,
        switched=moved or said.switched,
        plan_event_ids=tuple(statement.event_id for statement in plan.statements),
    )


def info_supposed(plan: EvaluationPlan | None, contrast: Contrast) -> PlanInfo:
    """The same of a plan recorded nowhere, supposed to be made in advance and never amended."""
    planned = None if plan is None else _match(plan, contrast)
    in_advance = None if plan is None else planned is not None
    return _set_against(planned, contrast, in_advance=in_advance)


def _set_against(
    planned: PlannedOutcome | None, contrast: Contrast, *, in_advance: bool | None
) -> PlanInfo:
    ranked = planned is not None and _ranked_otherwise(planned, contrast)
    return PlanInfo(
        in_advance=in_advance,
        switched=bool(in_advance) and ranked,
        planned=planned,
        same_measure=planned is not None and _same_measure(planned, contrast),
        plan_event_ids=(),
    )


def unreported(
    plans: Sequence[PlanFacts], entries: Sequence[Entry], *, launched_on: date | None
) -> tuple[Unreported, ...]:
    """Planned outcomes that no follow-up answers, dropped ones included.

    Only the measure that was planned answers for it, at its horizon or past it: a look before is an
    interim one. What was withdrawn or removed is told no longer.
    """
    told = [entry for entry in entries if entry.contrast.timing is Timing.FOLLOW_UP]
    standing: list[Told] = [
        (entry.settled, partial(_is_past, entry, launched_on))
        for entry in told
        if entry.status not in TAKEN_BACK
    ]
    return tuple(
        Unreported(planned, statements[said].event_id, _due_on(planned, launched_on))
        for statements in (_statements_that_bind(plan, told) for plan in plans)
        for said, planned in _never_told([one.plan for one in statements], standing)
    )


def unreported_supposed(
    plan: EvaluationPlan, contrasts: Iterable[Contrast]
) -> tuple[PlannedOutcome, ...]:
    """The same of a plan and results that are recorded nowhere, and so have no days."""
    told: list[Told] = [
        (contrast, partial(_is_supposed_past, contrast))
        for contrast in contrasts
        if contrast.timing is Timing.FOLLOW_UP
    ]
    return tuple(planned for _, planned in _never_told([plan], told))


def _never_told(
    plans: Sequence[EvaluationPlan], told: Sequence[Told]
) -> Iterator[tuple[int, PlannedOutcome]]:
    """Each planned outcome that nothing answers, with the place of the last plan that names it."""
    seen = {
        _key(planned)
        for plan in plans
        for contrast, is_past in told
        if (planned := _match(plan, contrast)) is not None
        and _same_measure(planned, contrast)
        and is_past(planned)
    }
    for said in reversed(range(len(plans))):
        for planned in plans[said].outcomes:
            if _key(planned) not in seen:
                seen.add(_key(planned))
                yield said, planned


def _statements_that_bind(plan: PlanFacts, told: Sequence[Entry]) -> tuple[PlanStatement, ...]:
    """From the plan that stood when the first outcome was told: what went before was free to go."""
    if not told:
        return plan.statements[-1:]
    first = min(entry.recorded_at for entry in told)
    before = sum(statement.recorded_at < first for statement in plan.statements)
    return plan.statements[max(before - 1, 0) :]


def _is_past(entry: Entry, launched_on: date | None, planned: PlannedOutcome) -> bool:
    """Whether it was not measured before the planned horizon.

    Without a horizon of its own, the day it was measured says how far it reached.
    """
    reached, due = entry.settled.unit.horizon_months, planned.horizon_months
    if due is None:
        return True
    if reached is not None:
        return reached >= due
    due_on = _due_on(planned, launched_on)
    return due_on is not None and entry.happened_on >= due_on


def _is_supposed_past(contrast: Contrast, planned: PlannedOutcome) -> bool:
    """The same without days: what does not say how far it reached is supposed to be in time."""
    reached, due = months_reached(contrast), planned.horizon_months
    return due is None or reached is None or reached >= due


def months_reached(contrast: Contrast) -> float | None:
    """How far after the start it was measured, as far as it says so itself."""
    horizon = contrast.unit.horizon_months
    return contrast.months_since_start if horizon is None else horizon


def _match(plan: EvaluationPlan, contrast: Contrast) -> PlannedOutcome | None:
    """The planned outcome this is: by measure (the closest horizon of several), else by domain."""
    in_domain = [o for o in plan.outcomes if _folded(o.domain) == _folded(contrast.outcome.domain)]
    by_measure = [planned for planned in in_domain if _same_measure(planned, contrast)]
    reached = contrast.unit.horizon_months
    by_measure.sort(key=lambda planned: _off(planned.horizon_months, reached))
    return next(iter(by_measure or in_domain), None)


def _off(due: float | None, reached: float | None) -> tuple[int, float]:
    """How far off a horizon is: met, then the last one that was passed, then the next to come."""
    if due == reached:
        return 0, 0.0
    if due is None or reached is None:
        return 1, 0.0
    return (1, reached - due) if reached > due else (2, due - reached)


def _moved(before: EvaluationPlan, after: EvaluationPlan, contrast: Contrast) -> bool:
    return _said_of(before, contrast) != _said_of(after, contrast)


def _said_of(plan: EvaluationPlan, contrast: Contrast) -> set[tuple[Key, bool]]:
    domain = _folded(contrast.outcome.domain)
    return {(_key(o), o.primary) for o in plan.outcomes if _folded(o.domain) == domain}


def _ranked_otherwise(planned: PlannedOutcome, contrast: Contrast) -> bool:
    """A secondary outcome told as primary, or the reverse: COMPare (2019) counts both."""
    return contrast.outcome.primary not in (None, planned.primary)


def _same_measure(planned: PlannedOutcome, contrast: Contrast) -> bool:
    return _folded(planned.measure) == _folded(contrast.outcome.measure)


def _key(planned: PlannedOutcome) -> Key:
    return _folded(planned.domain), _folded(planned.measure), planned.horizon_months


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _due_on(planned: PlannedOutcome, launched_on: date | None) -> date | None:
    if launched_on is None or planned.horizon_months is None:
        return None
    months = launched_on.month - 1 + round(planned.horizon_months)
    year, month = launched_on.year + months // 12, months % 12 + 1
    # No month is shorter than 28 days, so the day always exists.
    return date(year, month, min(launched_on.day, 28))
