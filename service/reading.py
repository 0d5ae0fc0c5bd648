"""What can be read of the record, now or as it was: cards, timelines and grades at a moment."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.errors import NotFound
from domain.events import RecordedEvent
from domain.programme import Programme
from domain.views import programme_card, programme_entry
from service.context import RecordLane
from service.store import StoredRow

Document = dict[str, Any]
# RFC 6962 section 2.1: what is hashed as a leaf begins with this byte, and a node with another.
LEAF_PREFIX = b"\x00"
LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Moment:
    """What had happened by a day (`as_of`) and what we had been told by an instant (`known_at`)."""

    as_of: date | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether nothing is cut off."""
        return self.as_of is None and self.known_at is None

    def holds(self, event: RecordedEvent) -> bool:
        """Whether an event had happened, and had been told, by then."""
        told = event.envelope
        happened = self.as_of is None or told.happened_on <= self.as_of
        return happened and (self.known_at is None or told.recorded_at <= self.known_at)


NOW = Moment()


def programme_at(lane: RecordLane, programme_id: UUID, moment: Moment = NOW) -> Document:
    """The card of a programme; there is none before its registration was told."""
    if moment.is_now:
        return _found(lane.readstore.get_programme(programme_id), programme_id)
    card: Document | None = None
    for event in stream_at(lane, programme_id, moment):
        card = programme_card(card, event)
    return _found(card, programme_id)


def entries_at(lane: RecordLane, programme_id: UUID, moment: Moment = NOW) -> list[Document]:
    """The timeline of a programme, in the order of telling."""
    if moment.is_now:
        entries = lane.readstore.programme_events(programme_id)
        _found(entries or None, programme_id)
        # Positions are for the audit: they count what others write.
        return [{k: v for k, v in entry.items() if k != "position"} for entry in entries]
    return [programme_entry(event) for event in stream_at(lane, programme_id, moment)]


def stream_at(lane: RecordLane, programme_id: UUID, moment: Moment = NOW) -> list[RecordedEvent]:
    """The events of a programme by that moment, its registration first.

    Who a programme is comes from its registration, which `as_of` therefore never cuts: places
    register late what they began early.
    """
    stored = lane.store.recorder.select_events(programme_id)
    events: list[RecordedEvent] = [lane.store.mapper.to_domain_event(one) for one in stored]
    if not events or not isinstance(events[0], Programme.Registered):
        raise _no_programme(programme_id)
    first, *later = events
    if not Moment(known_at=moment.known_at).holds(first):
        raise _no_programme(programme_id)
    return [first, *(event for event in later if moment.holds(event))]


def approach_now(lane: RecordLane, approach_id: UUID) -> Document:
    """The catalogue entry of an approach."""
    card = lane.readstore.get_approach(approach_id)
    if card is None:
        raise NotFound(f"there is no approach {approach_id}", kind="approach", id=str(approach_id))
    return card


def leaf_hash(row: StoredRow) -> str:
    """The RFC 6962 leaf hash of a row as it is stored.

    The leaf is its five fields in order, the numbers and the id as text, each preceded by its
    length in bytes as a big-endian 64-bit number.
    """
    *named, state = row
    parts = [str(part).encode() for part in named] + [bytes(state)]
    leaf = b"".join(len(part).to_bytes(LENGTH_BYTES, "big") + part for part in parts)
    return hashlib.sha256(LEAF_PREFIX + leaf).hexdigest()


def _found(document: Any, programme_id: UUID) -> Any:  # noqa: ANN401  a card, or a timeline
    if document is None:
        raise _no_programme(programme_id)
    return document


def _no_programme(programme_id: UUID) -> NotFound:
    return NotFound(f"there is no programme {programme_id}", kind="programme", id=str(programme_id))
