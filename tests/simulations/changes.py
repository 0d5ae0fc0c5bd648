"""Section 3.5 of the reference: a programme withdraws its worst results after they were seen."""

import numpy as np

from scoring.anytime import ANYTIME_1
from tests.simulations import processes
from tests.simulations.figures import share
from tests.simulations.report import Row, Table
from tests.simulations.rules import ENOUGH
from tests.simulations.run import Run
from tests.simulations.worlds import Streams, random_effects

STUDIES, WITHDRAWN, TAU = 20, 2, 0.1
ALL, PLAIN, MIN_RULE = "all twenty", "two worst removed", "two worst withdrawn, min rule"
TOLD = {ALL: ".006", PLAIN: ".042", MIN_RULE: ".006"}
REFERENCE_STREAMS = 20_000


def tables(run: Run) -> list[Table]:
    """P(E+ >= 20 now) of twenty null studies, and after the two most negative were withdrawn."""
    found = run.gathered(
        "withdrawn results",
        run.streams,
        draw=lambda rng, size: random_effects(rng, size, STUDIES, delta=0.0, tau=TAU),
        rules=RULES,
        fewer={},
    )
    figures = [
        share(
            found[name],
            told,
            of=REFERENCE_STREAMS,
            limit=np.inf if name == PLAIN else ANYTIME_1.alpha,
        )
        for name, told in TOLD.items()
    ]
    table = Table(
        title="3.5 The two most negative of twenty null studies are withdrawn",
        note=f"P(E+ >= 20 now), delta = 0, tau = {TAU}; plain removal promises nothing",
        columns=list(TOLD),
        rows=[Row(name="symmetry", figures=figures)],
    )
    return [table]


def _bets(streams: Streams) -> tuple[np.ndarray, np.ndarray]:
    """Each study's bets, and which studies are the most negative of their stream."""
    worst = streams.y <= np.sort(streams.y, axis=1)[:, WITHDRAWN - 1 : WITHDRAWN]
    return processes.ln_bets(streams.y, streams.se), worst


def all_twenty(streams: Streams) -> np.ndarray:
    """Whether there is enough evidence now."""
    return _enough(_bets(streams)[0])


def plainly_removed(streams: Streams) -> np.ndarray:
    """The same without the two worst."""
    bets, worst = _bets(streams)
    return _enough(np.where(worst, 0.0, bets))


def by_the_min_rule(streams: Streams) -> np.ndarray:
    """The same with the two worst held to min(1, f)."""
    bets, worst = _bets(streams)
    return _enough(np.where(worst, np.minimum(0.0, bets), bets))


def _enough(ln_bets: np.ndarray) -> np.ndarray:
    return processes.ln_mixture(ln_bets.sum(axis=2)) >= ENOUGH


RULES = {ALL: all_twenty, PLAIN: plainly_removed, MIN_RULE: by_the_min_rule}
