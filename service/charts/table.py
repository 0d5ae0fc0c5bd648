"""A table drawn as text: names to the left, numbers to the right, read out as rows and cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.letters import BOLD, PROSE, in_lines, unbroken, width_of
from service.charts.markup import element, line, text

FONT = 13.0
LINE = 16.0
ROW = 21.0
CAPTION = 26.0
CAPTION_FONT, CAPTION_LINE = 14.0, 18.0
GAP = 18.0
LEAST_NAMES = 150.0
# A name is told in full: here it is never shortened.
MOST_LINES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a chart: its first column names, the others tell."""

    caption: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def table(numbers: Table, y: float, width: float) -> tuple[Markup, float]:
    """The table below `y`, and how much height it takes; cards where it would be too wide."""
    widths = [
        max(width_of(cell, FONT, bold=True) for cell in column)
        for column in zip(numbers.headings, *numbers.rows, strict=True)
    ]
    room = width - sum(one + GAP for one in widths[1:])
    captions = in_lines(
        numbers.caption, room=PROSE * width / BOLD, font=CAPTION_FONT, most=MOST_LINES
    )
    told = [
        text((0, y + 15 + index * CAPTION_LINE), words, classes="s-caption")
        for index, words in enumerate(captions)
    ]
    top = y + CAPTION + (len(captions) - 1) * CAPTION_LINE
    if room < min(LEAST_NAMES, widths[0]):
        parts, height = _cards(numbers, top, width)
    else:
        parts, height = _grid(numbers, top, widths, room)
    return element("g", {"role": "table"}, *told, *parts), top - y + height


def _grid(
    numbers: Table, y: float, widths: Sequence[float], room: float
) -> tuple[list[Markup], float]:
    ends = _ends(widths, min(widths[0], room))
    heads = _line(numbers.headings, ends, y, "columnheader")
    parts = [element("g", {"role": "row"}, *heads)]
    parts.append(line((0, y + ROW - 1), (ends[-1], y + ROW - 1), classes="c-rule"))
    top = y + ROW + 2
    for row in numbers.rows:
        names = in_lines(row[0], room=min(widths[0], room), font=FONT, most=MOST_LINES)
        cells = [_names(names, top), *_line(("", *row[1:]), ends, top, "cell")]
        parts.append(element("g", {"role": "row"}, *cells))
        top += ROW + (len(names) - 1) * LINE
    return parts, top - y


def _ends(widths: Sequence[float], names: float) -> list[float]:
    """Where each column ends, the first one beginning at nought."""
    ends = [names]
    for width in widths[1:]:
        ends.append(ends[-1] + GAP + width)
    return ends


def _line(cells: Sequence[str], ends: Sequence[float], y: float, role: str) -> Iterator[Markup]:
    classes = "s-head" if role == "columnheader" else "s-cell"
    for index, (cell, x) in enumerate(zip(cells, ends, strict=True)):
        if cell:
            place, anchor = (x, "end") if index else (0.0, "start")
            words = text((place, y + 14), cell, classes=classes, anchor=anchor)
            yield element("g", {"role": role}, words)


def _names(lines: Sequence[str], y: float) -> Markup:
    written = (
        text((0, y + 14 + index * LINE), words, classes="s-cell")
        for index, words in enumerate(lines)
    )
    return element("g", {"role": "rowheader"}, *written)


def _cards(numbers: Table, y: float, width: float) -> tuple[list[Markup], float]:
    """Each row as a name and, below it, its numbers with their headings."""
    parts: list[Markup] = []
    top = y
    for row in numbers.rows:
        names = in_lines(row[0], room=PROSE * width / BOLD, font=FONT, most=MOST_LINES)
        told = "; ".join(
            unbroken(f"{heading}: {cell}")
            for heading, cell in zip(numbers.headings[1:], row[1:], strict=True)
            if cell
        )
        lines = in_lines(told, room=PROSE * width, font=FONT, most=MOST_LINES)
        cells = [
            text((0, top + 14 + index * LINE), words, classes=classes)
            for index, (words, classes) in enumerate(
                [*((name, "s-head") for name in names), *((one, "s-cell") for one in lines)]
            )
        ]
        parts.append(element("g", {"role": "row"}, element("g", {"role": "cell"}, *cells)))
        top += (len(names) + len(lines)) * LINE + 8
    return parts, top - y
