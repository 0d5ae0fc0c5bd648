"""The funnel plot: precise studies on top, contours at their p-values, filled-in ones hollow."""

import math
from statistics import NormalDist
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.charts.funnel import CONTOURS, Funnel, critical, funnel
from service.charts.letters import width_of
from service.charts.regions import cone, cut, cut_line
from service.charts.rows import NARROW, WIDE
from service.charts.values import Result
from tests.service.chart_cases import BCG, DIFFERENCE, RATIO


def drawn(studies, *, width=WIDE, **told):
    plot = {
        "title": "t", "description": "d", "effects": DIFFERENCE, "together": 0.0, **told,
        "studies": [Result(name=name, value=value, error=error) for name, value, error in studies],
    }  # fmt: skip
    return ElementTree.fromstring(funnel(Funnel(**plot), width).markup("chart"))


def of(root, tag, classes):
    return [one for one in root.iter(tag) if one.get("class") == classes]


def disc(root, name):
    group = next(
        one for one in root.iter("g") if (one.findtext("title") or "").startswith(f"{name}:")
    )
    one = of(group, "circle", "c-solid")[0]
    return float(one.get("cx")), float(one.get("cy"))


def ends(line):
    return [float(line.get(name)) for name in ("x1", "y1", "x2", "y2")]


def said(root):
    return ["".join(one.itertext()) for one in root.iter("text")]


def off_line(line, point):
    """How far the point is from the line, across."""
    x1, y1, x2, y2 = ends(line)
    return x1 + (x2 - x1) * (point[1] - y1) / (y2 - y1) - point[0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.1, 2)), min_size=2, max_size=10))
def test_larger_effects_stand_further_right_and_larger_errors_lower(points):
    root = drawn([(str(index), *point) for index, point in enumerate(points)])
    places = [disc(root, index) for index in range(len(points))]
    for (value, error), (x, y) in zip(points, places, strict=True):
        for (other, further), (across, down) in zip(points, places, strict=True):
            assert value > other or x <= across
            assert error > further or y <= down


def test_no_error_at_all_is_the_very_top():
    root = drawn([("exact", 0.5, 0.0), ("rough", 0.5, 1.0)])
    limit = of(root, "line", "c-limit")[0]
    assert disc(root, "exact")[1] == ends(limit)[1]


@pytest.mark.parametrize("level", range(3))
@pytest.mark.parametrize("sign", [1, -1])
def test_a_study_with_a_p_value_of_a_contour_stands_on_it(level, sign):
    error = 0.4
    value = sign * error * NormalDist().inv_cdf(1 - CONTOURS[level] / 2)
    root = drawn([("on", value, error), ("low", 0.1, 0.8)])
    lines = of(root, "line", f"c-contour-{level}")
    assert min(abs(off_line(one, disc(root, "on"))) for one in lines[:2]) < 0.2


def test_the_funnel_opens_from_the_estimate_to_its_interval_at_every_error():
    error, together = 0.5, 0.7
    studies = [
        ("left", together - critical(0.05) * error, error),
        ("right", together + critical(0.05) * error, error),
        ("low", together, 0.8),
    ]
    root = drawn(studies, together=together)
    left, right = of(root, "line", "c-limit")[:2]
    assert abs(off_line(left, disc(root, "left"))) < 0.2
    assert abs(off_line(right, disc(root, "right"))) < 0.2
    assert ends(left)[:2] == ends(right)[:2]
    assert ends(of(root, "line", "c-line")[0])[0] == ends(left)[0]


def test_the_shades_are_those_of_the_p_values_in_them():
    root = drawn([("a", 0.0, 1.0)])
    widths = []
    for level in range(3):
        shade = of(root, "polygon", f"c-shade-{level}")[0]
        places = [float(point.split(",")[0]) for point in shade.get("points").split()]
        widths.append(max(places) - min(places))
    ratios = [width / widths[0] for width in widths]
    assert ratios[:2] == pytest.approx([1.0, 1.96 / 1.645], abs=0.01)
    assert widths == sorted(widths)
    words = said(root)
    for region in ("p above 0.10 against 0", "p 0.05 to 0.10", "p 0.01 to 0.05", "p below 0.01"):
        assert region in words


def test_studies_filled_in_have_another_shape_and_are_counted_apart():
    filled = [Result(name="Filled in 1", value=0.3, error=0.4)]
    root = drawn([("a", 0.1, 0.2)], filled=filled, adjusted=0.2)
    assert len(of(root, "polygon", "c-filled")) == 2
    words = said(root)
    assert "1 study filled in by trim and fill" in words
    assert "with the filled-in studies: 0.20" in words
    x = ends(of(root, "line", "c-adjusted")[0])[0]
    assert x > ends(of(root, "line", "c-line")[0])[0]


