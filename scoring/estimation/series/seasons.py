"""Seasons of a series as columns of a regression: a dummy for each, or waves of a year."""

import math
from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import indicators
from scoring.estimation.series.autoregressive_profile import Steps

SEASONS: Final = ("none", "dummies", "harmonics")

_WAVES: Final = (("sin", np.sin), ("cos", np.cos))


def season_columns(
    periods: Steps, *, seasons: str, cycle: int | None = None, pairs: int = 1
) -> dict[str, Column]:
    """Columns (n,) for whole numbered periods (n,) that repeat every `cycle` of them.

        dummies     1 in season s = 2..cycle, where s = (period - 1) mod cycle + 1
        harmonics   sin and cos of 2 pi j period / cycle, j = 1..pairs
    `none` has no columns. A period number of 12 year + month makes the season the month. Raises
    UnknownMethod for other `seasons`, InvalidInput for a cycle or pairs that the seasons lack.
    Source: Bhaskaran et al. 2013, Int. J. Epidemiol. 42:1187.
    """
    check_known("seasons", seasons, SEASONS)
    if seasons == "none":
        return {}
    length = _length(cycle)
    if seasons == "dummies":
        return season_dummies(periods, cycle=length)
    if not 1 <= pairs <= (length - 1) // 2:
        raise InvalidInput(
            f"is {pairs}",
            field="pairs",
            accepted=f"1 to {(length - 1) // 2} in a cycle of {length}",
        )
    angle = 2 * math.pi * (periods % length) / length
    waves = ((name, f, j) for j in range(1, pairs + 1) for name, f in _WAVES)
    return {f"{name} {j}": f(j * angle) for name, f, j in waves}


def season_dummies(periods: Steps, *, cycle: int) -> dict[str, Column]:
    """A column (n,) for every season that occurs but the first of them."""
    return indicators(season_of(periods, cycle=cycle).tolist(), prefix="season")


def season_of(periods: Steps, *, cycle: int) -> Steps:
    """The season 1..cycle of each period (n,)."""
    season: Steps = (periods - 1) % cycle + 1
    return season


def refuse_unseen(periods: Steps, *, start: int, cycle: int | None) -> None:
    """Raise TooLittleData for a season that no period before the start shows.

    Its level would be told by the periods with the programme alone, and its effect with it.
    """
    season = season_of(periods, cycle=_length(cycle))
    unseen = np.setdiff1d(season, season[periods < start])
    if len(unseen):
        raise TooLittleData(
            f"season {unseen[0]} is not seen before the start",
            field="periods",
            accepted=f"a whole cycle of {cycle} periods before the start, or seasons='none'",
        )


def _length(cycle: int | None) -> int:
    if cycle is None or cycle < 2:
        raise InvalidInput(
            "is missing" if cycle is None else f"is {cycle}",
            field="cycle",
            accepted="the number of periods after which seasons repeat: 12 for months, 4 for "
            "quarters, 52 for weeks",
        )
    return cycle
