"""Staggered adoption against unseen cases from R, by two routes."""

import json
from pathlib import Path

import pytest

from scoring.estimation.panels.staggered import staggered_adoption
from tests.scoring.estimation.panels import by_term, check

FOLDER = Path(__file__).parents[2] / "reference" / "estimation_unseen" / "staggered"
UNSEEN = {case["id"]: case for case in json.loads((FOLDER / "cases.json").read_text())}
AVERAGES = {name: f"{name} average" for name in ("group", "simple", "dynamic")}


def arguments(case):
    data = case["data"]
    return {
        "units": data["unit"],
        "periods": data["period"],
        "outcome": data["y"],
        "treated": data["treated"],
    }


def test_the_grid_of_unseen_cases_is_complete():
    told = {
        name: (
            [(h["comparison"], h["anticipation"]) for h in case["by_hand"]],
            [s["anticipation"] for s in case["saturated"]],
        )
        for name, case in UNSEEN.items()
    }
    not_yet, never = "not_yet_treated", "never_treated"
    four = [(not_yet, 0), (never, 0), (not_yet, 1), (never, 1)]
    assert told == {
        "made-never": (four, [0, 1]),
        "made-all-adopt": ([(not_yet, 0), (not_yet, 1)], []),
        "made-one-start": (four, [0, 1]),
        "made-always": ([(not_yet, 0), (never, 0)], []),
        "seat-belts": ([(not_yet, 0), (not_yet, 1)], []),
    }


# Averages over one state, by the periods of anticipation.
LONE = {0: {"started 1989", "started 1995", "-12"}, 1: {"started 1989", "-12"}}
HANDS = [(name, place) for name, case in UNSEEN.items() for place in range(len(case["by_hand"]))]


@pytest.mark.parametrize(("name", "place"), HANDS)
def test_averages_and_influence_function_errors_agree_with_r(name, place):
    case, told = UNSEEN[name], UNSEEN[name]["by_hand"][place]
    found = staggered_adoption(
        **arguments(case),
        comparison=told["comparison"],
        anticipation=told["anticipation"],
        covariance="IF",
        draws=100,
    )
    rows = by_term(found)
    names = [AVERAGES.get(term, term) for term in told["terms"]]
    # An average over one unit is left out here; by hand its own error is 0.
    left_out = set(names) - set(rows)
    assert set(rows) <= set(names)
    assert left_out == (LONE[told["anticipation"]] if name == "seat-belts" else set())
    for term, estimate, se in zip(names, told["estimate"], told["se"], strict=True):
        if term not in left_out:
            assert rows[term].estimate == pytest.approx(estimate, rel=1e-9, abs=1e-11), term
            assert rows[term].se == pytest.approx(se, rel=1e-9), term
            assert rows[term].df is None


SATURATED = [
    (name, place) for name, case in UNSEEN.items() for place in range(len(case["saturated"]))
]


@pytest.mark.parametrize(("name", "place"), SATURATED)
def test_errors_are_those_of_the_saturated_regression_with_cr2(name, place):
    case, told = UNSEEN[name], UNSEEN[name]["saturated"][place]
    found = staggered_adoption(
        **arguments(case), comparison="never_treated", anticipation=told["anticipation"], draws=100
    )
    rows = by_term(found)
    names = [AVERAGES.get(term, term) for term in told["terms"]]
    assert set(rows) == set(names)
    for term, estimate, se in zip(names, told["estimate"], told["se"], strict=True):
        assert rows[term].estimate == pytest.approx(estimate, rel=1e-9, abs=1e-11), term
        assert rows[term].se == pytest.approx(se, rel=1e-9), term
        assert rows[term].df > 0


@pytest.mark.parametrize("name", [name for name in UNSEEN if name != "made-always"])
def test_what_two_way_effects_would_have_said_agrees_with_r(name):
    found = staggered_adoption(**arguments(UNSEEN[name]), draws=100)
    naive = check(found, "two_way_effects")
    if name == "made-one-start":
        assert naive is None
    else:
        assert naive.observed == pytest.approx(UNSEEN[name]["two_way"], rel=1e-9)
