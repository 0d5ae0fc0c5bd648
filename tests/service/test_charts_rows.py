"""Forest, leave-one-out and cumulative charts: places follow values, shapes tell what differs."""

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.charts.leave_one_out import Refit, Refits, cumulative, leave_one_out, side, turns
from service.charts.letters import width_of
from service.charts.rows import NARROW, WIDE
from service.charts.study_forest import Group, Study, StudyForest, study_forest
from tests.service.chart_cases import BCG, DIFFERENCE, RATIO, estimate

near = st.floats(-5, 5)


def forest(studies, **told):
    plot = {"title": "t", "description": "d", "effects": DIFFERENCE, "studies": studies, **told}
    width = plot.pop("width", WIDE)
    return drawn(study_forest(StudyForest(**plot), width))


def refits(found, together, *, draw=leave_one_out, effects=DIFFERENCE):
    told = [Refit(name=f"study {index}", estimate=one) for index, one in enumerate(found)]
    plot = Refits(title="t", description="d", effects=effects, refits=told, together=together)
    return drawn(draw(plot))


def drawn(drawing):
    return ElementTree.fromstring(drawing.markup("chart"))


def of(root, tag, classes):
    return [one for one in root.iter(tag) if one.get("class") == classes]


def row(root, name):
    """The group of the row with that name."""
    return next(one for one in root.iter("g") if one.findtext("title") == name)


def middle(square):
    return float(square.get("x")) + float(square.get("width")) / 2


def corners(polygon):
    return [tuple(map(float, one.split(","))) for one in polygon.get("points").split()]


def said(root):
    return ["".join(one.itertext()) for one in root.iter("text")]


def point(value, half=0.5, **told):
    return Study(
        name=f"study {value}", estimate=estimate(value, value - half, value + half), **told
    )


@settings(deadline=None)
@given(st.lists(near, min_size=2, max_size=12))
def test_a_larger_estimate_never_stands_further_left(values):
    root = forest([point(value) for value in values])
    places = [middle(one) for one in of(root, "rect", "c-square")][: len(values)]
    in_order = [place for _, place in sorted(zip(values, places, strict=True))]
    assert in_order == sorted(places)


def test_distances_on_the_page_are_proportional_to_differences():
    places = [middle(one) for one in of(forest([point(v) for v in (0, 1, 3)]), "rect", "c-square")]
    assert (places[2] - places[0]) / (places[1] - places[0]) == pytest.approx(3, abs=0.02)


def test_the_area_of_a_square_is_its_weight_against_the_largest():
    weights = (0.1, 0.4, 0.2, 0.3)
    root = forest([point(index, weight=weight) for index, weight in enumerate(weights)])
    areas = [float(one.get("width")) ** 2 for one in of(root, "rect", "c-square")][:4]
    largest = max(areas)
    for weight, area in zip(weights, areas, strict=True):
        assert area / largest == pytest.approx(weight / 0.4, abs=0.02)


def test_weights_have_a_column_only_where_they_are_known():
    assert "Weight" in said(forest([point(1, weight=1.0)]))
    assert "Weight" not in said(forest([point(1)]))


def test_an_interval_spans_its_ends_and_an_end_beyond_the_page_is_an_arrow():
    wide = Study(name="wide", estimate=estimate(0.1, -900.0, 900.0))
    root = forest([point(0.0), point(1.0), wide])
    low, high = (
        float(one.get(end))
        for one in of(row(root, "study 0.0"), "line", "c-interval")[:1]
        for end in ("x1", "x2")
    )
    assert low < middle(of(row(root, "study 0.0"), "rect", "c-square")[0]) < high
    assert of(row(root, "study 0.0"), "polygon", "c-arrow") == []
    assert len(of(row(root, "wide"), "polygon", "c-arrow")) == 2
    assert "runs on beyond the page" in said(root)


def test_without_an_interval_or_an_estimate_a_row_says_so():
    studies = [
        Study(name="bare", estimate=estimate(0.3)),
        Study(name="none", estimate=estimate(None)),
        Study(name="nan", estimate=estimate(math.nan, 0.1, 0.2)),
    ]
    root = forest(studies)
    assert "0.30 (no interval)" in said(row(root, "bare"))
    assert "no estimate" in said(row(root, "none"))
    assert of(row(root, "nan"), "rect", "c-square") == []


