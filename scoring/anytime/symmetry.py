"""The symmetry e-process: one bounded bet a study, exact for every between-study variance."""

import math
from collections.abc import Sequence
from typing import Final

from scoring.anytime.config import ANYTIME_1, AnytimeConfig
from scoring.anytime.ledger import Entry, Status, Study, mirrored

# Halvings of the search for a bound (section 3.3 of the method); it stops at adjacent doubles.
HALVINGS: Final = 200

# Units that can add to the evidence: the factor of every other status is at most 1.
ABLE: Final = (Status.LIVE, Status.CORRECTED_BY_PANEL, Status.REVISED_BY_PROGRAMME)


def ln_e_plus(
    entries: Sequence[Entry],
    *,
    m: float = 0.0,
    config: AnytimeConfig = ANYTIME_1,
    strict: bool = False,
) -> float:
    """Log-evidence that the mean effect exceeds `m` (in standard deviations); 0 without studies.

        a_id = 2 d (yi - m) / (sei^2 + tau0^2)
        f_id = (1 - stake) + 2 stake / (1 + exp(-a_id))            in (1 - stake, 1 + stake)
        E    = mean over design effects d of the product over units i of f_id
    By the ledger's status a unit's factor is f (live), f of the new value (corrected by a panel), 1
    (removed by a panel), min(1, f) (withdrawn by the programme), min(f old, f new) (revised by the
    programme). A unit overdue and never seen is left out, or costs 1 - stake when `strict`.
    Logs are summed exactly, so the order of arrival does not change a bit.
    Source: sections 3.2 and 3.5 of the method; symmetry e-values, Koning 2023, arXiv:2310.01153.
    """
    sums = [
        math.fsum(
            math.log(_factor(entry, m=m, d=d, config=config, strict=strict)) for entry in entries
        )
        for d in config.design_effects
    ]
    largest = max(sums)
    return largest + math.log(math.fsum(math.exp(s - largest) for s in sums) / len(sums))


def ln_e_minus(
    entries: Sequence[Entry],
    *,
    m: float = 0.0,
    config: AnytimeConfig = ANYTIME_1,
    strict: bool = False,
) -> float:
    """Log-evidence that the mean effect is below `m`: `ln_e_plus` of the mirrored ledger at -m."""
    return ln_e_plus(mirrored(entries), m=-m, config=config, strict=strict)


def bounds(
    entries: Sequence[Entry], *, config: AnytimeConfig = ANYTIME_1, strict: bool = False
) -> tuple[float, float]:
    """Bounds (L, U) for the mean effect, each wrong with probability alpha over all looks at once.

    L = sup{m: E+(m) >= 1/alpha} and U = inf{m: E-(m) >= 1/alpha}, by bisection to the last bit;
    -inf and +inf while the units that count cannot reach 1/alpha. Section 3.3 of the method.
    """
    lower = _lower(entries, config=config, strict=strict)
    return lower, -_lower(mirrored(entries), config=config, strict=strict)


def counting(entries: Sequence[Entry]) -> int:
    """How many units can add to the evidence: those whose factor can exceed 1."""
    return sum(entry.status in ABLE for entry in entries)


def _factor(entry: Entry, *, m: float, d: float, config: AnytimeConfig, strict: bool) -> float:
    bets = [_bet(s, m=m, d=d, config=config) for s in (entry.locked, entry.told) if s is not None]
    match entry.status:
        case Status.LIVE | Status.CORRECTED_BY_PANEL:
            return bets[-1]
        case Status.REMOVED_BY_PANEL:
            return 1.0
        case Status.WITHDRAWN_BY_PROGRAMME:
            return min(1.0, *bets)
        case Status.REVISED_BY_PROGRAMME:
            return min(bets)
        case Status.OVERDUE:
            return 1 - config.stake if strict else 1.0


def _bet(study: Study, *, m: float, d: float, config: AnytimeConfig) -> float:
    a = 2 * d * (study.yi - m) / (study.sei**2 + config.tau0**2)
    # The form that cannot overflow on either side; at a = 0 the bet is exactly 1.
    decay = math.exp(-abs(a))
    win = 1 / (1 + decay) if a >= 0 else decay / (1 + decay)
    return (1 - config.stake) + 2 * config.stake * win


def _lower(entries: Sequence[Entry], *, config: AnytimeConfig, strict: bool) -> float:
    if _ln_limit(entries, config=config, strict=strict) <= config.ln_threshold:
        return -math.inf

    def enough(m: float) -> bool:
        evidence = ln_e_plus(entries, m=m, config=config, strict=strict)
        return evidence >= config.ln_threshold

    values = [s.yi for e in entries for s in (e.locked, e.told) if s is not None]
    low, high, step = min(values) - 1, max(values) + 1, 1.0
    while not enough(low):
        step *= 2
        low -= step
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def _ln_limit(entries: Sequence[Entry], *, config: AnytimeConfig, strict: bool) -> float:
    """What the log-evidence tends to as m falls: every unit that counts wins all it can."""
    missing = sum(entry.status is Status.OVERDUE for entry in entries) if strict else 0
    return counting(entries) * config.ln_cap + missing * math.log1p(-config.stake)
