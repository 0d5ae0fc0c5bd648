"""Names beside the marks that stand out, where they cover neither a mark nor each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.letters import fitted, width_of
from service.charts.markup import Point, text
from service.charts.regions import cut_line

FONT = 12.0
NAME_ROOM = 150.0
MARK_ROOM = 6.0  # round the middle of a mark
BESIDE = 9.0
MOST = 8
MOST_CROSSED = 1  # lines that may run through a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A mark that stands out, and its name."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: "Box") -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def crossed(self, start: Point, stop: Point) -> bool:
        """Whether a line runs through."""
        kept = cut_line(start, stop, self.left, self.right)
        if kept is None:
            return False
        (_, one), (_, other) = kept
        return min(one, other) < self.bottom and self.top < max(one, other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands on the page: the middles of all marks, and lines."""

    marks: Sequence[Point]
    lines: Sequence[tuple[Point, Point]]
    page: Box


def callouts(wanted: Sequence[Callout], around: Around) -> Iterator[Markup]:
    """The names that find room, the first ones first; the others are in the table."""
    taken = [
        Box(x - MARK_ROOM, y - MARK_ROOM, x + MARK_ROOM, y + MARK_ROOM) for x, y in around.marks
    ]
    for one in wanted[:MOST]:
        name = fitted(one.name, room=NAME_ROOM, font=FONT)
        free = [
            place
            for place in _places(one, width_of(name, FONT))
            if place[0].within(around.page) and not any(place[0].meets(box) for box in taken)
        ]
        free = [place for place in free if _crossings(place[0], around) <= MOST_CROSSED]
        if free:
            box, at, anchor = min(free, key=lambda place: _crossings(place[0], around))
            taken.append(box)
            yield text(at, name, classes="c-callout", anchor=anchor)


def _crossings(box: Box, around: Around) -> int:
    return sum(box.crossed(start, stop) for start, stop in around.lines)


def _places(one: Callout, width: float) -> Iterator[tuple[Box, Point, str]]:
    """Right, left, above and below the mark, and the corners between them."""
    half, rise = FONT / 2 + 1, FONT * 0.36
    near, far = BESIDE, BESIDE + 7.0
    sides = ((near, 0.0), (-near, 0.0), (0.0, -far), (0.0, far))
    corners = ((near, -near), (near, near), (-near, -near), (-near, near))
    for across, down in (*sides, *corners):
        anchor, share = _anchor(across)
        left, y = one.x + across - share * width, one.y + down
        box = Box(left, y - half, left + width, y + half)
        yield box, (one.x + across, y + rise), anchor


def _anchor(across: float) -> tuple[str, float]:
    """Which part of the name stands at its place, and its share of the width to the left."""
    if not across:
        return "middle", 0.5
    return ("start", 0.0) if across > 0 else ("end", 1.0)
