"""What a design is put to the test by: worlds of a known truth, at stated sizes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from scoring.estimation.results import Estimate


class Answer(NamedTuple):
    """An effect with its standard error and interval."""

    estimate: float
    se: float
    low: float
    high: float


Data: TypeAlias = Mapping[str, Any]


def effect(estimate: Estimate) -> Answer:
    """The effect of an estimate in the outcome's own terms."""
    return Answer(estimate.natural.yi, estimate.se, estimate.ci_low, estimate.ci_high)


class Rule(NamedTuple):
    """How an effect is estimated, and where it is read; rules of one `ask` share its estimate."""

    ask: Callable[[Data], Estimate]
    read: Callable[[Estimate], Answer] = effect

    def row(self, term: str) -> "Rule":
        """The row of that name in the table of the same estimate."""

        def read(estimate: Estimate) -> Answer:
            found = next(row for row in estimate.coefficients if row.term == term)
            return Answer(found.estimate, found.se, found.ci_low, found.ci_high)

        return self._replace(read=read)


def asking(estimator: Callable[..., Estimate], /, **options: object) -> Rule:
    """The effect as that estimator tells it with those options."""
    return Rule(lambda data: estimator(**data, **options))


def without(column: str, rule: Rule) -> Rule:
    """The same of data that lack a column."""
    return rule._replace(
        ask=lambda data: rule.ask({name: told for name, told in data.items() if name != column})
    )


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A world at one size: how the data of one study are drawn, and the true effect in it.

    Intervals of the rules in `promised` have to hold it as often as they say; those `beside` are
    what else could have been done. `share` of the usual number of studies is drawn.
    """

    name: str
    draw: Callable[[np.random.Generator], Data]
    truth: float
    promised: Mapping[str, Rule] = field(default_factory=dict)
    beside: Mapping[str, Rule] = field(default_factory=dict)
    share: float = 1.0

    @property
    def rules(self) -> dict[str, Rule]:
        """Everything that is tried, what is promised first."""
        return {**self.promised, **self.beside}


@dataclass(frozen=True, kw_only=True)
class Design:
    """A way to estimate, with the settings that try it; `note` says what the worlds are like."""

    id: str
    title: str
    note: str
    settings: Sequence[Setting]
