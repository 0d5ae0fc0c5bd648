"""Between-study variance tau2: EE, DL, PM, REML and ML on data scaled to variances near 1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize

from scoring.columns import Column
from scoring.errors import NotConverged

# Points of the scan for every e-fold of tau2 + min(vi). The score is a rational function of tau2
# with its poles at -vi, so it cannot turn on a shorter scale than log(tau2 + min(vi)). Two turning
# points closer than 1/64 e-fold differ by less than 1e-6 in log-likelihood, and between two grid
# points with the same sign of the score the likelihood cannot hold its global maximum.
POINTS_PER_E_FOLD: Final = 64

# Cells of one block of the scan (8 MB of float64), so that memory does not grow with k.
CELLS_AT_ONCE: Final = 1_000_000

# Brent's search stops at adjacent doubles: its absolute tolerance is far below the scale of 1 that
# the data have, its relative one the smallest that scipy accepts (4 eps).
ROOT_XTOL: Final = 1e-18
ROOT_RTOL: Final = 4 * float(np.finfo(np.float64).eps)

# Brackets may span a hundred orders of magnitude, so it gets more steps than scipy's hundred.
STEPS: Final = 1000


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """tau2 and every local maximum of its likelihood (just tau2 itself where none is maximised)."""

    tau2: float
    maxima: tuple[float, ...]


def inverse_variance_fit(y: Column, v: Column, tau2: float) -> tuple[Column, float, float]:
    """Weights 1/(v + tau2) (k,), their mean of `y`, and Q(tau2) = sum w (y - mean)^2."""
    w = 1.0 / (v + tau2)
    mean = float(w @ y / w.sum())
    return w, mean, float(w @ (y - mean) ** 2)


def projected_trace(w: Column, v: Column) -> Column:
    """sum w - sum w^2 / sum w along the last axis (..., k), as sum w_i (sum w - w_i) / sum w.

    The most precise study's bracket is summed from the others, so no digit is lost where that study
    outweighs them all.
    """
    top = int(np.argmin(v))
    others = np.delete(w, top, axis=-1)
    rest = others.sum(axis=-1)
    total = rest + w[..., top]
    brackets = w[..., top] * rest + (others * (total[..., None] - others)).sum(axis=-1)
    trace: Column = brackets / total
    return trace


def none(y: Column, v: Column) -> Heterogeneity:
    """Common effect (EE): tau2 = 0 by assumption."""
    return Heterogeneity(0.0, (0.0,))


def dersimonian_laird(y: Column, v: Column) -> Heterogeneity:
    """DL: tau2 = max(0, (Q - (k - 1)) / (sum w - sum w^2 / sum w)), w = 1/v.

    Source: DerSimonian and Laird 1986, Control. Clin. Trials 7:177.
    """
    w, _, q = inverse_variance_fit(y, v, 0.0)
    tau2 = max(0.0, (q - (len(y) - 1)) / float(projected_trace(w, v)))
    return Heterogeneity(tau2, (tau2,))


def paule_mandel(y: Column, v: Column) -> Heterogeneity:
    """PM: the tau2 at which Q(tau2) = k - 1, or 0 where Q(0) is below that already.

    Q falls in tau2 and Q(tau2) <= SS / (min v + tau2), which bounds the root from above.
    Source: Paule and Mandel 1982, J. Res. NBS 87:377.
    """
    df = len(y) - 1

    def excess(tau2: float) -> float:
        return inverse_variance_fit(y, v, tau2)[2] - df

    if excess(0.0) <= 0:
        return Heterogeneity(0.0, (0.0,))
    tau2 = _root(excess, 0.0, 2 * _spread(y) / df)
    return Heterogeneity(tau2, (tau2,))


def restricted_likelihood(y: Column, v: Column) -> Heterogeneity:
    """REML: the global maximum of the restricted likelihood over tau2 >= 0, and all local ones.

    Source: Viechtbauer 2005, J. Educ. Behav. Stat. 30:261, equation 15.
    """
    return _global_maximum(y, v, restricted=True)


def full_likelihood(y: Column, v: Column) -> Heterogeneity:
    """ML: the global maximum of the likelihood over tau2 >= 0, and all local ones.

    Source: Hardy and Thompson 1996, Stat. Med. 15:619.
    """
    return _global_maximum(y, v, restricted=False)


def _global_maximum(y: Column, v: Column, *, restricted: bool) -> Heterogeneity:
    grid = _grid(y, v, df=len(y) - 1 if restricted else len(y))
    blocks = np.array_split(grid, 1 + len(grid) * len(y) // CELLS_AT_ONCE)
    rising = np.concatenate([_score(y, v, block, restricted=restricted) > 0 for block in blocks])

    def score(tau2: float) -> float:
        return float(_score(y, v, np.array([tau2]), restricted=restricted)[0])

    # The likelihood peaks where its score turns from rising to falling, and at 0 if it falls there.
    peaks = np.flatnonzero(rising[:-1] & ~rising[1:])
    at_zero = () if rising[0] else (0.0,)
    maxima = (*at_zero, *(_root(score, float(grid[i]), float(grid[i + 1])) for i in peaks))
    best = max(maxima, key=lambda tau2: _log_likelihood(y, v, tau2, restricted=restricted))
    return Heterogeneity(best, maxima)


def _grid(y: Column, v: Column, *, df: int) -> Column:
    """Values of tau2 from 0 to beyond the last root of the score, even in log(tau2 + min v).

    With s2 = SS/df, a root needs (tau2 + min v)^2 <= s2 (tau2 + max v): the squared residuals
    weigh at most SS / (tau2 + min v)^2 and the trace at least df / (tau2 + max v).
    """
    s2, smallest, largest = _spread(y) / df, float(v.min()), float(v.max())
    beyond = max(0.5 * (s2 + np.sqrt(s2**2 + 4 * s2 * (largest - smallest))), smallest)
    # A factor 2 past the bound keeps the last point's score negative whatever the rounding.
    e_folds = np.log(2 * beyond / smallest)
    steps = np.linspace(0.0, e_folds, 2 + int(np.ceil(POINTS_PER_E_FOLD * e_folds)))
    return smallest * np.expm1(steps)


def _score(y: Column, v: Column, tau2: Column, *, restricted: bool) -> Column:
    """Twice the derivative of the log-likelihood at each tau2 (n,), relative to its trace part."""
    w = 1.0 / (v + tau2[:, None])
    total = w.sum(axis=1)
    mean = w @ y / total
    squares = ((w * (y - mean[:, None])) ** 2).sum(axis=1)
    trace = projected_trace(w, v) if restricted else total
    relative: Column = squares / trace - 1.0
    return relative


def _log_likelihood(y: Column, v: Column, tau2: float, *, restricted: bool) -> float:
    w, _, q = inverse_variance_fit(y, v, tau2)
    penalty = float(np.log(w.sum())) if restricted else 0.0
    return 0.5 * (float(np.log(w).sum()) - penalty - q)


def _spread(y: Column) -> float:
    return float(((y - y.mean()) ** 2).sum())


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function above 0 at `low` and below 0 at `high` crosses, to the last bit.

    An end where rounding hides the sign is the root itself.
    """
    for end, side in ((low, 1), (high, -1)):
        if side * function(end) <= 0:
            return end
    root, search = optimize.brentq(
        function,
        low,
        high,
        xtol=ROOT_XTOL,
        rtol=ROOT_RTOL,
        maxiter=STEPS,
        full_output=True,
        disp=False,
    )
    if not search.converged:
        raise NotConverged(f"no root of the score between {low} and {high}", field="tau2")
    return float(root)
