"""When a rule first says that a programme works: the look in each stream, inf for never."""

import math

import numpy as np

from scoring.anytime import ANYTIME_1
from scoring.synthesis import synthesise_many
from tests.simulations import processes
from tests.simulations.worlds import Streams

ENOUGH = ANYTIME_1.ln_threshold

# Two-sided 95 % of the normal distribution.
Z = 1.959963984540054


def first(hits):
    """The first look (from 1) at which `hits` (n, k) holds; inf where none does."""
    return np.where(hits.any(axis=1), hits.argmax(axis=1) + 1.0, math.inf)


def lower_limits(y, se, *, test: str):
    """Lower ends of the 95 % REML intervals of n streams of k studies."""
    n, k = y.shape
    pooled = synthesise_many(y.ravel(), (se**2).ravel(), np.repeat(np.arange(n), k), test=test)
    return pooled.figures.ci_low


def common_effect(streams: Streams):
    """The interval of the common effect lies above 0, from the second study on."""
    precision = np.cumsum(streams.se**-2, axis=1)
    score = np.cumsum(streams.y * streams.se**-2, axis=1)
    above = score > Z * np.sqrt(precision)
    above[:, 0] = False
    return first(above)


def knapp_hartung(streams: Streams, *, test: str = "knha"):
    """The REML interval lies above 0, from the second study on."""
    may = np.ones(streams.y.shape, dtype=bool)
    may[:, 0] = False
    return _gated(streams, may, test=test)


def truncated(streams: Streams):
    """The REML interval of people's page, truncated Knapp-Hartung, lies above 0."""
    return knapp_hartung(streams, test="adhoc")


def symmetry(streams: Streams, *, evidence: float = 1 / ANYTIME_1.alpha, stake=ANYTIME_1.stake):
    """The symmetry process has enough evidence."""
    return first(processes.symmetry(streams.y, streams.se, stake=stake) >= math.log(evidence))


def works(streams: Streams):
    """The finding *works*: enough evidence, and the shown interval above 0 at the same look."""
    return _gated(streams, processes.symmetry(streams.y, streams.se) >= ENOUGH, test="adhoc")


def _gated(streams: Streams, may, *, test: str):
    """The first look at which the rule `may` (n, k) speak and the interval lies above 0."""
    found = np.full(len(may), math.inf)
    for look in range(2, may.shape[1] + 1):
        open_still = np.flatnonzero(may[:, look - 1] & np.isinf(found))
        if len(open_still):
            past = np.s_[open_still, :look]
            limits = lower_limits(streams.y[past], streams.se[past], test=test)
            found[open_still[limits > 0]] = look
    return found
