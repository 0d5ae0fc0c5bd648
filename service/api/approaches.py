"""Approaches: the catalogue of what is tried, where evidence pools."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.access import Action
from service.api.programmes import moment_of
from service.api.web import Blueprint, answer, idempotency_key, page_of, recorded, tag_of
from service.auth import guarded, signed_in
from service.context import context
from service.grades import grades_at
from service.reading import approach_now
from service.schemas.documents import ApproachPage, ApproachSchema, GradePage, ReceiptSchema
from service.schemas.queries import GradesQuery
from service.schemas.requests import RegisterApproachSchema, Told

approaches = Blueprint(
    "approaches",
    __name__,
    url_prefix="/v1/approaches",
    description="What is tried, with its theory of change: evidence pools here.",
)


@approaches.route("")
@guarded(Action.READ_RECORD)
@approaches.response(200, ApproachPage)
def list_approaches() -> Response:
    """Read the whole catalogue, by name."""
    return page_of(context().record_lane.readstore.list_approaches(), cursor=None)


@approaches.route("", methods=["POST"])
@guarded(Action.REGISTER_APPROACH)
@approaches.arguments(RegisterApproachSchema)
@approaches.response(201, ReceiptSchema)
def register_approach(told: Told) -> Response:
    """Enter an approach in the catalogue."""
    actor = signed_in()
    receipt = context().record_lane.record.register_approach(
        actor, told.command, happened_on=told.happened_on, key=idempotency_key(actor)
    )
    return recorded(receipt, location=f"/v1/approaches/{receipt.stream_id}")


@approaches.route("/<uuid:approach_id>")
@guarded(Action.READ_RECORD)
@approaches.response(200, ApproachSchema)
def read_approach(approach_id: UUID) -> Response:
    """Read one approach."""
    card = approach_now(context().record_lane, approach_id)
    return answer(card, etag=tag_of(approach_id, card["stream_version"]))


@approaches.route("/<uuid:approach_id>/grades")
@guarded(Action.READ_RECORD)
@approaches.arguments(GradesQuery, location="query")
@approaches.response(200, GradePage)
def list_approach_grades(query: dict[str, Any], approach_id: UUID) -> Response:
    """Read what the programmes of an approach show together, with every reason."""
    found = grades_at(
        context().record_lane,
        ("approach", approach_id),
        standard=query["standard"],
        outcome=query.get("outcome"),
        moment=moment_of(query),
    )
    return page_of(found, cursor=None)
