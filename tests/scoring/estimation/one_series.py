"""One series with a change of level, and the estimate of it."""

import math

import numpy as np

from scoring.estimation.series.its import interrupted_time_series

PERIODS = tuple(range(1, 37))
START = 19


def outcome(*, effect=0.0, phi=0.3, seed=1, base=50.0, sd=2.0, n=36, start=START):
    """A series with a trend, AR(1) errors and a change of level."""
    rng = np.random.default_rng(seed)
    e = np.zeros(n)
    e[0] = rng.standard_normal()
    for t in range(1, n):
        e[t] = phi * e[t - 1] + math.sqrt(1 - phi**2) * rng.standard_normal()
    t = np.arange(1, n + 1)
    return base + 0.2 * t + effect * (t >= start) + sd * e


def estimate(y=None, **options):
    values = outcome(effect=-8.0) if y is None else y
    asked = {"periods": PERIODS, "start": START, **options}
    return interrupted_time_series(outcome=values, **asked)


def row(found, term):
    return next(row for row in found.coefficients if row.term == term)
