"""Approaches: the catalogue of what is tried, where evidence pools."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.access import Action
from service.api.programmes import moment_of
from service.api.web import Blueprint, answer, idempotency_key, page_of, recorded
from service.auth import guarded, signed_in
from service.context import context
from service.grades import check_known, grades_at
from service.history import history_of
from service.reading import approach_now
from service.regrading import APPROACH
from service.schemas.documents import (
    ApproachPage,
    ApproachSchema,
    GradePage,
    ReceiptSchema,
    StretchPage,
)
from service.schemas.queries import GradesQuery, HistoryQuery, MomentQuery, NothingQuery
from service.schemas.requests import RegisterApproachSchema, Told
from service.toolkit import toolkit_of

approaches = Blueprint(
    "approaches",
    __name__,
    url_prefix="/v1/approaches",
    description="What is tried, with its theory of change: evidence pools here.",
)


@approaches.route("")
@guarded(Action.READ_RECORD)
@approaches.arguments(NothingQuery, location="query")
@approaches.response(200, ApproachPage)
def list_approaches(_: dict[str, Any]) -> Response:
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
@approaches.arguments(MomentQuery, location="query")
@approaches.response(200, ApproachSchema)
def read_approach(query: dict[str, Any], approach_id: UUID) -> Response:
    """Read one approach: what works, how sure, how much and at what cost, over all its places.

    `toolkit` holds by outcome the pooled effect, the confidence and every other standard's level,
    what another place may expect, splits by context, and what was planned and is not reported;
    and costs, put together only where unit, perspective, currency and price year are the same.
    """
    lane, moment = context().record_lane, moment_of(query)
    check_known(lane, (APPROACH, approach_id), moment)
    return answer(
        {**approach_now(lane, approach_id), "toolkit": toolkit_of(lane, approach_id, moment)}
    )


@approaches.route("/<uuid:approach_id>/grades")
@guarded(Action.READ_RECORD)
@approaches.arguments(GradesQuery, location="query")
@approaches.response(200, GradePage)
def list_approach_grades(query: dict[str, Any], approach_id: UUID) -> Response:
    """Read what the programmes of an approach show together, with every reason."""
    found = grades_at(
        context().record_lane,
        (APPROACH, approach_id),
        standard=query["standard"],
        outcome=query.get("outcome"),
        moment=moment_of(query),
    )
    return page_of(found, cursor=None)


@approaches.route("/<uuid:approach_id>/grades/history")
@guarded(Action.READ_RECORD)
@approaches.arguments(HistoryQuery, location="query")
@approaches.response(200, StretchPage)
def read_approach_history(query: dict[str, Any], approach_id: UUID) -> Response:
    """Read how the grades of an approach changed over time, and which events changed them."""
    found = history_of(
        context().record_lane,
        (APPROACH, approach_id),
        standard=query["standard"],
        outcome=query.get("outcome"),
        moment=moment_of(query),
    )
    return page_of(found, cursor=None)
