"""The addresses under /v1/lessons; for all but peers and stewards there are none."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.access import Action
from domain.peer.commands import EndorseLesson, RefuseLesson, ReplyToLesson
from service.api.web import Blueprint, answer, idempotency_key, page_of, tag_of, written
from service.auth import guarded, signed_in
from service.peer.lane import LIMITS, PeerLane
from service.peer.schemas import (
    DatedDraft,
    EndorseLessonSchema,
    LessonPageSchema,
    LessonReceiptSchema,
    LessonSchema,
    LessonsQuery,
    RefuseLessonSchema,
    ReplyToLessonSchema,
    ShareLessonSchema,
    WithdrawLessonSchema,
)
from service.peer.shelf import Wanted
from service.problems import refused_field
from service.schemas.documents import ReceiptSchema
from service.wire import to_wire


def lessons_blueprint(lane: PeerLane) -> Blueprint:
    """The routes of one lane; the lane is theirs alone and no other room can ask for it."""
    lessons = Blueprint("lessons", __name__, url_prefix="/v1/lessons", description="Peers only.")
    _add_reads(lessons, lane)
    _add_writes(lessons, lane)
    _add_answers(lessons, lane)
    return lessons


def _add_reads(lessons: Blueprint, lane: PeerLane) -> None:
    @lessons.route("")
    @guarded(Action.READ_LESSONS)
    @lessons.arguments(LessonsQuery, location="query")
    @lessons.response(200, LessonPageSchema)
    def list_lessons(query: dict[str, Any]) -> Response:
        """Search the lessons, the newest first."""
        limit, cursor = query.pop("limit"), query.pop("cursor", "0")
        start = _offset(cursor)
        found = lane.find(signed_in(), Wanted(**query))
        more = str(start + limit) if len(found) > start + limit else None
        items = [to_wire(card) for card in found[start : start + limit]]
        return page_of(items, cursor=more, limits=list(LIMITS))

    @lessons.route("/<uuid:lesson_id>")
    @guarded(Action.READ_LESSONS)
    @lessons.response(200, LessonSchema)
    def read_lesson(lesson_id: UUID) -> Response:
        """Read one lesson; once withdrawn or refused its words are gone."""
        card = lane.get(signed_in(), lesson_id)
        return answer(to_wire(card), etag=tag_of(card.id, card.version))


def _add_writes(lessons: Blueprint, lane: PeerLane) -> None:
    @lessons.route("", methods=["POST"])
    @guarded(Action.SHARE_LESSON)
    @lessons.arguments(ShareLessonSchema)
    @lessons.response(201, LessonReceiptSchema)
    def share_lesson(told: DatedDraft) -> Response:
        """Share a lesson; keep the receipt code, it is not shown again.

        What cannot be protected is listed as `limits` at GET /v1/lessons: read it first.
        """
        actor = signed_in()
        shared = lane.share(
            actor, told.draft, happened_on=told.happened_on, key=idempotency_key(actor)
        )
        location = f"/v1/lessons/{shared.receipt.stream_id}"
        return written(shared.receipt, location=location, receipt_code=shared.receipt_code)

    @lessons.route("/<uuid:lesson_id>/withdrawal", methods=["POST"])
    @guarded(Action.SHARE_LESSON)
    @lessons.arguments(WithdrawLessonSchema)
    @lessons.response(201, ReceiptSchema)
    def withdraw_lesson(told: dict[str, str], lesson_id: UUID) -> Response:
        """Take back a lesson of yours, with its receipt code."""
        actor = signed_in()
        receipt = lane.withdraw(
            actor, lesson_id, receipt_code=told["receipt_code"], key=idempotency_key(actor)
        )
        return written(receipt, location=f"/v1/lessons/{lesson_id}")


def _add_answers(lessons: Blueprint, lane: PeerLane) -> None:
    @lessons.route("/<uuid:lesson_id>/endorsements", methods=["POST"])
    @guarded(Action.ANSWER_LESSON)
    @lessons.arguments(EndorseLessonSchema)
    @lessons.response(201, ReceiptSchema)
    def endorse_lesson(_: dict[str, object], lesson_id: UUID) -> Response:
        """Say "here too"."""
        actor = signed_in()
        receipt = lane.answer(actor, lesson_id, EndorseLesson(), key=idempotency_key(actor))
        return written(receipt, location=f"/v1/lessons/{lesson_id}")

    @lessons.route("/<uuid:lesson_id>/replies", methods=["POST"])
    @guarded(Action.ANSWER_LESSON)
    @lessons.arguments(ReplyToLessonSchema)
    @lessons.response(201, ReceiptSchema)
    def reply_to_lesson(told: ReplyToLesson, lesson_id: UUID) -> Response:
        """Answer a lesson."""
        actor = signed_in()
        receipt = lane.answer(actor, lesson_id, told, key=idempotency_key(actor))
        return written(receipt, location=f"/v1/lessons/{lesson_id}")

    @lessons.route("/<uuid:lesson_id>/refusal", methods=["POST"])
    @guarded(Action.REFUSE_LESSON)
    @lessons.arguments(RefuseLessonSchema)
    @lessons.response(201, ReceiptSchema)
    def refuse_lesson(told: RefuseLesson, lesson_id: UUID) -> Response:
        """Refuse a lesson whose author cannot be kept safe, and say why (stewards)."""
        actor = signed_in()
        receipt = lane.refuse(actor, lesson_id, told, key=idempotency_key(actor))
        return written(receipt, location=f"/v1/lessons/{lesson_id}")


def _offset(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise refused_field("cursor", "is not known", accepted="what `next` of a page says")
    return int(cursor)
