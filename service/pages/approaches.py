"""Approaches: the catalogue, and what one did in every place that tried it."""

from flask import render_template

from domain.access import Action
from service.pages import shelf
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.grades import href_of
from service.pages.plots import effect_words

approaches = page_blueprint("approaches")


@approaches.get("/approaches")
@page(Action.READ_RECORD)
def catalogue() -> str:
    return render_template("approaches.html", approaches=shelf.approaches())


@approaches.get("/approaches/<approach>")
@page(Action.READ_RECORD)
def show(approach: str) -> str:
    """One approach: why it should work, what it did, where it is tried."""
    approach_id = identifier(approach)
    card = shelf.approach(approach_id)
    found = [
        {
            "outcome": grade["subject"]["outcome"],
            "finding": grade["finding"],
            "confidence": grade["confidence"],
            "effect": effect_words(grade) or "Not known",
            "href": href_of(grade),
        }
        for grade in shelf.grades("approach", approach_id)
    ]
    return render_template(
        "approach.html",
        approach=card,
        grades=found,
        programmes=shelf.programmes_of_approach(approach_id),
        crumbs=crumbs(("Approaches", "/approaches")),
    )
