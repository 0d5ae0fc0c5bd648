"""What a model of several effects a unit answers, and whether units are enough for it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_known, number
from scoring.synthesis.independent.batch import Table
from scoring.synthesis.moderated.coefficients import (
    Coefficient,
    JointTest,
    Prediction,
    predicted,
    rows_of,
)
from scoring.synthesis.nested.robust import HotellingTest, Robust, RobustCoefficient

# Where the highest maximum lies: all variances above 0, some at 0, or none to be found.
INTERIOR: Final = "interior"
BOUNDARY: Final = "boundary"
COMMON: Final = "common effect"

# Whether units are enough for robust tests to keep their level.
ENOUGH_UNITS: Final = "enough units"
TOO_FEW_UNITS: Final = "too few units"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """A local maximum of the likelihood: its variances, in the order of the levels."""

    sigma2: tuple[float, ...]
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Variances:
    """How effects vary beyond their sampling errors; i2 in per cent.

    `sigma2` and `i2_levels` are in the order of `levels`. `maxima` holds every local maximum of the
    likelihood that was found, highest first; the first was taken, and `status` says whether it is
    interior or has variances at the boundary 0. `q` (QE) tests that all variances are 0.
    """

    levels: tuple[str, ...]
    sigma2: tuple[float, ...]
    status: str
    log_likelihood: float
    maxima: tuple[Maximum, ...]
    i2: float
    i2_levels: tuple[float, ...]
    q: float
    q_df: int
    q_p: float

    @property
    def total(self) -> float | None:
        """The variance of effects about their mean, None for the common effect."""
        return sum(self.sigma2) if self.levels else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInference:
    """Standard errors that trust the model: `vcov` = (X'S^-1X)^-1; `df` None for the normal.

    `moderators` (QM) tests every coefficient but the intercept, None where there is no other.
    """

    df: int | None
    coefficients: tuple[Coefficient, ...]
    vcov: tuple[tuple[float, ...], ...]
    moderators: JointTest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustInference:
    """Standard errors that hold where the model of V does not, clusters being units.

    `moderators` is None without any, and where they have no degrees of freedom left. `trust` is
    lowered to `too few units` for the `reason` given.
    """

    sandwich: Robust
    coefficients: tuple[RobustCoefficient, ...]
    moderators: HotellingTest | None
    trust: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Multilevel:
    """A fitted model of several effects a unit, in the units of `yi`; weights in per cent.

    `units` and `sizes` (how many effects) are in order of first appearance, `unit_of` (k,) the
    place of each row's unit among them. `weights` (p, k) are what each effect adds to each
    coefficient: weights @ yi / 100 = estimates. `notes` say what a reader may not expect.
    """

    k: int
    p: int
    terms: tuple[str, ...]
    units: tuple[object, ...]
    sizes: tuple[int, ...]
    unit_of: tuple[int, ...]
    method: str
    test: str
    level: float
    rho: float | None
    variances: Variances
    model: ModelInference
    robust: RobustInference
    weights: tuple[tuple[float, ...], ...]
    notes: tuple[str, ...]

    def coefficient(self, term: str) -> Coefficient:
        """The coefficient of that name by the model; raises UnknownMethod for other names."""
        return self.model.coefficients[self._at(term)]

    def robust_coefficient(self, term: str) -> RobustCoefficient:
        """The coefficient of that name, robust; raises UnknownMethod for other names."""
        return self.robust.coefficients[self._at(term)]

    def weights_of(self, term: str) -> tuple[float, ...]:
        """The weights (k,) of one coefficient, in row order: weights @ yi / 100 = its estimate."""
        return self.weights[self._at(term)]

    def unit_weights_of(self, term: str) -> tuple[float, ...]:
        """The weights of one coefficient summed by unit."""
        sums = np.bincount(self.unit_of, weights=self.weights_of(term))
        return tuple(float(total) for total in sums)

    def predict(self, x: Table, *, level: float | None = None) -> tuple[Prediction, ...]:
        """The expected effect at each row of `x` (m, p), with both its intervals, by the model.

            se = sqrt(x vcov x')     prediction x b +- crit sqrt(se^2 + sum sigma2)
        crit normal for z, t with k - p df else. Raises InvalidInput for other shapes.
        Source: metafor 3.8, `predict.rma` of an `rma.mv` fit.
        """
        confidence = self.level if level is None else number("level", level, above=0, below=1)
        cov = np.array(self.model.vcov)
        return tuple(
            predicted(
                float(row @ self._b),
                math.sqrt(float(row @ cov @ row)),
                tau2=self.variances.total,
                df=self.model.df,
                level=confidence,
            )
            for row in rows_of("x", x, p=self.p)
        )

    def predict_robust(self, x: Table, *, level: float | None = None) -> tuple[Prediction, ...]:
        """As `predict`, with robust standard errors and t on Satterthwaite's df of each row."""
        confidence = self.level if level is None else level
        return tuple(
            self._predicted_robust(row, level=confidence) for row in rows_of("x", x, p=self.p)
        )

    def contrast_robust(self, weights: Numbers, *, name: str = "contrast") -> RobustCoefficient:
        """One combination of the coefficients, `weights` (p,), with robust test and interval.

        Raises as `Robust.combination`.
        """
        return self.robust.sandwich.combination(self._b, weights, name=name, level=self.level)

    def _predicted_robust(self, row: Column, *, level: float) -> Prediction:
        found = self.robust.sandwich.combination(self._b, row, level=level)
        reach = None
        if self.variances.total is not None:
            critical = float(special.stdtrit(found.df, 0.5 + level / 2))
            reach = critical * math.hypot(math.sqrt(self.variances.total), found.se)
        return Prediction(
            estimate=found.estimate,
            se=found.se,
            ci_low=found.ci_low,
            ci_high=found.ci_high,
            pi_low=None if reach is None else found.estimate - reach,
            pi_high=None if reach is None else found.estimate + reach,
        )

    @property
    def _b(self) -> Column:
        return np.array([c.estimate for c in self.model.coefficients])

    def _at(self, term: str) -> int:
        check_known("term", term, self.terms)
        return self.terms.index(term)
