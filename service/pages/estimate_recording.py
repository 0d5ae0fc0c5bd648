"""Recording an estimate: the signed result, with what the data could not tell of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from domain.access import Action
from domain.commands import MeasureOutcome
from domain.errors import InvalidValue
from service.estimates import is_ours
from service.kinds import BAD_REQUEST
from service.pages.asked import QUESTIONS, answered, field_of, questions
from service.pages.carried import Carried
from service.pages.estimate_words import effect_words, facts
from service.pages.forms import Form
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.measured import (
    FIELDS,
    measured_choices,
    months_of,
    outcome_of,
    source_of,
    unit_of,
)
from service.pages.recording import own_programme, sent_form, told
from service.problems import Refused
from service.wire import from_wire

recording = page_blueprint("estimate_recording")

Document = Mapping[str, Any]

STALE = "This estimate is not one that this service made for this programme: estimate it again"
PLACES: Mapping[str, str] = {
    **FIELDS,
    **{f"contrast.{path}": field_of(path) for path in QUESTIONS},
}


@recording.post("/programmes/<programme>/estimates/facts")
@page(Action.DELIVER)
def ask_for_facts(programme: str) -> str:
    """The questions that are left, filled in as far as the data tell."""
    programme_id = identifier(programme)
    card = own_programme(programme_id)
    sent = sent_form()
    carried = _carried(sent, programme_id)
    result = carried.contrast["result"]
    outcome = result["data"]["columns"].get("outcome", ())
    known = {
        "estimate": sent.value("estimate"),
        "outcome_kind": carried.outcome_kind,
        "measure_name": next(iter(outcome), ""),
        "site": card["area"],
    }
    return _page(card, Form.blank(known), carried)


@recording.post("/programmes/<programme>/estimates/record")
@page(Action.DELIVER)
def record_estimate(programme: str) -> Response | tuple[str, int]:
    """One measured outcome, or the form again with what is wrong."""
    programme_id = identifier(programme)
    card = own_programme(programme_id)
    form = sent_form()
    carried = _carried(form, programme_id)
    happened_on = form.day("happened_on", "the date it was measured")
    command = _command(form, carried)
    done = told(programme_id, form, command, happened_on=happened_on, fields=PLACES)
    return done or (_page(card, form, carried), 422)


def _carried(form: Form, programme_id: UUID) -> Carried:
    """What the page before sent along; refused unless it is, to the last digit, what we signed."""
    carried = Carried.read(form.value("estimate"), known=QUESTIONS)
    if carried is None or not is_ours(programme_id, carried.result):
        raise Refused(BAD_REQUEST, STALE)
    return carried


def _command(form: Form, carried: Carried) -> MeasureOutcome | None:
    answers = answered(form, carried.asked)
    contrast = {
        "outcome": outcome_of(form),
        "study": form.required("study", "Enter the name of the study or report"),
        "unit": unit_of(form),
        "months_since_start": months_of(form),
        "source": source_of(form),
        # What the data showed has the last word.
        "design": {**answers["design"], **carried.contrast["design"]},
        "sample": {**answers["sample"], **carried.contrast["sample"]},
        "baseline": carried.contrast["baseline"],
        "result": carried.contrast["result"],
    }
    if form.errors:
        return None
    try:
        return from_wire(MeasureOutcome, {"contrast": contrast}, path="")
    except InvalidValue as refusal:
        form.refuse(refusal, PLACES)
        return None


def _page(card: Document, form: Form, carried: Carried) -> str:
    return render_template(
        "record_estimate.html",
        card=card,
        form=form,
        errors=form.errors,
        effect=effect_words(carried.contrast["result"]),
        told=list(facts(carried.contrast)),
        questions=list(questions(carried.asked)),
        crumbs=crumbs(("Programmes", "/programmes"), (card["name"], f"/programmes/{card['id']}")),
        **measured_choices(),
    )
