"""The radial plot: a study's effect is read on the arc, and disagreement from the band."""

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.charts.galbraith import standings
from service.charts.radial import Radial, counts, radial
from service.charts.rows import WIDE
from service.charts.values import Result
from tests.service.chart_cases import BCG, DIFFERENCE, RATIO, estimate


def plotted(studies, **told):
    results = [Result(name=name, value=value, error=error) for name, value, error in studies]
    plot = {
        "title": "t", "description": "d", "effects": DIFFERENCE, "studies": results,
        "together": estimate(0.5, 0.2, 0.8), **told,
    }  # fmt: skip
    return Radial(**plot)


def drawn(studies, **told):
    return ElementTree.fromstring(radial(plotted(studies, **told), WIDE).markup("chart"))


def of(root, tag, classes):
    return [one for one in root.iter(tag) if one.get("class") == classes]


def places(root, count):
    """The middles of the marks of studies, in the order given."""
    marks = []
    for group in root.iter("g"):
        for one in of(group, "circle", "c-solid"):
            marks.append((float(one.get("cx")), float(one.get("cy"))))
        for one in of(group, "polygon", "c-solid"):
            corners = [tuple(map(float, at.split(","))) for at in one.get("points").split()]
            marks.append((corners[0][0], corners[1][1]))
    return marks[:count]


def origin(root):
    zero = of(root, "line", "c-zero")[0]
    return float(zero.get("x1")), float(zero.get("y1"))


def ticks_of_the_arc(root):
    """Effect -> where its tick, which is drawn just before its label, meets the arc."""
    found = {}
    for tick, label in pairwise(root):
        if label.get("class") == "c-tick" and label.get("text-anchor") == "start":
            effect = label.text.replace("−", "-")
            found[effect] = (float(tick.get("x1")), float(tick.get("y1")))
    return found


def slope(line):
    x1, y1, x2, y2 = (float(line.get(name)) for name in ("x1", "y1", "x2", "y2"))
    return (y2 - y1) / (x2 - x1)


def test_a_study_lies_on_the_ray_from_the_origin_to_its_effect_on_the_arc():
    root = drawn([("a", 0.5, 0.2), ("b", -0.5, 0.4), ("c", 1.0, 0.3)], tau2=0.05)
    zero, ticks = origin(root), ticks_of_the_arc(root)
    for effect, (x, y) in zip(("0.5", "-0.5", "1.0"), places(root, 3), strict=True):
        across, up = ticks[effect]
        rise = (up - zero[1]) / (across - zero[0])
        assert y == pytest.approx(zero[1] + rise * (x - zero[0]), abs=0.2)


def test_a_ratio_is_labelled_as_itself_on_the_arc():
    root = drawn([(name, yi, sei) for name, yi, sei, _ in BCG], effects=RATIO, tau2=0.31,
                 together=estimate(-0.71, -1.1, -0.32))  # fmt: skip
    ticks = ticks_of_the_arc(root)
    assert "1" in ticks
    assert ticks["1"][1] == pytest.approx(origin(root)[1], abs=0.1)
    assert ticks["0.5"][1] > ticks["1"][1] > ticks["2"][1]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.05, 2)), min_size=2, max_size=10))
def test_more_precise_studies_stand_further_right_and_all_inside_the_arc(points):
    root = drawn([(str(index), *point) for index, point in enumerate(points)])
    arc = [
        tuple(map(float, point.split(",")))
        for point in of(root, "polyline", "c-arc")[0].get("points").split()
    ]
    zero = origin(root)
    radius = math.dist(zero, arc[0])
    found = places(root, len(points))
    assert max(math.dist(zero, place) for place in found) < radius
    by_precision = sorted(zip([-error for _, error in points], found, strict=True))
    across = [x for _, (x, _) in by_precision]
    assert across == sorted(across)


def test_the_arc_is_a_circle_round_the_origin():
    root = drawn([("a", 0.5, 0.2), ("b", -0.5, 0.4)])
    distances = [
        math.dist(origin(root), tuple(map(float, point.split(","))))
        for point in of(root, "polyline", "c-arc")[0].get("points").split()
    ]
    assert max(distances) - min(distances) < 0.2


def test_the_band_is_two_units_above_and_below_the_line_of_all_together():
    root = drawn([("a", 0.5, 0.2), ("b", -0.5, 0.4)])
    upper, lower = of(root, "line", "c-edge")
    line = of(root, "line", "c-line")[0]
    heights = [float(one.get("y1")) for one in (upper, line, lower)]
    ticks = {
        one.text: float(one.get("y")) - 4.5
        for one in of(root, "text", "c-tick")
        if one.get("text-anchor") == "end"
    }
    assert heights == pytest.approx([ticks["2"], ticks["0"], ticks["−2"]], abs=0.1)
    slopes = [slope(one) for one in (upper, line, lower)]
    assert slopes == pytest.approx([slopes[1]] * 3, abs=0.001)


def test_studies_outside_the_band_have_another_shape_are_counted_and_named():
    studies = [("inside", 0.5, 0.2), ("above", 1.5, 0.2), ("below", -0.9, 0.3)]
    root = drawn(studies)
    assert counts(plotted(studies)) == (3, 2)
    assert len(of(root, "circle", "c-solid")) == 2
    assert len(of(root, "polygon", "c-solid")) == 3
    assert {one.text for one in of(root, "text", "c-callout")} == {"above", "below"}
    words = ["".join(one.itertext()) for one in root.iter("text")]
    assert "1 within two units of the line" in words
    assert "2 outside" in words


def test_variance_between_studies_makes_each_less_precise():
    (alone,) = standings([Result(name="a", value=0.6, error=0.3)], 0.0)
    (among,) = standings([Result(name="a", value=0.6, error=0.3)], 0.16)
    assert (alone.x, alone.y) == pytest.approx((1 / 0.3, 2.0))
    assert (among.x, among.y) == pytest.approx((2.0, 1.2))
    assert among.residual(0.5) == pytest.approx(0.2)


def test_the_axes_say_whether_variance_between_studies_is_in_them():
    def words(tau2):
        root = drawn([("a", 0.5, 0.2)], tau2=tau2)
        return {"".join(one.itertext()) for one in root.iter("text")}

    assert "Precision, 1 ÷ √(v + τ²)" in words(0.1)
    assert "Precision, 1 ÷ √v" in words(0.0)


def test_a_study_without_precision_is_counted_and_not_drawn():
    root = drawn([("a", 0.5, 0.2), ("exact", 0.5, 0.0), ("none", None, 0.2)])
    words = ["".join(one.itertext()) for one in root.iter("text")]
    assert "2 without a precision or effect: not drawn" in words