def test_the_diamond_spans_the_interval_of_all_together_and_the_line_runs_through_it():
    root = forest([point(0.0), point(2.0)], together=estimate(1.0, 0.0, 2.0))
    (left, _), (x, _), (right, _), _ = corners(of(root, "polygon", "c-diamond")[0])
    squares = [middle(one) for one in of(root, "rect", "c-square")[:2]]
    assert [left, right] == pytest.approx(squares, abs=0.1)
    assert float(of(root, "line", "c-together")[0].get("x1")) == pytest.approx(x, abs=0.1)


def test_a_diamond_whose_interval_has_no_limit_is_an_interval_with_arrows():
    root = forest([point(0.0)], together=estimate(0.0, -math.inf, math.inf))
    assert len(of(row(root, "Together"), "polygon", "c-arrow")) == 2


def test_where_one_more_would_fall_is_a_dashed_line_with_its_own_words():
    root = forest([point(0.0)], together=estimate(0.0, -1.0, 1.0), expected=(-2.0, 2.0))
    assert len(of(row(root, "Where one more would fall"), "line", "c-expected")) == 1
    assert "(−2.00 to 2.00)" in said(root)
    assert "95% prediction interval" in said(root)


def test_groups_have_a_heading_their_studies_and_what_these_say_together():
    groups = [
        Group(name="Homes", studies=[point(0.0), point(1.0)], together=estimate(0.5, 0.0, 1.0)),
        Group(name="Clinics", studies=[point(2.0)]),
    ]
    root = forest(groups, together=estimate(1.0, 0.5, 1.5))
    names = [one.findtext("title") for one in root.iter("g") if one.find("title") is not None]
    assert names == [
        "Homes", "study 0.0", "study 1.0", "Homes: together", "Clinics", "study 2.0",
        "All 3 studies together",
    ]  # fmt: skip
    assert len(of(row(root, "Homes: together"), "polygon", "c-diamond")) == 1


def test_ratios_are_read_as_ratios_and_no_effect_is_one():
    study = Study(name="one", estimate=estimate(math.log(0.5), math.log(0.25), math.log(1.0)))
    root = forest([study], effects=RATIO)
    assert "0.50 (0.25 to 1.00)" in said(root)
    labels = [one.text for one in of(root, "text", "c-tick")]
    assert "1" in labels
    assert all(float(label) > 0 for label in labels)
    zero, tick = of(root, "line", "c-zero")[0], of(root, "text", "c-tick")[labels.index("1")]
    assert float(tick.get("x")) == pytest.approx(float(zero.get("x1")), abs=0.1)


def test_what_each_side_favours_stands_on_its_side_of_no_effect():
    root = forest([Study(name="one", estimate=estimate(-0.5, -1.0, 0.9))], effects=RATIO)
    zero = float(of(root, "line", "c-zero")[0].get("x1"))
    left, right = of(root, "text", "c-favours")
    assert (left.text, left.get("text-anchor")) == ("← favours vaccine", "end")
    assert (right.text, right.get("text-anchor")) == ("favours no vaccine →", "start")
    assert float(left.get("x")) < zero < float(right.get("x"))


def test_no_effect_far_off_does_not_squash_the_studies_but_is_told():
    root = forest([point(500.0), point(501.0)])
    assert of(root, "line", "c-zero") == []
    assert "← no effect (0) lies beyond this edge" in said(root)
    below = forest([point(-500.0), point(-501.0)])
    assert "no effect (0) lies beyond this edge →" in said(below)


@pytest.mark.parametrize("count", [1, 2, 24, 25, 60, 400])
def test_any_number_of_rows_keep_their_distance(count):
    root = forest([point(index % 7) for index in range(count)], together=estimate(3.0, 2.0, 4.0))
    heights = [float(one.get("y")) for one in of(root, "rect", "c-square")][:count]
    gaps = [after - before for before, after in pairwise(heights)]
    assert min(gaps, default=24) >= 24


def test_a_long_chart_tells_its_ticks_above_as_well():
    short, long = (forest([point(index % 7) for index in range(count)]) for count in (10, 40))
    count = len(of(short, "text", "c-tick"))
    assert len(of(long, "text", "c-tick")) == 2 * count


