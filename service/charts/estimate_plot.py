"""Lines, clouds, bands and intervals over a common x: each role a shape as well as a colour."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from service.charts.axis import (
    LABEL_DROP,
    NOTE_FONT,
    NOTE_LINE,
    TICK_FONT,
    horizontal,
    vertical,
    widest,
)
from service.charts.estimate_scene import Scene, Trace, runs, spanned, usual_step
from service.charts.key import Entry, key
from service.charts.letters import PROSE, in_lines, width_of
from service.charts.marks import DISC, disc
from service.charts.markup import Drawing, circle, line, named, polygon, polyline, rectangle, text
from service.charts.scale import AxisKind, Scale, ticks

# Height for width, and the least of it: a series is read along its length.
SHARE, LEAST_HEIGHT = 0.5, 220.0
TOP = 8.0
GUTTER = 16.0  # beside the labels of the vertical axis
RIGHT = 12.0
KEY_GAP = 16.0
SMALL, SMALLEST = 3.0, 2.0
MANY = 90  # points from which dots are drawn smaller
HALF_BAR = 4.0
# Categories stand apart from the edges by this share of the distance between them.
BESIDE_CATEGORY = 0.6
# A step so many times the usual one: months differ by a tenth, and a missing one doubles it.
A_GAP = 1.5
DESCRIPTION = "The same numbers are in the table."

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a role is drawn: its line, its dots, and whether bounds are a band or bars."""

    line: str | None = None
    dots: str | None = None
    banded: bool = False


