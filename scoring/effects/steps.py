"""The single steps between measures: where an effect comes to lie, and the slope of the way."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import Final, TypeAlias

from scipy import special

from scoring.columns import number
from scoring.effects.measures import Effect
from scoring.effects.risks import RISK_MEASURES, by_risk
from scoring.effects.standardising import LOGISTIC_SD
from scoring.effects.tables import COX_DIVISOR
from scoring.errors import IncompatibleEffects


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a conversion may need beside the effect; None is not known."""

    effect: Effect
    baseline_risk: float | None
    standardiser: float | None
    ri: float | None

    def need(self, field: str, value: float | None, *, above: float, below: float) -> float:
        """The figure, or IncompatibleEffects saying that it is missing."""
        if value is None:
            raise IncompatibleEffects(
                f"{self.effect.measure} says something else without it",
                field=field,
                accepted=f"a number above {above:g} and below {below:g}",
            )
        return number(field, value, above=above, below=below)

    def risk(self) -> float:
        """The risk in group 2, of an effect that has not been turned to the other outcome."""
        if self.effect.direction_good == -1:
            raise IncompatibleEffects(
                "the effect was turned, and the baseline risk with it no longer is its own",
                field="direction_good",
                accepted="conversion first, then orientation",
            )
        return self.need("baseline_risk", self.baseline_risk, above=0.0, below=1.0)

    def deviation(self) -> float:
        """The standard deviation of the outcome."""
        return self.need("standardiser", self.standardiser, above=0.0, below=math.inf)

    def change(self) -> float:
        """The deviation of the change in those of the outcome, both times varying alike."""
        return math.sqrt(2 * (1 - self.need("ri", self.ri, above=-1.0, below=1.0)))

    def imbalance(self) -> float:
        """(n1 + n2)^2 / (n1 n2), 4 for groups of one size or of sizes that are not known."""
        n1, n2 = self.effect.n1i, self.effect.n2i
        return 4.0 if n1 is None or n2 is None else (n1 + n2) ** 2 / (n1 * n2)


# One step: where an effect comes to lie on the other scale, and the slope of the curve there.
Step: TypeAlias = Callable[[float, Known], tuple[float, float]]


def _linear(factor: float) -> Step:
    return lambda yi, known: _times(yi, factor)


def _times(yi: float, factor: float) -> tuple[float, float]:
    return yi * factor, factor


def _to_correlation(d: float, known: Known) -> tuple[float, float]:
    a = known.imbalance()
    length = math.hypot(d, math.sqrt(a))
    return d / length, a / length / length / length


def _from_correlation(r: float, known: Known) -> tuple[float, float]:
    root = math.sqrt(known.imbalance())
    rest = (1 - number("yi", r, above=-1.0, below=1.0)) * (1 + r)
    return root * r / math.sqrt(rest), root / rest**1.5


def _to_z(r: float, known: Known) -> tuple[float, float]:
    return math.atanh(number("yi", r, above=-1.0, below=1.0)), 1 / ((1 - r) * (1 + r))


def _from_z(z: float, known: Known) -> tuple[float, float]:
    return math.tanh(z), 4 * float(special.expit(2 * z) * special.expit(-2 * z))


def _to_logit(p: float, known: Known) -> tuple[float, float]:
    rest = 1 - number("yi", p, above=0.0, below=1.0)
    return math.log(p / rest), 1 / (p * rest)


def _from_logit(logit: float, known: Known) -> tuple[float, float]:
    p = float(special.expit(logit))
    return p, p * float(special.expit(-logit))


def _through_risk(start: str, to: str) -> Step:
    return lambda yi, known: by_risk(start, to, yi, known.risk())


# From measure to measure; chains of these are what `convert` offers.
STEPS: Final[Mapping[tuple[str, str], Step]] = MappingProxyType(
    {
        ("SMD", "OR"): _linear(LOGISTIC_SD),
        ("OR", "SMD"): _linear(1 / LOGISTIC_SD),
        ("COX", "OR"): _linear(COX_DIVISOR),
        ("OR", "COX"): _linear(1 / COX_DIVISOR),
        ("SMD", "COX"): _linear(1.0),
        ("COX", "SMD"): _linear(1.0),
        ("PETO", "OR"): _linear(1.0),
        ("SMD", "COR"): _to_correlation,
        ("COR", "SMD"): _from_correlation,
        ("COR", "ZCOR"): _to_z,
        ("ZCOR", "COR"): _from_z,
        ("SMD", "MD"): lambda yi, known: _times(yi, known.deviation()),
        ("MD", "SMD"): lambda yi, known: _times(yi, 1 / known.deviation()),
        ("SMCC", "SMCR"): lambda yi, known: _times(yi, known.change()),
        ("SMCR", "SMCC"): lambda yi, known: _times(yi, 1 / known.change()),
        ("PR", "PLO"): _to_logit,
        ("PLO", "PR"): _from_logit,
        **{(a, b): _through_risk(a, b) for a, b in permutations(RISK_MEASURES, 2)},
    }
)
