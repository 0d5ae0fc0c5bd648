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


@pytest.mark.parametrize(("measure", "estimate"), [("MD", "0.5"), ("OR", 1.65), ("ZCOR", 0.4)])
def test_a_test_statistic_gives_back_the_standard_error(measure, estimate):
    effect = reported_effect(measure, estimate, statistic=2.5)
    assert math.sqrt(effect.vi) == pytest.approx(abs(effect.yi) / 2.5)
    assert effect.source == "statistic"


@pytest.mark.parametrize(
    ("measure", "estimate", "statistic"),
    [
        ("MD", "0.5", "-2.5"),
        ("MD", -0.5, 2.5),
        ("OR", 0.65, 2.5),
        ("OR", 1.65, -2.5),
        ("ZCOR", "-0.4", "2.5"),
        ("PLO", 0.3, 2.5),
    ],
)
@pytest.mark.parametrize("known", [{}, {"sei": 0.2}, {"p_value": 0.01}])
def test_a_statistic_on_the_other_side_than_its_estimate_is_refused(
    measure, estimate, statistic, known
):
    rows = [Report(estimate=estimate, sei=0.2), Report(estimate=estimate, statistic=statistic)]
    with pytest.raises(InvalidInput, match=r"statistic, row 2: .* other side of no effect"):
        reported_effects(measure, rows)
    with pytest.raises(InvalidInput, match="the sign of its estimate"):
        reported_effect(measure, estimate, statistic=statistic, **known)


def test_a_statistic_may_have_either_sign_where_the_estimate_is_rounded_to_no_effect():
    assert reported_effect("OR", "1.00", statistic="-0.1", sei=0.02).source == "se"
    assert reported_effect("OR", "1.00", statistic="0.1", sei=0.02).source == "se"
    assert reported_effect("MD", "-0.4", statistic="0.0", sei=0.2).source == "se"


@pytest.mark.parametrize(
    ("measure", "scale"), [("PLO", lambda p: math.log(p / (1 - p))), ("ZCOR", math.atanh)]
)
def test_proportions_and_correlations_are_read_as_they_are_printed(measure, scale):
    effect = reported_effect(measure, 0.3, ci_low=0.2, ci_high=0.4)
    assert effect.yi == pytest.approx(scale(0.3))
    assert math.sqrt(effect.vi) == pytest.approx((scale(0.4) - scale(0.2)) / 2 / 1.959963984540054)
    with pytest.raises(InvalidInput, match="ci_high"):
        reported_effect(measure, 0.3, ci_low=0.2, ci_high=1.0)


def test_reports_of_many_studies_are_refused_by_their_row():
    good = Report(estimate="1.2", ci_low="0.9", ci_high="1.6")
    first, second = reported_effects("OR", [good, Report(estimate=2.0, sei=0.3)])
    assert (first.source, second.source) == ("interval", "se")
    with pytest.raises(TooLittleData) as refusal:
        reported_effects("OR", [good, Report(estimate="1.2")])
    assert refusal.value.row == 2


def test_printed_digits_tell_which_standard_errors_print_so():
    effect = reported_effect("MD", "0.50", ci_low="0.30", ci_high="0.70")
    q = 1.959963984540054
    assert math.sqrt(effect.vi) == pytest.approx(0.4 / 2 / q)
    assert effect.rounding.se_low == pytest.approx(0.39 / 2 / q)
    assert effect.rounding.se_high == pytest.approx(0.41 / 2 / q)
    assert effect.rounding.agrees is True


def test_a_ratios_range_of_standard_errors_is_that_of_its_rounded_logs():
    rounding = reported_effect("RR", "0.7", ci_low="0.5", ci_high="0.9").rounding
    assert rounding.se_low == pytest.approx(math.log(0.85 / 0.55) / 2 / 1.959963984540054)
    assert rounding.se_high == pytest.approx(math.log(0.95 / 0.45) / 2 / 1.959963984540054)


def test_decimals_may_be_told_where_the_figures_are_numbers():
    text = reported_effect("MD", "0.50", ci_low="0.30", ci_high="0.70", p_value="0.000001")
    told = reported_effect(
        "MD", 0.5, ci_low=0.3, ci_high=0.7, p_value=1e-6, decimals=2, p_decimals=6
    )
    assert told == text


