"""The lesson book: the peer lane's own application, over a store that the record never opens."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.access import Action, check_may
from domain.book import Book, IdempotencyKey, Receipt, Trace
from domain.peer.commands import (
    AuthorCommand,
    LessonCommand,
    ReaderCommand,
    RefuseLesson,
    ShareLesson,
)
from domain.peer.lesson import Lesson
from domain.values import Actor


class LessonBook(Book):
    """Checks who may, loads, decides, saves.

    `actor.id` is a pseudonymous handle: the caller never gives this book the id of a member.
    """

    name = "lessons"

    def share(
        self,
        actor: Actor,
        command: ShareLesson,
        *,
        happened_on: date,
        key: IdempotencyKey | None = None,
        trace: Trace | None = None,
    ) -> Receipt:
        """A peer tells a lesson; the hash of the receipt code is all that ties it to its author."""

        def decide() -> Lesson:
            check_may(actor, Action.SHARE_LESSON)
            stamp = self.stamp(actor, happened_on, trace=trace)
            return Lesson.share(command, stamp, lesson_id=self.stream_id(key))

        return self.perform(decide, actor=actor, key=key)

    def act_as_author(
        self,
        actor: Actor,
        lesson_id: UUID,
        command: AuthorCommand,
        *,
        receipt_hash: str,
        happened_on: date,
        key: IdempotencyKey | None = None,
    ) -> Receipt:
        """Revise, withdraw or answer with the receipt in hand, under the handle that shared it."""

        def decide() -> Lesson:
            check_may(actor, Action.SHARE_LESSON)
            lesson = self.load(Lesson, lesson_id)
            lesson.check_receipt(receipt_hash)
            return self._told(lesson, replace(actor, id=lesson.handle), command, happened_on)

        return self.perform(decide, actor=actor, key=key)

    def act_as_reader(
        self,
        actor: Actor,
        lesson_id: UUID,
        command: ReaderCommand,
        *,
        happened_on: date,
        key: IdempotencyKey | None = None,
    ) -> Receipt:
        """Endorse ("here too") or reply, as another peer."""

        def decide() -> Lesson:
            check_may(actor, Action.ANSWER_LESSON)
            return self._told(self.load(Lesson, lesson_id), actor, command, happened_on)

        return self.perform(decide, actor=actor, key=key)

    def refuse(
        self,
        actor: Actor,
        lesson_id: UUID,
        command: RefuseLesson,
        *,
        happened_on: date,
        key: IdempotencyKey | None = None,
    ) -> Receipt:
        """A steward refuses what cannot be protected, and says why."""

        def decide() -> Lesson:
            check_may(actor, Action.REFUSE_LESSON)
            return self._told(self.load(Lesson, lesson_id), actor, command, happened_on)

        return self.perform(decide, actor=actor, key=key)

    def _told(
        self, lesson: Lesson, actor: Actor, command: LessonCommand, happened_on: date
    ) -> Lesson:
        lesson.act(command, self.stamp(actor, happened_on, after=lesson.modified_on))
        return lesson
