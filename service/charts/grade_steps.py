"""A grade over time: a step for each stretch in which a finding stood, best at the top.

Stretches are equally wide: what is told in one afternoon and what takes years can both be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from service.charts.markup import Attribute, drawing, element, line, text
from service.charts.scale import Scale

ROW, TOP, MARGIN = 34.0, 10.0, 14.0
MARK = 5.5


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch: the day since when, what was found, and that in words."""

    start: date
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of the drawing, and where the names of the levels end."""

    classes: str
    width: float
    names: float


WIDE = Layout("candour-chart candour-chart--wide", 760, 210)
NARROW = Layout("candour-chart candour-chart--narrow", 340, 168)


def grade_steps(
    steps: Sequence[Step], levels: Sequence[str], labels: tuple[str, str], layout: Layout = WIDE
) -> Markup:
    """The drawing; `levels` from the best down. The same belongs in a table beside it."""
    scale = Scale(0, len(steps), layout.names, layout.width - MARGIN)
    bottom = TOP + ROW * len(levels)
    parts = [*_rows(levels, layout), *_steps(steps, levels, scale)]
    parts += _days(steps, layout, bottom)
    return drawing((layout.width, bottom + 30), labels, *parts, classes=layout.classes)


def _height(levels: Sequence[str], level: str) -> float:
    return TOP + ROW * (levels.index(level) + 0.5)


def _rows(levels: Sequence[str], layout: Layout) -> Iterator[Markup]:
    for level in levels:
        y = _height(levels, level)
        yield text((2, y + 5), level, classes="c-label")
        yield line((layout.names, y), (layout.width - MARGIN, y), classes="c-grid")


def _steps(steps: Sequence[Step], levels: Sequence[str], scale: Scale) -> Iterator[Markup]:
    before: Step | None = None
    for place, step in enumerate(steps):
        x, y = scale.at(place), _height(levels, step.level)
        if before is not None:
            yield line((x, _height(levels, before.level)), (x, y), classes="c-stroke")
        yield line((x, y), (scale.at(place + 1), y), classes="c-stroke")
        where: dict[str, Attribute] = {"cx": x, "cy": y, "r": MARK, "class": "c-solid"}
        mark = element("circle", where)
        yield element("g", {}, element("title", {}, step.words), mark)
        before = step


def _days(steps: Sequence[Step], layout: Layout, bottom: float) -> Iterator[Markup]:
    """The first day and the last on which something changed."""
    first, last = steps[0].start.isoformat(), steps[-1].start.isoformat()
    yield text((layout.names, bottom + 20), first, classes="c-tick")
    if last != first:
        yield text((layout.width - MARGIN, bottom + 20), last, classes="c-tick", anchor="end")
