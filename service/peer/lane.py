"""The peer lane as its addresses and pages see it: told under a pseudonym, read from the shelf."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from domain.access import Action, check_may
from domain.peer.barriers import Barrier, Mover, Phase
from domain.peer.commands import (
    EndorseLesson,
    RefuseLesson,
    ReplyToLesson,
    ShareLesson,
    WithdrawLesson,
)
from domain.peer.lesson import LESSON_EVENTS
from domain.peer.lesson_book import LessonBook
from domain.record import IdempotencyKey, Receipt
from domain.values import Actor
from service.keyfiles import read_or_make_key
from service.lanes import PEER_LOG
from service.peer.cipher import LessonCipher
from service.peer.keys import KeyRing
from service.peer.masks import Masks, receipt_hash
from service.peer.shelf import LessonCard, Shelf, Wanted
from service.settings import Settings
from service.store import Store, open_database, open_peer_store

# What nobody can promise a person who is about to be candid; said before anything is typed.
LIMITS = (
    "What concerns a person's safety (safeguarding), fraud, or a court's order must be passed on.",
    "Software keeps funders, auditors and departments out; it is not legal privilege in a court.",
    "Name no person, and no patient: a steward refuses a lesson whose author cannot be kept safe.",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson as its author writes it; the lane adds the pseudonyms and the receipt."""

    title: str
    text: str
    barrier: Barrier
    who_could_move_it: Mover
    phase: Phase
    region: str | None = None
    approach_id: UUID | None = None
    programme_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SharedLesson:
    """Where it was written, and the code that lets the author come back."""

    receipt: Receipt
    receipt_code: str


class PeerLane:
    """Every method takes the real caller, and nothing below it ever sees them."""

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        masks: Masks,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._keys = keys
        self._masks = masks
        self._now = now
        # Its own ids: a sequence shared with the record would tell how much is said here.
        self._book = LessonBook(factory=store.factory, clock=now, new_id=uuid4)
        self._shelf = Shelf(store, keys)

    def find(self, actor: Actor, wanted: Wanted) -> list[LessonCard]:
        """The lessons that can be read, the newest first."""
        check_may(actor, Action.READ_LESSONS)
        return self._shelf.find(wanted)

    def get(self, actor: Actor, lesson_id: UUID) -> LessonCard:
        """One lesson."""
        check_may(actor, Action.READ_LESSONS)
        return self._shelf.get(lesson_id)

    def share(
        self, actor: Actor, draft: Draft, *, happened_on: date | None, key: IdempotencyKey | None
    ) -> SharedLesson:
        """Tells a lesson; the same key gets the same lesson and the same code."""
        check_may(actor, Action.SHARE_LESSON)
        known = self._key(actor, key)
        code = self._masks.receipt(self._book.stream_id(known))
        command = ShareLesson(
            title=draft.title,
            text=draft.text,
            barrier=draft.barrier,
            who_could_move_it=draft.who_could_move_it,
            phase=draft.phase,
            programme_handle=self._masks.programme(actor, draft.programme_id),
            receipt_hash=receipt_hash(code),
            approach_id=draft.approach_id,
            region=draft.region,
        )
        receipt = self._book.share(
            self._masks.actor(actor), command, happened_on=self._day(happened_on), key=known
        )
        return SharedLesson(receipt, code)

    def withdraw(
        self, actor: Actor, lesson_id: UUID, *, receipt_code: str, key: IdempotencyKey | None
    ) -> Receipt:
        """The author takes it back with the receipt code."""
        return self._book.act_as_author(
            self._masks.actor(actor),
            lesson_id,
            WithdrawLesson(),
            receipt_hash=receipt_hash(receipt_code),
            happened_on=self._day(None),
            key=self._key(actor, key),
        )

    def answer(
        self,
        actor: Actor,
        lesson_id: UUID,
        command: EndorseLesson | ReplyToLesson,
        *,
        key: IdempotencyKey | None,
    ) -> Receipt:
        """Another peer says "here too", or replies."""
        return self._book.act_as_reader(
            self._masks.actor(actor),
            lesson_id,
            command,
            happened_on=self._day(None),
            key=self._key(actor, key),
        )

    def refuse(
        self, actor: Actor, lesson_id: UUID, command: RefuseLesson, *, key: IdempotencyKey | None
    ) -> Receipt:
        """A steward refuses what cannot be protected."""
        return self._book.refuse(
            self._masks.actor(actor),
            lesson_id,
            command,
            happened_on=self._day(None),
            key=self._key(actor, key),
        )

    def erase(self, organisation: str) -> None:
        """Destroys the key of an organisation's words; what they were sealed into stays."""
        self._keys.destroy(self._masks.organisation(organisation))

    def close(self) -> None:
        """Closes the connections."""
        self._store.close()
        self._keys.close()

    def _day(self, happened_on: date | None) -> date:
        return happened_on or self._now().date()

    def _key(self, actor: Actor, key: IdempotencyKey | None) -> IdempotencyKey:
        """A key of the pseudonymous organisation; drawn when the caller brought none."""
        organisation = self._masks.organisation(actor.organisation)
        if key is None:
            return IdempotencyKey(organisation, str(uuid4()), "")
        return replace(key, organisation=organisation)


def open_peer_lane(settings: Settings, *, now: Callable[[], datetime]) -> PeerLane:
    """The peer lane of these settings, with its key from the file outside the database."""
    _log_apart(settings)
    lane_key = read_or_make_key(settings.lane_key_path)
    keys = KeyRing(open_database(settings.peer_address, "peer"), lane_key=lane_key, now=now)
    cipher = LessonCipher(keys, lane_key=lane_key, events=LESSON_EVENTS)
    store = open_peer_store(settings, events=LESSON_EVENTS, cipher=cipher)
    return PeerLane(store, keys, Masks(lane_key), now=now)


def _log_apart(settings: Settings) -> None:
    """The lane's log is a file of its own: nothing said in it reaches the shared log."""
    logger = logging.getLogger(PEER_LOG)
    logger.propagate = False
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.addHandler(logging.FileHandler(settings.folder / "peer.log", delay=True))
