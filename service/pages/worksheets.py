"""The worksheet of an evaluator, and the form that records a judgement."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from domain.access import Action, check_independent, may
from domain.commands import RecordJudgement
from domain.errors import InvalidValue, NotFound
from service.grading import HOUSE, QUESTIONS
from service.pages import shelf
from service.pages.forms import Form, options
from service.pages.frame import crumbs, identifier, page, page_blueprint, reader
from service.pages.grades import way_to
from service.pages.recording import recorded, sent_form
from service.pages.words import STANDARDS, judged_words, outcome_words
from service.wire import from_wire

worksheets = page_blueprint("worksheets")

Document = Mapping[str, Any]
# What of the address of a judgement says which one it is.
ASKED = ("standard", "question", "outcome", "about")


@worksheets.get("/programmes/<programme>/worksheet/<outcome>")
@page(Action.READ_RECORD)
def show(programme: str, outcome: str) -> str:
    """What a standard still asks of one outcome of a programme."""
    programme_id = identifier(programme)
    card = shelf.programme(programme_id)
    form = Form.blank(request.args)
    standard = form.value("standard") if form.value("standard") in STANDARDS else HOUSE
    found = shelf.worksheet(programme_id, standard=standard, outcome=outcome)
    if not found:
        raise NotFound("no such outcome")
    sheet = found[0]
    return render_template(
        "worksheet.html",
        card=card,
        sheet=sheet,
        outcome=outcome,
        results=[_result(one) for one in sheet["results"]],
        form=Form.blank({"standard": standard}),
        choices=options(STANDARDS),
        may_judge=_may_judge(card),
        judge_href=lambda asked: _judge_href(card, sheet, asked),
        crumbs=crumbs(*_way(card), (outcome_words(outcome), _grade_href(card, outcome))),
    )


@worksheets.get("/programmes/<programme>/judgements/new")
@page(Action.DECIDE_INDEPENDENTLY)
def ask_for_judgement(programme: str) -> str:
    """The form of one question."""
    card = _judged_programme(identifier(programme))
    return _form_page(card, Form.blank(request.args))


@worksheets.post("/programmes/<programme>/judgements/new")
@page(Action.DECIDE_INDEPENDENTLY)
def record_judgement(programme: str) -> Response | tuple[str, int]:
    """One judgement with its reason, or the form again with what is wrong."""
    programme_id = identifier(programme)
    form = sent_form()
    card = _judged_programme(programme_id)
    happened_on = form.day("happened_on", "the date you judged it")
    command = _command(form)
    if command is not None and happened_on is not None:
        receipt = recorded(
            form,
            lambda actor, key: shelf.record().act(
                actor, programme_id, command, happened_on=happened_on, key=key
            ),
            fields={},
        )
        if receipt is not None:
            return redirect(_sheet_href(card, form), 303)
    return _form_page(card, form), 422


def _result(result: Document) -> dict[str, Any]:
    """The facts of a result that matter, and those that change nothing as things stand."""
    return {
        **result,
        "wanted": _of(result, matters=True),
        "idle": [fact for group in _of(result, matters=False) for fact in group["facts"]],
    }


def _of(result: Document, *, matters: bool) -> list[dict[str, Any]]:
    groups = [
        {**group, "facts": [fact for fact in group["facts"] if fact["matters"] is matters]}
        for group in result["groups"]
    ]
    return [group for group in groups if group["facts"]]


def _command(form: Form) -> RecordJudgement | None:
    question = _question(form)
    judgement: dict[str, Any] = {
        "standard": form.value("standard"),
        "question": form.value("question"),
        "answer": form.choice("answer", _answers(question), "Choose an answer"),
        "reason": form.required("reason", "Enter why you judge so"),
    }
    about = form.value("about")
    judgement |= {"event_id": about} if about else {"outcome_domain": form.value("outcome")}
    if form.errors:
        return None
    try:
        return from_wire(RecordJudgement, {"judgement": judgement})
    except InvalidValue as refusal:
        form.refuse(refusal, {})
        return None


def _question(form: Form) -> Any:  # noqa: ANN401  what a standard asks
    """The question that an address names; nothing else is there."""
    for asked in QUESTIONS.get(form.value("standard"), ()):
        if asked.id == form.value("question"):
            return asked
    raise NotFound("no such question")


def _answers(question: Any) -> dict[str, str]:  # noqa: ANN401  as above
    return {answer: judged_words(answer) for answer in question.answers}


def _form_page(card: Document, form: Form) -> str:
    question = _question(form)
    return render_template(
        "judgement.html",
        card=card,
        question=question,
        answers=options(_answers(question)),
        study=_study(card, form.value("about")),
        form=form,
        errors=form.errors,
        asked=[(name, form.value(name)) for name in ASKED],
        sheet_href=_sheet_href(card, form),
        crumbs=crumbs(*_way(card)),
    )


def _study(card: Document, about: str) -> str:
    """The study whose result is judged."""
    for entry in shelf.entries(UUID(card["id"])):
        if about and entry["event_id"] == about:
            return str(entry["facts"].get("contrast", {}).get("study", ""))
    return ""


def _judged_programme(programme_id: UUID) -> Document:
    """The card of a programme that the reader may judge."""
    card = shelf.programme(programme_id)
    check_independent(reader(), Action.DECIDE_INDEPENDENTLY, owner=card["organisation"])
    return card


def _may_judge(card: Document) -> bool:
    """Nobody judges what is their own organisation's."""
    actor = reader()
    independent = actor.organisation != card["organisation"]
    return independent and may(actor, Action.DECIDE_INDEPENDENTLY)


def _way(card: Document) -> tuple[tuple[str, str], ...]:
    return way_to("programme", card["id"], card["name"])


def _grade_href(card: Document, outcome: str) -> str:
    return f"/programmes/{card['id']}/grades/{quote(outcome, safe='')}"


def _sheet_href(card: Document, form: Form) -> str:
    query = urlencode({"standard": form.value("standard")})
    return f"/programmes/{card['id']}/worksheet/{quote(form.value('outcome'), safe='')}?{query}"


def _judge_href(card: Document, sheet: Document, asked: Document) -> str:
    query = {
        "standard": sheet["standard"],
        "question": asked["question"],
        "outcome": sheet["subject"]["outcome"],
        "about": asked["about"] or "",
    }
    return f"/programmes/{card['id']}/judgements/new?{urlencode(query)}"
