"""What a design is to a form, a command line and a reader of files: its columns and its choices."""

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final, TypeAlias

import numpy as np

from scoring.columns import check_known
from scoring.estimation.results import Estimate, Value

# What a column holds, and how a reader checks it: a name, a day or number in order, a number, a
# count of 0 or more, yes or no (1 or 0), what is known of people in numbers or in words.
LABEL, PERIOD, NUMBER, COUNT, BINARY = "label", "period", "number", "count", "binary"
CHARACTERISTIC = "characteristic"

# Whole numbers as far as this are told apart by a double (IEEE 754).
EXACT: Final = 2**53

# What a group or a way to do something can be called.
WORD: Final = (str, float)

Run: TypeAlias = Callable[..., Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A column that a design takes: the parameter it becomes, what it holds, whether it must be.

    A role of `many` takes any number of columns, by name.
    """

    name: str
    kind: str
    text: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice that a design leaves open: a number, a truth, a word of `choices`, or a period.

    A number is `whole` where the design counts with it, and within the bounds.
    """

    name: str
    kind: str
    text: str
    choices: tuple[str, ...] = ()
    required: bool = False
    whole: bool = False
    above: float = -math.inf
    at_least: float = -math.inf
    below: float = math.inf

    @property
    def accepted(self) -> str:
        """What may be told, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        others = {
            BINARY: "true or false",
            PERIOD: "a whole number or a date, as the periods are told",
            LABEL: "a name",
        }
        return others.get(self.kind, self._range)

    @property
    def _range(self) -> str:
        bounds = (("above", self.above), ("of at least", self.at_least), ("below", self.below))
        limits = [f"{word} {bound:.10g}" for word, bound in bounds if math.isfinite(bound)]
        size = "a whole number" if self.whole else "a number"
        return " ".join([size, " and ".join(limits)]).strip()

    def takes(self, value: object) -> bool:
        """Whether a value is one of the kind, among the choices, and within the bounds."""
        if self.choices:
            return isinstance(value, str) and value in self.choices
        if isinstance(value, bool) or self.kind == BINARY:
            return isinstance(value, bool) and self.kind == BINARY
        if isinstance(value, int | np.integer):
            return abs(int(value)) <= EXACT and (self.kind != NUMBER or self._holds(int(value)))
        if self.kind == NUMBER:
            return isinstance(value, float) and not self.whole and self._holds(value)
        return isinstance(value, date) or (self.kind == LABEL and isinstance(value, WORD))

    def _holds(self, value: float) -> bool:
        return self.above < value < self.below and value >= self.at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """One way to estimate an effect from raw outcomes.

    `design` is the code by which a contrast names the design, `asks` what it answers in one line,
    `needs` what data it takes.
    """

    id: str
    title: str
    design: str
    asks: str
    needs: str
    run: Run
    roles: tuple[Role, ...]
    options: tuple[Option, ...]

    def role(self, name: str) -> Role:
        """The role of that name; raises UnknownMethod."""
        check_known("role", name, [role.name for role in self.roles])
        return next(role for role in self.roles if role.name == name)

    def default(self, option: str) -> Value | None:
        """What is taken where the option is not given."""
        found = inspect.signature(self.run).parameters[option].default
        return None if found is inspect.Parameter.empty else found


COVARIATES = Role(
    name="covariates",
    kind=CHARACTERISTIC,
    text="what else is known of each row and should be allowed for",
    required=False,
    many=True,
)
# An interval below a half tells nobody anything.
LEVEL = Option(
    name="level",
    kind=NUMBER,
    text="level of confidence, between 0 and 1",
    at_least=0.5,
    below=1.0,
)
# Deviations whose squares and their inverses are numbers; no outcome of people comes near.
SD = Option(
    name="sd",
    kind=NUMBER,
    text="standard deviation among people, to express the effect in it",
    at_least=1e-100,
    below=1e100,
)
PEOPLE = Option(
    name="people", kind=BINARY, text="rows are people, so that their spread can standardise"
)


def covariance(*ways: Sequence[str]) -> Option:
    """Which standard errors: those that one way or another of a design has."""
    names = tuple(dict.fromkeys(chain(*ways)))
    return Option(name="covariance", kind=LABEL, choices=names, text="which standard errors")
