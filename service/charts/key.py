"""The key of a chart: each mark beside the words that say what it stands for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.letters import in_lines, width_of
from service.charts.markup import text

FONT = 13.0
LINE = 17.0
ROW = 22.0
SAMPLE = 30.0  # the room of a sample of the mark
GAP = 8.0
BETWEEN = 22.0

# Draws a sample of the mark round the middle it is given.
Sample = Callable[[float, float], Sequence[Markup]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One mark of the key and its meaning."""

    sample: Sample
    words: str


def key(groups: Sequence[Sequence[Entry]], y: float, width: float) -> tuple[list[Markup], float]:
    """The groups below each other, and how much height they take."""
    parts: list[Markup] = []
    top = y
    for entries in groups:
        drawn, height = _group(entries, top, width)
        parts += drawn
        top += height
    return parts, top - y


def _group(entries: Sequence[Entry], y: float, width: float) -> tuple[list[Markup], float]:
    """The entries side by side while they fit."""
    parts: list[Markup] = []
    x, top = 0.0, y
    for entry in entries:
        room = width - SAMPLE - GAP
        lines = in_lines(entry.words, room=room, font=FONT, most=4)
        taken = SAMPLE + GAP + max(width_of(line, FONT) for line in lines)
        if x and x + taken > width:
            x, top = 0.0, top + ROW
        parts += entry.sample(x + SAMPLE / 2, top + ROW / 2)
        for index, words in enumerate(lines):
            at = (x + SAMPLE + GAP, top + ROW / 2 + 4.5 + index * LINE)
            parts.append(text(at, words, classes="c-note"))
        x += taken + BETWEEN
        if len(lines) > 1:
            x, top = 0.0, top + ROW + (len(lines) - 1) * LINE
    height = top - y + (ROW if x else 0.0)
    return parts, height if entries else 0.0
