"""Estimates that solve several equations at once, and the covariance that knows all of them."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.comparisons.arms import Labels
from scoring.estimation.linear import COLLINEAR
from scoring.estimation.shapes import Indices, Matrix

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
    scores = np.asarray(equations(solution), np.float64)
    n = len(scores)
    slopes = _slopes(equations, solution, np.zeros(n, np.intp))[0]
    c = len(solution) if counted is None else counted
    if n <= c:
        raise TooLittleData(
            f"{n} rows for {c} parameters", field="rows", accepted=f"at least {c + 1} rows"
        )
    if clusters is not None:
        scores = _summed(scores, numbered(clusters))
    groups = len(scores)
    half = np.linalg.solve(slopes, scores.T)
    cov: Matrix = half @ half.T * (groups / (groups - 1) * (n - 1) / (n - c))
    return cov


def without_each(equations: Equations, solution: Column, clusters: Indices) -> Matrix:
    """How far each cluster, numbered from 0 in rows (n,), moves the parameters (clusters, k).

        (A - A_g)^-1 s_g, one step of Newton's method from the solution to that without cluster g,
    where A_g sums the derivatives and s_g the equations over the rows of g. Raises TooLittleData
    where the other clusters do not tell all parameters.
    Source: Bell and McCaffrey 2002, Surv. Methodol. 28:169, of regressions; the one step as
    Pregibon 1981, Ann. Stat. 9:705.
    """
    own = _slopes(equations, solution, clusters)
    whole = own.sum(axis=0)
    scores = _summed(np.asarray(equations(solution), np.float64), clusters)
    left = np.eye(len(solution)) - np.linalg.solve(whole, own)
    if (np.abs(np.linalg.eigvals(left)).min(axis=1) < COLLINEAR).any():
        raise TooLittleData(
            "cannot be left out one at a time: the others do not tell the score and the effect",
            field="clusters",
            accepted="fewer covariates, or more clusters in both arms",
        )
    moves = np.linalg.solve(left, np.linalg.solve(whole, scores.T).T[:, :, None])
    return np.asarray(moves[:, :, 0], np.float64)


def numbered(clusters: Labels) -> Indices:
    """Clusters of rows (n,) as numbers from 0, in the order in which they come."""
    at = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    return np.array([at[name] for name in clusters], np.intp)


def _summed(scores: Matrix, clusters: Indices) -> Matrix:
    summed = np.zeros((int(clusters.max()) + 1, scores.shape[1]))
    np.add.at(summed, clusters, scores)
    return summed


def _slopes(equations: Equations, solution: Column, clusters: Indices) -> Matrix:
    """The derivatives of the equations summed over the rows of each cluster (clusters, k, k)."""
    k, count = len(solution), int(clusters.max()) + 1
    slopes = np.empty((count, k, k))
    for place in range(k):
        moved = solution.astype(np.complex128)
        moved[place] += STEP * 1j
        slopes[:, :, place] = _summed(equations(moved).imag / STEP, clusters)
    return slopes
