"""One treated unit among others that common factors move, each in its own measure."""

from functools import partial

import numpy as np

from scoring.estimation.panels.synthetic_control import synthetic_control
from tests.simulations.designs import panels
from tests.simulations.designs.laws import following
from tests.simulations.designs.setting import Design, Setting, asking

EFFECT = 2.0
FACTORS, MEMORY = 2, 0.3
# Ranges of the levels and of the loadings of units, and the spread of the factors.
LEVELS, LOADINGS, SPREAD = (8.0, 12.0), (0.2, 1.8), 1.5
UNEVEN = 0.25


def draw(rng, *, donors, before, after):
    """A unit drawn from the same lot as its donors."""
    units, periods = donors + 1, before + after
    factors = SPREAD * following(rng, (FACTORS, periods), 0.8)
    y = rng.uniform(*LEVELS, (units, 1)) + rng.uniform(*LOADINGS, (units, FACTORS)) @ factors
    spread = np.exp(UNEVEN * rng.standard_normal((units, 1)))
    y += spread * following(rng, (units, periods), MEMORY)
    starts = np.where(np.arange(units) == 0, before, periods)
    return panels.long(y + EFFECT * (np.arange(periods) >= starts[:, None]), starts)


def setting(donors, before, after, intervals, *, share=1.0):
    """So many donors and periods."""
    return Setting(
        name=f"{donors} donors, {before} + {after} periods",
        draw=partial(draw, donors=donors, before=before, after=after),
        truth=EFFECT,
        promised={interval: asking(synthetic_control, interval=interval) for interval in intervals},
        share=share,
    )


DESIGN = Design(
    id="synthetic_control",
    title="Synthetic control",
    note="two factors with memory 0.8, own errors with memory 0.3, heavy-tailed and larger in some "
    "units; the treated one is of the same lot as its donors; 40 periods, as permutations of T "
    "reject in floor(T / 20) of T and keep more where that is below 1 in 20 (97 % of 30)",
    settings=(
        setting(10, 20, 8, ("variance",)),
        setting(20, 20, 8, ("placebo", "variance")),
        setting(40, 30, 10, ("placebo", "variance")),
        setting(12, 32, 8, ("conformal",), share=0.5),
    ),
)
