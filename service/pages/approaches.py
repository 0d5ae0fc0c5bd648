"""Approaches: the catalogue, and what one did in every place that tried it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request

from domain.access import Action
from service.pages import shelf
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.grades import href_of
from service.pages.moments import moment_of
from service.pages.plots import effect_words, interaction_words
from service.pages.words import number, spoken
from service.reading import Moment

approaches = page_blueprint("approaches")

Document = Mapping[str, Any]
POUND = "GBP"


@approaches.get("/approaches")
@page(Action.READ_RECORD)
def catalogue() -> str:
    return render_template("approaches.html", approaches=shelf.approaches())


@approaches.get("/approaches/<approach>")
@page(Action.READ_RECORD)
def show(approach: str) -> str:
    """One approach: what it does, how sure, how much, at what cost; why it should; and where."""
    approach_id = identifier(approach)
    card = shelf.approach(approach_id)
    moment, form = moment_of(request.args)
    toolkit = shelf.toolkit(approach_id, moment=moment)
    programmes = shelf.programmes_of_approach(approach_id)
    names = {one["id"]: one["name"] for one in programmes}
    outcomes = sorted(toolkit["outcomes"], key=lambda one: not one["headline"])
    return render_template(
        "approach.html",
        approach=card,
        outcomes=[_outcome(one, str(approach_id), moment) for one in outcomes],
        costs=[_cost(one) for one in toolkit["costs"]],
        awaited=_awaited(outcomes, names),
        programmes=programmes,
        moment=moment,
        form=form,
        errors=form.errors,
        crumbs=crumbs(("Approaches", "/approaches")),
    )


def _outcome(outcome: Document, approach_id: str, moment: Moment) -> dict[str, Any]:
    """An outcome in the words of the page."""
    subject = {"kind": "approach", "id": approach_id, "outcome": outcome["outcome"]}
    levels = [{"standard": one["standard"], "level": one["title"]} for one in outcome["standards"]]
    return {
        **outcome,
        "effect": effect_words({"estimate": outcome["estimate"]}) or "Not known",
        "k": (outcome["estimate"] or {}).get("k", 0),
        "elsewhere": outcome["transferability"]["text"],
        "standards": [one for one in levels if not _silent(one["level"])],
        "silent": sum(_silent(one["level"]) for one in levels),
        "interaction_words": interaction_words(outcome["interaction"]),
        "href": href_of({"subject": subject}, moment),
    }


def _silent(level: str) -> bool:
    """Whether a standard has nothing to say for want of facts."""
    return level == "Ungraded"


def _cost(cost: Document) -> dict[str, Any]:
    """One row: the middle one and the range, of amounts that are alike."""
    told = {name: _money(cost[name], cost["currency"]) for name in ("median", "low", "high")}
    spread = "" if cost["low"] == cost["high"] else f"{told['low']} to {told['high']}"
    what = f"Per {cost['per']}" if cost["kind"] == "reported" else "Unit cost, as told with results"
    view = f", seen by {cost['perspective']}" if cost["perspective"] else ""
    year = f"{cost['price_year']} prices" if cost["price_year"] else "price year not told"
    return {
        "what": f"{what}{view}",
        "year": year,
        "median": told["median"],
        "spread": spread or "One figure",
        "programmes": cost["programmes"],
    }


def _money(amount: float, currency: str) -> str:
    """£ for pounds; any other currency by its code."""
    digits = 0 if amount == round(amount) else 2
    told = number(amount, digits)
    if currency != POUND:
        return f"{currency} {told}"
    return f"−£{told[1:]}" if amount < 0 else f"£{told}"


def _awaited(outcomes: Sequence[Document], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was planned and not reported, the first due first."""
    found = [
        {
            "outcome": outcome["outcome"],
            "measure": missing["measure"],
            "primary": spoken("main outcome") if missing["primary"] else "",
            "programme": names.get(missing["programme_id"], "a programme"),
            "href": f"/programmes/{missing['programme_id']}",
            "due_on": missing["due_on"],
        }
        for outcome in outcomes
        for missing in outcome["unreported"]
    ]
    return sorted(found, key=lambda one: (one["due_on"] or "9999", one["programme"]))
