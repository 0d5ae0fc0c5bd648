"""The symmetry e-process: one bounded bet a study, exact for every between-study variance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from scipy import optimize

from scoring.anytime.config import ANYTIME_1, AnytimeConfig
from scoring.anytime.ledger import Entry, Status, Study
from scoring.columns import Column

# +1 reads a ledger for good, -1 turns every estimate's sign and reads it for harm.
Sign: TypeAlias = Literal[1, -1]

# Units that can add to the evidence: the factor of every other status is at most 1.
ABLE: Final = (Status.LIVE, Status.CORRECTED_BY_PANEL, Status.REVISED_BY_PROGRAMME)

# A bound is searched to this many standard deviations, far inside the 1e-9 of section 4 of the
# method, or to the smallest relative tolerance that scipy accepts (4 eps) where that is wider.
BOUND_XTOL: Final = 1e-15
BOUND_RTOL: Final = 4 * float(np.finfo(np.float64).eps)

# Brent's search at its worst halves a bracket every third step; this is past what doubles need.
STEPS: Final = 1000


@dataclass(frozen=True, slots=True)
class Bets:
    """A ledger's bets as columns, in one order for every order of arrival.

    `yi` (2, n) are the two values by which each of n units is charged, the same one twice where it
    has one; `slope` (D, 2, n) is d / (sei^2 + tau0^2) for D design effects; `ln_most` (n,) what the
    logarithm of a factor may be at most; `ln_missing` what results never seen cost.
    """

    yi: Column
    slope: Column
    ln_most: Column
    ln_missing: float
    config: AnytimeConfig

    def ln_e(self, m: float) -> float:
        """Log-evidence that the mean exceeds `m`, also for an infinite `m`."""
        ln_f = np.log1p(self.config.stake * np.tanh(self.slope * (self.yi - m))).min(axis=1)
        rows = np.minimum(ln_f, self.ln_most).tolist()
        # An exact sum: a unit that bets nothing does not change a bit of it.
        sums = [math.fsum(row) + self.ln_missing for row in rows]
        largest = max(sums)
        return largest + math.log(math.fsum(math.exp(s - largest) for s in sums) / len(sums))

    def lower(self) -> float:
        """The largest m at which the evidence reaches 1/alpha; -inf where it never does."""
        if self._margin(-math.inf) <= 0:
            return -math.inf
        high = float(self.yi.max()) + 1
        low, step = float(self.yi.min()) - 1, 1.0
        while self._margin(low) < 0:
            low, step = low - step, 2 * step
        bound = float(
            optimize.brentq(
                self._margin, low, high, xtol=BOUND_XTOL, rtol=BOUND_RTOL, maxiter=STEPS
            )
        )
        # The search may end a hair on the far side, where the evidence does not quite suffice.
        step = max(BOUND_XTOL, BOUND_RTOL * abs(bound))
        while self._margin(bound) < 0:
            bound, step = bound - step, 2 * step
        return bound

    def _margin(self, m: float) -> float:
        return self.ln_e(m) - self.config.ln_threshold


def bets(
    entries: Sequence[Entry],
    *,
    config: AnytimeConfig = ANYTIME_1,
    strict: bool = False,
    sign: Sign = 1,
) -> Bets:
    """What the ledger stakes on good (`sign` 1) or on harm (-1), ready to be read at any mean."""
    rows = sorted(row for entry in entries if (row := _row(entry, sign)) is not None)
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    yi, sei = np.ascontiguousarray(columns[:2]), columns[2:4]
    effects = np.array(config.design_effects)[:, None, None]
    missing = sum(entry.status is Status.OVERDUE for entry in entries) if strict else 0
    return Bets(
        yi=yi,
        slope=effects / (sei**2 + config.tau0**2),
        ln_most=np.ascontiguousarray(columns[4]),
        ln_missing=missing * math.log1p(-config.stake),
        config=config,
    )


def ln_e_plus(
    entries: Sequence[Entry],
    *,
    m: float = 0.0,
    config: AnytimeConfig = ANYTIME_1,
    strict: bool = False,
) -> float:
    """Log-evidence that the mean effect exceeds `m` (in standard deviations); 0 without studies.

        a_id = 2 d (yi - m) / (sei^2 + tau0^2)
        f_id = (1 - stake) + 2 stake / (1 + exp(-a_id)) = 1 + stake tanh(a_id / 2)
        E    = mean over design effects d of the product over units i of f_id
    By the ledger's status a unit's factor is f (live), f of the new value (corrected by a panel), 1
    (removed by a panel), min(1, f) (withdrawn by the programme; min(1, f old, f new) where it was
    revised before), min(f old, f new) (revised by the programme). A unit overdue and never seen is
    left out, or costs 1 - stake when `strict`.
    Logs are summed exactly, so the order of arrival does not change a bit.
    Source: sections 3.2 and 3.5 of the method; symmetry e-values, Koning 2023, arXiv:2310.01153.
    """
    return bets(entries, config=config, strict=strict).ln_e(m)


def ln_e_minus(
    entries: Sequence[Entry],
    *,
    m: float = 0.0,
    config: AnytimeConfig = ANYTIME_1,
    strict: bool = False,
) -> float:
    """Log-evidence that the mean effect is below `m`: `ln_e_plus` of the mirrored ledger at -m."""
    return bets(entries, config=config, strict=strict, sign=-1).ln_e(-m)


def bounds(
    entries: Sequence[Entry], *, config: AnytimeConfig = ANYTIME_1, strict: bool = False
) -> tuple[float, float]:
    """Bounds (L, U) for the mean effect, each wrong with probability alpha over all looks at once.

    L = sup{m: E+(m) >= 1/alpha} and U = inf{m: E-(m) >= 1/alpha}, found to 1e-15 by Brent's method
    and never on the far side; -inf and +inf while the units that count cannot reach 1/alpha.
    Section 3.3 of the method.
    """
    lower = bets(entries, config=config, strict=strict).lower()
    return lower, -bets(entries, config=config, strict=strict, sign=-1).lower()


def counting(entries: Sequence[Entry]) -> int:
    """How many units can add to the evidence: those whose factor can exceed 1."""
    return sum(entry.status in ABLE for entry in entries)


def _row(entry: Entry, sign: Sign) -> tuple[float, float, float, float, float] | None:
    """Two values, their standard errors, and the most that the factor's logarithm may be."""
    readings = _readings(entry)
    if not readings:
        return None
    first, second = readings[0], readings[-1]
    ln_most = math.inf if entry.status in ABLE else 0.0
    return sign * first.yi, sign * second.yi, first.sei, second.sei, ln_most


def _readings(entry: Entry) -> list[Study]:
    """The values by which a unit is charged: the worst of them counts."""
    match entry.status:
        case Status.LIVE | Status.WITHDRAWN_BY_PROGRAMME | Status.REVISED_BY_PROGRAMME:
            return [study for study in (entry.locked, entry.told) if study is not None]
        case Status.CORRECTED_BY_PANEL:
            return [study for study in (entry.told,) if study is not None]
        case Status.REMOVED_BY_PANEL | Status.OVERDUE:
            return []
