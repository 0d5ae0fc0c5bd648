"""A programme: one place's delivery of an approach, its whole life in one stream."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from eventsourcing.domain import Aggregate

from domain.commands import (
    AmendPlan,
    Close,
    CorrectOutcome,
    Launch,
    MeasureOutcome,
    Pivot,
    ProgrammeCommand,
    ReachMilestone,
    RecordJudgement,
    RegisterPlan,
    RegisterProgramme,
    ReportCost,
    Resume,
    Stall,
    WithdrawOutcome,
)
from domain.contrast import Contrast, Timing
from domain.door import check_measured, check_planned, check_same_outcome, check_spent
from domain.errors import AlreadyRecorded, InvalidValue, MoveRefused
from domain.estimated import Estimated
from domain.events import RecordedEvent, event_class_for, event_types
from domain.moves import State, open_moves, state_after
from domain.plan import EvaluationPlan, Judgement
from domain.values import Envelope, PivotKind


@dataclass(frozen=True, slots=True)
class RegisteredPlan:
    """A plan as it now stands, and the day it was first said to be made."""

    plan: EvaluationPlan
    happened_on: date


@dataclass(frozen=True, slots=True)
class LiveOutcome:
    """A measured outcome that has not been withdrawn, with its facts as last corrected."""

    contrast: Contrast
    happened_on: date


def _domains(plan: EvaluationPlan) -> frozenset[str]:
    return frozenset(outcome.domain for outcome in plan.outcomes)


# What is done in the course of delivery, after the launch.
DELIVERED = (ReachMilestone, Stall, Resume, Pivot, Close)


class Programme(Aggregate):
    """Decides which events may happen; the events only assign."""

    TOPIC = "programme"
    INITIAL_VERSION = 0

    class Event(RecordedEvent):
        """Base of the programme's events: moves the state as the table says."""

        def apply(self, programme: "Programme") -> None:
            status = state_after(programme.status, self.facts.type)
            if status is not programme.status:
                programme.status, programme.since = status, self.envelope.happened_on

    class Created(Event, Aggregate.Created):
        """The engine's own base of a first event; never stored itself."""

        TOPIC = "programme.created"
        originator_topic: str = field(default="programme", kw_only=True)

    class Registered(Created):
        TOPIC = "programme.registered"
        facts: RegisterProgramme

        def apply(self, programme: "Programme") -> None:
            """All is assigned by `Programme.__init__`, which the engine calls first."""

    class PlanRegistered(Event):
        TOPIC = "programme.plan_registered"
        facts: RegisterPlan

        def apply(self, programme: "Programme") -> None:
            plan = RegisteredPlan(self.facts.plan, self.envelope.happened_on)
            programme.plans = (*programme.plans, plan)
            programme.domains |= _domains(plan.plan)

    class PlanAmended(Event):
        TOPIC = "programme.plan_amended"
        facts: AmendPlan

        def apply(self, programme: "Programme") -> None:
            *earlier, last = programme.plans
            programme.plans = (*earlier, replace(last, plan=self.facts.plan))
            programme.domains |= _domains(self.facts.plan)

    class Launched(Event):
        TOPIC = "programme.launched"
        facts: Launch

        def apply(self, programme: "Programme") -> None:
            super().apply(programme)
            programme.launched_on = self.envelope.happened_on

    class MilestoneReached(Event):
        TOPIC = "programme.milestone_reached"
        facts: ReachMilestone

    class Stalled(Event):
        TOPIC = "programme.stalled"
        facts: Stall

    class Resumed(Event):
        TOPIC = "programme.resumed"
        facts: Resume

    class Pivoted(Event):
        TOPIC = "programme.pivoted"
        facts: Pivot

        def apply(self, programme: "Programme") -> None:
            programme.version_number += self.facts.kind is PivotKind.CORE

    class OutcomeMeasured(Event):
        TOPIC = "programme.outcome_measured"
        facts: MeasureOutcome

        def apply(self, programme: "Programme") -> None:
            outcome = LiveOutcome(self.facts.contrast, self.envelope.happened_on)
            programme.outcomes[self.envelope.event_id] = outcome
            programme.domains |= {self.facts.contrast.outcome.domain}

    class OutcomeCorrected(Event):
        TOPIC = "programme.outcome_corrected"
        facts: CorrectOutcome

        def apply(self, programme: "Programme") -> None:
            event_id = self.facts.event_id
            outcome = replace(programme.outcomes[event_id], contrast=self.facts.contrast)
            programme.outcomes[event_id] = outcome
            programme.domains |= {self.facts.contrast.outcome.domain}

    class OutcomeWithdrawn(Event):
        TOPIC = "programme.outcome_withdrawn"
        facts: WithdrawOutcome

        def apply(self, programme: "Programme") -> None:
            del programme.outcomes[self.facts.event_id]

    class CostReported(Event):
        TOPIC = "programme.cost_reported"
        facts: ReportCost

    class JudgementRecorded(Event):
        TOPIC = "programme.judgement_recorded"
        facts: RecordJudgement

    class Closed(Event):
        TOPIC = "programme.closed"
        facts: Close

    def __init__(self, facts: RegisterProgramme, envelope: Envelope) -> None:
        self.name = facts.name
        self.approach_id = facts.approach_id
        self.organisation = envelope.organisation
        self.status = State.REGISTERED
        self.since: date | None = None
        self.version_number = 1
        self.launched_on: date | None = None
        self.plans: tuple[RegisteredPlan, ...] = ()
        self.outcomes: dict[UUID, LiveOutcome] = {}
        self.domains: frozenset[str] = frozenset()

    @classmethod
    def register(
        cls, command: RegisterProgramme, stamp: Envelope, *, programme_id: UUID
    ) -> "Programme":
        """A place says what it will try."""
        return cls._create(
            cls.Registered,
            id=programme_id,
            timestamp=stamp.recorded_at,
            envelope=stamp,
            facts=command,
        )

    def act(self, command: ProgrammeCommand, stamp: Envelope) -> None:
        """Decide whether this may happen now; it has happened when nothing was raised."""
        if command.type not in self.open_moves:
            raise self._refusal(command)
        self._check_day(command, stamp.happened_on)
        self._check_facts(command, stamp)
        self.trigger_event(
            event_class_for(PROGRAMME_EVENTS, command),
            timestamp=stamp.recorded_at,
            envelope=stamp,
            facts=command,
        )

    @property
    def open_moves(self) -> tuple[str, ...]:
        """The event types that may happen now: the table, less what has nothing to act on."""
        pointless: set[str] = set()
        if not self.plans:
            pointless |= {AmendPlan.type}
        if not self.outcomes:
            pointless |= {CorrectOutcome.type, WithdrawOutcome.type}
        if not self.domains:
            pointless |= {RecordJudgement.type}
        return tuple(move for move in open_moves(self.status) if move not in pointless)

    def _refusal(self, command: ProgrammeCommand, why: str | None = None) -> MoveRefused:
        others = [move for move in self.open_moves if move != command.type]
        return MoveRefused(command.type, self.status, open_moves=others, why=why)

    def _check_day(self, command: ProgrammeCommand, happened_on: date) -> None:
        if self.launched_on is None or not isinstance(command, DELIVERED):
            return
        if happened_on < self.launched_on:
            why = f"{happened_on} is before the launch on {self.launched_on}"
            raise self._refusal(command, why)
        if isinstance(command, Stall | Resume | Close):
            self._check_after_the_last(command, happened_on)

    def _check_after_the_last(self, command: Stall | Resume | Close, happened_on: date) -> None:
        """What changes the status comes after what changed it last."""
        if self.since is not None and happened_on < self.since:
            why = f"{happened_on} is before {self.since}, since when the programme is {self.status}"
            raise self._refusal(command, why)

    def _check_facts(self, command: ProgrammeCommand, stamp: Envelope) -> None:
        match command:
            case MeasureOutcome():
                self._check_measured(command, stamp.happened_on, stamp)
            case CorrectOutcome(event_id=event_id, contrast=contrast, decided_by=decided_by):
                self._check_decision(command, event_id, stamp.happened_on)
                measured = self.outcomes[event_id]
                check_same_outcome(measured.contrast, contrast, decided_by)
                self._check_measured(command, measured.happened_on, stamp)
            case WithdrawOutcome(event_id=event_id):
                self._check_decision(command, event_id, stamp.happened_on)
            case RecordJudgement(judgement=judgement):
                self._check_judged(command, judgement, stamp.happened_on)
            case RegisterPlan(plan=plan):
                check_planned(plan, stamp)
            case AmendPlan(plan=plan):
                self._check_amendment(command, stamp.happened_on)
                check_planned(plan, stamp)
            case ReportCost(cost=cost):
                check_spent(cost, stamp)

    def _check_judged(
        self, command: RecordJudgement, judgement: Judgement, happened_on: date
    ) -> None:
        if judgement.event_id is not None:
            self._check_decision(command, judgement.event_id, happened_on)
        if judgement.outcome_domain not in (None, *self.domains):
            raise InvalidValue(
                "judgement.outcome_domain",
                "was neither planned nor measured here",
                accepted=", ".join(sorted(self.domains)),
            )

    def _check_amendment(self, command: AmendPlan, happened_on: date) -> None:
        if happened_on < self.plans[-1].happened_on:
            raise self._refusal(command, "it is dated before the plan it amends")

    def _check_measured(
        self, command: MeasureOutcome | CorrectOutcome, measured_on: date, stamp: Envelope
    ) -> None:
        self._check_measured_after_launch(command, command.contrast.timing, measured_on)
        check_measured(command.contrast, measured_on=measured_on, told=stamp)
        self._check_first_of_its_data(command)

    def _check_first_of_its_data(self, command: MeasureOutcome | CorrectOutcome) -> None:
        """One measurement counts once, whichever unit or outcome it is told for."""
        result = command.contrast.result
        own = command.event_id if isinstance(command, CorrectOutcome) else None
        for event_id, outcome in self.outcomes.items():
            other = outcome.contrast.result
            if event_id == own or not isinstance(result, Estimated):
                continue
            if isinstance(other, Estimated) and result.is_of_the_same_data(other):
                raise AlreadyRecorded(event_id)

    def _check_measured_after_launch(
        self, command: MeasureOutcome | CorrectOutcome, timing: Timing, happened_on: date
    ) -> None:
        if timing is Timing.BASELINE:
            return
        if self.launched_on is None:
            raise self._refusal(command, "only a baseline may be measured before the launch")
        if happened_on < self.launched_on:
            why = f"{happened_on} is before the launch on {self.launched_on}, and not a baseline"
            raise self._refusal(command, why)

    def _check_decision(
        self,
        command: CorrectOutcome | WithdrawOutcome | RecordJudgement,
        event_id: UUID,
        happened_on: date,
    ) -> None:
        self._check_live(command, event_id)
        if happened_on < self.outcomes[event_id].happened_on:
            raise self._refusal(command, "it is dated before the outcome it acts on")

    def _check_live(self, command: ProgrammeCommand, event_id: UUID) -> None:
        if event_id not in self.outcomes:
            raise self._refusal(command, f"no outcome stands under the event id {event_id}")


PROGRAMME_EVENTS = event_types((Programme,))
