"""Trim and fill: metafor's figures, laws, and refusals.

Expected figures stand in tests/reference/meta and, for unseen data, in tests/reference/bias with
the R script that made them.
"""

import json
import math
from collections import Counter
from pathlib import Path
from statistics import median

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.errors import InvalidInput, NotConverged, TooLittleData, UnknownMethod
from scoring.synthesis import synthesise
from scoring.synthesis.bias.trim_and_fill import trim_and_fill

REFERENCE = Path(__file__).parents[1] / "reference"
UNSEEN = json.loads((REFERENCE / "bias" / "funnels.json").read_text())

# What is not compared, and why. Everything else is.
# All effects agree, so Egger's slope is 0: metafor takes the side from the sign of its rounding.
NO_SPREAD = "edge-all-equal-a"
# metafor's REML search stops at a lower maximum, around which two studies seem to be missing.
LOWER_MAXIMUM = ("edge-local-maxima-missed-a", "REML")
# metafor takes a design of standard errors below 1e-4 for one of constants, and its Paule-Mandel
# search ends at an absolute tolerance that is not small beside variances of 1e-13.
TOO_SMALL_FOR_METAFOR = "millionths"


def seen():
    """(name, entry, yi, vi) of the shared reference, rows with an effect only."""
    for path in sorted((REFERENCE / "meta").glob("*.json")):
        for analysis in json.loads(path.read_text())["analyses"]:
            for entry in analysis.get("trimfill", ()):
                pairs = zip(analysis["yi"], analysis["vi"], strict=True)
                known = [pair for pair in pairs if pair[0] is not None]
                yield path.stem, entry, *map(list, zip(*known, strict=True))


SEEN = list(seen())


def test_the_grid_of_cases_is_complete():
    grid = Counter((entry["method"], entry["test"]) for _, entry, _, _ in SEEN)
    assert grid == {("EE", "z"): 113, ("DL", "z"): 113, ("REML", "z"): 112, ("REML", "knha"): 112}
    assert {entry["estimator"] for _, entry, _, _ in SEEN} == {"L0"}
    unseen = Counter(
        (entry["method"], entry["estimator"], entry["asked"])
        for data in UNSEEN
        for entry in data["trimfill"]
    )
    assert set(unseen.values()) == {21}
    assert len(unseen) == 4 * 3 * 3


@pytest.mark.parametrize(
    ("method", "test"), sorted({(e["method"], e["test"]) for _, e, _, _ in SEEN})
)
def test_filling_agrees_with_metafor(method, test):
    for name, expected, yi, vi in SEEN:
        if (expected["method"], expected["test"]) != (method, test):
            continue
        if name == NO_SPREAD or (name, method) == LOWER_MAXIMUM:
            continue
        found = trim_and_fill(yi, vi, method=method, test=test)
        assert (found.side, found.k0) == (expected["side"], expected["k0"]), name
        pooled, se, s = found.pooled, expected["se"], median(vi)
        assert pooled.k == len(yi) + found.k0
        for ours, theirs in (
            (pooled.estimate, expected["b"]),
            (pooled.se, se),
            (pooled.ci_low, expected["ci_lb"]),
            (pooled.ci_high, expected["ci_ub"]),
        ):
            assert ours == pytest.approx(theirs, abs=1e-9 * se), name
        assert pooled.tau2 == pytest.approx(expected["tau2"], rel=1e-9, abs=1e-9 * s), name
        assert pooled.p_value == pytest.approx(expected["pval"], rel=1e-8, abs=1e-14), name


def test_where_effects_agree_nothing_is_missing():
    for name, expected, yi, vi in SEEN:
        if name == NO_SPREAD:
            for estimator in ("L0", "R0", "Q0"):
                found = trim_and_fill(yi, vi, method=expected["method"], estimator=estimator)
                assert (found.k0, found.filled_yi, found.side) == (0, (), "left")


def restricted_log_likelihood(yi, vi, tau2):
    w = [1 / (v + tau2) for v in vi]
    mean = math.fsum(wi * y for wi, y in zip(w, yi, strict=True)) / math.fsum(w)
    square = math.fsum(wi * (y - mean) ** 2 for wi, y in zip(w, yi, strict=True))
    return 0.5 * (math.fsum(map(math.log, w)) - math.log(math.fsum(w)) - square)


