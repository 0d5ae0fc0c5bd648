"""Difference in differences where the answer is known: effects, facts, pictures and words."""

import math
from datetime import date

import numpy as np
import pytest

from scoring.errors import InvalidInput
from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.panel import running
from tests.scoring.estimation.panels import check, rows


def test_cr3_leaves_out_one_unit_at_a_time():
    told = rows()
    whole = difference_in_differences(**told, covariance="CR3")
    squares = 0.0
    for unit in set(told["units"]):
        kept = [place for place, name in enumerate(told["units"]) if name != unit]
        rest = {field: [values[place] for place in kept] for field, values in told.items()}
        squares += (difference_in_differences(**rest).natural.yi - whole.natural.yi) ** 2
    assert whole.natural.vi == pytest.approx(squares, rel=1e-10)


def test_both_estimators_find_the_same_effect_of_one_start():
    told = rows()
    y = np.array(told["outcome"]).reshape(11, 6)
    change = y[:, 3:].mean(axis=1) - y[:, :3].mean(axis=1)
    by_hand = change[:5].mean() - change[5:].mean()
    for estimator in ("two_way", "group_by_period"):
        found = difference_in_differences(**told, estimator=estimator)
        assert found.natural.yi == pytest.approx(by_hand, rel=1e-12)
        assert found.natural.measure == "MD"
        assert found.design == "difference_in_differences"
        assert found.claim == "comparison"


def test_rows_may_come_in_any_order():
    told = rows()
    order = np.random.default_rng(1).permutation(len(told["units"]))
    mixed = {field: [values[place] for place in order] for field, values in told.items()}
    assert difference_in_differences(**mixed) == difference_in_differences(**told)


def test_a_change_of_unit_changes_the_effect_and_nothing_else():
    told = rows()
    plain = difference_in_differences(**told)
    large = difference_in_differences(**told | {"outcome": [1e6 * y for y in told["outcome"]]})
    assert large.natural.yi == pytest.approx(1e6 * plain.natural.yi, rel=1e-9)
    assert large.p_value == pytest.approx(plain.p_value, rel=1e-9)
    assert [found.passed for found in large.checks] == [found.passed for found in plain.checks]


def test_starts_by_unit_say_when_the_programme_runs():
    told = rows()
    starts = [2013 if unit < "area 05" else None for unit in told["units"]]
    column = running(periods=told["periods"], treated_from=starts)
    assert list(column) == told["treated"]
    with pytest.raises(InvalidInput, match="treated_from, row 2: is '2013'"):
        running(periods=[2012, 2013], treated_from=[None, "2013"])
    with pytest.raises(InvalidInput, match="treated_from: has 1 rows"):
        running(periods=[2012, 2013], treated_from=[None])


def test_the_log_of_a_ratio_is_estimated_on_request():
    told = rows(noise=0.0)
    grown = [math.exp(0.01 * y) for y in told["outcome"]]
    noisy = [y * (1 + 0.0001 * math.sin(i)) for i, y in enumerate(grown)]
    found = difference_in_differences(**told | {"outcome": noisy}, log=True)
    assert found.natural.measure == "ROM"
    assert found.natural.yi == pytest.approx(0.02, abs=0.001)
    assert found.standardised == found.natural
    assert "1.02 times" in found.text


def test_areas_have_no_standard_deviation_to_be_read_in():
    found = difference_in_differences(**rows())
    assert found.standardised is None
    assert "give sd" in found.not_standardised
    given = difference_in_differences(**rows(), sd=4.0)
    assert given.standardised.yi == pytest.approx(given.natural.yi / 4)
    assert given.standardised.vi == pytest.approx(given.natural.vi / 16)
    assert given.not_standardised is None


def test_people_are_read_in_the_spread_between_comparison_people_before():
    told = rows(treated=20, others=20)
    found = difference_in_differences(**told, people=True)
    before = np.array(told["outcome"]).reshape(40, 6)[20:, :3]
    sd = math.sqrt(before.var(axis=0, ddof=1).mean())
    j = math.exp(math.lgamma(9.5) - math.lgamma(9.0)) / math.sqrt(9.5)
    g = j * found.natural.yi / sd
    assert found.specification["standardiser"] == pytest.approx(sd, rel=1e-12)
    assert found.standardised.measure == "SMD"
    assert found.standardised.yi == pytest.approx(g, rel=1e-10)
    assert found.standardised.vi == pytest.approx(
        j**2 * found.natural.vi / sd**2 + g**2 / 38, rel=1e-10
    )
    assert found.facts["analysed_intervention"] == found.facts["analysed_comparison"] == 20


