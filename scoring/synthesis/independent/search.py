"""Every local maximum of a likelihood in tau2, found by proof rather than by trust in a start.

The score s(t) = y'PPy - tr P is a difference of two falling functions of t, so on a piece [a, b]

    y'PPy(b) - tr P(a)  <=  s(t)  <=  y'PPy(a) - tr P(b),

and its slope -2 y'PPPy + tr PP is enclosed in the same way. A piece on which the first enclosure
leaves out 0 holds no stationary point; one on which the second does holds at most one. Pieces are
halved until each is of one kind or the other, and the one root of a falling piece is then found by
Newton's method inside its bracket (Fisher scoring would take the same steps where the observed and
the expected information agree). So no maximum is missed, however far apart the variances are.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.synthesis.independent.batch import Batch, Flags, Indices
from scoring.synthesis.independent.forms import Score, log_likelihood, score

# Two turning points closer than this share of tau2 + min(v) differ by less than 1e-17 in
# log-likelihood, which a double cannot tell from a point of inflexion.
INDISTINCT: Final = 1e-6

# Newton's error is squared at each step: after a step this small the next is below rounding.
SMALL_STEP: Final = 1e-10

# Newton takes a handful of steps and halving a bracket to rounding about fifty.
MOST_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Maxima:
    """Local maxima of m subjects, sorted by subject and tau2: `subject` and `tau2` (M,).

    `best` (n,) is the tau2 with the highest likelihood of each subject, `settled` (n,) whether all
    of a subject's roots were found to full precision.
    """

    subject: Indices
    tau2: Column
    best: Column
    settled: Flags


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces [a, b] of tau2 with the score's parts at both ends; `subject` (m,) owns each."""

    subject: Indices
    a: Column
    b: Column
    at_a: Score
    at_b: Score


def local_maxima(batch: Batch, *, restricted: bool) -> Maxima:
    """All local maxima over tau2 >= 0 of each subject's likelihood; every subject has k >= 2."""
    whole = _whole(batch, restricted=restricted)
    at_zero = np.flatnonzero(whole.at_a.squares <= whole.at_a.trace)
    subject, low, high = _brackets(batch, whole, restricted=restricted)
    root, converged = _roots(batch, subject, low, high, restricted=restricted)
    owner = np.concatenate([at_zero, subject])
    tau2 = np.concatenate([np.zeros(len(at_zero)), root])
    order = np.lexsort((tau2, owner))
    settled = np.ones(len(batch.k), dtype=np.bool_)
    settled[subject[~converged]] = False
    return _ranked(batch, owner[order], tau2[order], settled, restricted=restricted)


def _ranked(
    batch: Batch, owner: Indices, tau2: Column, settled: Flags, *, restricted: bool
) -> Maxima:
    first = np.searchsorted(owner, np.arange(len(batch.k)))
    best = tau2[first]
    rivals = np.flatnonzero(np.bincount(owner, minlength=len(batch.k)) > 1)
    if len(rivals):
        chosen = np.flatnonzero(np.isin(owner, rivals))
        at = owner[chosen]
        height = log_likelihood(*batch.tables(at), tau2[chosen], restricted=restricted)
        order = np.lexsort((height, at))
        last = np.append(np.flatnonzero(np.diff(at[order])), len(order) - 1)
        best[at[order][last]] = tau2[chosen][order][last]
    return Maxima(owner, tau2, best, settled)


def beyond_all_roots(batch: Batch, *, restricted: bool) -> Column:
    """A tau2 (n,) past every root of the score.

    With s2 = SS/df, a root needs (tau2 + min v)^2 <= s2 (tau2 + max v): the squared residuals
    weigh at most SS / (tau2 + min v)^2 and the trace at least df / (tau2 + max v).
    """
    present, smallest = batch.present, batch.v[0]
    df = batch.k - 1 if restricted else batch.k
    mean = batch.y.sum(axis=0) / batch.k
    s2 = (np.where(present, batch.y - mean, 0.0) ** 2).sum(axis=0) / df
    largest = np.where(present, batch.v, 0.0).max(axis=0)
    bound = 0.5 * (s2 + np.sqrt(s2**2 + 4 * s2 * (largest - smallest)))
    # A factor 2 past the bound keeps the last point's score negative whatever the rounding.
    result: Column = 2 * np.maximum(bound, smallest)
    return result


