"""Axes: ticks that do not run into each other, the side each direction favours, a title."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from service.charts.letters import PROSE, fitted, in_lines, width_of
from service.charts.markup import line, text
from service.charts.scale import Scale, ticks
from service.charts.values import Effects

TICK_FONT = 12.5
NOTE_FONT = 13.0
GAP = 7.0  # between the labels of two ticks
TICK = 6.0
LABEL_DROP = 20.0  # from the axis to the feet of its labels
NOTE_LINE = 18.0
LINE = 15.0  # between the lines of one note

Tick = tuple[float, str]


def effect_axis(
    effects: Effects, scale: Scale, y: float, width: float
) -> tuple[list[Markup], float]:
    """The axis of the effects at `y`, and how much height it takes below."""
    marked = ticks(scale.low, scale.high, kind=effects.kind)
    parts = list(horizontal(marked, scale, y, width))
    depth = LABEL_DROP + NOTE_LINE
    sides, height = _sides(effects, scale, y + depth, width)
    parts += sides
    depth += height
    middle = (scale.left + scale.right) / 2
    room = 2 * PROSE * min(middle, width - middle)
    for words in in_lines(effects.axis, room=room, font=NOTE_FONT, most=2):
        parts.append(text((middle, y + depth), words, classes="c-note", anchor="middle"))
        depth += NOTE_LINE
    return parts, depth - NOTE_LINE + 6


def horizontal(marked: Sequence[Tick], scale: Scale, y: float, width: float) -> Iterator[Markup]:
    """A line with its ticks; where labels have no room for all, nought keeps its own."""
    yield line((scale.left, y), (scale.right, y), classes="c-axis")
    for value, _ in marked:
        x = scale.at(value)
        yield line((x, y), (x, y + TICK), classes="c-axis")
    for x, label in apart(marked, scale, width):
        yield text((x, y + LABEL_DROP), label, classes="c-tick", anchor="middle")


def vertical(marked: Sequence[Tick], scale: Scale, x: float) -> Iterator[Markup]:
    """A line with its ticks to the left of it; `left` of the scale is its upper end."""
    yield line((x, scale.left), (x, scale.right), classes="c-axis")
    last = scale.left - NOTE_LINE if scale.left < scale.right else scale.left + NOTE_LINE
    for value, label in marked:
        y = scale.at(value)
        yield line((x - TICK, y), (x, y), classes="c-axis")
        if abs(y - last) >= TICK_FONT + 2:
            yield text((x - TICK - 4, y + 4.5), label, classes="c-tick", anchor="end")
            last = y


def widest(marked: Sequence[Tick]) -> float:
    """The room the labels of a vertical axis take."""
    return max((width_of(label, TICK_FONT) for _, label in marked), default=0.0)


def apart(marked: Sequence[Tick], scale: Scale, width: float) -> list[Tick]:
    """The places and labels that have room beside each other, and on the page."""
    placed: list[tuple[float, float, str]] = []
    for value, label in sorted(marked, key=lambda tick: (bool(tick[0]), tick[0])):
        half = width_of(label, TICK_FONT) / 2
        x = min(max(scale.at(value), half), width - half)
        if all(abs(x - other) >= half + others + GAP for other, others, _ in placed):
            placed.append((x, half, label))
    return [(x, label) for x, _, label in sorted(placed)]


def _sides(effects: Effects, scale: Scale, y: float, width: float) -> tuple[list[Markup], float]:
    """What lies left and right of no effect; where that is off the page, on which side."""
    if not effects.compared:
        return [], 0.0
    if not scale.holds(0.0):
        return [_absent(effects, scale, y, width)], NOTE_LINE
    if effects.favours is None:
        return [], 0.0
    left, right = f"← {effects.favours[0]}", f"{effects.favours[1]} →"
    zero, room = scale.at(0.0), width_of(max(left, right, key=len), NOTE_FONT) + 8
    if room <= min(zero, width - zero):
        parts = [
            text((zero - 8, y), left, classes="c-favours", anchor="end"),
            text((zero + 8, y), right, classes="c-favours"),
        ]
        return parts, NOTE_LINE
    left, right = (fitted(words, room=PROSE * width, font=NOTE_FONT) for words in (left, right))
    parts = [
        text((0, y), left, classes="c-favours"),
        text((width, y + LINE), right, classes="c-favours", anchor="end"),
    ]
    return parts, NOTE_LINE + LINE


def _absent(effects: Effects, scale: Scale, y: float, width: float) -> Markup:
    words = f"no effect ({effects.null}) lies beyond this edge"
    if scale.low > 0:
        said = fitted(f"← {words}", room=width - scale.left, font=NOTE_FONT)
        return text((scale.left, y), said, classes="c-note")
    said = fitted(f"{words} →", room=scale.right, font=NOTE_FONT)
    return text((scale.right, y), said, classes="c-note", anchor="end")
