"""Raw outcomes by form: a design, a file, the estimate to look at; nothing is kept."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from domain.access import Action
from service.estimates import estimate_for
from service.estimating import Asked, EstimateRefused, Flaw, Reason, designs_catalogue
from service.pages.carried import Carried
from service.pages.estimate_words import shown
from service.pages.forms import Form, options
from service.pages.frame import crumbs, identifier, page, page_blueprint
from service.pages.recording import own_programme, sent_form
from service.pages.words import spoken
from service.uploads import take_a_file

estimates = page_blueprint("estimates")

Document = Mapping[str, Any]

COLUMN, OPTION = "column-", "option-"
CATEGORIES, NOT_PERSONAL = "categories", "not_personal"
YES_NO = {"yes": "Yes", "no": "No"}
BUSY_STATUS, REFUSED_STATUS = 503, 422


@estimates.get("/programmes/<programme>/estimates/new")
@page(Action.DELIVER)
def ask_for_design(programme: str) -> str | Response | tuple[str, int]:
    """Which design; the answer leads to the form of its file."""
    card = own_programme(identifier(programme))
    form = Form.blank(request.args)
    if "design" not in request.args:
        return _choices(card, form)
    chosen = form.choice("design", _designs(), "Choose what you have")
    if form.errors:
        return _choices(card, form), REFUSED_STATUS
    return redirect(f"/programmes/{card['id']}/estimates/{chosen}", 303)


@estimates.get("/programmes/<programme>/estimates/<design>")
@page(Action.DELIVER)
def ask_for_file(programme: str, design: str) -> str:
    card = own_programme(identifier(programme))
    return _upload(card, _design(design), Form.blank())


@estimates.post("/programmes/<programme>/estimates/<design>")
@page(Action.DELIVER)
def estimate(programme: str, design: str) -> str | tuple[str, int]:
    """The estimate to look at, or the form again with all that is wrong with the file."""
    programme_id = identifier(programme)
    card, chosen = own_programme(programme_id), _design(design)
    take_a_file(request)
    form = sent_form()
    asked = Asked(
        design,
        _columns(form, chosen),
        _options(form, chosen),
        categories=_parted(form.value(CATEGORIES)),
        not_personal=tuple(request.form.getlist(NOT_PERSONAL)),
    )
    raw = _file(form)
    if raw is None:
        _check_needed(form, chosen)
        return _upload(card, chosen, form), REFUSED_STATUS
    try:
        found = estimate_for(programme_id, raw, asked)
    except EstimateRefused as refusal:
        _tell(form, refusal, chosen)
        status = BUSY_STATUS if refusal.reason is Reason.BUSY else REFUSED_STATUS
        return _upload(card, chosen, form, refusal), status
    return render_template(
        "estimate.html",
        card=card,
        found=found,
        shown=shown(found),
        carried=Carried.of(found).text,
        crumbs=_crumbs(card),
    )


def _designs() -> dict[str, str]:
    return {design["id"]: design["title"] for design in designs_catalogue()}


def _design(name: str) -> Document:
    for design in designs_catalogue():
        if design["id"] == name:
            return design
    raise NotFound


def _file(form: Form) -> bytes | None:
    sent = request.files.get("file")
    raw = b"" if sent is None else sent.read()
    if not raw:
        form.errors.add("file", "Choose a file that is not empty")
        return None
    return raw


def _columns(form: Form, design: Document) -> dict[str, tuple[str, ...]]:
    """The columns that were named; those of a role of many are parted by commas."""
    told = {}
    for role in design["columns"]:
        value = form.value(f"{COLUMN}{role['name']}")
        if names := _parted(value) if role["many"] else tuple(filter(None, [value])):
            told[role["name"]] = names
    return told


def _parted(names: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in names.split(",") if part.strip())


def _about_nobody(refusal: EstimateRefused | None) -> list[dict[str, object]]:
    """The columns of which it can be said: what was said already, and what is refused now."""
    said = request.form.getlist(NOT_PERSONAL)
    refused = [flaw.column for flaw in refusal.flaws if flaw.sayable] if refusal else []
    return [
        {"value": name, "text": name, "checked": name in said}
        for name in dict.fromkeys([*said, *refused])
    ]


def _options(form: Form, design: Document) -> dict[str, str]:
    """The options that were chosen."""
    told = {option["name"]: form.value(f"{OPTION}{option['name']}") for option in design["options"]}
    return {name: value for name, value in told.items() if value}


def _check_needed(form: Form, design: Document) -> None:
    """What is missing beside the file is told together with what is wrong in it."""
    for option in design["options"]:
        if option["required"]:
            form.required(f"{OPTION}{option['name']}", f"Enter {option['text']}")


def _tell(form: Form, refusal: EstimateRefused, design: Document) -> None:
    """What is wrong inside the file stands in its table; all else beside the field it is about."""
    inside = [flaw for flaw in refusal.flaws if _field(flaw) == "file"]
    if len(inside) == 1:
        form.errors.add("file", f"The file: {_in_words(inside[0])}")
    elif inside:
        count = len(inside) + refusal.more
        form.errors.add("file", f"The file has {count} things to mend. They are listed below")
    _check_needed(form, design)
    for flaw in refusal.flaws:
        if _field(flaw) != "file":
            called = spoken(flaw.field.rpartition(".")[2])
            form.errors.add(_field(flaw), f"{called} {flaw.problem}. Expected: {flaw.accepted}")


def _field(flaw: Flaw) -> str:
    place, _, name = flaw.field.partition(".")
    if place in (CATEGORIES, NOT_PERSONAL):
        return place
    return {"columns": COLUMN, "options": OPTION}.get(place, "file" if not name else "") + name


def _in_words(flaw: Flaw) -> str:
    where = [] if flaw.column is None else [f"column {flaw.column}"]
    where += [] if flaw.row is None else [f"row {flaw.row}"]
    place = f"{', '.join(where)} " if where else ""
    return f"{place}{flaw.problem}. Expected: {flaw.accepted}"


def _choices(card: Document, form: Form) -> str:
    designs = [
        {
            "value": design["id"],
            "text": design["title"],
            "hint": {"text": f"{design['asks']} Takes {design['needs']}."},
        }
        for design in designs_catalogue()
    ]
    return render_template(
        "choose_design.html",
        card=card,
        form=form,
        errors=form.errors,
        designs=designs,
        crumbs=_crumbs(card),
    )


def _upload(
    card: Document, design: Document, form: Form, refusal: EstimateRefused | None = None
) -> str:
    titles = _designs()
    chosen = [_option(option) for option in design["options"] if not option["required"]]
    touched = [
        one["name"] for one in chosen if form.value(one["name"]) or form.message(one["name"])
    ]
    return render_template(
        "upload_outcomes.html",
        card=card,
        design=design,
        form=form,
        errors=form.errors,
        columns=[_column(role) for role in design["columns"]],
        needed=[_option(option) for option in design["options"] if option["required"]],
        chosen=chosen,
        opened=bool(touched or form.value(CATEGORIES) or form.message(CATEGORIES)),
        about_nobody=_about_nobody(refusal),
        flaws=[flaw for flaw in refusal.flaws if _field(flaw) == "file"] if refusal else [],
        more=refusal.more if refusal else 0,
        fits=[(name, titles[name]) for name in refusal.fits] if refusal else [],
        crumbs=_crumbs(card),
    )


def _column(role: Document) -> dict[str, Any]:
    told = f"{role['text'][:1].upper()}{role['text'][1:]}."
    named = (
        "Names of columns, separated by commas."
        if role["many"]
        else f"Leave blank if the column is called {role['name']}."
    )
    needed = "" if role["required"] else " Not needed."
    return {
        "name": f"{COLUMN}{role['name']}",
        "label": f"Column: {spoken(role['name']).lower()}",
        "hint": f"{told} {named}{needed}",
    }


def _option(option: Document) -> dict[str, Any]:
    text, default = option["text"], option["default"]
    words = {True: "yes", False: "no"}.get(default, default) if default is not None else None
    usual = "" if words is None else f" Unless told: {words}."
    written = " Written as in your file, such as 2019-04." if option["kind"] == "period" else ""
    return {
        "name": f"{OPTION}{option['name']}",
        "label": spoken(option["name"]),
        "hint": f"{text[:1].upper()}{text[1:]}.{written}{usual}",
        "choices": options(
            YES_NO if option["kind"] == "binary" else {word: word for word in option["choices"]}
        ),
    }


def _crumbs(card: Document) -> list[dict[str, str]]:
    return crumbs(("Programmes", "/programmes"), (card["name"], f"/programmes/{card['id']}"))