def _whole(batch: Batch, *, restricted: bool) -> _Pieces:
    """One piece a subject, from 0 to beyond all roots."""
    end = beyond_all_roots(batch, restricted=restricted)
    zero = np.zeros_like(end)
    at_zero = score(batch.y, batch.v, zero, restricted=restricted)
    at_end = score(batch.y, batch.v, end, restricted=restricted)
    return _Pieces(np.arange(len(end)), zero, end, at_zero, at_end)


def _brackets(batch: Batch, pieces: _Pieces, *, restricted: bool) -> tuple[Indices, Column, Column]:
    """The pieces, cut ever finer, on which the score falls through 0 exactly once."""
    found: list[tuple[Indices, Column, Column]] = []
    while len(pieces.subject):
        at_a, at_b = pieces.at_a, pieces.at_b
        through = (at_a.squares > at_a.trace) & (at_b.squares <= at_b.trace)
        rootless = (at_b.squares > at_a.trace) | (at_a.squares < at_b.trace)
        falling = at_a.trace2 < 2 * at_b.cubes
        rising = at_b.trace2 > 2 * at_a.cubes
        smallest = batch.v[0, pieces.subject]
        narrow = pieces.b - pieces.a <= INDISTINCT * (pieces.a + smallest)
        bracket = through & (falling | narrow)
        found.append((pieces.subject[bracket], pieces.a[bracket], pieces.b[bracket]))
        unproven = np.flatnonzero(~(rootless | falling | rising | narrow))
        pieces = _halved(batch, pieces, unproven, restricted=restricted)
    subject, low, high = (np.concatenate(part) for part in zip(*found, strict=True))
    return subject, low, high


def _halved(batch: Batch, pieces: _Pieces, which: Indices, *, restricted: bool) -> _Pieces:
    subject, a, b = pieces.subject[which], pieces.a[which], pieces.b[which]
    smallest = batch.v[0, subject]
    middle = np.sqrt((a + smallest) * (b + smallest)) - smallest
    at = score(*batch.tables(subject), middle, restricted=restricted)
    left, right = (
        [np.concatenate(ends) for ends in zip(*pair, strict=True)]
        for pair in (
            ((part[which] for part in _parts(pieces.at_a)), _parts(at)),
            (_parts(at), (part[which] for part in _parts(pieces.at_b))),
        )
    )
    return _Pieces(
        np.concatenate([subject, subject]),
        np.concatenate([a, middle]),
        np.concatenate([middle, b]),
        Score(*left),
        Score(*right),
    )


def _parts(at: Score) -> tuple[Column, Column, Column, Column]:
    return at.squares, at.trace, at.cubes, at.trace2


def _roots(
    batch: Batch, subject: Indices, low: Column, high: Column, *, restricted: bool
) -> tuple[Column, Flags]:
    """Where the score falls through 0 in each bracket, by Newton on trace / squares - 1.

    That function is linear in tau2 for studies of one precision, so the first step is then exact.
    """
    root, low, high = 0.5 * (low + high), low.copy(), high.copy()
    active = np.arange(len(root))
    for _ in range(MOST_STEPS):
        if not len(active):
            break
        at, t = subject[active], root[active]
        here = score(*batch.tables(at), t, restricted=restricted)
        before = here.squares > here.trace
        low[active] = np.where(before, t, low[active])
        high[active] = np.where(before, high[active], t)
        slope = 2 * here.trace * here.cubes / here.squares - here.trace2
        step = (here.squares - here.trace) / slope
        reached = t + step
        inside = (reached >= low[active]) & (reached <= high[active])
        reached = np.where(inside, reached, 0.5 * (low[active] + high[active]))
        root[active] = reached
        moved = np.abs(reached - t)
        active = active[moved > SMALL_STEP * (t + batch.v[0, at])]
    converged = np.ones(len(root), dtype=np.bool_)
    converged[active] = False
    return root, converged
