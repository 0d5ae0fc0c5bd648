"""Local polynomials on one side of a cut-off: their weights, their errors, their bandwidth."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.linear import COLLINEAR
from scoring.estimation.shapes import Matrix

# Kernels with the constant of their pilot bandwidth, which is that of a density of normal data.
# Source: Calonico, Cattaneo and Titiunik 2014, Stata J. 14:909, section 3.3; Silverman 1986.
KERNELS: Final[Mapping[str, float]] = MappingProxyType({"triangular": 2.576, "uniform": 1.843})

# Errors of single rows: from their nearest neighbours, or from residuals by White and others.
ERRORS: Final = ("NN", "HC0", "HC1", "HC2", "HC3")

# Neighbours that a row is set against (rdrobust's choice, after Abadie and Imbens 2006).
NEIGHBOURS: Final = 3

# Distances that differ by less than this share are the same but for rounding (as in rdrobust).
SAME: Final = math.sqrt(float(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True)
class Side:
    """Rows of one side: distance `x` (n,) from the cut-off, rising, and outcome `y` (n,)."""

    x: Column
    y: Column

    @classmethod
    def of(cls, x: Column, y: Column) -> "Side":
        """The rows in order."""
        order = np.argsort(x, kind="stable")
        return cls(x[order], y[order])

    def within(self, h: float, kernel: str) -> "Side":
        """The rows that the kernel gives weight at bandwidth h."""
        far = np.abs(self.x)
        near = far < h if kernel == "triangular" else far <= h
        return Side(self.x[near], self.y[near])


@dataclass(frozen=True, slots=True)
class Smoother:
    """A polynomial in u = x / h, fitted with kernel weights: coefficients `k` @ y.

    `k` (order + 1, n) are the weights of every coefficient, `u` (n,) the scaled distances,
    `leverage` (n,) how much of its own fit a row is.
    """

    k: Matrix
    u: Column
    leverage: Column

    @classmethod
    def of(cls, x: Column, h: float, order: int, kernel: str) -> "Smoother":
        """At distances x (n,). Raises TooLittleData where rows do not tell the polynomial."""
        u = x / h
        near = np.abs(u) <= 1
        weights = np.where(near, 1 - np.abs(u) if kernel == "triangular" else 1.0, 0.0)
        root = np.sqrt(weights)
        powers = np.vander(u, order + 1, increasing=True)
        if len(np.unique(x[weights > 0])) <= order:
            raise _too_few(h, order)
        q, r = np.linalg.qr(root[:, None] * powers)
        if np.abs(np.diag(r)).min() < COLLINEAR * np.abs(np.diag(r)).max():
            raise _too_few(h, order)
        return cls(np.linalg.solve(r, q.T * root), u, (q**2).sum(axis=1))

    def errors(self, side: Side, kind: str) -> Column:
        """The error (n,) of every row, its square estimating the row's variance.

            NN    sqrt(J / (J + 1)) (y_i - mean of its J nearest neighbours), ties all in
            HC    residuals, times sqrt(n / (n - order - 1)) (HC1), or over 1 - leverage's root
                  (HC2) or itself (HC3)
        Source: Abadie and Imbens 2006, Econometrica 74:235; MacKinnon and White 1985.
        """
        if kind == "NN":
            return neighbour_errors(side)
        residuals = side.y - np.vander(self.u, len(self.k), increasing=True) @ (self.k @ side.y)
        match kind:
            case "HC0":
                return residuals
            case "HC1":
                n = len(side.y)
                return residuals * math.sqrt(n / _left(float(n - len(self.k))))
            case "HC2":
                return residuals / np.sqrt(1 - self._leverage())
            case _:
                return residuals / (1 - self._leverage())

    def _leverage(self) -> Column:
        _left(1 - float(self.leverage.max()))
        return self.leverage


@dataclass(frozen=True, slots=True)
class Limit:
    """The outcome at the cut-off from one side: as fitted, less its bias, and their variances."""

    conventional: float
    corrected: float
    v_conventional: float
    v_robust: float
    moves: Column

    @classmethod
    def of(cls, side: Side, *, h: float, b: float, order: int, kernel: str, kind: str) -> "Limit":
        """At bandwidth h, the bias from a polynomial one order up at bandwidth b.

            corrected = conventional - (h / b)^(order + 1) k0'u^(order + 1) c
        c being the highest coefficient of the second polynomial, in x / b. `moves` (n,) are what
        each row within the larger bandwidth adds to the error of `corrected`.
        Source: Calonico, Cattaneo and Titiunik 2014, Econometrica 82:2295, section 2.
        """
        near = side.within(max(h, b), kernel)
        fit = Smoother.of(near.x, h, order, kernel)
        bias = Smoother.of(near.x, b, order + 1, kernel)
        level = fit.k[0]
        shape = float(level @ fit.u ** (order + 1)) * (h / b) ** (order + 1)
        robust = level - shape * bias.k[-1]
        moves = robust * bias.errors(near, kind)
        return cls(
            conventional=float(level @ near.y),
            corrected=float(robust @ near.y),
            v_conventional=float(((level * fit.errors(near, kind)) ** 2).sum()),
            v_robust=float((moves**2).sum()),
            moves=moves,
        )


def neighbour_errors(side: Side) -> Column:
    """The errors NN of `Smoother.errors` (n,): every row against its nearest neighbours."""
    values, start, counts = np.unique(side.x, return_index=True, return_counts=True)
    stop = start + counts
    last, cap = len(values) - 1, min(NEIGHBOURS, len(side.x) - 1)
    low = np.arange(len(values))
    high = low.copy()
    for _ in range(cap):
        short = stop[high] - start[low] - 1 < cap
        left = np.where(low > 0, values - values[np.maximum(low - 1, 0)], np.inf)
        right = np.where(high < last, values[np.minimum(high + 1, last)] - values, np.inf)
        same = SAME * np.where(np.isinf(np.maximum(left, right)), 0.0, np.maximum(left, right))
        goes_left = short & np.isfinite(left) & ~(left > right + same)
        goes_right = short & np.isfinite(right) & ~(right > left + same)
        low, high = low - goes_left, high + goes_right
    sums = np.concatenate([[0.0], np.cumsum(side.y - side.y.mean())])
    total, others = sums[stop[high]] - sums[start[low]], stop[high] - start[low] - 1
    group = np.repeat(np.arange(len(values)), counts)
    centred = side.y - side.y.mean()
    j = np.maximum(others[group], 1)
    errors: Column = np.sqrt(j / (j + 1)) * (centred - (total[group] - centred) / j)
    return errors


def _left(left: float) -> float:
    """What a fit leaves of a row, or of all rows; refuses nothing left."""
    if left < COLLINEAR:
        raise TooLittleData(
            "a row near the cut-off is fitted exactly, so its error is unknown",
            field="running",
            accepted="more rows near the cut-off, a larger bandwidth, or covariance NN",
        )
    return left


def _too_few(h: float, order: int) -> TooLittleData:
    return TooLittleData(
        f"fewer than {order + 1} different values within {h:.3g} of the cut-off on one side",
        field="running",
        accepted="a larger bandwidth or more rows; without them, an adjusted comparison of the "
        "two groups",
    )