LOOKS = MappingProxyType(
    {
        "observed": Look(line="c-line", dots="c-solid"),
        "fitted": Look(line="c-fitted"),
        "counterfactual": Look(line="c-expected", banded=True),
        "comparison": Look(line="c-axis", dots="c-hollow"),
        "estimate": Look(dots="c-solid"),
        "before": Look(dots="c-hollow"),
        "after": Look(dots="c-solid"),
        "placebo": Look(line="c-edge"),
    }
)
# Where points of one role are no path: clouds, and categories side by side.
UNJOINED = frozenset({"discontinuity", "groups", "event_study"})
# What is behind comes first.
ORDER = ("placebo", "counterfactual", "comparison", "fitted", "before", "observed", "after")
MARKS = MappingProxyType({"discontinuity": "cut-off", "event_study": "start"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """The two scales of a plot, the start on it, and how far apart two seen in a row may be."""

    across: Scale
    up: Scale
    mark: float | None
    most_apart: float = math.inf

    def at(self, point: Point) -> Point:
        return self.across.at(point[0]), self.up.at(point[1])


def plot(scene: Scene, width: float) -> Drawing:
    """Any scene whose x is common to all lines."""
    x_range, y_range = _x_range(scene), scene.along()
    y_ticks = ticks(*y_range, kind=AxisKind.DIFFERENCE)
    left = widest(y_ticks) + GUTTER
    titles, head = _title(scene.y_label, width)
    height = max(SHARE * width, LEAST_HEIGHT)
    bottom = head + TOP + height
    across, up = Scale(*x_range, left, width - RIGHT), Scale(*y_range, bottom, head + TOP)
    sheet = _sheet(scene, across, up)
    parts = [*titles, *_ground(scene, sheet), *_traces(scene, sheet)]
    parts += vertical(y_ticks, up, left)
    axis, depth = _axis(scene, across, bottom, width)
    below, depth = _below(scene, depth, width)
    parts += axis
    entries, room = key([list(_entries(scene))], depth + KEY_GAP, width)
    return Drawing(
        width=width,
        height=depth + KEY_GAP + room + 4,
        title=scene.title,
        description=DESCRIPTION,
        parts=(*parts, *below, *entries),
    )


def _sheet(scene: Scene, across: Scale, up: Scale) -> Sheet:
    """Along a series there is a start, and a period that is missing is a gap."""
    if scene.kind != "series":
        return Sheet(across, up, None)
    return Sheet(across, up, scene.mark, most_apart=A_GAP * usual_step(scene))


def _x_range(scene: Scene) -> tuple[float, float]:
    if scene.kind != "groups":
        return scene.across()
    places = sorted({x for trace in scene.traces for x, _ in trace.points})
    low, high = places[0] if places else 0.0, places[-1] if places else 1.0
    apart = BESIDE_CATEGORY * ((high - low) / max(len(places) - 1, 1) or 1.0)
    return spanned([low - apart, high + apart], [])


def _axis(scene: Scene, across: Scale, y: float, width: float) -> tuple[list[Markup], float]:
    """Ticks beside each other where they find room; groups all have their names, on two lines."""
    marked = _x_ticks(scene, (across.low, across.high))
    if scene.kind != "groups":
        return list(horizontal(marked, across, y, width)), y + LABEL_DROP
    parts = list(horizontal([(at, "") for at, _ in marked], across, y, width))
    room = (across.right - across.left) / max(len(marked), 1)
    depth = y + LABEL_DROP
    for at, label in marked:
        for index, words in enumerate(in_lines(label, room=room, font=TICK_FONT, most=2)):
            place = (across.at(at), y + LABEL_DROP + index * NOTE_LINE)
            parts.append(text(place, words, classes="c-tick", anchor="middle"))
            depth = max(depth, place[1])
    return parts, depth


def _x_ticks(scene: Scene, x_range: tuple[float, float]) -> list[tuple[float, str]]:
    if not scene.ticks:
        return ticks(*x_range, kind=AxisKind.DIFFERENCE)
    return [(at, label) for at, label in scene.ticks if x_range[0] <= at <= x_range[1]]


def _title(words: str, width: float) -> tuple[list[Markup], float]:
    """What is measured, above the axis, where it can be read without turning the head."""
    lines = in_lines(words, room=PROSE * width, font=NOTE_FONT, most=2)
    parts = [
        text((0, 14 + index * NOTE_LINE), told, classes="c-note")
        for index, told in enumerate(lines)
    ]
    return parts, len(lines) * NOTE_LINE + 2


def _below(scene: Scene, y: float, width: float) -> tuple[list[Markup], float]:
    if not scene.x_label:
        return [], y
    at = (width / 2, y + NOTE_LINE)
    return [text(at, scene.x_label, classes="c-note", anchor="middle")], y + NOTE_LINE


def _ground(scene: Scene, sheet: Sheet) -> Iterator[Markup]:
    """No effect, and the start or the cut-off, behind all that was measured."""
    across, up = sheet.across, sheet.up
    if scene.zero is not None and up.holds(scene.zero):
        y = up.at(scene.zero)
        yield line((across.left, y), (across.right, y), classes="c-zero")
    if scene.mark is not None and across.holds(scene.mark):
        x = across.at(_between(scene))
        yield line((x, up.left), (x, up.right), classes="c-limit")
        words = MARKS.get(scene.kind, "start")
        beside = x + 6 + width_of(words, NOTE_FONT) < across.right
        anchor = "start" if beside else "end"
        yield text(
            (x + 6 if beside else x - 6, up.right + 12), words, classes="c-note", anchor=anchor
        )


def _between(scene: Scene) -> float:
    """The start lies between the last period without the programme and the first with it."""
    mark = scene.mark or 0.0
    if scene.kind not in ("series", "placebos", "event_study"):
        return mark
    earlier = [x for trace in scene.traces for x, _ in trace.points if x < mark]
    return (mark + max(earlier)) / 2 if earlier else mark


def _traces(scene: Scene, sheet: Sheet) -> Iterator[Markup]:
    def rank(trace: Trace) -> int:
        return ORDER.index(trace.role) if trace.role in ORDER else len(ORDER)

    for trace in sorted(scene.traces, key=rank):
        yield from _trace(trace, _look(trace, scene.kind), scene.kind, sheet)


def _look(trace: Trace, kind: str) -> Look:
    """Among placebos the estimate is a path like theirs."""
    among = kind == "placebos" and trace.role == "estimate"
    return LOOKS["observed" if among else trace.role]


def _is_path(look: Look, kind: str) -> bool:
    return kind not in UNJOINED or look.dots is None


def _trace(trace: Trace, look: Look, kind: str, sheet: Sheet) -> Iterator[Markup]:
    if look.banded:
        yield from _band(trace, sheet)
    else:
        yield from _bars(trace, sheet)
    if look.line is not None and _is_path(look, kind):
        # What is modelled breaks where the programme begins; what was measured goes on.
        broken_at = sheet.mark if trace.role == "fitted" else None
        # What would have been expected goes on through a gap; what was seen does not.
        apart = math.inf if trace.role == "counterfactual" else sheet.most_apart
        for run in runs(trace, broken_at=broken_at, most_apart=apart):
            yield named(trace.label, polyline([sheet.at(p) for p in run], classes=look.line))
    if look.dots is not None:
        yield from _dots(trace, look.dots, sheet)


def _band(trace: Trace, sheet: Sheet) -> Iterator[Markup]:
    bounds = trace.bounds
    if len(bounds) > 1:
        upper = [sheet.at((x, high)) for x, _, high in bounds]
        lower = [sheet.at((x, low)) for x, low, _ in bounds]
        yield polygon([*upper, *reversed(lower)], classes="c-band")
        yield polyline(upper, classes="c-edge")
        yield polyline(lower, classes="c-edge")


def _bars(trace: Trace, sheet: Sheet) -> Iterator[Markup]:
    for x, low, high in trace.bounds:
        if low < high:
            at = sheet.across.at(x)
            ends = [sheet.up.at(end) for end in (low, high)]
            yield line((at, ends[0]), (at, ends[1]), classes="c-interval")
            for value, y in zip((low, high), ends, strict=True):
                if sheet.up.holds(value):
                    yield line((at - HALF_BAR, y), (at + HALF_BAR, y), classes="c-interval")
                else:
                    yield _arrow(at, y, up=value > sheet.up.high)


def _arrow(x: float, y: float, *, up: bool) -> Markup:
    """An end that lies beyond the page."""
    back = y + 8.0 if up else y - 8.0
    return polygon([(x, y), (x - HALF_BAR, back), (x + HALF_BAR, back)], classes="c-arrow")


def _dots(trace: Trace, classes: str, sheet: Sheet) -> Iterator[Markup]:
    points = trace.points
    radius = DISC if len(points) <= 12 else SMALL if len(points) <= MANY else SMALLEST
    for point in points:
        yield circle(sheet.at(point), radius, classes=classes)


def _entries(scene: Scene) -> Iterator[Entry]:
    told: set[tuple[str, str]] = set()
    for trace in scene.traces:
        label = trace.label
        if trace.role == "placebo":
            count = sum(other.role == "placebo" for other in scene.traces)
            label = f"each of {count} units without the programme, as if it had it"
        if (trace.role, label) not in told:
            told.add((trace.role, label))
            yield Entry(_sample(trace, scene.kind), label)


def _sample(trace: Trace, kind: str) -> Callable[[float, float], Sequence[Markup]]:
    look = _look(trace, kind)

    def drawn(x: float, y: float) -> Sequence[Markup]:
        parts: list[Markup] = []
        if look.banded and trace.bounds:
            parts.append(rectangle((x - 13, y - 7), (26, 14), classes="c-band"))
        if trace.bounds and not look.banded:
            parts.append(line((x, y - 8), (x, y + 8), classes="c-interval"))
        if look.line is not None and _is_path(look, kind):
            parts.append(line((x - 13, y), (x + 13, y), classes=look.line))
        if look.dots == "c-solid":
            parts.append(disc(x, y))
        elif look.dots is not None:
            parts.append(circle((x, y), DISC, classes=look.dots))
        return parts

    return drawn
