"""Section 2.6 of the reference: two thousand programmes, of which one in ten is any good."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from scoring.anytime import ANYTIME_1, e_bh
from scoring.synthesis import synthesise_many
from tests.simulations import processes, rules
from tests.simulations.figures import Figure, average
from tests.simulations.report import Row, Table
from tests.simulations.run import Run
from tests.simulations.worlds import Streams, measured, standard_errors

PROGRAMMES, EFFECTIVE, FEWEST, MOST = 2000, 0.1, 2, 20
EFFECTS, TAUS = (0.15, 0.4), (0.0, 0.2)
Q = ANYTIME_1.fdr
FEWEST_REPLICATIONS, REFERENCE_REPLICATIONS = 10, 100
# One-sided level of a single look at a 95 % interval.
ONE_SIDED = 0.025


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Streams of the most studies that any has, the number `k` that each really has (m,)."""

    streams: Streams
    k: np.ndarray
    good: np.ndarray

    def evidence(self) -> np.ndarray:
        """ln E+ of each programme now (m,)."""
        path = processes.symmetry(self.streams.y, self.streams.se)
        return path[np.arange(len(self.k)), self.k - 1]

    def p_values(self) -> np.ndarray:
        """One-sided p of the REML-HK test of each programme now (m,)."""
        real = np.arange(MOST) < self.k[:, None]
        subject = np.repeat(np.arange(len(self.k)), self.k)
        y, v = self.streams.y[real], self.streams.se[real] ** 2
        pooled = synthesise_many(y, v, subject, test="knha").figures
        return special.stdtr(self.k - 1, -pooled.estimate / pooled.se)


def portfolio(rng) -> Portfolio:
    """Programmes with effects, spreads and numbers of studies as the reference has them."""
    good = np.arange(PROGRAMMES) < EFFECTIVE * PROGRAMMES
    delta = np.where(good, rng.uniform(*EFFECTS, PROGRAMMES), 0.0)[:, None]
    tau = rng.uniform(*TAUS, (PROGRAMMES, 1))
    k = rng.integers(FEWEST, MOST + 1, PROGRAMMES)
    theta = delta + tau * rng.standard_normal((PROGRAMMES, MOST))
    streams = measured(rng, theta, standard_errors(rng, theta.shape))
    return Portfolio(streams=streams, k=k, good=good)


def at_any_look(world: Portfolio) -> np.ndarray:
    """Significant at some look up to now."""
    return rules.knapp_hartung(world.streams) <= world.k


def benjamini_hochberg(world: Portfolio) -> np.ndarray:
    """The largest r with p_(r) <= q r / m (Benjamini and Hochberg 1995)."""
    p = world.p_values()
    ranked = np.sort(p)
    passed = np.flatnonzero(ranked <= Q * np.arange(1, len(p) + 1) / len(p))
    return p <= (ranked[passed[-1]] if len(passed) else -1.0)


def verified(world: Portfolio) -> np.ndarray:
    """The portfolio list of `scoring.anytime`."""
    listed = np.zeros(len(world.k), dtype=bool)
    listed[list(e_bh(world.evidence().tolist(), q=Q))] = True
    return listed


EVER, NOW, BH = "REML-HK, at any past look", "REML-HK p < .025 now", "BH 10 % on HK p-values"
EACH, LISTED = "E >= 20 each", "e-BH 10 %"
RULES: Mapping[str, Callable[[Portfolio], np.ndarray]] = {
    EVER: at_any_look,
    NOW: lambda world: world.p_values() < ONE_SIDED,
    BH: benjamini_hochberg,
    EACH: lambda world: world.evidence() >= ANYTIME_1.ln_threshold,
    LISTED: verified,
}
TOLD = {
    EVER: (".542", ".88", "384"),
    NOW: (".250", ".86", "229"),
    BH: (".132", ".79", "183"),
    EACH: (".061", ".71", "151"),
    LISTED: (".004", ".46", "93"),
}


def tables(run: Run) -> list[Table]:
    """False-discovery rate, power and number of discoveries of each rule."""
    replications = max(FEWEST_REPLICATIONS, run.streams // 200)
    run.tell(f"portfolio, {replications} replications")
    worlds = (
        portfolio(np.random.default_rng([run.seed, part, *b"portfolio"]))
        for part in range(replications)
    )
    counted = [
        {rule: _counted(says(world), world) for rule, says in RULES.items()} for world in worlds
    ]
    rows = [
        Row(name=rule, figures=_figures(np.array([one[rule] for one in counted]), TOLD[rule], rule))
        for rule in RULES
    ]
    table = Table(
        title="2.6 A portfolio of 2 000 programmes, one in ten effective",
        note=f"means of {replications} portfolios",
        columns=("FDR", "power", "discoveries"),
        rows=rows,
    )
    return [table]


def _counted(found: np.ndarray, world: Portfolio) -> tuple[float, float, float]:
    """Share of false discoveries, share of the effective that were found, discoveries."""
    true = float((found & world.good).sum())
    count = float(found.sum())
    return (count - true) / max(1.0, count), true / world.good.sum(), count


def _figures(counted: np.ndarray, told: tuple[str, ...], rule: str) -> list[Figure]:
    limits = (Q if rule == LISTED else math.inf, math.inf, math.inf)
    return [
        average(column, reference, of=REFERENCE_REPLICATIONS, limit=limit, digits=digits)
        for column, reference, limit, digits in zip(counted.T, told, limits, (4, 4, 1), strict=True)
    ]
