"""One measured outcome of a programme as it stands."""

from uuid import UUID

from domain.errors import NotFound
from domain.facts import ContrastFacts, facts_known
from service.context import RecordLane
from service.reading import stream_at


def outcome_at(lane: RecordLane, programme_id: UUID, event_id: UUID) -> ContrastFacts:
    """The outcome that an event measured, with all that was decided on it since."""
    for told in facts_known(stream_at(lane, programme_id)).contrasts:
        if told.event_id == event_id:
            return told
    raise NotFound(f"there is no outcome {event_id}", kind="outcome", id=str(event_id))
