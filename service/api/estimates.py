"""Estimates of raw outcomes, to look at before anything is recorded; and the designs there are."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import Response, request

from domain.access import Action, check_may
from service.api.web import Blueprint, answer, page_of
from service.auth import guarded, signed_in
from service.context import context
from service.estimates import estimate_for
from service.estimating import Asked, designs_catalogue
from service.kinds import MEDIA_TYPE
from service.problems import Refused
from service.reading import programme_at
from service.schemas.documents import DesignPage
from service.schemas.estimates import EstimateRequest, EstimateSchema
from service.schemas.queries import NothingQuery
from service.uploads import take_a_file

estimates = Blueprint(
    "estimates",
    __name__,
    url_prefix="/v1/programmes",
    description="Raw outcomes in, an effect with its checks out; the file is kept nowhere.",
)
designs = Blueprint(
    "designs",
    __name__,
    url_prefix="/v1/designs",
    description="What each design answers, and the columns and options that it takes.",
)
MULTIPART = "multipart/form-data"

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def of_own_programme(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Lets only the programme's own organisation send a file, before any of it is read."""

    @wraps(view)
    def checked(*, programme_id: UUID) -> Answer:
        card = programme_at(context().record_lane, programme_id)
        check_may(signed_in(), Action.DELIVER, owner=card["organisation"])
        if request.mimetype != MULTIPART:
            raise Refused(MEDIA_TYPE, f"{request.mimetype or 'nothing'} was sent; send {MULTIPART}")
        take_a_file(request)
        return view(programme_id=programme_id)

    return checked


@estimates.route("/<uuid:programme_id>/estimates", methods=["POST"])
@guarded(Action.DELIVER)
@of_own_programme
@estimates.arguments(EstimateRequest, location="files")
@estimates.response(200, EstimateSchema)
def estimate(sent: dict[str, Any], programme_id: UUID) -> Response:
    """Estimate an effect from raw outcomes, and look at it; nothing is recorded.

    To record it, tell an `outcome_measured` whose contrast holds `contrast` of this answer
    unchanged: its result carries a receipt that this service computed it, for this programme.
    """
    asked = Asked(
        sent["design"],
        sent["columns"],
        sent["options"],
        categories=sent["categories"],
        not_personal=sent["not_personal"],
    )
    return answer(estimate_for(programme_id, sent["file"].read(), asked))


@designs.route("")
@guarded(Action.READ_RECORD)
@designs.arguments(NothingQuery, location="query")
@designs.response(200, DesignPage)
def list_designs(_: dict[str, Any]) -> Response:
    """List every design with the columns and options that it takes."""
    return page_of(designs_catalogue(), cursor=None)
