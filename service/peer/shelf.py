"""The lessons as they are read: folded in memory from the peer store, and nowhere written down."""

from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from uuid import UUID

from domain.errors import NotFound
from domain.events import RecordedEvent
from domain.peer.barriers import Barrier, Mover, Phase
from domain.peer.commands import RefuseLesson, ShareLesson, WithdrawLesson
from domain.peer.lesson import Lesson
from service.peer.keys import KeyRing
from service.store import Store

# Rows fetched at once while catching up.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a lesson, under its writer's handle."""

    handle: str
    text: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class LessonCard:
    """One lesson as a peer reads it; once withdrawn or refused its words are gone."""

    id: UUID
    version: int
    status: str
    title: str
    text: str
    barrier: Barrier
    who_could_move_it: Mover
    phase: Phase
    programme_handle: str
    approach_id: UUID | None
    region: str | None
    shared_on: date
    endorsements: int = 0
    replies: tuple[Reply, ...] = ()
    reason: str | None = None

    @property
    def open(self) -> bool:
        """Whether it can still be read."""
        return self.status == ShareLesson.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lessons: by barrier, approach, phase and words."""

    barrier: Barrier | None = None
    approach: UUID | None = None
    phase: Phase | None = None
    q: str | None = None

    def takes(self, card: LessonCard) -> bool:
        """Whether a lesson is among them."""
        return (
            self.barrier in (None, card.barrier)
            and self.approach in (None, card.approach_id)
            and self.phase in (None, card.phase)
            and (self.q or "").casefold() in f"{card.title}\n{card.text}".casefold()
        )


class Shelf:
    """Every lesson, brought up to date before each reading."""

    def __init__(self, store: Store, keys: KeyRing) -> None:
        self._store = store
        self._keys = keys
        self._lock = Lock()
        self._cards: dict[UUID, LessonCard] = {}
        self._position = 0
        self._destroyed = 0

    def find(self, wanted: Wanted) -> list[LessonCard]:
        """The open lessons that are wanted, the newest first."""
        found = [card for card in self._current() if card.open and wanted.takes(card)]
        return sorted(found, key=lambda card: (card.shared_on, str(card.id)), reverse=True)

    def get(self, lesson_id: UUID) -> LessonCard:
        """One lesson, open or not."""
        for card in self._current():
            if card.id == lesson_id:
                return card
        raise NotFound(f"there is no lesson {lesson_id}", kind="lesson", id=str(lesson_id))

    def _current(self) -> list[LessonCard]:
        with self._lock:
            destroyed = self._keys.destroyed()
            if destroyed != self._destroyed:
                # What was read before a key was destroyed must not outlive it in memory.
                self._cards, self._position, self._destroyed = {}, 0, destroyed
            while rows := self._store.recorder.select_rows(self._position, BATCH):
                for row in rows:
                    event: RecordedEvent = self._store.mapper.to_domain_event(row)
                    card = _fold(self._cards.get(event.originator_id), event)
                    self._cards[card.id] = card
                    self._position = row.position
            return list(self._cards.values())


def _fold(card: LessonCard | None, event: RecordedEvent) -> LessonCard:
    if isinstance(event, Lesson.Shared):
        return _shared(event)
    if card is None:
        raise ValueError(f"{type(event).__qualname__} comes before the lesson was shared")
    return replace(_changed(card, event), version=event.originator_version)


def _shared(event: Lesson.Shared) -> LessonCard:
    facts = event.facts
    return LessonCard(
        id=event.originator_id,
        version=event.originator_version,
        status=ShareLesson.type,
        title=facts.title,
        text=facts.text,
        barrier=facts.barrier,
        who_could_move_it=facts.who_could_move_it,
        phase=facts.phase,
        programme_handle=facts.programme_handle,
        approach_id=facts.approach_id,
        region=facts.region,
        shared_on=event.envelope.happened_on,
    )


def _changed(card: LessonCard, event: RecordedEvent) -> LessonCard:
    facts = event.facts
    match event:
        case Lesson.Revised():
            return replace(
                card,
                title=facts.title,
                text=facts.text,
                barrier=facts.barrier,
                who_could_move_it=facts.who_could_move_it,
                phase=facts.phase,
            )
        case Lesson.Withdrawn():
            return replace(card, status=WithdrawLesson.type, title="", text="", replies=())
        case Lesson.Refused():
            refused = replace(card, status=RefuseLesson.type, title="", text="", replies=())
            return replace(refused, reason=facts.reason)
        case Lesson.Endorsed():
            return replace(card, endorsements=card.endorsements + 1)
        case Lesson.Replied():
            reply = Reply(event.envelope.actor, facts.text, event.envelope.happened_on)
            return replace(card, replies=(*card.replies, reply))
        case _:
            raise TypeError(f"{type(event).__qualname__} does not change a lesson")
