"""A member: an opaque id, an organisation, and the functions it may serve, one per session."""

from dataclasses import field
from uuid import UUID

from eventsourcing.domain import Aggregate

from domain.commands import EnrolMember
from domain.events import RecordedEvent, event_types
from domain.values import Envelope

__all__ = ["MEMBER_EVENTS", "EnrolMember", "Member"]


class Member(Aggregate):
    """An account; support and assurance never meet in one."""

    TOPIC = "member"
    INITIAL_VERSION = 0

    class Event(RecordedEvent):
        """Base of the member's events."""

    class Created(Event, Aggregate.Created):
        """The engine's own base of a first event; never stored itself."""

        TOPIC = "member.created"
        originator_topic: str = field(default="member", kw_only=True)

    class Enrolled(Created):
        TOPIC = "member.enrolled"
        facts: EnrolMember

    def __init__(self, facts: EnrolMember) -> None:
        self.organisation = facts.organisation
        self.functions = facts.functions

    @classmethod
    def enrol(cls, command: EnrolMember, stamp: Envelope, *, member_id: UUID) -> "Member":
        """Open the account."""
        return cls._create(
            cls.Enrolled,
            id=member_id,
            timestamp=stamp.recorded_at,
            envelope=stamp,
            facts=command,
        )


MEMBER_EVENTS = event_types((Member,))
