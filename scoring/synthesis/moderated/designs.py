"""A design, its effects and their covariance, scaled so that no digit depends on their units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import Column, Numbers, column, odd_one, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.moderated.spectrum import Spectrum, Table

# Effects in standard errors, and moderators, this large leave nothing after squares of squares.
LARGEST: Final = 1e50

# Residuals this share of the largest effect are the rounding of the effects, and none at all.
ROUNDINGS: Final = 8 * float(np.finfo(np.float64).eps)

# A column within this sine of what the others span is collinear (the tolerance of R's lm); one
# that varies by less than this share of its size is constant.
COLLINEAR: Final = 1e-7
CONSTANT: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """The model y = Z c + e in working units; `back` (p, p) turns c into coefficients.

    `y` (k,) are effects less `origin` (the most precise one, where there is an intercept to carry
    it) in units of `unit`, a power of two near the median standard error; `v` (k,) or (k, k) in
    unit^2. What is smaller than `grain` is the rounding of the effects. Columns of `z` (k, p) are
    centred where there is an intercept, and near 1 in size. `intercept` is the place of the column
    of ones, None without.
    """

    y: Column
    v: Table
    z: Table
    back: Table
    origin: float
    unit: float
    grain: float
    intercept: int | None

    @classmethod
    def of(cls, yi: Column, vi: Table, x: Table) -> "Scaled":
        """The same model, scaled."""
        variances = vi if vi.ndim == 1 else np.diagonal(vi)
        ones = np.flatnonzero((x == 1).all(axis=0))
        intercept = int(ones[0]) if len(ones) else None
        origin = 0.0 if intercept is None else float(yi[np.argmin(variances)])
        unit = math.ldexp(1.0, math.frexp(float(np.median(variances)))[1] // 2)
        z, back = standardised(x, intercept)
        with np.errstate(over="ignore"):
            y = (yi - origin) / unit
        if not (np.abs(y) < LARGEST).all():
            row = odd_one(yi)
            raise InvalidInput(
                f"is {yi[row]}",
                field="yi",
                row=row + 1,
                accepted=f"within {LARGEST:g} standard errors of the most precise one",
            )
        return cls(
            y=y,
            v=vi / unit / unit,
            z=z,
            back=back,
            origin=origin,
            unit=unit,
            grain=ROUNDINGS * float(np.abs(yi).max()) / unit,
            intercept=intercept,
        )

    @property
    def spectrum(self) -> Spectrum:
        """The spectrum of the model, without residuals that are mere rounding."""
        return self._beside(self.z)

    @property
    def mean_spectrum(self) -> Spectrum:
        """The spectrum of the same effects beside an intercept alone."""
        return self._beside(np.ones((len(self.y), 1)))

    def _beside(self, x: Table) -> Spectrum:
        found = Spectrum.of(self.y, x, self.v)
        if float(np.abs(found.z).max()) > self.grain:
            return found
        return replace(found, z=np.zeros_like(found.z))

    def fit(self, tau2: float) -> "Fit":
        """Generalised least squares at tau2 (in working units)."""
        if self.v.ndim == 1:
            return self._weighted(tau2)
        root = linalg.cholesky(self.v + tau2 * np.eye(len(self.y)), lower=True)
        stacked = np.column_stack([self.z, self.y, np.eye(len(self.y))])
        white = linalg.solve_triangular(root, stacked, lower=True)
        p = self.z.shape[1]
        q, c, half = _least_squares(white[:, :p], white[:, p])
        inverse = white[:, p + 1 :]
        weights = (inverse**2).sum(axis=0)
        return Fit(c, half, weights, ((root @ q) * (inverse.T @ q)).sum(axis=1))

    def restored(self, fit: "Fit") -> tuple[Column, Table]:
        """The coefficients (p,) in the caller's units, and a root (p, p) of their covariance."""
        b = self.unit * self.back @ fit.c
        if self.intercept is not None:
            b[self.intercept] += self.origin
        return b, self.unit * self.back @ fit.half

    def _weighted(self, tau2: float) -> "Fit":
        w = 1 / (self.v + tau2)
        # Heaviest rows first: Householder's method is then as exact for each row as for the whole.
        order = np.argsort(-w, kind="stable")
        root = np.sqrt(w[order])
        q, c, half = _least_squares(root[:, None] * self.z[order], root * self.y[order])
        hat = np.empty_like(w)
        hat[order] = (q**2).sum(axis=1)
        return Fit(c, half, w, hat)


