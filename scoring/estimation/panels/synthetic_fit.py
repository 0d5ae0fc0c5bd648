"""One unit as a weighted mean of donors, and every donor likewise, for comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.estimation.panels.panel import Panel
from scoring.estimation.panels.simplex import simplex_weights
from scoring.estimation.shapes import Matrix

# A fit before the start that is closer than this share of the spread between units is rounding;
# ratios of errors are not read beyond it.
CLOSEST: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """Weights (donors,) of the `donors` (places among the units) and the gaps (periods,) left.

    A gap is the unit's outcome less the weighted mean of the donors'; `before` counts the periods
    that the weights were fitted to.
    """

    unit: int
    donors: tuple[int, ...]
    weights: Column
    gaps: Column
    before: int

    @property
    def effect(self) -> float:
        """The mean gap after the start."""
        return float(self.gaps[self.before :].mean())

    @property
    def error_before(self) -> float:
        """The root of the mean squared gap before the start."""
        return float(np.sqrt((self.gaps[: self.before] ** 2).mean()))

    def ratio(self, side: int, *, least: float) -> float:
        """Root mean squared gaps after the start by that before it.

        `side` 1 takes gaps above 0 alone, -1 those below, 0 all. Source: Abadie 2021, J. Econ. Lit.
        59:391, section 3.5, equations 13 and 14.
        """
        after = self.gaps[self.before :]
        counted = after if side == 0 else np.maximum(side * after, 0.0)
        return float(np.sqrt((counted**2).mean())) / max(self.error_before, least)

    def scaled(self, *, least: float) -> float:
        """The size of the mean gap after the start by the error before it."""
        return abs(self.effect) / max(self.error_before, least)


def least_error(panel: Panel) -> float:
    """The smallest error before a start that is told from 0, in units of the outcome."""
    return CLOSEST * float(panel.y.std())


def predictors(panel: Panel, before: int) -> Matrix:
    """What the donors have to match (rows, units): outcomes before the start, then covariates.

    Outcomes are in units of their standard deviation between units within periods; a covariate is
    its mean before the start in standard deviations between units, and so counts as one period.
    """
    outcomes = panel.y[:, :before].T
    if not panel.covariates:
        return outcomes
    spread = float(np.sqrt(outcomes.var(axis=1, ddof=1).mean()))
    means = [values[:, :before].mean(axis=1) for values in panel.covariates.values()]
    scaled = [mean / (float(mean.std(ddof=1)) or 1.0) for mean in means]
    rows: Matrix = np.vstack([outcomes / (spread or 1.0), *scaled])
    return rows


def fitted(
    panel: Panel, rows: Matrix, unit: int, donors: Sequence[int], *, before: int
) -> Synthetic:
    """The synthetic version of a unit from `rows` of predictors (rows, units)."""
    places = list(donors)
    weights = simplex_weights(rows[:, places], rows[:, unit])
    return Synthetic(
        unit=unit,
        donors=tuple(places),
        weights=weights,
        gaps=panel.y[unit] - weights @ panel.y[places],
        before=before,
    )


def placebos(panel: Panel, rows: Matrix, donors: Sequence[int], *, before: int) -> list[Synthetic]:
    """Every donor as if it had been treated, the other donors as its own; never the treated one."""
    return [
        fitted(panel, rows, donor, [other for other in donors if other != donor], before=before)
        for donor in donors
    ]


def share_as_extreme(mine: float, others: Sequence[float]) -> float:
    """The share of all units, the treated one among them, whose figure is at least `mine`."""
    return (1 + sum(other >= mine for other in others)) / (1 + len(others))
