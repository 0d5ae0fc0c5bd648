"""What answers look like, for the description at /openapi.json; nothing is dumped by these."""

from typing import Any

from marshmallow import Schema
from marshmallow import fields as ma

from domain.commands import RegisterApproach, RegisterProgramme
from domain.values import Function
from service.schemas.builder import fields_of
from service.schemas.estimates import DesignSchema
from service.schemas.strict import (
    Choice,
    Day,
    Identifier,
    Instant,
    Many,
    Number,
    Table,
    Text,
    Whole,
)


class FieldErrorSchema(Schema):
    """One offending field; a cell of a file by its row, from 1 below the header, and column."""

    field = Text(required=True)
    problem = Text(required=True)
    accepted = Text(required=True)
    row = Whole()
    column = Text()


class ProblemSchema(Schema):
    """A refusal (RFC 9457); `type` is stable and described at /problems."""

    type = Text(required=True)
    title = Text(required=True)
    status = Whole(required=True)
    detail = Text(required=True)
    errors = ma.List(ma.Nested(FieldErrorSchema))
    more_errors = Whole()
    fitting_designs = ma.List(Text())
    open_moves = ma.List(Text())
    id = Identifier()


class ReceiptSchema(Schema):
    """What was written: the stream, its version now, the new events."""

    id = Identifier(required=True)
    version = Whole(required=True)
    event_ids = ma.List(Identifier(), required=True)


_CARD = {
    "id": Identifier(required=True),
    "stream_version": Whole(required=True),
    "last_event_on": Day(required=True),
    "last_recorded_at": Instant(required=True),
}
_PROGRAMME = {
    "organisation": Text(required=True),
    "status": Text(required=True),
    "open_moves": Many(Text(), required=True),
    "version_number": Whole(required=True),
    "registered_on": Day(required=True),
    "launched_on": Day(allow_none=True),
    "closed_on": Day(allow_none=True),
    "plans": Whole(required=True),
    "outcomes": Whole(required=True),
}
ProgrammeSchema = Schema.from_dict(
    {**_CARD, **fields_of(RegisterProgramme), **_PROGRAMME}, name="ProgrammeSchema"
)
ApproachSchema = Schema.from_dict(
    {
        **_CARD,
        **fields_of(RegisterApproach),
        "toolkit": Table(metadata={"description": "of one approach: effects, strength, costs"}),
    },
    name="ApproachSchema",
)


class EntrySchema(Schema):
    """One event as it happened and as it was told."""

    programme_id = Identifier(required=True)
    version = Whole(required=True)
    type = Text(required=True)
    event_id = Identifier(required=True)
    happened_on = Day(required=True)
    recorded_at = Instant(required=True)
    actor = Text(required=True)
    function = Choice(Function, required=True)
    organisation = Text(required=True)
    correlation_id = Identifier(required=True)
    causation_id = Identifier(allow_none=True)
    facts = Table(required=True)


class ReasonSchema(Schema):
    """One rule that was tried: what it asked, what was seen, by how much, and on which events."""

    rule = Text(required=True)
    title = Text(required=True)
    answer = Text(required=True, only=("met", "unmet", "unknown"))
    observed = ma.Raw(allow_none=True)
    threshold = ma.Raw(allow_none=True)
    margin = ma.Raw(allow_none=True)
    event_ids = ma.List(Identifier(), required=True)
    source = Text(allow_none=True)
    verified = ma.Boolean(required=True)
    text = Text(required=True)


class GradeSchema(Schema):
    """A standard's answer on one subject and outcome, with every reason; computed, never edited."""

    subject = Table(required=True)
    standard = Text(required=True)
    as_of = Day(allow_none=True)
    known_at = Instant(allow_none=True)
    headline = ma.Boolean(metadata={"description": "whether lists show this outcome"})
    status = Text(required=True, only=("determined", "judgement_required", "ungraded"))
    finding = Text(allow_none=True)
    confidence = Text(allow_none=True)
    grade = Text(allow_none=True)
    small = ma.Boolean()
    demonstrably_works = ma.Boolean()
    estimate = Table(allow_none=True)
    anytime = Table(allow_none=True)
    units = ma.List(Table())
    contexts = ma.List(ma.Raw())
    interaction = Table(allow_none=True)
    reasons = ma.List(ma.Nested(ReasonSchema))
    bounds = Table()
    lift = ma.List(Table())
    missing = ma.List(ma.Raw())
    not_pooled = ma.List(Table())
    harms = ma.List(Table())
    harm_looked_for = Table(allow_none=True)
    plan = ma.List(Table())
    clusters = ma.List(Table())
    explanation = Text()


