"""The form for one measured outcome: a published estimate, counts, or means."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from domain.access import Action
from domain.commands import MeasureOutcome
from domain.contrast import REPORTED_MEASURES
from domain.errors import InvalidValue
from service.pages.forms import Form, options
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
from service.pages.words import DESIGNS, MEASURES
from service.wire import from_wire

outcomes = page_blueprint("outcomes")

RESULTS = MappingProxyType(
    {
        "reported": "A published estimate, with or without its interval",
        "two_by_two": "Counts in two groups",
        "means": "Means and standard deviations in two groups",
    }
)
REPORTABLE = MappingProxyType({code: MEASURES[code] for code in REPORTED_MEASURES})
COUNTS = MappingProxyType(
    {
        "ai": "how many had the event with the programme",
        "bi": "how many did not with the programme",
        "ci": "how many had the event in the comparison group",
        "di": "how many did not in the comparison group",
    }
)
MEANS = MappingProxyType(
    {
        "m1i": "the mean with the programme",
        "sd1i": "the standard deviation with the programme",
        "m2i": "the mean of the comparison group",
        "sd2i": "the standard deviation of the comparison group",
    }
)
SIZES = MappingProxyType(
    {"n1i": "the number with the programme", "n2i": "the number in the comparison group"}
)


@outcomes.get("/programmes/<programme>/outcomes/new")
@page(Action.DELIVER)
def ask_for_outcome(programme: str) -> str:
    return _page(own_programme(identifier(programme)), Form.blank())


@outcomes.post("/programmes/<programme>/outcomes/new")
@page(Action.DELIVER)
def log_outcome(programme: str) -> Response | tuple[str, int]:
    """One measured outcome, or the form again with what is wrong."""
    programme_id = identifier(programme)
    form = sent_form()
    card = own_programme(programme_id)
    happened_on = form.day("happened_on", "the date it was measured")
    done = told(programme_id, form, _command(form), happened_on=happened_on, fields=FIELDS)
    return done or (_page(card, form), 422)


def _command(form: Form) -> MeasureOutcome | None:
    contrast = {
        "outcome": outcome_of(form),
        "study": form.required("study", "Enter the name of the study or report"),
        "unit": unit_of(form),
        "design": {"type": form.choice("design", DESIGNS, "Choose how the comparison was made")},
        "months_since_start": months_of(form),
        "result": _result(form),
        "source": source_of(form),
    }
    if form.errors:
        return None
    try:
        return from_wire(MeasureOutcome, {"contrast": contrast})
    except InvalidValue as refusal:
        form.refuse(refusal, FIELDS)
        return None


def _result(form: Form) -> dict[str, Any]:
    match form.choice("result", RESULTS, "Choose what you have"):
        case "reported":
            return {
                "kind": "reported",
                "measure": form.choice("measure", REPORTABLE, "Choose the measure"),
                "estimate": form.number("estimate", "Estimate", required="Enter the estimate"),
                "ci_low": form.number("ci_low", "Lower end"),
                "ci_high": form.number("ci_high", "Upper end"),
            }
        case "two_by_two":
            counts = {name: _count(form, name, what) for name, what in COUNTS.items()}
            return {"kind": "two_by_two", "measure": "RR", **counts}
        case "means":
            numbers = {
                name: form.number(name, what.capitalize(), required=f"Enter {what}")
                for name, what in MEANS.items()
            }
            sizes = {name: _count(form, name, what) for name, what in SIZES.items()}
            return {"kind": "means", "measure": "SMD", **numbers, **sizes}
    return {}


def _count(form: Form, name: str, what: str) -> int | None:
    return form.count(name, what.capitalize(), required=f"Enter {what}")


def _page(card: Mapping[str, Any], form: Form) -> str:
    return render_template(
        "outcome.html",
        card=card,
        form=form,
        errors=form.errors,
        designs=options(DESIGNS),
        results=options(RESULTS),
        measures=options(REPORTABLE),
        **measured_choices(),
        crumbs=crumbs(("Programmes", "/programmes"), (card["name"], f"/programmes/{card['id']}")),
    )
