"""The auditor's pages: the record replayed to a moment, and its rows as stored."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from domain.access import Action
from domain.errors import NotFound
from service.pages import shelf
from service.pages.frame import identifier, page, page_blueprint
from service.pages.grades import href_of
from service.pages.moments import moment_of
from service.pages.words import day, instant, spoken
from service.reading import NOW, Moment, leaf_hash

audit = page_blueprint("audit")

PAGE_SIZE = 50
MOST_COMPARED = 1000
Key = tuple[str, str]


@audit.get("/replay")
@page(Action.READ_RECORD)
def replay() -> str:
    """The portfolio as it stood, each grade worked out again and set against now."""
    moment, form = moment_of(request.args)
    rows = None if moment.is_now or form.errors else _compared(moment)
    changed = sum(1 for row in rows or () if row["difference"] != SAME)
    return render_template(
        "replay.html",
        form=form,
        errors=form.errors,
        rows=rows,
        result_heading=_heading(moment),
        count_words=f"{len(rows or ())} grades compared; {changed or 'none'} different from now.",
    )


@audit.get("/audit/entries")
@page(Action.READ_AUDIT)
def entries() -> str:
    """The stored rows in order, each with its leaf hash."""
    given = request.args.get("after", "0")
    after = int(given[:15]) if given.isascii() and given.isdecimal() else 0
    found = shelf.rows(after=after, limit=PAGE_SIZE + 1)
    rows = [{**row._asdict(), "hash": leaf_hash(row)} for row in found[:PAGE_SIZE]]
    more = {"next": {"href": f"?after={rows[-1]['position']}"}} if found[PAGE_SIZE:] else None
    return render_template("entries.html", rows=rows, pages=more)


SAME = "The same"


def _compared(moment: Moment) -> list[dict[str, Any]]:
    then, now = _by_key(moment), _by_key(NOW)
    rows = []
    for key in dict.fromkeys([*now, *then]):
        before = then.get(key) or _same_outcome(now.get(key), moment)
        after = now.get(key) or _same_outcome(then.get(key), NOW)
        known = after or before or {}
        rows.append(
            {
                "programme_id": known["programme"]["id"],
                "programme": known["programme"]["name"],
                "outcome": known["grade"]["subject"]["outcome"],
                "then": before["grade"] if before else None,
                "now": after["grade"] if after else None,
                "then_href": href_of(before["grade"], moment) if before else None,
                "now_href": href_of(after["grade"]) if after else None,
                "difference": _difference(before, after),
            }
        )
    return rows


def _by_key(moment: Moment) -> dict[Key, Mapping[str, Any]]:
    return {
        (found["programme"]["id"], found["grade"]["subject"]["outcome"]): found
        for found in shelf.portfolio({}, moment=moment, limit=MOST_COMPARED).documents
    }


def _same_outcome(other: Mapping[str, Any] | None, moment: Moment) -> Mapping[str, Any] | None:
    """The grade of the outcome that leads at one moment, where it did not lead at the other."""
    if other is None:
        return None
    subject = other["grade"]["subject"]
    try:
        found = shelf.grades(
            "programme", identifier(subject["id"]), outcome=subject["outcome"], moment=moment
        )
    except NotFound:
        return None
    return {"programme": other["programme"], "grade": found[0]} if found else None


def _difference(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if before is None:
        return "Not known of then"
    if after is None:
        return "No longer graded"
    changes = [
        f"{what}: {spoken(before['grade'][what]).lower()} to {spoken(after['grade'][what]).lower()}"
        for what in ("finding", "confidence")
        if before["grade"][what] != after["grade"][what]
    ]
    return "; ".join(changes).capitalize() or SAME


def _heading(moment: Moment) -> str:
    happened = f"what had happened by {day(moment.as_of)}" if moment.as_of else "all that happened"
    told = (
        f"what we had been told by {instant(moment.known_at)}"
        if moment.known_at
        else "all we were told"
    )
    return f"Counting {happened}, and {told}"
