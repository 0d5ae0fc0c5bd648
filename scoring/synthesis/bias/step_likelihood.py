"""The likelihood of effects that were published with a weight for each range of their p-value.

Study i is seen with density proportional to weight_j normal(yi; mu, vi + tau2) where its p-value
falls into range j, so that with p_ij, the probability of range j for its standard error,

    l = sum_i  log weight_j(i) + log normal(yi; mu, vi + tau2) - log sum_j weight_j p_ij.

In theta = (mu, tau2, log weights after the first) the last term is a log-sum-exp, whose derivatives
are means and covariances of those of log p_ij under the shares of the ranges: no sum cancels.
"""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import special

from scoring.columns import Column

Table = npt.NDArray[np.float64]
Ranges = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Height:
    """The log-likelihood at a point of theta, its gradient (p,) and Hessian (p, p)."""

    value: float
    gradient: Column
    hessian: Table


@dataclass(frozen=True, slots=True)
class StepLikelihood:
    """Effects `y` (k,) with variances `v` (k,), cut into m ranges by their p-values.

    `edges` (k, m - 1) are the effects at which each study's p-value crosses a step, falling along a
    row, and `place` (k,) is the range of each study, from 0.
    """

    y: Column
    v: Column
    edges: Table
    place: Ranges

    @classmethod
    def of(cls, y: Column, v: Column, steps: Column) -> "StepLikelihood":
        """With one-sided p-values against no effect, in ranges that end at `steps` (m - 1,)."""
        se = np.sqrt(v)
        place = np.searchsorted(steps, special.ndtr(-y / se), side="left")
        return cls(y, v, se[:, None] * -special.ndtri(steps), place)

    @property
    def counts(self) -> Ranges:
        """How many studies fall into each range (m,)."""
        return np.bincount(self.place, minlength=self.edges.shape[1] + 1)

    def start(self, mu: float, tau2: float) -> Column:
        """A point (p,) at which a study of the median share falls into each range as often as seen.

        Whatever mu and tau2 are, the ranges then weigh up, so that a climb from there has a slope.
        """
        log = _Shares.of(self.edges, mu, self.v + tau2).log
        seen = np.log(self.counts) - np.median(log, axis=0)
        return np.concatenate([[mu, tau2], seen[1:] - seen[0]])

    def at(self, theta: Column) -> Height:
        """Height, slope and curvature at theta (p,)."""
        mu, spread = theta[0], self.v + theta[1]
        weights = np.concatenate([[0.0], theta[2:]])
        shares = _Shares.of(self.edges, mu, spread)
        joint = weights + shares.log
        total = np.logaddexp.reduce(joint, axis=1)
        part = np.exp(joint - total[:, None])
        away = self.y - mu
        value = weights[self.place] - 0.5 * (away**2 / spread + np.log(spread)) - total
        first, second = shares.derivatives()
        mean = np.einsum("ij,ija->ia", part, first)
        apart = first - mean[:, None, :]
        gradient, hessian = -mean.sum(axis=0), -np.einsum("ij,ija,ijb->ab", part, apart, apart)
        gradient[2:] += self.counts[1:]
        gradient[:2] += [(away / spread).sum(), 0.5 * ((away**2 / spread - 1) / spread).sum()]
        hessian[:2, :2] += _curvature(away, spread) - np.einsum("ij,ijab->ab", part, second)
        height = float(value.sum()) - 0.5 * len(self.y) * math.log(2 * math.pi)
        return Height(height, gradient, hessian)


def _curvature(away: Column, spread: Column) -> Table:
    """The second derivatives in (mu, tau2) of sum log normal."""
    mixed = -(away / spread**2).sum()
    twice = ((0.5 - away**2 / spread) / spread**2).sum()
    return np.array([[-(1 / spread).sum(), mixed], [mixed, twice]])


@dataclass(frozen=True, slots=True)
class _Shares:
    """Log probabilities `log` (k, m) of the ranges, between standardised edges (k, m - 1)."""

    edges: Table
    spread: Column
    log: Table

    @classmethod
    def of(cls, edges: Table, mu: float, spread: Column) -> "_Shares":
        at = (edges - mu) / np.sqrt(spread)[:, None]
        ends = np.full((len(at), 1), np.inf)
        upper, lower = np.hstack([ends, at]), np.hstack([at, -ends])
        # In the tail where a range lies, its two probabilities differ in their leading digits.
        above = upper + lower > 0
        near, far = np.where(above, -lower, upper), np.where(above, -upper, lower)
        most = special.log_ndtr(near)
        log = most + np.log(-np.expm1(special.log_ndtr(far) - most))
        return cls(at, spread, log)

    def derivatives(self) -> tuple[Table, Table]:
        """Those of log (weight probability): (k, m, p) in theta, (k, m, 2, 2) in (mu, tau2)."""
        k, m = self.log.shape
        slope, curve = self._of_edges()
        log_density = -0.5 * (self.edges**2 + math.log(2 * math.pi))
        first, second = np.zeros((k, m, m + 1)), np.zeros((k, m, 2, 2))
        # A range loses at its lower edge, and gains at its upper one, what the edge passes over.
        for edge, (j, sign) in product(range(m - 1), ((0, -1.0), (1, 1.0))):
            ratio = sign * np.exp(log_density[:, edge] - self.log[:, edge + j])
            first[:, edge + j, :2] += ratio[:, None] * slope[:, edge]
            second[:, edge + j] += ratio[:, None, None] * curve[:, edge]
        second -= first[:, :, :2, None] * first[:, :, None, :2]
        first[:, np.arange(1, m), np.arange(2, m + 1)] = 1.0
        return first, second

    def _of_edges(self) -> tuple[Table, Table]:
        """Derivatives of an edge's probability in (mu, tau2), by the density there."""
        e, root = self.edges, np.sqrt(self.spread)[:, None]
        slope = np.stack([-1 / root + 0 * e, -e / (2 * root**2)], axis=-1)
        curve = np.zeros((*e.shape, 2, 2))
        curve[..., 0, 1] = curve[..., 1, 0] = 0.5 / root**3
        curve[..., 1, 1] = 0.75 * e / root**4
        curve -= e[..., None, None] * slope[..., :, None] * slope[..., None, :]
        return slope, curve
