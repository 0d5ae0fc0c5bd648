"""Where standards differ on one subject: each conclusion, and the rules that make it so."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.access import Action
from service.api.programmes import moment_of
from service.api.web import Blueprint, page_of
from service.auth import guarded
from service.context import context
from service.differing import differences_at
from service.schemas.documents import DifferencesPage
from service.schemas.queries import DifferencesQuery

differences = Blueprint(
    "differences",
    __name__,
    url_prefix="/v1",
    description="Where standards differ on one subject, and which rules make the difference.",
)


@differences.route("/programmes/<uuid:programme_id>/grades/differences")
@guarded(Action.READ_RECORD)
@differences.arguments(DifferencesQuery, location="query")
@differences.response(200, DifferencesPage)
def list_differences(query: dict[str, Any], programme_id: UUID) -> Response:
    """Say where standards differ on a programme: what each rests on, ignores, and does not know.

    Of all standards those of one question are compared; two that are named are compared anyway.
    """
    return _answer("programme", programme_id, query)


@differences.route("/approaches/<uuid:approach_id>/grades/differences")
@guarded(Action.READ_RECORD)
@differences.arguments(DifferencesQuery, location="query")
@differences.response(200, DifferencesPage)
def list_approach_differences(query: dict[str, Any], approach_id: UUID) -> Response:
    """Say the same of an approach, over every programme that tries it."""
    return _answer("approach", approach_id, query)


def _answer(kind: str, subject: UUID, query: dict[str, Any]) -> Response:
    found = differences_at(
        context().record_lane,
        (kind, subject),
        standards=query["standards"],
        outcome=query.get("outcome"),
        moment=moment_of(query),
    )
    return page_of(found, cursor=None)
