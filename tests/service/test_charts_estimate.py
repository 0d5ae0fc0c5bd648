"""Charts of estimates: true to their numbers at any width, and drawable whatever they are told."""

import math
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.charts.estimate import NARROW, WIDE, Scene, Trace, chart, figure, plotted, scene_of
from service.charts.estimate_scene import runs, spanned
from service.charts.estimate_table import numbers
from service.estimating import Asked, perform
from service.sheets import Limits
from tests.service.raw_outcomes import EXAMPLES
from tests.service.test_charts import HOSTILE, NUMBERED

KINDS = ("series", "event_study", "balance", "discontinuity", "groups", "placebos")
ROLES = (
    "observed", "fitted", "counterfactual", "comparison", "estimate", "before", "after", "placebo",
)  # fmt: skip
LIMITS = Limits(megabytes=4, rows=20_000)

values = st.none() | st.floats(allow_nan=True, allow_infinity=True)


@st.composite
def traces(draw):
    count = draw(st.integers(0, 8))
    columns = [tuple(draw(st.lists(values, min_size=count, max_size=count))) for _ in range(4)]
    bounds = columns[2:] if draw(st.booleans()) else [(), ()]
    return Trace(
        role=draw(st.sampled_from(ROLES)), label=draw(st.text(max_size=40)),
        x=columns[0], y=columns[1], low=bounds[0], high=bounds[1],
    )  # fmt: skip


scenes = st.builds(
    Scene,
    kind=st.sampled_from(KINDS),
    title=st.text(max_size=60),
    x_label=st.text(max_size=30),
    y_label=st.text(max_size=60),
    traces=st.lists(traces(), max_size=5),
    ticks=st.lists(st.tuples(st.floats(-1e6, 1e6), st.text(max_size=20)), max_size=6),
    mark=st.none() | st.floats(-1e6, 1e6),
    zero=st.none() | st.just(0.0),
)


def drawn(scene, width=WIDE):
    """The elements of a drawing by their tag."""
    root = ElementTree.fromstring(chart(scene, width).markup("c"))
    return root, lambda tag, classes=None: [
        one for one in root.iter(tag) if classes is None or one.get("class") == classes
    ]


@settings(max_examples=250, deadline=None)
@given(scene=scenes, width=st.sampled_from([WIDE, NARROW]))
def test_any_scene_is_a_drawing_with_numbers_alone_for_places(scene, width):
    root, _ = drawn(scene, width)
    for one in root.iter():
        for name in NUMBERED & one.attrib.keys():
            for part in re.split(r"[ ,]+", one.attrib[name]):
                assert math.isfinite(float(part)), (one.tag, name, part)
    table = numbers(scene)
    assert table is None or all(len(row) == len(table.headings) for row in table.rows)


def line(role, y, **more):
    x = tuple(float(place) for place in range(len(y)))
    return Trace(role=role, label=role, x=x, y=tuple(map(float, y)), **more)


def scene(kind, *lines, **more):
    return Scene(kind=kind, title="T", x_label="period", y_label="admissions", traces=lines, **more)


def test_equal_scenes_are_equal_bytes_and_hostile_words_stay_words():
    told = scene("series", Trace(role="observed", label=HOSTILE, x=(0.0, 1.0), y=(1.0, 2.0)))
    assert plotted([told], HOSTILE) == plotted([told], HOSTILE)
    assert "<script" not in plotted([told], HOSTILE)
    ElementTree.fromstring(plotted([told], HOSTILE))


def test_higher_outcomes_stand_higher_and_later_ones_further_right():
    _, find = drawn(scene("series", line("observed", [1, 3, 2])))
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in find("circle", "c-solid")][:3]
    assert dots[0][0] < dots[1][0] < dots[2][0]
    assert dots[1][1] < dots[2][1] < dots[0][1]


