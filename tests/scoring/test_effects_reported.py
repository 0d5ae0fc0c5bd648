"""Effects from what reports print: the standard error recovered, and what rounding leaves open."""

import math

import pytest
from scipy import stats

from scoring.effects import Report, reported_effect, reported_effects
from scoring.errors import InvalidInput, TooLittleData


@pytest.mark.parametrize("measure", ["SMD", "MD", "RD", "GEN"])
def test_an_interval_of_any_level_gives_back_the_standard_error(measure):
    half = stats.norm.ppf(0.95) * 0.2
    effect = reported_effect(measure, 0.5, ci_low=0.5 - half, ci_high=0.5 + half, level=0.9)
    assert effect.vi == pytest.approx(0.04)
    assert effect.source == "interval"
    assert effect.asymmetry == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("measure", ["OR", "RR", "IRR", "HR"])
def test_the_interval_of_a_ratio_is_recovered_on_the_log_scale(measure):
    low, high = (math.exp(math.log(0.7) + side * 1.959963984540054 * 0.1) for side in (-1, 1))
    effect = reported_effect(measure, 0.7, ci_low=low, ci_high=high)
    assert effect.yi == pytest.approx(math.log(0.7))
    assert effect.vi == pytest.approx(0.01)
    assert effect.scale.startswith("log")


def test_a_small_trials_interval_is_read_with_its_degrees_of_freedom():
    half = stats.t.ppf(0.975, 8) * 0.2
    assert reported_effect("MD", 1, ci_low=1 - half, ci_high=1 + half, df=8).vi == pytest.approx(
        0.04
    )


def test_a_p_value_however_small_gives_back_the_standard_error():
    for z in (1.5, 12.0):
        effect = reported_effect("MD", -z * 0.2, p_value=2 * stats.norm.sf(z))
        assert effect.vi == pytest.approx(0.04)
        assert effect.source == "p_value"
    t = reported_effect("MD", 0.5, p_value=2 * stats.t.sf(2.5, 11), df=11)
    assert t.vi == pytest.approx(0.04)


def test_a_standard_error_is_taken_as_it_is_unless_there_is_an_interval():
    assert reported_effect("OR", 2.0, sei=0.3).vi == pytest.approx(0.09)
    assert reported_effect("MD", 0, ci_low=-1, ci_high=1, sei=9, p_value=1).source == "interval"


def test_a_mistyped_bound_shows_as_asymmetry():
    rounded = reported_effect("OR", 1.50, ci_low=1.20, ci_high=1.88)
    mistyped = reported_effect("OR", 1.50, ci_low=1.20, ci_high=18.8)
    assert abs(rounded.asymmetry) < 0.02
    assert mistyped.asymmetry > 0.8


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ci_low": 1, "ci_high": 0}, "ci_low"),
        ({"ci_low": 1, "ci_high": 1}, "ci_low"),
        ({"ci_low": 0.6, "ci_high": 0.9}, "estimate"),
        ({"ci_low": 0.1}, "ci_high"),
        ({"ci_high": 0.1}, "ci_low"),
        ({"sei": 0}, "sei"),
        ({"p_value": 1}, "p_value"),
        ({"ci_low": 0.1, "ci_high": 0.9, "level": 95}, "level"),
        ({"p_value": 0.1, "df": 0}, "df"),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(facts, field):
    with pytest.raises(InvalidInput) as refusal:
        reported_effect("MD", 0.5, **facts)
    assert refusal.value.field == field


def test_a_ratio_and_its_bounds_have_to_be_above_zero():
    with pytest.raises(InvalidInput, match="ci_low"):
        reported_effect("OR", 0.5, ci_low=-0.1, ci_high=0.9)


def test_a_p_value_says_nothing_of_an_estimate_of_exactly_no_effect():
    with pytest.raises(InvalidInput, match="no effect"):
        reported_effect("OR", 1.0, p_value=0.9)


def test_an_estimate_without_any_precision_is_too_little_data():
    with pytest.raises(TooLittleData, match="ci_low with ci_high, sei, or p_value"):
        reported_effect("SMD", 0.5)
