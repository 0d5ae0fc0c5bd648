"""The frame around every page: who is signed in, where they can go, and the words templates use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from flask import Blueprint, Flask, abort, redirect, request
from flask.sansio.blueprints import BlueprintSetupState
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.exceptions import NotFound

from domain.access import PERMITTED, Action, check_may, may
from domain.values import Actor, Function
from service.auth import csrf_token, current_actor
from service.charts import timeline
from service.context import context
from service.lanes import is_peer_path
from service.pages import words
from service.pages.headers import guard_pages_of
from service.pages.refusals import tell_refusals_of

GOVUK = "govuk_frontend_jinja"

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SessionWords:
    """The function of a session, said so that support and assurance are never confused."""

    name: str
    side: str
    purpose: str


SESSIONS = MappingProxyType(
    {
        Function.DELIVERY: SessionWords(
            "programme lead", "delivery", "What you log here goes on the record, and is graded."
        ),
        Function.PEER: SessionWords(
            "peer",
            "support",
            "You are reading the assured record. What peers tell each other stays in the"
            " peers’ room.",
        ),
        Function.FUNDER: SessionWords(
            "funder", "assurance", "You see the assured record and its grades."
        ),
        Function.AUDITOR: SessionWords(
            "auditor", "assurance", "You see the assured record, and can replay it to any day."
        ),
        Function.POLICY: SessionWords(
            "policy owner", "assurance", "You see the assured record and its grades."
        ),
        Function.STEWARD: SessionWords(
            "steward", "hosting", "You look after members and rooms. You do not assess anybody."
        ),
    }
)
IN_THE_ROOM = (
    "This is the support lane. Nothing here is graded, or shown to funders, auditors or government"
    " departments."
)
# Where each page stands in the bar: its address, its name, and the action it needs.
PLACES = (
    ("/programmes", "Programmes", Action.READ_RECORD),
    ("/portfolio", "Grades", Action.READ_RECORD),
    ("/approaches", "Approaches", Action.READ_RECORD),
    ("/standards", "Standards", Action.READ_RECORD),
    ("/replay", "Replay", Action.READ_RECORD),
    ("/audit/entries", "Entries", Action.READ_AUDIT),
    ("/peers", "Peers’ room", Action.READ_LESSONS),
)


def prepare(state: BlueprintSetupState) -> None:
    """Gives the application our templates, their words, and the headers of pages."""
    app = cast("Flask", state.app)
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("service"), PrefixLoader({GOVUK: PackageLoader(GOVUK)})]
    )
    app.jinja_env.globals.update(
        finding_words=words.finding_words,
        confidence_words=words.confidence_words,
        confidence_of=words.confidence_of,
        outcome_words=words.outcome_words,
        answer_words=words.answer_words,
        status_words=words.status_words,
        event_words=words.event_words,
        standard_words=words.standard_words,
        judged_words=words.judged_words,
        level_words=words.level_words,
        design_words=words.design_words,
        measure_words=words.measure_words,
        safe_link=words.safe_link,
        interval=words.interval,
        event_mark=timeline.mark,
        csrf=csrf_token,
    )
    app.jinja_env.filters.update(
        day=words.day, instant=words.instant, number=words.number,
        percent=words.percent, spoken=words.spoken,
    )  # fmt: skip
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_surroundings)
    guard_pages_of(app)  # functions after a request run last first: the headers come last
    tell_refusals_of(app)


def page_blueprint(name: str) -> Blueprint:
    """A blueprint of pages."""
    return Blueprint(f"pages_{name}", __name__)


def page(action: Action) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Declares the one action of a page; nobody signed in is shown the way to the sign-in page."""

    def declare(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def checked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            actor = current_actor()
            if actor is None:
                abort(redirect("/sign-in", 303))
            if not serves_record():
                raise NotFound
            check_function(actor, action)
            return view(*args, **kwargs)

        checked.guard = action  # type: ignore[attr-defined]  # read by the test of all routes
        return checked

    return declare


def serves_record() -> bool:
    """Whether this process has a record to show."""
    return context().lane is not None


def is_served(action: Action) -> bool:
    """Whether this process serves the lane in which the action is done."""
    in_the_room = action is Action.READ_LESSONS
    return context().settings.serves_peer if in_the_room else serves_record()


def check_function(actor: Actor, action: Action) -> None:
    """Refuses a function that may never do this; whose programme it is, the record decides."""
    if actor.function not in PERMITTED[action]:
        check_may(actor, action, owner=actor.organisation)


def reader() -> Actor:
    """Who is reading a page that `page` has let them into."""
    actor = current_actor()
    if actor is None:
        abort(redirect("/sign-in", 303))
    return actor


def crumbs(*way: tuple[str, str]) -> list[dict[str, str]]:
    """The way back from a page, from the first page on."""
    return [{"text": text, "href": href} for text, href in (("Home", "/"), *way)]


def identifier(text: str) -> UUID:
    """The id in an address; what is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _surroundings() -> dict[str, object]:
    actor = current_actor()
    if actor is None:
        return {"session_of": None, "actor": None, "navigation": []}
    here = request.path
    supporting = is_peer_path(here) and may(actor, Action.READ_LESSONS)
    session = SESSIONS[actor.function]
    return {
        "session_of": session,
        "purpose": IN_THE_ROOM if supporting else session.purpose,
        "supporting": supporting,
        "actor": actor,
        "navigation": [
            {"href": href, "text": name, "active": here == href or here.startswith(href + "/")}
            for href, name, action in PLACES
            if may(actor, action) and is_served(action)
        ],
    }
