"""A chart of rows: a name, an estimate on a common scale, and its numbers; on desk or phone."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.axis import apart, effect_axis
from service.charts.items import Item, Shape, marks
from service.charts.key import Entry, key
from service.charts.letters import BOLD, fitted, in_lines, width_of
from service.charts.marks import end
from service.charts.markup import Drawing, line, named, rectangle, text
from service.charts.scale import Scale, reach, ticks
from service.charts.values import Effects

WIDE, NARROW = 700.0, 340.0
# Below this width a name stands above its row's mark, not beside it.
LEAST_BESIDE = 520.0
FONT, HEAD_FONT = 14.0, 13.0
LINE = 17.0  # between the lines of a name
ROW = 24.0
HEAD = 30.0
STRIP = 13.0  # above the middle of a mark, where lines run behind it and not behind words
RULED = 6.0  # more room below a rule
GAP = 16.0
LEAST_PLOT = 170.0
NAMES = (80.0, 240.0)  # the room of the names, at least and at most
NAME_LINES = 2
LONG = 25  # rows from which the ticks are told above the chart too
BESIDE_EDGE = 9.0  # between the edge of the page and the end of a scale


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChart:
    """Everything the chart shows; `together` is drawn as a line, and as a band where it is told."""

    title: str
    description: str
    effects: Effects
    headings: tuple[str, str, str]
    items: Sequence[Item]
    together: float | None = None
    band: tuple[float, float] | None = None
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the columns stand: the numbers and the last column end at their places."""

    width: float
    names: float
    plot: tuple[float, float]
    words: float
    aside: float

    @property
    def stacked(self) -> bool:
        return self.names >= self.width


def rows(chart: RowChart, width: float = WIDE) -> Drawing:
    """The drawing, as high as its rows need."""
    if not chart.items:
        return _empty(chart, width)
    columns = _columns(chart, width)
    scale = Scale(*_reach(chart), *columns.plot)
    told = list(_headings(chart, columns))
    top = HEAD if columns.stacked else HEAD - 6
    bottom = HEAD
    for item in chart.items:
        told.append(_item(item, scale, columns, bottom))
        bottom += _height(item, columns)
    bottom += 4
    axis, depth = effect_axis(chart.effects, scale, bottom, columns.width)
    entries = [*chart.entries, *_arrow_entry(chart, scale)]
    legend, height = key([entries], bottom + depth + 10, columns.width)
    return Drawing(
        width=columns.width,
        height=bottom + depth + 10 + height,
        title=chart.title,
        description=chart.description,
        parts=(
            *_band(chart, scale, (top, bottom)),
            *_guides(chart, scale, columns, (top, bottom)),
            *_lines(chart, scale, (top, bottom)),
            *told,
            *axis,
            *legend,
        ),
    )


def _empty(chart: RowChart, width: float) -> Drawing:
    words = text((0, 16), "No result can be drawn yet", classes="c-study")
    return Drawing(
        width=width, height=ROW, title=chart.title, description=chart.description, parts=(words,)
    )


def _columns(chart: RowChart, width: float) -> Columns:
    words = _widest(chart, chart.headings[1], [item.words for item in chart.items])
    aside = _widest(chart, chart.headings[2], [item.aside for item in chart.items])
    if width < LEAST_BESIDE:
        plot = (BESIDE_EDGE, width - BESIDE_EDGE)
        return Columns(width=width, names=width, plot=plot, words=words, aside=width)
    end = width - (aside + GAP if aside else 0.0)
    room = end - words - GAP - LEAST_PLOT - GAP
    wanted = _widest(chart, chart.headings[0], [item.name for item in chart.items])
    names = max(min(wanted, room, NAMES[1]), NAMES[0])
    left = names + GAP
    right = max(end - words - GAP, left + LEAST_PLOT)
    grown = max(right + GAP + words - end, 0.0)
    return Columns(
        width=width + grown,
        names=names,
        plot=(left, right),
        words=end + grown,
        aside=width + grown,
    )


def _widest(chart: RowChart, heading: str, cells: Sequence[str]) -> float:
    bodies = (
        width_of(cell, FONT, bold=item.strong)
        for cell, item in zip(cells, chart.items, strict=True)
    )
    return max(width_of(heading, HEAD_FONT, bold=True), *bodies)


