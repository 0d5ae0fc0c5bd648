"""Fields that take JSON as written: nothing is coerced, each refusal says what is accepted."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import Schema, ValidationError, fields

# Numbers beyond this lose their last digits in other people's JSON readers (RFC 7493, 2.2).
LARGEST_INTEGER = 2**53 - 1
LONGEST_TEXT = 20_000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DIGITS = re.compile(r"\d{1,18}", re.ASCII)
PERMITTED_CONTROLS = frozenset("\n\r\t")
# Control characters and lone surrogates can be neither stored nor shown (Unicode categories).
UNPRINTABLE = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a field was refused, and what would be accepted."""

    problem: str
    accepted: str


class Refusing(fields.Field[Any]):
    """A field whose every refusal carries what it accepts."""

    accepted: str = "a value"

    def make_error(self, key: str, **_: Any) -> ValidationError:  # noqa: ANN401  marshmallow's own
        known = {"required": "is missing", "null": "is null", "invalid": f"is not {self.accepted}"}
        return self.refuse(known.get(key, "is not accepted"))

    def refuse(self, problem: str) -> ValidationError:
        """The refusal of this field in words."""
        return ValidationError([Refusal(problem, self.accepted)])


class Strict(Refusing):
    """A single value, read from JSON without coercion; `json` is its type and format there."""

    json: ClassVar[tuple[str | list[str], str | None]]

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, Any] | None,
        **kwargs: Any,  # noqa: ANN401  marshmallow's own signature
    ) -> object:
        return self.read(value)

    def read(self, value: object) -> object:
        """The value of the JSON, or a refusal."""
        raise NotImplementedError


class Text(Strict):
    """Text that can be stored and shown; may be limited to a few words."""

    json = ("string", None)

    def __init__(self, *, only: tuple[str, ...] = (), **options: Any) -> None:  # noqa: ANN401  passed on
        words = {"enum": list(only)} if only else {}
        super().__init__(**{**options, "metadata": {**options.get("metadata", {}), **words}})
        self.only = only
        self.accepted = _one_of(only) if only else f"text of up to {LONGEST_TEXT} characters"

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse("is not text")
        if self.only and value not in self.only:
            raise self.refuse(f"is {value[:40]!r}")
        if len(value) > LONGEST_TEXT:
            raise self.refuse("is too long")
        if any(_unprintable(letter) for letter in value):
            raise self.refuse("holds characters that cannot be shown")
        return value


class Whole(Strict):
    """A whole number that every JSON reader keeps exactly."""

    json = ("integer", None)

    accepted = f"a whole number from {-LARGEST_INTEGER} to {LARGEST_INTEGER}"

    def read(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse("is not a whole number")
        if abs(value) > LARGEST_INTEGER:
            raise self.refuse("is too large")
        return value


class Number(Strict):
    """A finite number."""

    json = ("number", None)

    accepted = "a finite number"

    def read(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse("is not a number")
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            raise self.refuse("is too large")
        if not math.isfinite(value):
            raise self.refuse("is not finite")
        return float(value)


class Truth(Strict):
    """True or false, and nothing that resembles them."""

    json = ("boolean", None)

    accepted = "true or false"

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.refuse("is not true or false")
        return value


class Scalar(Strict):
    """Text, a number, or true or false: one fact of a specification, kept as it was written."""

    json = (["string", "number", "boolean"], None)

    accepted = "text, a finite number, true or false"

    def read(self, value: object) -> bool | int | float | str:
        match value:
            case bool():
                return value
            case int() if abs(value) <= LARGEST_INTEGER:
                return value
            case float() if math.isfinite(value):
                return value
            case str():
                return Text().read(value)
        raise self.refuse("is none of these")


class Day(Strict):
    """A day of the calendar."""

    json = ("string", "date")

    accepted = "a date such as 2014-04-01"

    def read(self, value: object) -> date:
        try:
            if not isinstance(value, str) or not DAY.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            raise self.refuse("is not a date") from None


class Instant(Strict):
    """A moment with its offset, kept as UTC."""

    json = ("string", "date-time")

    accepted = "a date and time with its offset, such as 2026-04-01T09:30:00Z"

    def read(self, value: object) -> datetime:
        try:
            if not isinstance(value, str):
                raise ValueError(value)
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError(value)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.refuse("is not a moment in time") from None


class Identifier(Strict):
    """The id of something in Candour."""

    json = ("string", "uuid")

    accepted = "an id (UUID)"

    def read(self, value: object) -> UUID:
        try:
            if not isinstance(value, str):
                raise ValueError(value)
            return UUID(value)
        except ValueError:
            raise self.refuse("is not an id") from None


class Count(Strict):
    """A whole number of a query string, within bounds."""

    json = ("integer", None)

    def __init__(self, *, least: int, most: int, **options: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(**options, metadata={"minimum": least, "maximum": most})
        self.bounds = range(least, most + 1)
        self.accepted = f"a whole number from {least} to {most}"

    def read(self, value: object) -> int:
        if not isinstance(value, str) or not DIGITS.fullmatch(value):
            raise self.refuse("is not a whole number")
        if int(value) not in self.bounds:
            raise self.refuse(f"is {value}")
        return int(value)


class Choice(Strict):
    """One word of a closed list."""

    json = ("string", None)

    def __init__(self, words: type[StrEnum], **options: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(**options, metadata={"enum": [word.value for word in words]})
        self.words = words
        self.accepted = _one_of(word.value for word in words)

    def read(self, value: object) -> StrEnum:
        if not isinstance(value, str) or value not in {word.value for word in self.words}:
            shown = repr(value[:40]) if isinstance(value, str) else "not text"
            raise self.refuse(f"is {shown}")
        return self.words(value)


class Many(Refusing, fields.List):
    """A list, kept as a tuple."""

    accepted = "a list"

    def _deserialize(self, value: object, *args: Any, **kwargs: Any) -> tuple[Any, ...]:  # type: ignore[override]  # noqa: ANN401  a tuple where marshmallow has a list
        return tuple(super()._deserialize(value, *args, **kwargs))


class Table(Refusing, fields.Dict):
    """An object whose keys are the caller's own."""

    accepted = "an object"


class Part(Refusing, fields.Nested):
    """An object with fields of its own."""

    accepted = "an object"


class StrictSchema(Schema):
    """A schema that refuses what it does not know and names what it knows."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(**options)
        messages: dict[str, Any] = {
            **self.error_messages,
            "type": Refusal("is not an object", "an object"),
            "unknown": Refusal("is not a known field", _one_of(self.fields)),
        }
        self.error_messages = messages


def _one_of(words: Iterable[str]) -> str:
    return "one of " + ", ".join(words)


def _unprintable(letter: str) -> bool:
    return letter not in PERMITTED_CONTROLS and unicodedata.category(letter) in UNPRINTABLE
