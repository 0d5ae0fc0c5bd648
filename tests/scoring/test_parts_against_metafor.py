"""Leave-one-out, cumulative, prediction and Q-profile intervals: every file of reference/meta."""

import json
import math
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from scoring.synthesis import between_study_variance, cumulative, leave_one_out, synthesise

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
FILES = sorted(path.stem for path in REFERENCE.glob("*.json"))

# Where metafor's iterative fit of a part stops at the lower of two maxima (the oracle made no
# search there) and ours stands at the higher one: file, and how many parts.
LOWER_IN_METAFOR = {
    "leave1out": {"edge-local-maxima-missed-a": 2},
    "cumulative": {"edge-local-maxima-missed-a": 1},
}


@cache
def analyses(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    return [a for a in document["analyses"] if "pooled" in a]


def effects_of(analysis):
    known = [(y, v) for y, v in zip(analysis["yi"], analysis["vi"], strict=True) if y is not None]
    return [y for y, _ in known], [v for _, v in known]


def with_(field):
    return [(name, analysis) for name in FILES for analysis in analyses(name) if field in analysis]


def test_the_grid_of_parts_is_complete():
    counts = {f: len(with_(f)) for f in ("leave1out", "cumulative", "tau2_ci_qprofile")}
    assert counts == {"leave1out": 110, "cumulative": 110, "tau2_ci_qprofile": 118}


@pytest.mark.parametrize("name", FILES)
def test_prediction_intervals_follow_the_named_convention(name):
    for analysis in analyses(name):
        yi, vi = effects_of(analysis)
        for entry in analysis["pooled"]:
            if entry["method"] == "EE" or lower_maximum(name, entry["method"]):
                continue
            for convention in ("t_k2", "t_k1"):
                pooled = synthesise(
                    yi, vi, method=entry["method"], test=entry["test"], prediction=convention
                )
                case = (name, analysis["measure"], entry["method"], entry["test"], convention)
                expected = entry[f"pi_{convention}"]
                if expected is None:
                    assert (pooled.pi_low, pooled.pi_high) == (None, None), case
                    continue
                within = 1e-8 * (entry["se"] or median(vi) ** 0.5)
                assert pooled.pi_low == pytest.approx(expected[0], abs=within), case
                assert pooled.pi_high == pytest.approx(expected[1], abs=within), case


@pytest.mark.parametrize("name", FILES)
def test_the_standard_error_of_tau2_agrees(name):
    for analysis in analyses(name):
        yi, vi = effects_of(analysis)
        for entry in analysis["pooled"]:
            if entry.get("se_tau2") is None or lower_maximum(name, entry["method"]):
                continue
            pooled = synthesise(yi, vi, method=entry["method"], test=entry["test"])
            case = (name, analysis["measure"], entry["method"])
            assert pooled.se_tau2 == pytest.approx(entry["se_tau2"], rel=1e-7), case


def lower_maximum(name, method):
    """Whether metafor's entry may be that of a lower maximum: see the reference's README."""
    return (method, name) == ("REML", "edge-local-maxima-missed-a") or (
        method == "ML" and name.startswith("edge-local-maxima")
    )


@pytest.mark.parametrize("name", FILES)
def test_q_profile_intervals_agree(name):
    for analysis in analyses(name):
        if "tau2_ci_qprofile" not in analysis:
            continue
        expected = analysis["tau2_ci_qprofile"]
        yi, vi = effects_of(analysis)
        found = between_study_variance(yi, vi, level=expected["level"])
        floor = 1e-9 * median(vi)
        low, high = (0.0 if bound is None else bound for bound in expected["tau2"])
        assert found.low == pytest.approx(low, rel=1e-9, abs=floor), name
        assert found.high == pytest.approx(high, rel=1e-9, abs=floor), name
        assert [found.i2_low, found.i2_high] == pytest.approx(expected["I2"], abs=1e-6), name
        assert [found.h2_low, found.h2_high] == pytest.approx(expected["H2"], rel=1e-8), name
        assert found.empty == (expected["ub_sign"] == "<"), name


def restricted_log_likelihood(yi, vi, tau2):
    y, w = np.array(yi), 1 / (np.array(vi) + tau2)
    mean = (w * y).sum() / w.sum()
    return 0.5 * (np.log(w).sum() - math.log(w.sum()) - (w * (y - mean) ** 2).sum())


def is_higher(found, expected, *, data):
    """Whether metafor stopped at a maximum that is lower than ours."""
    ours, theirs = (restricted_log_likelihood(*data, t) for t in (found["tau2"], expected["tau2"]))
    return ours > theirs + 1e-6


def compare(found, expected, *, data, which):
    """One part (a row of the columns) with metafor's entry of it; `data` are its studies."""
    s = median(data[1])
    se = expected["se"] or s**0.5
    assert found["tau2"] == pytest.approx(expected["tau2"], rel=1e-8, abs=1e-9 * s), which
    assert found["estimate"] == pytest.approx(expected["b"], abs=1e-8 * se), which
    assert found["se"] == pytest.approx(expected["se"], rel=1e-8, abs=1e-12 * s**0.5), which
    for field, ours in (("ci_lb", "ci_low"), ("ci_ub", "ci_high")):
        if field in expected:
            assert found[ours] == pytest.approx(expected[field], abs=1e-7 * se), which
    if "pval" in expected:
        assert found["p_value"] == pytest.approx(expected["pval"], rel=1e-6, abs=1e-12), which
    if "QE" in expected:
        assert found["q"] == pytest.approx(expected["QE"], rel=1e-9, abs=1e-9), which
        assert found["i2"] == pytest.approx(expected["I2"], abs=1e-5), which


def row(columns, i):
    names = ["estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "q", "i2"]
    return {name: float(getattr(columns, name)[i]) for name in names}


@pytest.mark.parametrize("name", FILES)
def test_leaving_one_out_agrees(name):
    for analysis in analyses(name):
        higher = 0
        for entry in analysis.get("leave1out", []):
            yi, vi = effects_of(analysis)
            found = leave_one_out(yi, vi, method=entry["method"], test=entry["test"])
            for i in range(len(yi)):
                rest = yi[:i] + yi[i + 1 :], vi[:i] + vi[i + 1 :]
                one = {k: v[i] for k, v in entry.items() if isinstance(v, list)}
                which = (name, analysis["measure"], entry["method"], i)
                if entry["method"] == "REML" and is_higher(row(found, i), one, data=rest):
                    higher += 1
                else:
                    compare(row(found, i), one, data=rest, which=which)
        assert higher == LOWER_IN_METAFOR["leave1out"].get(name, 0)


@pytest.mark.parametrize("name", FILES)
def test_pooling_study_by_study_agrees(name):
    for analysis in analyses(name):
        if "cumulative" not in analysis:
            continue
        entry = analysis["cumulative"]
        yi, vi = effects_of(analysis)
        higher = 0
        found = cumulative(yi, vi, method=entry["method"], test=entry["test"])
        for i in range(len(yi)):
            one = {k: v[i] for k, v in entry.items() if isinstance(v, list)}
            which = (name, analysis["measure"], i)
            so_far = yi[: i + 1], vi[: i + 1]
            if is_higher(row(found, i), one, data=so_far):
                higher += 1
            else:
                compare(row(found, i), one, data=so_far, which=which)
        assert higher == LOWER_IN_METAFOR["cumulative"].get(name, 0)
