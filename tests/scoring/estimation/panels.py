"""Panels of outcomes with a known answer, as columns."""

import math

import numpy as np

from scoring.estimation.panels.simplex import RIDGE


def rows(*, treated=5, others=6, periods=6, start=3, effect=2.0, seed=0, noise=1.0, drift=0.0):
    """Columns of a panel with one start; `drift` a period for the treated."""
    rng = np.random.default_rng(seed)
    units, numbers, outcome, running_now = [], [], [], []
    for unit in range(treated + others):
        level = rng.normal(30, 3)
        for period in range(periods):
            on = unit < treated and period >= start
            y = level + 0.5 * period + effect * on + drift * period * (unit < treated)
            units.append(f"area {unit:02d}")
            numbers.append(2010 + period)
            outcome.append(y + noise * rng.standard_normal())
            running_now.append(float(on))
    return {"units": units, "periods": numbers, "outcome": outcome, "treated": running_now}


def staggered():
    """Effects that grow by 1 a period, no noise but the last digits; starts 1 and 3 of 5."""
    starts = [1, 1, 3, 3, 5, 5]
    units = [f"u{i}" for i in range(6) for _ in range(5)]
    periods = [t for _ in range(6) for t in range(5)]
    on = [float(t >= s) for s in starts for t in range(5)]
    y = [
        10.0 + i + (t - s + 1) * (t >= s) + 1e-3 * math.sin(7 * i + t)
        for i, s in enumerate(starts)
        for t in range(5)
    ]
    return {"units": units, "periods": periods, "outcome": y, "treated": on}


def check(estimate, name):
    return next((found for found in estimate.checks if found.name == name), None)


def by_term(estimate):
    return {row.term: row for row in estimate.coefficients}


def simplex_objective(x, target):
    """|x w - target|^2 over the mean square of its parts, and the ridge that makes w unique."""
    apart = x - target[:, None]
    return apart.T @ apart / (apart**2).mean() + RIDGE * len(target) * np.eye(x.shape[1])
