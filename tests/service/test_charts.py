"""The charts: their exact bytes for known input, and what holds for any input at all."""

import math
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.charts import forest as forests
from service.charts import timeline as timelines
from service.charts.forest import Forest, Pooled, Row, forest
from service.charts.scale import AxisKind, Scale, extent, ticks
from service.charts.timeline import KINDS, Moment, mark, stretches, timeline

GOLDEN = Path(__file__).parent / "golden"
NUMBERED = {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "points"}
HOSTILE = "<script>alert(1)</script>\"' & \x00 ]]> </svg>"

CARE_HOMES = Forest(
    title="Effect on emergency admissions",
    description="4 rows.",
    kind=AxisKind.RATIO,
    axis="Risk ratio, log scale; right is better",
    favours=("favours comparison", "favours programme"),
    rows=(
        Row("Rushcliffe", "residents 2014–2016", "0.77 (0.61 to 0.97)", 0.26, 0.03, 0.49, 0.5),
        Row("Wakefield", "526 residents", "0.73 (0.55 to 0.98)", 0.31, 0.02, 0.6, 0.5),
        Row("Nottingham", "39 homes", "0.82 (no interval)", 0.198, counted=False),
        Row("A huge interval", "11 people", "0.9 (0.001 to 900)", 0.1, -6.8, 6.8, 0.01),
    ),
    pooled=Pooled("Taken together", "3 units", "0.75", 0.28, 0.1, 0.46, (-0.1, 0.66)),
    worthwhile=math.log(1.1),
)
LIFE = tuple(
    Moment(date.fromisoformat(day), kind, f"{kind} {day}")
    for kind, day in (
        ("registered", "2013-11-01"),
        ("plan_registered", "2014-01-10"),
        ("launched", "2014-04-01"),
        ("milestone_reached", "2014-09-01"),
        ("milestone_reached", "2014-09-10"),
        ("stalled", "2015-02-01"),
        ("resumed", "2015-06-01"),
        ("pivoted", "2015-09-01"),
        ("outcome_measured", "2016-03-01"),
        ("outcome_corrected", "2016-09-01"),
        ("closed", "2017-03-01"),
    )
)
LABELS = ("Timeline of Rushcliffe", "11 events.")
LAYOUTS = {
    "forest-wide": lambda: forest(CARE_HOMES, forests.WIDE),
    "forest-narrow": lambda: forest(CARE_HOMES, forests.NARROW),
    "timeline-wide": lambda: timeline(LIFE, LABELS, timelines.WIDE),
    "timeline-narrow": lambda: timeline(LIFE, LABELS, timelines.NARROW),
}

