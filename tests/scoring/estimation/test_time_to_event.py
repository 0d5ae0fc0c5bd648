"""Time to event from summaries: every route against R and the people themselves, and refusals."""

import json
import math
from pathlib import Path

import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.comparisons.hazard_routes import ROUTES, median_variance
from scoring.estimation.comparisons.time_to_event import time_to_event

REFERENCE = Path(__file__).parents[2] / "reference" / "estimation_unseen" / "time_to_event"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text())["cases"]}
EVERY = [(name, route) for name in CASES for route in ROUTES]

# Closed formulas; the worst seen is 3e-12, where a p-value near 1 is turned back into z.
TIGHT = 1e-9

# What each route rests on alone.
NEEDS = {
    "interval": ("hr", "ci_low", "ci_high"),
    "se": ("hr", "sei"),
    "log_rank": ("o_minus_e", "v"),
    "hr_p": ("hr", "p_value"),
    "hr_events": ("hr", "x1i", "x2i", "n1i", "n2i"),
    "p_events": ("p_value", "direction", "x1i", "x2i", "n1i", "n2i"),
    "survival": ("survival1i", "survival2i", "n1i", "n2i"),
    "medians": ("median1i", "median2i", "x1i", "x2i", "n1i", "n2i"),
}


def told(name, *fields):
    figures = CASES[name]["told"]
    return {field: figures[field] for field in (fields or figures)}


def test_the_grid_of_cases_is_complete():
    assert set(CASES) == {"lung", "veteran", "kidney", "leukemia"}
    assert set(NEEDS) == set(ROUTES)
    assert all(set(case["routes"]) == set(ROUTES) for case in CASES.values())
    assert len(EVERY) == 32


@pytest.mark.parametrize(("name", "route"), EVERY)
def test_every_route_agrees_with_r_and_is_taken_where_it_is_the_only_one(name, route):
    expected = CASES[name]["routes"][route]
    whole = time_to_event(**told(name), route=route)
    alone = time_to_event(**told(name, *NEEDS[route]))
    for found in (whole, alone):
        assert found.specification["route"] == route
        assert found.natural.yi == pytest.approx(expected["yi"], rel=TIGHT, abs=TIGHT)
        assert found.natural.vi == pytest.approx(expected["vi"], rel=TIGHT)
        assert (found.natural.measure, found.natural.source) == ("HR", route)


@pytest.mark.parametrize("name", CASES)
def test_all_routes_are_in_the_table_in_the_order_of_preference(name):
    found = time_to_event(**told(name))
    terms = [row.term.removeprefix("log hazard ratio by ") for row in found.coefficients]
    assert terms == list(ROUTES)
    for row, route in zip(found.coefficients, ROUTES, strict=True):
        assert row.estimate == pytest.approx(CASES[name]["routes"][route]["yi"], abs=TIGHT)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("route", ["interval", "se", "log_rank", "hr_p"])
def test_direct_routes_find_nearly_what_the_people_themselves_tell(name, route):
    found = time_to_event(**told(name), route=route)
    cox = CASES[name]["cox"]
    # One step from no effect overshoots large ratios.
    apart = 0.8 if route == "log_rank" else 1e-3
    assert found.natural.yi == pytest.approx(cox["yi"], abs=apart * math.sqrt(cox["vi"]))
    assert found.se == pytest.approx(math.sqrt(cox["vi"]), rel=0.25)


def test_events_alone_take_arms_of_one_size():
    case = CASES["veteran"]
    by_arms = time_to_event(**told("veteran", "hr", "x1i", "x2i"))
    both = case["told"]["x1i"] + case["told"]["x2i"]
    total = time_to_event(**told("veteran", "hr"), events=both)
    assert by_arms.natural.vi == pytest.approx(case["alone"]["arms"], rel=TIGHT)
    assert total.natural.vi == pytest.approx(case["alone"]["total"], rel=TIGHT)


@pytest.mark.parametrize("name", CASES)
def test_medians_with_events_alone_are_told_as_if_nobody_had_left(name):
    alone = time_to_event(**told(name, "median1i", "median2i", "x1i", "x2i"))
    assert alone.natural.vi == pytest.approx(CASES[name]["alone"]["medians"], rel=TIGHT)
    assert alone.natural.vi >= time_to_event(**told(name, *NEEDS["medians"])).natural.vi


