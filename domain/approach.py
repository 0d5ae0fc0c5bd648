"""An approach: what is tried, an entry of the catalogue where evidence pools."""

from dataclasses import field
from uuid import UUID

from eventsourcing.domain import Aggregate

from domain.commands import RegisterApproach
from domain.events import RecordedEvent, event_types
from domain.values import Envelope

__all__ = ["APPROACH_EVENTS", "Approach", "RegisterApproach"]


class Approach(Aggregate):
    """A catalogue entry; its evidence lives in the programmes that try it."""

    TOPIC = "approach"
    INITIAL_VERSION = 0

    class Event(RecordedEvent):
        """Base of the approach's events."""

    class Created(Event, Aggregate.Created):
        """The engine's own base of a first event; never stored itself."""

        TOPIC = "approach.created"
        originator_topic: str = field(default="approach", kw_only=True)

    class Registered(Created):
        TOPIC = "approach.registered"
        facts: RegisterApproach

    def __init__(self, facts: RegisterApproach) -> None:
        self.name = facts.name

    @classmethod
    def register(
        cls, command: RegisterApproach, stamp: Envelope, *, approach_id: UUID
    ) -> "Approach":
        """Enter it in the catalogue."""
        return cls._create(
            cls.Registered,
            id=approach_id,
            timestamp=stamp.recorded_at,
            envelope=stamp,
            facts=command,
        )


APPROACH_EVENTS = event_types((Approach,))
