"""Small things that the tests of the stores are made of."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4, uuid5

from eventsourcing.persistence import StoredEvent

from domain.approach import RegisterApproach
from domain.book import IdempotencyRow
from domain.commands import Launch, MeasureOutcome, ReachMilestone, RegisterProgramme
from domain.contrast import (
    Contrast,
    Design,
    OutcomeKind,
    OutcomeMeasure,
    Reported,
    StudyDesign,
    UnitOfEvidence,
)
from domain.plan import CaseStudyCard
from domain.record import Record
from domain.values import Actor, Function

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 1, 1)
LEAD = Actor("lead", Function.DELIVERY, "north")
STEWARD = Actor("steward", Function.STEWARD, "host")


def stored(stream, version, *, state=b"{}"):
    return StoredEvent(stream, version, "thing.happened", state)


def idempotency(key, stream, *, first=0, last=0, organisation="north"):
    return IdempotencyRow(
        organisation=organisation,
        key=key,
        request_hash="hash",
        stream_id=stream,
        first_version=first,
        last_version=last,
        event_ids=(uuid4(),),
        recorded_at=MIDNIGHT,
    )


def record_on(store):
    """A record whose clock ticks one second a look and whose ids are the same in every run."""
    ticks, ids = count(), count()
    return Record(
        factory=store.factory,
        clock=lambda: MIDNIGHT + timedelta(seconds=next(ticks)),
        new_id=lambda: uuid5(UUID(int=7), str(next(ids))),
    )


def an_approach(name="Enhanced health in care homes"):
    return RegisterApproach(
        name=name,
        theory_of_change="Clinicians visit homes, so that fewer residents need a hospital.",
        sectors=("health", "social care"),
        core_components=("named lead",),
        summary="Regular visits.",
    )


def a_programme(approach_id, name="Homes of the north", *, area="north", sectors=("health",)):
    return RegisterProgramme(
        name=name,
        approach_id=approach_id,
        area=area,
        sectors=sectors,
        summary="Visits to ten homes.",
        card=CaseStudyCard(location="The north", mission="Fewer admissions", methods="Visits"),
    )


def an_outcome(estimate=0.8):
    contrast = Contrast(
        study="Evaluation of the north",
        unit=UnitOfEvidence("north", "2026"),
        outcome=OutcomeMeasure(
            "emergency admissions", "per resident", -1, OutcomeKind.RATE, primary=True
        ),
        design=StudyDesign(Design.MATCHED_COMPARISON),
        result=Reported("IRR", estimate, ci_low=estimate / 2, ci_high=estimate * 2),
        context={"setting": "nursing"},
    )
    return MeasureOutcome(contrast)


def registered_programme(record, **about):
    """A launched programme on an approach of its own; the ids of both."""
    approach = record.register_approach(STEWARD, an_approach(), happened_on=TODAY).stream_id
    command = a_programme(approach, **about)
    programme = record.register_programme(LEAD, command, happened_on=TODAY).stream_id
    record.act(LEAD, programme, Launch(), happened_on=TODAY)
    return approach, programme


def milestones(record, programme, number):
    for index in range(number):
        command = ReachMilestone(f"milestone {index}")
        record.act(LEAD, programme, command, happened_on=TODAY)
