"""A design, its effects and their covariance, scaled so that no digit depends on their units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import Column, Numbers, column, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.spectrum import Spectrum, Table

# Digits lost to a variance ratio r are half of its own: past this one fewer than eight are left.
LARGEST_RATIO: Final = 1e14

# A covariance given twice may differ in its last digits.
SYMMETRIC: Final = 1e-12

# A column within this sine of what the others span is collinear (the tolerance of R's lm); one
# that varies by less than this share of its size is constant.
COLLINEAR: Final = 1e-7
CONSTANT: Final = 1e-12

# Residuals this share of the largest effect are the rounding of the effects, and none at all.
ROUNDINGS: Final = 8 * float(np.finfo(np.float64).eps)


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
        z, back = _standardised(x, intercept)
        return cls(
            y=(yi - origin) / unit,
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


def _standardised(x: Table, intercept: int | None) -> tuple[Table, Table]:
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


def covariance(vi: Numbers | Table) -> Table:
    """Sampling variances (k,) or a covariance matrix (k, k), checked.

    Raises InvalidInput with the row for what is not finite, a variance not above 0, an asymmetric
    matrix, one that is not positive definite, or variances too far apart for double precision.
    """
    given = np.asarray(vi, dtype=np.float64)
    if given.ndim != 2:
        variances = column("vi", given, above=0.0)
        _check_range(variances)
        return variances
    if given.shape[0] != given.shape[1]:
        raise InvalidInput("is not square", field="vi", accepted="one row and column a study")
    column("vi", np.diagonal(given).copy(), above=0.0)
    gap = np.abs(given - given.T) - SYMMETRIC * np.abs(given)
    refuse_rows(
        gap.max(axis=1) > 0, field="vi", values=np.diagonal(given), accepted="a symmetric matrix"
    )
    _check_definite(given)
    return given


def _check_definite(given: Table) -> None:
    if _definite(given):
        return
    row = next(row for row in range(1, len(given) + 1) if not _definite(given[:row, :row]))
    raise InvalidInput(
        "follows from the rows before it",
        field="vi",
        row=row,
        accepted="a positive definite matrix",
    )


def _definite(matrix: Table) -> bool:
    eigenvalues = linalg.eigvalsh(matrix)
    return bool(eigenvalues[0] > eigenvalues[-1] / LARGEST_RATIO)


def _check_range(variances: Column) -> None:
    if len(variances):
        refuse_rows(
            variances > LARGEST_RATIO * variances.min(),
            field="vi",
            values=variances,
            accepted=f"within a factor of {LARGEST_RATIO:g} of the smallest",
        )


def design(x: Table, terms: Sequence[str], *, rows: int) -> Table:
    """A design matrix (rows, p) with a name for each column, checked.

    Raises InvalidInput for other shapes, entries that are not finite (with the row), names given
    twice, and columns that are constant or collinear with those before them, by name; TooLittleData
    unless rows > p.
    """
    matrix = np.asarray(x, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != rows:
        raise InvalidInput(
            f"has the shape {matrix.shape}", field="x", accepted=f"{rows} rows, as yi has"
        )
    if len(terms) != matrix.shape[1] or len(set(terms)) != len(terms):
        raise InvalidInput(
            f"are {', '.join(terms)}",
            field="terms",
            accepted=f"{matrix.shape[1]} different names, one a column of x",
        )
    for name, values in zip(terms, matrix.T, strict=True):
        column(name, values)
    if rows <= matrix.shape[1]:
        raise TooLittleData(
            f"has {rows} rows for {matrix.shape[1]} coefficients",
            field="x",
            accepted="more rows than coefficients",
        )
    check_independent(matrix, terms)
    return matrix


def check_independent(matrix: Table, terms: Sequence[str]) -> None:
    """Raise InvalidInput, naming the column, for one that does not vary or follows from others."""
    ones = np.flatnonzero((matrix == 1).all(axis=0))
    intercept = int(ones[0]) if len(ones) else None
    order = sorted(range(len(terms)), key=lambda j: j != intercept)
    for j in order:
        size = float(np.abs(matrix[:, j]).max())
        varies = float(np.ptp(matrix[:, j])) > CONSTANT * size
        if j != intercept and not (varies if intercept is not None else size > 0):
            raise InvalidInput("does not vary", field=terms[j], accepted="a moderator that varies")
    z, _ = _standardised(matrix, intercept)
    z = z[:, order] / np.linalg.norm(z[:, order], axis=0)
    sines = np.abs(np.diagonal(linalg.qr(z, mode="economic")[1]))
    for sine, j in zip(sines, order, strict=True):
        if sine <= COLLINEAR:
            raise InvalidInput(
                "is a combination of the columns before it",
                field=terms[j],
                accepted="columns that are not collinear",
            )
