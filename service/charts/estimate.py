"""The charts of an estimate: outcomes against what was expected, effects over time, balance."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.charts.estimate_balance import balance
from service.charts.estimate_plot import plot
from service.charts.estimate_scene import NARROW, WIDE, Scene, Trace
from service.charts.estimate_table import numbers
from service.charts.markup import Drawing
from service.charts.numbers import printed
from service.charts.standalone import Figure, document

__all__ = ["NARROW", "WIDE", "Scene", "chart", "figure", "plotted", "scene_of"]

BALANCE = "balance"


def scene_of(picture: Mapping[str, Any]) -> Scene:
    """A picture as plain JSON has it, ready to be drawn."""
    ticks = tuple((float(tick["at"]), printed(str(tick["label"]))) for tick in picture["ticks"])
    return Scene(
        kind=picture["kind"],
        title=printed(picture["title"]),
        x_label=picture["x_label"],
        y_label=picture["y_label"],
        traces=tuple(_trace(line) for line in picture["lines"]),
        ticks=ticks,
        names=dict(ticks) | _names(picture),
        mark=picture["mark"],
        zero=picture["zero"],
    )


def chart(scene: Scene, width: float = WIDE) -> Drawing:
    """The drawing of a scene; the same numbers belong in a table beside it."""
    return balance(scene, width) if scene.kind == BALANCE else plot(scene, width)


def figure(scene: Scene, subtitle: str, width: float = WIDE) -> Figure:
    """A scene with its headline, how it was worked out, and its numbers."""
    return Figure(
        title=scene.title,
        subtitle=printed(subtitle),
        drawing=chart(scene, width),
        table=numbers(scene),
    )


def plotted(scenes: Sequence[Scene], subtitle: str) -> str:
    """One SVG file of the scenes, one below the other."""
    return document([figure(scene, subtitle) for scene in scenes])


def _trace(line: Mapping[str, Any]) -> Trace:
    known = {name: tuple(line[name]) for name in ("x", "y", "low", "high")}
    return Trace(role=line["role"], label=printed(line["label"]), **known)


def _names(picture: Mapping[str, Any]) -> dict[float, str]:
    """What places on x are called, where more of them have names than are told as ticks."""
    return {float(one["at"]): str(one["label"]) for one in picture.get("names", ())}
