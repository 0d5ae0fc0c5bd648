"""Units over periods whose errors follow each other and vary more in some than in others."""

import numpy as np

from tests.simulations.designs.laws import following

# Spread of unit effects, and of the log of how much units vary.
APART, UNEVEN = 5.0, 0.35
MEMORY = 0.7


def errors(rng, units, periods, *, uneven=UNEVEN):
    """Errors (units, periods), each unit with a spread of its own about 1."""
    spread = np.exp(uneven * rng.standard_normal((units, 1)))
    return spread * following(rng, (units, periods), MEMORY)


def untreated(rng, units, periods):
    """Unit effects and a common course (units, periods)."""
    course = np.cumsum(rng.normal(0.2, 0.5, periods))
    return APART * rng.standard_normal((units, 1)) + course


def long(y, starts):
    """Rows of a panel (units, periods) by name; `starts` (units,) past the end are never."""
    units, periods = y.shape
    return {
        "units": np.repeat(np.arange(units), periods).tolist(),
        "periods": np.tile(np.arange(periods), units).tolist(),
        "outcome": y.ravel(),
        "treated": (np.arange(periods) >= starts[:, None]).astype(int).ravel(),
    }
