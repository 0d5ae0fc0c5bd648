"""The marks of an estimate and of its interval, each a shape of its own."""

from collections.abc import Iterator

from markupsafe import Markup

from service.charts.markup import circle, line, polygon, rectangle
from service.charts.scale import Scale

BAR = 5.0  # half the height of the bar that ends an interval
ARROW = 8.0
DISC = 4.5
DIAMOND = 6.0
LEAST_DIAMOND = 3.0  # half the width of the diamond of an interval that is next to nothing


def interval(low: float, high: float, scale: Scale, y: float, *, classes: str) -> Iterator[Markup]:
    """A line between the ends; an end beyond the page is an arrow, never a false end."""
    left, right = scale.at(low), scale.at(high)
    yield line((left, y), (right, y), classes=classes)
    yield end(left, y, direction=_outside(low, scale))
    yield end(right, y, direction=_outside(high, scale))


def end(x: float, y: float, *, direction: float) -> Markup:
    if not direction:
        return line((x, y - BAR), (x, y + BAR), classes="c-interval")
    back = x - direction * ARROW
    return polygon([(x, y), (back, y - BAR), (back, y + BAR)], classes="c-arrow")


def beyond(value: float, scale: Scale, y: float) -> Markup:
    """An estimate that has no place on the page: an arrow at the edge it lies behind."""
    return end(scale.at(value), y, direction=_outside(value, scale))


def square(x: float, y: float, side: float) -> Markup:
    return rectangle((x - side / 2, y - side / 2), (side, side), classes="c-square")


def disc(x: float, y: float, *, radius: float = DISC) -> Markup:
    return circle((x, y), radius, classes="c-solid")


def diamond(x: float, y: float, *, classes: str, size: float = DIAMOND) -> Markup:
    corners = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
    return polygon(corners, classes=classes)


def spanning_diamond(left: float, x: float, right: float, *, y: float, half: float) -> Markup:
    """A diamond as wide as the interval it stands for."""
    left, right = min(left, x - LEAST_DIAMOND), max(right, x + LEAST_DIAMOND)
    return polygon([(left, y), (x, y - half), (right, y), (x, y + half)], classes="c-diamond")


def _outside(value: float, scale: Scale) -> float:
    """On which side of the page a value lies: left -1, right 1, on the page 0."""
    if scale.holds(value):
        return 0.0
    return -1.0 if value < scale.low else 1.0
