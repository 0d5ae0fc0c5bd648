"""Balance: how far apart the groups were in each characteristic, before and after adjusting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from service.charts.axis import LABEL_DROP, NOTE_FONT, NOTE_LINE, horizontal
from service.charts.estimate_scene import Scene, Trace, spanned
from service.charts.key import Entry, key
from service.charts.letters import PROSE, fitted, in_lines, width_of
from service.charts.marks import DIAMOND, DISC, diamond, disc
from service.charts.markup import Drawing, line, text
from service.charts.scale import AxisKind, Scale, ticks

ROW, STACKED_ROW = 26.0, 46.0
FONT = 14.0
TOP = 10.0
NAMES = 0.34  # of the width of the page, at most
LEAST_BESIDE = 520.0
GAP = 16.0
EDGE = 10.0
REACH = 13.0  # of the limits above and below the middle of a row
# What adjustment can be trusted to make good (WWC Standards Handbook 4.1, section II.B).
ADJUSTABLE = 0.25
DESCRIPTION = "One row a characteristic. The same numbers are in the table."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Where each characteristic stands: its name beside its marks, or on a phone above them."""

    told: Sequence[tuple[float, str]]
    scale: Scale
    room: float
    stacked: bool

    @property
    def step(self) -> float:
        return STACKED_ROW if self.stacked else ROW

    @property
    def bottom(self) -> float:
        return TOP + self.step * max(len(self.told), 1)

    def name_at(self, index: int) -> float:
        return TOP + index * self.step + (15 if self.stacked else self.step / 2 + 5)

    def mark_at(self, index: int) -> float:
        return TOP + index * self.step + (self.step - 14 if self.stacked else self.step / 2)


def balance(scene: Scene, width: float) -> Drawing:
    """A row for each characteristic, its differences side by side on one scale."""
    rows = _rows(scene, width)
    parts = [*_limits(rows), *_names(rows)]
    for trace in scene.traces:
        parts += _marks(trace, rows)
    marked = ticks(rows.scale.low, rows.scale.high, kind=AxisKind.DIFFERENCE)
    parts += horizontal(marked, rows.scale, rows.bottom, width)
    depth = rows.bottom + LABEL_DROP
    middle = (rows.scale.left + rows.scale.right) / 2
    for words in in_lines(scene.y_label, room=PROSE * width, font=NOTE_FONT, most=2):
        depth += NOTE_LINE
        parts.append(text((middle, depth), words, classes="c-note", anchor="middle"))
    entries, room = key([list(_entries(scene))], depth + GAP, width)
    return Drawing(
        width=width,
        height=depth + GAP + room + 4,
        title=scene.title,
        description=DESCRIPTION,
        parts=(*parts, *entries),
    )


def _rows(scene: Scene, width: float) -> Rows:
    values = [y for trace in scene.traces for _, y in trace.points]
    low, high = spanned([*values, -ADJUSTABLE, ADJUSTABLE], [])
    stacked = width < LEAST_BESIDE
    longest = max((width_of(label, FONT) for _, label in scene.ticks), default=0.0)
    beside = min(longest + GAP, NAMES * width)
    return Rows(
        told=scene.ticks,
        scale=Scale(low, high, EDGE if stacked else beside, width - EDGE),
        room=PROSE * width if stacked else beside - GAP / 2,
        stacked=stacked,
    )


def _limits(rows: Rows) -> Iterator[Markup]:
    """Behind the marks, never behind a name."""
    for value, classes in ((0.0, "c-zero"), (-ADJUSTABLE, "c-limit"), (ADJUSTABLE, "c-limit")):
        x = rows.scale.at(value)
        for index in range(len(rows.told)):
            y = rows.mark_at(index)
            yield line((x, y - REACH), (x, y + REACH), classes=classes)


def _names(rows: Rows) -> Iterator[Markup]:
    for index, (_, label) in enumerate(rows.told):
        words = fitted(label, room=rows.room, font=FONT)
        yield text((0, rows.name_at(index)), words, classes="c-study")


def _marks(trace: Trace, rows: Rows) -> Iterator[Markup]:
    of = dict(trace.points)
    for index, (at, _) in enumerate(rows.told):
        if at in of:
            yield _mark(trace.role, rows.scale.at(of[at]), rows.mark_at(index))


def _mark(role: str, x: float, y: float) -> Markup:
    if role == "before":
        return diamond(x, y, classes="c-hollow", size=DIAMOND)
    return disc(x, y, radius=DISC + 0.5)


def _entries(scene: Scene) -> Iterator[Entry]:
    for trace in scene.traces:
        yield Entry(partial(_sample, trace.role), trace.label)
    yield Entry(
        lambda x, y: [line((x, y - 8), (x, y + 8), classes="c-limit")],
        f"{ADJUSTABLE} standard deviations: beyond, adjusting cannot be trusted",
    )


def _sample(role: str, x: float, y: float) -> Sequence[Markup]:
    return [_mark(role, x, y)]
