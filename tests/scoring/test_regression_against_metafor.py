"""Meta-regression against metafor 3.8-1: every `meta_regression` of tests/reference/meta."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from scoring.synthesis.moderated.regression import regress
from tests.scoring.exact_regression import Exact

REFERENCE = Path(__file__).parents[1] / "reference"
FILES = sorted(path.stem for path in (REFERENCE / "meta").glob("*.json"))

# The stretch of the reference's README: what is attainable wherever metafor itself has the digits.
TOLERANCE = 1e-9
# metafor solves the normal equations of years as they are (1950, 1990, ...), which costs it up to
# half its digits: against rational arithmetic its QE of egger2001 is wrong by 1.1e-7 of itself,
# ours by 2e-16. So regressions on `year` are held to TOLERANCE against rational arithmetic and
# against metafor with years counted from their mean, and to this one against the file itself.
NOT_CENTRED = 1e-6


@cache
def document(name):
    return json.loads((REFERENCE / "meta" / f"{name}.json").read_text())


@cache
def unseen():
    return json.loads((REFERENCE / "regression" / "cases.json").read_text())


def regressions(name):
    """(yi, vi, regression, case) of each regression of a file."""
    for analysis in document(name)["analyses"]:
        for found in analysis.get("meta_regression", []):
            rows = [row - 1 for row in found["row_index_1based"]]
            yi, vi = ([analysis[key][row] for row in rows] for key in ("yi", "vi"))
            yield yi, vi, found, (name, analysis["measure"], found["formula"])


WITH_REGRESSIONS = [name for name in FILES if any(True for _ in regressions(name))]


def test_the_grid_of_cases_is_complete():
    found = [regression for name in FILES for _, _, regression, _ in regressions(name)]
    assert (len(WITH_REGRESSIONS), len(found)) == (20, 47)
    assert sum(regression["formula"] == "~year" for regression in found) == 12
    fits = [fit for regression in found for fit in regression["fits"]]
    grid = Counter((fit["method"], fit["test"]) for fit in fits)
    assert grid == dict.fromkeys([("EE", "z"), ("DL", "z"), ("REML", "z"), ("REML", "knha")], 47)
    assert {field for fit in fits for field in fit} == COMPARED


COMPARED = {
    "method", "test", "b", "se", "stat", "df", "pval", "ci_lb", "ci_ub", "vcov", "tau2", "se_tau2",
    "I2", "H2", "R2", "QE", "QE_df", "QEp", "QM", "QM_df", "QMp",
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_REGRESSIONS)
def test_every_field_agrees_with_metafor(name):
    for yi, vi, regression, case in regressions(name):
        within = NOT_CENTRED if regression["formula"] == "~year" else TOLERANCE
        for fit in regression["fits"]:
            check_fit(yi, vi, regression, fit, within=within, case=(*case, fit["method"]))


def check_fit(yi, vi, regression, fit, *, within, case):
    found = regress(
        yi,
        vi,
        regression["X"],
        terms=regression["terms"],
        method=fit["method"],
        test=fit["test"],
    )
    assert found.terms == tuple(regression["terms"])
    assert (found.k, found.q_df, found.df) == (regression["k"], fit["QE_df"], fit["df"])
    check_coefficients(found, fit, within=within, case=case)
    scale = fit["tau2"] + median(vi)
    assert abs(found.tau2 - fit["tau2"]) <= within * scale, case
    assert (found.se_tau2 is None) == (fit["se_tau2"] is None) == (fit["method"] == "EE"), case
    assert (found.se_tau2 or 0) == pytest.approx(fit["se_tau2"] or 0, rel=within), case
    assert found.i2 == pytest.approx(fit["I2"], abs=100 * within), case
    assert found.h2 == pytest.approx(fit["H2"], rel=within), case
    assert found.r2 == pytest.approx(fit["R2"], abs=100 * within), case
    assert found.q == pytest.approx(fit["QE"], rel=within), case
    assert found.q_p == pytest.approx(fit["QEp"], rel=10 * within), case
    moderators = found.moderators
    assert [moderators.df, moderators.df_residual] == fit["QM_df"], case
    assert moderators.statistic == pytest.approx(fit["QM"], rel=within), case
    assert moderators.p_value == pytest.approx(fit["QMp"], rel=10 * within), case


def check_coefficients(found, fit, *, within, case):
    for i, coefficient in enumerate(found.coefficients):
        se = fit["se"][i]
        for value, field in (
            (coefficient.estimate, "b"),
            (coefficient.se, "se"),
            (coefficient.ci_low, "ci_lb"),
            (coefficient.ci_high, "ci_ub"),
        ):
            assert abs(value - fit[field][i]) <= within * se, (case, field)
        statistic = fit["stat"][i]
        assert abs(coefficient.statistic - statistic) <= within * (1 + abs(statistic)), case
        assert coefficient.p_value == pytest.approx(fit["pval"][i], rel=10 * within), case
    covariance = np.array(found.vcov) - fit["vcov"]
    assert (np.abs(covariance) <= within * np.outer(fit["se"], fit["se"])).all(), case


@pytest.mark.parametrize("name", WITH_REGRESSIONS)
def test_closed_forms_agree_with_rational_arithmetic_to_the_last_digits(name):
    for yi, vi, regression, case in regressions(name):
        exact = Exact(yi, vi, regression["X"])
        found = regress(yi, vi, regression["X"], terms=regression["terms"], method="DL", test="z")
        fixed = regress(yi, vi, regression["X"], terms=regression["terms"], method="EE", test="z")
        excess = float((exact.q - found.q_df) / exact.trace)
        assert found.q == pytest.approx(float(exact.q), rel=1e-13), case
        assert abs(found.tau2 - max(0.0, excess)) <= 1e-13 * (abs(excess) + median(vi)), case
        for i, coefficient in enumerate(fixed.coefficients):
            se = float(exact.vcov[i][i]) ** 0.5
            assert coefficient.se == pytest.approx(se, rel=1e-12), case
            assert abs(coefficient.estimate - float(exact.b[i])) <= 1e-11 * se, case


@pytest.mark.parametrize("name", WITH_REGRESSIONS)
def test_reml_stands_where_the_exact_score_changes_its_sign(name):
    for yi, vi, regression, case in regressions(name):
        found = regress(yi, vi, regression["X"], terms=regression["terms"])
        step = 1e-11 * (found.tau2 + median(vi))
        assert Exact(yi, vi, regression["X"], found.tau2 + step).score < 0, case
        if found.tau2 > step:
            assert Exact(yi, vi, regression["X"], found.tau2 - step).score > 0, case


def test_regressions_on_the_year_agree_with_metafor_once_its_years_are_centred():
    centred = {(entry["id"], entry["measure"]): entry for entry in unseen()["years"]}
    compared = 0
    for name in WITH_REGRESSIONS:
        for yi, vi, regression, (_, measure, formula) in regressions(name):
            if formula != "~year":
                continue
            for fit in centred[name, measure]["fits"]:
                check_slope(yi, vi, regression, fit, case=(name, measure, fit["method"]))
                compared += 1
    assert compared == 4 * len(centred) == 48


def check_slope(yi, vi, regression, fit, *, case):
    found = regress(
        yi,
        vi,
        regression["X"],
        terms=regression["terms"],
        method=fit["method"],
        test=fit["test"],
    )
    slope = found.coefficients[1]
    for value, field in (
        (slope.estimate, "slope"),
        (slope.se, "se"),
        (slope.ci_low, "ci_lb"),
        (slope.ci_high, "ci_ub"),
    ):
        assert abs(value - fit[field]) <= TOLERANCE * fit["se"], (case, field)
    assert slope.p_value == pytest.approx(fit["pval"], rel=1e-8), case
    assert found.vcov[1][1] == pytest.approx(fit["vcov"], rel=TOLERANCE), case
    assert abs(found.tau2 - fit["tau2"]) <= TOLERANCE * (fit["tau2"] + median(vi)), case
    assert (found.se_tau2 or 0) == pytest.approx(fit["se_tau2"] or 0, rel=TOLERANCE), case
    assert found.i2 == pytest.approx(fit["I2"], abs=100 * TOLERANCE), case
    assert found.h2 == pytest.approx(fit["H2"], rel=TOLERANCE), case
    assert found.r2 == pytest.approx(fit["R2"], abs=100 * TOLERANCE), case
    assert found.q == pytest.approx(fit["QE"], rel=TOLERANCE), case
    assert found.q_p == pytest.approx(fit["QEp"], rel=1e-8), case
    assert found.moderators.statistic == pytest.approx(fit["QM"], rel=TOLERANCE), case
    assert found.moderators.p_value == pytest.approx(fit["QMp"], rel=1e-8), case
