"""Where the likelihood of variance components is highest: ascents from all over its domain."""

import math
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import Column
from scoring.errors import NotConverged
from scoring.synthesis.independent.batch import Flags, Table
from scoring.synthesis.nested.components import Nested, Point

# Newton's method needs about ten steps; a step that gains nothing is halved.
MOST_STEPS: Final = 200
MOST_HALVINGS: Final = 60

# Newton's decrement is twice the gain in log-likelihood that is still to be had. Below the first
# value, as a share of the likelihood, the gain drowns in rounding, so steps are taken unseen; below
# the second every variance is within 1e-10 of its standard error.
UNSEEN: Final = 1e-9
PRECISE: Final = 1e-20

# Ascents start from a grid with six points a power of ten, from this share of the smallest sampling
# variance up to where no maximum can be.
POINTS_PER_DECADE: Final = 6
LEAST: Final = 1e-3

# Two maxima this near, relative to the variances and to the sampling variances, are one.
SAME: Final = 1e-6


def local_maxima(model: Nested, movable: Flags) -> tuple[Point, ...]:
    """Every local maximum that ascents reach, highest first; `movable` (2,) levels are not 0.

    The likelihood is first laid out on a grid that has both boundaries; each point of it that is no
    lower than its neighbours starts an ascent. Maxima closer together than the grid could be taken
    for one; a maximum on the boundary counts where the likelihood falls inwards.
    Raises NotConverged where the highest ascent ends without every variance to full precision.
    """
    reached = [_ascend(model, start, movable) for start in _starts(model, movable)]
    found: list[Point] = []
    for point in sorted(reached, key=lambda point: -point.height):
        if _settled(point, movable):
            if not any(_same(model, point, known) for known in found):
                found.append(point)
        elif not found:
            break
    if not found:
        raise NotConverged(
            "the search ended before the variances were found to full precision", field="sigma2"
        )
    return tuple(found)


def _starts(model: Nested, movable: Flags) -> list[Column]:
    """The points of the grid that are no lower than around them, within it or along its edges."""
    values = _grid(model)
    axes = [values if moves else values[:1] for moves in movable]
    heights = np.column_stack([model.heights(axes[0], effect) for effect in axes[1].tolist()])
    inside = [tuple(at) for at in np.argwhere(_peaks(heights))]
    left = [(at, 0) for at in np.flatnonzero(_peaks(heights[:, :1])).tolist()]
    lower = [(0, at) for at in np.flatnonzero(_peaks(heights[:1])).tolist()]
    return [np.array([axes[0][i], axes[1][j]]) for i, j in dict.fromkeys([*inside, *left, *lower])]


def _peaks(heights: Table) -> Flags:
    """Where a table is no lower than around it."""
    padded = np.pad(heights, 1, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).max(axis=(2, 3))
    result: Flags = heights >= around
    return result


def _grid(model: Nested) -> Column:
    """0, and a geometric row of variances up to the whole sum of squares that is left of y."""
    left = model.y - model.x @ (model.x.T @ model.y)
    most, least = float(left @ left), LEAST * float(model.d.min())
    if most <= least:
        return np.zeros(1)
    points = 2 + math.ceil(POINTS_PER_DECADE * math.log10(most / least))
    return np.concatenate([[0.0], np.geomspace(least, most, points)])


def _ascend(model: Nested, start: Column, movable: Flags) -> Point:
    """The end of the ascent from `start`: Newton's steps until they gain nothing but rounding."""
    point, last = model.at(start), math.inf
    for _ in range(MOST_STEPS):
        step, decrement = _direction(point, movable)
        seen = decrement >= UNSEEN * (1 + abs(point.height))
        if decrement == 0 or (not seen and decrement >= last):
            break
        last = decrement
        moved = _moved(model, point, step, seen=seen)
        if moved is None:
            break
        point = moved
    return point


def _moved(model: Nested, point: Point, step: Column, *, seen: bool) -> Point | None:
    """The point a step away, the step halved until it gains; never below 0."""
    for halving in range(MOST_HALVINGS if seen else 1):
        reached = model.at(np.maximum(0.0, point.sigma2 + step * 0.5**halving))
        if not seen or reached.height > point.height:
            return reached
    return None


def _direction(point: Point, movable: Flags) -> tuple[Column, float]:
    """The step to the maximum of a parabola, held at 0 where it leads below, and its decrement.

    The parabola is Newton's where the likelihood curves down and Fisher's where it does not.
    """
    free = _free(point, movable)
    while free.any():
        step = np.zeros(2)
        at = np.ix_(free, free)
        step[free] = _solve(point.observed[at], point.expected[at], point.slope[free])
        stuck = free & (point.sigma2 == 0) & (step < 0)
        if not stuck.any():
            return step, float(point.slope @ step)
        free &= ~stuck
    return np.zeros(2), 0.0


def _solve(observed: Table, expected: Table, slope: Column) -> Column:
    curved = linalg.eigvalsh(observed)[0] > 0
    return np.asarray(np.linalg.solve(observed if curved else expected, slope), np.float64)


def _free(point: Point, movable: Flags) -> Flags:
    """The levels whose variance is not held at 0 by a likelihood that falls from there."""
    result: Flags = movable & ((point.sigma2 > 0) | (point.slope > 0))
    return result


def _settled(point: Point, movable: Flags) -> bool:
    """Whether the likelihood is level here to full precision, and curves down."""
    free = _free(point, movable)
    level = _direction(point, movable)[1] <= PRECISE
    curved = not free.any() or linalg.eigvalsh(point.observed[np.ix_(free, free)])[0] > 0
    return level and bool(curved)


def _same(model: Nested, one: Point, other: Point) -> bool:
    scale = np.maximum(one.sigma2, other.sigma2) + float(model.d.min())
    return bool((np.abs(one.sigma2 - other.sigma2) <= SAME * scale).all())
