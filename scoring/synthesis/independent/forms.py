"""The quadratic forms and traces from which every estimate of tau2 is made, at any tau2."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.synthesis.independent.batch import Table

# The sum down each column of the product of so many tables, as `einsum` has it.
PRODUCTS: Final[Mapping[int, str]] = MappingProxyType({2: "ij,ij->j", 3: "ij,ij,ij->j"})


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights 1/(v + t) (k, n), their sum, the mean of y, Q = sum w (y - mean)^2 (all n,)."""

    w: Table
    total: Column
    mean: Column
    q: Column


def fit(y: Table, v: Table, t: Column) -> Fit:
    """The inverse-variance fit of each subject at its own tau2 `t` (n,)."""
    w = _weights(v, t)
    total = w.sum(axis=0)
    mean = _dot(w[1:], y[1:]) / total
    residual = y - mean
    return Fit(w, total, mean, _dot(w, residual, residual))


@dataclass(frozen=True, slots=True)
class Score:
    """Twice the derivative of a log-likelihood in tau2, by its two parts and their slopes (n,).

    With P = W - W 1 1'W / 1'W1: `squares` = y'PPy and `trace` = tr P (or tr W for the likelihood
    that is not restricted), so the score is their difference; `cubes` = y'PPPy and `trace2` =
    tr PP (or tr WW) are the slopes, d squares = -2 cubes and d trace = -trace2. All four fall as
    tau2 rises: that is what lets the search of `search.py` prove where the score has no root.
    """

    squares: Column
    trace: Column
    cubes: Column
    trace2: Column


def score(y: Table, v: Table, t: Column, *, restricted: bool) -> Score:
    """The parts of the score of each subject at its own tau2 `t` (n,).

    Every sum is arranged so that nothing cancels: y is 0 for the most precise study (the first),
    and what is left of its weight in P is summed from the others.
    """
    # Tables are written over as soon as they have served: making new ones costs more than filling
    # them, since memory of this size is given back to the system each time.
    w = _weights(v, t)
    lead, others = w[0], w[1:]
    rest = others.sum(axis=0)
    total = lead + rest
    mean = _dot(others, y[1:]) / total
    u = y - mean
    u *= w
    squares = _dot(u, u)
    # Centred first: the plain difference of sums would cancel where one study has all the weight.
    u -= _dot(w, u) / total
    cubes = _dot(w, u, u)
    if not restricted:
        return Score(squares, total, cubes, _dot(w, w))
    trace, trace2 = _projected(lead, others, rest, total)
    return Score(squares, trace, cubes, trace2)


def _weights(v: Table, t: Column) -> Table:
    w = v + t
    return np.divide(1.0, w, out=w)


def projected_trace(w: Table) -> Column:
    """tr P = sum w - sum w^2 / sum w of each subject (n,), the heaviest study being the first."""
    rest = w[1:].sum(axis=0)
    return _projected(w[0], w[1:], rest, w[0] + rest)[0]


def projected_squares(w: Table) -> Column:
    """tr PP of each subject (n,), the heaviest study being the first."""
    rest = w[1:].sum(axis=0)
    return _projected(w[0], w[1:], rest, w[0] + rest)[1]


def _projected(lead: Column, others: Table, rest: Column, total: Column) -> tuple[Column, Column]:
    # P has w_i (total - w_i) / total on its diagonal and -w_i w_j / total off it. As no other study
    # weighs more than the first, each bracket below keeps at least a ninth of its largest part.
    s2, s3 = _dot(others, others), _dot(others, others, others)
    share = lead / total
    trace = 2.0 * share * rest + (rest * rest - s2) / total
    trace2 = (share * rest) ** 2 + s2 * (1 + 2 * share**2 + s2 / total**2) - 2 * s3 / total
    return trace, trace2


def _dot(*tables: Table) -> Column:
    """The sum down each column of the product of the tables (k, n)."""
    product: Column = np.einsum(PRODUCTS[len(tables)], *tables)
    return product


def log_likelihood(y: Table, v: Table, t: Column, *, restricted: bool) -> Column:
    """The (restricted) log-likelihood at tau2 = t (n,), up to a constant of each subject."""
    fitted = fit(y, v, t)
    known = np.isfinite(v)
    logs = np.log(np.where(known, fitted.w, 1.0)).sum(axis=0)
    penalty = np.log(fitted.total) if restricted else 0.0
    result: Column = 0.5 * (logs - penalty - fitted.q)
    return result
