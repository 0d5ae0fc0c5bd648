"""The facts that data cannot tell of themselves, as questions a programme lead can answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from service.pages.fact_fields import FACTS, leaves
from service.pages.fact_wording import CHOICES
from service.pages.forms import Form, options
from service.pages.measured import ANSWERS

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One fact: how it is asked, and what it takes: a count, one of `choices`, or yes or no."""

    label: str
    hint: str
    counted: bool
    choices: Mapping[str, str] | None


# What the data of one design or another cannot tell, in the order in which it is asked.
ASKED = (
    "design.comparator",
    "design.confounding_factor",
    "design.contamination",
    "design.controls_adequate",
    "design.comparison_similar",
    "design.parallel_trends",
    "design.randomisation_compromised",
    "design.assignment_valid",
    "sample.assigned_intervention",
    "sample.assigned_comparison",
    "sample.analysed_intervention",
    "sample.analysed_comparison",
    "sample.attrition_assumption",
    "sample.joiners_risk",
)


def _question(path: str) -> Question:
    words, takes = FACTS[path], leaves()[path]
    choices = CHOICES.get(takes)
    return Question(
        label=words.label,
        hint=words.hint,
        counted=takes is int,
        choices=None if choices is None else {**choices, UNKNOWN: ANSWERS[UNKNOWN]},
    )


QUESTIONS: Mapping[str, Question] = MappingProxyType({path: _question(path) for path in ASKED})


def field_of(path: str) -> str:
    """The name of a fact's field in the form."""
    return path.replace(".", "-")


def questions(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What is still to be asked, as the template puts it."""
    for path in paths:
        asked = QUESTIONS[path]
        yield {
            "name": field_of(path),
            "label": asked.label,
            "hint": asked.hint,
            "counted": asked.counted,
            "choices": options(asked.choices or ANSWERS),
        }


def answered(form: Form, paths: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The answers by their place in a contrast; what is not known is left out."""
    parts: dict[str, dict[str, Any]] = {"design": {}, "sample": {}}
    for path in paths:
        place, _, name = path.partition(".")
        told = _answer(form, path)
        if told is not None:
            parts[place][name] = told
    return parts


def _answer(form: Form, path: str) -> bool | int | str | None:
    asked, name = QUESTIONS[path], field_of(path)
    if asked.counted:
        return form.count(name, "The number")
    if asked.choices is None:
        return form.yes_no(name)
    told = form.value(name)
    return told if told in asked.choices and told != UNKNOWN else None
