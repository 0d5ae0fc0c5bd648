"""The data of a contour-enhanced funnel plot: effects against their standard errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_same_length, column, number
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.bias.asymmetry import ENOUGH_STUDIES
from scoring.synthesis.independent.pooling import synthesise

# Where results change their name. Source: Peters et al. 2008, J. Clin. Epidemiol. 61:991.
CONTOURS: Final = (0.90, 0.95, 0.99)

# Digits to which 1 - contour is the p-value that was meant: 0.1 and not 0.09999999999999998.
DIGITS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Two straight lines, mirror images: apex - slope sei and apex + slope sei.

    `level` is the share of results between them if only chance moves those around the apex.
    """

    level: float
    apex: float
    slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One study: `p_value` is two-sided against `null`, `region` the number of contours it is past.

    Both are None without a null. `inside` says whether it is within the pseudo confidence region,
    `filled` whether it is none but was put in by trim and fill. `row` counts from 1 within its
    kind.
    """

    row: int
    yi: float
    sei: float
    p_value: float | None
    region: int | None
    inside: bool
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The area between two contours: results with `above` < p <= `up_to`, `k` of them (not filled).

    `name` says the same in words.
    """

    above: float
    up_to: float
    name: str
    k: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """All there is to draw, in the units of `yi`; standard errors run from 0 to `sei_max`.

    `confidence` is the pseudo confidence region around `centre`, within which the studies would lie
    if they had one effect and only chance moved them; `contours` around `null` part the `regions`,
    which go from the least significant out. `regions[point.region]` is where a point lies. Effects
    without a null have neither.
    """

    centre: float
    null: float | None
    sei_max: float
    confidence: Line
    contours: tuple[Line, ...]
    regions: tuple[Region, ...]
    points: tuple[Point, ...]
    enough_studies: bool


def funnel(
    yi: Numbers,
    vi: Numbers,
    *,
    centre: float | None = None,
    null: float | None = 0.0,
    level: float = 0.95,
    contours: Sequence[float] = CONTOURS,
    filled_yi: Numbers = (),
    filled_vi: Numbers = (),
) -> Funnel:
    """The funnel of k >= 1 effects `yi` (k,) with variances `vi` (k,) around `centre`.

        pseudo confidence region   centre +- z(level) sei
        contours of significance   null +- z(contour) sei, where p = 1 - contour, two-sided
    `centre` is the common effect (EE) unless given. Holes where results would not be significant
    speak for selection, holes elsewhere for another cause. `null` is None for effects that compare
    nobody (proportions): no value of theirs is no effect, and there are no contours. `filled_yi`
    and `filled_vi` are studies put in by `trim_and_fill`. Raises TooLittleData without studies;
    InvalidInput with field and row as `synthesise`, and for levels or contours that do not rise
    between 0 and 1.
    Source: Sterne and Egger 2001, J. Clin. Epidemiol. 54:1046; Peters et al. 2008.
    """
    effects, variances = _checked(yi, vi, fields=("yi", "vi"))
    added = _checked(filled_yi, filled_vi, fields=("filled_yi", "filled_vi"))
    if not len(effects):
        raise TooLittleData("there is nothing to draw", field="yi", accepted="at least one study")
    if centre is None:
        centre = synthesise(effects, variances, method="EE", test="z").estimate
    confidence = _line(level, at=number("centre", centre), field="level")
    lines = () if null is None else _contours(contours, null)
    own = _points(effects, variances, confidence, lines, filled=False)
    put_in = _points(*added, confidence, lines, filled=True)
    return Funnel(
        centre=centre,
        null=null,
        sei_max=max(point.sei for point in own + put_in),
        confidence=confidence,
        contours=lines,
        regions=_regions(lines, own),
        points=own + put_in,
        enough_studies=len(effects) >= ENOUGH_STUDIES,
    )


def _checked(yi: Numbers, vi: Numbers, *, fields: tuple[str, str]) -> tuple[Column, Column]:
    effects, variances = column(fields[0], yi), column(fields[1], vi, above=0.0)
    check_same_length(**dict(zip(fields, (effects, variances), strict=True)))
    return effects, variances


def _line(level: float, *, at: float, field: str) -> Line:
    share = number(field, level, above=0.0, below=1.0)
    return Line(level=share, apex=at, slope=float(special.ndtri(0.5 + share / 2)))


def _contours(levels: Sequence[float], null: float) -> tuple[Line, ...]:
    lines = tuple(_line(share, at=number("null", null), field="contours") for share in levels)
    _check_rising([line.level for line in lines])
    return lines


def _check_rising(levels: Sequence[float]) -> None:
    rises = all(before < after for before, after in pairwise(levels))
    if not (levels and rises):
        told = ", ".join(f"{level:g}" for level in levels) or "none"
        raise InvalidInput(f"are {told}", field="contours", accepted="one or more, rising")


def _points(
    yi: Column, vi: Column, confidence: Line, contours: Sequence[Line], *, filled: bool
) -> tuple[Point, ...]:
    sei = np.sqrt(vi)
    inside = np.abs(yi - confidence.apex) <= confidence.slope * sei
    columns = (yi.tolist(), sei.tolist(), *_significance(yi, sei, contours), inside.tolist())
    return tuple(
        Point(row=row, yi=y, sei=s, p_value=p, region=region, inside=within, filled=filled)
        for row, (y, s, p, region, within) in enumerate(zip(*columns, strict=True), start=1)
    )


def _significance(
    yi: Column, sei: Column, contours: Sequence[Line]
) -> tuple[Sequence[float | None], Sequence[int | None]]:
    """The p-value of each study and how many contours it is past."""
    if not contours:
        return [None] * len(yi), [None] * len(yi)
    p_values = 2 * special.ndtr(-np.abs(yi - contours[0].apex) / sei)
    past = sum((p_values <= _cut(line) for line in contours), np.zeros(len(yi), np.intp))
    return p_values.tolist(), past.tolist()


def _cut(line: Line) -> float:
    """The p-value along a contour."""
    return round(1 - line.level, DIGITS)


def _regions(contours: Sequence[Line], own: Sequence[Point]) -> tuple[Region, ...]:
    if not contours:
        return ()
    bounds = [1.0, *(_cut(line) for line in contours), 0.0]
    return tuple(
        Region(
            above=above,
            up_to=up_to,
            name=_name(above, up_to),
            k=sum(point.region == number for point in own),
        )
        for number, (up_to, above) in enumerate(pairwise(bounds))
    )


def _name(above: float, up_to: float) -> str:
    if up_to == 1.0:
        return f"p > {above:g}"
    return f"p <= {up_to:g}" if above == 0.0 else f"{above:g} < p <= {up_to:g}"
