"""What an estimate is, whatever the design: the effect, its table, its checks, its paragraph."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from scoring.columns import number
from scoring.effects import Effect
from scoring.synthesis.moderated.coefficients import Coefficient

__all__ = [
    "COMPARISON",
    "NOT_CAUSAL",
    "RANDOMISED",
    "Check",
    "Coefficient",
    "Estimate",
    "Line",
    "Picture",
    "Value",
]

Value: TypeAlias = float | int | bool | str

# What a design can claim, in falling order: by assignment, by comparison under assumptions that are
# checked, or nothing about causes at all.
RANDOMISED: Final = "randomised"
COMPARISON: Final = "comparison"
NOT_CAUSAL: Final = "not causal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One diagnostic: `passed` is True or False, or None where it informs and decides nothing.

    `observed` is set against `threshold` (either may have no number), `text` says in one plain
    sentence what was seen and what follows, `source` where the rule comes from.
    """

    name: str
    title: str
    passed: bool | None
    observed: float | None
    threshold: float | None
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points of one line or cloud of a picture; `low` and `high` bound each point where known.

    `role` is one of observed, fitted, counterfactual, comparison, estimate, before, after, placebo.
    """

    role: str
    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a chart of an estimate shows; drawing it is the service's.

    `kind` is series (with counterfactual), event_study, balance, discontinuity, groups or
    placebos. `ticks` label places on x where they are words or dates, `mark` is the start of the
    programme or the cut-off on x, `zero` a level of no effect on y.
    """

    kind: str
    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...] = ()
    mark: float | None = None
    zero: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The effect of a programme estimated from raw outcomes, and how far it can be believed.

    `natural` is the effect in the outcome's own terms (measure MD, RD, or a log ratio), `df` its
    reference degrees of freedom (None: normal). `standardised` is the same for the pool, in
    standard deviations or as the log ratio that the pool scales itself, or None with the reason in
    `not_standardised`. `specification` says all that is needed to perform the estimate again.
    `facts` are those of `scoring.evidence` that the data themselves show (numbers assigned and
    analysed, clusters, baseline differences, comparator), by their names there.
    """

    design: str
    estimator: str
    covariance: str
    claim: str
    level: float
    n: int
    natural: Effect
    df: float | None
    p_value: float
    ci_low: float
    ci_high: float
    standardised: Effect | None
    not_standardised: str | None
    coefficients: tuple[Coefficient, ...]
    checks: tuple[Check, ...]
    text: str
    specification: Mapping[str, Value | None]
    facts: Mapping[str, Value | None] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an interval that does not hold its own estimate."""
        number("level", self.level, above=0.0, below=1.0)
        if not self.ci_low <= self.natural.yi <= self.ci_high:
            raise AssertionError("an interval has to hold its estimate")

    @property
    def se(self) -> float:
        """The standard error of the natural effect, on its analysis scale."""
        return math.sqrt(self.natural.vi)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if check.passed is False)
