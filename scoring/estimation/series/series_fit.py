"""A regression in order of time: what it found, and what it takes its errors to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import refuse_collinear
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.shapes import Matrix

# A residual below this share of the outcome is rounding: the model runs through every point.
EXACT: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFit:
    """A regression of `y` (n,) on `x` (n, p) in order of time, and what its errors are taken to be.

    `steps` (n,) are the periods since the row before, 0 where a series begins. `cov` (p, p) is read
    on `df` degrees of freedom. `phi` is the autocorrelation of errors one period apart (None where
    none is fitted), `sigma` their standard deviation (that of the innovations in two-step fits, as
    R gives both), `loglik` the maximised likelihood where there is one.
    """

    terms: tuple[str, ...]
    x: Matrix
    y: Column
    steps: Steps
    b: Column
    cov: Matrix
    df: int
    sigma: float
    phi: float | None = None
    loglik: float | None = None

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.y)

    @property
    def residuals(self) -> Column:
        """What the regression leaves of the outcome (n,)."""
        left: Column = self.y - self.x @ self.b
        return left


@dataclass(frozen=True, slots=True)
class Orthogonal:
    """X = QR with the least-squares `b` (p,) and `z` = [Q, residuals] (n, p + 1)."""

    terms: tuple[str, ...]
    x: Matrix
    y: Column
    r: Matrix
    b: Column
    z: Matrix


def steps_of(
    positions: Sequence[int] | Steps, groups: Sequence[int] | Steps | None = None
) -> Steps:
    """Periods since the row before (n,), 0 where a series begins, from sorted whole positions.

    `groups` (n,) tells series apart; rows of one stand together. Raises InvalidInput at a row whose
    position is not past the one before in its series.
    """
    at = np.asarray(positions, np.int64)
    series = np.zeros(len(at), np.int64) if groups is None else np.asarray(groups, np.int64)
    begins = np.concatenate([[True], series[1:] != series[:-1]])
    steps = np.where(begins, 0, np.diff(at, prepend=at[:1]))
    wrong = ~begins & (steps <= 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InvalidInput(
            f"is {at[row]} after {at[row - 1]}",
            field="positions",
            row=row + 1,
            accepted="periods in rising order within each series, none of them twice",
        )
    return steps


def orthogonal(y: Column, columns: Mapping[str, Column]) -> Orthogonal:
    """The outcome (n,) and named columns (n,) in coordinates free of the columns' own scales.

    Raises TooLittleData for n <= p, InvalidInput for a column that others explain or no residuals.
    """
    terms, x = tuple(columns), np.column_stack(list(columns.values()))
    if len(y) <= len(terms):
        raise TooLittleData(
            f"{len(y)} periods for {len(terms)} coefficients",
            field="periods",
            accepted=f"at least {len(terms) + 1} periods",
        )
    refuse_collinear(x, terms)
    q, r = np.linalg.qr(x)
    # A second projection takes out what rounding left in the direction of the columns.
    left = y - q @ (q.T @ y)
    left = left - q @ (q.T @ left)
    b = np.linalg.solve(r, q.T @ y)
    refuse_exact(left, y)
    return Orthogonal(terms, x, y, r, b, np.column_stack([q, left]))


def whitened(z: Matrix, steps: Steps, phi: float) -> Matrix:
    """Rows of Z (n, q) less phi^d times the row d periods before, over sqrt(1 - phi^(2d))."""
    rho = np.where(steps > 0, phi ** np.maximum(steps, 1), 0.0)[:, None]
    before = np.vstack([z[:1], z[:-1]])
    rows: Matrix = (z - rho * before) / np.sqrt(1 - rho**2)
    return rows


def refuse_exact(residuals: Column, y: Column) -> None:
    """Raise InvalidInput where the model leaves nothing, so that no error can be told from it."""
    if np.linalg.norm(residuals) <= EXACT * np.linalg.norm(y):
        raise InvalidInput(
            "lies on the model exactly, so nothing tells how far chance moves it",
            field="outcome",
            accepted="figures as they were measured, not smoothed, filled in or projected",
        )
