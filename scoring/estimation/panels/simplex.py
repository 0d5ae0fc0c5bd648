"""Weights of donors: the point of a convex hull nearest to a target, found exactly."""

from typing import Final

import numpy as np
from scipy import optimize

from scoring.columns import Column
from scoring.errors import NotConverged
from scoring.estimation.shapes import Matrix

# How much even weights are preferred among those that fit alike, as a share of the mean square of
# the rows: enough for the weights to be unique, too little to be seen in the fit.
RIDGE: Final = 1e-8

# A gradient this far, relative to the problem, on the wrong side of 0 is not the optimum.
TOLERANCE: Final = 1e-7

# A weight below this is no weight.
NO_WEIGHT: Final = 1e-12


def simplex_weights(donors: Matrix, target: Column) -> Column:
    """The weights w (donors,) that bring `donors` (rows, donors) nearest to `target` (rows,).

        min |donors w - target|^2 + ridge |w|^2    with w >= 0, sum w = 1
    On the simplex the first part is |B w|^2, B = donors - target 1'. The same w, up to its sum,
    minimises |B u|^2 + (1'u - 1)^2 over u >= 0, a non-negative least-squares problem that Lawson
    and Hanson's algorithm ends exactly; its support is solved once more in full precision. The
    ridge makes w unique where donors outnumber rows. Raises NotConverged where the optimality
    conditions do not hold.
    Source: Wolfe 1976, Math. Program. 11:128, on the nearest point of a polytope; Lawson and Hanson
    1974, Solving Least Squares Problems, chapter 23.
    """
    count = donors.shape[1]
    if count == 1:
        return np.ones(1)
    apart = donors - target[:, None]
    size = float(np.sqrt((apart**2).mean())) or 1.0
    ridge = np.sqrt(RIDGE * len(target)) * np.eye(count)
    b = np.vstack([apart / size, ridge])
    try:
        u = optimize.nnls(np.vstack([b, np.ones(count)]), np.append(np.zeros(len(b)), 1.0))[0]
    except RuntimeError as failure:
        raise NotConverged(f"donor weights: {failure}", field="outcome") from None
    w = _polished(b, u / u.sum())
    _refuse_not_optimal(b, w)
    return w


def _polished(b: Matrix, w: Column) -> Column:
    """The optimum on the support of w, where it stays above 0; else w itself."""
    support = np.flatnonzero(w > NO_WEIGHT)
    rows = np.vstack([b[:, support], np.ones(len(support))])
    solved = np.linalg.lstsq(rows, np.append(np.zeros(len(b)), 1.0), rcond=None)[0]
    if not (solved > 0).all():
        return w
    polished = np.zeros(len(w))
    polished[support] = solved / solved.sum()
    return polished


def _refuse_not_optimal(b: Matrix, w: Column) -> None:
    """Karush, Kuhn and Tucker: the gradient is least, and the same, wherever there is weight."""
    gradient = b.T @ (b @ w)
    least = float(w @ gradient)
    scale = float((b**2).sum(axis=0).max())
    if (gradient < least - TOLERANCE * scale).any():
        raise NotConverged(
            "donor weights are not the best ones",
            field="outcome",
            accepted="an outcome without extreme values",
        )
