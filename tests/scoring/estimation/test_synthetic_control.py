"""Synthetic control against unseen cases from R, an independent optimiser, and known answers."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.panels.simplex import simplex_weights
from scoring.estimation.panels.synthetic_control import synthetic_control
from tests.scoring.estimation.panels import check, simplex_objective

FOLDER = Path(__file__).parents[2] / "reference" / "estimation_unseen" / "synthetic_control"
UNSEEN = {case["id"]: case for case in json.loads((FOLDER / "cases.json").read_text())}


def arguments(case):
    data = case["data"]
    told = {
        "units": data["unit"],
        "periods": data["period"],
        "outcome": data["y"],
        "treated": data["treated"],
    }
    return told | ({"covariates": {"x": data["x"]}} if case["covariates"] else {})


def weights_of(estimate):
    """Weights by donor, as the specification keeps them."""
    told = estimate.specification.items()
    return {name.removeprefix("weight "): w for name, w in told if name.startswith("weight ")}


def test_the_grid_of_unseen_cases_is_complete():
    assert {name: case["covariates"] for name, case in UNSEEN.items()} == {
        "more-periods-than-donors": False,
        "more-donors-than-periods": False,
        "with-a-covariate": True,
        "no-effect": False,
    }


@pytest.mark.parametrize("name", UNSEEN)
def test_weights_effects_and_placebos_agree_with_quadprog(name):
    case = UNSEEN[name]
    found = synthetic_control(**arguments(case))
    told = weights_of(found)
    for place, weight in enumerate(case["weights"], start=2):
        assert told[str(place)] == pytest.approx(weight, abs=1e-7)
    assert found.natural.yi == pytest.approx(case["effect"], rel=1e-6)
    assert found.natural.vi == pytest.approx(case["variance"], rel=1e-6)
    assert found.df == len(case["weights"])
    assert found.p_value == pytest.approx(case["p"]["both"], rel=1e-12)
    text = check(found, "placebos").text
    assert f"a rise alone {100 * case['p']['rise']:.3g} %" in text
    assert f"a fall alone {100 * case['p']['fall']:.3g} %" in text
    gaps = found.pictures[1].lines
    assert [line.role for line in gaps] == ["placebo"] * len(case["weights"]) + ["estimate"]
    assert gaps[-1].y == pytest.approx(case["gaps"], abs=1e-6)
    for line, reference in zip(gaps, case["placebo_gaps"], strict=False):
        assert line.y == pytest.approx(reference, abs=1e-6)
    low, high = case["without"]
    worst = low if case["effect"] > 0 else high
    assert check(found, "leave_one_out").observed == pytest.approx(worst, rel=1e-6)


def panel(*, donors=20, periods=24, start=16, effect=4.0, noise=0.5, seed=0, mixed=True):
    """Columns of a panel; the treated unit is in the middle of the donors if `mixed`."""
    rng = np.random.default_rng(seed)
    path = rng.standard_normal((2, periods)).cumsum(axis=1)
    load = rng.uniform(0, 2, (donors + 1, 2))
    load[0] = load[1:4].mean(axis=0) if mixed else (6.0, -6.0)
    y = 20 + load @ path + noise * rng.standard_normal((donors + 1, periods))
    if noise == 0:
        y[0] = y[1:4].mean(axis=0)
    y[0, start:] += effect
    return columns(y, start)


def columns(y, start):
    units = [f"u{unit:02d}" for unit in range(len(y)) for _ in range(y.shape[1])]
    on = [float(unit == 0 and t >= start) for unit in range(len(y)) for t in range(y.shape[1])]
    periods = list(range(2000, 2000 + y.shape[1])) * len(y)
    return {"units": units, "periods": periods, "outcome": y.ravel().tolist(), "treated": on}


def test_a_mix_of_donors_is_found_and_so_is_the_effect():
    found = synthetic_control(**panel(noise=0.0))
    told = weights_of(found)
    assert [told[f"u0{unit}"] for unit in (1, 2, 3)] != [0, 0, 0]
    assert found.natural.yi == pytest.approx(4.0, abs=1e-3)
    assert found.specification["error_before"] < 1e-3
    assert found.design == "synthetic_control"
    assert found.claim == "comparison"


def test_the_least_p_value_is_bounded_by_the_donors():
    found = synthetic_control(**panel(effect=50.0))
    assert found.p_value == pytest.approx(1 / 21)
    few = synthetic_control(**panel(effect=50.0, donors=6))
    assert few.p_value == pytest.approx(1 / 7)
    assert check(found, "donors").passed is True
    assert check(few, "donors").passed is False
    assert "cannot be below 0.143" in check(few, "donors").text


def scaled(line, start):
    gaps = np.array(line.y)
    return gaps[start:].mean() / math.sqrt((gaps[:start] ** 2).mean())


@pytest.mark.parametrize(("donors", "level"), [(19, 0.95), (25, 0.95), (24, 0.9), (9, 0.9)])
def test_the_placebo_interval_holds_the_effects_that_placebos_do_not_reject(donors, level):
    found = synthetic_control(**panel(donors=donors), interval="placebo", level=level)
    *others, mine = found.pictures[1].lines
    error = math.sqrt((np.array(mine.y)[:16] ** 2).mean())

    def p(effect):
        own = abs(found.natural.yi - effect) / error
        return (1 + sum(abs(scaled(line, 16)) >= own for line in others)) / (1 + donors)

    width = found.ci_high - found.ci_low
    assert p(found.ci_high - 1e-9 * width) > 1 - level
    assert p(found.ci_low + 1e-9 * width) > 1 - level
    assert p(found.ci_high + 1e-9 * width) <= 1 - level + 1e-12
    assert p(found.ci_low - 1e-9 * width) <= 1 - level + 1e-12


def test_the_interval_is_of_placebos_where_donors_are_enough_and_else_of_their_variance():
    enough = synthetic_control(**panel(donors=19))
    few = synthetic_control(**panel(donors=18))
    assert enough.specification["interval"] == "placebo"
    assert few.specification["interval"] == "variance"
    half = stats.t.ppf(0.975, 18) * few.se
    assert few.ci_high == pytest.approx(few.natural.yi + half, rel=1e-9)
    assert few.ci_low == pytest.approx(few.natural.yi - half, rel=1e-9)
    with pytest.raises(TooLittleData, match=r"18 donors.*19 donors, or another interval"):
        synthetic_control(**panel(donors=18), interval="placebo")


def test_the_conformal_interval_holds_the_effects_that_permutations_do_not_reject():
    told = panel(donors=8, periods=24, start=20)
    found = synthetic_control(**told, interval="conformal", level=0.9)
    y = np.array(told["outcome"]).reshape(9, 24)
    after = np.arange(24) >= 20

    def p(effect):
        own = y[0] - effect * after
        inner = simplex_objective(y[1:].T, own)
        fit = optimize.minimize(
            lambda v: v @ inner @ v,
            simplex_weights(y[1:].T, own) * 0.9 + 0.1 / 8,
            jac=lambda v: 2 * inner @ v,
            bounds=[(0, 1)] * 8,
            constraints={"type": "eq", "fun": lambda v: v.sum() - 1, "jac": np.ones_like},
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 5000},
        )
        sizes = np.abs(own - y[1:].T @ fit.x)
        sums = [np.roll(sizes, shift)[after].sum() for shift in range(24)]
        return np.mean(np.array(sums) >= sums[0] * (1 - 1e-7))

    width = found.ci_high - found.ci_low
    assert p(found.natural.yi) > 0.1
    assert p(found.ci_high - 1e-3 * width) > 0.1
    assert p(found.ci_low + 1e-3 * width) > 0.1
    assert p(found.ci_high + 1e-3 * width) <= 0.1
    assert p(found.ci_low - 1e-3 * width) <= 0.1
    assert "permutations over time" in found.text


def test_a_conformal_interval_needs_periods_enough_to_reject():
    with pytest.raises(TooLittleData, match=r"periods: 16.*20 periods"):
        synthetic_control(**panel(periods=16, start=12), interval="conformal")


def test_intervals_hold_the_truth_as_often_as_they_say():
    inside = {"placebo": 0, "variance": 0}
    for seed in range(150):
        told = panel(seed=seed, donors=19, periods=16, start=12, noise=1.0)
        for interval in inside:
            found = synthetic_control(**told, interval=interval)
            inside[interval] += found.ci_low <= 4.0 <= found.ci_high
    assert all(0.89 <= hits / 150 <= 1.0 for hits in inside.values())


def test_the_placebo_p_value_keeps_its_level_without_an_effect():
    rejected = []
    for seed in range(200):
        told = panel(seed=seed, donors=9, periods=12, start=8, effect=0.0, noise=1.0)
        rejected.append(synthetic_control(**told).p_value <= 0.1 + 1e-9)
    assert np.mean(rejected) <= 0.17


def test_a_unit_outside_its_donors_fails_and_is_not_pooled():
    found = synthetic_control(**panel(mixed=False), sd=3.0)
    assert check(found, "pre_fit").passed is False
    assert found.standardised is None
    assert "not like the real one" in found.not_standardised
    assert found.facts["parallel_trends"] is False


def test_the_variance_for_the_pool_needs_donors_and_a_standard_deviation():
    given = synthetic_control(**panel(), sd=3.0)
    assert given.standardised.yi == pytest.approx(given.natural.yi / 3)
    assert given.standardised.vi == pytest.approx(given.natural.vi / 9)
    assert "give sd" in synthetic_control(**panel()).not_standardised
    few = synthetic_control(**panel(donors=7), sd=3.0)
    assert few.standardised is None
    assert "fewer than 8 donors" in few.not_standardised


def test_the_log_of_a_ratio_is_estimated_on_request():
    told = panel()
    grown = [math.exp(y / 50) for y in told["outcome"]]
    found = synthetic_control(**told | {"outcome": grown}, log=True)
    assert found.natural.measure == "ROM"
    assert found.natural.yi == pytest.approx(synthetic_control(**told).natural.yi / 50, rel=1e-6)
    assert found.standardised == found.natural
    assert "times what it would have been" in found.text


def test_a_start_that_never_was_shows_a_mix_that_fell_apart_before():
    told = panel(effect=0.0, noise=0.2)
    y = np.array(told["outcome"]).reshape(21, 24)
    y[0, 12:] += 8
    found = synthetic_control(**told | {"outcome": y.ravel().tolist()})
    assert check(found, "held_out").passed is False
    assert found.facts["parallel_trends"] is False
    assert check(synthetic_control(**panel()), "held_out").passed is True
    assert check(synthetic_control(**panel(start=7)), "held_out") is None


def test_one_donor_that_carries_the_effect_is_found():
    rng = np.random.default_rng(2)
    y = 20 + np.linspace(0, 3, 20) * rng.uniform(0, 1, (12, 1)) + rng.normal(0, 0.1, (12, 20))
    y[1] = y[0] + rng.normal(0, 0.01, 20)
    y[1, 14:] -= 5
    y[2:, 14:] += 2
    found = synthetic_control(**columns(y, 14))
    assert found.natural.yi > 0
    assert check(found, "leave_one_out").passed is False


def test_rows_may_come_in_any_order():
    told = panel()
    order = np.random.default_rng(1).permutation(len(told["units"]))
    mixed = {field: [values[place] for place in order] for field, values in told.items()}
    assert synthetic_control(**mixed) == synthetic_control(**told)


def test_pictures_show_the_unit_its_mix_and_all_placebos():
    told = panel()
    path, gaps = synthetic_control(**told).pictures
    assert [line.role for line in path.lines] == ["observed", "counterfactual"]
    assert path.lines[0].y == pytest.approx(told["outcome"][:24])
    apart = np.subtract(path.lines[0].y, path.lines[1].y)
    assert gaps.lines[-1].y == pytest.approx(apart)
    assert (path.mark, gaps.mark, gaps.zero, gaps.kind) == (2016, 2016, 0, "placebos")


def test_the_text_names_the_unit_and_how_the_interval_was_found():
    text = synthetic_control(**panel()).text
    assert text.startswith("In u00 the outcome was on average")
    assert "of 20 units without the programme" in text
    assert "effects that the placebos do not reject" in text
    assert "speaks of this unit only" in text


def also_treated():
    told = panel()
    told["treated"][40:48] = [1.0] * 8
    return told


def stopping():
    told = panel()
    told["treated"][23] = 0.0
    return told


REFUSED = {
    "two treated units": (
        also_treated,
        InvalidInput,
        "2 units are treated: u00, u01.*difference_in_differences or controlled_interrupted",
    ),
    "a programme that stops": (stopping, InvalidInput, "stops or runs in part in u00"),
    "one donor": (
        lambda: columns(np.random.default_rng(0).normal(size=(2, 9)), 5),
        TooLittleData,
        "units: 1 without the programme.*no other design fits",
    ),
    "one period before": (
        lambda: panel(start=1),
        TooLittleData,
        "periods: 1 before the start.*no other design fits",
    ),
    "never starts": (
        lambda: panel() | {"treated": [0.0] * 504},
        TooLittleData,
        "never starts",
    ),
    "no such interval": (lambda: panel() | {"interval": "exact"}, UnknownMethod, "interval"),
    "no level": (lambda: panel() | {"level": 1.0}, InvalidInput, "level"),
    "placebos that miss nothing": (
        lambda: columns(np.vstack([np.arange(9.0), np.ones((4, 9))]), 5),
        InvalidInput,
        "fits every row exactly",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_estimated_is_refused_in_words(case):
    told, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        synthetic_control(**told())


def test_two_donors_are_each_others_placebo():
    found = synthetic_control(**panel(donors=2))
    assert found.p_value == pytest.approx(1 / 3)
    assert sum(weights_of(found).values()) == pytest.approx(1)