def test_the_variance_of_a_median_is_that_of_all_people_where_nobody_left_and_bounded_by_events():
    events = 40
    assert median_variance(events, None) == pytest.approx(1 / (events * math.log(2) ** 2))
    assert median_variance(events, events) == median_variance(events, None)
    assert median_variance(events, 10_000) == median_variance(events, None)
    assert median_variance(events, 2 * events) == pytest.approx(
        0.75 * median_variance(events, None)
    )


# The example of Tierney et al. 2007: p = 0.075 has z = 1.78, halved before it is looked up.
def test_a_two_sided_p_value_is_halved():
    found = time_to_event(p_value=0.075, direction="fewer", events=400)
    z = -found.natural.yi * math.sqrt(100)
    assert z == pytest.approx(1.78, abs=0.005)
    assert time_to_event(p_value=0.075, direction="more", events=400).natural.yi > 0


def test_printed_figures_are_read_as_text_and_a_bound_tells_no_precision():
    found = time_to_event(hr="0.75", ci_low="0.60", ci_high="0.94", p_value="<0.05")
    assert found.natural.yi == pytest.approx(math.log(0.75))
    assert found.specification["routes"] == "interval"


def test_an_interval_at_another_level_is_read_at_that_level():
    at_95 = time_to_event(hr=0.8, ci_low=0.64, ci_high=1.0)
    at_90 = time_to_event(hr=0.8, ci_low=0.64, ci_high=1.0, ci_level=0.9)
    assert at_90.se / at_95.se == pytest.approx(1.959964 / 1.644854, rel=1e-6)


def test_swapping_the_arms_turns_the_effect():
    given = {"median1i": 20.0, "median2i": 15.0, "x1i": 40, "x2i": 60}
    turned = {"median1i": 15.0, "median2i": 20.0, "x1i": 60, "x2i": 40}
    assert time_to_event(**given).natural.yi == pytest.approx(-time_to_event(**turned).natural.yi)


def test_figures_that_contradict_each_other_fail_a_check_that_names_the_route():
    found = time_to_event(hr=0.75, ci_low=0.6, ci_high=0.9375, o_minus_e=20.0, v=77.0, p_value=0.8)
    failed = {check.name for check in found.failed}
    assert {"agrees_log_rank"} <= failed
    agreed = time_to_event(hr=0.75, ci_low=0.6, ci_high=0.9375, o_minus_e=-22.0, v=77.0)
    assert not agreed.failed


@pytest.mark.parametrize("name", CASES)
def test_figures_of_one_analysis_agree_with_each_other(name):
    assert not [c for c in time_to_event(**told(name)).failed if c.name.startswith("agrees")]


def test_a_p_value_near_one_is_too_coarse_to_be_judged_by():
    found = time_to_event(hr="0.98", ci_low="0.80", ci_high="1.20", p_value="0.9")
    check = next(c for c in found.checks if c.name == "agrees_hr_p")
    assert check.passed is None


def test_routes_that_take_more_for_granted_only_inform():
    found = time_to_event(**told("veteran"))
    informs = {c.name for c in found.checks if c.passed is None}
    assert {"agrees_survival", "agrees_medians", "agrees_hr_events"} <= informs
    medians = next(c for c in found.checks if c.name == "agrees_medians")
    assert "the same at all times" in medians.text


def test_a_lopsided_interval_fails_its_check():
    found = time_to_event(hr=0.75, ci_low=0.5, ci_high=0.94)
    assert "interval_symmetry" in {check.name for check in found.failed}


def test_few_events_fail_their_check():
    found = time_to_event(hr=0.5, x1i=4, x2i=7)
    assert "events" in {check.name for check in found.failed}


def test_the_pool_takes_the_log_hazard_ratio_as_it_is():
    found = time_to_event(hr=0.75, ci_low=0.6, ci_high=0.94)
    assert found.standardised == found.natural
    assert (found.design, found.claim) == ("rct", "randomised")
    observed = time_to_event(hr=0.75, ci_low=0.6, ci_high=0.94, assignment="observed")
    assert (observed.design, observed.claim) == ("cohort", "comparison")


