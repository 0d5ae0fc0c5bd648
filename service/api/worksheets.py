"""The worksheet of an evaluator: what a standard still asks of a programme."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.access import Action
from service.api.web import Blueprint, page_of
from service.auth import guarded
from service.context import context
from service.differing import worksheet_at
from service.schemas.documents import WorksheetPage
from service.schemas.queries import WorksheetQuery

worksheets = Blueprint(
    "worksheets",
    __name__,
    url_prefix="/v1",
    description="Facts and judgements that a standard still asks, and what each could change.",
)


@worksheets.route("/programmes/<uuid:programme_id>/worksheet")
@guarded(Action.READ_RECORD)
@worksheets.arguments(WorksheetQuery, location="query")
@worksheets.response(200, WorksheetPage)
def read_worksheet(query: dict[str, Any], programme_id: UUID) -> Response:
    """Read what a standard still asks, result by result, and what each answer could change.

    A judgement is told as an event of the programme: `judgement_recorded`, by one of `judges`.
    """
    found = worksheet_at(
        context().record_lane,
        programme_id,
        standard=query["standard"],
        outcome=query.get("outcome"),
    )
    return page_of(found, cursor=None)
