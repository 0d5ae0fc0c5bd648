"""What a design is to a form, a command line and a reader of files: its columns and its choices."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from scoring.columns import check_known
from scoring.estimation.results import Estimate, Value

# What a column holds, and how a reader checks it: a name, a day or number in order, a number, a
# count of 0 or more, yes or no (1 or 0), what is known of people in numbers or in words.
LABEL, PERIOD, NUMBER, COUNT, BINARY = "label", "period", "number", "count", "binary"
CHARACTERISTIC = "characteristic"

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
    """A choice that a design leaves open: a number, a truth, a word of `choices`, or a period."""

    name: str
    kind: str
    text: str
    choices: tuple[str, ...] = ()
    required: bool = False


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
LEVEL = Option(name="level", kind=NUMBER, text="level of confidence, between 0 and 1")
SD = Option(
    name="sd", kind=NUMBER, text="standard deviation among people, to express the effect in it"
)
PEOPLE = Option(
    name="people", kind=BINARY, text="rows are people, so that their spread can standardise"
)
COVARIANCE = Option(name="covariance", kind=LABEL, text="which standard errors")
