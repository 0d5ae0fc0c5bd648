"""Effects in standard deviations among people: whose, how large, and how well it is known."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.effects import Effect, standardise
from scoring.effects.small_samples import gamma_correction

# The small-sample correction of a standardised difference needs more than one degree of freedom.
FEWEST_PEOPLE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardiser:
    """The standard deviation an effect is read in: how large, whose, and on how many df.

    `df` is None where the figure was given from outside; `reason` says why there is none.
    """

    sd: float | None
    source: str
    df: int | None = None
    reason: str | None = None


def among_people(others: Column, *, sd: float | None, people: bool) -> Standardiser:
    """`sd` where it is given; the spread of the outcomes of `others` (n,) where rows are people."""
    if sd is not None:
        return Standardiser(sd=sd, source="given by the analyst")
    if people and len(others) >= FEWEST_PEOPLE and np.ptp(others) > 0:
        spread = float(others.std(ddof=1))
        return Standardiser(sd=spread, source="between those without it", df=len(others) - 1)
    reason = (
        "the standard deviation of the outcome between people is not known: give sd, or say "
        "that rows are people"
    )
    return Standardiser(sd=None, source="none", reason=reason)


def in_deviations(natural: Effect, unit: Standardiser) -> Effect | None:
    """The effect for the pool: a log ratio as it is, a difference by the standardiser.

        given sd        yi / sd                 vi / sd^2
        estimated sd    J yi / sd               J^2 vi / sd^2 + g^2 / (2 df)
    Source: Hedges 1981 and Hedges 2007, J. Educ. Behav. Stat. 32:341, for the estimated one.
    """
    if natural.measure == "ROM":
        return natural
    if unit.sd is None:
        return None
    effect = standardise(natural, standardiser=unit.sd)
    if unit.df is None:
        return effect
    j = float(gamma_correction(np.array([float(unit.df)]))[0])
    g = j * effect.yi
    return replace(effect, measure="SMD", yi=g, vi=j**2 * effect.vi + g**2 / (2 * unit.df))
