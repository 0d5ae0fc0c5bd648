"""Effects converted between measures, with their variances, and refused where they cannot be."""

import math
from itertools import pairwise

import pytest

from scoring.effects import SCALES, Effect, convert, given, oriented, reported_effect, standardise
from scoring.errors import IncompatibleEffects, InvalidInput, UnknownMethod


def an_effect(measure, yi, vi=0.04, **changes):
    facts = {"scale": SCALES[measure], "source": "given", **changes}
    return Effect(measure=measure, yi=yi, vi=vi, **facts)


def test_the_worked_examples_of_borenstein_are_met():
    # Borenstein et al. 2009, section 7: the example figures of equations 7.1 to 7.9.
    d = convert(an_effect("OR", 0.9069, 0.0676), "SMD")
    assert (d.yi, d.vi) == (pytest.approx(0.5, abs=5e-5), pytest.approx(0.0205, abs=5e-5))
    odds = convert(an_effect("SMD", 0.5, 0.0205), "OR")
    assert (odds.yi, odds.vi) == (pytest.approx(0.9069, abs=5e-5), pytest.approx(0.0676, abs=2e-4))
    d = convert(an_effect("COR", 0.5, 0.0058), "SMD")
    assert (d.yi, d.vi) == (pytest.approx(1.1547, abs=5e-5), pytest.approx(0.0550, abs=5e-5))
    r = convert(an_effect("SMD", 1.1547, 0.0550), "COR")
    assert (r.yi, r.vi) == (pytest.approx(0.5, abs=5e-5), pytest.approx(0.0058, abs=5e-5))


def test_groups_of_unlike_size_make_a_smaller_correlation():
    alike = convert(an_effect("SMD", 0.5, n1i=50, n2i=50), "COR")
    unlike = convert(an_effect("SMD", 0.5, n1i=10, n2i=90), "COR")
    assert alike.yi == convert(an_effect("SMD", 0.5), "COR").yi
    assert unlike.yi == pytest.approx(0.5 / math.sqrt(0.25 + 100**2 / 900))
    assert convert(unlike, "SMD").yi == pytest.approx(0.5)


def test_the_cox_index_is_the_log_odds_ratio_by_its_divisor_and_alike_hedges_g():
    cox = convert(an_effect("OR", 1.65, 0.0676), "COX")
    assert (cox.yi, cox.vi) == (pytest.approx(1.0), pytest.approx(0.0676 / 1.65**2))
    assert convert(cox, "SMD").yi == cox.yi
    assert convert(an_effect("SMD", 1.0), "COX").yi == 1.0


def test_an_odds_ratio_becomes_a_risk_ratio_at_its_baseline_risk():
    # Cochrane Handbook 15.4.4: RR = OR / (1 - ACR (1 - OR)).
    ratio = convert(an_effect("OR", math.log(0.5)), "RR", baseline_risk=0.4)
    assert math.exp(ratio.yi) == pytest.approx(0.5 / (1 - 0.4 * 0.5))


def test_a_hazard_ratio_is_read_as_proportional_hazards_up_to_one_time():
    difference = convert(an_effect("HR", math.log(0.5)), "RD", baseline_risk=0.36)
    assert difference.yi == pytest.approx((1 - math.sqrt(0.64)) - 0.36)


ROUTES = [
    ("SMD", "OR", 0.4, {}),
    ("SMD", "COX", 0.4, {}),
    ("SMD", "COR", 0.4, {}),
    ("SMD", "ZCOR", -0.4, {}),
    ("SMD", "MD", 0.4, {"standardiser": 12.5}),
    ("COX", "OR", 0.4, {}),
    ("COX", "ZCOR", 0.4, {}),
    ("COR", "ZCOR", -0.7, {}),
    ("OR", "RR", 0.4, {"baseline_risk": 0.3}),
    ("OR", "RD", -0.4, {"baseline_risk": 0.3}),
    ("OR", "HR", 0.4, {"baseline_risk": 0.3}),
    ("RR", "RD", 0.4, {"baseline_risk": 0.3}),
    ("RR", "HR", -0.4, {"baseline_risk": 0.3}),
    ("RD", "HR", 0.1, {"baseline_risk": 0.3}),
    ("RR", "SMD", 0.4, {"baseline_risk": 0.3}),
    ("RD", "COX", 0.1, {"baseline_risk": 0.3}),
    ("MD", "RD", 2.0, {"baseline_risk": 0.3, "standardiser": 12.5}),
    ("SMCC", "SMCR", 0.4, {"ri": 0.7}),
    ("PR", "PLO", 0.2, {}),
]


@pytest.mark.parametrize(("start", "to", "yi", "known"), ROUTES)
def test_there_and_back_is_the_same_effect(start, to, yi, known):
    effect = an_effect(start, yi)
    there = convert(effect, to, **known)
    back = convert(there, start, **known)
    assert there.converted_from == start
    assert (there.measure, there.scale) == (to, SCALES[to])
    assert (back.yi, back.vi) == (pytest.approx(yi, rel=1e-12), pytest.approx(0.04, rel=1e-12))


