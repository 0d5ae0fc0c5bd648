"""Charts as a file: lawful, the same each time, whole for any input, and fit to be read."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.charts import style
from service.charts.figures import USUAL, Kind, figures, plotted
from service.charts.rows import NARROW, WIDE
from service.charts.standalone import document
from tests.service.chart_cases import analyses, bcg, grouped_bcg, hostile, plain

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden" / "analysis.svg"
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {
    "svg", "title", "desc", "style", "g", "text", "line", "rect", "circle", "polygon", "polyline",
}  # fmt: skip
ACROSS = {"x", "x1", "x2", "cx", "width"}
DOWN = {"y", "y1", "y2", "cy", "height"}
SLACK = 0.1  # places are rounded to a tenth


def parsed(text):
    return ElementTree.fromstring(text.encode())


def drawn(figure):
    return ElementTree.fromstring(figure.drawing.markup("chart"))


def check_places(drawing):
    """Every place is a finite number on the page; an exponent, NaN or inf would not match."""
    width, height = (float(size) for size in drawing.get("viewBox").split()[2:])
    for element in drawing.iter():
        for name in (ACROSS | DOWN) & set(element.keys()):
            most = width if name in ACROSS else height
            check_place(element.get(name), most, element)
        points = element.get("points", "").split()
        for x, y in (point.split(",") for point in points):
            check_place(x, width, element)
            check_place(y, height, element)


def check_place(written, most, element):
    assert re.fullmatch(r"-?\d+(\.\d)?", written), (element.tag, written)
    assert -SLACK <= float(written) <= most + SLACK, (element.tag, written, most)


@settings(deadline=None, max_examples=150)
@given(analyses(), st.sampled_from(Kind), st.sampled_from([WIDE, NARROW]))
def test_every_place_of_any_chart_is_finite_and_on_the_page(analysis, kind, width):
    (figure,) = figures(analysis, [kind], width=width)
    check_places(drawn(figure))


@settings(deadline=None, max_examples=60)
@given(analyses())
def test_any_analysis_is_one_lawful_file_of_harmless_elements(analysis):
    root = parsed(plotted(analysis, list(Kind)))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= TAGS
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    sizes = [float(root.get(name)) for name in ("width", "height")]
    assert [float(size) for size in root.get("viewBox").split()] == [0, 0, *sizes]


def test_the_file_stands_alone_with_name_description_style_and_white_paper():
    root = parsed(plotted(bcg()))
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text
    assert "Forest plot" in root.find(f"{SVG}desc").text
    assert root.find(f"{SVG}style").text == style.stylesheet()
    paper = root.find(f"{SVG}rect")
    assert [paper.get(name) for name in ("x", "y", "width", "height")] == [
        "0", "0", root.get("width"), root.get("height"),
    ]  # fmt: skip
    assert style.RULES[f".{paper.get('class')}"] == "fill: #ffffff"


def test_the_file_asks_for_nothing_from_elsewhere():
    text = plotted(hostile(), list(Kind))
    assert not re.search(r"<script|<image|<foreignObject|href|url\(|@import|<!DOCTYPE", text)


def test_equal_analyses_are_equal_bytes():
    assert plotted(bcg(), list(Kind)) == plotted(bcg(), list(Kind))
    assert plotted(bcg(), list(Kind)) == GOLDEN.read_text(encoding="utf-8")


def test_the_usual_file_holds_four_charts_and_one_can_be_asked_for_by_name():
    assert [kind.value for kind in USUAL] == ["forest", "funnel", "radial", "leave-one-out"]
    assert len(images(plotted(bcg()))) == 4
    assert len(images(plotted(bcg(), [Kind("cumulative")]))) == 1


def images(text):
    return [one for one in parsed(text).iter(f"{SVG}g") if one.get("role") == "img"]


def test_charts_of_one_file_stand_below_one_another():
    told = figures(bcg(), list(Kind))
    ends = 0.0
    for image, figure in zip(images(document(told)), told, strict=True):
        top = float(re.fullmatch(r"translate\(0 (.+)\)", image.get("transform"))[1])
        assert top > ends
        ends = top + figure.drawing.height
    assert ends < float(parsed(document(told)).get("height"))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("case", [bcg, grouped_bcg, hostile])
def test_every_study_is_named_in_full_in_the_table_of_every_chart(kind, case):
    analysis = case()
    root = parsed(plotted(analysis, [kind]))
    table = next(one for one in root.iter(f"{SVG}g") if one.get("role") == "table")
    headers = [
        squeezed("".join(one.itertext()))
        for one in table.iter(f"{SVG}g")
        if one.get("role") == "rowheader"
    ]
    assert [squeezed(study.name) for study in analysis.studies] == headers[: len(analysis.studies)]


@pytest.mark.parametrize("kind", Kind)
def test_every_study_is_named_at_its_mark(kind):
    (figure,) = figures(bcg(), [kind])
    titles = [one.text for one in drawn(figure).iter("title")]
    for study in bcg().studies:
        assert [title for title in titles if title.startswith(study.name)], study.name


def squeezed(words):
    """Without white space and what XML cannot hold: where lines broke does not matter."""
    return re.sub(r"[\s\x00]", "", words)


def test_a_table_is_told_as_rows_and_cells():
    (figure,) = figures(bcg(), [Kind.FOREST])
    root = parsed(document([figure]))
    rows = [one for one in root.iter(f"{SVG}g") if one.get("role") == "row"]
    assert len(rows) == 1 + len(figure.table.rows)
    heads = [one for one in rows[0] if one.get("role") == "columnheader"]
    assert ["".join(one.itertext()) for one in heads] == list(figure.table.headings)
    cells = ["".join(one.itertext()) for one in rows[1]]
    assert cells == list(figure.table.rows[0])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_lines_of_a_table_keep_their_distance_however_long_the_names_are(width):
    root = parsed(document(figures(hostile(), [Kind.FOREST], width=width)))
    table = next(one for one in root.iter(f"{SVG}g") if one.get("role") == "table")
    rows = [one for one in table.iter(f"{SVG}g") if one.get("role") == "row"]
    heights = [[float(text.get("y")) for text in row.iter(f"{SVG}text")] for row in rows]
    for row, below in pairwise(heights):
        assert min(below) - max(row) >= 16


def test_four_hundred_studies_of_three_hundred_letters_are_drawn_whole():
    count = 400
    names = [f"{index} {'name ' * 60}" for index in range(count)]
    values = [0.01 * (index % 37) - 0.1 for index in range(count)]
    errors = [0.05 + 0.001 * (index % 101) for index in range(count)]
    for figure in figures(plain(names, values, errors), list(Kind)):
        check_places(drawn(figure))
        assert len(figure.table.rows) >= count


def test_every_class_has_a_rule_and_every_rule_a_use():
    beyond = bcg(together=plain("a", [9.0], [0.1]).together, expected=(-99.0, 99.0))
    cases = [bcg(), grouped_bcg(), hostile(), beyond]
    used = set()
    for text in [plotted(case, list(Kind)) for case in cases]:
        used |= {name for one in parsed(text).iter() for name in one.get("class", "").split()}
    narrow = document(figures(bcg(), list(Kind), width=NARROW))
    used |= {name for one in parsed(narrow).iter() for name in one.get("class", "").split()}
    ruled = {selector.removeprefix(".") for selector in style.RULES if selector.startswith(".")}
    assert used == ruled


def test_rules_select_by_one_element_or_one_class_so_that_any_program_understands_them():
    assert [one for one in style.RULES if not re.fullmatch(r"\.?[a-z0-9-]+", one)] == []
    assert not re.search(r"var\(|paint-order|calc\(", style.stylesheet())


def luminance(colour):
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """WCAG 2.2: relative luminance of the lighter against the darker."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_has_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


