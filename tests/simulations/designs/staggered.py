"""Programmes that units start at different times, with effects that grow and differ by start."""

from functools import partial

import numpy as np

from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.staggered import staggered_adoption
from tests.simulations.designs import panels
from tests.simulations.designs.setting import Design, Setting, asking

PERIODS, NEVER = 8, 99
# Effect in the first period by start, and its growth a period; how far units are from it.
FIRST = {2: 2.0, 3: 1.5, 4: 1.0, 5: 1.0, 6: 0.5}
GROWTH, APART = 0.4, 0.5


def draw(rng, *, starts):
    """Units that start in those periods."""
    starts = np.array(starts)
    time = np.arange(PERIODS)
    since = time - starts[:, None]
    first = np.array([FIRST.get(start, 0.0) for start in starts.tolist()])[:, None]
    own = first + GROWTH * since + rng.normal(0.0, APART, (len(starts), 1))
    y = panels.untreated(rng, len(starts), PERIODS) + panels.errors(rng, len(starts), PERIODS)
    return panels.long(y + own * (since >= 0), starts)


def average(starts):
    """The effect of the mean treated unit, each by its own average over periods.

    Without units that never start, effects end where the last ones start.
    """
    last = PERIODS if NEVER in starts else max(starts)
    own = [
        FIRST[start] + GROWTH * (last - 1 - start) / 2
        for start in starts
        if start < min(last, PERIODS)
    ]
    return float(np.mean(own))


def by(**options):
    """The average over treated units."""
    return asking(staggered_adoption, bands="pointwise", **options)


def setting(name, each, promised=True):
    """So many units by start."""
    starts = [start for start, count in each.items() for _ in range(count)]
    own = {"CR2, Welch": by()}
    return Setting(
        name=name,
        draw=partial(draw, starts=starts),
        truth=average(starts),
        promised=own if promised else {},
        beside={
            **({} if promised else own),
            "influence function": by(covariance="IF"),
            "two-way effects, CR2": asking(difference_in_differences),
        },
    )


DESIGN = Design(
    id="staggered",
    title="Staggered adoption",
    note=f"average over treated units; {PERIODS} periods, effects that grow and differ by start, "
    "errors as in difference in differences; cohorts of one unit err on the safe side",
    settings=(
        setting("3 starts of 4 units, 4 never", {3: 4, 5: 4, 6: 4, NEVER: 4}),
        setting("3 starts of 10 units, 10 never", {3: 10, 5: 10, 6: 10, NEVER: 10}),
        setting("3 starts of 6 units, none never", {3: 6, 5: 6, 6: 6}),
        setting(
            "5 starts of 1 unit, 8 never", {2: 1, 3: 1, 4: 1, 5: 1, 6: 1, NEVER: 8}, promised=False
        ),
    ),
)
