"""A form of facts, which tells a refusal by the questions that it asks, not by dotted paths."""

import re
from collections.abc import Mapping

from domain.errors import DomainError, InvalidValue
from service.pages.fact_fields import FACTS, FIXED
from service.pages.forms import Form
from service.pages.words import spoken

PATH = re.compile(r"contrast(?:\.[a-z_]+|\.\d+|\[\d+\])+")
PLACE = re.compile(r"\.\d+|\[\d+\]")
SEVERAL = re.compile(r"(the result)( \+ the result)+")


class FactForm(Form):
    """A form whose refusals name the questions."""

    def refuse(self, error: DomainError, fields: Mapping[str, str]) -> None:
        """Puts a refusal beside the question it is about, or the other one that it names."""
        if not isinstance(error, InvalidValue):
            super().refuse(error, fields)
            return
        problem = str(error.data["problem"])
        named = [error.field, *PATH.findall(problem)]
        at = next((fields[path] for path in named if path in fields), "")
        told = f"{label_of(error.field)} {in_words(problem)}. Accepted: {in_words(error.accepted)}"
        self.errors.add(at, told[:1].upper() + told[1:])


def in_words(text: str) -> str:
    """A sentence of the domain with the questions in place of paths, and codes as words."""
    named = PATH.sub(lambda found: label_of(found[0]), text)
    return SEVERAL.sub(r"\1", named).replace("null", "no answer").replace("_", " ")


def label_of(path: str) -> str:
    """What a path of a contrast is called."""
    plain = PLACE.sub("", path).removeprefix("contrast.")
    if plain in FACTS:
        return f"“{FACTS[plain].label}”"
    known = (words for at, words in FIXED.items() if f"{plain}.".startswith(f"{at}."))
    return next(known, spoken(plain.rpartition(".")[2]).lower())
