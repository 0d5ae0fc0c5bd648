"""A form as it was filled in: the values kept, the errors named, each number read or refused."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from uuid import UUID, uuid4

from domain.errors import DomainError, InvalidValue, KeyReused, MoveRefused, NotAllowed, Stale
from service.pages.words import event_words

DATE_PARTS = ("day", "month", "year")
TRUE_WORDS = {"yes": True, "no": False}


REFUSED: Mapping[type[DomainError], str] = MappingProxyType(
    {
        NotAllowed: "Your organisation does not run this programme, so you cannot log this",
        KeyReused: "This form was already sent with other answers. Check what was recorded, then"
        " start a new form",
        Stale: "Somebody else logged something at the same moment. Nothing was saved: send the"
        " form again",
    }
)


@dataclass(slots=True)
class Errors:
    """What is wrong, by field, in the order of the form; a blank field means the whole form."""

    found: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, name: str, message: str) -> None:
        """Keeps the first message of a field: one thing to mend at a time."""
        self.found.setdefault(name, message)

    def summary(self) -> list[dict[str, str]]:
        """The list of the error summary, each line a link to its field."""
        return [
            {"text": message, "href": f"#{name}"} if name else {"text": message}
            for name, message in self.found.items()
        ]


@dataclass(slots=True)
class Form:
    """One form: what was typed, its idempotency key, its errors."""

    given: Mapping[str, str]
    key: str
    errors: Errors = field(default_factory=Errors)

    @classmethod
    def blank(cls, values: Mapping[str, str] | None = None) -> "Form":
        """A new form with a key of its own, so that pressing twice records once."""
        return cls(given=values or {}, key=str(uuid4()))

    @classmethod
    def sent(cls, values: Mapping[str, str]) -> "Form":
        """The form as it came back; a key that is no UUID is replaced."""
        try:
            key = str(UUID(values.get("idempotency_key", "")))
        except ValueError:
            key = str(uuid4())
        return cls(given=values, key=key)

    def value(self, name: str) -> str:
        return self.given.get(name, "").strip()

    def message(self, name: str) -> dict[str, str] | None:
        """The error of a field as the macros want it."""
        found = self.errors.found.get(name)
        return {"text": found} if found else None

    def date_items(self, name: str) -> list[dict[str, object]]:
        """The three boxes of a date, marked where the date is wrong."""
        wrong = " govuk-input--error" if name in self.errors.found else ""
        return [
            {
                "id": name if part == "day" else f"{name}-{part}",
                "name": part,
                "label": part.capitalize(),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
                "value": self.value(f"{name}-{part}"),
            }
            for part in DATE_PARTS
        ]

    def required(self, name: str, question: str) -> str:
        """The text of a field that must be filled in."""
        value = self.value(name)
        if not value:
            self.errors.add(name, question)
        return value

    def day(self, name: str, what: str) -> date | None:
        """The date of three boxes."""
        parts = [self.value(f"{name}-{part}") for part in DATE_PARTS]
        if not any(parts):
            self.errors.add(name, f"Enter {what}")
            return None
        try:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        except ValueError:
            self.errors.add(name, f"{what.capitalize()} must be a real date, such as 27 3 2024")
            return None

    def number(self, name: str, what: str, *, required: str = "") -> float | None:
        """A number, with or without thousands commas; None when left blank."""
        typed = self.value(name).replace(",", "").replace("−", "-")
        if not typed:
            if required:
                self.errors.add(name, required)
            return None
        try:
            read = float(typed)
        except ValueError:
            read = math.nan
        if not math.isfinite(read):
            self.errors.add(name, f"{what} must be a number, such as 0.75")
            return None
        return read

    def count(self, name: str, what: str, *, required: str = "") -> int | None:
        """A whole number; None when left blank."""
        read = self.number(name, what, required=required)
        if read is None:
            return None
        if read != int(read) or read < 0:
            self.errors.add(name, f"{what} must be a whole number, 0 or more")
            return None
        return int(read)

    def yes_no(self, name: str) -> bool | None:
        """An answer of yes or no; anything else is not known."""
        return TRUE_WORDS.get(self.value(name))

    def choice(self, name: str, accepted: Mapping[str, str], question: str) -> str:
        """One of the options offered."""
        value = self.value(name)
        if value not in accepted:
            self.errors.add(name, question)
        return value

    def refuse(self, error: DomainError, fields: Mapping[str, str]) -> None:
        """Puts a refusal of the domain beside the field it is about, in plain words."""
        match error:
            case InvalidValue():
                name = fields.get(error.field, error.field.rpartition(".")[2])
                message = f"{_readable(name)} {error.data['problem']}. Expected: {error.accepted}"
                self.errors.add(name, message)
            case MoveRefused():
                moves = error.data["open_moves"]
                listed = moves if isinstance(moves, list) else []
                can = ", ".join(event_words(str(move)).lower() for move in listed) or "nothing"
                self.errors.add(
                    "",
                    f"{event_words(str(error.data['move']))} cannot be logged while "
                    f"the programme is {error.data['state']}. You can log: {can}",
                )
            case NotAllowed() | KeyReused() | Stale():
                self.errors.add("", REFUSED[type(error)])
            case _:
                self.errors.add("", error.message)


def options(words: Mapping[str, str]) -> list[dict[str, str]]:
    """Codes and words as the items of a select or of radios."""
    return [{"value": code, "text": text} for code, text in words.items()]


def _readable(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
