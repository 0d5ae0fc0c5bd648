"""Difference in differences with autocorrelated errors, few units, and clusters of any size."""

from functools import partial

import numpy as np

from scoring.estimation.panels.did import difference_in_differences
from tests.simulations.designs import panels
from tests.simulations.designs.laws import following, uneven
from tests.simulations.designs.setting import Design, Setting, asking, without

PERIODS, START, NEVER = 6, 3, 99
# The mean effect, and how far units (or clusters) are from it.
EFFECT, APART = 1.0, 0.5
# Units in a cluster, and the spread of what moves all of them.
FEWEST, MOST, TOGETHER = 2, 6, 0.7
# The permutations inform and have no part in the interval.
PERMUTATIONS = 19


def draw(rng, *, treated, others, ratio):
    """Units with and without the programme; the errors of the treated are `ratio` as large."""
    units = treated + others
    has = np.arange(units) < treated
    y = panels.untreated(rng, units, PERIODS)
    y += panels.errors(rng, units, PERIODS) * np.where(has, ratio, 1.0)[:, None]
    effects = rng.normal(EFFECT, APART, (units, 1))
    starts = np.where(has, START, NEVER)
    return panels.long(y + effects * (np.arange(PERIODS) >= starts[:, None]), starts)


def clustered(rng, *, treated, others):
    """Units in clusters of uneven size that move together."""
    sizes = uneven(rng, treated + others, FEWEST, MOST)
    of = np.repeat(np.arange(len(sizes)), sizes)
    y = panels.untreated(rng, len(of), PERIODS) + panels.errors(rng, len(of), PERIODS)
    y += TOGETHER * following(rng, (len(sizes), PERIODS), panels.MEMORY)[of]
    effects = rng.normal(EFFECT, APART, (len(sizes), 1))[of]
    starts = np.where(of < treated, START, NEVER)
    data = panels.long(y + effects * (np.arange(PERIODS) >= starts[:, None]), starts)
    return {**data, "clusters": np.repeat(of, PERIODS).tolist()}


def by(covariance, **options):
    """The estimate with that covariance."""
    return asking(
        difference_in_differences, covariance=covariance, permutations=PERMUTATIONS, **options
    )


PROMISED = {"CR2, Satterthwaite": by("CR2")}
BESIDE = {"CR1, normal": by("CR1", df="normal"), "const": by("const")}


def setting(treated, others, *, ratio=1.0):
    """So many units of each kind."""
    more = f", treated errors {ratio:g} times as large" if ratio != 1 else ""
    return Setting(
        name=f"{treated} + {others} units{more}",
        draw=partial(draw, treated=treated, others=others, ratio=ratio),
        truth=EFFECT,
        promised=PROMISED,
        beside=BESIDE,
    )


DESIGN = Design(
    id="did",
    title="Difference in differences",
    note=f"{PERIODS} periods; errors with memory {panels.MEMORY}, heavy-tailed, larger in some "
    "units; effects differ between units",
    settings=(
        setting(5, 5),
        setting(5, 20),
        setting(20, 20, ratio=1.5),
        Setting(
            name=f"8 + 8 clusters of {FEWEST} to {MOST} units",
            draw=partial(clustered, treated=8, others=8),
            truth=EFFECT,
            promised=PROMISED,
            beside={**BESIDE, "CR2, units as apart": without("clusters", by("CR2"))},
        ),
    ),
)
