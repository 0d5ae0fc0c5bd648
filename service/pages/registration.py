"""The form that registers a programme."""

from types import MappingProxyType
from typing import Any

from flask import redirect, render_template
from werkzeug.wrappers import Response

from domain.access import Action
from domain.commands import RegisterProgramme
from domain.errors import InvalidValue
from service.pages import shelf
from service.pages.forms import Form, options
from service.pages.frame import crumbs, page, page_blueprint
from service.pages.recording import recorded, sent_form
from service.wire import from_wire

registration = page_blueprint("registration")

ASKED = MappingProxyType(
    {
        "name": "Enter the name of the programme",
        "area": "Enter the area",
        "summary": "Enter what it is, in a few sentences",
    }
)
ASKED_OF_CARD = MappingProxyType(
    {
        "location": "Enter the location",
        "mission": "Enter what it is for",
        "methods": "Enter what is done",
    }
)
OPTIONAL_ON_CARD = ("spend", "reach", "access")


@registration.get("/programmes/new")
@page(Action.REGISTER_PROGRAMME)
def ask_for_programme() -> str:
    return _page(Form.blank())


@registration.post("/programmes/new")
@page(Action.REGISTER_PROGRAMME)
def register_programme() -> Response | tuple[str, int]:
    """A new programme of the reader's organisation, or the form again with what is wrong."""
    form = sent_form()
    command = _command(form)
    happened_on = form.day("happened_on", "the date it was agreed")
    if happened_on is not None and command is not None:
        receipt = recorded(
            form,
            lambda actor, key: shelf.record().register_programme(
                actor, command, happened_on=happened_on, key=key
            ),
            fields={},
        )
        if receipt is not None:
            return redirect(f"/programmes/{receipt.stream_id}", 303)
    return _page(form), 422


def _command(form: Form) -> RegisterProgramme | None:
    known = {approach["id"]: approach["name"] for approach in shelf.approaches()}
    said: dict[str, Any] = {name: form.required(name, asked) for name, asked in ASKED.items()}
    said["approach_id"] = form.choice("approach_id", known, "Choose the approach")
    sectors = form.required("sectors", "Enter one or more sectors")
    said["sectors"] = [one.strip() for one in sectors.split(",") if one.strip()]
    card = {name: form.required(name, asked) for name, asked in ASKED_OF_CARD.items()}
    optional = {name: form.value(name) for name in OPTIONAL_ON_CARD if form.value(name)}
    if form.errors:
        return None
    try:
        return from_wire(RegisterProgramme, {**said, "card": {**card, **optional}})
    except InvalidValue as refusal:
        form.refuse(refusal, {})
        return None


def _page(form: Form) -> str:
    known = {approach["id"]: approach["name"] for approach in shelf.approaches()}
    return render_template(
        "new_programme.html",
        form=form,
        errors=form.errors,
        approaches=options(known),
        crumbs=crumbs(("Programmes", "/programmes")),
    )
