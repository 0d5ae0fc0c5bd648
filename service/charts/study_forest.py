"""The forest plot of an analyst's table: any number of studies, in subgroups or not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.charts.items import Item, Shape, square_sample
from service.charts.key import Entry
from service.charts.marks import spanning_diamond
from service.charts.markup import Drawing, line
from service.charts.numbers import percent
from service.charts.rows import WIDE, RowChart, rows
from service.charts.values import Effects, Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study with its own interval and its share of the weight, from 0 to 1."""

    name: str
    estimate: Estimate
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Studies under a name, with what they say together."""

    name: str
    studies: Sequence[Study]
    together: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyForest:
    """Studies and groups in the order given; `expected` is where one more study would fall."""

    title: str
    description: str
    effects: Effects
    studies: Sequence[Study | Group]
    together: Estimate | None = None
    expected: tuple[float, float] | None = None


def study_forest(plot: StudyForest, width: float = WIDE) -> Drawing:
    """The drawing; a square's area is the study's weight against the largest."""
    items = [*_items(plot), *_totals(plot)]
    weighted = any(item.aside for item in items)
    return rows(
        RowChart(
            title=plot.title,
            description=plot.description,
            effects=plot.effects,
            headings=("Study", plot.effects.heading, "Weight" if weighted else ""),
            items=items,
            together=None if plot.together is None else plot.together.place,
            entries=list(_entries(plot, items, weighted="area by weight" if weighted else "")),
        ),
        width,
    )


def studies_of(plot: StudyForest) -> list[Study]:
    """Every study, whether in a group or not."""
    return [
        study
        for one in plot.studies
        for study in (one.studies if isinstance(one, Group) else (one,))
    ]


def _items(plot: StudyForest) -> Iterator[Item]:
    largest = max((study.weight or 0.0 for study in studies_of(plot)), default=0.0)
    for one in plot.studies:
        if isinstance(one, Study):
            yield _study(one, plot.effects, largest)
            continue
        yield Item(name=one.name, shape=Shape.HEADING)
        for study in one.studies:
            yield _study(study, plot.effects, largest)
        if one.together is not None:
            yield _together(f"{one.name}: together", one.together, plot.effects)


def _study(study: Study, effects: Effects, largest: float) -> Item:
    return Item(
        name=study.name,
        shape=Shape.SQUARE,
        estimate=study.estimate,
        words=effects.words(study.estimate),
        aside="" if study.weight is None else percent(study.weight),
        share=(study.weight or 0.0) / largest if largest else 1.0,
    )


def _together(name: str, estimate: Estimate, effects: Effects) -> Item:
    words = effects.words(estimate)
    return Item(name=name, shape=Shape.DIAMOND, estimate=estimate, words=words)


def _totals(plot: StudyForest) -> Iterator[Item]:
    if plot.together is not None:
        count = len(studies_of(plot))
        name = f"All {count} studies together" if count > 1 else "Together"
        yield replace(_together(name, plot.together, plot.effects), ruled=True)
    if plot.expected is not None:
        found = Estimate(value=None, low=plot.expected[0], high=plot.expected[1])
        yield Item(
            name="Where one more would fall",
            shape=Shape.EXPECTED,
            estimate=found,
            words=f"({plot.effects.interval(found)})",
        )


def _entries(plot: StudyForest, items: Sequence[Item], *, weighted: str) -> Iterator[Entry]:
    level = plot.effects.percent
    size = f", {weighted}" if weighted else ""
    if any(item.shape is Shape.SQUARE for item in items):
        yield Entry(
            lambda x, y: [
                line((x - 13, y), (x + 13, y), classes="c-interval"),
                square_sample(0.6, x, y),
            ],
            f"study with its {level} interval{size}",
        )
    if any(item.shape is Shape.DIAMOND for item in items):
        yield Entry(
            lambda x, y: [spanning_diamond(x - 13, x, x + 13, y=y, half=6)],
            f"studies together, {level} interval",
        )
    if plot.expected is not None:
        yield Entry(
            lambda x, y: [line((x - 14, y), (x + 14, y), classes="c-expected")],
            f"{level} prediction interval",
        )
