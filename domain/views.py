"""Pure folds of events into documents: one noun a read model; an unknown event is an error."""

from typing import cast

from domain.approach import Approach
from domain.events import RecordedEvent
from domain.member import Member
from domain.moves import State, open_moves, state_after
from domain.plain import Plain, plain
from domain.programme import Programme
from domain.values import PivotKind

Document = dict[str, Plain]


def programme_card(card: Document | None, event: RecordedEvent) -> Document:
    """What the list and the head of a programme's page show."""
    if isinstance(event, Programme.Registered):
        return _new_programme(event)
    if card is None:
        raise ValueError(f"{type(event).__qualname__} comes before the programme was registered")
    return card | _change(card, event) | _standing(card, event) | _heartbeat(event)


def programme_entry(event: RecordedEvent) -> Document:
    """One row of a programme's timeline: the event as it is, in plain words."""
    if not isinstance(event, Programme.Event):
        raise TypeError(f"{type(event).__qualname__} is no event of a programme")
    return {
        "programme_id": str(event.originator_id),
        "version": event.originator_version,
        "type": event.facts.type,
        **_plain_object(event.envelope),
        "facts": plain(event.facts),
    }


def approach_card(card: Document | None, event: RecordedEvent) -> Document:
    """The catalogue entry of an approach."""
    if card is None and isinstance(event, Approach.Registered):
        return {
            "id": str(event.originator_id),
            **_plain_object(event.facts),
            **_heartbeat(event),
        }
    raise TypeError(f"{type(event).__qualname__} does not change an approach")


def member_card(card: Document | None, event: RecordedEvent) -> Document:
    """An account as the steward sees it."""
    if card is None and isinstance(event, Member.Enrolled):
        return {
            "id": str(event.originator_id),
            **_plain_object(event.facts),
            **_heartbeat(event),
        }
    raise TypeError(f"{type(event).__qualname__} does not change a member")


def _new_programme(event: Programme.Registered) -> Document:
    return {
        "id": str(event.originator_id),
        "organisation": event.envelope.organisation,
        **_plain_object(event.facts),
        "status": str(State.REGISTERED),
        "open_moves": plain(open_moves(State.REGISTERED)),
        "version_number": 1,
        "registered_on": event.envelope.happened_on.isoformat(),
        "launched_on": None,
        "closed_on": None,
        "plans": 0,
        "outcomes": 0,
        **_heartbeat(event),
    }


def _change(card: Document, event: RecordedEvent) -> Document:
    """What one event changes beside the status and the heartbeat."""
    day = event.envelope.happened_on.isoformat()
    match event:
        case Programme.Launched():
            return {"launched_on": day}
        case Programme.Closed():
            return {"closed_on": day}
        case Programme.PlanRegistered():
            return _count(card, "plans", 1)
        case Programme.OutcomeMeasured():
            return _count(card, "outcomes", 1)
        case Programme.OutcomeWithdrawn():
            return _count(card, "outcomes", -1)
        case Programme.Pivoted():
            return _count(card, "version_number", int(event.facts.kind is PivotKind.CORE))
    if isinstance(event, SHOWN_BY_THE_TIMELINE):
        return {}
    raise TypeError(f"{type(event).__qualname__} does not change a programme")


# Events of which a card shows no more than a new status or a later last event.
SHOWN_BY_THE_TIMELINE = (
    Programme.PlanAmended,
    Programme.MilestoneReached,
    Programme.Stalled,
    Programme.Resumed,
    Programme.OutcomeCorrected,
    Programme.CostReported,
    Programme.JudgementRecorded,
)


def _standing(card: Document, event: RecordedEvent) -> Document:
    status = state_after(State(str(card["status"])), event.facts.type)
    return {"status": str(status), "open_moves": plain(open_moves(status))}


def _count(card: Document, name: str, step: int) -> Document:
    return {name: cast("int", card[name]) + step}


def _heartbeat(event: RecordedEvent) -> Document:
    return {
        "stream_version": event.originator_version,
        "last_event_on": event.envelope.happened_on.isoformat(),
        "last_recorded_at": event.envelope.recorded_at.isoformat(),
    }


def _plain_object(value: object) -> Document:
    return cast("Document", plain(value))