def test_without_decimals_nothing_is_said_about_rounding():
    assert reported_effect("MD", 0.5, ci_low=0.3, ci_high=0.7, p_value=0.9).rounding is None
    assert reported_effect("MD", "0.5", sei=0.1).rounding is None


def test_one_figure_alone_can_neither_agree_nor_contradict():
    rounding = reported_effect("MD", "0.50", sei="0.10").rounding
    assert (rounding.se_low, rounding.se_high) == (pytest.approx(0.095), pytest.approx(0.105))
    assert (rounding.agrees, rounding.contradictions) == (None, ())


@pytest.mark.parametrize(
    ("told", "range_"),
    [
        ({"statistic": "2.5"}, (0.495 / 2.55, 0.505 / 2.45)),
        ({"p_value": "0.05"}, (0.495 / stats.norm.isf(0.0225), 0.505 / stats.norm.isf(0.0275))),
    ],
)
def test_the_range_of_a_statistic_or_p_value_takes_in_the_rounding_of_the_estimate(told, range_):
    rounding = reported_effect("MD", "0.50", **told).rounding
    assert (rounding.se_low, rounding.se_high) == pytest.approx(range_)


@pytest.mark.parametrize(
    ("told", "contradictions"),
    [
        ({"p_value": "0.03"}, ()),
        ({"p_value": "0.30"}, ("interval and p_value",)),
        ({"p_value": "<0.05"}, ()),
        ({"p_value": "<0.001"}, ("interval and p_value",)),
        ({"p_value": "0.03", "statistic": "2.2", "sei": "0.23"}, ()),
        ({"statistic": "1.2"}, ("interval and statistic",)),
        ({"statistic": "0.0"}, ("interval and statistic",)),
        ({"sei": "0.46", "p_value": "0.03"}, ("interval and se", "se and p_value")),
        ({"ci_high": "1.95"}, ("estimate and interval",)),
    ],
)
def test_figures_that_cannot_come_from_one_result_are_named(told, contradictions):
    facts = {"ci_low": "0.05", "ci_high": "0.95", **told}
    rounding = reported_effect("MD", "0.50", **facts).rounding
    assert rounding.contradictions == contradictions
    assert rounding.agrees is not bool(contradictions)


def test_an_interval_computed_on_another_scale_does_not_agree_with_its_estimate():
    symmetric_in_the_ratio = reported_effect("OR", "1.50", ci_low="0.50", ci_high="2.50")
    symmetric_in_the_log = reported_effect("OR", "1.50", ci_low="0.90", ci_high="2.50")
    assert symmetric_in_the_ratio.rounding.contradictions == ("estimate and interval",)
    assert symmetric_in_the_log.rounding.agrees is True


def test_figures_that_are_not_used_are_weighed_and_never_refused():
    for p_value in (0.0, 1.0, "0.00", "1.00"):
        effect = reported_effect("MD", "0.0", ci_low="-1.0", ci_high="1.0", p_value=p_value)
        assert effect.source == "interval"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"sei": "small"}, "sei"),
        ({"sei": "1_0"}, "sei"),
        ({"sei": "1e999"}, "sei"),
        ({"sei": "nan"}, "sei"),
        ({"p_value": "<0.001"}, "p_value"),
        ({"p_value": "< one"}, "p_value"),
        ({"p_value": "0.000"}, "p_value"),
        ({"p_value": 1.5}, "p_value"),
        ({"statistic": 0}, "statistic"),
        ({"sei": 0.25, "decimals": 1}, "sei"),
        ({"sei": 0.2, "decimals": -1}, "decimals"),
    ],
)
def test_a_figure_that_cannot_be_read_or_tells_nothing_is_refused(facts, field):
    with pytest.raises(InvalidInput) as refusal:
        reported_effect("MD", 0.5, **facts)
    assert refusal.value.field == field


def test_a_true_minus_sign_is_read():
    assert reported_effect("MD", "−0.5", sei="0.1").yi == -0.5