def test_nothing_is_said_of_filling_in_where_nothing_was():
    root = drawn([("a", 0.1, 0.2)])
    assert of(root, "polygon", "c-filled") == []
    assert not [words for words in said(root) if "fill" in words]


def test_ratios_are_labelled_as_ratios():
    root = drawn(
        [(name, yi, sei) for name, yi, sei, _ in BCG], effects=RATIO, together=math.log(0.5)
    )
    words = said(root)
    assert "studies together: 0.50" in words
    assert "no effect (1)" in words
    assert "Risk ratio (log scale)" in words
    labels = [one for one in of(root, "text", "c-tick") if one.get("text-anchor") == "middle"]
    places = {float(one.text): float(one.get("x")) for one in labels}
    assert places[1] == pytest.approx(ends(of(root, "line", "c-zero")[0])[0], abs=0.1)
    assert places[1] - places[0.5] == pytest.approx(places[0.5] - places[0.25], abs=0.2)


def test_studies_outside_the_funnel_are_named_at_their_marks():
    root = drawn([("far off", 3.0, 0.5), ("inside", 0.2, 0.5), ("another", -0.1, 0.9)])
    names = [one.text for one in of(root, "text", "c-callout")]
    assert names == ["far off"]


def test_a_name_is_left_out_where_it_would_cover_a_mark_or_another_name():
    crowd = [(f"a name of some length {index}", 3.0 + 0.01 * index, 0.5) for index in range(6)]
    root = drawn([*crowd, ("alone", -3.0, 0.2)])
    names = of(root, "text", "c-callout")
    assert "alone" in [one.text for one in names]
    assert 1 < len(names) < 7
    marks = [disc(root, name) for name, *_ in crowd]
    boxes = [box_of(one) for one in names]
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert not [1 for x, y in marks if left < x < right and top < y < bottom]
        others = boxes[index + 1 :]
        assert not [1 for a, b, c, d in others if left < c and a < right and top < d and b < bottom]


def box_of(text):
    width, x, y = width_of(text.text, 12), float(text.get("x")), float(text.get("y"))
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor")]
    return left, y - 10, left + width, y + 2


def test_one_huge_error_does_not_squash_the_others_and_is_an_arrow():
    studies = [(str(index), 0.1 * index, 0.1) for index in range(5)]
    root = drawn([*studies, ("huge", 0.0, 1e9)])
    axis = of(root, "line", "c-axis")[0]
    assert disc(root, "0")[1] - ends(axis)[1] > 10
    assert "1 study beyond the page" in said(root)
    assert len(of(root, "polygon", "c-arrow")) == 2


def test_what_cannot_be_drawn_is_counted():
    root = drawn([("a", 0.1, 0.2), ("b", None, 0.2), ("c", 0.1, math.nan), ("d", 0.1, -1.0)])
    assert "3 studies without a standard error or effect: not drawn" in said(root)
    assert len(of(root, "circle", "c-solid")) == 2


def test_many_studies_have_smaller_marks():
    few, many = (
        drawn([(str(index), 0.01 * (index % 20), 0.1 + 0.01 * (index % 9)) for index in range(k)])
        for k in (20, 400)
    )
    sizes = [float(of(one, "circle", "c-solid")[0].get("r")) for one in (few, many)]
    assert sizes[1] < sizes[0]


def test_on_a_phone_the_plot_is_as_wide_as_the_phone():
    root = drawn([("a", 0.1, 0.2)], width=NARROW)
    assert root.get("viewBox").split()[2] == "340"


def test_a_cone_cut_at_the_edges_keeps_what_lies_between():
    assert cut(cone(0.0, 2.0, 1.0), -3, 3) == [(0.0, 0.0), (2.0, 1.0), (-2.0, 1.0)]
    places = [x for x, _ in cut(cone(0.0, 2.0, 1.0), -1, 1)]
    assert (min(places), max(places)) == (-1, 1)
    assert cut(cone(0.0, 2.0, 1.0), 5, 6) == []


def test_a_line_is_cut_where_it_leaves_the_page():
    assert cut_line((0.0, 0.0), (2.0, 1.0), 0.5, 1.0) == ((0.5, 0.25), (1.0, 0.5))
    assert cut_line((0.0, 0.0), (2.0, 1.0), 3.0, 4.0) is None
    assert cut_line((1.0, 0.0), (1.0, 5.0), 0.0, 2.0) == ((1.0, 0.0), (1.0, 5.0))
    assert cut_line((1.0, 0.0), (1.0, 5.0), 2.0, 3.0) is None
