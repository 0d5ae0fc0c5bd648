"""What a form says of the facts of a contrast, and the contrast that comes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.contrast import Contrast
from service.pages.fact_fields import WHY, Field, Told, leaves, told_of
from service.pages.fact_wording import PERCENT, REASONS
from service.pages.forms import Form
from service.wire import to_wire

# The reason given for everything that a form leaves open.
LEFT_OPEN = "left-open"
ALL_OF_IT = 100
# No study is of more people; what is beyond was typed into the wrong box.
MOST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fact that is told otherwise than before, each in words."""

    label: str
    before: str
    after: str
    adds: bool


def why_name(field: Field) -> str:
    """The name of the field that says why a number is not there."""
    return f"{field.name}-why"


def typed(fields: Sequence[Field], contrast: Contrast) -> dict[str, str]:
    """The values of a form that shows what is told."""
    values = {}
    for field in fields:
        known = told_of(contrast, field.path)
        if field.choices is None:
            values[field.name], values[why_name(field)] = field.shown(known.value), known.why or ""
        else:
            values[field.name] = f"{WHY}{known.why}" if known.why else field.shown(known.value)
    return values


def answers(form: Form, fields: Sequence[Field], contrast: Contrast) -> dict[str, Told]:
    """What the form says of each fact; what it leaves open has the reason given for all of it."""
    general = reason(form, LEFT_OPEN)
    found = {field.path: _answer(form, field, told_of(contrast, field.path)) for field in fields}
    return {
        path: Told(why=general) if one == Told() and leaves_reason(path) else one
        for path, one in found.items()
    }


def leaves_reason(path: str) -> bool:
    """Whether a fact can be missing at all: the name of a measure cannot."""
    return not path.endswith(".measure")


def reason(form: Form, name: str) -> str | None:
    """A reason from those offered."""
    given = form.value(name)
    return given if given in list(REASONS) else None


def _answer(form: Form, field: Field, known: Told) -> Told:
    if field.name not in form.given:
        return known
    return _typed(form, field, known) if field.choices is None else _chosen(form, field)


def _chosen(form: Form, field: Field) -> Told:
    given = form.value(field.name)
    if given.startswith(WHY) and given.removeprefix(WHY) in list(REASONS):
        return Told(why=given.removeprefix(WHY))
    if given not in (field.choices or {}):
        if given:
            form.errors.add(field.name, f"“{field.words.label}”: choose one of the answers")
        return Told()
    return Told(form.yes_no(field.name) if field.takes is bool else given)


def _typed(form: Form, field: Field, known: Told) -> Told:
    why, given = reason(form, why_name(field)), form.value(field.name)
    if why and given:
        message = "answer it, or say why there is no answer, not both"
        form.errors.add(field.name, f"“{field.words.label}”: {message}")
    elif given and given == field.shown(known.value):
        return known
    return Told(_value(form, field), None if given else why)


def _value(form: Form, field: Field) -> Any:  # noqa: ANN401  text or a number
    what = f"“{field.words.label}”: the answer"
    if issubclass(field.takes, int):
        return _count(form, field, what)
    if not issubclass(field.takes, float):
        return form.value(field.name) or None
    number = form.number(field.name, what)
    if field.words.unit != PERCENT or number is None:
        return number
    if not 0 <= number <= ALL_OF_IT:
        form.errors.add(field.name, f"{what} must be a percentage from 0 to 100")
    return number / ALL_OF_IT


def _count(form: Form, field: Field, what: str) -> int | None:
    number = form.count(field.name, what)
    if number is not None and number > MOST:
        form.errors.add(field.name, f"{what} must be {MOST:,} or less")
    return number


def changes(
    fields: Sequence[Field], contrast: Contrast, told: Mapping[str, Told]
) -> Iterator[Change]:
    """The facts of which the form says something else than the contrast."""
    for field in fields:
        before, after = told_of(contrast, field.path), told[field.path]
        if before != after:
            yield Change(
                label=field.words.label,
                before=field.spoken(before),
                after=field.spoken(after),
                adds=before.value is None,
            )


def with_facts(contrast: Contrast, told: Mapping[str, Told]) -> dict[str, Any]:
    """The contrast as JSON with these facts in it and all others as they were."""
    whole: dict[str, Any] = to_wire(contrast)
    whole["baseline"] = list(whole["baseline"])
    reasons = dict(whole["missing"])
    for path, one in told.items():
        _put(whole, path, one.value)
        reasons = _reasoned(reasons, path, one)
    return {**whole, "missing": reasons}


def _reasoned(reasons: Mapping[str, str], path: str, one: Told) -> dict[str, str]:
    """The reasons with this fact's; once it is told, its group's reason holds for each other."""
    group = path.partition(".")[0]
    kept = {at: why for at, why in reasons.items() if at != path}
    if one.value is not None and group in kept and group != path:
        others = [at for at in leaves() if at.startswith(f"{group}.") and group != "baseline"]
        shared = kept.pop(group)
        kept = {at: shared for at in others if at != path} | kept
    return kept | ({path: one.why} if one.why else {})


def _put(whole: Any, path: str, value: object) -> None:  # noqa: ANN401  parsed JSON
    *way, last = path.split(".")
    for name in way:
        whole = _entry(whole, int(name)) if isinstance(whole, list) else whole[name]
    whole[last] = value


def _entry(told: list[Any], place: int) -> Any:  # noqa: ANN401  parsed JSON
    """The entry of a list, a new one where it comes next."""
    if place == len(told):
        told.append({})
    return told[place]