@pytest.mark.parametrize("names", [["a"], [name for name, *_ in BCG], ["word " * 60, "W" * 300]])
@pytest.mark.parametrize("half", [0.5, 1e5, 1e-9])
def test_names_marks_and_numbers_have_columns_of_their_own(names, half):
    studies = [
        Study(name=name, estimate=estimate(half, -half, 3 * half), weight=1 / len(names))
        for name in names
    ]
    root = forest(studies)
    axis = of(root, "line", "c-axis")[0]
    left, right = float(axis.get("x1")), float(axis.get("x2"))
    for text in of(root, "text", "c-study"):
        width, x = width_of(text.text, 14), float(text.get("x"))
        if text.get("text-anchor") == "start":
            assert x + width <= left
        else:
            assert x - width >= right
    assert right - left >= 169.9


def test_on_a_phone_the_name_stands_above_the_mark():
    root = forest([point(0.0, weight=1.0)], width=NARROW)
    assert root.get("viewBox").split()[2] == "340"
    one = row(root, "study 0.0")
    name, words, weight = one.iter("text")
    square = of(one, "rect", "c-square")[0]
    assert float(name.get("y")) < float(words.get("y")) < float(square.get("y"))
    assert (words.get("x"), weight.get("x"), weight.get("text-anchor")) == ("0", "340", "end")


def test_without_a_row_nothing_is_drawn_and_that_is_said():
    assert said(forest([])) == ["No result can be drawn yet"]


TOGETHER = estimate(-1.0, -1.5, -0.5)


def test_leaving_out_keeps_the_order_given_and_names_each_study_left_out():
    found = [estimate(value, value - 0.4, value + 0.4) for value in (-0.9, -1.2, -0.8)]
    root = refits(found, TOGETHER)
    names = [one.findtext("title") for one in root.iter("g") if one.find("title") is not None]
    assert names == ["study 0", "study 1", "study 2"]
    discs = [float(one.get("cx")) for one in of(root, "circle", "c-solid")[:3]]
    assert discs[1] < discs[0] < discs[2]


def test_the_band_is_the_interval_and_the_line_the_estimate_of_all_together():
    root = refits([TOGETHER], TOGETHER)
    band = of(root, "rect", "c-band")[0]
    left = float(band.get("x"))
    right = left + float(band.get("width"))
    interval = of(row(root, "study 0"), "line", "c-interval")[0]
    ends = [float(interval.get("x1")), float(interval.get("x2"))]
    assert ends == pytest.approx([left, right], abs=0.2)
    line = float(of(root, "line", "c-together")[0].get("x1"))
    assert line == pytest.approx(float(of(root, "circle", "c-solid")[0].get("cx")), abs=0.1)


@pytest.mark.parametrize("draw", [leave_one_out, cumulative])
def test_a_study_that_turns_the_finding_has_another_shape(draw):
    found = [estimate(-0.9, -1.4, -0.4), estimate(-0.5, -1.1, 0.1), estimate(1.0, 0.5, 1.5)]
    root = refits(found, TOGETHER, draw=draw)
    assert len(of(row(root, "study 0"), "circle", "c-solid")) == 1
    for name in ("study 1", "study 2"):
        assert of(row(root, name), "circle", "c-solid") == []
        assert len(of(row(root, name), "polygon", "c-hollow")) == 1
    assert [words for words in said(root) if words.startswith("another finding")]


def test_the_finding_is_the_side_of_no_effect_on_which_all_of_the_interval_lies():
    assert side(estimate(1.0, 0.1, 2.0)) == 1
    assert side(estimate(-1.0, -2.0, -0.1)) == -1
    assert side(estimate(1.0, 0.0, 2.0)) == side(estimate(1.0)) == 0
    assert not turns(Refit(name="", estimate=estimate(5.0, 4.0, 6.0)), estimate(1.0, 0.1, 2.0))


def test_the_first_studies_are_told_as_added():
    assert "After adding" in said(refits([TOGETHER], TOGETHER, draw=cumulative))
    assert "Without" in said(refits([TOGETHER], TOGETHER))
