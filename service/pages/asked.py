"""The facts that data cannot tell of themselves, as questions a programme lead can answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.contrast import AttritionAssumption, Comparator
from service.pages.forms import Form, options
from service.pages.measured import ANSWERS

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One fact: how it is asked, and what it takes: a count, one of `choices`, or yes or no."""

    label: str
    hint: str = ""
    counted: bool = False
    choices: Mapping[str, str] | None = None


COMPARATORS = MappingProxyType(
    {
        Comparator.NO_SERVICE.value: "No service",
        Comparator.USUAL_CARE.value: "Usual care",
        Comparator.WAITLIST.value: "A place on a waiting list",
        Comparator.ACTIVE.value: "Another programme",
        Comparator.BEFORE_PERIOD.value: "Nobody else: the time before",
        Comparator.NONE.value: "Nobody is compared with",
    }
)
ASSUMPTIONS = MappingProxyType(
    {
        AttritionAssumption.CAUTIOUS.value: "Cautious: those lost may differ by arm",
        AttritionAssumption.OPTIMISTIC.value: "Optimistic: whoever was lost was lost by chance",
        UNKNOWN: "The protocol does not say",
    }
)
QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "design.comparator": Question(
            label="What did those who are compared with receive?",
            choices=MappingProxyType({**COMPARATORS, UNKNOWN: "Not known"}),
        ),
        "design.confounding_factor": Question(
            label="Did something else change at the same time, only where the programme ran?",
            hint="Another programme, a new hospital, another way of counting",
        ),
        "design.contamination": Question(
            label="Did those who are compared with get some of the programme?"
        ),
        "design.controls_adequate": Question(
            label="Is what differs between the groups, and could move the outcome, allowed for?"
        ),
        "design.comparison_similar": Question(
            label="Were both groups alike before the programme?",
            hint="In the outcome and in who they are",
        ),
        "design.parallel_trends": Question(
            label="Were both groups on the same trend before the start?"
        ),
        "design.randomisation_compromised": Question(
            label="Was the random assignment broken?",
            hint="For example by staff choosing who got the programme",
        ),
        "design.assignment_valid": Question(
            label="Did the score alone decide who got the programme?"
        ),
        "sample.assigned_intervention": Question(
            label="How many were assigned to the programme?", counted=True
        ),
        "sample.assigned_comparison": Question(
            label="How many were assigned to the comparison?", counted=True
        ),
        "sample.analysed_intervention": Question(
            label="How many with the programme are analysed?", counted=True
        ),
        "sample.analysed_comparison": Question(
            label="How many of the comparison are analysed?", counted=True
        ),
        "sample.attrition_assumption": Question(
            label="What does the protocol assume of those who were lost?", choices=ASSUMPTIONS
        ),
        "sample.joiners_risk": Question(
            label="Could people join a place because of the arm it was in?"
        ),
    }
)


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
