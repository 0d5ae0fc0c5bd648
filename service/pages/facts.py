"""The facts of a measured outcome: what is told and missing, and a form for each group of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from domain.access import Action, may
from domain.commands import CorrectOutcome
from domain.errors import InvalidValue, NotFound
from domain.facts import ContrastFacts, ContrastStatus
from domain.values import DecidedBy
from service.context import context
from service.grading.fact_groups import HOW_MANY_STANDARDS, standards_asking
from service.outcomes import outcome_at
from service.pages import shelf
from service.pages.fact_answers import LEFT_OPEN, Change, why_name
from service.pages.fact_fields import WHY, Field, paths_of
from service.pages.fact_groups import BASELINE, Group, Read, group_named, groups_of
from service.pages.fact_refusals import FactForm
from service.pages.fact_wording import POUNDS, REASONS
from service.pages.forms import Form, options
from service.pages.frame import crumbs, identifier, page, page_blueprint, reader
from service.pages.grades import way_to
from service.pages.harms_asked import HARMS, KINDS, LOOKED
from service.pages.recording import own_programme, recorded, sent_form
from service.wire import from_wire

facts = page_blueprint("facts")

Document = Mapping[str, Any]

STANDING = (
    ContrastStatus.LIVE,
    ContrastStatus.CORRECTED_BY_PANEL,
    ContrastStatus.REVISED_BY_PROGRAMME,
)
# Where a page saw an outcome last decided on, and why what was told before is told otherwise.
SEEN, CHANGED = "seen", "changed-why"
OVERTAKEN = (
    "Somebody else told something of this outcome after you opened this page. Nothing was saved:"
    " what they told is on the record, what you typed is below. Check it and send it again"
)


@facts.get("/programmes/<programme>/outcomes/<event_id>/facts")
@page(Action.READ_RECORD)
def show(programme: str, event_id: str) -> str:
    """Every group of facts: what is told, what is missing and why, and who asks."""
    programme_id = identifier(programme)
    card = shelf.programme(programme_id)
    outcome = _outcome(programme_id, event_id)
    standing = outcome.status in STANDING
    return render_template(
        "facts.html",
        card=card,
        outcome=outcome,
        groups=[_summary(group) for group in groups_of(outcome.contrast)],
        of_standards=HOW_MANY_STANDARDS,
        standing=standing,
        just_logged="logged" in request.args,
        may_tell=standing and may(reader(), Action.DELIVER, owner=card["organisation"]),
        crumbs=crumbs(*_way(card)),
    )


@facts.get("/programmes/<programme>/outcomes/<event_id>/facts/<group>")
@page(Action.DELIVER)
def ask_for_facts(programme: str, event_id: str, group: str) -> str:
    """The form of one group, filled in as far as it is told."""
    programme_id = identifier(programme)
    card = own_programme(programme_id)
    outcome = _standing(programme_id, event_id)
    asked = group_named(group, outcome.contrast, place=request.args.get("place", ""))
    return _page(card, outcome, asked, Form.blank(asked.typed()))


@facts.post("/programmes/<programme>/outcomes/<event_id>/facts/<group>")
@page(Action.DELIVER)
def tell_facts(programme: str, event_id: str, group: str) -> Response | tuple[str, int]:
    """The outcome with these facts, its result as it was; or the form again with what is wrong."""
    programme_id = identifier(programme)
    card = own_programme(programme_id)
    outcome = _standing(programme_id, event_id)
    sent = sent_form()
    form = FactForm(given=sent.given, key=sent.key)
    asked = group_named(group, outcome.contrast, place=form.value("place"))
    read = asked.read(form)
    if not form.errors and not read.changes:
        return redirect(_href(card, outcome), 303)
    command = _command(form, outcome, read, places=_places(asked))
    if command is not None and _is_told(programme_id, form, command, places=_places(asked)):
        return redirect(f"{_href(card, outcome)}#{group}", 303)
    return _page(card, outcome, asked, form), 422


def _is_told(
    programme_id: UUID, form: Form, command: CorrectOutcome, *, places: Mapping[str, str]
) -> bool:
    today = context().now().date()
    receipt = recorded(
        form,
        lambda actor, key: shelf.record().act(
            actor, programme_id, command, happened_on=today, key=key
        ),
        fields=places,
    )
    return receipt is not None


def _command(
    form: Form, outcome: ContrastFacts, read: Read, *, places: Mapping[str, str]
) -> CorrectOutcome | None:
    if form.value(SEEN) != _last(outcome):
        form.errors.add("", OVERTAKEN)
    why = form.value(CHANGED)
    if not all(change.adds for change in read.changes) and not why:
        form.errors.add(CHANGED, "Enter why something that was told is now told otherwise")
    if form.errors:
        return None
    told = {
        "event_id": str(outcome.event_id),
        "contrast": read.contrast,
        "decided_by": DecidedBy.PROGRAMME.value,
        "reason": _reason(read.changes, why),
    }
    try:
        return from_wire(CorrectOutcome, told)
    except InvalidValue as refusal:
        form.refuse(refusal, places)
        return None


def _reason(changes: tuple[Change, ...], why: str) -> str:
    """What the history says of it: each fact that was added, and each that was changed, and why."""
    added = [f"{one.label} {one.after}" for one in changes if one.adds]
    changed = [f"{one.label} {one.before}, now {one.after}" for one in changes if not one.adds]
    parts = [f"Facts added, the result as it was. {'. '.join(added)}."] if added else []
    if changed:
        parts.append(f"Facts changed, the result as it was. {'. '.join(changed)}. {why}")
    return " ".join(parts)


def _page(card: Document, outcome: ContrastFacts, asked: Group, form: Form) -> str:
    of_harms = asked.name == HARMS
    return render_template(
        "fact_group.html",
        card=card,
        outcome=outcome,
        group=asked,
        fields=[_field(field) for field in asked.fields],
        harms=_answers(LOOKED) if of_harms else [],
        kinds=KINDS if of_harms else (),
        reasons=options({code.value: text for code, text in REASONS.items()}),
        left_open=LEFT_OPEN,
        changed=CHANGED if any(told.value is not None for _, told, _ in asked.told) else "",
        seen=_last(outcome),
        form=form,
        errors=form.errors,
        href=_href(card, outcome),
        crumbs=crumbs(*_way(card), ("Facts of this outcome", _href(card, outcome))),
    )


def _field(field: Field) -> dict[str, Any]:
    """A field as the template puts it."""
    unit = field.words.unit
    return {
        "name": field.name,
        "label": field.words.label,
        "hint": field.words.hint,
        "choices": None if field.choices is None else _answers(field.choices),
        "why": "" if field.path.endswith(".measure") else why_name(field),
        "long": issubclass(field.takes, str),
        "prefix": unit if unit == POUNDS else "",
        "suffix": "" if unit == POUNDS else unit,
        "inputmode": "numeric" if issubclass(field.takes, int) else "decimal",
    }


def _answers(choices: Mapping[str, str]) -> list[dict[str, str]]:
    """Answers as radios, and after them the reasons why there is none."""
    why = {f"{WHY}{code.value}": text for code, text in REASONS.items()}
    return [*options(choices), {"divider": "or not known, because:"}, *options(why)]


def _summary(group: Group) -> dict[str, Any]:
    told = group.told
    known = sum(one.value is not None for _, one, _ in told)
    excused = sum(one.value is None and one.why is not None for _, one, _ in told)
    return {
        "name": group.name,
        "title": group.title,
        "rows": [{"label": label, "words": words} for label, _, words in told],
        "of": len(told),
        "known": known,
        "excused": excused,
        "open": len(told) - known - excused,
        "asking": standards_asking(paths_of(group.name)),
        "entries": [one.measure for one in group.contrast.baseline]
        if group.name == BASELINE
        else [],
    }


def _places(asked: Group) -> dict[str, str]:
    """The field of the form for each path by which the domain may name a fact."""
    places = {f"contrast.{HARMS}": HARMS, f"contrast.missing.{HARMS}": HARMS}
    for field in asked.fields:
        last = field.path.rpartition(".")[2]
        for path in (field.path, f"{asked.name}.{last}", f"{asked.name}[{asked.place}].{last}"):
            places[f"contrast.{path}"] = field.name
    return places


def _outcome(programme_id: UUID, event_id: str) -> ContrastFacts:
    return outcome_at(context().record_lane, programme_id, identifier(event_id))


def _standing(programme_id: UUID, event_id: str) -> ContrastFacts:
    """An outcome that facts may be told of."""
    outcome = _outcome(programme_id, event_id)
    if outcome.status not in STANDING:
        raise NotFound("the outcome was withdrawn")
    return outcome


def _last(outcome: ContrastFacts) -> str:
    """What was last decided on the outcome."""
    return str(outcome.decisive_event_ids[-1])


def _href(card: Document, outcome: ContrastFacts) -> str:
    return f"/programmes/{card['id']}/outcomes/{outcome.event_id}/facts"


def _way(card: Document) -> tuple[tuple[str, str], ...]:
    return way_to("programme", card["id"], card["name"])
