"""Laws of effect sizes that hold for all data, told as properties."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from scoring.effects import (
    Effect,
    changes,
    convert,
    correlations,
    means,
    proportions,
    rates,
    reported_effect,
    to_analysis_scale,
    to_natural_scale,
    two_by_two,
)
from scoring.effects import given as given_effects

counts = st.integers(1, 500)
sizes = st.integers(3, 400)
mean = st.floats(-100, 100).map(lambda x: round(x, 3))
positive = st.floats(0.1, 50).map(lambda x: round(x, 3))
correlation = st.floats(-0.95, 0.95).map(lambda x: round(x, 3))


@given(st.sampled_from(["OR", "RR", "RD", "PETO", "AS", "COX"]), counts, counts, counts, counts)
def test_swapping_the_groups_of_a_table_flips_the_sign(measure, a, b, c, d):
    (there,) = two_by_two(measure, [a], [b], [c], [d])
    (back,) = two_by_two(measure, [c], [d], [a], [b])
    assert back.yi == pytest.approx(-there.yi, rel=1e-9, abs=1e-12)
    assert back.vi == pytest.approx(there.vi, rel=1e-12)


@given(st.sampled_from(["OR", "RD", "PETO", "AS", "COX"]), counts, counts, counts, counts)
def test_counting_the_other_outcome_flips_the_sign_of_all_but_the_risk_ratio(measure, a, b, c, d):
    (events,) = two_by_two(measure, [a], [b], [c], [d])
    (others,) = two_by_two(measure, [b], [a], [d], [c])
    assert others.yi == pytest.approx(-events.yi, rel=1e-9, abs=1e-12)
    assert others.vi == pytest.approx(events.vi, rel=1e-12)


@given(st.sampled_from(["IRR", "IRD", "IRSD"]), counts, positive, counts, positive)
def test_swapping_the_groups_of_rates_flips_the_sign(measure, x1, t1, x2, t2):
    (there,) = rates(measure, [x1], [t1], [x2], [t2])
    (back,) = rates(measure, [x2], [t2], [x1], [t1])
    assert back.yi == pytest.approx(-there.yi, rel=1e-9, abs=1e-12)
    assert back.vi == pytest.approx(there.vi, rel=1e-12)


@given(
    st.sampled_from(["SMD", "SMDH", "MD", "ROM"]), positive, positive, sizes, positive, positive,
    sizes,
)  # fmt: skip
def test_swapping_the_groups_of_means_flips_the_sign(measure, m1, sd1, n1, m2, sd2, n2):
    (there,) = means(measure, [m1], [sd1], [n1], [m2], [sd2], [n2])
    (back,) = means(measure, [m2], [sd2], [n2], [m1], [sd1], [n1])
    assert back.yi == pytest.approx(-there.yi, rel=1e-9, abs=1e-12)
    assert back.vi == pytest.approx(there.vi, rel=1e-12)


@given(
    st.sampled_from(["SMD", "SMDH"]), mean, positive, sizes, mean, positive, sizes,
    st.floats(1e-3, 1e3), st.floats(-50, 50),
)  # fmt: skip
def test_other_units_and_another_origin_leave_standardised_differences_alone(
    measure, m1, sd1, n1, m2, sd2, n2, unit, origin
):
    (before,) = means(measure, [m1], [sd1], [n1], [m2], [sd2], [n2])
    moved = [(m1 + origin) * unit], [sd1 * unit], [n1], [(m2 + origin) * unit], [sd2 * unit], [n2]
    (after,) = means(measure, *moved)
    assert after.yi == pytest.approx(before.yi, rel=1e-9, abs=1e-10)
    assert after.vi == pytest.approx(before.vi, rel=1e-9)


@given(positive, positive, sizes, positive, positive, sizes, st.floats(1e-3, 1e3))
def test_other_units_leave_ratios_of_means_alone_and_scale_differences(
    m1, sd1, n1, m2, sd2, n2, unit
):
    before, after = (
        (m1, sd1, n1, m2, sd2, n2),
        (m1 * unit, sd1 * unit, n1, m2 * unit, sd2 * unit, n2),
    )
    ratios = [means("ROM", *([value] for value in groups))[0] for groups in (before, after)]
    assert ratios[1].yi == pytest.approx(ratios[0].yi, rel=1e-9, abs=1e-9)
    assert ratios[1].vi == pytest.approx(ratios[0].vi, rel=1e-9)
    one, scaled = (means("MD", *([value] for value in groups))[0] for groups in (before, after))
    assert scaled.yi == pytest.approx(one.yi * unit, rel=1e-9, abs=1e-9)
    assert scaled.vi == pytest.approx(one.vi * unit**2, rel=1e-9)


@given(
    st.sampled_from(["SMCC", "SMCR", "SMCRH"]), mean, mean, positive, positive, sizes, correlation,
    st.floats(1e-3, 1e3),
)  # fmt: skip
def test_other_units_leave_standardised_changes_alone(measure, m1, m2, sd1, sd2, n, r, unit):
    (before,) = changes(measure, [m1], [m2], [sd1], [sd2], [n], [r])
    (after,) = changes(measure, [m1 * unit], [m2 * unit], [sd1 * unit], [sd2 * unit], [n], [r])
    assert after.yi == pytest.approx(before.yi, rel=1e-9, abs=1e-12)
    assert after.vi == pytest.approx(before.vi, rel=1e-9)


@given(st.sampled_from(["MC", "SMCC"]), mean, mean, positive, positive, sizes, correlation)
def test_swapping_the_times_flips_the_sign_of_a_change(measure, m1, m2, sd1, sd2, n, r):
    (there,) = changes(measure, [m1], [m2], [sd1], [sd2], [n], [r])
    (back,) = changes(measure, [m2], [m1], [sd2], [sd1], [n], [r])
    assert back.yi == pytest.approx(-there.yi, rel=1e-12)
    assert back.vi == pytest.approx(there.vi, rel=1e-12)


@given(st.sampled_from(["COR", "ZCOR"]), correlation, st.integers(4, 500))
def test_turning_one_variable_flips_the_sign_of_a_correlation(measure, r, n):
    there, back = correlations(measure, [r, -r], [n, n])
    assert (back.yi, back.vi) == (-there.yi, there.vi)


@given(st.integers(0, 200), st.integers(0, 200))
def test_counting_the_others_mirrors_a_proportion(x, m):
    assume(x + m > 0)
    for measure, mirror in (("PR", 1.0), ("PLO", 0.0), ("PAS", math.pi / 2), ("PFT", math.pi / 2)):
        (events,) = proportions(measure, [x], mi=[m])
        (others,) = proportions(measure, [m], ni=[x + m])
        assert events.yi + others.yi == pytest.approx(mirror, abs=1e-9)
        assert events.vi == pytest.approx(others.vi, rel=1e-9)


@given(st.lists(st.tuples(counts, counts, counts, counts), min_size=1, max_size=6))
def test_without_zeros_every_rule_but_all_gives_the_same_answer(tables):
    a, b, c, d = map(list, zip(*tables, strict=True))
    plain = two_by_two("OR", a, b, c, d, to="none")
    for to in ("only0", "if0all"):
        assert two_by_two("OR", a, b, c, d, to=to, drop00=True) == plain
    assert two_by_two("OR", a, b, c, d, to="all", add=0) == plain


@given(st.floats(-2, 2), st.floats(1e-4, 1), st.floats(0.02, 0.98), st.data())
def test_conversions_round_trip(yi, vi, risk, data):
    start, to = data.draw(
        st.permutations(["SMD", "OR", "COX", "COR", "ZCOR", "MD"]).map(lambda order: order[:2])
    )
    assume(start != "COR" or abs(yi) < 0.95)
    (effect,) = given_effects([yi], vi=[vi], measure=start)
    back = convert(convert(effect, to, standardiser=3), start, standardiser=3)
    assert back.yi == pytest.approx(yi, rel=1e-9, abs=1e-12)
    assert back.vi == pytest.approx(vi, rel=1e-9)
    (odds,) = given_effects([yi], vi=[vi], measure="OR")
    for other in ("RR", "RD", "HR"):
        there = convert(odds, other, baseline_risk=risk)
        back = convert(there, "OR", baseline_risk=risk)
        assert back.yi == pytest.approx(yi, rel=1e-7, abs=1e-9)
        assert back.vi == pytest.approx(vi, rel=1e-6)


@given(st.sampled_from(["OR", "ROM", "PLO", "ZCOR", "MD"]), st.floats(-3, 3))
def test_the_natural_scale_and_the_analysis_scale_are_each_others_way_back(measure, yi):
    natural = to_natural_scale(measure, yi)
    assert to_analysis_scale(measure, natural) == pytest.approx(yi, rel=1e-9, abs=1e-12)


def assert_within(effect, se):
    low, high = effect.rounding.se_low, effect.rounding.se_high
    assert low * (1 - 1e-9) <= se <= high * (1 + 1e-9), effect.source


@given(
    st.sampled_from(["MD", "OR"]), st.floats(-2, 2), st.floats(0.05, 1), st.integers(2, 4),
    st.sampled_from([None, 5, 40]),
)  # fmt: skip
def test_what_was_printed_contains_its_standard_error_and_never_contradicts_itself(
    measure, yi, se, decimals, df
):
    quantile = stats.norm.ppf(0.975) if df is None else stats.t.ppf(0.975, df)
    tail = stats.norm.sf if df is None else lambda z: stats.t.sf(z, df)
    figures = {
        "estimate": yi, "ci_low": yi - quantile * se, "ci_high": yi + quantile * se,
    }  # fmt: skip
    printed = {
        name: f"{to_natural_scale(measure, value):.{decimals}f}" for name, value in figures.items()
    }
    assume(float(printed["ci_low"]) < float(printed["ci_high"]))
    assume(measure == "MD" or float(printed["ci_low"]) > 0)
    told = {
        "sei": f"{se:.3f}",
        "statistic": f"{yi / se:.2f}",
        "p_value": f"{2 * tail(abs(yi / se)):.4f}",
    }
    rounding = reported_effect(measure, **printed, **told, df=df).rounding
    assert rounding.agrees is True
    for used in ({}, {"ci_low": None, "ci_high": None}):
        assert_within(reported_effect(measure, **{**printed, **used}, **told, df=df), se)
    assume(abs(yi / se) > 0.01 and float(printed["estimate"]) != (measure == "OR"))
    without = {**told, "sei": None}
    assert_within(reported_effect(measure, printed["estimate"], **without, df=df), se)
    assume(told["p_value"] not in ("0.0000", "1.0000"))
    p_alone = told["p_value"]
    assert_within(reported_effect(measure, printed["estimate"], p_value=p_alone, df=df), se)


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e3))
def test_a_converted_effect_keeps_its_test_statistic_where_the_scales_are_proportional(yi, vi):
    effect = Effect(measure="OR", yi=yi, vi=vi, scale="log odds ratio", source="given")
    for to in ("SMD", "COX"):
        converted = convert(effect, to)
        assert converted.yi / math.sqrt(converted.vi) == pytest.approx(yi / math.sqrt(vi), rel=1e-9)
