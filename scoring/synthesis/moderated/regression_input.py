"""What a regression is given beside its design, checked: covariances and names of units."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import LARGEST_RATIO, Numbers, check_comparable, column, refuse_rows
from scoring.errors import InvalidInput
from scoring.synthesis.independent.batch import Ragged
from scoring.synthesis.moderated.designs import numbers
from scoring.synthesis.moderated.spectrum import Table

# A covariance given twice may differ in its last digits.
SYMMETRIC: Final = 1e-12


def covariance(vi: Numbers | Table) -> Table:
    """Sampling variances (k,) or a covariance matrix (k, k), checked.

    Raises InvalidInput with the row for what is not finite, a variance not above 0, an asymmetric
    matrix, one that is not positive definite, or variances too far apart for double precision.
    """
    given = numbers("vi", vi)
    if given.ndim != 2:
        variances = column("vi", given, above=0.0)
        check_comparable("vi", variances)
        return variances
    if given.shape[0] != given.shape[1]:
        raise InvalidInput("is not square", field="vi", accepted="one row and column a study")
    diagonal = column("vi", np.diagonal(given), above=0.0)
    refuse_rows(
        ~np.isfinite(np.abs(given).max(axis=1)),
        field="vi",
        values=diagonal,
        accepted="finite covariances",
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


def check_distinct(units: Sequence[object] | None, *, rows: int) -> None:
    """Raise InvalidInput, with the row, where a unit is named that was there before."""
    if units is None:
        return
    twice = Ragged.of("units", units, rows=rows).repeated()
    if twice is not None:
        earlier, row = twice
        raise InvalidInput(
            f"{units[row - 1]!r} is there twice",
            field="units",
            row=row,
            earlier=earlier,
            accepted="each unit once",
        )
