"""The jump at a cut-off: rows on both sides, local polynomials, and their tables."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.comparisons.discontinuity_bandwidth import (
    CER,
    Bandwidths,
    coverage_optimal,
    mse_optimal,
)
from scoring.estimation.comparisons.local_polynomial import Limit, Side, Smoother
from scoring.estimation.linear import coefficient, covariance, least_squares, table
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Flags

CONVENTIONAL: Final = "conventional"
CORRECTED: Final = "bias-corrected"
ROBUST: Final = "robust bias-corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a jump is estimated: order of the polynomial, kernel, rule of the bandwidth, errors,
    inference, level.
    """

    order: int
    kernel: str
    rule: str
    kind: str
    inference: str
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Distance `x` (n,) from the cut-off, outcome `y` (n,), and who has the programme (n,)."""

    x: Column
    y: Column
    treated: Flags

    @property
    def sides(self) -> tuple[Side, Side]:
        """The rows with the programme, and those without."""
        own, other = self.treated, ~self.treated
        return Side.of(self.x[own], self.y[own]), Side.of(self.x[other], self.y[other])

    def near(self, h: float, kernel: str) -> Flags:
        """Which rows (n,) have weight at bandwidth h."""
        far = np.abs(self.x)
        inside: Flags = far < h if kernel == "triangular" else far <= h
        return inside

    def some(self, which: Flags) -> "Rows":
        """Those rows alone."""
        return Rows(x=self.x[which], y=self.y[which], treated=self.treated[which])

    def with_outcome(self, y: Column) -> "Rows":
        """The same rows with another outcome (n,)."""
        return replace(self, y=y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A jump at bandwidths `h` and `b`: the limits from both sides and the rows of its table."""

    h: float
    b: float
    limits: tuple[Limit, Limit]
    table: tuple[Coefficient, ...]

    @property
    def robust(self) -> Coefficient:
        """The jump less its bias, on the error that allows for estimating the bias."""
        return next(row for row in self.table if row.term == ROBUST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """The weighted regression behind a jump: its table, and how well it fits."""

    table: tuple[Coefficient, ...]
    rank: int
    df: int
    sigma: float
    r2: float


def bandwidths(rows: Rows, how: How, *, h: float | None, b: float | None) -> Bandwidths:
    """The bandwidths given, b being h where it is not, or else those of the rule `how.rule`.

    HC errors of the weighted regression are those of its rows, whose bandwidth is found from NN.
    """
    if h is not None:
        return Bandwidths(h, h if b is None else b)
    found = mse_optimal(rows.sides, order=how.order, kernel=how.kernel, kind=_kind(how))
    if how.rule == CER:
        found = coverage_optimal(found, n=len(rows.y), order=how.order)
    return found if b is None else Bandwidths(found.h, b)


def jump(rows: Rows, how: How, at: Bandwidths) -> Jump:
    """The jump in the outcome, treated less not, with the errors of single rows by `how.kind`.

        conventional             the local polynomial's own
        bias-corrected           less the bias told by one order more, on the same error
        robust bias-corrected    on the error of the corrected jump
    read on the normal distribution.
    Source: Calonico, Cattaneo and Titiunik 2014, Econometrica 82:2295, theorem 1.
    """
    limits = tuple(
        Limit.of(side, h=at.h, b=at.b, order=how.order, kernel=how.kernel, kind=_kind(how))
        for side in rows.sides
    )
    own, other = limits
    plain = own.conventional - other.conventional
    corrected = own.corrected - other.corrected
    se = math.sqrt(own.v_conventional + other.v_conventional)
    robust = math.sqrt(own.v_robust + other.v_robust)
    told = (
        coefficient(term, value, error, df=None, level=how.level)
        for term, value, error in (
            (CONVENTIONAL, plain, se),
            (CORRECTED, corrected, se),
            (ROBUST, corrected, robust),
        )
    )
    return Jump(h=at.h, b=at.b, limits=(own, other), table=tuple(told))


def regression(rows: Rows, how: How, h: float) -> Regression:
    """The weighted regression of the rows with weight, treated and the polynomial crossed.

        y = a + b treated + sum_j (c_j x^j + d_j treated x^j),  weights of the kernel at h
    by the covariance `how.kind` (const, HC0-HC3) on n - p degrees of freedom: what any program for
    weighted least squares gives. Source: Imbens and Lemieux 2008, J. Econometrics 142:615.
    """
    near = rows.near(h, how.kernel)
    some = rows.some(near)
    weights = 1 - np.abs(some.x) / h if how.kernel == "triangular" else None
    columns = _columns(some, how.order)
    if near.sum() <= len(columns):
        raise TooLittleData(
            f"{int(near.sum())} rows within {h:.3g} of the cut-off for {len(columns)} coefficients",
            field="bandwidth",
            accepted="a larger bandwidth, or more rows",
        )
    fit = least_squares(some.y, columns, weights=weights)
    cov = covariance(fit, how.kind)
    return Regression(
        table=table(fit.terms, fit.b, cov, df=float(fit.df), level=how.level),
        rank=len(fit.terms),
        df=fit.df,
        sigma=fit.sigma,
        r2=float(fit.fitted.rsquared),
    )


def fitted(side: Side, h: float, how: How, points: Column) -> Column:
    """The local polynomial of one side at distances (m,)."""
    near = side.within(h, how.kernel)
    b = Smoother.of(near.x, h, how.order, how.kernel).k @ near.y
    line: Column = np.vander(points / h, how.order + 1, increasing=True) @ b
    return line


def _columns(rows: Rows, order: int) -> Mapping[str, Column]:
    treated = rows.treated.astype(np.float64)
    columns = {"(Intercept)": np.ones(len(treated)), "treated": treated}
    for power in range(1, order + 1):
        name = "running" if power == 1 else f"running^{power}"
        columns[name] = rows.x**power
        columns[f"treated:{name}"] = treated * rows.x**power
    return columns


def _kind(how: How) -> str:
    return "NN" if how.kind == "const" else how.kind
