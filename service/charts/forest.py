"""The forest plot: one row a unit of evidence, the pooled diamond, and what would be worthwhile."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.marks import beyond, interval, spanning_diamond, square
from service.charts.markup import drawing, element, line, shortened, text, wrapped
from service.charts.scale import AxisKind, Scale, extent, ticks

SMALLEST_SQUARE = 7.0
LARGEST_SQUARE = 17.0
LINE = 18.0  # between the lines of a label
CLEARANCE = 30.0  # the least distance between the middles of two tick labels


@dataclass(frozen=True, slots=True)
class Row:
    """One unit; values are on the axis (logarithms for a ratio); None or infinite is unknown."""

    label: str
    note: str
    words: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    weight: float | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Pooled:
    """The units taken together, and where one further unit would be expected to fall."""

    label: str
    note: str
    words: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    expected: tuple[float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Forest:
    """Everything the plot shows; `worthwhile` is the smallest worthwhile effect on the axis."""

    title: str
    description: str
    kind: AxisKind
    axis: str
    favours: tuple[str, str]
    rows: Sequence[Row]
    pooled: Pooled | None = None
    worthwhile: float | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: beside each other on a desk, above each other on a phone."""

    classes: str
    width: float
    plot: tuple[float, float]
    row: float
    label_y: float
    note_y: float
    words_y: float
    mark_y: float
    text_room: float
    words: tuple[float, str]
    words_room: float
    font: float

    @property
    def stacked(self) -> bool:
        return self.words[1] == "start"

    @property
    def middle(self) -> float:
        return sum(self.plot) / 2


# At the full 960 px page the wide drawing's letters are 19 px; at 320 px the narrow one's are 12.
WIDE = Layout(
    classes="candour-chart candour-chart--wide",
    width=760, plot=(280, 572), row=48, label_y=20, note_y=39, words_y=29, mark_y=24,
    text_room=270, words=(760, "end"), words_room=182, font=15,
)  # fmt: skip
NARROW = Layout(
    classes="candour-chart candour-chart--narrow",
    width=340, plot=(10, 330), row=92, label_y=18, note_y=36, words_y=54, mark_y=72,
    text_room=336, words=(0, "start"), words_room=336, font=14,
)  # fmt: skip


def forest(plot: Forest, layout: Layout = WIDE) -> Markup:
    """The drawing; the same numbers belong in a table beside it."""
    scale = Scale(*_extent(plot), *layout.plot)
    marks, bottom = [], 0.0
    for row in plot.rows:
        marks.append(_row(row, scale, layout, bottom))
        bottom += _height(row, layout)
    if not plot.rows:
        marks.append(text((0, layout.label_y), "No result can be drawn yet", classes="c-label"))
        bottom = layout.row
    if plot.pooled is not None:
        marks.append(_pooled(plot.pooled, scale, layout, bottom))
        bottom += _height(plot.pooled, layout) + 8
    behind = list(_lines(plot, scale, bottom))
    return drawing(
        (layout.width, bottom + 82),
        (plot.title, plot.description),
        *behind,
        *marks,
        *_axis(plot, scale, layout, bottom),
        classes=layout.classes,
    )


def _extent(plot: Forest) -> tuple[float, float]:
    cores = [row.estimate for row in plot.rows]
    ends = [end for row in plot.rows for end in (row.low, row.high)]
    cores.append(plot.worthwhile)
    if plot.pooled is not None:
        cores.append(plot.pooled.estimate)
        ends += [plot.pooled.low, plot.pooled.high, *(plot.pooled.expected or ())]
    return extent(_known(cores), _known(ends), kind=plot.kind)


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _label(row: Row | Pooled, layout: Layout) -> list[str]:
    return wrapped(row.label, room=layout.text_room, font=layout.font)


def _height(row: Row | Pooled, layout: Layout) -> float:
    return layout.row + (len(_label(row, layout)) - 1) * LINE


def _row(row: Row, scale: Scale, layout: Layout, top: float) -> Markup:
    extra = _height(row, layout) - layout.row
    y = top + layout.mark_y + (extra if layout.stacked else extra / 2)
    classes = "c-row" if row.counted else "c-row c-row--aside"
    return element(
        "g",
        {"class": classes},
        *_words(row, layout, top),
        *_interval((row.low, row.high), scale, y, classes="c-interval"),
        *_mark(row, scale, y),
    )


