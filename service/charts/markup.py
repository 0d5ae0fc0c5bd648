"""Elements of SVG as escaped markup, numbers rounded, so that equal charts are equal bytes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

# XML 1.0 section 2.2: characters that no escape makes lawful.
UNLAWFUL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A wide letter's share of the font's size: Arial's average is 0.52, its stand-in DejaVu's 0.60.
LETTER_WIDTH = 0.58

Attribute = str | float
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart: its size, what it is called and what it shows, and its parts in drawing order."""

    width: float
    height: float
    title: str
    description: str
    parts: tuple[Markup, ...]

    def markup(self, classes: str) -> Markup:
        """The drawing on its own, for a page whose stylesheet knows the classes."""
        size, labels = (self.width, self.height), (self.title, self.description)
        return drawing(size, labels, *self.parts, classes=classes)

    def placed(self, at: Point) -> Markup:
        """The drawing as a part of a larger one."""
        place = f"translate({_attribute(at[0])} {_attribute(at[1])})"
        head = element("title", {}, self.title) + element("desc", {}, self.description)
        return element("g", {"transform": place, "role": "img"}, head, *self.parts)


def element(name: str, attributes: Mapping[str, Attribute], *children: str | Markup) -> Markup:
    """One element; a child that is not markup already is escaped."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key, _attribute(value)) for key, value in attributes.items()
    )
    inside = Markup("").join(_child(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inside)


def drawing(
    size: tuple[float, float], labels: tuple[str, str], *children: Markup, classes: str
) -> Markup:
    """A whole drawing, announced as one image by its title and its description."""
    title, description = labels
    frame: dict[str, Attribute] = {
        "class": classes,
        "viewBox": f"0 0 {_attribute(size[0])} {_attribute(size[1])}",
        "role": "img",
        "focusable": "false",
    }
    head = element("title", {}, title) + element("desc", {}, description)
    return element("svg", frame, head, *children)


def text(at: tuple[float, float], words: str, *, classes: str, anchor: str = "start") -> Markup:
    place: dict[str, Attribute] = {"x": at[0], "y": at[1], "class": classes, "text-anchor": anchor}
    return element("text", place, words)


def line(start: Point, end: Point, *, classes: str) -> Markup:
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return element("line", {**ends, "class": classes})


def polygon(points: Sequence[Point], *, classes: str) -> Markup:
    return element("polygon", {"points": _corners(points), "class": classes})


def polyline(points: Sequence[Point], *, classes: str) -> Markup:
    return element("polyline", {"points": _corners(points), "class": classes})


def rectangle(corner: Point, size: Point, *, classes: str) -> Markup:
    place = {"x": corner[0], "y": corner[1], "width": size[0], "height": size[1]}
    return element("rect", {**place, "class": classes})


def circle(centre: Point, radius: float, *, classes: str) -> Markup:
    return element("circle", {"cx": centre[0], "cy": centre[1], "r": radius, "class": classes})


def named(name: str, *children: Markup) -> Markup:
    """A group that tells its name to whoever points at it or listens to it."""
    return element("g", {}, element("title", {}, name), *children)


def shortened(words: str, *, room: float, font: float) -> str:
    """The words, cut with an ellipsis where they would not fit `room`."""
    most = max(int(room / (font * LETTER_WIDTH)), 2)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def wrapped(words: str, *, room: float, font: float) -> list[str]:
    """The words on one line, or on two with the second shortened; broken between words."""
    most = max(int(room / (font * LETTER_WIDTH)), 2)
    if len(words) <= most:
        return [words]
    first = words[: most + 1].rpartition(" ")[0] or words[:most]
    rest = words[len(first) :].strip()
    return [first, shortened(rest, room=room, font=font)] if rest else [first]


def _corners(points: Sequence[Point]) -> str:
    return " ".join(f"{_attribute(x)},{_attribute(y)}" for x, y in points)


def _attribute(value: Attribute) -> str:
    if isinstance(value, str):
        return UNLAWFUL.sub("", value)
    return f"{value:.1f}".removesuffix(".0")


def _child(child: str | Markup) -> Markup:
    return child if isinstance(child, Markup) else escape(UNLAWFUL.sub("", child))
