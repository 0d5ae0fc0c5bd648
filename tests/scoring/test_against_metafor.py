"""Pooling against metafor 3.8-1: every file of tests/reference/meta."""

import json
import math
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from scoring.synthesis import synthesise

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
FILES = sorted(path.stem for path in REFERENCE.glob("*.json"))

# What is not compared, and why. Everything else is.
NO_POOLED_ENTRIES = {
    "bornmann2007": "several effects a study: its oracle is the multilevel models",
    "edge-few-clusters-a": "several effects a study: its oracle is the multilevel models",
    "knapp2017": "several effects a study: its oracle is the multilevel models",
    "konstantopoulos2011": "several effects a study: its oracle is the multilevel models",
    "satcoaching": "several effects a study: its oracle is the multilevel models",
    "tannersmith2016": "several effects a study: its oracle is the multilevel models",
}
EXCLUDED_ENTRIES = {
    ("edge-local-maxima-high-a", "ML"): "no search for a second ML maximum was made in the oracle",
    ("edge-local-maxima-low-a", "ML"): "no search for a second ML maximum was made in the oracle",
    (
        "edge-local-maxima-missed-a",
        "ML",
    ): "no search for a second ML maximum was made in the oracle",
}
# At the global maximum the oracle gives neither weights nor prediction intervals, and metafor's
# own REML entries of this file are those of the lower maximum, so `reml_at_global` stands in.
AT_GLOBAL = "edge-local-maxima-missed-a"
# With one study metafor reports 0 degrees of freedom for t, knha and adhoc although it falls back
# to the Wald test; here the fallback is named (`test` is z) and has no degrees of freedom.
NO_DF = "edge-k1-a"


@cache
def analyses(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    return document["rows"], [a for a in document["analyses"] if "pooled" in a]


def effects_of(analysis):
    known = [(y, v) for y, v in zip(analysis["yi"], analysis["vi"], strict=True) if y is not None]
    return [y for y, _ in known], [v for _, v in known]


def entries(name):
    """(analysis, entry) for all that is compared, at the global maximum where metafor missed it."""
    for analysis in analyses(name)[1]:
        for entry in analysis["pooled"]:
            if (name, entry["method"]) in EXCLUDED_ENTRIES:
                continue
            if name == AT_GLOBAL and entry["method"] == "REML":
                better = next(g for g in analysis["reml_at_global"] if g["test"] == entry["test"])
                entry = {**entry, **better, "pi_default": None, "weights_pct": None}
            yield analysis, entry


def test_the_grid_of_cases_is_complete():
    assert len(FILES) == 72
    assert {name for name in FILES if not analyses(name)[1]} == set(NO_POOLED_ENTRIES)
    assert sum(len(analyses(name)[1]) for name in FILES) == 119
    grid = Counter(
        (entry["method"], entry["test"])
        for name in FILES
        for analysis in analyses(name)[1]
        for entry in analysis["pooled"]
    )
    cases = "EE z,EE t,DL z,DL knha,PM z,PM knha,REML z,REML knha,REML adhoc,ML z"
    assert grid == {tuple(case.split()): 119 for case in cases.split(",")}
    assert sum(1 for name in FILES for _ in entries(name)) == 1190 - len(EXCLUDED_ENTRIES)


# Tighter than what the reference's README calls safe. The worst observed are EE and DL 9e-12, PM
# 3e-13, REML 3e-11, ML 3e-10 of a standard error, the last two where the oracle stops early.
TOLERANCE = 1e-9
CLOSED_FORM = 1e-10


def close(value, expected, *, scale, within):
    return abs(value - expected) <= within * scale


@pytest.mark.parametrize("name", FILES)
def test_pooling_agrees_with_metafor(name):
    for analysis, entry in entries(name):
        yi, vi = effects_of(analysis)
        s = median(vi)
        pooled = synthesise(yi, vi, method=entry["method"], test=entry["test"])
        within = CLOSED_FORM if entry["method"] in ("EE", "DL") else TOLERANCE
        se = entry["se"] or math.sqrt(s)
        case = (name, analysis["measure"], entry["method"], entry["test"])
        assert pooled.k == analysis["k"]
        for value, expected in (
            (pooled.estimate, entry["b"]),
            (pooled.se, entry["se"]),
            (pooled.ci_low, entry["ci_lb"]),
            (pooled.ci_high, entry["ci_ub"]),
        ):
            assert close(value, expected, scale=se, within=within), case
        if entry.get("pi_default"):
            low, high = entry["pi_default"]
            assert close(pooled.pi_low, low, scale=se, within=within), case
            assert close(pooled.pi_high, high, scale=se, within=within), case
        assert close(pooled.tau2, entry["tau2"], scale=entry["tau2"] + s, within=within), case


@pytest.mark.parametrize("name", FILES)
def test_tests_and_heterogeneity_agree_with_metafor(name):
    for analysis, entry in entries(name):
        yi, vi = effects_of(analysis)
        pooled = synthesise(yi, vi, method=entry["method"], test=entry["test"])
        case = (name, analysis["measure"], entry["method"], entry["test"])
        if entry["stat"] is not None:
            assert pooled.statistic == pytest.approx(entry["stat"], rel=1e-9, abs=1e-9), case
        if name != NO_DF:
            assert pooled.df == entry["df"], case
        assert pooled.p_value == pytest.approx(entry["pval"], rel=1e-8, abs=1e-14), case
        assert pooled.i2 == pytest.approx(entry["I2"], abs=1e-8), case
        assert pooled.h2 == pytest.approx(entry["H2"], rel=1e-10, abs=1e-12), case
        assert pooled.q == pytest.approx(entry["QE"], rel=1e-11, abs=1e-12), case
        assert pooled.q_df == entry["QE_df"], case
        assert pooled.q_p == pytest.approx(entry["QEp"], rel=1e-8, abs=1e-12), case
        if entry.get("weights_pct"):
            assert pooled.weights == pytest.approx(entry["weights_pct"], rel=1e-8), case


@pytest.mark.parametrize("name", FILES)
def test_reml_finds_every_maximum_and_takes_the_highest(name):
    for analysis in analyses(name)[1]:
        if "reml_check" not in analysis:
            assert name == NO_DF
            continue
        check = analysis["reml_check"]
        yi, vi = effects_of(analysis)
        pooled = synthesise(yi, vi, method="REML")
        scale = check["tau2_direct"] + median(vi)
        assert close(pooled.tau2, check["tau2_direct"], scale=scale, within=1e-12)
        assert len(pooled.tau2_maxima) == check["n_local_maxima"]
        for found, expected in zip(
            pooled.tau2_maxima, check.get("local_maxima", [check["tau2_direct"]]), strict=True
        ):
            assert close(found, expected, scale=expected + median(vi), within=1e-10)
