"""Newton's method uphill on a likelihood of which one parameter, a variance, is never below 0."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import optimize

from scoring.columns import Column
from scoring.errors import NotConverged
from scoring.synthesis.bias.step_likelihood import Height

Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[np.float64]

# What a Newton step expects to gain: below the first, one step more squares the error out of sight,
# and a likelihood in double precision no longer tells whether it gained.
CERTAIN_GAIN: Final = 1e-10

# The place of the variance among the parameters.
VARIANCE: Final = 1

# Curvature below this, where that of each parameter by itself is 1, is taken to be it, so that no
# step runs off to infinity.
LEAST_CURVATURE: Final = 1e-10

# A step must gain this share of what its slope promises (Nocedal and Wright 2006, section 3.1).
SUFFICIENT: Final = 1e-4

# Newton takes about ten steps; a start far out on a slope a few dozen.
MOST_STEPS: Final = 200
MOST_HALVINGS: Final = 60

# Climbs that end within this many standard errors of each other, or this share of their reach where
# a variance is 0 and has none, have found the same peak.
SAME_PLACE: Final = 1e-3

# An end of an interval is found to this share of the distance from the peak; by doubling, one that
# is there is enclosed in far fewer steps.
END_TOLERANCE: Final = 1e-10
MOST_DOUBLINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Peak:
    """A point no step leads up from: theta (p,), its height, and whether it was reached for sure.

    `free` (p,) marks the parameters that could still move: not those held, nor a variance at 0.
    """

    theta: Column
    height: Height
    free: Flags
    settled: bool

    @property
    def is_maximum(self) -> bool:
        """Whether it was reached for sure, and the likelihood curves down in every direction."""
        size, curvature = self._curvature()
        return self.settled and bool((size > 0).all() and (np.linalg.eigvalsh(curvature) > 0).all())

    @property
    def se(self) -> Column:
        """Standard errors of a maximum's parameters, from its Hessian; 0 for those not free."""
        errors, (size, curvature) = np.zeros_like(self.theta), self._curvature()
        inverse = np.linalg.solve(curvature, np.eye(len(size)))
        errors[self.free] = np.sqrt(np.diagonal(inverse)) / size
        return errors

    def _curvature(self) -> tuple[Column, Table]:
        """That of each free parameter, by its root, and of all once each of them has 1."""
        hessian = -self.height.hessian[np.ix_(self.free, self.free)]
        size = np.sqrt(np.maximum(np.diagonal(hessian), 0.0))
        known = np.where(size > 0, size, 1.0)
        return size, hessian / np.outer(known, known)


def climb(at: Callable[[Column], Height], start: Column, reach: Column) -> Peak:
    """The peak above `start` (p,), by steps within `reach` (p,), which is 0 for what is held.

    Where the likelihood does not curve down a direction's curvature is taken by its size, and every
    step gains, so that no saddle holds the search.
    """
    theta, here = start, at(start)
    free = _free(theta, here, reach > 0)
    for _ in range(MOST_STEPS):
        step = _newton(here, free, reach)
        if theta[VARIANCE] == 0 and step[VARIANCE] < 0:
            free[VARIANCE] = False
            step = _newton(here, free, reach)
        promise = float(here.gradient @ step)
        theta, here = _gained(at, theta, here, step, promise)
        moved, free = free, _free(theta, here, reach > 0)
        if promise < CERTAIN_GAIN and np.array_equal(moved, free):
            return Peak(theta, here, free, True)
    return Peak(theta, here, free, False)


def maxima(at: Callable[[Column], Height], starts: Iterable[Column], reach: Column) -> list[Peak]:
    """The different maxima above the starts, the highest first; NotConverged where there is none.

    Climbs that did not settle are left out.
    """
    climbed = [climb(at, start, reach) for start in starts]
    found: list[Peak] = []
    for peak in sorted(climbed, key=lambda peak: -peak.height.value):
        if peak.is_maximum and not any(_same(peak, other, reach) for other in found):
            found.append(peak)
    if not found:
        raise NotConverged(
            "the likelihood is flat at its highest place", field="yi", accepted="more studies"
        )
    return found


