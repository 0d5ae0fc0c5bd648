"""Where things stand on a radial plot: rays from one origin, and the arc that they meet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.charts.axis import TICK_FONT, widest
from service.charts.callouts import Box
from service.charts.letters import width_of
from service.charts.markup import Point
from service.charts.scale import (
    LARGEST_DRAWN,
    LARGEST_LOG_RATIO,
    LEAST_DRAWN,
    LEAST_LOG_SPAN,
    AxisKind,
    Scale,
    ticks,
)
from service.charts.values import Estimate, Result

TOP = 34.0
SHARE = 0.75  # the greatest height against the radius
MARGIN = 0.04  # above and below the studies
LABELS = 40.0  # the room of the arc's labels before they are known
LEAST_HEIGHT = 150.0
INSIDE = 0.95  # how far towards the arc the farthest study stands
STEPS = 48  # straight pieces of an arc
STEEPEST = 1.45  # radians: rays of effects beyond lie on the edge


@dataclass(frozen=True, slots=True)
class Standing:
    """A study by its precision (x) and its effect times that (y)."""

    name: str
    effect: float
    x: float
    y: float

    def residual(self, slope: float) -> float:
        """How many units above the line of that slope it stands."""
        return self.y - slope * self.x


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """Scales across and up, the greatest precision, the line of all together, the arc's effects."""

    across: Scale
    up: Scale
    precision: float
    slope: float | None
    effects: Sequence[tuple[float, str]]

    @property
    def radius(self) -> float:
        return self.across.right - self.across.left

    @property
    def box(self) -> Box:
        return Box(self.across.left, self.up.right, self.across.right, self.up.left)

    @property
    def angles(self) -> tuple[float, float]:
        """From where to where the arc runs: as high and as low as the page."""
        origin = self.up.at(0.0)
        down, rise = origin - self.up.left, origin - self.up.right
        return _asin(down / self.radius), _asin(rise / self.radius)

    def at(self, x: float, y: float) -> Point:
        return self.across.at(x), self.up.at(y)

    def angle(self, effect: float) -> float:
        """The angle of the ray of all studies with this effect, held inside the arc."""
        low, high = self.angles
        return min(max(self._ray(effect), low), high)

    def effect(self, angle: float) -> float:
        """The effect of all studies on the ray of that angle."""
        return math.tan(angle) / self._steepness

    @property
    def _steepness(self) -> float:
        """The slope on the page of the ray of effect 1."""
        upward = (self.up.left - self.up.right) / (self.up.high - self.up.low)
        return upward * (self.across.high / self.radius)

    def _ray(self, effect: float) -> float:
        return math.atan(effect * self._steepness)

    def on_arc(self, effect: float, *, beyond: float = 0.0) -> Point:
        return self._on_arc(self.angle(effect), beyond)

    def arc(self, low: float, high: float) -> list[Point]:
        return [self._on_arc(low + (high - low) * step / STEPS) for step in range(STEPS + 1)]

    def _on_arc(self, angle: float, beyond: float = 0.0) -> Point:
        radius = self.radius + beyond
        x = self.across.left + radius * math.cos(angle)
        return x, self.up.at(0.0) - radius * math.sin(angle)


def standings(results: Sequence[Result], tau2: float) -> list[Standing]:
    """The studies that have a precision and an effect."""
    between = math.sqrt(tau2) if tau2 > 0 and math.isfinite(tau2) else 0.0
    found = []
    for one in results:
        if one.point is None:
            continue
        spread = math.hypot(one.point[1], between)
        if not LEAST_DRAWN < spread < 1 / LEAST_DRAWN:
            continue
        standing = Standing(one.name, one.point[0], 1 / spread, one.point[0] / spread)
        if abs(standing.y) < LARGEST_DRAWN:
            found.append(standing)
    return found


def fan(
    known: Sequence[Standing], together: Estimate, kind: AxisKind, *, band: float, width: float
) -> Fan:
    """The scales that hold every study and the band, the farthest of them just inside the arc."""
    precision = max((one.x for one in known), default=1.0)
    slope = _drawable(together.place, precision)
    ends = [(slope or 0.0) * precision + side * band for side in (1, -1)]
    heights = [band, -band, *ends, *(one.y for one in known)]
    margin = MARGIN * (max(heights) - min(heights))
    low, high = min(heights) - margin, max(heights) + margin
    corners = [(precision, end) for end in ends] + [(one.x, one.y) for one in known]
    left = widest(ticks(low, high, kind=AxisKind.DIFFERENCE)) + 14
    labels = LABELS
    for _ in range(2):  # what the labels are depends on the arc, and its size on them
        radius = width - left - labels - 14
        sheet = _fan(
            corners, (low, high), slope or 0.0, precision=precision, left=left, radius=radius
        )
        marked = _effects(sheet, kind)
        labels = max((width_of(label, TICK_FONT) for _, label in marked), default=0.0)
    return replace(sheet, slope=slope, effects=marked)


def _fan(
    corners: Sequence[Point],
    heights: tuple[float, float],
    slope: float,
    *,
    precision: float,
    left: float,
    radius: float,
) -> Fan:
    """The scales for an arc of that radius; it is as high as the line of that slope needs."""
    low, high = heights
    height = max(SHARE * radius, LEAST_HEIGHT)
    farthest = max(
        math.hypot(x / precision, y / (high - low) * height / radius) for x, y in corners
    )
    inside = INSIDE / farthest
    steepness, flatness = height * inside / (high - low), radius * inside / precision
    met = radius * math.sin(math.atan2(slope * steepness, flatness)) / steepness
    low, high = min(low, met), max(high, met)
    return Fan(
        across=Scale(0.0, precision / inside, left, left + radius),
        up=Scale(low, high, TOP + steepness * (high - low), TOP),
        precision=precision,
        slope=None,
        effects=(),
    )


def _effects(sheet: Fan, kind: AxisKind) -> list[tuple[float, str]]:
    """The ticks of the effects whose rays meet the arc on the page."""
    most = LARGEST_LOG_RATIO if kind is AxisKind.RATIO else LARGEST_DRAWN
    low, high = (sheet.effect(angle) for angle in sheet.angles)
    low, high = max(low, -most), min(high, most)
    least = LEAST_LOG_SPAN if kind is AxisKind.RATIO else LEAST_DRAWN
    return ticks(low, high, kind=kind) if high - low > least else []


def _drawable(slope: float | None, precision: float) -> float | None:
    """The slope of the line of all together, where a page can hold it."""
    known = slope is not None and max(abs(slope) * precision, abs(slope)) < LARGEST_DRAWN
    return slope if known else None


def _asin(share: float) -> float:
    return min(max(math.asin(min(max(share, -1.0), 1.0)), -STEEPEST), STEEPEST)
