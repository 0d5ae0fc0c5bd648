"""A grade with its reasons: the page of one outcome of a programme or of an approach."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import render_template, request

from domain.access import Action
from domain.errors import NotFound
from service.grading import standards_catalogue
from service.pages import shelf
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.moments import moment_of, query_of
from service.pages.plots import effect_words, forest_of, interaction_words
from service.pages.promised import harm_lines, looked_words, plan_lines
from service.pages.standards import GROUPS
from service.pages.words import (
    STANDARDS,
    day,
    event_words,
    finding_words,
    level_words,
    outcome_words,
)
from service.reading import NOW, Moment
from service.readstore.queries import HOUSE_STANDARD

grades = page_blueprint("grades")

Document = Mapping[str, Any]
RULE_GROUPS = (("unmet", "not met"), ("unknown", "not known"), ("met", "met"))
# What is missing, before it is only counted.
SHOWN = 5
# The answer stands in a column of its own.
ANSWER_AT_END = re.compile(r"[;:,] (?:un)?met\.$")
# Where the pages of each kind of subject are.
PLACES = {"programme": "programmes", "approach": "approaches"}


def place_of(kind: str, subject: UUID | str) -> str:
    """The address under which the pages of a programme or of an approach are."""
    return f"/{PLACES[kind]}/{subject}"


def href_of(grade: Document, moment: Moment = NOW) -> str:
    """The address of a grade's page."""
    subject = grade["subject"]
    outcome = quote(subject["outcome"], safe="")
    return f"{place_of(subject['kind'], subject['id'])}/grades/{outcome}{query_of(moment)}"


def way_to(kind: str, subject: UUID | str, name: str) -> tuple[tuple[str, str], ...]:
    """The crumbs down to a programme or an approach."""
    several = PLACES[kind]
    return (several.capitalize(), f"/{several}"), (name, place_of(kind, subject))


@grades.get("/programmes/<programme>/grades/<outcome>")
@page(Action.READ_RECORD)
def of_programme(programme: str, outcome: str) -> str:
    """Why a programme has the grade it has."""
    return _page("programme", identifier(programme), outcome)


@grades.get("/approaches/<approach>/grades/<outcome>")
@page(Action.READ_RECORD)
def of_approach(approach: str, outcome: str) -> str:
    """Why an approach has the grade it has, over all the places that try it."""
    return _page("approach", identifier(approach), outcome)


@grades.get("/programmes/<programme>/grades/<outcome>/<standard>")
@page(Action.READ_RECORD)
def of_programme_by(programme: str, outcome: str, standard: str) -> str:
    """Why a programme has the grade that a published standard gives it."""
    return _page_by("programme", identifier(programme), outcome, standard)


@grades.get("/approaches/<approach>/grades/<outcome>/<standard>")
@page(Action.READ_RECORD)
def of_approach_by(approach: str, outcome: str, standard: str) -> str:
    """The same of an approach."""
    return _page_by("approach", identifier(approach), outcome, standard)


def _named(kind: str, subject: UUID) -> tuple[str, dict[str, tuple[str, str]]]:
    """What a programme or an approach is called, and each of its events."""
    if kind == "programme":
        card, entries = shelf.programme(subject), shelf.entries(subject)
    else:
        card, entries = shelf.approach(subject), shelf.entries_of_approach(subject)
    return card["name"], {entry["event_id"]: _label(entry) for entry in entries}


def _page_by(kind: str, subject: UUID, outcome: str, standard: str) -> str:
    name, labels = _named(kind, subject)
    if standard not in STANDARDS or standard == HOUSE_STANDARD:
        raise NotFound("no such standard")
    moment, _ = moment_of(request.args)
    (grade,) = shelf.side_by_side(kind, subject, standards=standard, outcome=outcome, moment=moment)
    here = place_of(kind, subject)
    return render_template(
        "grade_by.html",
        name=name,
        grade=grade,
        standard=standard,
        title=STANDARDS[standard],
        rule_groups=_rule_groups(grade["reasons"], labels),
        results=[
            one | {"groups": _rule_groups(one["reasons"], labels)} for one in grade["contrasts"]
        ],
        level=_level(grade),
        bounds=_bounds(grade),
        links=_links(kind, here, outcome, standard),
        crumbs=crumbs(
            *way_to(kind, subject, name),
            (outcome_words(outcome), f"{here}/grades/{quote(outcome, safe='')}"),
        ),
    )


def _page(kind: str, subject: UUID, outcome: str) -> str:
    name, labels = _named(kind, subject)
    moment, form = moment_of(request.args)
    grade = _grade(kind, subject, outcome, moment)
    if grade is None:
        raise NotFound("no such grade")
    others = ",".join(name for name in STANDARDS if name != HOUSE_STANDARD)
    found = shelf.side_by_side(kind, subject, standards=others, outcome=outcome, moment=moment)
    here = place_of(kind, subject)
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
        **_promised(grade, labels),
        others=_others(found, kind, here, moment),
        differences_href=f"{here}/differences/{quote(outcome, safe='')}{query_of(moment)}",
        as_of=moment.as_of,
        known_at=moment.known_at,
        form=form,
        errors=form.errors,
        crumbs=crumbs(*way_to(kind, subject, name)),
    )


def _promised(grade: Document, labels: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """What it says of harm and of plans, each harm with its event."""
    return {
        "harms": [one | _event(one["event_id"], labels) for one in harm_lines(grade)],
        "looked": looked_words(grade),
        "plan": plan_lines(grade),
    }


def _grade(kind: str, subject: UUID, outcome: str, moment: Moment) -> Document | None:
    """The house grade of the newest version that has one."""
    found = shelf.grades(kind, subject, outcome=outcome, moment=moment)
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
    words = {end: level_words(grade["standard"], bounds.get(end, "")) for end in ("worst", "best")}
    return words if bounds else dict.fromkeys(words, "")


def _others(
    found: Sequence[Document], kind: str, here: str, moment: Moment
) -> list[dict[str, Any]]:
    """Every other standard, a line each, by what it is about."""
    about = {one["id"]: one["group"] for one in standards_catalogue()}
    rows = [_other(one, kind, here, moment) | {"group": about[one["standard"]]} for one in found]
    return [
        {"title": title, "rows": of_group}
        for group, title in GROUPS
        if (of_group := [row for row in rows if row["group"] == group])
    ]


def _other(grade: Document, kind: str, here: str, moment: Moment) -> dict[str, Any]:
    outcome = grade["subject"]["outcome"]
    links = _links(kind, here, outcome, grade["standard"])
    return {
        "standard": grade["standard"],
        "level": _level(grade),
        "status": grade["status"],
        "explanation": grade["explanation"],
        "missing": grade["missing"][:SHOWN],
        "more": len(grade["missing"]) - SHOWN,
        "why": links["why"] + query_of(moment),
        "worksheet": links["worksheet"],
    }


def _level(grade: Document) -> str:
    """The level in its own words; none is told before somebody has judged."""
    return "Not graded" if grade["status"] == "ungraded" else str(grade["title"])


def _links(kind: str, here: str, outcome: str, standard: str) -> dict[str, str]:
    named = quote(outcome, safe="")
    sheet = f"{here}/worksheet/{named}?{urlencode({'standard': standard})}"
    return {
        "why": f"{here}/grades/{named}/{standard}",
        "worksheet": sheet if kind == "programme" else "",
        "standard": f"/standards/{standard}",
    }
