"""The radial plot of Galbraith: precision across, standardised effects up, effects on an arc."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.axis import NOTE_FONT, NOTE_LINE, horizontal, vertical
from service.charts.callouts import Around, Callout, callouts
from service.charts.galbraith import Fan, Standing, fan, standings
from service.charts.key import Entry, key
from service.charts.letters import fitted
from service.charts.marks import DISC, diamond, disc
from service.charts.markup import Drawing, line, named, polygon, polyline, text
from service.charts.numbers import figures
from service.charts.rows import WIDE
from service.charts.scale import AxisKind, Scale, ticks
from service.charts.values import Effects, Estimate, Result

# Galbraith 1988, Stat Med 7:889-894: within two units of the line lie about 95 % of studies.
BAND = 2.0
MANY = 100  # studies from which the marks are small
LABEL_ROOM = 14.0  # between the labels of the arc


@dataclass(frozen=True, slots=True, kw_only=True)
class Radial:
    """Studies against the estimate of all together; `tau2` is the variance between them."""

    title: str
    description: str
    effects: Effects
    studies: Sequence[Result]
    together: Estimate
    tau2: float = 0.0


def radial(plot: Radial, width: float = WIDE) -> Drawing:
    """The drawing; the line from the origin through a study meets the arc at its effect."""
    known = standings(plot.studies, plot.tau2)
    sheet = fan(known, plot.together, plot.effects.kind, band=BAND, width=width)
    bottom = sheet.up.left
    across = _precision(sheet)
    marked = ticks(0.0, across.high, kind=AxisKind.DIFFERENCE)
    entries = list(_entries(plot, known))
    legend, height = key([entries], bottom + 60, width)
    return Drawing(
        width=width,
        height=bottom + 60 + height,
        title=plot.title,
        description=plot.description,
        parts=(
            *_behind(sheet, compared=plot.effects.compared),
            *_arc(plot, sheet),
            *vertical(_heights(sheet), sheet.up, sheet.across.left),
            *horizontal(marked, across, bottom, width),
            *_titles(plot, sheet, width),
            *_marks(plot, known, sheet),
            *_names(plot, known, sheet),
            *legend,
        ),
    )


def counts(plot: Radial) -> tuple[int, int]:
    """How many studies are drawn, and how many of them stand outside the band."""
    known = standings(plot.studies, plot.tau2)
    return len(known), len(_outside(plot, known))


def _outside(plot: Radial, known: Sequence[Standing]) -> list[Standing]:
    slope = plot.together.place or 0.0
    off = [one for one in known if abs(one.residual(slope)) > BAND]
    return sorted(off, key=lambda one: -abs(one.residual(slope)))


def _precision(sheet: Fan) -> Scale:
    end = sheet.across.at(sheet.precision)
    return Scale(0.0, sheet.precision, sheet.across.left, end)


def _heights(sheet: Fan) -> list[tuple[float, str]]:
    return ticks(sheet.up.low, sheet.up.high, kind=AxisKind.DIFFERENCE)


def _behind(sheet: Fan, *, compared: bool) -> Iterator[Markup]:
    """The band round the line of all together, that line, and the line of no effect."""
    slope, reach = sheet.slope, sheet.precision
    if slope is not None:
        upper, lower = (
            (sheet.at(0.0, side * BAND), sheet.at(reach, slope * reach + side * BAND))
            for side in (1, -1)
        )
        yield polygon([*upper, *reversed(lower)], classes="c-band")
        yield line(*upper, classes="c-edge")
        yield line(*lower, classes="c-edge")
    origin = sheet.at(0.0, 0.0)
    if compared:
        yield line(origin, sheet.on_arc(0.0), classes="c-zero")
    if slope is not None:
        yield line(origin, sheet.on_arc(slope), classes="c-line")


def _arc(plot: Radial, sheet: Fan) -> Iterator[Markup]:
    yield polyline(sheet.arc(*sheet.angles), classes="c-arc")
    if plot.together.ends is not None and sheet.slope is not None:
        low, high = (sheet.angle(value) for value in plot.together.ends)
        yield polyline(sheet.arc(low, high), classes="c-span")
    taken: list[float] = []
    for value, label in sorted(sheet.effects, key=lambda tick: (bool(tick[0]), tick[0])):
        (x, y), (outer, rise) = sheet.on_arc(value), sheet.on_arc(value, beyond=6.0)
        if all(abs(y - other) >= LABEL_ROOM for other in taken):
            taken.append(y)
            yield line((x, y), (outer, rise), classes="c-axis")
            yield text((outer + 4, rise + 4.5), label, classes="c-tick")


def _titles(plot: Radial, sheet: Fan, width: float) -> Iterator[Markup]:
    spread = "√(v + τ²)" if plot.tau2 > 0 else "√v"
    half = width / 2 - 6
    yield text((0, 16), fitted(f"Effect ÷ {spread}", room=half, font=NOTE_FONT), classes="c-note")
    effects = fitted(plot.effects.axis, room=half, font=NOTE_FONT)
    yield text((width, 16), effects, classes="c-note", anchor="end")
    middle = (sheet.across.left + sheet.across.at(sheet.precision)) / 2
    words = fitted(f"Precision, 1 ÷ {spread}", room=2 * middle, font=NOTE_FONT)
    y = sheet.up.left + 20 + NOTE_LINE + 2
    yield text((middle, y), words, classes="c-note", anchor="middle")


def _marks(plot: Radial, known: Sequence[Standing], sheet: Fan) -> Iterator[Markup]:
    less = 1.0 if len(known) > MANY else 0.0
    off = set(_outside(plot, known))
    for one in known:
        x, y = sheet.at(one.x, one.y)
        mark = (
            diamond(x, y, classes="c-solid", size=6.5 - less)
            if one in off
            else disc(x, y, radius=DISC - less)
        )
        effect = plot.effects.number(one.effect)
        yield named(f"{one.name}: {effect}, precision {figures(one.x)}", mark)


def _names(plot: Radial, known: Sequence[Standing], sheet: Fan) -> Iterator[Markup]:
    wanted = []
    for one in _outside(plot, known):
        x, y = sheet.at(one.x, one.y)
        wanted.append(Callout(name=one.name, x=x, y=y))
    slope, end = sheet.slope or 0.0, sheet.precision
    lines = [
        (sheet.at(0.0, side * BAND), sheet.at(end, slope * end + side * BAND))
        for side in (-1, 0, 1)
    ]
    marks = [sheet.at(one.x, one.y) for one in known]
    return callouts(wanted, Around(marks=marks, lines=lines, page=sheet.box))


def _entries(plot: Radial, known: Sequence[Standing]) -> Iterator[Entry]:
    off = len(_outside(plot, known))
    if len(known) > off:
        yield Entry(lambda x, y: [disc(x, y)], f"{len(known) - off} within two units of the line")
    if off:
        yield Entry(lambda x, y: [diamond(x, y, classes="c-solid", size=6.5)], f"{off} outside")
    if plot.together.place is not None:
        yield Entry(
            lambda x, y: [line((x - 13, y), (x + 13, y), classes="c-line")],
            f"studies together: {plot.effects.words(plot.together)}",
        )
    if plot.together.ends is not None and plot.together.place is not None:
        yield Entry(
            lambda x, y: [polyline([(x, y - 8), (x, y + 8)], classes="c-span")], "their interval"
        )
    missing = len(plot.studies) - len(known)
    if missing:
        yield Entry(lambda _x, _y: [], f"{missing} without a precision or effect: not drawn")
