"""What the checks of a difference in differences see, and what is refused."""

import math
from itertools import combinations

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.panels.did import difference_in_differences
from tests.scoring.estimation.panels import check, rows, staggered


def test_few_clusters_fail_in_words_and_get_a_placebo_p_value():
    told = rows(treated=2, others=6)
    found = difference_in_differences(**told)
    assert check(found, "clusters").passed is False
    assert check(found, "degrees_of_freedom").passed is False
    y = np.array(told["outcome"]).reshape(8, 6)
    change = y[:, 3:].mean(axis=1) - y[:, :3].mean(axis=1)
    effects = [
        change[list(pair)].mean() - np.delete(change, pair).mean()
        for pair in combinations(range(8), 2)
    ]
    by_hand = np.mean(np.abs(effects) >= abs(effects[0]) - 1e-12)
    assert check(found, "placebo_permutation").observed == pytest.approx(by_hand)
    assert check(found, "placebo_permutation").threshold == pytest.approx(1 / 28)
    assert "28" in check(found, "placebo_permutation").text


def test_many_assignments_are_drawn_with_a_seed():
    told = rows(treated=4, others=14)
    one = difference_in_differences(**told, permutations=500, seed=1)
    again = difference_in_differences(**told, permutations=500, seed=1)
    other = difference_in_differences(**told, permutations=500, seed=2)
    exact = difference_in_differences(**told, permutations=4000)
    p = [check(e, "placebo_permutation").observed for e in (one, again, other, exact)]
    assert p[0] == p[1]
    assert check(one, "placebo_permutation").threshold == pytest.approx(1 / 500)
    assert check(exact, "placebo_permutation").threshold == pytest.approx(1 / 3060)
    assert abs(p[0] - p[3]) < 0.1
    assert "drawn" in check(other, "placebo_permutation").text


def test_enough_clusters_need_no_placebo():
    found = difference_in_differences(**rows())
    assert check(found, "clusters").passed is True
    assert check(found, "placebo_permutation") is None


def test_the_placebo_p_value_keeps_its_level_without_an_effect():
    least = 0
    for seed in range(200):
        found = difference_in_differences(**rows(treated=2, others=4, effect=0.0, seed=seed))
        least += check(found, "placebo_permutation").observed <= 1 / 15 + 1e-9
    assert 0.02 <= least / 200 <= 0.13


def test_groups_that_drift_apart_fail_and_do_not_count_as_parallel():
    found = difference_in_differences(**rows(drift=2.0, treated=8, others=8))
    assert check(found, "pre_trend").passed is False
    assert check(found, "leads").passed is False
    assert found.facts["parallel_trends"] is False
    assert "continuation of that drift" in found.text
    alike = difference_in_differences(**rows(treated=8, others=8), sd=20.0)
    assert check(alike, "pre_trend").passed is True
    assert alike.facts["parallel_trends"] is True


def test_one_period_before_cannot_show_parallel_trends():
    found = difference_in_differences(**rows(periods=4, start=1))
    assert check(found, "pre_trend").passed is None
    assert found.facts["parallel_trends"] is None
    assert check(found, "anticipation") is None


def test_a_dip_just_before_the_start_is_seen_and_can_be_left_out():
    told = rows(treated=8, others=8, start=4)
    y = np.array(told["outcome"]).reshape(16, 6)
    y[:8, 3] -= 5
    told["outcome"] = y.ravel().tolist()
    found = difference_in_differences(**told)
    assert check(found, "anticipation").passed is False
    kept = [place for place, period in enumerate(told["periods"]) if period != 2013]
    rest = {field: [values[place] for place in kept] for field, values in told.items()}
    without = difference_in_differences(**told, anticipation=1)
    assert without.natural == difference_in_differences(**rest).natural


def test_several_starts_fail_and_lead_to_staggered_adoption():
    told = staggered()
    found = difference_in_differences(**told)
    failed = check(found, "two_way_weights")
    assert "Staggered adoption" in failed.text
    d = np.array(told["treated"]).reshape(6, 5)
    net = d - d.mean(axis=1, keepdims=True) - d.mean(axis=0) + d.mean()
    weights = (net * d)[d > 0]
    share = -weights[weights < 0].sum() / np.abs(weights).sum()
    assert failed.observed == pytest.approx(share, abs=1e-12)
    assert failed.passed is False
    assert share > 0
    with pytest.raises(InvalidInput, match="staggered_adoption"):
        difference_in_differences(**told, estimator="group_by_period")
    with pytest.raises(InvalidInput, match="one common start"):
        difference_in_differences(**told, anticipation=1)


def test_units_treated_throughout_are_named():
    told = staggered()
    told["treated"] = [1.0] * 5 + told["treated"][5:]
    found = difference_in_differences(**told)
    assert check(found, "always_treated").passed is False
    assert check(found, "always_treated").text.startswith("u0 had")


def test_covariances_that_ignore_time_fail_over_more_than_two_periods():
    assert check(difference_in_differences(**rows()), "autocorrelation").passed is True
    ignoring = difference_in_differences(**rows(), covariance="HC3")
    assert check(ignoring, "autocorrelation").passed is False
    assert ignoring.df == ignoring.specification["residual_df"]


def test_one_unit_that_carries_the_effect_is_named():
    told = rows(effect=0.0, noise=0.01)
    y = np.array(told["outcome"]).reshape(11, 6)
    y[2, 3:] += 40
    y[[0, 1, 3, 4], 3:] -= 5
    found = difference_in_differences(**told | {"outcome": y.ravel().tolist()})
    assert check(found, "influence").passed is False
    assert "Without area 02" in check(found, "influence").text