def test_where_metafor_trims_around_a_lower_maximum_ours_is_higher():
    _, expected, yi, vi = next(c for c in SEEN if (c[0], c[1]["method"]) == LOWER_MAXIMUM)
    found = trim_and_fill(yi, vi, test="z")
    assert (found.k0, expected["k0"]) == (0, 2)
    lower = min(found.pooled.tau2_maxima)
    assert restricted_log_likelihood(yi, vi, found.pooled.tau2) > restricted_log_likelihood(
        yi, vi, lower
    )


@pytest.mark.parametrize("data", UNSEEN, ids=[d["id"] for d in UNSEEN])
def test_every_estimator_of_the_missing_agrees_with_metafor(data):
    yi, vi = data["yi"], data["vi"]
    for entry in data["trimfill"]:
        case = (entry["method"], entry["estimator"], entry["asked"])
        options = dict(zip(("method", "estimator", "side"), case, strict=True))
        if "missing value" in entry.get("error", ""):
            with pytest.raises(NotConverged, match="Q0 has no solution"):
                trim_and_fill(yi, vi, test="z", **options)
            assert entry["estimator"] == "Q0"
            continue
        found = trim_and_fill(yi, vi, test="z", **options)
        if data["id"] == TOO_SMALL_FOR_METAFOR and ("error" in entry or entry["method"] == "PM"):
            continue
        assert (found.side, found.k0) == (entry["side"], entry["k0"]), case
        compare_filling(found, entry, case=case, scale=median(vi))


def compare_filling(found, entry, *, case, scale):
    close = {"abs": 1e-9 * entry["se"]}
    assert found.se_k0 == (entry["se_k0"] and pytest.approx(entry["se_k0"], rel=1e-12)), case
    assert found.p_k0 == (entry["p_k0"] and pytest.approx(entry["p_k0"], rel=1e-12)), case
    assert found.filled_yi == pytest.approx(entry["filled_yi"], **close), case
    assert found.filled_vi == pytest.approx(entry["filled_vi"], rel=1e-12), case
    assert found.pooled.estimate == pytest.approx(entry["b"], **close), case
    assert found.pooled.se == pytest.approx(entry["se"], rel=1e-9), case
    tau2 = pytest.approx(entry["tau2"], rel=1e-9, abs=1e-9 * scale)
    assert found.pooled.tau2 == tau2, case


studies = st.lists(
    st.tuples(st.integers(-3000, 3000), st.integers(1, 4000)),
    min_size=3,
    max_size=12,
    unique_by=(lambda row: row[0], lambda row: row[1]),
).map(lambda rows: ([y / 1000 for y, _ in rows], [v / 1000 for _, v in rows]))
methods = st.sampled_from(["EE", "DL", "REML"])
estimators = st.sampled_from(["L0", "R0"])


def filled(yi, vi, **options):
    try:
        return trim_and_fill(yi, vi, test="z", **options)
    except NotConverged:
        assume(False)


@settings(max_examples=60, deadline=None)
@given(studies, methods, estimators)
def test_the_mirror_image_misses_the_same_studies_on_the_other_side(data, method, estimator):
    yi, vi = data
    one = filled(yi, vi, method=method, estimator=estimator)
    other = filled([-y for y in yi], vi, method=method, estimator=estimator)
    assert {one.side, other.side} == {"left", "right"}
    assert (one.k0, set(one.mirrored)) == (other.k0, set(other.mirrored))
    close = {"abs": 1e-7 * one.pooled.se}
    assert sorted(one.filled_yi) == pytest.approx(sorted(-y for y in other.filled_yi), **close)
    assert one.pooled.estimate == pytest.approx(-other.pooled.estimate, **close)


@settings(max_examples=60, deadline=None)
@given(studies, methods, estimators, st.integers(-20, 20))
def test_other_units_miss_the_same_studies(data, method, estimator, exponent):
    yi, vi = data
    by = 2.0**exponent
    one = filled(yi, vi, method=method, estimator=estimator)
    moved = [y * by for y in yi], [v * by**2 for v in vi]
    other = filled(*moved, method=method, estimator=estimator)
    assert (one.side, one.k0, one.mirrored) == (other.side, other.k0, other.mirrored)
    close = {"abs": 1e-7 * one.pooled.se * by}
    assert other.pooled.estimate == pytest.approx(one.pooled.estimate * by, **close)


