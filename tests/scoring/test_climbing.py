"""Climbs to the maxima of a likelihood whose second parameter, a variance, is never below 0."""

import math

import numpy as np
import pytest

from scoring.errors import NotConverged
from scoring.synthesis.bias.climbing import climb, maxima, profile_end
from scoring.synthesis.bias.step_likelihood import Height

REACH = np.array([1.0, 1.0])


def hill(mean, variance, *, precision=((2.0, 0.5), (0.5, 1.0))):
    """A parabola with its top at (mean, variance), which may be out of bounds."""
    top, curvature = np.array([mean, variance]), np.array(precision)

    def at(theta):
        away = theta - top
        return Height(-0.5 * float(away @ curvature @ away), -curvature @ away, -curvature)

    return at


def two_hills(theta):
    """Maxima at -1 and 2 in the first parameter, the second higher; at 1 in the other."""
    x, t = theta
    value = -(x**4) / 4 + x**3 / 3 + x**2 - (t - 1) ** 2
    slope = np.array([-(x**3) + x**2 + 2 * x, -2 * (t - 1)])
    return Height(value, slope, np.diag([-3 * x**2 + 2 * x + 2, -2.0]))


def slope_without_end(theta):
    return Height(float(theta[0]), np.array([1.0, 0.0]), -1e-9 * np.eye(2))


def plateau(theta):
    """A top in the first parameter that the second does not touch."""
    return Height(-(float(theta[0]) ** 2), np.array([-2 * theta[0], 0.0]), np.diag([-2.0, 0.0]))


def false_slope(theta):
    """A gradient that points down."""
    return Height(-float(theta[0]), np.array([1.0, 0.0]), -np.eye(2))


def test_the_top_of_a_hill_is_reached_with_its_standard_errors():
    peak = climb(hill(3.0, 2.0), np.array([0.0, 0.5]), REACH)
    assert peak.theta == pytest.approx([3, 2], abs=1e-12)
    assert peak.settled
    assert peak.is_maximum
    covariance = np.linalg.inv([[2.0, 0.5], [0.5, 1.0]])
    assert peak.se == pytest.approx(np.sqrt(np.diagonal(covariance)), rel=1e-12)


def test_a_variance_stops_at_zero_and_the_rest_climbs_on():
    peak = climb(hill(3.0, -2.0), np.array([0.0, 5.0]), REACH)
    # Along the edge the top is where 2 (x - 3) + 0.5 * 2 is 0.
    assert peak.theta == pytest.approx([2.5, 0], abs=1e-12)
    assert peak.theta[1] == 0
    assert peak.free.tolist() == [True, False]
    assert peak.se == pytest.approx([math.sqrt(0.5), 0], rel=1e-12)


def test_a_variance_leaves_zero_where_that_leads_up():
    peak = climb(hill(-1.0, 2.0), np.array([4.0, 0.0]), REACH)
    assert peak.theta == pytest.approx([-1, 2], abs=1e-12)


def test_what_is_held_stays_where_it_is():
    peak = climb(hill(3.0, 2.0), np.array([1.0, 1.0]), np.array([0.0, 1.0]))
    assert peak.theta == pytest.approx([1, 3], abs=1e-12)


def test_every_maximum_is_found_once_and_the_highest_stands_first():
    starts = [np.array([x, t]) for x in (-3.0, -0.5, 0.1, 1.0, 4.0) for t in (0.0, 3.0)]
    found = maxima(two_hills, starts, REACH)
    assert [peak.theta[0] for peak in found] == pytest.approx([2, -1], abs=1e-9)
    assert [peak.theta[1] for peak in found] == pytest.approx([1, 1], abs=1e-9)


def test_a_saddle_neither_holds_a_climb_nor_counts_as_a_maximum():
    assert climb(two_hills, np.array([1e-3, 1.0]), REACH).theta[0] == pytest.approx(2, abs=1e-9)
    assert not climb(two_hills, np.array([0.0, 1.0]), REACH).is_maximum


@pytest.mark.parametrize("surface", [slope_without_end, plateau, false_slope])
def test_what_has_no_top_has_no_maximum(surface):
    with pytest.raises(NotConverged, match="flat"):
        maxima(surface, [np.array([0.5, 1.0]), np.array([0.0, 1.0])], REACH)


def test_a_profile_ends_where_the_best_of_the_rest_has_fallen_by_the_drop():
    at = hill(3.0, 2.0)
    (peak,) = maxima(at, [np.array([0.0, 1.0])], REACH)
    # The profile of x is a parabola of the curvature 2 - 0.5^2 while the variance can follow.
    width = math.sqrt(2 * 1.5 / 1.75)
    for towards in (-1.0, 1.0):
        end = profile_end(at, [peak], REACH, index=0, towards=towards, drop=1.5)
        assert end == pytest.approx(3 + towards * width, rel=1e-9)


def test_a_variance_that_never_falls_as_far_ends_at_zero():
    at = hill(3.0, 0.4)
    (peak,) = maxima(at, [np.array([0.0, 1.0])], REACH)
    assert profile_end(at, [peak], REACH, index=1, towards=-1.0, drop=1.5) == 0


def test_a_profile_is_that_of_the_higher_hill():
    peaks = maxima(two_hills, [np.array([-2.0, 1.0]), np.array([3.0, 1.0])], REACH)
    fall = two_hills(np.array([2.0, 1.0])).value - two_hills(np.array([1.0, 1.0])).value
    end = profile_end(two_hills, peaks, REACH, index=0, towards=-1.0, drop=fall)
    assert end == pytest.approx(1, rel=1e-9)


def test_a_profile_that_stays_up_is_said_to():
    peak = climb(plateau, np.array([0.5, 1.0]), np.array([1.0, 0.0]))
    with pytest.raises(NotConverged, match="does not fall"):
        profile_end(plateau, [peak], REACH, index=1, towards=1.0, drop=1.0)
