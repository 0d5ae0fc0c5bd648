"""What the chart of a time series design shows: outcomes, the model, and what was expected."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.estimation.results import Line, Picture
from scoring.estimation.series.series import Series

WITHOUT: Final = "expected without the programme"

# Labels that an axis has room for.
MOST_TICKS: Final = 12


def line(role: str, label: str, x: Column, y: Column, *, log: bool = False) -> Line:
    """A line without bounds; with `log` taken back from the log scale."""
    return Line(role=role, label=label, x=_told(x), y=_told(y, log=log))


def expected(x: Column, bounds: tuple[Column, Column, Column], *, level: float, log: bool) -> Line:
    """The counterfactual (m,) with its pointwise lower and upper bounds."""
    middle, low, high = (_told(values, log=log) for values in bounds)
    label = f"{WITHOUT}, {100 * level:g} % interval"
    return Line(role="counterfactual", label=label, x=_told(x), y=middle, low=low, high=high)


def series_picture(title: str, series: Series, lines: Sequence[Line]) -> Picture:
    """Lines over the periods of a series, the start of the programme marked."""
    return Picture(
        kind="series",
        title=title,
        x_label="period",
        y_label="outcome",
        lines=tuple(lines),
        ticks=_ticks(series),
        mark=float(series.start),
    )


def _told(values: Column, *, log: bool = False) -> tuple[float, ...]:
    numbers = np.exp(values) if log else values
    return tuple(float(number) for number in numbers)


def _ticks(series: Series) -> tuple[tuple[float, str], ...]:
    places = series.periods.tolist()
    if all(label == str(place) for label, place in zip(series.labels, places, strict=True)):
        return ()
    every = -(-len(places) // MOST_TICKS)
    shown = zip(places[::every], series.labels[::every], strict=True)
    return tuple((float(place), label) for place, label in shown)
