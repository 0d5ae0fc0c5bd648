"""The form for what happened: launched, milestone, stalled, resumed, pivoted, closed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from domain.access import Action
from domain.commands import Close, Launch, Pivot, ReachMilestone, Resume, Stall
from domain.errors import InvalidValue
from service.pages.forms import Form, options
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.recording import own_programme, sent_form, told
from service.wire import from_wire

log = page_blueprint("log")

Move = Launch | ReachMilestone | Stall | Resume | Pivot | Close
MOVES: Mapping[str, type[Move]] = MappingProxyType(
    {shape.type: shape for shape in (Launch, ReachMilestone, Stall, Resume, Pivot, Close)}
)
SAID: Mapping[str, str] = MappingProxyType(
    {
        "launched": "It was launched",
        "milestone_reached": "A milestone was reached",
        "stalled": "It stalled",
        "resumed": "It resumed after a stall",
        "pivoted": "It pivoted: what is done changed",
        "closed": "It closed",
    }
)
# What each move must say beside its date; the rest may add a note.
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "milestone_reached": ("milestone",),
        "stalled": ("reason",),
        "pivoted": ("kind", "change", "reason"),
        "closed": ("reason",),
    }
)
NOTED = frozenset({"launched", "milestone_reached", "resumed"})
ASKED: Mapping[str, str] = MappingProxyType(
    {
        "milestone": "Enter the name of the milestone",
        "kind": "Choose what kind of pivot it was",
        "change": "Enter what changed",
        "reason": "Enter why",
    }
)
PIVOT_KINDS = (
    {
        "value": "adaptation",
        "text": "Adaptation",
        "hint": {"text": "The same idea, fitted to the place"},
    },
    {
        "value": "core",
        "text": "Core",
        "hint": {"text": "A different idea of how it works: a new version starts here"},
    },
)


@log.get("/programmes/<programme>/log")
@page(Action.DELIVER)
def ask_what_happened(programme: str) -> str:
    return _page(own_programme(identifier(programme)), Form.blank())


@log.post("/programmes/<programme>/log")
@page(Action.DELIVER)
def log_what_happened(programme: str) -> Response | tuple[str, int]:
    """One event, or the form again with what is wrong."""
    programme_id = identifier(programme)
    form = sent_form()
    card = own_programme(programme_id)
    happened_on = form.day("happened_on", "the date it happened")
    done = told(programme_id, form, _command(form), happened_on=happened_on, fields={})
    return done or (_page(card, form), 422)


def _command(form: Form) -> Move | None:
    move = form.choice("type", SAID, "Choose what happened")
    if move not in MOVES:
        return None
    body: dict[str, str] = {name: form.required(name, ASKED[name]) for name in NEEDS.get(move, ())}
    if move in NOTED and form.value("note"):
        body["note"] = form.value("note")
    if form.errors:
        return None
    try:
        return from_wire(MOVES[move], body)
    except InvalidValue as refusal:
        form.refuse(refusal, {})
        return None


def _page(card: Mapping[str, Any], form: Form) -> str:
    possible = {move: words for move, words in SAID.items() if move in card["open_moves"]}
    return render_template(
        "log.html",
        card=card,
        form=form,
        errors=form.errors,
        moves=options(possible or SAID),
        kinds=list(PIVOT_KINDS),
        crumbs=crumbs(("Programmes", "/programmes"), (card["name"], f"/programmes/{card['id']}")),
    )
