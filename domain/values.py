"""Frozen, self-checking values: an invalid one cannot be built."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import InvalidValue


class Function(StrEnum):
    """What a member is here to do; exactly one per session."""

    DELIVERY = "delivery"
    PEER = "peer"
    FUNDER = "funder"
    AUDITOR = "auditor"
    POLICY = "policy"
    STEWARD = "steward"


# Support and assurance never meet in one account (design section 1).
ASSURANCE = frozenset({Function.FUNDER, Function.AUDITOR, Function.POLICY})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: an opaque member id, the one function of the session, the organisation."""

    id: str
    function: Function
    organisation: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every stored event carries beside its facts."""

    event_id: UUID
    recorded_at: datetime
    happened_on: date
    actor: str
    function: Function
    organisation: str
    correlation_id: UUID
    causation_id: UUID | None = None


class DecidedBy(StrEnum):
    """Who decided a correction or withdrawal: the scoring treats the two differently."""

    PROGRAMME = "programme"
    INDEPENDENT_PANEL = "independent_panel"


class PivotKind(StrEnum):
    """A core pivot changes the theory of change and starts a version; an adaptation does not."""

    CORE = "core"
    ADAPTATION = "adaptation"


def check_text(field_name: str, value: str, *, longest: int = 4000) -> None:
    """Refuse blank or over-long text, naming the field."""
    if not value.strip():
        raise InvalidValue(field_name, "is blank", accepted=f"text of 1 to {longest} characters")
    if len(value) > longest:
        raise InvalidValue(field_name, "is too long", accepted=f"text of 1 to {longest} characters")


def check_count(field_name: str, value: float | None, *, least: int = 0) -> None:
    """Refuse a count below `least`; None is unknown and passes."""
    if value is not None and (not math.isfinite(value) or value < least):
        raise InvalidValue(field_name, f"is {value}", accepted=f"a number of {least} or more")


def check_finite(field_name: str, value: float | None) -> None:
    """Refuse NaN and infinities; None is unknown and passes."""
    if value is not None and not math.isfinite(value):
        raise InvalidValue(field_name, f"is {value}", accepted="a finite number")


def check_positive(field_name: str, value: float | None) -> None:
    """Refuse zero, negatives, NaN and infinities; None is unknown and passes."""
    if value is not None and not (math.isfinite(value) and value > 0):
        raise InvalidValue(field_name, f"is {value}", accepted="a finite number above 0")


def check_proportion(field_name: str, value: float | None) -> None:
    """Refuse what is not within 0 to 1; None is unknown and passes."""
    if value is not None and not 0 <= value <= 1:
        raise InvalidValue(field_name, f"is {value}", accepted="a proportion from 0 to 1")


# Before this year nobody evaluated a public service by counting what came of it; a year in two
# digits is caught with it.
FIRST_YEAR = 1900


def check_year(field_name: str, value: int | None) -> None:
    """Refuse a year that no report can be of; None is unknown and passes."""
    check_count(field_name, value, least=FIRST_YEAR)


def check_each(
    path: str, told: object, check: Callable[[str, float | None], None], names: Iterable[str]
) -> None:
    """The same check of several fields of a value that stands at `path`."""
    for name in names:
        check(f"{path}.{name}", getattr(told, name))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was published."""

    title: str
    url: str | None = None

    def __post_init__(self) -> None:
        check_text("source.title", self.title, longest=500)
