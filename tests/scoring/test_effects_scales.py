"""Effects turned so that + is good, brought to standard deviations, and read on both scales."""

import math

import pytest

from scoring.effects import (
    ONE_GROUP,
    SCALES,
    Effect,
    Rounding,
    means,
    oriented,
    reported_effect,
    standardise,
    to_analysis_scale,
    to_natural_scale,
    two_by_two,
)
from scoring.errors import IncompatibleEffects, InvalidInput


def an_effect(measure="SMD", **changes):
    facts = {"yi": 0.3, "vi": 0.01, "scale": "units", "source": "given", **changes}
    return Effect(measure=measure, **facts)


def test_a_ratio_is_standardised_by_the_logistic_deviation():
    effect = standardise(reported_effect("HR", 2.0, sei=0.3))
    assert effect.yi == pytest.approx(math.log(2) * math.sqrt(3) / math.pi)
    assert effect.vi == pytest.approx(0.09 * 3 / math.pi**2)


def test_a_difference_in_proportions_is_standardised_with_the_variance_under_no_effect():
    (counted,) = two_by_two("RD", [30], [70], [20], [180])
    effect = standardise(counted, baseline_risk=0.2)
    assert effect.yi == pytest.approx((0.3 - 0.1) / 0.4)
    assert effect.vi == pytest.approx(1 / 100 + 1 / 200)


def test_a_reported_difference_in_proportions_keeps_its_own_variance():
    effect = standardise(reported_effect("RD", 0.1, sei=0.04), baseline_risk=0.2)
    assert effect.vi == pytest.approx(0.0016 / 0.16)


def test_a_difference_of_means_is_divided_by_the_control_deviation():
    effect = standardise(an_effect("MD", yi=3.0, vi=1.0), standardiser=10)
    assert (effect.yi, effect.vi) == (pytest.approx(0.3), pytest.approx(0.01))
    assert standardise(effect) == effect


def test_a_standardised_effect_stays_as_it_is():
    (effect,) = means("SMD", [1], [2], [50], [0], [2], [50])
    assert standardise(effect) is effect


def test_every_effect_in_standard_deviations_stays_as_it_is():
    in_sd = [measure for measure, scale in SCALES.items() if scale == "standard deviations"]
    assert in_sd == ["SMD", "SMDH", "COX", "SMCR", "SMCRH"]
    for measure in in_sd:
        effect = an_effect(measure, scale=SCALES[measure])
        assert standardise(effect) is effect


@pytest.mark.parametrize("measure", ["ROM", "SMCC", "AS", "IRSD", "PR", "PFT", "COR", "ZCOR"])
def test_an_effect_that_no_deviation_divides_is_incompatible(measure):
    with pytest.raises(IncompatibleEffects, match="no standard deviation") as refusal:
        standardise(an_effect(measure), standardiser=1, baseline_risk=0.5)
    assert refusal.value.field == "measure"


def test_a_change_and_a_difference_in_rates_are_divided_by_the_deviation_given():
    for measure in ("MC", "IRD"):
        effect = standardise(an_effect(measure, yi=3.0, vi=1.0), standardiser=10)
        assert (effect.yi, effect.vi) == (pytest.approx(0.3), pytest.approx(0.01))
    assert standardise(an_effect("PETO", yi=1.0)).yi == pytest.approx(math.sqrt(3) / math.pi)


@pytest.mark.parametrize(
    ("measure", "missing"),
    [("MD", "standardiser"), ("GEN", "standardiser"), ("RD", "baseline_risk")],
)
def test_an_effect_without_its_standardiser_is_incompatible_and_says_what_is_missing(
    measure, missing
):
    with pytest.raises(IncompatibleEffects) as refusal:
        standardise(an_effect(measure))
    assert refusal.value.field == missing


@pytest.mark.parametrize("risk", [0, 1, -0.1, math.nan])
def test_a_baseline_risk_outside_zero_and_one_is_refused(risk):
    with pytest.raises(InvalidInput, match="baseline_risk"):
        standardise(an_effect("RD"), baseline_risk=risk)


def test_an_effect_is_turned_once_so_that_plus_is_good():
    reported = reported_effect("MD", 0.5, ci_low=0, ci_high=2)
    turned = oriented(reported, -1)
    assert (turned.yi, turned.vi, turned.direction_good) == (-0.5, reported.vi, -1)
    assert turned.asymmetry == -reported.asymmetry
    with pytest.raises(IncompatibleEffects, match="already"):
        oriented(turned, -1)


@pytest.mark.parametrize("measure", sorted(set(SCALES) - set(ONE_GROUP)))
def test_every_comparison_can_be_turned(measure):
    turned = oriented(an_effect(measure, rounding=Rounding(se_low=1, se_high=2, agrees=True)), -1)
    assert (turned.yi, turned.vi, turned.rounding.se_low) == (-0.3, 0.01, 1)


@pytest.mark.parametrize("measure", ONE_GROUP)
def test_the_proportion_of_one_group_has_no_direction(measure):
    with pytest.raises(IncompatibleEffects, match="compares nobody"):
        oriented(an_effect(measure), 1)


@pytest.mark.parametrize(
    ("measure", "printed", "analysed"),
    [
        ("ROM", 2.0, math.log(2)),
        ("PLO", 0.2, math.log(0.25)),
        ("ZCOR", 0.5, math.atanh(0.5)),
        ("SMD", 0.5, 0.5),
    ],
)
def test_measures_go_to_their_analysis_scale_and_back(measure, printed, analysed):
    assert to_analysis_scale(measure, printed) == pytest.approx(analysed)
    assert to_natural_scale(measure, analysed) == pytest.approx(printed)


def test_the_way_back_ends_where_the_scale_does():
    assert to_natural_scale("OR", 800.0) == math.inf
    assert to_natural_scale("PAS", math.pi / 6) == pytest.approx(0.25)
    assert to_natural_scale("PAS", -0.1) == 0
    with pytest.raises(InvalidInput, match="below 1"):
        to_analysis_scale("ZCOR", 1.0)


def test_a_direction_is_one_or_minus_one():
    with pytest.raises(InvalidInput, match="1 or -1"):
        oriented(an_effect(), 0)
