"""A grade with its reasons: the page of one outcome of a programme or of an approach."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import render_template, request

from domain.access import Action
from domain.errors import NotFound
from service.pages import shelf
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.moments import moment_of, query_of
from service.pages.plots import effect_words, forest_of, interaction_words
from service.pages.words import day, event_words, finding_words, spoken
from service.reading import NOW, Moment
from service.readstore.queries import HOUSE_STANDARD

grades = page_blueprint("grades")

Document = Mapping[str, Any]
RULE_GROUPS = (("unmet", "not met"), ("unknown", "not known"), ("met", "met"))
# The answer stands in a column of its own.
ANSWER_AT_END = re.compile(r"[;:,] (?:un)?met\.$")
OTHER_STANDARDS = ("wwc@4.1", "sms-wwg@2016")


def href_of(grade: Document, moment: Moment = NOW) -> str:
    """The address of a grade's page."""
    subject = grade["subject"]
    outcome = quote(subject["outcome"], safe="")
    return f"/{subject['kind']}s/{subject['id']}/grades/{outcome}{query_of(moment)}"


@grades.get("/programmes/<programme>/grades/<outcome>")
@page(Action.READ_RECORD)
def of_programme(programme: str, outcome: str) -> str:
    """Why a programme has the grade it has."""
    programme_id = identifier(programme)
    card = shelf.programme(programme_id)
    labels = {entry["event_id"]: _label(entry) for entry in shelf.entries(programme_id)}
    way = (("Programmes", "/programmes"), (card["name"], f"/programmes/{programme_id}"))
    return _page("programme", programme_id, outcome, name=card["name"], labels=labels, way=way)


@grades.get("/approaches/<approach>/grades/<outcome>")
@page(Action.READ_RECORD)
def of_approach(approach: str, outcome: str) -> str:
    """Why an approach has the grade it has, over all the places that try it."""
    approach_id = identifier(approach)
    card = shelf.approach(approach_id)
    way = (("Approaches", "/approaches"), (card["name"], f"/approaches/{approach_id}"))
    entries = shelf.entries_of_approach(approach_id)
    labels = {entry["event_id"]: _label(entry) for entry in entries}
    return _page("approach", approach_id, outcome, name=card["name"], labels=labels, way=way)


def _page(
    kind: str,
    subject: UUID,
    outcome: str,
    *,
    name: str,
    labels: Mapping[str, tuple[str, str]],
    way: tuple[tuple[str, str], ...],
) -> str:
    moment, form = moment_of(request.args)
    grade = _grade(kind, subject, outcome, moment=moment, standard=HOUSE_STANDARD)
    if grade is None:
        raise NotFound("no such grade")
    found = [
        _grade(kind, subject, outcome, moment=moment, standard=standard)
        for standard in OTHER_STANDARDS
    ]
    return render_template(
        "grade.html",
        name=name,
        grade=grade,
        headline=finding_words(grade["finding"]),
        subject_words=_subject(grade),
        effect=effect_words(grade),
        plot=forest_of(grade, name),
        bounds=_bounds(grade),
        rule_groups=_rule_groups(grade["reasons"], labels),
        contexts=grade["contexts"],
        interaction_words=interaction_words(grade["interaction"]),
        not_pooled=[_event(one["event_id"], labels) | one for one in grade["not_pooled"]],
        others=[_other(other) for other in found if other is not None],
        as_of=moment.as_of,
        known_at=moment.known_at,
        form=form,
        errors=form.errors,
        crumbs=crumbs(*way),
    )


def _grade(
    kind: str, subject: UUID, outcome: str, *, moment: Moment, standard: str
) -> Document | None:
    """The grade of the newest version that has one."""
    found = shelf.grades(kind, subject, outcome=outcome, moment=moment, standard=standard)
    return max(found, key=lambda grade: grade["subject"].get("version") or 0, default=None)


def _label(entry: Document) -> tuple[str, str]:
    """What an event is called where a reason rests on it, and its address."""
    words = f"{event_words(entry['type']).lower()}, {day(entry['happened_on'])}"
    return words, f"/programmes/{entry['programme_id']}#event-{entry['event_id']}"


def _event(event_id: str, labels: Mapping[str, tuple[str, str]]) -> dict[str, str | None]:
    words, href = labels.get(event_id, (f"event {event_id[:8]}", None))
    return {"label": words, "href": href}


def _rule_groups(
    reasons: Sequence[Document], labels: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """The rules by their answer: first what stands in the way, then what nobody has said."""
    groups = []
    for kind, words in RULE_GROUPS:
        found = [_reason(reason, labels) for reason in reasons if reason["answer"] == kind]
        if found:
            rules = "1 rule" if len(found) == 1 else f"{len(found)} rules"
            groups.append({"answer": kind, "title": f"{rules} {words}", "reasons": found})
    return groups


def _reason(reason: Document, labels: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    events = [_event(event_id, labels) for event_id in reason["event_ids"]]
    why = reason["text"].removeprefix(reason["title"]).removeprefix(": ")
    why = ANSWER_AT_END.sub(".", why).replace(">=", "≥").replace("<=", "≤").replace(" -", " −")
    return {**reason, "why": why[:1].upper() + why[1:], "events": events}


def _subject(grade: Document) -> str:
    subject = grade["subject"]
    if subject["kind"] == "approach":
        return "over every place that tries it"
    version = subject.get("version")
    return f"version {version} of this programme" if version and version > 1 else "this programme"


def _bounds(grade: Document) -> dict[str, str]:
    bounds = grade["bounds"] or {}
    return {end: spoken(bounds.get(end)).lower() for end in ("worst", "best")}


def _other(grade: Document) -> dict[str, Any]:
    level = spoken(grade["grade"]) or "Not graded"
    return {"standard": grade["standard"], "level": level, "explanation": grade["explanation"]}