def _words(row: Row | Pooled, layout: Layout, top: float) -> Iterator[Markup]:
    lines = _label(row, layout)
    extra = (len(lines) - 1) * LINE
    note = shortened(row.note, room=layout.text_room, font=layout.font - 2)
    words = shortened(row.words, room=layout.words_room, font=layout.font)
    x, anchor = layout.words
    for index, label in enumerate(lines):
        yield text((0, top + layout.label_y + index * LINE), label, classes="c-label")
    yield text((0, top + layout.note_y + extra), note, classes="c-note")
    words_y = layout.words_y + (extra if layout.stacked else extra / 2)
    yield text((x, top + words_y), words, classes="c-words", anchor=anchor)


def _interval(
    ends: tuple[float | None, float | None], scale: Scale, y: float, *, classes: str
) -> Iterator[Markup]:
    low, high = ends
    if low is not None and high is not None and not math.isnan(low) and not math.isnan(high):
        yield from interval(low, high, scale, y, classes=classes)


def _mark(row: Row, scale: Scale, y: float) -> Iterator[Markup]:
    if row.estimate is None or math.isnan(row.estimate):
        return
    x = scale.at(row.estimate)
    if not scale.holds(row.estimate):
        yield beyond(row.estimate, scale, y)
    elif row.counted:
        weight = row.weight if row.weight is not None and 0 <= row.weight <= 1 else 0.0
        side = SMALLEST_SQUARE + (LARGEST_SQUARE - SMALLEST_SQUARE) * math.sqrt(weight)
        yield square(x, y, side)
    else:
        yield element("circle", {"cx": x, "cy": y, "r": 5.5, "class": "c-hollow"})


def _pooled(pooled: Pooled, scale: Scale, layout: Layout, top: float) -> Markup:
    y = top + layout.mark_y + 4 + (_height(pooled, layout) - layout.row)
    parts = [line((0, top), (layout.width, top), classes="c-rule")]
    parts += _words(pooled, layout, top + 4)
    if pooled.expected is not None:
        parts += _interval(pooled.expected, scale, y, classes="c-expected")
    parts += _diamond(pooled, scale, y)
    return element("g", {"class": "c-row c-row--pooled"}, *parts)


def _diamond(pooled: Pooled, scale: Scale, y: float) -> Iterator[Markup]:
    """The diamond spans the interval; without one, the estimate alone is marked."""
    if pooled.estimate is None or not scale.holds(pooled.estimate):
        return
    x = scale.at(pooled.estimate)
    low, high = (_or(pooled.low, pooled.estimate), _or(pooled.high, pooled.estimate))
    yield spanning_diamond(scale.at(low), x, scale.at(high), y=y, half=9)


def _or(value: float | None, instead: float) -> float:
    return instead if value is None or math.isnan(value) else value


def _lines(plot: Forest, scale: Scale, bottom: float) -> Iterator[Markup]:
    if plot.worthwhile is not None and scale.holds(plot.worthwhile):
        x = scale.at(plot.worthwhile)
        yield line((x, 0), (x, bottom), classes="c-worthwhile")
    zero = scale.at(0.0)
    yield line((zero, 0), (zero, bottom), classes="c-zero")


def _axis(plot: Forest, scale: Scale, layout: Layout, y: float) -> Iterator[Markup]:
    left, right = layout.plot
    yield line((left, y), (right, y), classes="c-axis")
    last = -CLEARANCE
    for value, label in ticks(scale.low, scale.high, kind=plot.kind):
        x = scale.at(value)
        yield line((x, y), (x, y + 6), classes="c-axis")
        if x - last >= CLEARANCE:
            yield text((x, y + 22), label, classes="c-tick", anchor="middle")
            last = x
    half = (right - left) / 2 + (0 if left < layout.font else left / 2)
    for words, x, anchor in (
        (f"← {plot.favours[0]}", layout.middle - 8, "end"),
        (f"{plot.favours[1]} →", layout.middle + 8, "start"),
    ):
        fitted = shortened(words, room=half, font=layout.font - 2)
        yield text((x, y + 46), fitted, classes="c-note c-favours", anchor=anchor)
    title = shortened(plot.axis, room=layout.width - 20, font=layout.font - 2)
    yield text((layout.middle, y + 70), title, classes="c-note", anchor="middle")