@dataclass(frozen=True, slots=True)
class Fit:
    """Working coefficients `c` (p,), their covariance half half', weights and leverages (k,)."""

    c: Column
    half: Table
    weights: Column
    hat: Column


def standardised(x: Table, intercept: int | None) -> tuple[Table, Table]:
    """Columns centred (beside an intercept) and near 1 in size, and what turns them back (p, p)."""
    centre = np.zeros(x.shape[1]) if intercept is None else x.mean(axis=0)
    if intercept is not None:
        centre[intercept] = 0.0
    moved = x - centre
    size = np.ldexp(1.0, np.frexp(np.abs(moved).max(axis=0))[1])
    back = np.diag(1 / size)
    if intercept is not None:
        back[intercept] -= centre / size
    return moved / size, back


def _least_squares(x: Table, y: Column) -> tuple[Table, Column, Table]:
    q, r, pivot = linalg.qr(x, mode="economic", pivoting=True)
    half = np.empty_like(r)
    half[pivot] = linalg.solve_triangular(r, np.eye(len(r)))
    return q, half @ (q.T @ y), half


def design(x: Table, terms: Sequence[str], *, rows: int) -> Table:
    """A design matrix (rows, p) with a name for each column, checked.

    Raises InvalidInput for other shapes, entries that are not finite (with the row), names given
    twice, and columns that are constant or collinear with those before them, by name; TooLittleData
    unless there are more rows than columns.
    """
    matrix = table("x", x)
    if len(matrix) != rows:
        raise InvalidInput(f"has {len(matrix)} rows", field="x", accepted=f"{rows}, as yi has")
    if len(terms) != matrix.shape[1] or len(set(terms)) != len(terms):
        raise InvalidInput(
            f"are {', '.join(terms)}",
            field="terms",
            accepted=f"{matrix.shape[1]} different names, one a column of x",
        )
    for name, values in zip(terms, matrix.T, strict=True):
        size = np.abs(column(name, values))
        refuse_rows(size > LARGEST, field=name, values=values, accepted=f"at most {LARGEST:g}")
    check_independent(matrix, terms)
    return matrix


def table(field: str, values: Table) -> Table:
    """Rows of numbers, at least one row and one column; raises InvalidInput for other shapes."""
    matrix = numbers(field, values)
    if matrix.ndim != 2 or not matrix.size:
        raise InvalidInput(f"has the shape {matrix.shape}", field=field, accepted="rows of numbers")
    return matrix


def numbers(field: str, values: Numbers | Table) -> Table:
    """Any numbers as an array; raises InvalidInput for what cannot be one."""
    try:
        return np.asarray(values, dtype=np.float64)
    except ValueError as unread:
        raise InvalidInput(str(unread), field=field, accepted="rows of equal length") from unread


def check_independent(matrix: Table, terms: Sequence[str]) -> None:
    """Raise InvalidInput, naming the column, for one that does not vary or follows from others.

    Raises TooLittleData unless there are more rows than columns.
    """
    if len(matrix) <= len(terms):
        raise TooLittleData(
            f"has {len(matrix)} rows for {len(terms)} coefficients",
            field="x",
            accepted="more rows than coefficients",
        )
    ones = np.flatnonzero((matrix == 1).all(axis=0))
    intercept = int(ones[0]) if len(ones) else None
    order = sorted(range(len(terms)), key=lambda j: j != intercept)
    sizes = np.abs(matrix).max(axis=0)
    spreads = sizes if intercept is None else np.ptp(matrix, axis=0)
    for j in order:
        if j != intercept and spreads[j] <= max(CONSTANT * sizes[j], 1 / LARGEST):
            raise InvalidInput("does not vary", field=terms[j], accepted="a moderator that varies")
    z, _ = standardised(matrix, intercept)
    z = z[:, order] / np.linalg.norm(z[:, order], axis=0)
    sines = np.abs(np.diagonal(linalg.qr(z, mode="economic")[1]))
    for sine, j in zip(sines, order, strict=True):
        if sine <= COLLINEAR:
            raise InvalidInput(
                "is a combination of the columns before it",
                field=terms[j],
                accepted="columns that are not collinear",
            )
