"""Facts by their dotted paths, and the reasons given for those that are not there."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum

from domain.contrast.codes import Missing
from domain.errors import InvalidValue

# Lists that are empty where nothing was told; of any other, empty says that there was none.
BLANK_WHEN_EMPTY = ("baseline",)


def fact_at(whole: object, path: str) -> object:
    """What stands at a dotted path, a code as its word; LookupError where the path leads to none.

    An entry of a list is named by its place from 0: baseline.0.sd_intervention.
    """
    value = whole
    for name in path.split("."):
        value = _inside(value, name)
    return value.value if isinstance(value, StrEnum) else value


def _inside(value: object, name: str) -> object:
    if isinstance(value, tuple):
        return {str(place): entry for place, entry in enumerate(value)}[name]
    if is_dataclass(value) and name in {field.name for field in fields(value)}:
        return getattr(value, name)
    raise LookupError(name)


def check_reasons(whole: object, missing: Mapping[str, Missing]) -> None:
    """Refuse a reason why a fact is missing that is told, or that no contrast has."""
    for path, reason in missing.items():
        try:
            told = _told_at(whole, path)
        except LookupError:
            raise InvalidValue(
                f"contrast.missing.{path:.100}",
                f"is {reason}, and contrast.{path:.100} is no fact",
                accepted="the path of a fact, such as design.comparator or baseline.0.n_comparison",
            ) from None
        if told is not None:
            raise InvalidValue(
                f"contrast.missing.{path:.100}",
                f"is {reason}, and contrast.{path} is told: {told!s:.60}",
                accepted="a reason for a fact that is not told",
            )


def _told_at(whole: object, path: str) -> object:
    """What is told at a path; of a group of facts the first that is, None where none is."""
    value = fact_at(whole, path)
    if is_dataclass(value):
        each = (getattr(value, field.name) for field in fields(value))
        return next((told for told in each if told is not None), None)
    return None if value == () and path in BLANK_WHEN_EMPTY else value
