"""The standards: what each grades and asks, where it says so, and what changed between two."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from werkzeug.exceptions import NotFound

from domain.access import Action
from service.grading import standards_catalogue, standards_diff
from service.pages.forms import Form, options
from service.pages.frame import crumbs, page, page_blueprint
from service.pages.words import STANDARDS

standards = page_blueprint("standards")

Document = Mapping[str, Any]
# What a standard is about, in the order of the page.
GROUPS = (
    ("result", "About one result"),
    ("body", "About all of the evidence together"),
    ("bias", "About bias"),
    ("money", "About money"),
)
UNITS = {"contrast": "one measured result", "body": "all results of an outcome together"}


@standards.get("/standards")
@page(Action.READ_RECORD)
def listing() -> str:
    """Every standard that a grade can be asked by."""
    found = [_card(one) for one in standards_catalogue()]
    return render_template(
        "standards.html",
        groups=[
            {"title": title, "rows": rows}
            for group, title in GROUPS
            if (rows := [one for one in found if one["group"] == group])
        ],
        form=Form.blank(request.args),
        choices=options(STANDARDS),
    )


@standards.get("/standards/<standard>")
@page(Action.READ_RECORD)
def show(standard: str) -> str:
    """One standard, from what it grades to every rule with its source."""
    found = _found(standard)
    return render_template(
        "standard.html",
        standard=found,
        grades=_unit(found),
        unverified=[rule for rule in found["rules"] if not rule["verified"]],
        titles={rule["id"]: rule["asks"] for rule in found["rules"]},
        texts={question["id"]: question["text"] for question in found["questions"]},
        table=next((rule["table"] for rule in found["rules"] if "table" in rule), None),
        crumbs=crumbs(("Standards", "/standards")),
    )


@standards.get("/standards/diff")
@page(Action.READ_RECORD)
def compare() -> str:
    """What changed from one standard to another."""
    form = Form.blank(request.args)
    earlier = form.choice("from", STANDARDS, "Choose a standard")
    later = form.choice("to", STANDARDS, "Choose the standard to compare it with")
    return render_template(
        "standards_diff.html",
        form=form,
        errors=form.errors,
        diff=None if form.errors else standards_diff(earlier, later),
        choices=options(STANDARDS),
        crumbs=crumbs(("Standards", "/standards")),
    )


def _card(standard: Document) -> dict[str, Any]:
    rules: Sequence[Document] = standard["rules"]
    verified = sum(rule["verified"] for rule in rules)
    levels = [level["title"] for level in standard["levels"]]
    return {
        **standard,
        "grades": _unit(standard),
        "worst": levels[0],
        "best": levels[-1],
        "rule_count": len(rules),
        "verified_count": verified,
    }


def _unit(standard: Document) -> str:
    return UNITS.get(standard["unit"]) or str(standard["unit"])


def _found(name: str) -> Document:
    for standard in standards_catalogue():
        if standard["id"] == name:
            return standard
    raise NotFound
