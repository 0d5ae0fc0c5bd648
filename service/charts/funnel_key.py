"""The key of a funnel plot: marks, lines and shades in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.key import Entry, Sample
from service.charts.marks import diamond, disc, end
from service.charts.markup import line, rectangle
from service.charts.values import Effects

REGIONS = ("p above 0.10", "p 0.05 to 0.10", "p 0.01 to 0.05", "p below 0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the plot shows: how many studies, and the estimates that it marks."""

    studies: int
    filled: int
    together: float | None
    adjusted: float | None
    off: int
    unknown: int


def funnel_entries(effects: Effects, counts: Counts) -> list[list[Entry]]:
    """The entries in groups, in the order of what a reader looks for."""
    regions = [[*_regions(effects)]] if effects.compared else []
    return [[*_studies(counts), *_estimates(effects, counts)], *regions]


def _studies(counts: Counts) -> Iterator[Entry]:
    if counts.studies:
        yield Entry(lambda x, y: [disc(x, y)], f"{_plural(counts.studies)}")
    if counts.filled:
        words = f"{_plural(counts.filled)} filled in by trim and fill"
        yield Entry(lambda x, y: [diamond(x, y, classes="c-filled")], words)
    if counts.off:
        words = f"{_plural(counts.off)} beyond the page"
        yield Entry(lambda x, y: [end(x + 4, y, direction=1.0)], words)
    if counts.unknown:
        words = f"{_plural(counts.unknown)} without a standard error or effect: not drawn"
        yield Entry(lambda _x, _y: [], words)


def _estimates(effects: Effects, counts: Counts) -> Iterator[Entry]:
    if counts.together is not None:
        together = f"studies together: {effects.number(counts.together)}"
        yield Entry(_upright("c-line"), together)
        limits = f"{effects.percent} of studies would lie inside if only chance parted them"
        yield Entry(_slanting("c-limit"), limits)
    if counts.adjusted is not None:
        adjusted = f"with the filled-in studies: {effects.number(counts.adjusted)}"
        yield Entry(_upright("c-adjusted"), adjusted)
    if effects.compared:
        yield Entry(_upright("c-zero"), f"no effect ({effects.null})")


def _regions(effects: Effects) -> Iterator[Entry]:
    for level, words in enumerate(REGIONS):
        of = f" against {effects.null}" if not level else ""
        yield Entry(_swatch(level), words + of)


def _upright(classes: str) -> Sample:
    return lambda x, y: [line((x, y - 9), (x, y + 9), classes=classes)]


def _slanting(classes: str) -> Sample:
    return lambda x, y: [line((x + 9, y - 9), (x - 9, y + 9), classes=classes)]


def _swatch(level: int) -> Sample:
    """The shade, and the line that parts it from the one before; the first has none before it."""

    def sample(x: float, y: float) -> Sequence[Markup]:
        shade = rectangle((x - 13, y - 8), (26, 16), classes=f"c-shade-{level}")
        outline = f"c-contour-{max(level - 1, 0)}"
        edge = line((x - 13, y - 8), (x - 13, y + 8), classes=outline)
        return [shade, edge] if level else [shade, *_frame(x, y)]

    return sample


def _frame(x: float, y: float) -> Iterator[Markup]:
    corners = [(x - 13, y - 8), (x + 13, y - 8), (x + 13, y + 8), (x - 13, y + 8)]
    for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
        yield line(start, stop, classes="c-edge")


def _plural(count: int) -> str:
    return "1 study" if count == 1 else f"{count} studies"