# A stretch of time in which a grade stood, and what of it was other than before.
StretchSchema = Schema.from_dict(
    {
        "outcome": Text(required=True),
        "version": Whole(allow_none=True),
        "from": Instant(required=True),
        "to": Instant(required=True, allow_none=True, metadata={"description": "null: it stands"}),
        "begun_by": Table(required=True),
        "ended_by": Table(required=True, allow_none=True),
        "headline": ma.Boolean(required=True),
        "status": Text(required=True),
        "grade": Text(required=True, allow_none=True),
        "finding": Text(allow_none=True),
        "confidence": Text(allow_none=True),
        "demonstrably_works": ma.Boolean(allow_none=True),
        "effect": Text(allow_none=True),
        "changed": ma.List(Table(), required=True),
    },
    name="StretchSchema",
)


class StandardSchema(Schema):
    """A published or house rule set: its rules, their sources, and whether they were verified."""

    id = Text(required=True)
    title = Text(required=True)
    kind = Text(required=True, only=("house", "rules", "steps", "trees"))
    unit = Text(required=True)
    source = Text(required=True)
    graded = Table(
        required=True,
        metadata={"description": "whether it graded all that was told, or since when it does"},
    )
    rules = ma.List(Table(), required=True)
    entry = ma.List(Text())
    levels = ma.List(Table(), required=True)
    questions = ma.List(Table())
    reading = Table()


class StandardsDiffSchema(Schema):
    """What changed from one standard to another; where they share no rule, that is said."""

    note = Text(required=True)
    shared_rules = Whole(required=True)
    rules = Table(required=True)
    levels = Table(required=True)
    of_the_same_facts = ma.List(Table(), required=True)


class DifferencesSchema(Schema):
    """What each standard concludes of one outcome, and which rules make the difference."""

    subject = Table(required=True)
    note = Text(required=True)
    conclusions = ma.List(Table(), required=True)
    differences = ma.List(Table(), required=True)


class WorksheetSchema(Schema):
    """What a standard still asks: facts, result by result, and judgements."""

    subject = Table(required=True)
    standard = Text(required=True)
    title = Text(required=True)
    bounds = Table()
    judges = ma.List(Text(), required=True)
    results = ma.List(Table(), required=True)
    questions = ma.List(Table(), required=True)


class AuditEntrySchema(Schema):
    """A stored row of the record exactly as it is kept, with its RFC 6962 leaf hash."""

    position = Whole(required=True)
    originator_id = Identifier(required=True)
    originator_version = Whole(required=True)
    topic = Text(required=True)
    state = Text(required=True, metadata={"description": "the stored bytes (UTF-8 JSON)"})
    leaf_hash = Text(required=True, metadata={"description": "hexadecimal"})


class MeSchema(Schema):
    """Who the token belongs to, and the one function it serves."""

    id = Text(required=True)
    function = Choice(Function, required=True)
    organisation = Text(required=True)
    may = ma.List(Text(), required=True)


def listed(item: type[Schema], **more: ma.Field[Any]) -> type[Schema]:
    """The schema of one page of a list, with what else is told of it."""
    members: dict[str, ma.Field] = {
        "items": ma.List(ma.Nested(item), required=True),
        "next": Text(allow_none=True, metadata={"description": "address of the next page"}),
        **more,
    }
    return Schema.from_dict(members, name=f"{item.__name__.removesuffix('Schema')}PageSchema")


ProgrammePage = listed(ProgrammeSchema)
ApproachPage = listed(ApproachSchema)
EntryPage = listed(EntrySchema)
GradePage = listed(GradeSchema)
StretchPage = listed(StretchSchema)
StandardPage = listed(StandardSchema)
DifferencesPage = listed(DifferencesSchema)
WorksheetPage = listed(WorksheetSchema)
DesignPage = listed(DesignSchema)
AuditPage = listed(AuditEntrySchema)


class PortfolioRowSchema(Schema):
    """A programme and its headline grade."""

    programme = ma.Nested(ProgrammeSchema, required=True)
    grade = ma.Nested(GradeSchema, required=True)
    fdr_controlled = ma.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "whether its `works` holds in the list; null where none is said"},
    )


class FalseDiscoverySchema(Schema):
    """How the false discoveries of a list are controlled, and over how many programmes."""

    method = Text(required=True)
    rate = Number(required=True)
    listed = Whole(required=True)
    holding = Whole(required=True)


PortfolioPage = listed(
    PortfolioRowSchema,
    false_discovery=ma.Nested(FalseDiscoverySchema, allow_none=True, required=True),
)
