"""Estimates that solve several equations at once, and the covariance that knows all of them."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.comparisons.arms import Labels
from scoring.estimation.shapes import Matrix

# Real or complex parameters (k,) -> one row of the equations for each row of the data (n, k).
Equations: TypeAlias = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]

# A step along the imaginary axis has no rounding error, however small (Squire and Trapp 1998, SIAM
# Review 40:110).
STEP: Final = 1e-30


def sandwich(
    equations: Equations,
    solution: Column,
    *,
    clusters: Labels | None = None,
    counted: int | None = None,
) -> Matrix:
    """The covariance (k, k) of the parameters that make the sum of `equations` 0.

        A^-1 B A^-T,   A = sum of derivatives,   B = G / (G - 1) (n - 1) / (n - c) sum of s s'
    where s sums the n rows of each of G clusters; without clusters each row is one. c are the
    parameters that count (`counted`), all unless told. That the
    parameters of one equation are estimated by another is so allowed for. Raises TooLittleData for
    no more rows than parameters.
    Source: Stefanski and Boos 2002, Am. Stat. 56:29; the factor as for regressions, Cameron and
    Miller 2015, J. Hum. Resour. 50:317.
    """
    k = len(solution)
    slopes = np.empty((k, k))
    for place in range(k):
        moved = solution.astype(np.complex128)
        moved[place] += STEP * 1j
        slopes[:, place] = equations(moved).sum(axis=0).imag / STEP
    scores = np.asarray(equations(solution), np.float64)
    n = len(scores)
    c = k if counted is None else counted
    if n <= c:
        raise TooLittleData(
            f"{n} rows for {c} parameters", field="rows", accepted=f"at least {c + 1} rows"
        )
    if clusters is not None:
        at = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
        summed = np.zeros((len(at), k))
        np.add.at(summed, [at[name] for name in clusters], scores)
        scores = summed
    groups = len(scores)
    half = np.linalg.solve(slopes, scores.T)
    cov: Matrix = half @ half.T * (groups / (groups - 1) * (n - 1) / (n - c))
    return cov
