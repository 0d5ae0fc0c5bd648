"""The record: the assured book of programmes, approaches and members, one method a command."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import InfrastructureFactory, Recording

from domain.access import Action, check_independent, check_may
from domain.approach import Approach, RegisterApproach
from domain.book import Book, IdempotencyKey, IdempotencyRow, IdempotentRecorder, Receipt, Trace
from domain.commands import (
    CorrectOutcome,
    MeasureOutcome,
    ProgrammeCommand,
    RecordJudgement,
    RegisterProgramme,
    WithdrawOutcome,
)
from domain.errors import InvalidValue, NotFound, Stale
from domain.estimated import Estimated
from domain.events import EventType, event_types
from domain.member import EnrolMember, Member
from domain.plan import Judgement
from domain.programme import Programme
from domain.values import Actor, DecidedBy

__all__ = [
    "RECORD_EVENTS",
    "IdempotencyKey",
    "IdempotencyRow",
    "IdempotentRecorder",
    "Receipt",
    "Record",
    "Trace",
]

RECORD_EVENTS: Mapping[str, EventType] = event_types((Programme, Approach, Member))

# Streams kept in memory as last seen; each load still reads what anybody has written since. The
# peer lane keeps none: what is erased must be gone.
CACHED_STREAMS = 1000

# Whether the service's own engine computed an estimate, for that programme and no other.
Computed = Callable[[UUID, Estimated], bool]
# Refuses, with InvalidValue, a judgement that no standard asks for.
Asked = Callable[[Judgement], None]


def nobody_computed(programme_id: UUID, result: Estimated) -> bool:
    """What a record believes that was given nobody to ask."""
    return False


def anything_asked(judgement: Judgement) -> None:
    """What a record takes that knows no standards: whatever has the shape of a judgement."""


class Record(Book):
    """Checks who may, loads, decides, saves."""

    name = "record"
    env: ClassVar[dict[str, str]] = {"AGGREGATE_CACHE_MAXSIZE": str(CACHED_STREAMS)}

    def __init__(
        self,
        *,
        factory: InfrastructureFactory[Any],
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        computed: Computed = nobody_computed,
        asked: Asked = anything_asked,
    ) -> None:
        self._computed, self._asked = computed, asked
        super().__init__(factory=factory, clock=clock, new_id=new_id)

    def save(self, *objs: Any, **kwargs: Any) -> list[Recording[UUID]]:  # noqa: ANN401  the engine's own
        """The one way into the store.

        An estimate passes only as the service computed it, and a judgement as a standard asks it.
        """
        for saved in objs:
            for event in getattr(saved, "pending_events", (saved,)):
                self._check_computed(event.originator_id, event.facts)
                if isinstance(event.facts, RecordJudgement):
                    self._asked(event.facts.judgement)
        return super().save(*objs, **kwargs)

    def _check_computed(self, programme_id: UUID, facts: object) -> None:
        if not isinstance(facts, MeasureOutcome | CorrectOutcome):
            return
        result = facts.contrast.result
        if isinstance(result, Estimated) and not self._computed(programme_id, result):
            raise InvalidValue(
                "contrast.result.receipt",
                "is not this service's for these figures of this programme",
                accepted="the result exactly as the estimate gave it, or one of another kind",
            )

    def register_programme(
        self,
        actor: Actor,
        command: RegisterProgramme,
        *,
        happened_on: date,
        key: IdempotencyKey | None = None,
        trace: Trace | None = None,
    ) -> Receipt:
        """Open a programme of the actor's organisation on an approach of the catalogue."""

        def decide() -> Programme:
            check_may(actor, Action.REGISTER_PROGRAMME)
            self._check_approach(command.approach_id)
            stamp = self.stamp(actor, happened_on, trace=trace)
            return Programme.register(command, stamp, programme_id=self.stream_id(key))

        return self.perform(decide, actor=actor, key=key)

    def act(
        self,
        actor: Actor,
        programme_id: UUID,
        command: ProgrammeCommand,
        *,
        happened_on: date,
        expected_version: int | None = None,
        key: IdempotencyKey | None = None,
        trace: Trace | None = None,
    ) -> Receipt:
        """One more event of a programme's life."""

        def decide() -> Programme:
            programme = self.load(Programme, programme_id)
            action = action_of(command)
            check_may(actor, action, owner=programme.organisation)
            check_independent(actor, action, owner=programme.organisation)
            if expected_version not in (None, programme.version):
                raise Stale(
                    f"the programme is at version {programme.version}, not {expected_version}",
                    version=programme.version,
                    expected=expected_version,
                )
            stamp = self.stamp(actor, happened_on, trace=trace, after=programme.modified_on)
            programme.act(command, stamp)
            return programme

        return self.perform(decide, actor=actor, key=key, redo=expected_version is None)

    def register_approach(
        self,
        actor: Actor,
        command: RegisterApproach,
        *,
        happened_on: date,
        key: IdempotencyKey | None = None,
        trace: Trace | None = None,
    ) -> Receipt:
        """Enter an approach in the catalogue."""

        def decide() -> Approach:
            check_may(actor, Action.REGISTER_APPROACH)
            stamp = self.stamp(actor, happened_on, trace=trace)
            return Approach.register(command, stamp, approach_id=self.stream_id(key))

        return self.perform(decide, actor=actor, key=key)

    def enrol_member(
        self,
        actor: Actor,
        command: EnrolMember,
        *,
        happened_on: date,
        key: IdempotencyKey | None = None,
        trace: Trace | None = None,
    ) -> Receipt:
        """Open an account."""

        def decide() -> Member:
            check_may(actor, Action.ENROL_MEMBER)
            stamp = self.stamp(actor, happened_on, trace=trace)
            return Member.enrol(command, stamp, member_id=self.stream_id(key))

        return self.perform(decide, actor=actor, key=key)

    def _check_approach(self, approach_id: UUID) -> None:
        try:
            self.load(Approach, approach_id)
        except NotFound as unknown:
            raise InvalidValue(
                "approach_id",
                f"is {approach_id}, which is no approach",
                accepted="the id of an approach in the catalogue",
            ) from unknown


def action_of(command: ProgrammeCommand) -> Action:
    """What a command asks leave for: delivering, or deciding as an independent panel."""
    match command:
        case RecordJudgement():
            return Action.DECIDE_INDEPENDENTLY
        case CorrectOutcome(decided_by=decided_by) | WithdrawOutcome(decided_by=decided_by):
            if decided_by is DecidedBy.INDEPENDENT_PANEL:
                return Action.DECIDE_INDEPENDENTLY
            return Action.DELIVER
        case _:
            return Action.DELIVER
