"""The facts of a contrast as fields of a form: the recorded groups and one table of words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from domain.contrast import Contrast, Missing
from domain.contrast.paths import BLANK_WHEN_EMPTY, fact_at
from service.grading.fact_words import GROUPS as GROUPS_READ
from service.pages.fact_wording import CHOICES, PERCENT, POUNDS, REASONS, YES_NO, Words
from service.pages.facts_of_report import OF_REPORT
from service.pages.facts_of_study import OF_STUDY

FACTS: Mapping[str, Words] = MappingProxyType({**OF_STUDY, **OF_REPORT})
# Told with the result itself, which another form asks and no addition of facts may change.
FIXED: Mapping[str, str] = MappingProxyType(
    {
        "study": "the name of the study",
        "unit": "where, on whom and after how long it was measured",
        "outcome.domain": "what the outcome is about",
        "outcome.measure": "what was counted or scored",
        "outcome.direction_good": "which way is good",
        "outcome.kind": "what kind of quantity it is",
        "design.type": "how the comparison was made",
        "result": "the result",
        "timing": "whether it was measured before or after the start",
        "context": "the part of the people it is about",
        "missing": "the reasons for what is missing",
        "source": "where it was published",
    }
)
# The groups that a form asks for, in its order, each with its title: those that standards read, but
# that another form asks the result and the plan, and that what was done to compare stands apart
# from how well it was done, so that few are asked at a time.
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "design": "Who was compared with whom",
        "conduct": "Whether the comparison is a fair one",
        **{
            group: title
            for group, title in GROUPS_READ.items()
            if group not in ("design", "result", "plan")
        },
    }
)
# What an answer starts with that says why there is none.
WHY = "why-"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a fact, as JSON has it: its value, or why there is none, or neither."""

    value: Any = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One fact on a form: where it stands, how it is asked, and what it takes."""

    path: str
    words: Words
    takes: type

    @property
    def name(self) -> str:
        return self.path.replace(".", "-")

    @property
    def choices(self) -> Mapping[str, str] | None:
        """The answers to choose from; None where something is typed."""
        if self.takes is bool:
            return YES_NO
        return CHOICES[self.takes] if issubclass(self.takes, StrEnum) else None

    def shown(self, value: object) -> str:
        """A value as it stands in the form."""
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else "no"
            case float() | int():
                return format(100 * value if self.words.unit == PERCENT else value, ".12g")
            case _:
                return str(value)

    def spoken(self, told: Told) -> str:
        """What is said of it, in words."""
        if told.value is None:
            return f"Not known: {REASONS[Missing(told.why)].lower()}" if told.why else "Not told"
        shown = self.shown(told.value)
        if self.choices is not None:
            return self.choices[shown]
        unit = self.words.unit
        if unit == POUNDS:
            return f"£{shown}"
        return f"{shown}{unit}" if unit == PERCENT else f"{shown} {unit}".rstrip()


def group_of(path: str) -> str:
    """The group in which a fact is asked."""
    head = path.partition(".")[0]
    if head == "design" and leaves()[path] in (bool, float):
        return "conduct"
    return head if head in GROUPS else "outcome"


def paths_of(group: str) -> tuple[str, ...]:
    """The paths of a group as the record has them, and that of the group itself."""
    return (group, *(path for path in FACTS if path != group and group_of(path) == group))


def fields_of(group: str, contrast: Contrast) -> tuple[Field, ...]:
    """What a group asks of a contrast, in the order of the table of words; lists ask by entry."""
    return tuple(
        Field(path=path, words=words, takes=leaves()[path])
        for path, words in FACTS.items()
        if group_of(path) == group
        and (contrast.design.type in words.designs or told_of(contrast, path) != Told())
    )


def entry_fields(place: int) -> tuple[Field, ...]:
    """What is asked of the measure at a place of the baseline."""
    return tuple(
        Field(path=f"baseline.{place}.{path.partition('.')[2]}", words=words, takes=leaves()[path])
        for path, words in FACTS.items()
        if path.startswith("baseline.")
    )


def told_of(contrast: Contrast, path: str) -> Told:
    """What a contrast says of a fact; the reason for a whole group holds for each of it."""
    try:
        value = fact_at(contrast, path)
    except LookupError:
        value = None
    if value is not None and not (value == () and path in BLANK_WHEN_EMPTY):
        return Told(value)
    why = contrast.missing.get(path) or contrast.missing.get(path.rpartition(".")[0])
    return Told(why=None if why is None else why.value)


def shown_by_data(contrast: Contrast, path: str) -> bool:
    """Whether the data showed a fact, so that nobody chooses it any more."""
    return path in getattr(contrast.result, "facts", {})


@cache
def leaves() -> Mapping[str, type]:
    """Every fact that a contrast can hold by its dotted path, with what it takes."""
    return MappingProxyType(dict(_leaves(Contrast, "")))


def _leaves(shape: type[Any], prefix: str) -> Iterator[tuple[str, type]]:
    hints = get_type_hints(shape)
    for field in fields(shape):
        path, wanted = f"{prefix}{field.name}", _told_type(hints[field.name])
        if path in FIXED or not is_dataclass(wanted):
            yield path, wanted
        else:
            yield from _leaves(cast("type[Any]", wanted), f"{path}.")


def _told_type(hint: Any) -> Any:  # noqa: ANN401  a type, or a construct of typing
    """What a fact is when it is told; of a list, what one entry is."""
    if get_origin(hint) in (Union, UnionType):
        known = [one for one in get_args(hint) if one is not type(None)]
        return _told_type(known[0]) if len(known) == 1 else hint
    return get_args(hint)[0] if get_origin(hint) is tuple else hint