def test_facts_hold_the_groups_and_how_far_apart_they_were():
    told = rows()
    found = difference_in_differences(**told, sd=2.0)
    y = np.array(told["outcome"]).reshape(11, 6)
    assert found.facts["units_intervention"] == 5
    assert found.facts["units_comparison"] == 6
    assert found.facts["mean_intervention"] == pytest.approx(y[:5, :3].mean())
    apart = (y[:5, :3].mean() - y[5:, :3].mean()) / 2
    assert found.facts["standardised_difference"] == pytest.approx(apart)


def test_people_within_areas_are_counted_as_clusters():
    told = rows(treated=20, others=20)
    clusters = [f"school {int(unit[-2:]) // 4}" for unit in told["units"]]
    found = difference_in_differences(**told, clusters=clusters, people=True)
    assert found.facts["units_intervention"] == found.facts["units_comparison"] == 5
    assert found.facts["clusters_analysed_intervention"] == 5
    assert found.specification["clustered_by"] == "clusters"


def test_pictures_show_the_counterfactual_and_the_leads():
    told = rows()
    groups, leads = difference_in_differences(**told).pictures
    y = np.array(told["outcome"]).reshape(11, 6)
    shift = (y[:5].mean(axis=0) - y[5:].mean(axis=0))[:3].mean()
    assert groups.kind == "series"
    assert groups.mark == 2013
    assert [line.role for line in groups.lines] == ["observed", "comparison", "counterfactual"]
    assert groups.lines[2].y == pytest.approx(y[5:].mean(axis=0) + shift)
    assert leads.kind == "event_study"
    assert leads.lines[0].x == (-3, -2, -1, 0, 1, 2)
    assert leads.lines[0].y[2] == 0
    gap = y[:5].mean(axis=0) - y[5:].mean(axis=0)
    assert leads.lines[0].y == pytest.approx(gap - gap[2], abs=1e-12)


def test_the_text_says_what_was_found_and_what_it_cannot_say():
    found = difference_in_differences(**rows())
    assert "higher than it would have been" in found.text
    assert "6 comparison units" in found.text
    assert "95 % interval" in found.text
    assert "cannot tell the programme from anything else" in found.text


def test_leads_and_lags_stand_in_the_table_too():
    found = difference_in_differences(**rows())
    terms = [row.term for row in found.coefficients]
    assert terms == ["treated", "-3", "-2", "+0", "+1", "+2"]
    assert [row.estimate for row in found.coefficients[1:]] == pytest.approx(
        [y for x, y in zip(*_points(found.pictures[1].lines[0]), strict=True) if x != -1]
    )


def _points(line):
    return line.x, line.y


def test_one_treated_unit_has_no_event_study_and_no_cluster_robust_error():
    found = difference_in_differences(**rows(treated=1), covariance="HC3")
    assert check(found, "clusters").observed == 1
    assert check(found, "leads") is None
    assert [picture.kind for picture in found.pictures] == ["series"]
    assert check(found, "influence") is None


def test_days_may_be_periods():
    told = rows()
    days = [date(period, 4, 1) for period in told["periods"]]
    found = difference_in_differences(**told | {"periods": days})
    assert found.natural == difference_in_differences(**told).natural
    assert found.specification["first_start"] == "2013-04-01"
    assert found.pictures[0].ticks[0] == (1.0, "2010-04-01")


def test_two_people_for_comparison_have_no_spread():
    found = difference_in_differences(**rows(treated=4, others=2), people=True)
    assert found.standardised is None
    assert "fewer than three comparison people" in found.not_standardised


def test_words_for_periods_become_ticks():
    told = rows()
    told["periods"] = [f"{period}-Q1" for period in told["periods"]]
    groups, _ = difference_in_differences(**told).pictures
    assert groups.ticks[0] == (1.0, "2010-Q1")
    assert groups.mark == 4
