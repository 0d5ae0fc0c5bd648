"""A row of a chart: what it is called, what it says, and the marks it is drawn with."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from service.charts.marks import DISC, beyond, diamond, disc, interval, spanning_diamond, square
from service.charts.scale import Scale
from service.charts.values import NOTHING, Estimate

LARGEST_SQUARE, SMALLEST_SQUARE = 14.0, 3.0
HALF_DIAMOND = 7.0


class Shape(StrEnum):
    """What a row is: a study by its weight, an estimate, one that differs, all together ..."""

    SQUARE = "square"
    DISC = "disc"
    HOLLOW = "hollow"
    DIAMOND = "diamond"
    EXPECTED = "expected"
    HEADING = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row; `share` is its weight against the largest, `aside` what the last column says."""

    name: str
    shape: Shape
    estimate: Estimate = NOTHING
    words: str = ""
    aside: str = ""
    share: float = 1.0
    ruled: bool = False

    @property
    def strong(self) -> bool:
        return self.shape in {Shape.DIAMOND, Shape.HEADING}


def marks(item: Item, scale: Scale, y: float) -> Iterator[Markup]:
    """The interval and the estimate; a diamond that is all on the page stands for both."""
    ends, place = item.estimate.ends, item.estimate.place
    if ends is not None and not _whole(item, scale):
        classes = "c-expected" if item.shape is Shape.EXPECTED else "c-interval"
        yield from interval(*ends, scale, y, classes=classes)
    if place is None:
        return
    if scale.holds(place):
        yield _mark(item, scale, scale.at(place), y)
    else:
        yield beyond(place, scale, y)


def square_sample(share: float, x: float, y: float) -> Markup:
    """A square whose area is the share of the largest."""
    known = share if 0 <= share <= 1 else 0.0
    return square(x, y, max(LARGEST_SQUARE * math.sqrt(known), SMALLEST_SQUARE))


def _mark(item: Item, scale: Scale, x: float, y: float) -> Markup:
    match item.shape:
        case Shape.SQUARE:
            return square_sample(item.share, x, y)
        case Shape.DISC:
            return disc(x, y, radius=DISC + 0.5)
        case Shape.HOLLOW:
            return diamond(x, y, classes="c-hollow")
        case Shape.DIAMOND:
            ends = item.estimate.ends if _whole(item, scale) else None
            left, right = (scale.at(end) for end in ends) if ends else (x, x)
            return spanning_diamond(left, x, right, y=y, half=HALF_DIAMOND)
        case _:
            raise ValueError(f"a row that is {item.shape} has no estimate of its own")


def _whole(item: Item, scale: Scale) -> bool:
    """Whether a diamond may stand for the interval: an end off the page must be an arrow."""
    ends = item.estimate.ends
    return item.shape is Shape.DIAMOND and ends is not None and all(map(scale.holds, ends))
