"""What may be told and asked in the peer lane."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema
from marshmallow import fields as ma

from domain.peer.barriers import Barrier, Phase
from domain.peer.commands import RefuseLesson, ReplyToLesson
from service.peer.lane import Draft
from service.peer.shelf import LessonCard
from service.schemas.builder import fields_of, make_schema, schema_of
from service.schemas.documents import ReceiptSchema, listed
from service.schemas.queries import PageQuery
from service.schemas.strict import Choice, Day, Identifier, StrictSchema, Text


@dataclass(frozen=True, slots=True)
class DatedDraft:
    """A lesson, and the day it was learnt: today when none is given."""

    draft: Draft
    happened_on: date | None


def _dated(values: dict[str, Any]) -> DatedDraft:
    happened_on = values.pop("happened_on", None)
    return DatedDraft(Draft(**values), happened_on)


ShareLessonSchema = make_schema("ShareLesson", Draft, build=_dated, more={"happened_on": Day()})
ReplyToLessonSchema = schema_of(ReplyToLesson)
RefuseLessonSchema = schema_of(RefuseLesson)


class WithdrawLessonSchema(StrictSchema):
    """The author's receipt code; it belongs in the body, never in an address."""

    receipt_code = Text(required=True)


class EndorseLessonSchema(StrictSchema):
    """Nothing needs to be said: "here too"."""


class LessonReceiptSchema(ReceiptSchema):
    """What was shared, and the code that lets its author come back to it: keep it."""

    receipt_code = Text(required=True)


class LessonsQuery(PageQuery):
    """Which lessons."""

    barrier = Choice(Barrier)
    approach = Identifier()
    phase = Choice(Phase)
    q = Text(metadata={"description": "words in the title or the text"})


LessonSchema = Schema.from_dict(fields_of(LessonCard), name="LessonSchema")


class LessonPageSchema(listed(LessonSchema)):  # type: ignore[misc]  # a class made at run time
    """Lessons, and what nobody can promise their authors."""

    limits = ma.List(Text(), required=True)
