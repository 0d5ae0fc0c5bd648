"""Lessons: shared under a handle, answered by receipt, refused when they cannot be protected."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.book import IdempotencyKey
from domain.errors import InvalidValue, MoveRefused, NotAllowed, NotFound
from domain.peer.barriers import Barrier, Mover, Phase
from domain.peer.commands import (
    EndorseLesson,
    RefuseLesson,
    ReplyToLesson,
    ReviseLesson,
    ShareLesson,
    WithdrawLesson,
)
from domain.peer.lesson import LESSON_EVENTS, OPEN_MOVES
from domain.peer.lesson_book import LessonBook
from domain.record import RECORD_EVENTS
from tests.domain.builders import (
    AUDITOR,
    FUNDER,
    LEAD,
    OTHER_PEER,
    PEER,
    STEWARD,
    day,
    ids,
)
from tests.domain.memory import MemoryFactory

RECEIPT, WRONG = "a" * 64, "b" * 64
SHARE = ShareLesson(
    title="We could not read each other's notes",
    text="Seven months of paper.",
    barrier=Barrier.DATA_SHARING,
    who_could_move_it=Mover.LOCAL,
    phase=Phase.LAUNCH,
    programme_handle="quiet-heron",
    receipt_hash=RECEIPT,
    region="north",
)
REVISE = ReviseLesson("Notes", "Eight months.", Barrier.OTHER, Mover.REGIONAL, Phase.STALLED)
REPLY = ReplyToLesson("How did you end it?")
REFUSE = RefuseLesson("Only one place could have written this.")


@pytest.fixture
def book():
    now = datetime(2020, 4, 10, 12, tzinfo=UTC)
    return LessonBook(factory=MemoryFactory(LESSON_EVENTS), clock=lambda: now, new_id=ids())


@pytest.fixture
def lesson_id(book):
    return book.share(PEER, SHARE, happened_on=day(0)).stream_id


def types(book, lesson_id):
    return [event.facts.type for event in book.events.get(lesson_id)]


def as_author(book, lesson_id, command, *, receipt_hash=RECEIPT, actor=PEER):
    return book.act_as_author(
        actor, lesson_id, command, receipt_hash=receipt_hash, happened_on=day(1)
    )


@pytest.mark.parametrize("actor", [LEAD, FUNDER, AUDITOR, STEWARD])
def test_only_peers_share_and_answer(book, lesson_id, actor):
    with pytest.raises(NotAllowed):
        book.share(actor, SHARE, happened_on=day(0))
    with pytest.raises(NotAllowed):
        book.act_as_reader(actor, lesson_id, REPLY, happened_on=day(1))
    with pytest.raises(NotAllowed):
        as_author(book, lesson_id, REVISE, actor=actor)


@pytest.mark.parametrize("command", [REVISE, WithdrawLesson(), REPLY])
def test_the_receipt_lets_the_author_come_back(book, lesson_id, command):
    as_author(book, lesson_id, command)
    assert types(book, lesson_id) == ["shared", command.type]


@pytest.mark.parametrize("command", [REVISE, WithdrawLesson(), REPLY])
def test_without_the_receipt_nobody_is_the_author(book, lesson_id, command):
    with pytest.raises(NotAllowed, match="receipt"):
        as_author(book, lesson_id, command, receipt_hash=WRONG)
    assert types(book, lesson_id) == ["shared"]


def test_the_author_comes_back_under_the_handle_that_shared(book, lesson_id):
    as_author(book, lesson_id, REPLY, actor=replace(PEER, id="another-handle"))
    assert {event.envelope.actor for event in book.events.get(lesson_id)} == {"quiet-heron"}


def test_another_peer_replies_and_endorses_once(book, lesson_id):
    book.act_as_reader(OTHER_PEER, lesson_id, REPLY, happened_on=day(1))
    book.act_as_reader(OTHER_PEER, lesson_id, EndorseLesson(), happened_on=day(1))
    with pytest.raises(MoveRefused, match="already") as caught:
        book.act_as_reader(OTHER_PEER, lesson_id, EndorseLesson(), happened_on=day(1))
    assert "replied" in caught.value.data["open_moves"]
    with pytest.raises(MoveRefused, match="own lesson"):
        book.act_as_reader(PEER, lesson_id, EndorseLesson(), happened_on=day(1))


def test_a_steward_refuses_with_a_reason_and_nobody_else_does(book, lesson_id):
    for actor in (PEER, LEAD, FUNDER, AUDITOR):
        with pytest.raises(NotAllowed):
            book.refuse(actor, lesson_id, REFUSE, happened_on=day(1))
    book.refuse(STEWARD, lesson_id, REFUSE, happened_on=day(1))
    assert types(book, lesson_id) == ["shared", "refused"]


@pytest.mark.parametrize("ending", ["withdrawn", "refused"])
def test_after_its_end_nothing_more_is_said_of_a_lesson(book, lesson_id, ending):
    if ending == "withdrawn":
        as_author(book, lesson_id, WithdrawLesson())
    else:
        book.refuse(STEWARD, lesson_id, REFUSE, happened_on=day(1))
    with pytest.raises(MoveRefused, match=ending) as caught:
        book.act_as_reader(OTHER_PEER, lesson_id, REPLY, happened_on=day(1))
    assert caught.value.data["open_moves"] == []
    with pytest.raises(MoveRefused):
        as_author(book, lesson_id, REVISE)


def test_an_unknown_lesson_is_not_found(book):
    with pytest.raises(NotFound):
        book.act_as_reader(PEER, UUID(int=404), REPLY, happened_on=day(1))


def test_a_key_shares_a_lesson_once(book):
    key = IdempotencyKey(PEER.organisation, "k", "h")
    first = book.share(PEER, SHARE, happened_on=day(0), key=key)
    again = book.share(PEER, SHARE, happened_on=day(0), key=key)
    assert (again.replayed, again.stream_id) == (True, first.stream_id)


def test_every_field_of_free_text_is_marked_as_words():
    free_text = {"title", "text", "reason"}
    for event in LESSON_EVENTS.values():
        names = {field.name for field in fields(event.facts_type)}
        assert event.facts_type.words == names & free_text


def test_everything_that_can_be_done_with_a_lesson_has_an_event():
    assert {f"lesson.{move}" for move in (*OPEN_MOVES, "shared")} == set(LESSON_EVENTS)


def test_the_record_knows_no_lesson():
    assert not any("lesson" in topic for topic in RECORD_EVENTS)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("text", "x" * 8001), ("receipt_hash", "the code itself"), ("region", "")],
)
def test_a_lesson_that_cannot_be_kept_names_its_field(field, value):
    with pytest.raises(InvalidValue, match=field):
        replace(SHARE, **{field: value})