def test_uneven_periods_are_told():
    told = rows()
    told["periods"] = [period + (period > 2012) for period in told["periods"]]
    assert check(difference_in_differences(**told), "even_periods").passed is False


def changed(told, field, place, value):
    values = list(told[field])
    values[place] = value
    return told | {field: values}


def without(told, keep):
    kept = [place for place in range(len(told["units"])) if keep(told, place)]
    return {field: [values[place] for place in kept] for field, values in told.items()}


REFUSED = {
    "never starts": (
        lambda: rows() | {"treated": [0.0] * 66},
        TooLittleData,
        "never starts.*monitoring",
    ),
    "nobody to compare with": (
        lambda: without(rows(), lambda t, i: t["units"][i] < "area 05"),
        TooLittleData,
        "nobody to compare with.*no other design fits",
    ),
    "nothing before": (
        lambda: without(rows(), lambda t, i: t["periods"][i] >= 2013),
        TooLittleData,
        "nothing before it.*comparison of two groups",
    ),
    "one period": (
        lambda: without(rows(), lambda t, i: t["periods"][i] == 2013),
        TooLittleData,
        "periods: 1 in all.*compared as two groups",
    ),
    "one treated": (
        lambda: rows(treated=1),
        TooLittleData,
        "1 treated and 6 comparison.*synthetic_control",
    ),
    "a hole": (
        lambda: without(rows(), lambda t, i: i != 7),
        InvalidInput,
        "area 01 has no row for 2011, one of 1 holes",
    ),
    "a second row": (
        lambda: {field: [*values, values[0]] for field, values in rows().items()},
        InvalidInput,
        "periods, row 67: area 00 has a second row for 2010",
    ),
    "no variation": (
        lambda: rows() | {"outcome": [3.0] * 66},
        InvalidInput,
        "the same in every row",
    ),
    "not a number": (
        lambda: changed(rows(), "outcome", 4, math.nan),
        InvalidInput,
        "outcome, row 5",
    ),
    "more than all of a period": (
        lambda: changed(rows(), "treated", 4, 1.5),
        InvalidInput,
        "treated, row 5.*0, 1 or a share",
    ),
    "no name": (lambda: changed(rows(), "units", 4, None), InvalidInput, "units, row 5: is None"),
    "a year in words": (
        lambda: changed(rows(), "periods", 4, "2014"),
        InvalidInput,
        "periods, row 5: is '2014'",
    ),
    "too few rows": (
        lambda: rows() | {"treated": [1.0]},
        InvalidInput,
        "treated: has 1 rows",
    ),
    "log of nothing": (
        lambda: changed(rows(), "outcome", 4, 0.0) | {"log": True},
        InvalidInput,
        "outcome, row 5: is 0.0.*above 0",
    ),
    "explained covariate": (
        lambda: rows() | {"covariates": {"year": rows()["periods"]}},
        InvalidInput,
        "year: does not vary beyond",
    ),
    "a covariate twice": (
        lambda: rows() | {"covariates": {name: rows(seed=9)["outcome"] for name in ("x", "z")}},
        InvalidInput,
        "z: does not vary, or is a combination",
    ),
    "a unit in two clusters": (
        lambda: rows() | {"clusters": ["b", *["a"] * 65]},
        InvalidInput,
        "clusters, row 2: puts area 00 in a, and in b before",
    ),
    "an endless period": (
        lambda: changed(rows(), "periods", 4, math.inf),
        InvalidInput,
        "periods, row 5: is inf",
    ),
    "a row that is fitted exactly": (
        lambda: rows(treated=1, periods=2, start=1) | {"covariance": "HC3"},
        TooLittleData,
        "fits exactly",
    ),
    "more coefficients than rows": (
        lambda: (
            rows(treated=2, others=2, periods=2, start=1)
            | {
                "covariates": {
                    f"x{i}": rows(treated=2, others=2, periods=2, seed=i)["outcome"]
                    for i in range(1, 4)
                }
            }
        ),
        TooLittleData,
        "8 rows for 9 coefficients",
    ),
    "a unit in no cluster": (
        lambda: rows() | {"clusters": [None, *["a"] * 65]},
        InvalidInput,
        "clusters, row 1: is None",
    ),
    "too few clusters' names": (
        lambda: rows() | {"clusters": ["a"]},
        InvalidInput,
        "clusters: has 1 rows",
    ),
    "one assignment": (lambda: rows() | {"permutations": 1}, InvalidInput, "permutations"),
    "nothing left to err": (
        lambda: rows(noise=0.0) | {"outcome": [round(y) for y in rows(noise=0.0)["treated"]]},
        InvalidInput,
        "fits every row exactly",
    ),
    "no such estimator": (lambda: rows() | {"estimator": "gmm"}, UnknownMethod, "estimator"),
    "no such covariance": (lambda: rows() | {"covariance": "HC9"}, UnknownMethod, "covariance"),
    "df without clusters": (
        lambda: rows() | {"covariance": "HC1", "df": "satterthwaite"},
        UnknownMethod,
        "df",
    ),
    "all of the before": (lambda: rows() | {"anticipation": 3}, InvalidInput, "anticipation"),
    "no level": (lambda: rows() | {"level": 1.0}, InvalidInput, "level"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_estimated_is_refused_in_words(case):
    told, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        difference_in_differences(**told())
