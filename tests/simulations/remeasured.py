"""Section 2.3 of the reference: cohorts measured again every quarter, some cancelled half-way."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scoring.anytime import ANYTIME_1
from tests.simulations import processes
from tests.simulations.figures import share
from tests.simulations.report import Row, Table
from tests.simulations.rules import ENOUGH, lower_limits
from tests.simulations.run import Run
from tests.simulations.worlds import standard_errors

COHORTS, QUARTERS = 12, 8
# A cohort starts every second quarter. Its registered horizon is the fourth; half-way there, at the
# second, somebody sees an interim result and cancels the cohort where it is below 0. (The
# reference leaves the two intervals open; these reproduce its figures.)
STAGGER, REGISTERED, INTERIM = 2, 3, 1

# (delta, tau, rho) of the table's columns; rho is the persistent share of the sampling error.
SETTINGS = (
    (0.0, 0.0, 0.5),
    (0.0, 0.1, 0.5),
    (0.0, 0.3, 0.5),
    (0.0, 0.0, 0.8),
    (0.0, 0.1, 0.8),
    (0.0, 0.3, 0.8),
    (0.2, 0.1, 0.8),
    (0.3, 0.1, 0.8),
)
# Streams behind each figure of the reference, which names no number for this table. What is locked
# does not depend on rho, so six of its figures are there twice; they differ as those of about 4 000
# streams do. Its intervals, here as in table 2.2, had 800.
REFERENCE_STREAMS, REFERENCE_HK_STREAMS = 4_000, 800


@dataclass(frozen=True, kw_only=True)
class Cohorts:
    """Results `y` (n, cohorts, quarters) and each cohort's standard error `se` (n, cohorts)."""

    y: np.ndarray
    se: np.ndarray

    def first(self, n: int) -> "Cohorts":
        """The first n streams."""
        return Cohorts(y=self.y[:n], se=self.se[:n])

    @property
    def cancelled(self) -> np.ndarray:
        """Which cohorts were stopped for their interim result (n, cohorts)."""
        return self.y[:, :, INTERIM] < 0


def cohorts(rng, n: int, *, delta: float, tau: float, rho: float) -> Cohorts:
    """Cohorts whose sampling error keeps a share `rho` of its variance from quarter to quarter."""
    se = standard_errors(rng, (n, COHORTS))
    theta = delta + tau * rng.standard_normal((n, COHORTS))
    kept = rng.standard_normal((n, COHORTS, 1))
    fresh = rng.standard_normal((n, COHORTS, QUARTERS))
    error = math.sqrt(rho) * kept + math.sqrt(1 - rho) * fresh
    return Cohorts(y=theta[:, :, None] + se[:, :, None] * error, se=se)


def events() -> list[tuple[int, int]]:
    """(cohort, quarter) of each of the 96 results in the order of their arrival."""
    results = [(c, q) for c in range(COHORTS) for q in range(QUARTERS)]
    return sorted(results, key=lambda result: (result[0] * STAGGER + result[1], result[0]))


def latest_replaces(world: Cohorts, declares: Callable) -> np.ndarray:
    """Whether the latest results of the cohorts ever made the rule speak, event by event."""
    now, seen = np.empty_like(world.se), 0
    found = np.zeros(len(now), dtype=bool)
    for cohort, quarter in events():
        now[:, cohort] = world.y[:, cohort, quarter]
        seen = max(seen, cohort + 1)
        rest = np.flatnonzero(~found)
        if seen > 1 and len(rest):
            found[rest] = declares(now[rest, :seen], world.se[rest, :seen])
    return found


def locked(world: Cohorts, quarter: int) -> np.ndarray:
    """Whether the process ever has enough evidence, each cohort locked at one quarter."""
    return _ever(processes.ln_bets(world.y[:, :, quarter], world.se))


def dropped(world: Cohorts) -> np.ndarray:
    """The same at the registered quarter, with the cancelled cohorts simply left out."""
    bets = processes.ln_bets(world.y[:, :, REGISTERED], world.se)
    return _ever(np.where(world.cancelled, 0.0, bets))


