"""Who the caller is, whether the service answers, and what its problems and addresses mean."""

from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response, current_app, render_template

from domain.access import PERMITTED, Action
from service.api.openapi import Api
from service.api.web import Blueprint, answer
from service.auth import guarded, signed_in
from service.context import context
from service.filling import not_filled
from service.kinds import KINDS, TYPE_PREFIX, UNAVAILABLE
from service.problems import Refused
from service.schemas.documents import MeSchema
from service.schemas.queries import NothingQuery

identity = Blueprint("identity", __name__, url_prefix="/v1", description="Whose token this is.")


@identity.route("/me")
@guarded(Action.READ_RECORD)
@identity.arguments(NothingQuery, location="query")
@identity.response(200, MeSchema)
def read_me(_: dict[str, Any]) -> Response:
    """Read whose token this is, and the one function it serves."""
    actor = signed_in()
    may = sorted(str(action) for action, those in PERMITTED.items() if actor.function in those)
    return answer(
        {
            "id": actor.id,
            "function": str(actor.function),
            "organisation": actor.organisation,
            "may": may,
        }
    )


def open_blueprint(api: Api) -> PlainBlueprint:
    """What anybody may read: health, the documentation, the meaning of problems."""
    public = PlainBlueprint("public", __name__)

    @public.get("/healthz")
    def health() -> Response:
        """Says that the process answers."""
        return answer({"status": "ok"})

    @public.get("/readyz")
    def readiness() -> Response:
        """Says whether requests can be served (never why not), and which standards have gaps."""
        if not _ready():
            raise Refused(UNAVAILABLE, UNAVAILABLE.meaning)
        return answer({"status": "ready", **_gaps()})

    @public.get("/docs")
    def documentation() -> str:
        """The description of every address, readable without a script."""
        return render_template("docs.html", spec=api.spec.to_dict())

    @public.get("/problems")
    def problems() -> str:
        """Every type of problem, and what it means."""
        return render_template("problems.html", kinds=KINDS, prefix=TYPE_PREFIX)

    @public.get("/problems/<slug>")
    def problem(slug: str) -> str:
        """One type of problem: the address that its `type` names."""
        kinds = [kind for kind in KINDS if kind.slug == slug]
        if not kinds:
            current_app.aborter(404)
        return render_template("problems.html", kinds=kinds, prefix=TYPE_PREFIX)

    return public


def _gaps() -> dict[str, list[str]]:
    """The standards that have not graded all that was told, where there are any."""
    lane = context().lane
    wanting = sorted(not_filled(lane.readstore)) if lane is not None else []
    return {"standards_not_filled": wanting} if wanting else {}


def _ready() -> bool:
    lane = context().lane
    if lane is None:
        return True
    try:
        lane.follower.lag()
    except Exception:  # whatever stopped it is in the log; here it is only "not ready"
        return False
    return True