def test_facts_tell_people_and_events_by_arm():
    found = time_to_event(hr=0.75, x1i=40, x2i=55, n1i=100, n2i=110)
    assert found.facts == {
        "analysed_intervention": 100,
        "analysed_comparison": 110,
        "events_intervention": 40,
        "events_comparison": 55,
    }
    assert found.n == 210


@pytest.mark.parametrize(
    ("figures", "refusal", "field"),
    [
        ({}, TooLittleData, "hr"),
        ({"hr": 0.8}, TooLittleData, "hr"),
        ({"hr": 0.8, "p_value": "<0.001"}, TooLittleData, "hr"),
        ({"hr": 0.8, "sei": 0.1, "route": "medians"}, TooLittleData, "hr"),
        ({"ci_low": 0.6, "ci_high": 0.9}, InvalidInput, "hr"),
        ({"hr": 0.8, "ci_low": 0.6}, InvalidInput, "ci_high"),
        ({"hr": 0.8, "ci_low": 0.9, "ci_high": 1.2}, InvalidInput, "estimate"),
        ({"hr": -0.8, "sei": 0.1}, InvalidInput, "estimate"),
        ({"hr": "none", "events": 40}, InvalidInput, "hr"),
        ({"o_minus_e": 3.0}, InvalidInput, "v"),
        ({"o_minus_e": 3.0, "v": 0.0}, InvalidInput, "v"),
        ({"p_value": 0.04, "events": 50, "route": "p_events"}, InvalidInput, "direction"),
        ({"p_value": 0.04, "events": 50}, InvalidInput, "direction"),
        ({"p_value": 0.04, "events": 50, "direction": "down"}, InvalidInput, "direction"),
        ({"p_value": 1.4, "events": 50, "direction": "more"}, InvalidInput, "p_value"),
        ({"hr": 0.8, "x1i": 0, "x2i": 9}, InvalidInput, "x1i"),
        ({"hr": 0.8, "x1i": 9, "x2i": 9, "n1i": 5, "n2i": 20}, InvalidInput, "x1i"),
        ({"hr": 0.8, "x1i": 9, "x2i": 9, "events": 40}, InvalidInput, "events"),
        ({"hr": 0.8, "x1i": 9}, InvalidInput, "x2i"),
        ({"median1i": 5.0}, InvalidInput, "median2i"),
        ({"median1i": 0.0, "median2i": 4.0, "x1i": 9, "x2i": 9}, InvalidInput, "median1i"),
        ({"survival1i": 1.0, "survival2i": 0.5, "n1i": 9, "n2i": 9}, InvalidInput, "survival1i"),
        ({"hr": 0.8, "sei": 0.1, "route": "guess"}, UnknownMethod, "route"),
        ({"hr": 0.8, "sei": 0.1, "assignment": "guess"}, UnknownMethod, "assignment"),
        ({"hr": 0.8, "sei": 0.1, "level": 95.0}, InvalidInput, "level"),
    ],
)
def test_figures_that_cannot_be_or_tell_nothing_are_refused_by_name(figures, refusal, field):
    with pytest.raises(refusal) as refused:
        time_to_event(**figures)
    assert refused.value.field == field
    assert refused.value.accepted


def test_a_refusal_says_what_each_route_needs():
    with pytest.raises(TooLittleData) as refused:
        time_to_event(hr=0.8)
    assert all(route.needs in refused.value.accepted for route in ROUTES.values())
    assert "rate comparison" in refused.value.accepted


def test_the_paragraph_says_how_the_ratio_was_found_and_what_it_takes_for_granted():
    text = time_to_event(median1i=20.0, median2i=15.0, x1i=140, x2i=150).text
    assert "the median times and the number of events" in text
    assert "hazards are the same at all times" in text
    assert "where their curves cross" in text


def test_the_picture_shows_every_route():
    (picture,) = time_to_event(**told("lung")).pictures
    assert [name for _, name in picture.ticks] == list(ROUTES)
    assert picture.zero == 0.0