def kept_by_the_min_rule(world: Cohorts) -> np.ndarray:
    """The same, with each cancelled cohort held to min(1, f) of what was seen of it."""
    bets = processes.ln_bets(world.y[:, :, REGISTERED], world.se)
    seen = processes.ln_bets(world.y[:, :, INTERIM], world.se)
    return _ever(np.where(world.cancelled, np.minimum(0.0, seen), bets))


def _ever(ln_bets: np.ndarray) -> np.ndarray:
    path = processes.ln_mixture(np.cumsum(ln_bets, axis=2))
    return (path >= ENOUGH).any(axis=1)


def _has_evidence(y, se) -> np.ndarray:
    return processes.ln_mixture(processes.ln_bets(y, se).sum(axis=2)) >= ENOUGH


def _interval_above(y, se) -> np.ndarray:
    return lower_limits(y, se, test="knha") > 0


HK, LATEST, DROPPED = (
    "REML-HK, latest replaces",
    "symmetry, latest replaces",
    "cancelled are left out",
)
FIRST, AT_HORIZON, MIN_RULE = "first locked", "registered quarter locked", "cancelled, min rule"
RULES: Mapping[str, Callable[[Cohorts], np.ndarray]] = {
    HK: lambda world: latest_replaces(world, _interval_above),
    LATEST: lambda world: latest_replaces(world, _has_evidence),
    DROPPED: dropped,
    FIRST: lambda world: locked(world, 0),
    AT_HORIZON: lambda world: locked(world, REGISTERED),
    MIN_RULE: kept_by_the_min_rule,
}
TOLD = {
    HK: (".362", ".337", ".243", ".245", ".253", ".195", ".993", "1.00"),
    LATEST: (".049", ".049", ".051", ".034", ".040", ".040", ".934", ".999"),
    DROPPED: (".028", ".096", ".360", ".094", ".206", ".458", ".990", "1.00"),
    FIRST: (".018", ".017", ".028", ".016", ".022", ".031", ".901", ".996"),
    AT_HORIZON: (".016", ".018", ".031", ".015", ".022", ".029", ".903", ".996"),
    MIN_RULE: (".002", ".005", ".018", ".005", ".014", ".022", ".868", ".996"),
}
# What is locked, or held by the min rule, keeps its promise; the other rules never made one.
PROMISED, UNPROMISED = (FIRST, AT_HORIZON, MIN_RULE), (HK, LATEST, DROPPED)


def tables(run: Run) -> list[Table]:
    """P(ever *works*) when cohorts are measured again, by what is done about it."""
    found = [_simulated(run, *setting) for setting in SETTINGS]
    return [
        _table(found, PROMISED, title="2.3 Cohorts measured again every quarter, locked"),
        _table(found, UNPROMISED, title="2.3 The same by rules that promise nothing"),
    ]


def _simulated(run: Run, delta: float, tau: float, rho: float) -> dict[str, np.ndarray]:
    return run.gathered(
        f"measured again, delta {delta}, tau {tau}, rho {rho}",
        run.streams,
        draw=lambda rng, size: cohorts(rng, size, delta=delta, tau=tau, rho=rho),
        rules=RULES,
        fewer={HK: run.some(0.2)},
    )


def _table(found: list[dict[str, np.ndarray]], shown: tuple[str, ...], *, title: str) -> Table:
    rows = []
    for position, (delta, tau, rho) in enumerate(SETTINGS):
        limit = ANYTIME_1.alpha if shown == PROMISED and not delta else math.inf
        figures = [
            share(
                found[position][rule],
                TOLD[rule][position],
                of=REFERENCE_HK_STREAMS if rule == HK else REFERENCE_STREAMS,
                limit=limit,
            )
            for rule in shown
        ]
        rows.append(Row(name=f"delta {delta}, tau {tau}, rho {rho}", figures=figures))
    return Table(title=title, note="P(ever) over 96 looks", columns=shown, rows=rows)
