"""Intervals for the effect on one unit: from placebos, from their variance, or conformal."""

import math
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.panels.panel import Panel
from scoring.estimation.panels.simplex import simplex_weights
from scoring.estimation.panels.synthetic_fit import Synthetic
from scoring.estimation.shapes import Flags, Matrix

PLACEBO: Final = "placebo"
VARIANCE: Final = "variance"
CONFORMAL: Final = "conformal"
INTERVALS: Final = (PLACEBO, VARIANCE, CONFORMAL)

# Shares of a few units or periods are compared with a level; their rounding is not evidence.
ROUNDING: Final = 1e-9

# Where a conformal interval ends is looked for among so many steps, then by so many halvings.
STEPS: Final = 40
HALVINGS: Final = 20


def unit_count(level: float) -> int:
    """How many units (or periods) it takes for a share of them to reach 1 - level."""
    return math.ceil(1 / (1 - level) - ROUNDING)


def placebo_interval(
    treated: Synthetic, others: Sequence[Synthetic], *, least: float, level: float
) -> tuple[float, float]:
    """Effects that the placebo test does not reject: effect +- c times the error before the start.

    c is the m-th largest of the placebos' mean gap by error, m the first with (1 + m)/(1 + donors)
    above 1 - level. Raises TooLittleData where every effect passes: donors too few.
    Source: Firpo and Possebom 2018, J. Causal Inference 6(2), section 3, with this statistic.
    """
    units = len(others) + 1
    rank = math.floor((1 - level) * units + ROUNDING)
    if rank < 1:
        raise TooLittleData(
            f"{len(others)} donors: no effect, however large, would be rejected at {level:g}",
            field="units",
            accepted=f"{unit_count(level) - 1} donors, or another interval: variance, conformal",
        )
    scaled = sorted((other.scaled(least=least) for other in others), reverse=True)
    half = scaled[min(rank, len(scaled)) - 1] * max(treated.error_before, least)
    return treated.effect - half, treated.effect + half


def placebo_variance(others: Sequence[Synthetic]) -> float:
    """The mean square of the placebos' mean gaps, what a unit without a programme departs by.

    It takes for granted that the treated unit departs as donors do. Source: Arkhangelsky et al.
    2021, Am. Econ. Rev. 111:4088, algorithm 4, about 0 rather than about the placebos' mean.
    """
    return float(np.mean([other.effect**2 for other in others]))


def variance_interval(
    effect: float, variance: float, *, donors: int, level: float
) -> tuple[float, float]:
    """effect +- t sqrt(variance), t on as many degrees of freedom as donors."""
    half = float(special.stdtrit(donors, 0.5 + level / 2)) * math.sqrt(variance)
    return effect - half, effect + half


def conformal_interval(panel: Panel, treated: Synthetic, *, level: float) -> tuple[float, float]:
    """Constant effects that moving-block permutations of the residuals do not reject.

    For each effect, it is taken off after the start, weights are fitted to all periods, and the
    residuals' sum of sizes after the start is set against all of their cyclic shifts. Outcomes
    alone are matched. The ends are where the p-value last passes 1 - level on the way out. Of T
    shifts floor((1 - level) T) can reject: with 30 periods a 95 % interval is one of 96.7 %.
    Raises TooLittleData for fewer periods than could reject.
    Source: Chernozhukov, Wuthrich and Zhu 2021, J. Am. Stat. Assoc. 116:1849.
    """
    periods = len(panel.periods)
    if periods < unit_count(level):
        raise TooLittleData(
            f"{periods}: no effect, however large, would be rejected at {level:g}",
            field="periods",
            accepted=f"{unit_count(level)} periods, or another interval: placebo, variance",
        )
    donors, y = panel.y[list(treated.donors)].T, panel.y[treated.unit]
    after = np.arange(periods) >= treated.before

    def rejected(effect: float) -> bool:
        return _conformal_p(donors, y - effect * after, after) <= 1 - level + ROUNDING

    step = max(treated.error_before, abs(treated.effect), float(np.ptp(y)) / periods)
    return (
        _last_accepted(rejected, treated.effect, -step),
        _last_accepted(rejected, treated.effect, step),
    )


def _conformal_p(donors: Matrix, y: Column, after: Flags) -> float:
    sizes = np.abs(y - donors @ simplex_weights(donors, y))
    sums = np.array([np.roll(sizes, shift)[after].sum() for shift in range(len(y))])
    return float((sums >= sums[0] * (1 - ROUNDING)).mean())


def _last_accepted(rejected: Callable[[float], bool], centre: float, step: float) -> float:
    # Residuals after the start outgrow all others with the effect, so that some effect is rejected.
    far = next(point for k in count() if rejected(point := centre + step * 2.0**k))
    near = centre
    for share in range(1, STEPS):
        point = centre + (far - centre) * share / STEPS
        if not rejected(point):
            near = point
    outer = near + (far - centre) / STEPS
    for _ in range(HALVINGS):
        middle = (near + outer) / 2
        near, outer = (near, middle) if rejected(middle) else (middle, outer)
    return near
