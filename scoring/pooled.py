"""What people are shown of a pool: the familiar estimate, and the same in its natural units."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scoring.anytime import Study
from scoring.effects import LOG_RATIOS, LOGISTIC_SD
from scoring.evidence import Contrast
from scoring.synthesis import Synthesis, synthesise

# The largest exponent whose exponential a double holds.
EXP_LIMIT: Final = 709.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Natural:
    """A pooled estimate as its reports have it: a ratio, with the direction as reported."""

    measure: str
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None


def pooled(studies: Iterable[Study]) -> Synthesis:
    """REML with truncated Knapp-Hartung, the same to the last bit in every order of the studies."""
    ordered = sorted(studies, key=lambda study: (study.yi, study.sei))
    return synthesise([s.yi for s in ordered], [s.sei**2 for s in ordered])


def natural(shown: Synthesis, contrasts: Sequence[Contrast]) -> Natural | None:
    """The pooled estimate back in the units of the reports; None where they do not share one."""
    kinds = {(c.result.measure, c.direction_good) for c in contrasts}
    if len(kinds) != 1:
        return None
    measure, direction = next(iter(kinds))
    if measure not in LOG_RATIOS and measure != "SMD":
        return None
    low, high = sorted(
        (_back(shown.ci_low, measure, direction), _back(shown.ci_high, measure, direction))
    )
    predicted = [
        _back(end, measure, direction) for end in (shown.pi_low, shown.pi_high) if end is not None
    ]
    return Natural(
        measure=measure,
        estimate=_back(shown.estimate, measure, direction),
        ci_low=low,
        ci_high=high,
        pi_low=min(predicted, default=None),
        pi_high=max(predicted, default=None),
    )


def as_reported(
    study: Study, contrast: Contrast, *, level: float = 0.95
) -> tuple[float, float, float] | None:
    """One study's estimate and interval in the units of its report; None for units without."""
    shown = synthesise([study.yi], [study.sei**2], level=level)
    found = natural(shown, (contrast,))
    return None if found is None else (found.estimate, found.ci_low, found.ci_high)


def _back(value: float, measure: str, direction: int) -> float:
    if measure in LOG_RATIOS:
        # Past what a double holds the interval is without an end.
        exponent = direction * value * LOGISTIC_SD
        return math.exp(exponent) if exponent < EXP_LIMIT else math.inf
    return direction * value