def test_the_start_stands_between_the_last_period_without_and_the_first_with():
    _, find = drawn(scene("series", line("observed", [1, 3, 2, 5]), mark=2.0))
    (start,) = find("line", "c-limit")
    dots = [float(dot.get("cx")) for dot in find("circle", "c-solid")][:4]
    assert float(start.get("x1")) == pytest.approx((dots[1] + dots[2]) / 2, abs=0.1)
    assert "start" in [text.text or "" for text in find("text")]


def test_a_cut_off_stands_where_it_is():
    cloud = Trace(role="observed", label="means", x=(-1.0, 0.0, 1.0), y=(0.0, 1.0, 2.0))
    _, find = drawn(scene("discontinuity", cloud, mark=0.0))
    (cut,) = find("line", "c-limit")
    middle = [float(dot.get("cx")) for dot in find("circle", "c-solid")][1]
    assert float(cut.get("x1")) == pytest.approx(middle, abs=0.1)
    assert "cut-off" in [text.text or "" for text in find("text")]
    assert find("polyline") == []


def test_a_gap_is_shown_as_a_gap_and_a_model_breaks_where_the_programme_begins():
    holed = Trace(role="observed", label="o", x=(0.0, 1.0, 2.0, 3.0), y=(1.0, None, 2.0, 3.0))
    assert [len(run) for run in runs(holed)] == [1, 2]
    assert [len(run) for run in runs(line("fitted", [1, 1, 5, 5]), broken_at=2.0)] == [2, 2]


def test_a_band_is_drawn_behind_and_an_interval_beyond_the_page_ends_in_an_arrow():
    wide = line("counterfactual", [5, 5, 5], low=(4.0, 4.0, 4.0), high=(6.0, 6.0, 6.0))
    _, find = drawn(scene("series", line("observed", [4, 5, 6]), wide))
    assert len(find("polygon", "c-band")) == 1
    far = line("estimate", [0.0, 0.1], low=(-0.1, -1e9), high=(0.2, 1e9))
    _, find = drawn(scene("event_study", far, zero=0.0))
    assert len(find("polygon", "c-arrow")) == 2
    assert len(find("line", "c-zero")) == 1


def test_one_endless_bound_does_not_squash_the_others():
    low, high = spanned([1.0, 2.0], [0.5, 2.5, 1e12])
    assert -2 < low < 0.5
    assert 2.5 < high < 4


def test_placebos_are_one_entry_of_the_key_and_the_estimate_another():
    placebos = [line("placebo", [0, n]) for n in range(5)]
    _, find = drawn(scene("placebos", *placebos, line("estimate", [0, -9]), zero=0.0))
    words = [text.text or "" for text in find("text")]
    assert "each of 5 units without the programme, as if it had it" in words
    assert "estimate" in words
    assert len(find("polyline", "c-edge")) == 5


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_group_and_every_characteristic_has_its_name(width):
    ticks = ((0.0, "without the programme"), (1.0, "with the programme"))
    told = scene("groups", line("estimate", [3, 4], low=(2.0, 3.0), high=(4.0, 5.0)), ticks=ticks)
    _, find = drawn(told, width)
    words = " ".join(text.text or "" for text in find("text"))
    assert "without the programme" in words
    assert "with the programme" in words
    names = ((0.0, "age"), (1.0, "index of multiple deprivation"))
    _, find = drawn(
        scene("balance", line("before", [0.5, 0.1]), line("after", [0.0, 0.1]), ticks=names), width
    )
    words = [text.text or "" for text in find("text")]
    assert "age" in words
    assert len(find("polygon", "c-hollow")) == 3
    assert len(find("circle", "c-solid")) == 3


def most_at_each_place(told):
    """How many points a line has at a place, of the line that has most there."""
    most = Counter()
    for trace in told.traces:
        if trace.role != "placebo":
            most |= Counter(x for x, _ in trace.points)
    return most


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_picture_of_every_design_is_drawn_with_its_numbers(name):
    example = EXAMPLES[name]
    roles = {r: (n,) if isinstance(n, str) else tuple(n) for r, n in example.roles.items()}
    found = perform(example.raw, Asked(name, roles, example.options), LIMITS)
    assert found["pictures"]
    for picture in found["pictures"]:
        told = scene_of(picture)
        for width in (WIDE, NARROW):
            _, find = drawn(told, width)
            assert len(find("text")) > 3
        table = figure(told, "how").table
        assert len(table.rows) == sum(most_at_each_place(told).values())
        assert all(any(row[1:]) for row in table.rows)


