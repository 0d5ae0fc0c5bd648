"""The effect of a trial in the outcome's own terms, and as it enters a pool of studies."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.effects import SCALES, Effect, standardise, two_by_two
from scoring.effects.small_samples import gamma_correction
from scoring.errors import InvalidInput
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Matrix

# An error below this share of the deviation among people is rounding.
ROUNDING: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The standard deviation that an effect is read in, the df of its estimate, and whose it is.

    `factor` turns the estimate `sd` into that of everybody (below 1 where clusters hide part of
    it); `df` is None for a figure given from outside.
    """

    sd: float
    source: str
    df: float | None
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """Adjusted risks with the programme and without it, and their covariance (2, 2)."""

    with_it: float
    without: float
    cov: Matrix

    @property
    def possible(self) -> bool:
        """Whether both lie strictly between 0 and 1, so that ratios of them exist."""
        return 0 < self.with_it < 1 and 0 < self.without < 1

    @property
    def difference(self) -> tuple[float, float]:
        """Their difference with its standard error."""
        load = np.array([1.0, -1.0])
        return self.with_it - self.without, math.sqrt(float(load @ self.cov @ load))

    def log_ratio(self, measure: str) -> tuple[float, float]:
        """The log OR or the log RR with its standard error, by the delta method."""
        p = np.array([self.with_it, self.without])
        if measure == "OR":
            yi, slope = _logit(self.with_it) - _logit(self.without), 1 / (p * (1 - p))
        else:
            yi, slope = math.log(self.with_it / self.without), 1 / p
        load = slope * np.array([1.0, -1.0])
        return yi, math.sqrt(float(load @ self.cov @ load))


def natural_effect(
    row: Coefficient, spread: float, *, binary: bool, source: str, sizes: tuple[int, int]
) -> Effect:
    """A difference of means, or of proportions.

    Refuses one without any error around it: none, or what rounding leaves of the outcome's
    `spread`.
    """
    if not row.se > ROUNDING * spread:
        raise InvalidInput(
            "leaves no error around the effect: the model fits all people, or clusters, exactly",
            field="outcome",
            accepted="outcomes as they were measured",
        )
    measure = "RD" if binary else "MD"
    return Effect(
        measure=measure,
        yi=row.estimate,
        vi=row.se**2,
        scale=SCALES[measure],
        source=source,
        n1i=sizes[0],
        n2i=sizes[1],
    )


def hedges_g(natural: Effect, spread: Spread) -> Effect:
    """A difference in standard deviations, by a spread that is given or estimated.

        given       yi / sd               vi / sd^2
        estimated   g = J(h) f yi / sd    (J(h) f)^2 vi / sd^2 + g^2 / (2 h)
    with f = `factor` and h = `df`: the adjusted difference over the unadjusted deviation within
    groups, its variance by the delta method from the robust one, to which the estimate of the
    deviation adds the second part.
    Source: What Works Clearinghouse, Supplement to the Procedures Handbook 4.1, sections A and B;
    Hedges 2007, J. Educ. Behav. Stat. 32:341.
    """
    effect = standardise(natural, standardiser=spread.sd / spread.factor)
    if spread.df is None:
        return effect
    j = float(gamma_correction(np.array([spread.df]))[0])
    g = j * effect.yi
    return replace(effect, measure="SMD", yi=g, vi=j**2 * effect.vi + g**2 / (2 * spread.df))


def log_odds_ratio(risks: Risks, natural: Effect) -> Effect | None:
    """The log odds ratio of the adjusted risks; None where one is not between 0 and 1.

    One fit gives the difference of the risks and their odds ratio. It is that of the two groups as
    wholes, as the odds ratio of a 2x2 table is, which it equals without characteristics.
    Source: delta method; Cochrane Handbook 6.4, section 6.4.1.2.
    """
    if not risks.possible:
        return None
    yi, se = risks.log_ratio("OR")
    return replace(natural, measure="OR", scale=SCALES["OR"], yi=yi, vi=se**2)


def counted_odds_ratio(y: Column, treated: Column) -> Effect:
    """The log odds ratio of the 2x2 table, 1/2 added to its cells where one is 0."""
    cells = [[float(np.sum((treated == arm) & (y == event)))] for arm in (1, 0) for event in (1, 0)]
    return two_by_two("OR", *cells)[0]


def total_spread(sd: float, sizes: tuple[Column, Column], icc: float) -> Spread:
    """The deviation among people of any two clusters, from `sd` within arms over all their people.

        f^2 = tr(QV) / (N - 2),   E sd^2 = f^2 sigma_T^2
        h = tr(QV)^2 / tr(QVQV)
    V has 1 on the diagonal and `icc` within clusters, Q takes the mean of each arm away; `sizes`
    are the people of each cluster, one column an arm. With clusters of one size they are gamma^2
    and h of Hedges 2007, equations 14 and 17 (`clustered` in scoring.effects); sizes may differ.
    """
    df = float(sum(arm.sum() for arm in sizes)) - 2
    # tr(Q ZZ') and tr(Q ZZ' Q ZZ'), Z being the indicators of the clusters.
    once = sum(float(n.sum() - (n**2).sum() / n.sum()) for n in sizes)
    twice = sum(
        float((n**2).sum() - 2 * (n**3).sum() / n.sum() + ((n**2).sum() / n.sum()) ** 2)
        for n in sizes
    )
    own = 1 - icc
    trace = own * df + icc * once
    square = own**2 * df + 2 * icc * own * once + icc**2 * twice
    return Spread(
        sd=sd,
        source="among people of any cluster of an arm, of those analysed",
        df=trace**2 / square,
        factor=math.sqrt(trace / df),
    )


def _logit(p: float) -> float:
    return math.log(p / (1 - p))
