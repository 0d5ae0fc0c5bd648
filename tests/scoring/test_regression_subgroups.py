"""Subgroups: against metafor, against published interactions, and what is refused."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis import synthesise
from scoring.synthesis.moderated.subgroups import compare, subgroup_test

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "regression" / "cases.json").read_text()
)["subgroups"]
DATA = (REFERENCE["yi"], REFERENCE["vi"], REFERENCE["groups"])
TOLERANCE = 1e-9

# Rushcliffe's care homes (Lloyd et al. 2019, BMJ Qual. Saf. 28:534, table 4, PMC6593648): the rate
# ratio (odds ratio for deaths) with its 95 per cent interval in residential and in nursing homes,
# and the p-value that is printed for the interaction.
RESIDENTIAL_AGAINST_NURSING = {
    "emergency admissions": ((0.60, 0.42, 0.86), (1.15, 0.85, 1.56), 0.005),
    "A&E attendances": ((0.57, 0.40, 0.81), (1.04, 0.78, 1.38), 0.008),
    "outpatient attendances": ((1.28, 0.88, 1.86), (0.97, 0.71, 1.32), 0.266),
    "potentially avoidable admissions": ((0.50, 0.30, 0.82), (1.17, 0.76, 1.81), 0.020),
    "deaths outside hospital": ((1.25, 0.54, 2.92), (1.00, 0.40, 2.49), 0.558),
}
# What is printed to two decimals may be this much more or less, and p-values to three likewise.
HALF_A_DIGIT = 0.005
HALF_A_P = 0.0005
# The printed p comes from an adjusted interaction model of the residents' records, the printed
# ratios from a model of each kind of home: they need not agree. Where no figures that round to the
# printed ones give the printed p, this is the range of p that they do give.
NOT_BY_ROUNDING = {
    "potentially avoidable admissions": (0.0094, 0.0153),
    "deaths outside hospital": (0.7126, 0.7377),
}


@pytest.mark.parametrize("entry", REFERENCE["together"], ids=lambda e: e["method"] + e["test"])
def test_a_common_variance_agrees_with_metafor(entry):
    found = subgroup_test(*DATA, common_tau2=True, method=entry["method"], test=entry["test"])
    for i, subgroup in enumerate(found.subgroups):
        se = entry["se"][i]
        assert abs(subgroup.pooled.estimate - entry["b"][i]) <= TOLERANCE * se
        assert subgroup.pooled.se == pytest.approx(se, rel=TOLERANCE)
        assert abs(subgroup.pooled.ci_low - entry["ci_lb"][i]) <= TOLERANCE * se
        assert abs(subgroup.pooled.ci_high - entry["ci_ub"][i]) <= TOLERANCE * se
        assert subgroup.tau2 == pytest.approx(entry["tau2"], rel=TOLERANCE)
    assert found.between.statistic == pytest.approx(entry["QM"], rel=TOLERANCE)
    assert found.between.p_value == pytest.approx(entry["QMp"], rel=1e-8)
    for i, difference in enumerate(found.differences):
        se = entry["difference_se"][i]
        assert abs(difference.contrast.estimate - entry["difference"][i]) <= TOLERANCE * se
        assert difference.contrast.se == pytest.approx(se, rel=TOLERANCE)
        assert difference.contrast.p_value == pytest.approx(entry["difference_p"][i], rel=1e-8)


@pytest.mark.parametrize("entry", REFERENCE["apart"], ids=lambda e: e["method"] + e["test"])
def test_variances_of_their_own_agree_with_metafor(entry):
    found = subgroup_test(*DATA, common_tau2=False, method=entry["method"], test=entry["test"])
    assert [group.name for group in found.subgroups] == entry["names"]
    s = float(np.median(REFERENCE["vi"]))
    for i, subgroup in enumerate(found.subgroups):
        assert abs(subgroup.pooled.estimate - entry["b"][i]) <= TOLERANCE * entry["se"][i]
        assert subgroup.pooled.se == pytest.approx(entry["se"][i], rel=TOLERANCE)
        assert subgroup.tau2 == pytest.approx(entry["tau2"][i], rel=TOLERANCE, abs=TOLERANCE * s)
    assert found.between.df == len(entry["names"]) - 1
    assert found.between.statistic == pytest.approx(entry["QM"], rel=TOLERANCE)
    assert found.between.p_value == pytest.approx(entry["QMp"], rel=1e-8)


def interaction(residential, nursing):
    """The subgroup test on two printed ratios with their intervals."""
    published = (nursing, residential)
    ses = [math.log(high / low) / (2 * 1.959963984540054) for _, low, high in published]
    return subgroup_test(
        [math.log(ratio) for ratio, _, _ in published],
        [se**2 for se in ses],
        ["nursing", "residential"],
        common_tau2=False,
        test="z",
    )


def rounded_from(printed, *, towards, wider):
    """An unrounded triple that prints the same: its ratio moved, its interval widened or not."""
    ratio, low, high = printed
    return ratio + towards * HALF_A_DIGIT, low - wider * HALF_A_DIGIT, high + wider * HALF_A_DIGIT


def range_of_p(residential, nursing):
    """The smallest and the largest p of the interaction among figures that print the same."""
    apart = 1 if nursing[0] > residential[0] else -1
    return tuple(
        interaction(
            rounded_from(residential, towards=-apart * sign, wider=-sign),
            rounded_from(nursing, towards=apart * sign, wider=-sign),
        ).between.p_value
        for sign in (1, -1)
    )


@pytest.mark.parametrize("outcome", RESIDENTIAL_AGAINST_NURSING)
def test_residential_and_nursing_homes_differ_as_far_as_published(outcome):
    residential, nursing, published = RESIDENTIAL_AGAINST_NURSING[outcome]
    low, high = range_of_p(residential, nursing)
    assert low < interaction(residential, nursing).between.p_value < high
    if outcome in NOT_BY_ROUNDING:
        assert (low, high) == pytest.approx(NOT_BY_ROUNDING[outcome], abs=5e-5)
        assert published + HALF_A_P < low or high < published - HALF_A_P
    else:
        assert low < published + HALF_A_P
        assert high > published - HALF_A_P


@pytest.mark.parametrize("outcome", RESIDENTIAL_AGAINST_NURSING)
def test_every_verdict_on_residential_and_nursing_homes_is_the_published_one(outcome):
    residential, nursing, published = RESIDENTIAL_AGAINST_NURSING[outcome]
    found = interaction(residential, nursing)
    (difference,) = found.differences
    ratio, low, high = difference.ratio
    assert (difference.first, difference.second) == ("nursing", "residential")
    assert ratio == pytest.approx(nursing[0] / residential[0])
    assert low < ratio < high
    assert (found.between.p_value < 0.05) == (published < 0.05) == (not low < 1 < high)
    assert difference.contrast.p_value == pytest.approx(found.between.p_value, rel=1e-9)


def test_two_subgroups_are_told_apart_by_the_formula_of_altman_and_bland():
    between, (difference,) = compare(["a", "b"], [0.6, -0.1], [0.3, 0.4])
    z = 0.7 / 0.5
    assert difference.contrast.statistic == pytest.approx(z)
    assert (between.statistic, between.df) == (pytest.approx(z * z), 1)
    assert difference.contrast.ci_low == pytest.approx(0.7 - 1.959964 * 0.5, abs=1e-6)
    assert difference.ratio == pytest.approx([math.exp(0.7 + s * 0.979982) for s in (0, -1, 1)])


def test_several_subgroups_are_told_apart_by_their_weighted_squares():
    estimates, ses = np.array([0.3, 0.1, 0.9, -0.2]), np.array([0.1, 0.2, 0.3, 0.15])
    between, differences = compare("abcd", estimates, ses)
    w = ses**-2
    mean = (w * estimates).sum() / w.sum()
    assert between.statistic == pytest.approx((w * (estimates - mean) ** 2).sum(), rel=1e-12)
    assert between.df == 3
    assert [(d.first + d.second) for d in differences] == ["ab", "ac", "ad", "bc", "bd", "cd"]


def test_subgroups_apart_are_pooled_as_they_would_be_alone():
    found = subgroup_test(*DATA, common_tau2=False)
    for subgroup in found.subgroups:
        its = [i for i, group in enumerate(DATA[2]) if group == subgroup.name]
        alone = synthesise(np.array(DATA[0])[its], np.array(DATA[1])[its])
        assert (subgroup.k, subgroup.tau2) == (alone.k, alone.tau2)
        assert subgroup.pooled.estimate == alone.estimate
        assert (subgroup.pooled.ci_low, subgroup.pooled.ci_high) == (alone.ci_low, alone.ci_high)


@pytest.mark.parametrize("common", [True, False])
def test_the_order_of_the_studies_does_not_matter(common):
    order = np.random.default_rng(3).permutation(len(DATA[0]))
    one = subgroup_test(*DATA, common_tau2=common)
    other = subgroup_test(*(np.array(part)[order] for part in DATA), common_tau2=common)
    assert one.between.p_value == pytest.approx(other.between.p_value, rel=1e-8)
    assert [g.name for g in one.subgroups] == [g.name for g in other.subgroups]


def test_the_common_effect_parts_q_into_within_and_between():
    yi, vi, groups = (np.array(part) for part in DATA)
    found = subgroup_test(yi, vi, groups, common_tau2=True, method="EE", test="z")
    whole = synthesise(yi, vi, method="EE", test="z").q
    within = sum(
        synthesise(yi[groups == name], vi[groups == name], method="EE", test="z").q
        for name in set(groups)
    )
    assert found.between.statistic == pytest.approx(whole - within, rel=1e-9)


def test_a_ratio_past_what_a_double_holds_has_no_end():
    _, (difference,) = compare(["a", "b"], [1000.0, 0.0], [1.0, 1.0])
    assert difference.ratio == (math.inf, math.inf, math.inf)


@pytest.mark.parametrize("groups", [["a", "a", "a"], []])
def test_fewer_than_two_subgroups_are_too_little_data(groups):
    with pytest.raises(TooLittleData, match="at least two"):
        subgroup_test([0.1] * len(groups), [0.1] * len(groups), groups, common_tau2=True)


def test_a_common_variance_needs_more_studies_than_subgroups():
    with pytest.raises(TooLittleData, match="2 rows for 2 coefficients"):
        subgroup_test([0.1, 0.4], [0.1, 0.2], ["a", "b"], common_tau2=True)


@pytest.mark.parametrize("common", [True, False])
@pytest.mark.parametrize(
    ("changed", "field", "row"),
    [
        ({"vi": [0.1, 0.0, 0.1]}, "vi", 2),
        ({"yi": [0.1, 0.2, math.inf]}, "yi", 3),
        ({"groups": ["a", " ", "b"]}, "groups", 2),
        ({"groups": ["a", "b"]}, "groups", None),
        ({"units": ["x", "y", "x"]}, "units", 3),
        ({"units": ["x", "y"]}, "units", None),
        ({"level": 95}, "level", None),
    ],
)
def test_bad_input_is_refused_with_its_row(common, changed, field, row):
    data = {"yi": [0.1, 0.2, 0.3], "vi": [0.1, 0.2, 0.1], "groups": ["a", "b", "b"]} | changed
    with pytest.raises(InvalidInput) as refusal:
        subgroup_test(**data, common_tau2=common)
    assert (refusal.value.field, refusal.value.row) == (field, row)


@pytest.mark.parametrize("common", [True, False])
def test_an_unknown_method_is_refused(common):
    with pytest.raises(UnknownMethod):
        subgroup_test([1, 2, 3], [1, 1, 1], ["a", "b", "b"], common_tau2=common, method="HO")


def test_a_subgroup_that_leaves_no_standard_error_is_refused():
    with pytest.raises(InvalidInput, match="'b' agrees exactly"):
        subgroup_test([1, 2, 2], [1, 1, 1], ["a", "b", "b"], common_tau2=False, test="knha")


@pytest.mark.parametrize(
    ("names", "ses", "row"), [("ab", [0.1, 0.0], 2), ("aa", [0.1, 0.2], 2), ("abc", [1, 1], None)]
)
def test_estimates_that_cannot_be_compared_are_refused(names, ses, row):
    with pytest.raises(InvalidInput) as refusal:
        compare(names, [0.1, 0.2], ses)
    assert refusal.value.row == row


def test_a_refusal_within_a_subgroup_names_the_row_of_the_whole():
    yi, vi = [0.1, 0.2, 1e200, 0.3, 0.4, 0.5], [0.1] * 6
    with pytest.raises(InvalidInput) as refusal:
        subgroup_test(yi, vi, list("ababbb"), common_tau2=False)
    assert (refusal.value.field, refusal.value.row) == ("yi", 3)
    with pytest.raises(InvalidInput) as refusal:
        subgroup_test([0.1] * 6, [*[0.1] * 5, 1e90], list("babaab"), common_tau2=False)
    assert (refusal.value.field, refusal.value.row) == ("vi", 6)


@pytest.mark.parametrize("name", [None, 1, math.nan, "", ["a"]])
def test_a_group_without_a_name_in_words_is_refused_with_its_row(name):
    with pytest.raises(InvalidInput, match="groups, row 2"):
        subgroup_test([0.1, 0.2, 0.3], [0.1] * 3, ["a", name, "b"], common_tau2=False)