def profile_end(
    at: Callable[[Column], Height],
    peaks: Sequence[Peak],
    reach: Column,
    *,
    index: int,
    towards: float,
    drop: float,
) -> float:
    """Where the profile likelihood of one parameter has fallen by `drop` from the first peak.

    The others are climbed anew at each value, from where they stood last and, where there are
    several peaks, from each; of several such places it is the nearest in the direction `towards` (1
    or -1), and 0 for a variance that never falls as far. Raises NotConverged where the likelihood
    stays up without end.
    """
    top, held = peaks[0], np.where(np.arange(len(reach)) == index, 0.0, reach)
    least = 0.0 if index == VARIANCE else -np.inf
    inside, width, last = float(top.theta[index]), float(reach[index]), top
    rivals = peaks if len(peaks) > 1 else ()

    def highest(value: float) -> Peak:
        starts = (np.where(held == 0, value, peak.theta) for peak in (last, *rivals))
        return max((climb(at, start, held) for start in starts), key=lambda peak: peak.height.value)

    def left(value: float) -> float:
        # The root of the fall is nearly straight, so that the end is found in a few steps.
        fallen = top.height.value - highest(value).height.value
        return math.sqrt(drop) - math.sqrt(max(0.0, fallen))

    for _ in range(MOST_DOUBLINGS):
        outside = max(least, inside + towards * width)
        if left(outside) < 0:
            tolerance = END_TOLERANCE * abs(outside - inside)
            return float(optimize.brentq(left, inside, outside, xtol=tolerance))
        if outside == least:
            return least
        inside, width, last = outside, 2 * width, highest(outside)
    raise NotConverged(
        "the profile likelihood does not fall as far", field="level", accepted="a lower level"
    )


def _same(one: Peak, other: Peak, reach: Column) -> bool:
    near = SAME_PLACE * np.maximum(other.se, SAME_PLACE * reach)
    return bool((np.abs(one.theta - other.theta) <= near).all())


def _free(theta: Column, here: Height, movable: Flags) -> Flags:
    free = movable.copy()
    free[VARIANCE] &= theta[VARIANCE] > 0 or here.gradient[VARIANCE] > 0
    return free


def _newton(here: Height, free: Flags, reach: Column) -> Column:
    """The step to the top of the parabola, or as much of it as is within reach."""
    step = np.zeros_like(here.gradient)
    slope, hessian = here.gradient[free], -here.hessian[np.ix_(free, free)]
    # Each parameter is measured by its own curvature first, or by that which would stop a step at
    # its reach, so that neither units nor a flat direction spoil the others' digits.
    size = np.sqrt(np.maximum(np.abs(np.diagonal(hessian)), np.abs(slope) / reach[free]))
    size = np.where(size > 0, size, 1.0)
    curvatures, directions = np.linalg.eigh(hessian / np.outer(size, size))
    curvatures = np.maximum(np.abs(curvatures), LEAST_CURVATURE)
    step[free] = directions @ (directions.T @ (slope / size) / curvatures) / size
    excess = float((np.abs(step[free]) / reach[free]).max(initial=1.0))
    return step / excess


def _gained(
    at: Callable[[Column], Height], theta: Column, here: Height, step: Column, promise: float
) -> tuple[Column, Height]:
    """The first point along the step, halved down to rounding if need be, that is high enough."""
    to_zero = theta[VARIANCE] + step[VARIANCE] < 0
    length = float(-theta[VARIANCE] / step[VARIANCE]) if to_zero else 1.0
    for _ in range(MOST_HALVINGS):
        reached = theta + length * step
        reached[VARIANCE] = 0.0 if to_zero else reached[VARIANCE]
        there = at(reached)
        if there.value >= here.value + SUFFICIENT * length * promise or promise < CERTAIN_GAIN:
            break
        length, to_zero = length / 2, False
    return reached, there
