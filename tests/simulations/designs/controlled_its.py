"""Two series that the same shocks move, one of them with the programme."""

from functools import partial

import numpy as np

from scoring.estimation.series.controlled_its import controlled_interrupted_time_series
from scoring.estimation.series.its import interrupted_time_series
from tests.simulations.designs.laws import following
from tests.simulations.designs.setting import Design, Rule, Setting, asking

LEVEL, TREND = 3.0, 0.05
# What moved both series when the programme started; spread of what they share and of their own.
STEP, SHARED, OWN = 1.0, 1.5, (2.0, 1.2)


def draw(rng, *, before, after, phi):
    """Both series, with steps of their own from one period to the next."""
    time = np.arange(before + after)
    common = STEP * (time >= before) + SHARED * following(rng, time.shape, 0.5)
    own = following(rng, (2, len(time)), phi) * np.array(OWN)[:, None]
    effect = LEVEL * (time >= before) + TREND * np.maximum(time - before, 0)
    treated = 50 + 0.15 * time + effect + common + own[0]
    return {
        "periods": np.tile(time, 2).tolist(),
        "outcome": np.concatenate([treated, 40 + 0.1 * time + common + own[1]]),
        "group": np.repeat([1, 0], len(time)),
        "start": before,
    }


def by(**options):
    """The estimate from both series."""
    return asking(controlled_interrupted_time_series, **options)


def alone(data):
    """The estimate from the series with the programme alone."""
    half = len(data["periods"]) // 2
    treated = {name: data[name][:half] for name in ("periods", "outcome")}
    return interrupted_time_series(**treated, start=data["start"])


def setting(before, after, phi):
    """Series of that length and memory."""
    return Setting(
        name=f"{before} + {after} periods, memory {phi}",
        draw=partial(draw, before=before, after=after, phi=phi),
        truth=LEVEL + TREND * (after - 1) / 2,
        promised={"difference, averaged AR(1)": by()},
        beside={
            "stacked, averaged AR(1)": by(model="stacked"),
            "difference, Newey-West": by(estimator="ols"),
            "without the comparison": Rule(alone),
        },
    )


DESIGN = Design(
    id="controlled_its",
    title="Controlled interrupted time series",
    note="average effect; shocks and a step at the start that both series share, and errors of "
    "their own with heavy-tailed shocks and memory, larger in the treated one",
    settings=(setting(12, 12, 0.3), setting(12, 12, 0.6), setting(24, 24, 0.5)),
)
