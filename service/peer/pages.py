"""The peers' room: lessons read, shared and endorsed, on pages that nobody else can tell exist."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from domain.access import Action, check_may, may
from domain.errors import DomainError, NotFound
from domain.peer.barriers import Barrier, Mover, Phase
from domain.peer.commands import EndorseLesson
from domain.record import IdempotencyKey
from domain.values import Actor
from service.auth import check_csrf, current_actor
from service.pages import shelf
from service.pages.forms import Form, options
from service.pages.frame import crumbs, identifier
from service.pages.words import spoken
from service.peer.lane import LIMITS, Draft, PeerLane
from service.peer.shelf import Wanted

ROOM = "/peers"
READERS = "peers and stewards only"


def blueprint(lane: PeerLane) -> Blueprint:
    """The pages of the room, over one lane."""
    room = Room(lane)
    pages = Blueprint("pages_peers", __name__)
    pages.before_app_request(_wall)
    for rule, view, methods in (
        (ROOM, room.read, ["GET"]),
        (f"{ROOM}/share", room.ask, ["GET"]),
        (f"{ROOM}/share", room.share, ["POST"]),
        (f"{ROOM}/<lesson>/endorse", room.endorse, ["POST"]),
    ):
        pages.add_url_rule(rule, view.__name__, view, methods=methods)
    return pages


class Room:
    """Each view lets in peers and stewards; to everyone else there is no such address."""

    def __init__(self, lane: PeerLane) -> None:
        self._lane = lane

    def read(self) -> str:
        """The lessons, by barrier, approach, phase and words."""
        actor = _inside(Action.READ_LESSONS)
        form = Form.blank(request.args.to_dict())
        lessons = self._lane.find(actor, _wanted(form))
        return render_template(
            "peer/room.html",
            lessons=lessons,
            form=form,
            errors=form.errors,
            may_share=may(actor, Action.SHARE_LESSON),
            may_endorse=may(actor, Action.ANSWER_LESSON),
            **_choices(),
        )

    def ask(self) -> str:
        """The form: what we cannot promise stands before the first question."""
        _inside(Action.SHARE_LESSON)
        return _share_page(Form.blank())

    def share(self) -> Response | tuple[str, int]:
        """The lesson is kept, and its author gets the receipt, shown this once."""
        actor = _inside(Action.SHARE_LESSON)
        check_csrf()
        form = Form.sent(request.form)
        draft = _draft(form)
        if draft is not None:
            try:
                shared = self._lane.share(actor, draft, happened_on=None, key=_key(actor, form))
            except DomainError as refusal:
                form.refuse(refusal, {})
            else:
                page = render_template(
                    "peer/receipt.html",
                    receipt_code=shared.receipt_code,
                    crumbs=crumbs(("Peers’ room", ROOM)),
                )
                return make_response(page, 201)
        return _share_page(form), 422

    def endorse(self, lesson: str) -> AnyResponse:
        """Here too: another place met the same."""
        actor = _inside(Action.ANSWER_LESSON)
        check_csrf()
        form = Form.sent(request.form)
        self._lane.answer(actor, identifier(lesson), EndorseLesson(), key=_key(actor, form))
        return redirect(f"{ROOM}#lesson-{identifier(lesson)}", 303)


def _wall() -> None:
    """Before any route is considered, so that no method of the room tells that it exists."""
    path = request.path
    if path == ROOM or path.startswith(ROOM + "/"):
        _inside(Action.READ_LESSONS)


def _inside(action: Action) -> Actor:
    """Who is in the room; to everyone else there is no such address."""
    actor = current_actor()
    if actor is None or not may(actor, Action.READ_LESSONS):
        raise NotFound("no such address")
    check_may(actor, action)
    return actor


def _wanted(form: Form) -> Wanted:
    approach = form.value("approach")
    return Wanted(
        barrier=Barrier(form.value("barrier")) if form.value("barrier") in set(Barrier) else None,
        approach=UUID(approach) if approach in _approaches() else None,
        phase=Phase(form.value("phase")) if form.value("phase") in set(Phase) else None,
        q=form.value("q") or None,
    )


def _draft(form: Form) -> Draft | None:
    title = form.required("title", "Enter a title")
    text = form.required("text", "Enter what you learnt")
    barrier = form.choice("barrier", _words(Barrier), "Choose what stood in the way")
    mover = form.choice("who_could_move_it", _words(Mover), "Choose who could move it")
    phase = form.choice("phase", _words(Phase), "Choose when it was")
    approach = form.value("approach")
    if form.errors:
        return None
    return Draft(
        title=title,
        text=text,
        barrier=Barrier(barrier),
        who_could_move_it=Mover(mover),
        phase=Phase(phase),
        region=form.value("region") or None,
        approach_id=UUID(approach) if approach in _approaches() else None,
    )


def _key(actor: Actor, form: Form) -> IdempotencyKey:
    kept = sorted((name, value) for name, value in form.given.items() if name != "csrf_token")
    digest = hashlib.sha256(repr((request.path, kept)).encode()).hexdigest()
    return IdempotencyKey(actor.organisation, f"form:{form.key}", digest)


def _share_page(form: Form) -> str:
    return render_template(
        "peer/share.html",
        form=form,
        errors=form.errors,
        limits=LIMITS,
        readers=READERS,
        movers=options(_words(Mover)),
        crumbs=crumbs(("Peers’ room", ROOM)),
        **_choices(),
    )


def _choices() -> dict[str, object]:
    return {
        "barriers": options(_words(Barrier)),
        "phases": options(_words(Phase)),
        "approaches": options(_approaches()),
        "approach_names": _approaches(),
        "new_form": Form.blank,
    }


def _approaches() -> Mapping[str, str]:
    return {approach["id"]: approach["name"] for approach in shelf.approaches()}


def _words(codes: type[StrEnum]) -> dict[str, str]:
    return {code.value: spoken(code.value) for code in codes}
