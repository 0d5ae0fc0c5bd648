"""The plural e-process: what the units studied so far say of themselves, from the first on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import optimize, special

from scoring.anytime.config import ANYTIME_1, AnytimeConfig
from scoring.anytime.ledger import Entry, Study, as_locked, as_told


@dataclass(frozen=True, slots=True, kw_only=True)
class Plural:
    """Log-evidence in both directions and bounds for the precision-weighted mean of the units."""

    ln_e_plus: float
    ln_e_minus: float
    lower: float
    upper: float


def plural(entries: Sequence[Entry], *, config: AnytimeConfig = ANYTIME_1) -> Plural:
    """Evidence and bounds for the running, precision-weighted mean of the studied units (SD units).

        V = sum 1/sei^2,  S(m) = sum (yi - m)/sei^2,  z = rho S / sqrt(1 + rho^2 V)
        ln E(m) = ln 2 - ln(1 + rho^2 V)/2 + z^2/2 + ln Phi(z)       half-normal(0, rho) mixture
    The lower bound is the m where E(m) = 1/alpha; the other direction is the mirror. It holds at
    every look for any between-study variance, and needs normal estimates with correct errors.
    It is no product over units, so the law that a programme's own changes never add evidence is
    kept by reading the ledger twice, as locked and as told, and taking the weaker of the two.
    Without studies the log-evidence is 0 and the bounds are infinite. Section 3.6 of the method.
    """
    as_it_was, as_it_is = as_locked(entries), as_told(entries)
    locked = _read(as_it_was, config=config)
    told = locked if as_it_is == as_it_was else _read(as_it_is, config=config)
    return Plural(
        ln_e_plus=min(locked.ln_e_plus, told.ln_e_plus),
        ln_e_minus=min(locked.ln_e_minus, told.ln_e_minus),
        lower=min(locked.lower, told.lower),
        upper=max(locked.upper, told.upper),
    )


def _read(studies: Sequence[Study], *, config: AnytimeConfig) -> Plural:
    if not studies:
        return Plural(ln_e_plus=0.0, ln_e_minus=0.0, lower=-math.inf, upper=math.inf)
    precision = math.fsum(s.sei**-2 for s in studies)
    score = math.fsum(s.yi * s.sei**-2 for s in studies)
    spread = math.sqrt(1 + config.rho**2 * precision)
    z = config.rho * score / spread
    # z rises as m falls with slope rho V / spread, so each bound is this far from the mean.
    margin = _z_at_threshold(spread, config=config) * spread / (config.rho * precision)
    return Plural(
        ln_e_plus=_ln_e(z, spread),
        ln_e_minus=_ln_e(-z, spread),
        lower=score / precision - margin,
        upper=score / precision + margin,
    )


def _ln_e(z: float, spread: float) -> float:
    if z < 0:
        # 2 exp(z^2/2) Phi(z), in the form that does not take one huge number from another.
        return math.log(special.erfcx(-z / math.sqrt(2))) - math.log(spread)
    return math.log(2) - math.log(spread) + z**2 / 2 + float(special.log_ndtr(z))


def _z_at_threshold(spread: float, *, config: AnytimeConfig) -> float:
    # At 0 the evidence is -ln(spread) <= 0; above 0, ln 2 + ln Phi >= 0, so z^2/2 alone suffices.
    enough = math.sqrt(2 * (config.ln_threshold + math.log(spread)))
    return float(
        optimize.brentq(
            lambda z: _ln_e(z, spread) - config.ln_threshold, 0.0, enough, xtol=1e-15, rtol=1e-15
        )
    )
