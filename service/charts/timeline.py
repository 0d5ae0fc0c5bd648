"""The timeline of a programme: lanes of marks over the years, each kind with a shape of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from markupsafe import Markup

from service.charts.markup import Attribute, drawing, element, line, polygon, text
from service.charts.scale import Scale

LANES = ("Delivery", "Plan and costs", "Outcomes")
# Event type -> the lane it stands in and the shape of its mark.
KINDS = MappingProxyType(
    {
        "registered": (0, "ring"),
        "launched": (0, "up"),
        "milestone_reached": (0, "disc"),
        "stalled": (0, "bars"),
        "resumed": (0, "right"),
        "pivoted": (0, "diamond"),
        "closed": (0, "cross"),
        "plan_registered": (1, "square"),
        "plan_amended": (1, "hollow-square"),
        "cost_reported": (1, "disc"),
        "judgement_recorded": (1, "hollow-diamond"),
        "outcome_measured": (2, "disc"),
        "outcome_corrected": (2, "diamond"),
        "outcome_withdrawn": (2, "cross"),
    }
)
SIZE = 6.0
MARK_ROOM = 15.0  # closer marks of one lane are stacked
STACK = 15.0
MOST_STACKED = 9
LANE_PADDING = 34.0
LEAST_SPAN_DAYS = 180
YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Moment:
    """One event: when, its stored type, and what happened in words."""

    happened_on: date
    type: str
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time during which delivery was in one state: `active` or `stalled`."""

    start: date
    end: date
    state: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of the drawing and how far apart its year labels stand."""

    classes: str
    width: float
    year_room: float


WIDE = Layout("candour-chart candour-chart--wide", 760, 52)
NARROW = Layout("candour-chart candour-chart--narrow", 340, 48)


def timeline(moments: Sequence[Moment], labels: tuple[str, str], layout: Layout = WIDE) -> Markup:
    """The drawing; the same events belong in a list beside it, which is also its key."""
    scale = _scale(moments, layout)
    parts: list[Markup] = []
    y = 0.0
    for index, name in enumerate(LANES):
        marks, height = _lane(moments, index, scale, y + LANE_PADDING)
        parts.append(text((2, y + 16), name, classes="c-label"))
        if index == 0:
            parts += _stretches(stretches(moments), scale, y + LANE_PADDING)
        parts += [line((0, y + LANE_PADDING), (layout.width, y + LANE_PADDING), classes="c-rule")]
        parts += marks
        y += LANE_PADDING + height
    grid = list(_years(scale, layout, y))
    return drawing((layout.width, y + 30), labels, *grid, *parts, classes=layout.classes)


def mark(event_type: str) -> Markup:
    """The mark of one kind of event, on its own, for the key; words beside it carry the meaning."""
    _, shape = KINDS.get(event_type, (0, "disc"))
    frame: dict[str, Attribute] = {
        "class": "candour-mark",
        "viewBox": "0 0 20 20",
        "aria-hidden": "true",
    }
    return element("svg", {**frame, "focusable": "false"}, _shape(shape, 10, 10))


def stretches(moments: Sequence[Moment]) -> list[Stretch]:
    """When delivery ran and when it stood still, read from the events."""
    found: list[Stretch] = []
    since: tuple[date, str] | None = None
    changes = {"launched": "active", "resumed": "active", "stalled": "stalled", "closed": None}
    ordered = sorted(moments, key=lambda moment: moment.happened_on)
    for moment in ordered:
        if moment.type not in changes:
            continue
        if since is not None:
            found.append(Stretch(since[0], moment.happened_on, since[1]))
        state = changes[moment.type]
        since = None if state is None else (moment.happened_on, state)
    if since is not None:
        found.append(Stretch(since[0], ordered[-1].happened_on, since[1]))
    return found


def _scale(moments: Sequence[Moment], layout: Layout) -> Scale:
    days = [float(moment.happened_on.toordinal()) for moment in moments] or [730_000.0]
    low, high = min(days), max(days)
    if high - low < LEAST_SPAN_DAYS:
        low = max(low - LEAST_SPAN_DAYS / 2, date.min.toordinal())
        high = min(high + LEAST_SPAN_DAYS / 2, date.max.toordinal())
    return Scale(low, high, 14, layout.width - 14)


def _lane(
    moments: Sequence[Moment], lane: int, scale: Scale, y: float
) -> tuple[list[Markup], float]:
    """The marks of one lane and the height they need: close ones hang below one another."""
    ends = [-MARK_ROOM] * MOST_STACKED
    marks: list[Markup] = []
    deepest = 0
    inside = [moment for moment in moments if KINDS.get(moment.type, (0, ""))[0] == lane]
    for moment in sorted(inside, key=lambda moment: moment.happened_on):
        x = scale.at(moment.happened_on.toordinal())
        free = (level for level, end in enumerate(ends) if x - end >= MARK_ROOM)
        level = next(free, MOST_STACKED - 1)
        ends[level] = x
        deepest = max(deepest, level)
        shape = _shape(KINDS.get(moment.type, (0, "disc"))[1], x, y + level * STACK)
        words = f"{moment.happened_on.isoformat()}: {moment.words}"
        marks.append(element("g", {}, element("title", {}, words), shape))
    return marks, deepest * STACK + 18


def _stretches(found: Sequence[Stretch], scale: Scale, y: float) -> Iterator[Markup]:
    for stretch in found:
        start, end = (scale.at(day.toordinal()) for day in (stretch.start, stretch.end))
        place: dict[str, Attribute] = {
            "x": start,
            "y": y - 4,
            "width": max(end - start, 0.0),
            "height": 8.0,
        }
        yield element("rect", {**place, "class": f"c-stretch c-stretch--{stretch.state}"})


def _years(scale: Scale, layout: Layout, bottom: float) -> Iterator[Markup]:
    """A line a year; where years are too many for their labels, every second, fifth, tenth ..."""
    first, final = (date.fromordinal(int(day)).year for day in (scale.low, scale.high))
    if first == final:
        yield text((14, bottom + 22), str(first), classes="c-tick")
        return
    room = layout.width / (final - first)
    step = next(years for years in YEAR_STEPS if years * room >= layout.year_room)
    for year in range(first + 1, final + 1):
        if year % step == 0:
            x = scale.at(date(year, 1, 1).toordinal())
            yield line((x, 20), (x, bottom), classes="c-grid")
            if x <= layout.width - 18:
                yield text((x, bottom + 22), str(year), classes="c-tick", anchor="middle")


def _shape(shape: str, x: float, y: float) -> Markup:
    match shape:
        case "disc":
            return element("circle", {"cx": x, "cy": y, "r": SIZE - 0.5, "class": "c-solid"})
        case "ring":
            return element("circle", {"cx": x, "cy": y, "r": SIZE - 0.5, "class": "c-hollow"})
        case "bars":
            return element("g", {}, _bar(x - 5, y), _bar(x + 1, y))
        case "cross":
            ends = ((x - 5, y - 5), (x + 5, y + 5)), ((x - 5, y + 5), (x + 5, y - 5))
            return element("g", {}, *(line(a, b, classes="c-stroke") for a, b in ends))
        case _:
            hollow = shape.startswith("hollow-")
            corners = CORNERS[shape.removeprefix("hollow-")]
            points = [(x + dx * SIZE, y + dy * SIZE) for dx, dy in corners]
            return polygon(points, classes="c-hollow" if hollow else "c-solid")


CORNERS = MappingProxyType(
    {
        "up": ((0, -1), (1, 0.9), (-1, 0.9)),
        "right": ((-0.8, -1), (1, 0), (-0.8, 1)),
        "diamond": ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
        "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    }
)


def _bar(x: float, y: float) -> Markup:
    place: dict[str, Attribute] = {
        "x": x,
        "y": y - SIZE,
        "width": 4.0,
        "height": 2 * SIZE,
        "class": "c-solid",
    }
    return element("rect", place)
