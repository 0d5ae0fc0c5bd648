"""Section 2.5 of the reference: how often each finding is ever made, and made wrongly."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from scoring.anytime import ANYTIME_1
from scoring.anytime.config import DEFAULT_SESOI
from tests.simulations import processes
from tests.simulations.figures import share
from tests.simulations.report import Row, Table
from tests.simulations.rules import ENOUGH
from tests.simulations.run import Run
from tests.simulations.worlds import Streams, random_effects

Truth: TypeAlias = tuple[float, float]

HARMFUL, WORKS, NOTHING = "harmful", "works", "no detectable effect"
CONCERNING, PROMISING, NOT_HERE = "concerning", "promising", "no effect where tried"
# In the order in which they are read; where none holds the finding is *insufficient*.
FINDINGS = (HARMFUL, WORKS, NOTHING, CONCERNING, PROMISING, NOT_HERE)

# (delta, tau): how often the conditions of *works*, *harmful*, *no detectable effect* and
# *promising* ever held, whatever comes before them in the order and without the interval as gate.
EVER = {
    (0.0, 0.0): (".024", ".024", ".999", ".010"),
    (0.0, 0.1): (".032", ".029", ".987", ".133"),
    (0.0, 0.2): (".033", ".033", ".583", ".301"),
    (0.0, 0.3): (".037", ".034", ".115", ".370"),
    (0.2, 0.1): (".993", ".000", ".029", "1.00"),
    (0.3, 0.1): ("1.00", ".000", ".000", "1.00"),
    (0.3, 0.2): (".989", ".000", ".001", "1.00"),
    (-0.2, 0.1): (".000", ".993", ".027", ".001"),
}
TOLD_OF = (WORKS, HARMFUL, NOTHING, PROMISING)
REFERENCE_STREAMS = 10_000
# Section 2.5, last paragraph: *promising* though the studies' own average is not above 0, for each
# tau at delta = 0, and the share of streams whose plural bound ever misses that average (1.0 to
# 1.2 % there).
WRONGLY_PROMISING = {0.0: ".0095", 0.1: ".002", 0.2: ".0005", 0.3: ".0005"}
MISSED = ".01"
PLURAL_STREAMS = 20_000


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """ln E of n streams after each of k studies, all (n, k): at 0, and against +-s0."""

    good: np.ndarray
    harm: np.ndarray
    above_minus_s0: np.ndarray
    below_s0: np.ndarray
    plural_good: np.ndarray
    plural_harm: np.ndarray
    plural_above_minus_s0: np.ndarray
    plural_below_s0: np.ndarray

    @classmethod
    def of(cls, streams: Streams) -> "Evidence":
        """A bound lies past a value exactly where the evidence against that value suffices."""
        y, se, s0 = streams.y, streams.se, DEFAULT_SESOI
        return cls(
            good=processes.symmetry(y, se),
            harm=processes.symmetry(y, se, sign=-1),
            above_minus_s0=processes.symmetry(y, se, m=-s0),
            below_s0=processes.symmetry(y, se, m=s0, sign=-1),
            plural_good=processes.plural(y, se),
            plural_harm=processes.plural(y, se, sign=-1),
            plural_above_minus_s0=processes.plural(y, se, m=-s0),
            plural_below_s0=processes.plural(y, se, m=s0, sign=-1),
        )

    def conditions(self) -> np.ndarray:
        """Which of FINDINGS hold at each look (n, k, findings), whatever comes before them."""
        holds = (
            self.harm >= ENOUGH,
            self.good >= ENOUGH,
            (self.above_minus_s0 > ENOUGH) & (self.below_s0 > ENOUGH),
            (self.plural_harm >= ENOUGH) & (self.harm > 0),
            (self.plural_good >= ENOUGH) & (self.good > 0),
            (self.plural_above_minus_s0 > ENOUGH) & (self.plural_below_s0 > ENOUGH),
        )
        return np.stack(holds, axis=2)


def read_in_order(conditions: np.ndarray) -> np.ndarray:
    """Which of FINDINGS is made at each look: the first whose condition holds."""
    return conditions & (np.cumsum(conditions, axis=2) == 1)


def tables(run: Run) -> list[Table]:
    """How often each finding is ever made, and how often the plural process is wrong."""
    found = {truth: _found(run, *truth) for truth in EVER}
    return [_held(found), _made(found), _plural(run)]


def _found(run: Run, delta: float, tau: float) -> dict[str, np.ndarray]:
    """Which conditions ever held and which findings were ever made, each (n, findings)."""
    return run.gathered(
        f"findings, delta {delta}, tau {tau}",
        run.some(0.5),
        draw=lambda rng, size: random_effects(rng, size, 20, delta=delta, tau=tau),
        rules={
            "held": lambda streams: Evidence.of(streams).conditions().any(axis=1),
            "made": lambda streams: read_in_order(Evidence.of(streams).conditions()).any(axis=1),
        },
        fewer={},
    )


def _held(found: Mapping[Truth, dict[str, np.ndarray]]) -> Table:
    rows = []
    for (delta, tau), told in EVER.items():
        held = found[delta, tau]["held"]
        figures = [
            share(
                held[:, FINDINGS.index(finding)],
                reference,
                of=REFERENCE_STREAMS,
                limit=_limit(finding, delta),
            )
            for finding, reference in zip(TOLD_OF, told, strict=True)
        ]
        rows.append(Row(name=f"delta {delta}, tau {tau}", figures=figures))
    return Table(
        title="2.5 Conditions of the findings, twenty looks",
        note="P(ever holds), whatever comes before it in the order and without the shown interval",
        columns=TOLD_OF,
        rows=rows,
    )


def _made(found: Mapping[Truth, dict[str, np.ndarray]]) -> Table:
    rows = []
    for (delta, tau), one in found.items():
        figures = [
            share(made, limit=_limit(finding, delta))
            for finding, made in zip(FINDINGS, one["made"].T, strict=True)
        ]
        rows.append(Row(name=f"delta {delta}, tau {tau}", figures=figures))
    return Table(
        title="2.5 Findings as they are read, twenty looks",
        note="P(ever made), in the order of section 3.7 and without the shown interval",
        columns=FINDINGS,
        rows=rows,
    )


def _limit(finding: str, delta: float) -> float:
    """What is promised of a finding that speaks of elsewhere, where it is false there."""
    wrong = {WORKS: delta <= 0, HARMFUL: delta >= 0, NOTHING: abs(delta) >= DEFAULT_SESOI}
    return ANYTIME_1.alpha if wrong.get(finding, False) else math.inf


def _plural(run: Run) -> Table:
    rows = []
    for tau, told in WRONGLY_PROMISING.items():
        found = run.gathered(
            f"studies so far, tau {tau}",
            run.streams,
            draw=lambda rng, size, tau=tau: random_effects(rng, size, 20, delta=0.0, tau=tau),
            rules={"promising": wrongly_promising, "missed": missed},
            fewer={},
        )
        alpha = ANYTIME_1.alpha
        figures = [
            share(found["promising"], told, of=PLURAL_STREAMS, limit=alpha),
            share(found["missed"], MISSED, of=PLURAL_STREAMS, limit=alpha),
        ]
        rows.append(Row(name=f"tau {tau}", figures=figures))
    return Table(
        title="2.5 Errors of the plural process in twenty looks",
        note="P(ever), delta = 0: about the precision-weighted average of the studies so far",
        columns=("promising, average <= 0", "bound misses the average"),
        rows=rows,
    )


def wrongly_promising(streams: Streams) -> np.ndarray:
    """Whether a stream is ever promising while its studies' own average is not above 0."""
    good = processes.plural(streams.y, streams.se) >= ENOUGH
    promising = good & (processes.symmetry(streams.y, streams.se) > 0)
    return (promising & (_average_so_far(streams) <= 0)).any(axis=1)


def missed(streams: Streams) -> np.ndarray:
    """Whether the lower plural bound ever lies above the studies' own average."""
    average = _average_so_far(streams)
    return (processes.plural(streams.y, streams.se, m=average) >= ENOUGH).any(axis=1)


def _average_so_far(streams: Streams) -> np.ndarray:
    """The true, precision-weighted average of the studied effects at each look (n, k)."""
    weights = streams.se**-2
    return np.cumsum(weights * streams.theta, axis=1) / np.cumsum(weights, axis=1)
