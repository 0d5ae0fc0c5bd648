"""Regions of a funnel in the values of its axes: cones that open downwards, cut at the edges."""

from collections.abc import Sequence
from itertools import pairwise

from service.charts.markup import Point


def cone(apex: float, slope: float, deepest: float) -> list[Point]:
    """All (value, error) with |value - apex| up to slope times error, down to `deepest`."""
    half = slope * deepest
    return [(apex, 0.0), (apex + half, deepest), (apex - half, deepest)]


def cut(region: Sequence[Point], low: float, high: float) -> list[Point]:
    """The part of a convex region with values from `low` to `high` (Sutherland and Hodgman)."""
    left = _half(region, low, 1.0)
    return _half(left, high, -1.0)


def cut_line(start: Point, end: Point, low: float, high: float) -> tuple[Point, Point] | None:
    """The part of a line with values from `low` to `high`, or None where there is none."""
    (x, y), (across, down) = start, (end[0] - start[0], end[1] - start[1])
    if not across:
        return (start, end) if low <= x <= high else None
    first, last = sorted(((low - x) / across, (high - x) / across))
    first, last = max(first, 0.0), min(last, 1.0)
    if first >= last:
        return None
    return (x + first * across, y + first * down), (x + last * across, y + last * down)


def _half(region: Sequence[Point], edge: float, side: float) -> list[Point]:
    kept: list[Point] = []
    for before, point in pairwise([*region[-1:], *region]):
        inside, was_inside = (side * (one[0] - edge) >= 0 for one in (point, before))
        if inside != was_inside:
            share = (edge - before[0]) / (point[0] - before[0])
            kept.append((edge, before[1] + share * (point[1] - before[1])))
        if inside:
            kept.append(point)
    return kept
