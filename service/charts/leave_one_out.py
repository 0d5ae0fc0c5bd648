"""All studies but one, for each in turn, and the first so many studies: does one decide it all?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.charts.items import Item, Shape
from service.charts.key import Entry
from service.charts.marks import DISC, diamond, disc
from service.charts.markup import Drawing, line, rectangle
from service.charts.rows import WIDE, RowChart, rows
from service.charts.values import Effects, Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """The estimate without the study of that name, or after it was added to those before it."""

    name: str
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Refits:
    """The refits in the order given, against all studies together."""

    title: str
    description: str
    effects: Effects
    refits: Sequence[Refit]
    together: Estimate


def leave_one_out(plot: Refits, width: float = WIDE) -> Drawing:
    """A row for each study left out; hollow where the finding is another without it."""
    return _refits(plot, "Without", "another finding without it", width)


def cumulative(plot: Refits, width: float = WIDE) -> Drawing:
    """A row for each study added to those above it; hollow where the finding was another then."""
    return _refits(plot, "After adding", "another finding at that time", width)


def turns(refit: Refit, together: Estimate) -> bool:
    """Whether the finding is another: no effect is left out by one interval and not the other.

    An interval on the other side of no effect is another finding as well.
    """
    return side(refit.estimate) != side(together)


def side(estimate: Estimate) -> int:
    """1 for an interval all above no effect, -1 for one all below, 0 where it is left open."""
    if not estimate.settled or estimate.ends is None:
        return 0
    return 1 if estimate.ends[0] > 0 else -1


def _refits(plot: Refits, heading: str, turned: str, width: float) -> Drawing:
    items = [_item(refit, plot) for refit in plot.refits]
    return rows(
        RowChart(
            title=plot.title,
            description=plot.description,
            effects=plot.effects,
            headings=(heading, plot.effects.heading, ""),
            items=items,
            together=plot.together.place,
            band=plot.together.ends,
            entries=list(_entries(plot, items, turned)),
        ),
        width,
    )


def _item(refit: Refit, plot: Refits) -> Item:
    turned = plot.effects.compared and turns(refit, plot.together)
    return Item(
        name=refit.name,
        shape=Shape.HOLLOW if turned else Shape.DISC,
        estimate=refit.estimate,
        words=plot.effects.words(refit.estimate),
    )


def _entries(plot: Refits, items: Sequence[Item], turned: str) -> Iterator[Entry]:
    together = f"all studies together: {plot.effects.words(plot.together)}"
    yield Entry(
        lambda x, y: [
            rectangle((x - 13, y - 8), (26, 16), classes="c-band"),
            line((x - 13, y - 8), (x - 13, y + 8), classes="c-edge"),
            line((x + 13, y - 8), (x + 13, y + 8), classes="c-edge"),
            line((x, y - 8), (x, y + 8), classes="c-together"),
        ],
        together,
    )
    same = "the same finding" if plot.effects.compared else "the estimate and its interval"
    shapes = {item.shape for item in items}
    if Shape.DISC in shapes:
        yield Entry(lambda x, y: [disc(x, y, radius=DISC + 0.5)], same)
    if Shape.HOLLOW in shapes:
        yield Entry(lambda x, y: [diamond(x, y, classes="c-hollow")], turned)
