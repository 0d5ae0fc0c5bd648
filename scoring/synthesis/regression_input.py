"""What a regression is given, checked: covariances, design matrices, names of units."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import Column, Numbers, column, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.designs import LARGEST, standardised
from scoring.synthesis.spectrum import Table

# Digits lost to a variance ratio r are half of its own: past this one fewer than eight are left.
LARGEST_RATIO: Final = 1e14

# A covariance given twice may differ in its last digits.
SYMMETRIC: Final = 1e-12

# A column within this sine of what the others span is collinear (the tolerance of R's lm); one
# that varies by less than this share of its size is constant.
COLLINEAR: Final = 1e-7
CONSTANT: Final = 1e-12


def covariance(vi: Numbers | Table) -> Table:
    """Sampling variances (k,) or a covariance matrix (k, k), checked.

    Raises InvalidInput with the row for what is not finite, a variance not above 0, an asymmetric
    matrix, one that is not positive definite, or variances too far apart for double precision.
    """
    given = _numbers("vi", vi)
    if given.ndim != 2:
        variances = column("vi", given, above=0.0)
        _check_range(variances)
        return variances
    if given.shape[0] != given.shape[1]:
        raise InvalidInput("is not square", field="vi", accepted="one row and column a study")
    diagonal = column("vi", np.diagonal(given), above=0.0)
    refuse_rows(
        ~np.isfinite(given).all(axis=1), field="vi", values=diagonal, accepted="finite covariances"
    )
    gap = np.abs(given - given.T) - SYMMETRIC * np.abs(given)
    refuse_rows(gap.max(axis=1) > 0, field="vi", values=diagonal, accepted="a symmetric matrix")
    _check_definite(given)
    return given


def _check_definite(given: Table) -> None:
    if _definite(given):
        return
    row = next(row for row in range(1, len(given) + 1) if not _definite(given[:row, :row]))
    raise InvalidInput(
        "repeats or contradicts the rows before it",
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
    matrix = _numbers(field, values)
    if matrix.ndim != 2 or not matrix.size:
        raise InvalidInput(f"has the shape {matrix.shape}", field=field, accepted="rows of numbers")
    return matrix


def _numbers(field: str, values: Numbers | Table) -> Table:
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


def check_distinct(units: Sequence[object] | None, *, rows: int) -> None:
    """Raise InvalidInput, with the row, where a unit is named that was there before."""
    if units is None:
        return
    if len(units) != rows:
        raise InvalidInput(f"has {len(units)} rows", field="units", accepted=f"{rows}, as yi has")
    seen: dict[object, int] = {}
    for row, unit in enumerate(units, start=1):
        if unit in seen:
            raise InvalidInput(
                f"{unit!r} stands in row {seen[unit]} too",
                field="units",
                row=row,
                accepted="each unit once",
            )
        seen[unit] = row
