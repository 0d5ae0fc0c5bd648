"""Programmes: registering one, telling what happened, reading its life."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.access import Action
from service.api.web import (
    Blueprint,
    answer,
    expected_version,
    idempotency_key,
    naming_the_current_version,
    page_of,
    recorded,
    tag_of,
)
from service.auth import guarded, signed_in
from service.context import context
from service.grades import grades_at
from service.history import history_of
from service.portfolios import programmes_at
from service.reading import Moment, entries_at, programme_at
from service.schemas.documents import (
    EntryPage,
    GradePage,
    ProgrammePage,
    ProgrammeSchema,
    ReceiptSchema,
    StretchPage,
)
from service.schemas.queries import GradesQuery, HistoryQuery, MomentQuery, ProgrammesQuery
from service.schemas.requests import ProgrammeEventSchema, RegisterProgrammeSchema, Told

programmes = Blueprint(
    "programmes",
    __name__,
    url_prefix="/v1/programmes",
    description="One place's delivery of an approach: its whole life, event by event.",
)


@programmes.route("")
@guarded(Action.READ_RECORD)
@programmes.arguments(ProgrammesQuery, location="query")
@programmes.response(200, ProgrammePage)
def list_programmes(query: dict[str, Any]) -> Response:
    """List programmes, narrowed by any filter, now or as they were.

    At a past moment a page may hold fewer than `limit`: programmes that were not there yet are left
    out of it.
    """
    page = programmes_at(context().record_lane, query, moment_of(query))
    return page_of(page.documents, cursor=page.next_cursor)


@programmes.route("", methods=["POST"])
@guarded(Action.REGISTER_PROGRAMME)
@programmes.arguments(RegisterProgrammeSchema)
@programmes.response(201, ReceiptSchema)
def register_programme(told: Told) -> Response:
    """Register a programme of your organisation."""
    actor = signed_in()
    receipt = context().record_lane.record.register_programme(
        actor, told.command, happened_on=told.happened_on, key=idempotency_key(actor)
    )
    return recorded(receipt, location=f"/v1/programmes/{receipt.stream_id}")


@programmes.route("/<uuid:programme_id>")
@guarded(Action.READ_RECORD)
@programmes.arguments(MomentQuery, location="query")
@programmes.response(200, ProgrammeSchema)
def read_programme(query: dict[str, Any], programme_id: UUID) -> Response:
    """Read one programme, now or as it was; its ETag is its version."""
    card = programme_at(context().record_lane, programme_id, moment_of(query))
    return answer(card, etag=tag_of(programme_id, card["stream_version"]))


@programmes.route("/<uuid:programme_id>/events")
@guarded(Action.READ_RECORD)
@programmes.arguments(MomentQuery, location="query")
@programmes.response(200, EntryPage)
def list_events(query: dict[str, Any], programme_id: UUID) -> Response:
    """Read all that was told of a programme, in the order of telling."""
    entries = entries_at(context().record_lane, programme_id, moment_of(query))
    return page_of(entries, cursor=None)


@programmes.route("/<uuid:programme_id>/events", methods=["POST"])
@guarded(Action.READ_RECORD)  # the record decides: it alone knows whose programme it is
@programmes.arguments(ProgrammeEventSchema)
@programmes.response(201, ReceiptSchema)
def tell_event(told: Told, programme_id: UUID) -> Response:
    """Tell what happened; a move that is not open now answers 409 and names those that are.

    If-Match with the programme's ETag answers 412 when somebody else was first; without it the
    event is decided on the programme as it stands.
    """
    actor = signed_in()
    with naming_the_current_version(programme_id):
        receipt = context().record_lane.record.act(
            actor,
            programme_id,
            told.command,
            happened_on=told.happened_on,
            expected_version=expected_version(programme_id),
            key=idempotency_key(actor),
        )
    return recorded(receipt, location=f"/v1/programmes/{programme_id}/events")


@programmes.route("/<uuid:programme_id>/grades")
@guarded(Action.READ_RECORD)
@programmes.arguments(GradesQuery, location="query")
@programmes.response(200, GradePage)
def list_grades(query: dict[str, Any], programme_id: UUID) -> Response:
    """Read the grades of a programme with every reason, now or as they were."""
    found = grades_at(
        context().record_lane,
        ("programme", programme_id),
        standard=query["standard"],
        outcome=query.get("outcome"),
        moment=moment_of(query),
    )
    return page_of(found, cursor=None)


@programmes.route("/<uuid:programme_id>/grades/history")
@guarded(Action.READ_RECORD)
@programmes.arguments(HistoryQuery, location="query")
@programmes.response(200, StretchPage)
def read_history(query: dict[str, Any], programme_id: UUID) -> Response:
    """Read how the grades of a programme changed over time, and which events changed them."""
    found = history_of(
        context().record_lane,
        ("programme", programme_id),
        standard=query["standard"],
        outcome=query.get("outcome"),
        moment=moment_of(query),
    )
    return page_of(found, cursor=None)


def moment_of(query: dict[str, Any]) -> Moment:
    """The moment that a query asks for."""
    return Moment(query.get("as_of"), query.get("known_at"))