any_float = st.floats(allow_nan=True, allow_infinity=True)
maybe = st.none() | any_float
words = st.text(max_size=80)
rows = st.builds(
    Row,
    label=words,
    note=words,
    words=words,
    estimate=maybe,
    low=maybe,
    high=maybe,
    weight=maybe,
    counted=st.booleans(),
)
pooled = st.builds(
    Pooled,
    label=words,
    note=words,
    words=words,
    estimate=maybe,
    low=maybe,
    high=maybe,
    expected=st.none() | st.tuples(maybe, maybe),
)
plots = st.builds(
    Forest,
    title=words,
    description=words,
    kind=st.sampled_from(AxisKind),
    axis=words,
    favours=st.tuples(words, words),
    rows=st.lists(rows, max_size=6),
    pooled=st.none() | pooled,
    worthwhile=maybe,
)
lives = st.lists(
    st.builds(Moment, st.dates(), st.sampled_from([*KINDS, "unheard_of"]), words), max_size=40
)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_known_chart_is_drawn_to_the_byte(name):
    drawn = LAYOUTS[name]()
    assert str(drawn) + "\n" == (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")


@settings(deadline=None)
@given(plots, st.sampled_from([forests.WIDE, forests.NARROW]))
def test_every_place_of_any_forest_plot_is_finite_and_on_the_page(plot, layout):
    check_places(forest(plot, layout))


@settings(deadline=None)
@given(lives, st.sampled_from([timelines.WIDE, timelines.NARROW]))
def test_every_place_of_any_timeline_is_finite_and_on_the_page(life, layout):
    check_places(timeline(life, LABELS, layout))


def check_places(markup):
    drawing = ElementTree.fromstring(markup)
    width, height = (float(size) for size in drawing.get("viewBox").split()[2:])
    for element in drawing.iter():
        for name in NUMBERED & set(element.keys()):
            for index, written in enumerate(re.split("[ ,]", element.get(name))):
                place = float(written)
                across = name in {"x", "x1", "x2", "cx", "width"} or (
                    name == "points" and index % 2 == 0
                )
                assert 0 <= place <= (width if across else height), (element.tag, name)


@settings(deadline=None)
@given(plots)
def test_no_text_of_a_plot_becomes_markup(plot):
    tags = {element.tag for element in ElementTree.fromstring(forest(plot)).iter()}
    assert tags <= {"svg", "title", "desc", "g", "text", "line", "rect", "circle", "polygon"}


def test_a_hostile_name_is_only_ever_text():
    row = Row(HOSTILE, HOSTILE, HOSTILE, 0.1, 0.0, 0.2)
    plot = Forest(HOSTILE, HOSTILE, AxisKind.DIFFERENCE, HOSTILE, (HOSTILE, HOSTILE), [row])
    life = [Moment(date(2020, 1, 1), "launched", HOSTILE)]
    for drawn in (forest(plot), timeline(life, (HOSTILE, HOSTILE))):
        ElementTree.fromstring(drawn)
        assert "<script" not in drawn
        assert "\x00" not in drawn


def test_no_chart_carries_a_style_or_a_script_or_an_address():
    for draw in LAYOUTS.values():
        assert not re.search(r"style=|<style|<script|href=|on\w+=", draw())


def test_every_chart_is_an_image_with_a_name_and_a_description():
    for draw in LAYOUTS.values():
        drawing = ElementTree.fromstring(draw())
        assert drawing.get("role") == "img"
        assert drawing.find("title").text
        assert drawing.find("desc").text


def test_a_plot_without_any_result_says_so():
    empty = Forest("t", "d", AxisKind.DIFFERENCE, "axis", ("left", "right"), [])
    assert "No result can be drawn yet" in forest(empty)


def test_an_interval_beyond_the_page_ends_in_an_arrow_and_others_keep_their_room():
    drawing = ElementTree.fromstring(forest(CARE_HOMES))
    arrows = [one for one in drawing.iter("polygon") if one.get("class") == "c-arrow"]
    assert len(arrows) == 2
    first_line = next(one for one in drawing.iter("line") if one.get("class") == "c-interval")
    assert float(first_line.get("x2")) - float(first_line.get("x1")) > 20


def test_an_unbounded_interval_runs_to_both_edges():
    row = Row("one", "", "", 0.0, -math.inf, math.inf, 1.0)
    plot = Forest("t", "d", AxisKind.DIFFERENCE, "axis", ("left", "right"), [row])
    drawing = ElementTree.fromstring(forest(plot))
    interval = next(one for one in drawing.iter("line") if one.get("class") == "c-interval")
    assert (float(interval.get("x1")), float(interval.get("x2"))) == forests.WIDE.plot


def test_what_was_not_counted_has_another_shape_and_not_only_another_colour():
    drawing = ElementTree.fromstring(forest(CARE_HOMES))
    assert len(list(drawing.iter("circle"))) == 1
    assert len([one for one in drawing.iter("rect") if one.get("class") == "c-square"]) == 3


def test_ratios_are_labelled_as_ratios_on_a_logarithmic_scale():
    labels = [label for _, label in ticks(math.log(0.5), math.log(2), kind=AxisKind.RATIO)]
    assert "1" in labels
    assert all(float(label) > 0 for label in labels)
    places = {label: place for place, label in ticks(-1.5, 1.5, kind=AxisKind.RATIO)}
    assert places["1"] == 0.0


@settings(deadline=None)
@given(st.lists(any_float, max_size=8), st.lists(any_float, max_size=8), st.sampled_from(AxisKind))
def test_any_extent_holds_zero_and_can_be_ticked(cores, ends, kind):
    low, high = extent(cores, ends, kind=kind)
    assert low < 0 < high
    marked = ticks(low, high, kind=kind)
    assert 1 <= len(marked) <= 12
    assert all(low <= place <= high for place, _ in marked)


def test_a_scale_holds_every_place_inside_its_edges():
    scale = Scale(-1.0, 1.0, 10.0, 110.0)
    assert [scale.at(value) for value in (-math.inf, -1.0, 0.0, 1.0, math.inf)] == [
        10.0,
        10.0,
        60.0,
        110.0,
        110.0,
    ]


def test_a_stall_is_a_stretch_of_its_own():
    told = [(one.start.year, one.end.year, one.state) for one in stretches(LIFE)]
    assert told == [(2014, 2015, "active"), (2015, 2015, "stalled"), (2015, 2017, "active")]


def test_the_marks_of_one_lane_all_differ():
    for lane in range(3):
        marks = [str(mark(kind)) for kind, (where, _) in KINDS.items() if where == lane]
        assert len(marks) == len(set(marks))
