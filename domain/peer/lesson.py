"""A lesson: a candid note under a pseudonymous handle, its replies and endorsements."""

import hmac
from dataclasses import field
from uuid import UUID

from eventsourcing.domain import Aggregate

from domain.errors import MoveRefused, NotAllowed
from domain.events import RecordedEvent, event_class_for, event_types
from domain.peer.commands import (
    EndorseLesson,
    LessonCommand,
    RefuseLesson,
    ReplyToLesson,
    ReviseLesson,
    ShareLesson,
    WithdrawLesson,
)
from domain.values import Envelope

# While it can be read, everything is open; once withdrawn or refused, nothing is.
OPEN_MOVES = (
    ReviseLesson.type,
    WithdrawLesson.type,
    RefuseLesson.type,
    EndorseLesson.type,
    ReplyToLesson.type,
)


class Lesson(Aggregate):
    """Decides what may still be done with a lesson; what the words say is no concern of its."""

    TOPIC = "lesson"
    INITIAL_VERSION = 0

    class Event(RecordedEvent):
        """Base of the lesson's events."""

    class Created(Event, Aggregate.Created):
        """The engine's own base of a first event; never stored itself."""

        TOPIC = "lesson.created"
        originator_topic: str = field(default="lesson", kw_only=True)

    class Shared(Created):
        TOPIC = "lesson.shared"
        facts: ShareLesson

    class Revised(Event):
        TOPIC = "lesson.revised"
        facts: ReviseLesson

    class Withdrawn(Event):
        TOPIC = "lesson.withdrawn"
        facts: WithdrawLesson

        def apply(self, lesson: "Lesson") -> None:
            lesson.closed_by = self.facts.type

    class Refused(Event):
        TOPIC = "lesson.refused"
        facts: RefuseLesson

        def apply(self, lesson: "Lesson") -> None:
            lesson.closed_by = self.facts.type

    class Endorsed(Event):
        TOPIC = "lesson.endorsed"
        facts: EndorseLesson

        def apply(self, lesson: "Lesson") -> None:
            lesson.endorsed_by = lesson.endorsed_by | {self.envelope.actor}

    class Replied(Event):
        TOPIC = "lesson.replied"
        facts: ReplyToLesson

    def __init__(self, facts: ShareLesson, envelope: Envelope) -> None:
        self.handle = envelope.actor
        self.receipt_hash = facts.receipt_hash
        self.closed_by: str | None = None
        self.endorsed_by: frozenset[str] = frozenset()

    @classmethod
    def share(cls, command: ShareLesson, stamp: Envelope, *, lesson_id: UUID) -> "Lesson":
        """Tell it."""
        return cls._create(
            cls.Shared,
            id=lesson_id,
            timestamp=stamp.recorded_at,
            envelope=stamp,
            facts=command,
        )

    def act(self, command: LessonCommand, stamp: Envelope) -> None:
        """Decide whether this may happen now; it has happened when nothing was raised."""
        if self.closed_by is not None:
            raise MoveRefused(
                command.type, self.closed_by, open_moves=(), why=f"the lesson was {self.closed_by}"
            )
        if isinstance(command, EndorseLesson):
            self._check_endorsement(command, stamp.actor)
        self.trigger_event(
            event_class_for(LESSON_EVENTS, command),
            timestamp=stamp.recorded_at,
            envelope=stamp,
            facts=command,
        )

    def check_receipt(self, receipt_hash: str) -> None:
        """Only who holds the receipt is the author; compared in constant time."""
        if not hmac.compare_digest(self.receipt_hash, receipt_hash):
            raise NotAllowed("this is not the receipt of this lesson")

    def _check_endorsement(self, command: EndorseLesson, handle: str) -> None:
        others = [move for move in OPEN_MOVES if move != command.type]
        if handle == self.handle:
            why = "the author cannot endorse their own lesson"
        elif handle in self.endorsed_by:
            why = "it is endorsed under this handle already"
        else:
            return
        raise MoveRefused(command.type, "shared", open_moves=others, why=why)


LESSON_EVENTS = event_types((Lesson,))
