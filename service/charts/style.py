"""The looks of charts that stand alone: few colours, each with its contrast, and plain rules."""

from collections.abc import Mapping
from types import MappingProxyType

# Contrast on white (WCAG 2.2, 1.4.3 and 1.4.11) in brackets; the first four are those of the pages.
INK = "#0b0c0c"  # text and intervals (19.6)
QUIET = "#484949"  # notes, axes (9.0)
MARK = "#144e81"  # what was found (8.6)
ADDED = "#54319f"  # what was worked out: filled-in studies, estimates with them (9.1)
EDGE = "#5b6367"  # edges of shaded regions (6.1 on white, 3.5 on the darkest shade)
PAPER = "#ffffff"
RULE = "#b1b4b6"  # rules that only guide the eye
# From the least to the most extreme region of a funnel; the edges part them, not the shades alone.
SHADES = ("#ffffff", "#eaeef1", "#d5dce2", "#bcc7d0")
BAND = "#e1ebf4"

FONTS = "Arial, 'Liberation Sans', Helvetica, 'DejaVu Sans', sans-serif"

# Selectors are an element or one class, which word processors and drawing programs understand too.
RULES: Mapping[str, str] = MappingProxyType(
    {
        "text": f"font-family: {FONTS}; font-size: 14px; fill: {INK}",
        "line": f"stroke: {INK}; stroke-width: 2",
        "polyline": f"fill: none; stroke: {INK}; stroke-width: 1.5",
        ".s-headline": "font-size: 21px; font-weight: 700",
        ".s-subtitle": f"font-size: 14px; fill: {QUIET}",
        ".s-caption": "font-size: 14px; font-weight: 700",
        ".s-head": "font-size: 13px; font-weight: 700",
        ".s-cell": "font-size: 13px",
        ".s-paper": f"fill: {PAPER}",
        ".s-top": f"stroke: {INK}; stroke-width: 4",
        ".c-study": "font-size: 14px",
        ".c-head": "font-size: 13px; font-weight: 700",
        ".c-strong": "font-size: 14px; font-weight: 700",
        ".c-note": f"font-size: 13px; fill: {QUIET}",
        ".c-tick": f"font-size: 12.5px; fill: {QUIET}",
        ".c-favours": "font-size: 13px",
        ".c-callout": "font-size: 12px",
        ".c-rule": f"stroke: {RULE}; stroke-width: 1",
        ".c-axis": f"stroke: {QUIET}; stroke-width: 1",
        ".c-zero": f"stroke: {INK}; stroke-width: 1.5",
        ".c-interval": f"stroke: {INK}; stroke-width: 2",
        ".c-expected": f"stroke: {QUIET}; stroke-width: 2; stroke-dasharray: 7 4",
        ".c-together": f"stroke: {MARK}; stroke-width: 1.5; stroke-dasharray: 6 4",
        ".c-adjusted": f"stroke: {ADDED}; stroke-width: 2; stroke-dasharray: 2 4",
        ".c-line": f"stroke: {MARK}; stroke-width: 2",
        ".c-limit": f"stroke: {INK}; stroke-width: 1.5; stroke-dasharray: 8 4",
        ".c-contour-0": f"stroke: {EDGE}; stroke-width: 1.5; stroke-dasharray: 1.5 3",
        ".c-contour-1": f"stroke: {EDGE}; stroke-width: 1.5; stroke-dasharray: 5 3",
        ".c-contour-2": f"stroke: {EDGE}; stroke-width: 1.5",
        ".c-shade-0": f"fill: {SHADES[0]}",
        ".c-shade-1": f"fill: {SHADES[1]}",
        ".c-shade-2": f"fill: {SHADES[2]}",
        ".c-shade-3": f"fill: {SHADES[3]}",
        ".c-paper": f"fill: {PAPER}",
        ".c-band": f"fill: {BAND}",
        ".c-edge": f"stroke: {EDGE}; stroke-width: 1",
        ".c-arc": f"stroke: {QUIET}; stroke-width: 1",
        ".c-span": f"stroke: {MARK}; stroke-width: 5",
        ".c-square": f"fill: {MARK}",
        ".c-solid": f"fill: {MARK}; stroke: {PAPER}; stroke-width: 1",
        ".c-arrow": f"fill: {MARK}",
        ".c-diamond": f"fill: {INK}",
        ".c-hollow": f"fill: {PAPER}; stroke: {MARK}; stroke-width: 2",
        ".c-filled": f"fill: {PAPER}; stroke: {ADDED}; stroke-width: 2",
    }
)


def stylesheet() -> str:
    """The rules as one sheet, in the order above: later ones prevail."""
    return "\n".join(f"{selector} {{ {rules} }}" for selector, rules in RULES.items())
