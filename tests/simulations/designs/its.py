"""Interrupted time series whose errors follow each other, by one period's memory or by two."""

from functools import partial

import numpy as np

from scoring.estimation.series.its import interrupted_time_series
from tests.simulations.designs.laws import following
from tests.simulations.designs.setting import Design, Setting, asking

LEVEL, TREND, SD = 3.0, 0.05, 2.0
# Of the months of counts: the log of the usual count, its slope, its seasons and its spread.
COUNT, SLOPE, SEASON, SPREAD = 5.5, 0.004, 0.15, 0.06
FALL = -0.1


def draw(rng, *, before, after, phi):
    """One series with a change of level and of slope."""
    time = np.arange(before + after)
    since = np.maximum(time - before, 0)
    y = 50 + 0.1 * time + LEVEL * (time >= before) + TREND * since
    return {
        "periods": time.tolist(),
        "outcome": y + SD * following(rng, time.shape, *phi),
        "start": before,
    }


def counts(rng, *, before, after):
    """Months of counts with seasons, whose rates follow each other."""
    time = np.arange(before + after)
    rate = COUNT + SLOPE * time + SEASON * np.cos(2 * np.pi * time / 12)
    rate += FALL * (time >= before) + SPREAD * following(rng, time.shape, 0.5)
    return {"periods": time.tolist(), "outcome": rng.poisson(np.exp(rate)), "start": before}


def by(estimator, **options):
    """The estimate of a series of figures."""
    return asking(interrupted_time_series, estimator=estimator, **options)


BESIDE = {
    "AR(1) by REML": by("ar1_reml"),
    "least squares, Newey-West": by("ols"),
    "least squares, const": by("ols", covariance="const"),
}
SEASONS = {"log": True, "seasons": "harmonics", "cycle": 12}


def setting(before, after, *phi, promised=True):
    """Series of that length and memory."""
    own = {"averaged AR(1)": by("ar1")}
    memory = " and ".join(map(str, phi))
    return Setting(
        name=f"{before} + {after} periods, memory {memory}",
        draw=partial(draw, before=before, after=after, phi=phi),
        truth=LEVEL + TREND * (after - 1) / 2,
        promised=own if promised else {},
        beside=BESIDE if promised else {**own, **BESIDE},
    )


DESIGN = Design(
    id="its",
    title="Interrupted time series",
    note="average effect; heavy-tailed shocks, memory of one period (AR(1)) or of two; counts of "
    "some 250 a month with seasons; nothing is promised of a memory of two periods, which is not "
    "the model's (about 91 % hold), and of 8 + 8 periods, which fail a check",
    settings=(
        setting(12, 12, 0.3),
        setting(12, 12, 0.6),
        setting(24, 24, 0.6),
        setting(24, 24, 0.4, 0.2, promised=False),
        Setting(
            name="36 + 24 months of counts, memory 0.5",
            draw=partial(counts, before=36, after=24),
            truth=FALL,
            promised={"averaged AR(1), log, harmonics": by("ar1", **SEASONS)},
            beside={"least squares, Newey-West": by("ols", **SEASONS)},
        ),
        setting(8, 8, 0.4, promised=False),
    ),
)
