"""Whether the density of a running variable jumps at the cut-off, as it does where people sort."""

import math
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.shapes import Matrix

# The density is the slope of a quadratic in the distribution function, and the test one order up.
ORDER: Final = 2

# Rows, and different values, that a bandwidth has to hold on each side: 20 + order + 1 (rddensity).
HELD: Final = 20 + ORDER + 1

# Pilot bandwidths for the normal distribution and the triangular kernel: variance over squared bias
# of the third derivative by a quartic, and of the density by a quadratic (rddensity 3.0,
# `rdbwdensity`, tables Cb and Cc at p = 2; Cattaneo, Jansson and Ma 2020, supplement).
PILOT_CURVE: Final = 3430865.4551236177795
PILOT_DENSITY: Final = 548.57142857155463389

# The bias of a quadratic's slope at a boundary, e_1'S^-1 c for the triangular kernel on [0, 1] with
# S = (1/2 1/6 1/12; 1/6 1/12 1/20; 1/12 1/20 1/30) and c = (1/20 1/30 1/42): -3/7.
BOUNDARY_BIAS: Final = -3 / 7

# Fewer values on a side do not hold the quartic of the pilot with its errors.
FEWEST_VALUES: Final = 10


@dataclass(frozen=True, slots=True)
class DensityTest:
    """The densities on both sides, the bandwidths behind them, and the test that they are one."""

    below: float
    above: float
    h_below: float
    h_above: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class _Polynomials:
    """Coefficients below and above (2, order + 1), and the covariance (2, 2) of both slopes."""

    b: Matrix
    cov: Matrix


def density_test(x: Column) -> DensityTest:
    """Test that the density of x (n,) is the same just below 0 and from 0 on.

        F(x) = a + b x + c x^2 + d x^3 on each side, weighted by a triangular kernel, F the
        empirical distribution function; z = (b_above - b_below) / se, se by the jackknife
    Bandwidths are those best for a quadratic: on each side the median of the ones that are best for
    that density, for the difference and for the sum; ties count with their distribution function.
    Raises TooLittleData for fewer than 10 different values on a side.
    Source: Cattaneo, Jansson and Ma 2020, J. Am. Stat. Assoc. 115:1449; 2018, Stata J. 18:234;
    rddensity 3.0, options unrestricted, jackknife and comb.
    """
    ordered = np.sort(x)
    fewest = min(len(far) for far in _distances(ordered))
    if fewest < FEWEST_VALUES:
        raise TooLittleData(
            f"{fewest} different values on one side of the cut-off",
            field="running",
            accepted=f"at least {FEWEST_VALUES} on each",
        )
    cdf = _distribution(ordered)
    h = _bandwidths(ordered, cdf)
    found = _polynomials(ordered, cdf, h, ORDER + 1)
    below, above = found.b[:, 1].tolist()
    gap = above - below
    se = math.sqrt(float(found.cov[0, 0] + found.cov[1, 1] - 2 * found.cov[0, 1]))
    return DensityTest(
        below=below,
        above=above,
        h_below=h[0],
        h_above=h[1],
        statistic=gap / se,
        p_value=2 * float(special.ndtr(-abs(gap / se))),
    )


def _distribution(x: Column) -> Column:
    """The share of the others that are no larger (n,), x rising."""
    last = np.searchsorted(x, x, side="right") - 1
    share: Column = last / (len(x) - 1)
    return share


def _polynomials(x: Column, cdf: Column, h: tuple[float, float], order: int) -> _Polynomials:
    inside = (x >= -h[0]) & (x <= h[1])
    z, f = x[inside], cdf[inside]
    above = z >= 0
    own = np.where(above, h[1], h[0])
    powers = np.vander(z / own, order + 1, increasing=True)
    design = np.hstack([powers * ~above[:, None], powers * above[:, None]])
    weighted = design * ((1 - np.abs(z / own)) / own)[:, None]
    bread = np.linalg.inv(weighted.T @ design)
    # Row i enters the distribution function of every row after it.
    after = np.vstack([np.cumsum(weighted[::-1], axis=0)[::-1], np.zeros((1, design.shape[1]))])
    first = np.searchsorted(z, z, side="left")
    half = bread @ (after[first + 1] / (len(x) - 1)).T
    scale, slopes = np.array(h), np.array([1, order + 2])
    return _Polynomials(
        b=(bread @ (weighted.T @ f)).reshape(2, -1) / scale[:, None] ** np.arange(order + 1),
        cov=(half @ half.T)[np.ix_(slopes, slopes)] / np.outer(scale, scale),
    )


def _bandwidths(x: Column, cdf: Column) -> tuple[float, float]:
    """The bandwidths below and above that make the mean squared error of a quadratic smallest.

    [V g / (2 order B^2)]^(1 / (2 order + 1)), V at the pilot g, B the bias at h = 1.
    """
    curve, density = _pilots(x)
    third = _polynomials(x, cdf, (curve, curve), ORDER + 2).b[:, ORDER + 1] * BOUNDARY_BIAS
    cov = _polynomials(x, cdf, (density, density), ORDER).cov
    apart = np.array([-1.0, 1.0])
    loads = (np.array([1.0, 0.0]), np.array([0.0, 1.0]), apart, np.abs(apart))
    best = []
    for load in loads:
        variance, bias = float(load @ cov @ load) * density, float(load @ third) ** 2
        tiny = float(np.finfo(np.float64).tiny)
        best.append((variance / (2 * ORDER * max(bias, tiny))) ** (1 / (2 * ORDER + 1)))
    ends = float(-x[0]), float(x[-1])
    held = [float(far[min(HELD, len(far)) - 1]) for far in _distances(x)]
    shared = [max(min(one, max(ends)), *held) for one in best[2:]]
    below, above = (max(min(best[side], ends[side]), held[side]) for side in (0, 1))
    return median([below, *shared]), median([above, *shared])


def _pilots(x: Column) -> tuple[float, float]:
    """Bandwidths best for a normal distribution: of its third derivative, and of the density."""
    n, sd = len(x), float(x.std(ddof=1))
    m = float(x.mean()) / sd
    density = math.exp(-(m**2) / 2) / math.sqrt(2 * math.pi)
    tiny = float(np.finfo(np.float64).tiny)
    # The Hermite polynomials of order 4 and 2 give the derivatives of the normal density.
    curve = PILOT_CURVE / max((m**4 - 6 * m**2 + 3) ** 2 * density, tiny)
    flat = PILOT_DENSITY / max((m**2 - 1) ** 2 * density, tiny)
    pilots = (
        sd * ((2 * ORDER + 1) / 4 * curve / n) ** (1 / (2 * ORDER + 5)),
        sd * (flat / (2 * ORDER) / n) ** (1 / (2 * ORDER + 1)),
    )
    longest, found = float(np.abs(x).max()), []
    for pilot, needed in zip(pilots, (HELD + 2, HELD), strict=True):
        held = [float(far[min(needed, len(far)) - 1]) for far in _distances(x)]
        found.append(max(min(pilot, longest), *held))
    return found[0], found[1]


def _distances(x: Column) -> tuple[Column, Column]:
    """Different distances from 0, rising, below it and from it on."""
    return np.unique(-x[x < 0]), np.unique(x[x >= 0])