@pytest.mark.parametrize(("start", "to", "yi", "known"), ROUTES)
def test_variances_follow_the_slope_of_the_conversion(start, to, yi, known):
    step = 1e-5
    ends = [convert(an_effect(start, yi + side * step), to, **known).yi for side in (-1, 1)]
    slope = (ends[1] - ends[0]) / (2 * step)
    assert convert(an_effect(start, yi), to, **known).vi == pytest.approx(0.04 * slope**2, rel=1e-6)


@pytest.mark.parametrize(("start", "to", "yi", "known"), ROUTES)
def test_conversions_keep_the_order_of_effects(start, to, yi, known):
    converted = [convert(an_effect(start, yi * f), to, **known).yi for f in (0.1, 0.5, 0.6, 1)]
    rising = [low < high for low, high in pairwise(converted)]
    assert all(rising) if yi > 0 else not any(rising)


def test_an_effect_that_is_the_measure_already_comes_back_as_it_is():
    effect = an_effect("OR", 0.4)
    assert convert(effect, "OR") is effect


def test_rounding_goes_through_the_conversion_with_the_standard_error():
    reported = reported_effect("OR", "1.50", ci_low="1.20", ci_high="1.88")
    converted = convert(reported, "SMD")
    factor = math.sqrt(3) / math.pi
    assert converted.rounding.se_low == pytest.approx(reported.rounding.se_low * factor)
    assert converted.rounding.se_low < math.sqrt(converted.vi) < converted.rounding.se_high
    assert standardise(reported).rounding == converted.rounding


@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("ROM", "SMD"),
        ("GEN", "SMD"),
        ("PR", "OR"),
        ("IRR", "RR"),
        ("SMD", "SMCR"),
        ("OR", "PETO"),
        ("PAS", "PR"),
    ],
)
def test_measures_that_say_different_things_are_incompatible(start, to):
    with pytest.raises(IncompatibleEffects) as refusal:
        convert(an_effect(start, 0.2), to, baseline_risk=0.3, standardiser=1, ri=0.5)
    assert refusal.value.field == "to"
    assert SCALES[start] in refusal.value.message


@pytest.mark.parametrize(
    ("start", "to", "missing"),
    [("OR", "RR", "baseline_risk"), ("MD", "SMD", "standardiser"), ("SMCR", "SMCC", "ri")],
)
def test_a_conversion_says_what_it_lacks(start, to, missing):
    with pytest.raises(IncompatibleEffects) as refusal:
        convert(an_effect(start, 0.2), to)
    assert refusal.value.field == missing


@pytest.mark.parametrize(
    ("start", "yi", "to", "known", "field"),
    [
        ("RR", 1.0, "OR", {"baseline_risk": 0.5}, "baseline_risk"),
        ("RR", 1000.0, "OR", {"baseline_risk": 0.5}, "baseline_risk"),
        ("RD", -0.5, "OR", {"baseline_risk": 0.5}, "baseline_risk"),
        ("OR", 0.1, "RR", {"baseline_risk": 1.0}, "baseline_risk"),
        ("HR", 1000.0, "RD", {"baseline_risk": 0.5}, "baseline_risk"),
        ("COR", 1.0, "SMD", {}, "yi"),
        ("COR", -1.0, "ZCOR", {}, "yi"),
        ("PR", 0.0, "PLO", {}, "yi"),
        ("MD", 0.1, "SMD", {"standardiser": 0}, "standardiser"),
        ("SMCC", 0.1, "SMCR", {"ri": 1.0}, "ri"),
        ("ZCOR", 800.0, "COR", {}, "vi"),
        ("SMD", 1e200, "COR", {}, "vi"),
    ],
)
def test_figures_that_no_conversion_can_take_are_refused(start, yi, to, known, field):
    with pytest.raises(InvalidInput) as refusal:
        convert(an_effect(start, yi), to, **known)
    assert refusal.value.field == field


def test_a_turned_effect_no_longer_has_its_baseline_risk():
    turned = oriented(an_effect("OR", 0.4), -1)
    with pytest.raises(IncompatibleEffects, match="orientation"):
        convert(turned, "RR", baseline_risk=0.3)
    assert convert(turned, "SMD").yi == -convert(an_effect("OR", 0.4), "SMD").yi
    assert convert(oriented(an_effect("OR", 0.4), 1), "RR", baseline_risk=0.3).yi > 0


def test_an_effect_in_standard_deviations_is_not_converted_again():
    with pytest.raises(IncompatibleEffects, match="already"):
        convert(standardise(an_effect("OR", 0.4)), "SMD")


def test_a_measure_that_does_not_exist_is_refused():
    with pytest.raises(UnknownMethod, match="one of"):
        convert(an_effect("OR", 0.4), "ODDS")


def test_estimates_given_with_their_group_sizes_convert_with_them():
    (effect,) = given([0.5], vi=[0.04], measure="SMD", n1i=[10], n2i=[90])
    assert convert(effect, "COR") == convert(an_effect("SMD", 0.5, n1i=10, n2i=90), "COR")