def test_a_series_of_months_names_them_in_its_table():
    example = EXAMPLES["its"]
    roles = {role: (name,) for role, name in example.roles.items()}
    found = perform(example.raw, Asked("its", roles, example.options), LIMITS)
    table = numbers(scene_of(found["pictures"][0]))
    assert [row[0] for row in table.rows] == list(example.columns["month"])
    assert "Lower end" in table.headings


def test_more_numbers_than_anybody_reads_are_no_table():
    assert numbers(scene("series", line("observed", range(401)))) is None
    assert numbers(scene("series")) is None


def pictures_of(name):
    example = EXAMPLES[name]
    roles = {r: (n,) if isinstance(n, str) else tuple(n) for r, n in example.roles.items()}
    return perform(example.raw, Asked(name, roles, example.options), LIMITS)["pictures"]


def test_many_points_at_one_place_all_have_a_row():
    cloud = Trace(role="observed", label="rows", x=(0.0,) * 3 + (1.0,), y=(5.0, 7.0, 5.0, 6.0))
    mean = Trace(role="fitted", label="all", x=(0.0, 1.0), y=(5.5, 6.0))
    table = numbers(scene("groups", cloud, mean, names={0.0: "without", 1.0: "with"}))
    assert [row[:2] for row in table.rows] == [
        ("without", "5.00"), ("without", "7.00"), ("without", "5.00"), ("with", "6.00"),
    ]  # fmt: skip
    assert [row[2] for row in table.rows] == ["5.50", "", "", "6.00"]


def test_every_row_of_rates_is_in_the_numbers():
    (picture,) = pictures_of("rates")
    drawn_points = sum(len(one["x"]) for one in picture["lines"] if one["role"] != "fitted")
    table = numbers(scene_of(picture))
    told = sum(cell != "" for row in table.rows for cell in row[1:])
    assert told >= drawn_points == 24


def test_a_missing_period_of_a_series_is_no_line():
    x = tuple(float(n) for n in range(12) if n not in (4, 5))
    observed = Trace(role="observed", label="observed", x=x, y=tuple(map(float, range(10))))
    expected = Trace(role="counterfactual", label="expected", x=x, y=(3.0,) * 10)
    assert [len(run) for run in runs(observed, most_apart=1.5)] == [4, 6]
    _, find = drawn(scene("series", observed, expected))
    paths = [len(path.get("points").split()) for path in find("polyline", "c-line")]
    assert paths[:2] == [4, 6]
    assert len(find("polyline", "c-expected")[0].get("points").split()) == 10
    _, find = drawn(scene("placebos", replace(observed, role="estimate")))
    assert len(find("polyline", "c-line")) >= 1


def test_months_of_different_length_are_no_gaps():
    days = [date(2019 + n // 12, n % 12 + 1, 1).toordinal() for n in range(24)]
    told = Trace(role="observed", label="o", x=tuple(map(float, days)), y=(1.0, 2.0) * 12)
    _, find = drawn(scene("series", told))
    assert len(find("polyline", "c-line")[0].get("points").split()) == 24


def test_no_line_of_a_chart_ends_with_a_minus():
    told = scene("series", line("observed", [1.0, 2.0]))
    words = "effect " * 9 + "(95 % interval of the difference -62.8 to -4.33, since 2019-04) "
    drawn_words = ElementTree.fromstring(plotted([told], words * 4))
    lines = [one.text or "" for one in drawn_words.iter() if one.tag.endswith("text")]
    assert any("\N{MINUS SIGN}62.8" in text for text in lines)
    assert "2019-" in "".join(lines)
    assert not [text for text in lines if text.endswith("\N{MINUS SIGN}")]
    assert not [text for text in lines if re.search(r"-62|-4\.33", text)]
