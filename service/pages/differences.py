"""Where standards differ on one outcome: who concludes what, on which facts, and why."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import render_template, request

from domain.access import Action
from domain.errors import NotFound
from service.pages import shelf
from service.pages.forms import Form, options
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.grades import place_of, way_to
from service.pages.moments import moment_of, query_of
from service.pages.words import STANDARDS, outcome_words

differences = page_blueprint("differences")

Document = Mapping[str, Any]
# The questions that are compared, in the order of the page.
COMPARED = ("effect", "reliance", "certainty")


@differences.get("/programmes/<programme>/differences/<outcome>")
@page(Action.READ_RECORD)
def of_programme(programme: str, outcome: str) -> str:
    """Where standards differ on a programme."""
    programme_id = identifier(programme)
    card = shelf.programme(programme_id)
    return _page("programme", programme_id, outcome, name=card["name"])


@differences.get("/approaches/<approach>/differences/<outcome>")
@page(Action.READ_RECORD)
def of_approach(approach: str, outcome: str) -> str:
    """Where standards differ on an approach, over all the places that try it."""
    approach_id = identifier(approach)
    card = shelf.approach(approach_id)
    return _page("approach", approach_id, outcome, name=card["name"])


def _page(kind: str, subject: UUID, outcome: str, *, name: str) -> str:
    moment, _ = moment_of(request.args)
    form = Form.blank(request.args)
    pair = [form.value(end) for end in ("first", "second")]
    chosen = all(one in STANDARDS for one in pair) and pair[0] != pair[1]
    asked = ",".join(pair) if chosen else "all"
    found = shelf.differences(kind, subject, standards=asked, outcome=outcome, moment=moment)
    if not found:
        raise NotFound("no such outcome")
    here, named = place_of(kind, subject), quote(outcome, safe="")
    return render_template(
        "differences.html",
        name=name,
        outcome=outcome,
        note=found[0]["note"],
        groups=_groups(found[0], chosen=chosen),
        differences=_by_question(found[0], chosen=chosen),
        pair=chosen,
        form=form,
        choices=options(STANDARDS),
        grade_href=f"{here}/grades/{named}{query_of(moment)}",
        here=f"{here}/differences/{named}",
        crumbs=crumbs(
            *way_to(kind, subject, name), (outcome_words(outcome), f"{here}/grades/{named}")
        ),
    )


def _groups(found: Document, *, chosen: bool) -> list[dict[str, Any]]:
    """The conclusions of each question; what is ungraded is told last."""
    told = found["conclusions"]
    asked = dict.fromkeys(one["about"] for one in told) if chosen else COMPARED
    groups = []
    for about in asked:
        rows = [one for one in told if one["about"] == about]
        rows.sort(key=lambda one: one["status"] == "ungraded")
        if rows:
            groups.append({"about": about, "question": rows[0]["question"], "rows": rows})
    return groups


def _by_question(found: Document, *, chosen: bool) -> list[dict[str, Any]]:
    """The differences under the question they are about."""
    told = found["differences"]
    if chosen:
        return [{"question": "", "rows": told}] if told else []
    questions = {one["about"]: one["question"] for one in found["conclusions"]}
    groups = []
    for about in COMPARED:
        rows = [one for one in told if one["about"] == about]
        if rows:
            groups.append({"question": questions[about], "rows": rows})
    return groups
