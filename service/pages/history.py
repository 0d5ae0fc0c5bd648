"""How a grade changed over time: each stretch, what began it, and what of it was other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import render_template

from domain.access import Action
from domain.errors import NotFound
from service.charts.grade_steps import NARROW, WIDE, Step, grade_steps
from service.pages import shelf
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.grades import PLACES
from service.pages.words import (
    FINDINGS,
    answer_words,
    day,
    event_words,
    finding_words,
    instant,
    outcome_words,
    spoken,
)

history = page_blueprint("history")

Document = Mapping[str, Any]
# From the best down, as the plot has it.
ORDER = (
    "works",
    "promising",
    "insufficient",
    "no effect where tried",
    "no detectable effect",
    "concerning",
    "harmful",
)
# What of a grade changed, as people call it; a rule is called by its title.
CALLED = {
    "status": "Status",
    "finding": "Finding",
    "confidence": "Confidence",
    "demonstrably_works": "Demonstrably works",
    "effect": "Effect",
}


@history.get("/programmes/<programme>/grades/<outcome>/history")
@page(Action.READ_RECORD)
def of_programme(programme: str, outcome: str) -> str:
    """How the grade of a programme changed."""
    programme_id = identifier(programme)
    card = shelf.programme(programme_id)
    return _page("programme", programme_id, outcome, card["name"])


@history.get("/approaches/<approach>/grades/<outcome>/history")
@page(Action.READ_RECORD)
def of_approach(approach: str, outcome: str) -> str:
    """How the grade of an approach changed."""
    approach_id = identifier(approach)
    return _page("approach", approach_id, outcome, shelf.approach(approach_id)["name"])


def history_plot(stretches: Sequence[Document], name: str) -> dict[str, Any]:
    """The grade over time in both layouts, of stretches of one outcome, oldest first."""
    steps = [
        Step(
            start=datetime.fromisoformat(one["from"]).date(),
            level=finding_words(one["finding"]).tag,
            words=f"{day(one['from'])}: {one['grade']}",
        )
        for one in stretches
    ]
    found = {step.level for step in steps}
    levels = [FINDINGS[name].tag for name in ORDER if FINDINGS[name].tag in found]
    outcome = outcome_words(stretches[0]["outcome"])
    labels = (f"Grade over time: {outcome}. {name}", "The same is in the table below.")
    return {
        "title": f"Grade over time: {outcome}",
        "subtitle": "One step a change, in the order of telling; the best finding on top.",
        "wide": grade_steps(steps, levels, labels, WIDE),
        "narrow": grade_steps(steps, levels, labels, NARROW),
    }


def _page(kind: str, subject: UUID, outcome: str, name: str) -> str:
    stretches = shelf.history(kind, subject, outcome=outcome)
    if not stretches:
        raise NotFound("no such grade")
    path = f"/{PLACES[kind]}/{subject}"
    grade = f"{path}/grades/{quote(outcome, safe='')}"
    return render_template(
        "history.html",
        name=name,
        outcome=outcome,
        plot=history_plot(stretches, name),
        rows=[_row(one, grade) for one in reversed(stretches)],
        crumbs=crumbs((spoken(PLACES[kind]), f"/{PLACES[kind]}"), (name, path), ("Grade", grade)),
    )


def _row(stretch: Document, grade: str) -> dict[str, Any]:
    begun, changed = stretch["begun_by"], stretch["changed"]
    said = [one for one in changed if one["what"] in CALLED]
    return {
        "since": instant(stretch["from"]),
        "finding": stretch["finding"],
        "confidence": stretch["confidence"],
        "event": f"{event_words(begun['type'])}, {day(begun['happened_on'])}",
        "event_href": f"/programmes/{begun['programme_id']}#event-{begun['event_id']}",
        "changed": [_changed(one) for one in said],
        "rules": [_changed(one) for one in changed if one["what"] not in (*CALLED, "grade")],
        "href": f"{grade}?known_at={quote(stretch['from'])}",
    }


def _changed(change: Document) -> str:
    """One change in words: what it was, and what it is."""
    what = change["what"]
    called = CALLED.get(what, what)
    before, now = (_said(what, change[end]) for end in ("from", "to"))
    return f"{called}: {before} before, {now} now"


def _said(what: str, value: object) -> str:
    match what, value:
        case _, None:
            return "not known"
        case "finding", str():
            return finding_words(value).tag.lower()
        case "demonstrably_works", _:
            return "yes" if value else "no"
        case ("effect", str()) | ("status" | "confidence", str()):
            return spoken(value) if what == "effect" else spoken(value).lower()
        case _:
            return answer_words(str(value)).lower()
