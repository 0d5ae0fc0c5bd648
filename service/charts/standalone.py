"""Charts as a file of their own: one SVG with its style, headlines, drawings and their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.letters import BOLD, PROSE, in_lines
from service.charts.markup import Attribute, Drawing, element, line, rectangle, text
from service.charts.style import stylesheet
from service.charts.table import Table, table

NAMESPACE = "http://www.w3.org/2000/svg"
MARGIN = 20.0
HEADLINE, HEADLINE_LINE = 21.0, 27.0
SUBTITLE, SUBTITLE_LINE = 14.0, 19.0
MOST_LINES = 12
BETWEEN = 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing under what it says and how it was worked out, above the same numbers."""

    title: str
    subtitle: str
    drawing: Drawing
    table: Table | None = None


def document(figures: Sequence[Figure]) -> str:
    """One SVG file of the figures, one below the other; equal figures give equal bytes."""
    width = max((figure.drawing.width for figure in figures), default=0.0)
    parts: list[Markup] = []
    y = MARGIN
    for figure in figures:
        drawn, height = _figure(figure, y, width)
        parts += drawn
        y += height + BETWEEN
    size = (width + 2 * MARGIN, y - BETWEEN + MARGIN if figures else 2 * MARGIN)
    root: dict[str, Attribute] = {
        "xmlns": NAMESPACE,
        "width": size[0],
        "height": size[1],
        "viewBox": f"0 0 {size[0]:.1f} {size[1]:.1f}",
    }
    drawn_in_all = element(
        "svg",
        root,
        element("title", {}, " / ".join(figure.title for figure in figures) or "No chart"),
        element("desc", {}, " ".join(figure.drawing.description for figure in figures)),
        element("style", {}, Markup(stylesheet())),
        rectangle((0, 0), size, classes="s-paper"),
        element("g", {"transform": f"translate({MARGIN:g} 0)"}, *parts),
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn_in_all}\n'


def _figure(figure: Figure, y: float, width: float) -> tuple[list[Markup], float]:
    parts = [line((0, y), (width, y), classes="s-top")]
    top = y + 12
    for words in in_lines(figure.title, room=PROSE * width / BOLD, font=HEADLINE, most=MOST_LINES):
        parts.append(text((0, top + 20), words, classes="s-headline"))
        top += HEADLINE_LINE
    for words in in_lines(figure.subtitle, room=PROSE * width, font=SUBTITLE, most=MOST_LINES):
        parts.append(text((0, top + 18), words, classes="s-subtitle"))
        top += SUBTITLE_LINE
    top += 22
    parts.append(figure.drawing.placed((0, top)))
    top += figure.drawing.height
    if figure.table is not None:
        numbers, height = table(figure.table, top + 22, width)
        parts.append(numbers)
        top += 22 + height
    return parts, top - y
