"""A grade over time: a step for each stretch in which a finding stood, best at the top."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from service.charts.markup import Attribute, drawing, element, line, text
from service.charts.scale import Scale

ROW, TOP, MARGIN = 34.0, 10.0, 14.0
MARK = 5.5
LEAST_SPAN_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch: since when, until when (None: it stands), what was found, and that in words."""

    start: datetime
    end: datetime | None
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of the drawing, and where the names of the levels end."""

    classes: str
    width: float
    names: float


WIDE = Layout("candour-chart candour-chart--wide", 760, 210)
NARROW = Layout("candour-chart candour-chart--narrow", 340, 150)


def grade_steps(
    steps: Sequence[Step], levels: Sequence[str], labels: tuple[str, str], layout: Layout = WIDE
) -> Markup:
    """The drawing; `levels` from the best down. The same belongs in a table beside it."""
    ends = [step.end or step.start for step in steps]
    first, last = steps[0].start.timestamp(), max(end.timestamp() for end in ends)
    last = max(last, first + LEAST_SPAN_SECONDS)
    # What stands goes on a little to the right of all that is known.
    scale = Scale(first, last + (last - first) / 12, layout.names, layout.width - MARGIN)
    bottom = TOP + ROW * len(levels)
    parts = [*_rows(levels, layout), *_steps(steps, levels, scale, layout)]
    parts += _days(steps, layout, bottom)
    return drawing((layout.width, bottom + 30), labels, *parts, classes=layout.classes)


def _height(levels: Sequence[str], level: str) -> float:
    return TOP + ROW * (levels.index(level) + 0.5)


def _rows(levels: Sequence[str], layout: Layout) -> Iterator[Markup]:
    for level in levels:
        y = _height(levels, level)
        yield text((2, y + 5), level, classes="c-label")
        yield line((layout.names, y), (layout.width - MARGIN, y), classes="c-grid")


def _steps(
    steps: Sequence[Step], levels: Sequence[str], scale: Scale, layout: Layout
) -> Iterator[Markup]:
    before: Step | None = None
    for step in steps:
        x, y = scale.at(step.start.timestamp()), _height(levels, step.level)
        right = layout.width - MARGIN if step.end is None else scale.at(step.end.timestamp())
        if before is not None:
            yield line((x, _height(levels, before.level)), (x, y), classes="c-stroke")
        yield line((x, y), (right, y), classes="c-stroke")
        where: dict[str, Attribute] = {"cx": x, "cy": y, "r": MARK, "class": "c-solid"}
        mark = element("circle", where)
        yield element("g", {}, element("title", {}, step.words), mark)
        before = step


def _days(steps: Sequence[Step], layout: Layout, bottom: float) -> Iterator[Markup]:
    """The first day and the last on which something changed."""
    first, last = steps[0].start.date().isoformat(), steps[-1].start.date().isoformat()
    yield text((layout.names, bottom + 20), first, classes="c-tick")
    if last != first:
        yield text((layout.width - MARGIN, bottom + 20), last, classes="c-tick", anchor="end")
