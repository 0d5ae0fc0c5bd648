"""Programmes: the list, and the story of one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from domain.access import Action, may
from service.pages import shelf, story
from service.pages.frame import crumbs, identifier, page, page_blueprint, reader
from service.pages.grades import href_of
from service.pages.words import day

programmes = page_blueprint("programmes")


@programmes.get("/programmes")
@page(Action.READ_RECORD)
def listing() -> str:
    """Every programme, the reader's own first."""
    actor = reader()
    cursor = request.args.get("cursor")
    found = shelf.programmes(cursor=cursor)
    own = [] if cursor else shelf.programmes_of_organisation(actor.organisation)
    mine = {card["id"] for card in own}
    others = [card for card in found.documents if card["id"] not in mine]
    groups = (
        ("Run by your organisation", own),
        ("Run by others" if own else "All programmes", others),
    )
    further = {"next": {"href": f"?{urlencode({'cursor': found.next_cursor})}"}}
    return render_template(
        "programmes.html",
        groups=[{"title": title, "rows": rows} for title, rows in groups if rows],
        pages=further if found.next_cursor else None,
        may_register=may(actor, Action.REGISTER_PROGRAMME),
    )


@programmes.get("/programmes/<programme>")
@page(Action.READ_RECORD)
def show(programme: str) -> str:
    """One programme's whole life."""
    programme_id = identifier(programme)
    card = shelf.programme(programme_id)
    entries = shelf.entries(programme_id)
    grades = [
        {**grade, "href": href_of(grade)} for grade in shelf.grades("programme", programme_id)
    ]
    newest_first = sorted(entries, key=_order, reverse=True)
    return render_template(
        "programme.html",
        card=card,
        approach_name=shelf.approach(identifier(card["approach_id"]))["name"],
        dates=_dates(card),
        grades=grades,
        story=story.drawings(entries, card["name"]),
        events=[story.told(entry) for entry in newest_first],
        plan=story.plan_against_measured(entries),
        may_log=may(reader(), Action.DELIVER, owner=card["organisation"]),
        crumbs=crumbs(("Programmes", "/programmes")),
    )


def _order(entry: Mapping[str, Any]) -> tuple[str, int]:
    return entry["happened_on"], entry["version"]


def _dates(card: Mapping[str, Any]) -> str:
    if not card["launched_on"]:
        return f"Registered {day(card['registered_on'])}, not yet launched"
    ended = f" to {day(card['closed_on'])}" if card["closed_on"] else " onwards"
    return day(card["launched_on"]) + ended