def _reach(chart: RowChart) -> tuple[float, float]:
    cores = [chart.together, *(chart.band or ())]
    ends: list[float | None] = []
    for item in chart.items:
        cores.append(item.estimate.place)
        (cores if item.shape is Shape.DIAMOND else ends).extend(item.estimate.ends or ())
    effects = chart.effects
    return reach(_known(cores), _known(ends), kind=effects.kind, zero=effects.compared)


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _headings(chart: RowChart, columns: Columns) -> Iterator[Markup]:
    names, words, aside = chart.headings
    if columns.stacked:
        names, words = f"{names}; {words}" if words else names, ""
    room = columns.aside - (width_of(aside, HEAD_FONT, bold=True) + GAP if columns.stacked else 0.0)
    names = fitted(names, room=min(room, columns.names) / BOLD, font=HEAD_FONT)
    yield text((0, 16), names, classes="c-head")
    for x, heading in ((columns.words, words), (columns.aside, aside)):
        if heading:
            yield text((x, 16), heading, classes="c-head", anchor="end")
    yield line((0, HEAD - 6), (columns.width, HEAD - 6), classes="c-rule")


def _name(item: Item, columns: Columns) -> list[str]:
    room = columns.names / (BOLD if item.strong else 1.0)
    return in_lines(item.name, room=room, font=FONT, most=NAME_LINES)


def _height(item: Item, columns: Columns) -> float:
    names = len(_name(item, columns)) * LINE + (RULED if item.ruled else 0.0)
    if columns.stacked and item.shape is not Shape.HEADING:
        return names + LINE + ROW + 10
    return names + ROW - LINE


def _item(item: Item, scale: Scale, columns: Columns, top: float) -> Markup:
    height = _height(item, columns)
    if item.ruled:
        top, height = top + RULED, height - RULED
    y = top + height - ROW / 2 - 4 if columns.stacked else top + height / 2
    parts: list[Markup] = []
    if columns.stacked:
        words = height if item.shape is Shape.HEADING else y - top - STRIP
        parts.append(rectangle((0, top), (columns.width, words), classes="c-paper"))
    if item.ruled:
        parts.append(line((0, top - 2), (columns.width, top - 2), classes="c-rule"))
    parts += _words(item, columns, top, y)
    parts += marks(item, scale, y)
    return named(item.name, *parts)


def _words(item: Item, columns: Columns, top: float, y: float) -> Iterator[Markup]:
    names = _name(item, columns)
    classes = "c-strong" if item.strong else "c-study"
    for index, words in enumerate(names):
        yield text((0, top + LINE * (index + 1)), words, classes=classes)
    base, x, anchor = y + 5, columns.words, "end"
    if columns.stacked:
        base, x, anchor = top + LINE * (len(names) + 1), 0.0, "start"
    if item.words:
        yield text((x, base), item.words, classes=classes, anchor=anchor)
    if item.aside:
        yield text((columns.aside, base), item.aside, classes=classes, anchor="end")


def _arrow_entry(chart: RowChart, scale: Scale) -> Iterator[Entry]:
    ends = [one for item in chart.items for one in item.estimate.ends or ()]
    places = [item.estimate.place for item in chart.items]
    if all(scale.holds(value) for value in (*ends, *_known(places))):
        return
    yield Entry(
        lambda x, y: [
            line((x - 12, y), (x + 4, y), classes="c-interval"),
            end(x + 12, y, direction=1.0),
        ],
        "runs on beyond the page",
    )


def _band(chart: RowChart, scale: Scale, rise: tuple[float, float]) -> Iterator[Markup]:
    """Where all together lie; an end off the page has no edge."""
    if chart.band is None:
        return
    left, right = (scale.at(value) for value in chart.band)
    yield rectangle((left, rise[0]), (right - left, rise[1] - rise[0]), classes="c-band")
    for value in filter(scale.holds, chart.band):
        yield _upright(value, scale, rise, classes="c-edge")


def _guides(
    chart: RowChart, scale: Scale, columns: Columns, rise: tuple[float, float]
) -> Iterator[Markup]:
    """In a long chart, lines at the ticks and their labels above it, where the axis is far off."""
    if len(chart.items) < LONG:
        return
    marked = ticks(scale.low, scale.high, kind=chart.effects.kind)
    for value, _ in marked:
        yield _upright(value, scale, rise, classes="c-rule")
    if not columns.stacked:
        for x, label in apart(marked, scale, columns.width):
            yield text((x, 16), label, classes="c-tick", anchor="middle")


def _lines(chart: RowChart, scale: Scale, rise: tuple[float, float]) -> Iterator[Markup]:
    """No effect, and all together."""
    if chart.effects.compared and scale.holds(0.0):
        yield _upright(0.0, scale, rise, classes="c-zero")
    if chart.together is not None and scale.holds(chart.together):
        yield _upright(chart.together, scale, rise, classes="c-together")


def _upright(value: float, scale: Scale, rise: tuple[float, float], *, classes: str) -> Markup:
    x = scale.at(value)
    return line((x, rise[0]), (x, rise[1]), classes=classes)