GROUNDS = [style.PAPER, style.BAND, *style.SHADES]


def fills_of(selector):
    return dict(one.split(": ", 1) for one in style.RULES[selector].split("; "))


def test_all_text_has_a_contrast_of_four_and_a_half_on_every_ground():
    inks = {
        fills_of(selector)["fill"]
        for selector in style.RULES
        if "font-size" in style.RULES[selector] and "fill" in fills_of(selector)
    }
    assert inks == {style.INK, style.QUIET}
    assert min(contrast(ink, ground) for ink in inks for ground in GROUNDS) >= 4.5


def test_all_marks_and_lines_have_a_contrast_of_three_on_every_ground():
    marks = (style.INK, style.QUIET, style.MARK, style.ADDED, style.EDGE)
    assert min(contrast(mark, ground) for mark in marks for ground in GROUNDS) >= 3
    strokes = {fills_of(one)["stroke"] for one in style.RULES if "stroke" in fills_of(one)} - {
        style.RULE,
        style.PAPER,
    }
    assert strokes <= set(marks)


def test_the_shades_grow_darker_so_that_they_differ_without_colour():
    shares = [luminance(shade) for shade in style.SHADES]
    assert shares == sorted(shares, reverse=True)
    assert min(contrast(*pair) for pair in pairwise(style.SHADES)) > 1.1


def test_the_colours_are_those_of_the_pages():
    sheet = (ROOT / "service/static/candour.css").read_text(encoding="utf-8")
    names = {"ink": style.INK, "quiet": style.QUIET, "mark": style.MARK, "rule": style.RULE}
    for name, colour in names.items():
        assert f"--candour-{name}: {colour};" in sheet
    assert style.ADDED in sheet
