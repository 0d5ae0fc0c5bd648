"""Funnels: where lines and points lie, laws, and refusals."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis import synthesise
from scoring.synthesis.bias.funnel import funnel
from scoring.synthesis.bias.trim_and_fill import trim_and_fill

# Two-sided p-values 0.317, 0.0124, 0.0027, 0.655, 0.0801.
YI, VI = [0.1, 0.5, 0.9, -0.2, -0.35], [0.01, 0.04, 0.09, 0.2, 0.04]

studies = st.lists(
    st.tuples(st.integers(-3000, 3000), st.integers(1, 2000)), min_size=1, max_size=12
).map(lambda rows: ([y / 1000 for y, _ in rows], [(s / 1000) ** 2 for _, s in rows]))


def test_every_study_lies_in_the_region_of_its_p_value():
    found = funnel(YI, VI)
    assert [point.region for point in found.points] == [0, 2, 3, 0, 1]
    assert [region.name for region in found.regions] == [
        "p > 0.1",
        "0.05 < p <= 0.1",
        "0.01 < p <= 0.05",
        "p <= 0.01",
    ]
    assert [region.k for region in found.regions] == [2, 1, 1, 1]
    assert [(region.above, region.up_to) for region in found.regions] == [
        (0.1, 1.0),
        (0.05, 0.1),
        (0.01, 0.05),
        (0.0, 0.01),
    ]


@settings(max_examples=60, deadline=None)
@given(studies, st.integers(-1000, 1000))
def test_points_are_told_by_p_value_and_by_the_lines_alike(data, thousandths):
    null = thousandths / 1000
    found = funnel(*data, null=null)
    for point in found.points:
        p_value = 2 * stats.norm.sf(abs(point.yi - null) / point.sei)
        assert point.p_value == pytest.approx(p_value, rel=1e-9)
        away = abs(point.yi - null)
        edges = [line.slope * point.sei for line in found.contours]
        assume(all(abs(away - edge) > 1e-9 for edge in edges))
        assert point.region == sum(away > edge for edge in edges)
        region = found.regions[point.region]
        assert region.above < max(point.p_value, 1e-300) <= region.up_to
        reach = found.confidence.slope * point.sei
        distance = abs(point.yi - found.centre)
        assume(abs(distance - reach) > 1e-9)
        assert point.inside == (distance < reach)
    assert sum(region.k for region in found.regions) == len(data[0])


def test_lines_open_as_the_quantiles_of_the_normal_distribution():
    found = funnel(YI, VI, centre=0.3, level=0.9)
    assert (found.centre, found.confidence.apex, found.confidence.level) == (0.3, 0.3, 0.9)
    assert found.confidence.slope == pytest.approx(stats.norm.ppf(0.95), rel=1e-12)
    assert [line.level for line in found.contours] == [0.9, 0.95, 0.99]
    assert [line.apex for line in found.contours] == [0, 0, 0]
    slopes = stats.norm.ppf([0.95, 0.975, 0.995])
    assert [line.slope for line in found.contours] == pytest.approx(slopes, rel=1e-12)


def test_the_centre_is_the_common_effect_unless_it_is_given():
    assert funnel(YI, VI).centre == synthesise(YI, VI, method="EE").estimate
    assert funnel(YI, VI, centre=synthesise(YI, VI).estimate).centre == synthesise(YI, VI).estimate


def test_the_axis_reaches_the_least_precise_study_of_either_kind():
    assert funnel(YI, VI).sei_max == math.sqrt(0.2)
    assert funnel(YI, VI, filled_yi=[-1], filled_vi=[0.81]).sei_max == pytest.approx(0.9)


def test_what_was_filled_in_is_drawn_and_not_counted():
    yi, vi = [0.1, 0.15, 0.3, 0.5, 0.9, 1.2], [0.01, 0.01, 0.04, 0.06, 0.2, 0.3]
    trimmed = trim_and_fill(yi, vi, method="EE")
    assert trimmed.k0 > 0
    found = funnel(
        yi, vi, centre=trimmed.centre, filled_yi=trimmed.filled_yi, filled_vi=trimmed.filled_vi
    )
    own, put_in = ([p for p in found.points if p.filled is filled] for filled in (False, True))
    assert [(p.row, p.yi) for p in own] == list(enumerate(yi, start=1))
    assert [(p.row, p.yi) for p in put_in] == list(enumerate(trimmed.filled_yi, start=1))
    assert sum(region.k for region in found.regions) == len(yi)
    mirrored = [own[row - 1] for row in trimmed.mirrored]
    for image, origin in zip(put_in, mirrored, strict=True):
        assert image.sei == origin.sei
        assert image.yi - found.centre == pytest.approx(found.centre - origin.yi, abs=1e-12)
        assert image.inside == origin.inside


@settings(max_examples=60, deadline=None)
@given(studies)
def test_the_mirror_image_has_the_same_regions(data):
    yi, vi = data
    one, other = funnel(yi, vi), funnel([-y for y in yi], vi)
    assert other.centre == pytest.approx(-one.centre, abs=1e-12)
    assert [p.region for p in one.points] == [p.region for p in other.points]
    assert one.regions == other.regions
    assert one.contours == other.contours


@settings(max_examples=60, deadline=None)
@given(studies, st.integers(-20, 20))
def test_other_units_have_the_same_regions(data, exponent):
    yi, vi = data
    by = 2.0**exponent
    one, other = funnel(yi, vi), funnel([y * by for y in yi], [v * by**2 for v in vi])
    assert [p.region for p in one.points] == [p.region for p in other.points]
    assert one.regions == other.regions
    assert other.sei_max == one.sei_max * by
    assert other.centre == pytest.approx(one.centre * by, abs=1e-12 * by)


def test_other_contours_make_other_regions():
    found = funnel(YI, VI, contours=(0.5,))
    assert [region.name for region in found.regions] == ["p > 0.5", "p <= 0.5"]
    assert [region.k for region in found.regions] == [1, 4]


@pytest.mark.parametrize(("k", "enough"), [(1, False), (9, False), (10, True)])
def test_fewer_than_ten_studies_are_too_few_to_read(k, enough):
    assert funnel([0.1] * k, [0.01] * k).enough_studies is enough


def test_a_funnel_without_studies_is_refused():
    with pytest.raises(TooLittleData, match="at least one study"):
        funnel([], [])


@pytest.mark.parametrize(
    ("options", "field", "row"),
    [
        ({"filled_yi": [1.0], "filled_vi": [0.0]}, "filled_vi", 1),
        ({"filled_yi": [1.0]}, "filled_vi", None),
        ({"filled_yi": [1.0, math.nan], "filled_vi": [1.0, 1.0]}, "filled_yi", 2),
        ({"centre": math.inf}, "centre", None),
        ({"null": math.nan}, "null", None),
        ({"level": 95}, "level", None),
        ({"contours": (0.9, 95)}, "contours", None),
        ({"contours": (0.95, 0.9)}, "contours", None),
        ({"contours": ()}, "contours", None),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_its_field(options, field, row):
    with pytest.raises(InvalidInput) as refusal:
        funnel(YI, VI, **options)
    assert (refusal.value.field, refusal.value.row) == (field, row)
    assert refusal.value.accepted


def test_bad_rows_are_refused():
    with pytest.raises(InvalidInput) as refusal:
        funnel(YI, [*VI[:3], -1, VI[4]])
    assert (refusal.value.field, refusal.value.row) == ("vi", 4)
