"""Estimators, deletion diagnostics and likelihood intervals against metafor on unseen data.

The cases and the R script that made them stand in tests/reference/pooling.
"""

import json
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from scoring.synthesis import METHODS, between_study_variance, influence, synthesise

REFERENCE = Path(__file__).parents[1] / "reference" / "pooling"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text())}

DIAGNOSTICS = (
    "rstudent",
    "dffits",
    "cook",
    "cov_ratio",
    "tau2_without",
    "q_without",
    "hat",
    "dfbetas",
)


def test_the_grid_of_unseen_cases_is_complete():
    assert len(CASES) == 8
    for case in CASES.values():
        grid = Counter((entry["method"], entry["test"]) for entry in case["pooled"])
        assert {method for method, _ in grid} == set(METHODS) - {"EE"}
        assert set(grid.values()) == {1}
        assert len(grid) == 8 * 3


@pytest.mark.parametrize("name", CASES)
def test_every_estimator_agrees_with_metafor(name):
    case = CASES[name]
    s = median(case["vi"])
    for entry in case["pooled"]:
        pooled = synthesise(case["yi"], case["vi"], method=entry["method"], test=entry["test"])
        which = (name, entry["method"], entry["test"])
        # The second part is the last of the fifteen digits that the file has.
        within = 1e-9 * entry["se"] + 1e-15 * abs(entry["b"])
        assert pooled.estimate == pytest.approx(entry["b"], abs=within), which
        assert pooled.se == pytest.approx(entry["se"], rel=1e-9), which
        assert pooled.ci_low == pytest.approx(entry["ci_lb"], abs=10 * within), which
        assert pooled.ci_high == pytest.approx(entry["ci_ub"], abs=10 * within), which
        assert pooled.p_value == pytest.approx(entry["pval"], rel=1e-8, abs=1e-14), which
        assert pooled.tau2 == pytest.approx(entry["tau2"], rel=1e-8, abs=1e-9 * s), which
        assert pooled.se_tau2 == pytest.approx(entry["se_tau2"], rel=1e-8), which
        assert pooled.i2 == pytest.approx(entry["I2"], abs=1e-6), which
        assert pooled.h2 == pytest.approx(entry["H2"], rel=1e-8), which


@pytest.mark.parametrize("name", CASES)
def test_deletion_diagnostics_agree_with_metafor(name):
    case = CASES[name]
    assert len(case["influence"]) == (3 if len(case["yi"]) > 2 else 0)
    for entry in case["influence"]:
        found = influence(case["yi"], case["vi"], method=entry["method"], test=entry["test"])
        for field in DIAGNOSTICS:
            which = (name, entry["method"], entry["test"], field)
            floor = 1e-8 * max(map(abs, entry[field]))
            assert getattr(found, field) == pytest.approx(entry[field], rel=1e-6, abs=floor), which
        assert found.influential.tolist() == entry["influential"]


@pytest.mark.parametrize("name", CASES)
def test_profile_likelihood_intervals_agree_with_metafor(name):
    case = CASES[name]
    assert len(case["profile_likelihood"]) == (2 if len(case["yi"]) > 2 else 0)
    for entry in case["profile_likelihood"]:
        found = between_study_variance(
            case["yi"], case["vi"], kind="profile_likelihood", method=entry["method"]
        )
        floor = 1e-8 * median(case["vi"])
        assert found.low == pytest.approx(entry["low"], rel=1e-6, abs=floor)
        assert found.high == pytest.approx(entry["high"], rel=1e-6, abs=floor)
        assert found.i2_low == pytest.approx(entry["i2_low"], abs=1e-5)
        assert found.i2_high == pytest.approx(entry["i2_high"], abs=1e-5)
        assert not found.gap
