"""Regressions whose rows covary within clusters, in coordinates where the covariance is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import Column
from scoring.errors import InvalidInput
from scoring.synthesis.independent.batch import Indices, Ragged, Table
from scoring.synthesis.nested.dependence import rows_by_unit

# A column within this sine of what the others span is collinear (the tolerance of R's lm).
COLLINEAR: Final = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitened:
    """A regression of N rows on p columns, its working covariance V = T T' divided out by cluster.

    `roots` are the T, one a cluster: standard errors (n,) where rows are independent, else a lower
    triangle (n, n). With T^-1 X = q r, q (N, p) orthonormal, coefficients of whitened effects y are
        b = back f y     f (p, N) with f q = I     back (p, p) = r^-1
    For weights V^-1 (generalised least squares, not `weighted` otherwise) f is q'. Rows are in the
    caller's order. Clusters with the same number in `alike` (from 0) have the same X, V and
    weights, row by row.
    """

    units: Ragged
    alike: Indices
    roots: Sequence[Table]
    q: Table
    f: Table
    back: Table
    weighted: bool

    @classmethod
    def of(
        cls,
        x: Table,
        blocks: Sequence[Table],
        units: Ragged,
        *,
        weights: Column | None = None,
    ) -> "Whitened":
        """The regression on `x` (N, p) with the working covariances `blocks`, one a cluster.

        Weights (N,) other than the inverse of the covariance can be given.
        Raises InvalidInput for collinear columns.
        """
        roots = [_root(block) for block in blocks]
        q, back = _orthonormal(_by_cluster(x, roots, units))
        f = q.T if weights is None else _weighted(q, roots, units, weights)
        alike = _alike(x, blocks, units, weights)
        return cls(
            units=units,
            alike=alike,
            roots=roots,
            q=q,
            f=f,
            back=back,
            weighted=weights is not None,
        )

    def white(self, values: Table) -> Table:
        """T^-1 of a column (N,) or of several (N, m)."""
        return _by_cluster(values, self.roots, self.units)

    @property
    def rows(self) -> Table:
        """What each row of effects, not whitened, adds to each coefficient (p, N)."""
        result = self.back @ self.f
        for own, root in zip(rows_by_unit(self.units), self.roots, strict=True):
            result[:, own] = divided(root, result[:, own].T, transposed=True).T
        return result


def divided(root: Table, values: Table, *, transposed: bool = False) -> Table:
    """T^-1 (or its transpose) times `values`, T being diagonal (n,) or a lower triangle (n, n)."""
    if root.ndim == 1:
        result: Table = (values.T / root).T
        return result
    solved: Table = linalg.solve_triangular(
        root, values, lower=True, trans="T" if transposed else "N"
    )
    return solved


def squared(root: Table) -> Table:
    """T'T: (n,) or (n, n) as T."""
    result: Table = root**2 if root.ndim == 1 else root.T @ root
    return result


def _alike(x: Table, blocks: Sequence[Table], units: Ragged, weights: Column | None) -> Indices:
    """The number of each cluster's kind: those are one whose numbers are the same to the bit."""
    codes: dict[tuple[bytes, ...], int] = {}
    kinds = []
    for own, block in zip(rows_by_unit(units), blocks, strict=True):
        given = (x[own], block) if weights is None else (x[own], block, weights[own])
        kinds.append(codes.setdefault(tuple(part.tobytes() for part in given), len(codes)))
    return np.array(kinds, dtype=np.intp)


def _root(block: Table) -> Table:
    return np.sqrt(block) if block.ndim == 1 else linalg.cholesky(block, lower=True)


def _by_cluster(values: Table, roots: Sequence[Table], units: Ragged) -> Table:
    result = np.empty_like(values)
    for own, root in zip(rows_by_unit(units), roots, strict=True):
        result[own] = divided(root, values[own])
    return result


def _orthonormal(x: Table) -> tuple[Table, Table]:
    """q and r^-1 of x = q r, heaviest rows first: exact for each row, then, not for the whole."""
    sizes = np.linalg.norm(x, axis=0)
    scaled = x / np.where(sizes > 0, sizes, 1.0)
    order = np.argsort(-np.linalg.norm(scaled, axis=1), kind="stable")
    sorted_q, r = linalg.qr(scaled[order], mode="economic")
    if (np.abs(np.diagonal(r)) <= COLLINEAR).any():
        raise InvalidInput(
            "has a column that is a combination of the others",
            field="x",
            accepted="columns that are not collinear",
        )
    q = np.empty_like(sorted_q)
    q[order] = sorted_q
    inverse = linalg.solve_triangular(r, np.eye(len(r)))
    return q, inverse / sizes[:, None]


def _weighted(q: Table, roots: Sequence[Table], units: Ragged, weights: Column) -> Table:
    """f of weighted least squares: (q'T'WTq)^-1 q'T'WT, by the roots of the weights."""
    half = np.empty_like(q)
    for own, root in zip(rows_by_unit(units), roots, strict=True):
        turned = root[:, None] * q[own] if root.ndim == 1 else root @ q[own]
        half[own] = np.sqrt(weights[own])[:, None] * turned
    basis, r = linalg.qr(half, mode="economic")
    solved = linalg.solve_triangular(r, basis.T) * np.sqrt(weights)
    for own, root in zip(rows_by_unit(units), roots, strict=True):
        solved[:, own] = solved[:, own] * root if root.ndim == 1 else solved[:, own] @ root
    result: Table = solved
    return result
