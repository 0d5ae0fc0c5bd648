"""The funder's table: every programme's grades, filtered, at a moment."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from domain.access import Action
from service.api.tables import csv_answer
from service.pages import shelf
from service.pages.forms import Form, options
from service.pages.frame import page, page_blueprint
from service.pages.grades import href_of
from service.pages.moments import moment_of
from service.pages.plots import effect_words
from service.pages.words import FINDINGS, spoken
from service.reading import Moment
from service.readstore.filters import CONFIDENCES

portfolio = page_blueprint("portfolio")

FILTERS = ("q", "approach", "sector", "finding", "min_confidence")
# Enough for any portfolio a person looks through; beyond, programs use the API.
LARGEST_DOWNLOAD = 10_000
COLUMNS = (
    "programme", "area", "outcome", "finding", "confidence", "effect", "demonstrably_works",
    "fdr_controlled", "standard", "as_of", "known_at", "programme_id",
)  # fmt: skip


@portfolio.get("/portfolio")
@page(Action.READ_RECORD)
def show() -> str:
    """The table, a page at a time."""
    moment, form = moment_of(request.args)
    found = shelf.portfolio(_wanted(form), moment=moment, limit=shelf.PAGE_SIZE)
    further = {"next": {"href": _address("/portfolio", cursor=found.next_cursor)}}
    approaches = shelf.approaches()
    sectors = sorted({sector for approach in approaches for sector in approach["sectors"]})
    return render_template(
        "portfolio.html",
        rows=[_row(pair, moment) for pair in found.documents],
        pages=further if found.next_cursor else None,
        control=found.control,
        csv_href=_address("/portfolio.csv"),
        approaches=[{"value": one["id"], "text": one["name"]} for one in approaches],
        sectors=[{"value": sector, "text": spoken(sector)} for sector in sectors],
        findings=options({name: words.tag for name, words in FINDINGS.items()}),
        confidences=options({name: spoken(name) for name in CONFIDENCES}),
        moment=moment,
        form=form,
        errors=form.errors,
    )


@portfolio.get("/portfolio.csv")
@page(Action.READ_RECORD)
def download() -> Response:
    """The same rows, all of them, for a spreadsheet; no cell can run as a formula."""
    moment, form = moment_of(request.args)
    found = shelf.portfolio(_wanted(form), moment=moment, limit=LARGEST_DOWNLOAD)
    told = {"as_of": moment.as_of, "known_at": moment.known_at}
    rows = [{**_row(pair, moment), **told} for pair in found.documents]
    return csv_answer(COLUMNS, rows, name="candour-grades")


def _wanted(form: Form) -> dict[str, Any]:
    """The filters that were filled in; one that cannot be meant is left out."""
    wanted: dict[str, Any] = {name: form.value(name) for name in FILTERS if form.value(name)}
    if wanted.get("min_confidence") not in CONFIDENCES:
        wanted.pop("min_confidence", None)
    if request.args.get("cursor"):
        wanted["cursor"] = request.args["cursor"]
    return wanted


def _address(path: str, *, cursor: str | None = None) -> str:
    kept = {name: value for name, value in request.args.items() if value and name != "cursor"}
    query = urlencode({**kept, "cursor": cursor} if cursor else kept)
    return f"{path}?{query}" if query else path


def _row(found: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    card, grade = found["programme"], found["grade"]
    return {
        "programme_id": card["id"],
        "programme": card["name"],
        "outcome": grade["subject"]["outcome"],
        "finding": grade["finding"],
        "confidence": grade["confidence"],
        "effect": effect_words(grade) or "Not known",
        "area": card["area"],
        "standard": grade["standard"],
        "demonstrably_works": grade["demonstrably_works"],
        "fdr_controlled": found["fdr_controlled"],
        "href": href_of(grade, moment),
    }
