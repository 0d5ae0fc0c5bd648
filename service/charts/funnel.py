"""The contour-enhanced funnel plot: effects against their standard errors, precise ones on top."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from markupsafe import Markup

from service.charts.axis import effect_axis, vertical, widest
from service.charts.callouts import Around, Box, Callout, callouts
from service.charts.funnel_key import Counts, funnel_entries
from service.charts.key import key
from service.charts.marks import ARROW, DISC, diamond, disc, end
from service.charts.markup import Drawing, Point, line, named, polygon, rectangle, text
from service.charts.numbers import figures
from service.charts.regions import cone, cut, cut_line
from service.charts.rows import WIDE
from service.charts.scale import LARGEST_DRAWN, LEAST_DRAWN, AxisKind, Scale, reach, ticks
from service.charts.values import Effects, Result

# Significance against no effect: Peters et al. 2008, J Clin Epidemiol 61:991-996.
CONTOURS = (0.10, 0.05, 0.01)
# Larger standard errors than so many times the middle one are shown at the lower edge.
FARTHEST_ERROR = 25.0
TOP, RIGHT = 30.0, 12.0
SHARE = 0.58  # the height against the width
LEAST_HEIGHT = 250.0
MANY = 100  # studies from which the marks are small


Segment = tuple[Point, Point, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Studies, those that trim and fill added, and the estimates without and with these."""

    title: str
    description: str
    effects: Effects
    studies: Sequence[Result]
    together: float | None
    filled: Sequence[Result] = ()
    adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Where effects stand across and standard errors down."""

    across: Scale
    down: Scale

    def at(self, point: Point) -> Point:
        return self.across.at(point[0]), self.down.at(point[1])

    def holds(self, point: Point) -> bool:
        return self.across.holds(point[0]) and self.down.holds(point[1])

    @property
    def box(self) -> Box:
        return Box(self.across.left, self.down.left, self.across.right, self.down.right)


def funnel(plot: Funnel, width: float = WIDE) -> Drawing:
    """The drawing; studies that stand outside the funnel are named where there is room."""
    frame = _frame(plot, width)
    bottom, lines = frame.down.right, _lines(plot, frame)
    axis, depth = effect_axis(plot.effects, frame.across, bottom, width)
    entries = funnel_entries(plot.effects, _counts(plot, frame))
    legend, height = key(entries, bottom + depth + 12, width)
    return Drawing(
        width=width,
        height=bottom + depth + 12 + height,
        title=plot.title,
        description=plot.description,
        parts=(
            *(_shades(frame) if plot.effects.compared else ()),
            *(line(start, stop, classes=classes) for start, stop, classes in lines),
            text((0, 16), "Standard error (precise studies at the top)", classes="c-note"),
            *vertical(_error_ticks(frame.down.high), frame.down, frame.across.left),
            *axis,
            *_marks(plot, frame),
            *_names(plot, frame, lines),
            *legend,
        ),
    )


def points_of(results: Sequence[Result]) -> list[tuple[Result, Point]]:
    """The results that can be drawn, with their places."""
    return [(one, one.point) for one in results if one.point is not None]


def critical(p: float) -> float:
    """How many standard errors from the middle a two-sided p-value lies."""
    return NormalDist().inv_cdf(1 - p / 2)


def _frame(plot: Funnel, width: float) -> Frame:
    points = [point for _, point in points_of([*plot.studies, *plot.filled])]
    deepest = _deepest(sorted(error for _, error in points))
    left = widest(_error_ticks(deepest)) + 14
    height = max(SHARE * width, LEAST_HEIGHT)
    return Frame(
        Scale(*_reach(plot, [value for value, _ in points], deepest), left, width - RIGHT),
        Scale(0.0, deepest, TOP, TOP + height),
    )


def _deepest(errors: Sequence[float]) -> float:
    if not errors:
        return 1.0
    limit = FARTHEST_ERROR * errors[len(errors) // 2] or errors[-1]
    deepest = 1.05 * min(errors[-1], limit, LARGEST_DRAWN / 4)
    return deepest if deepest > LEAST_DRAWN else 1.0


def _error_ticks(deepest: float) -> list[tuple[float, str]]:
    return ticks(0.0, deepest, kind=AxisKind.DIFFERENCE)


def _reach(plot: Funnel, values: Sequence[float], deepest: float) -> tuple[float, float]:
    centres = [one for one in (plot.together, plot.adjusted) if one is not None]
    half = critical(1 - plot.effects.level) * deepest
    feet = [] if plot.together is None else [plot.together - half, plot.together + half]
    effects = plot.effects
    return reach([*values, *centres], feet, kind=effects.kind, zero=effects.compared)


def _shades(frame: Frame) -> Iterator[Markup]:
    """The regions of significance, the most extreme at the back."""
    box, across = frame.box, frame.across
    size = (box.right - box.left, box.bottom - box.top)
    yield rectangle((box.left, box.top), size, classes="c-shade-3")
    for level, p in reversed(list(enumerate(CONTOURS))):
        region = cut(cone(0.0, critical(p), frame.down.high), across.low, across.high)
        if len(region) > 2:
            yield polygon([frame.at(point) for point in region], classes=f"c-shade-{level}")


def _lines(plot: Funnel, frame: Frame) -> list[Segment]:
    """Every line of the plot on the page: contours, the funnel, the estimates."""
    drawn: list[Segment] = []
    compared = plot.effects.compared
    for level, p in enumerate(CONTOURS if compared else ()):
        drawn += _sides(frame, 0.0, critical(p), classes=f"c-contour-{level}")
    if plot.together is not None and math.isfinite(plot.together):
        slope = critical(1 - plot.effects.level)
        drawn += _sides(frame, plot.together, slope, classes="c-limit")
    null = 0.0 if compared else None
    upright = ((null, "c-zero"), (plot.together, "c-line"), (plot.adjusted, "c-adjusted"))
    for value, classes in upright:
        if value is not None and frame.across.holds(value):
            x = frame.across.at(value)
            drawn.append(((x, frame.down.left), (x, frame.down.right), classes))
    return drawn


def _sides(frame: Frame, apex: float, slope: float, *, classes: str) -> Iterator[Segment]:
    start, right, left = cone(apex, slope, frame.down.high)
    for foot in (left, right):
        kept = cut_line(start, foot, frame.across.low, frame.across.high)
        if kept is not None:
            yield frame.at(kept[0]), frame.at(kept[1]), classes


def _marks(plot: Funnel, frame: Frame) -> Iterator[Markup]:
    radius = DISC - 1 if len(plot.studies) > MANY else DISC
    for one, point in points_of(plot.studies):
        x, y = frame.at(point)
        drawn = disc(x, y, radius=radius) if frame.holds(point) else _off(point, frame)
        yield named(_said(one, plot.effects), drawn)
    for one, point in points_of(plot.filled):
        x, y = frame.at(point)
        drawn = diamond(x, y, classes="c-filled") if frame.holds(point) else _off(point, frame)
        yield named(_said(one, plot.effects), drawn)


def _off(point: Point, frame: Frame) -> Markup:
    """An arrow at the edge behind which the study lies."""
    x, y = frame.at(point)
    if frame.across.holds(point[0]):
        return polygon([(x, y), (x - 5, y - 8), (x + 5, y - 8)], classes="c-arrow")
    return end(x, y, direction=-1.0 if point[0] < frame.across.low else 1.0)


def _said(one: Result, effects: Effects) -> str:
    return f"{one.name}: {effects.number(one.value)}, standard error {figures(one.error)}"


def _names(plot: Funnel, frame: Frame, lines: Sequence[Segment]) -> Iterator[Markup]:
    centre = plot.together
    if centre is None or not math.isfinite(centre):
        return iter(())
    slope = critical(1 - plot.effects.level)
    outside = [
        (abs(value - centre) - slope * error, _callout(one, frame.at((value, error)), frame.box))
        for one, (value, error) in points_of(plot.studies)
        if abs(value - centre) > slope * error
    ]
    outside.sort(key=lambda found: -found[0])
    marks = [frame.at(point) for _, point in points_of([*plot.studies, *plot.filled])]
    around = Around(marks=marks, lines=[(start, stop) for start, stop, _ in lines], page=frame.box)
    return callouts([found for _, found in outside], around)


def _callout(one: Result, at: Point, box: Box) -> Callout:
    """Beside the mark, or beside the arrow where that stands at an edge."""
    x = min(max(at[0], box.left + ARROW), box.right - ARROW)
    return Callout(name=one.name, x=x, y=at[1])


def _counts(plot: Funnel, frame: Frame) -> Counts:
    results = [*plot.studies, *plot.filled]
    points = points_of(results)
    return Counts(
        studies=len(points_of(plot.studies)),
        filled=len(points_of(plot.filled)),
        together=plot.together,
        adjusted=plot.adjusted,
        off=sum(not frame.holds(point) for _, point in points),
        unknown=len(results) - len(points),
    )
