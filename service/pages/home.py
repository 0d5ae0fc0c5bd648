"""The first page, and signing in and out."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from domain.access import Action, may
from domain.values import Function
from service.auth import check_csrf, current_actor, sign_in, sign_out
from service.pages.demonstration import members
from service.pages.forms import Form
from service.pages.frame import SESSIONS, is_served, page_blueprint

home = page_blueprint("home")


@dataclass(frozen=True, slots=True)
class Job:
    """One task: where it is done, what it is, for whom, and what one must be allowed to do."""

    href: str
    title: str
    text: str
    who: str
    action: Action = Action.READ_RECORD


JOBS = (
    Job(
        "/programmes",
        "Tell a programme’s story",
        "Log its launch, milestones, stalls, pivots and outcomes. See how it is graded.",
        "programme leads",
    ),
    Job(
        "/portfolio",
        "See what works",
        "Every programme with its grade, how sure we are, and why.",
        "funders and policy owners",
    ),
    Job(
        "/approaches",
        "Compare approaches",
        "What is tried, and what it did in every place that tried it.",
        "everyone",
    ),
    Job(
        "/replay",
        "Replay the record",
        "What was known and graded on any day, set against now.",
        "auditors",
    ),
    Job(
        "/audit/entries",
        "Read the entries",
        "The record row by row, as stored, with hashes.",
        "auditors and stewards",
        Action.READ_AUDIT,
    ),
    Job(
        "/peers",
        "Enter the peers’ room",
        "Read and share candid lessons, away from anybody who assesses you.",
        "peers",
        Action.READ_LESSONS,
    ),
)

UNKNOWN_TOKEN = "This token is not known, or it has expired. Ask your steward for a new one"
# What a demonstration member may do, in one sentence.
MAY = {
    Function.DELIVERY: "Logs what happened to a programme of their own, and sees its grade.",
    Function.PEER: "Reads and shares candid lessons in the peers’ room. Never assesses anybody.",
    Function.FUNDER: "Sees every grade and why. Never sees the peers’ room.",
    Function.AUDITOR: "Replays the record and reads its entries. Never sees the peers’ room.",
    Function.POLICY: "Sees every grade and why. Never sees the peers’ room.",
    Function.STEWARD: "Keeps the catalogue, the members and the peers’ room. Assesses nobody.",
}


@home.get("/")
def index() -> str:
    """What Candour is, and the jobs of the reader's function."""
    actor = current_actor()
    allowed = [job for job in JOBS if actor is None or may(actor, job.action)]
    jobs = [job for job in allowed if is_served(job.action)]
    return render_template("home.html", jobs=jobs)


@home.get("/sign-in")
def ask_to_sign_in() -> str:
    return _sign_in_page(Form.blank())


@home.post("/sign-in")
def start_session() -> Response | tuple[str, int]:
    """Signs in by the token that was pasted, or as a demonstration member."""
    check_csrf()
    form = Form.sent(request.form)
    if "demonstration" in request.form:
        member = members().get(form.value("demonstration"))
        if member is None:
            abort(404)
        token = member.token
    else:
        token = form.required("token", "Enter your token")
    if token and sign_in(token) is not None:
        return redirect("/", 303)
    form.errors.add("token", UNKNOWN_TOKEN)
    return _sign_in_page(form), 422


@home.post("/sign-out")
def end_session() -> Response:
    check_csrf()
    sign_out()
    return redirect("/", 303)


def _sign_in_page(form: Form) -> str:
    functions = [
        {
            "words": SESSIONS[function],
            "may": MAY[function],
            "members": [
                (member_id, member.actor.organisation)
                for member_id, member in members().items()
                if member.actor.function is function
            ],
        }
        for function in Function
    ]
    shown = [one for one in functions if one["members"]]
    return render_template("sign_in.html", form=form, errors=form.errors, functions=shown)
