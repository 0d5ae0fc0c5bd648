"""What a chart of an estimate is told: lines and points on common axes, in plain numbers."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeGuard

WIDE, NARROW = 700.0, 340.0
# A band may reach so many spans of the points beyond them, an interval around a point more of
# them; what goes on is cut at the edge.
MOST_BEYOND, MOST_AROUND = 1.0, 4.0
MARGIN = 0.05
LARGEST = 1e300


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Points of one line or cloud; `low` and `high` bound each, where they are told.

    `role` is observed, fitted, counterfactual, comparison, estimate, before, after or placebo.
    """

    role: str
    label: str
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()

    @property
    def points(self) -> list[tuple[float, float]]:
        """The points that have a place, in their order."""
        return [(x, y) for x, y in zip(self.x, self.y, strict=True) if placed(x) and placed(y)]

    @property
    def bounds(self) -> list[tuple[float, float, float]]:
        """Where each interval stands and its ends, for those that have both."""
        return [
            (x, min(low, high), max(low, high))
            for x, low, high in zip(self.x, self.low, self.high, strict=False)
            if placed(x) and placed(low) and placed(high)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything a chart shows.

    `ticks` label places on x, `names` all places that have one; `mark` is the start of the
    programme or the cut-off on x, `zero` no effect on y.
    """

    kind: str
    title: str
    x_label: str
    y_label: str
    traces: Sequence[Trace]
    ticks: Sequence[tuple[float, str]] = ()
    names: Mapping[float, str] = field(default_factory=dict)
    mark: float | None = None
    zero: float | None = None

    def across(self) -> tuple[float, float]:
        """From where to where on x."""
        values = [x for trace in self.traces for x, _ in trace.points]
        values += [] if self.mark is None else [self.mark]
        return spanned(values, values)

    def along(self) -> tuple[float, float]:
        """From where to where on y: every point, and bounds while they stay in reach."""
        values = [y for trace in self.traces for _, y in trace.points]
        values += [] if self.zero is None else [self.zero]
        ends = [end for trace in self.traces for _, *both in trace.bounds for end in both]
        most = MOST_BEYOND if self.kind == "series" else MOST_AROUND
        return spanned(values, ends, most=most)


def spanned(
    values: Sequence[float], ends: Sequence[float], *, most: float = MOST_BEYOND
) -> tuple[float, float]:
    """The range of the values, and of the ends as far as they do not squash them."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    typical = sorted(max(low - end, end - high, 0.0) for end in ends)
    reach = max(most * (high - low), typical[(len(typical) - 1) // 2] if typical else 0.0)
    low = max(min([low, *ends]), low - reach)
    high = min(max([high, *ends]), high + reach)
    least = 1e-9 * max(abs(low), abs(high), 1e-9)
    if high - low <= least:
        pad = 0.1 * max(abs(low), abs(high)) or 1.0
        low, high = low - pad, high + pad
    margin = MARGIN * (high - low)
    return low - margin, high + margin


def placed(value: float | None) -> TypeGuard[float]:
    """Whether a value can have a place on a page."""
    return value is not None and math.isfinite(value) and abs(value) < LARGEST


def usual_step(scene: Scene) -> float:
    """How far apart the points of a line mostly are, in the middle of all that are there."""
    steps = [
        later - x
        for trace in scene.traces
        for (x, _), (later, _) in pairwise(trace.points)
        if later > x
    ]
    return sorted(steps)[len(steps) // 2] if steps else math.inf


def runs(
    trace: Trace, *, broken_at: float | None = None, most_apart: float = math.inf
) -> Iterator[list[tuple[float, float]]]:
    """The points of a line, parted where one has no place, before `broken_at`, and where two are
    further than `most_apart`: nothing was seen between them."""
    run: list[tuple[float, float]] = []
    last = math.inf if broken_at is None else broken_at
    for x, y in zip(trace.x, trace.y, strict=True):
        if not placed(x) or not placed(y):
            parted = True
        else:
            parted = bool(run) and (run[-1][0] < last <= x or x - run[-1][0] > most_apart)
        if run and parted:
            yield run
            run = []
        if placed(x) and placed(y):
            run.append((x, y))
    if run:
        yield run