@settings(max_examples=60, deadline=None)
@given(studies, methods, estimators, st.sampled_from(["left", "right"]))
def test_what_is_filled_in_mirrors_the_outermost_studies_of_the_other_side(
    data, method, estimator, side
):
    yi, vi = data
    found = filled(yi, vi, method=method, estimator=estimator, side=side)
    assert len(found.mirrored) == len(found.filled_yi) == len(found.filled_vi) == found.k0
    assert found.k0 < len(yi)
    outermost = sorted(yi, reverse=side == "left")[: found.k0]
    assert sorted(yi[row - 1] for row in found.mirrored) == sorted(outermost)
    for row, y, v in zip(found.mirrored, found.filled_yi, found.filled_vi, strict=True):
        assert y - found.centre == pytest.approx(found.centre - yi[row - 1], abs=1e-12)
        assert v == vi[row - 1]
    inward = [y for i, y in enumerate(yi, start=1) if i not in found.mirrored]
    kept = [v for i, v in enumerate(vi, start=1) if i not in found.mirrored]
    assert found.centre == pytest.approx(
        synthesise(inward, kept, method=method).estimate, abs=1e-9 * found.pooled.se
    )
    again = synthesise([*yi, *found.filled_yi], [*vi, *found.filled_vi], method=method, test="z")
    assert found.pooled == again


def test_the_stated_test_is_that_of_the_filled_fit():
    yi, vi = [0.1, 0.15, 0.3, 0.5, 0.9, 1.2], [0.01, 0.01, 0.04, 0.06, 0.2, 0.3]
    found = trim_and_fill(yi, vi, method="DL", test="knha", level=0.9)
    assert found.k0 > 0
    assert (found.pooled.test, found.pooled.level, found.pooled.df) == ("knha", 0.9, 5 + found.k0)


@pytest.mark.parametrize(("k", "enough"), [(3, False), (9, False), (10, True), (30, True)])
def test_fewer_than_ten_studies_are_too_few_to_read(k, enough):
    yi, vi = [0.1 * (i % 4) for i in range(k)], [0.01 * (i + 1) for i in range(k)]
    assert trim_and_fill(yi, vi).enough_studies is enough


def test_trimming_that_goes_round_in_a_circle_is_said_to():
    yi, vi = [-1, -2, -3, -2, 1, -2, -2], [1.9, 0.2, 0.1, 0.9, 2.1, 2.6, 1.9]
    with pytest.raises(NotConverged, match="circle"):
        trim_and_fill(yi, vi, method="DL", side="left")
    assert trim_and_fill(yi, vi, method="EE", side="left").k0 == 4


def test_standard_errors_that_agree_need_a_side():
    yi, vi = [0.1, 0.2, 0.7, 1.5], [0.04] * 4
    with pytest.raises(InvalidInput) as refusal:
        trim_and_fill(yi, vi)
    assert refusal.value.field == "sei"
    assert trim_and_fill(yi, vi, side="left").side == "left"


@pytest.mark.parametrize(
    ("names", "accepted"),
    [
        ({"estimator": "L1"}, "L0, R0, Q0"),
        ({"side": "up"}, "left, right"),
        ({"method": "HO"}, "REML"),
        ({"test": "hksj"}, "adhoc"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_are_known(names, accepted):
    with pytest.raises(UnknownMethod, match=accepted):
        trim_and_fill([0.1, 0.2, 0.4], [0.01, 0.02, 0.05], **names)


def test_two_studies_and_bad_rows_are_refused():
    with pytest.raises(TooLittleData, match="3 or more"):
        trim_and_fill([0.1, 0.2], [0.01, 0.02])
    with pytest.raises(InvalidInput) as refusal:
        trim_and_fill([0.1, 0.2, 0.3], [0.01, -0.02, 0.1])
    assert (refusal.value.field, refusal.value.row) == ("vi", 2)
