"""What a panel tells of periods that are missing, and of both groups before the start."""

from datetime import date

import numpy as np
import pytest

from scoring.errors import InvalidInput
from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.staggered import staggered_adoption
from scoring.estimation.panels.synthetic_control import synthetic_control
from tests.scoring.estimation.panels import check, rows

DESIGNS = (difference_in_differences, staggered_adoption)


def dated(days, *, treated=6, others=8, start=9, level=10.0):
    rng = np.random.default_rng(1)
    cells = [
        (f"area {u:02d}", day, level + u + rng.normal(), float(u < treated and place >= start))
        for u in range(treated + others)
        for place, day in enumerate(days)
    ]
    names = ("units", "periods", "outcome", "treated")
    return dict(zip(names, zip(*cells, strict=True), strict=True))


def months(left_out=(), day=1):
    return [date(2018 + m // 12, m % 12 + 1, day) for m in range(24) if m not in left_out]


@pytest.mark.parametrize("design", [*DESIGNS, synthetic_control])
def test_months_that_are_missing_in_all_units_fail_the_check(design):
    treated = 1 if design is synthetic_control else 6
    whole = design(**dated(months(), treated=treated))
    assert check(whole, "even_periods").passed is True
    holes = design(**dated(months({5, 6, 7}), treated=treated))
    assert check(holes, "even_periods").passed is False
    assert check(holes, "even_periods").observed == 4.0
    assert "missing periods" in holes.text


@pytest.mark.parametrize(
    ("days", "passed"),
    [
        ([date(2018, 3 * q + 1, 1) for q in range(4)] + [date(2019, 1, 1)], True),
        ([date(2018, 3, 31), date(2018, 6, 30), date(2018, 9, 30), date(2018, 12, 31)], True),
        ([date(2018, 1, 1 + 7 * week) for week in range(4)], True),
        ([date(2018, 1, 1), date(2018, 1, 8), date(2018, 1, 22), date(2018, 1, 29)], False),
        ([date(2018, 9, 5), date(2019, 1, 8), date(2019, 4, 20), date(2019, 9, 4)], None),
        (["first", "later", "later still", "very last"], None),
    ],
)
def test_periods_are_even_by_the_calendar(days, passed):
    found = difference_in_differences(**dated(days, start=2))
    assert check(found, "even_periods").passed is passed


def test_periods_left_out_for_anticipation_are_not_missing():
    found = difference_in_differences(**rows(periods=14, start=8), anticipation=2)
    assert check(found, "even_periods").passed is True


def test_a_slope_before_the_start_is_by_true_distances():
    told = dated(months({2, 3, 4}), treated=7, others=7)
    at = {day: 12 * day.year + day.month for day in told["periods"]}
    numbered = told | {"periods": [float(at[day]) for day in told["periods"]]}
    by_date, by_number = (difference_in_differences(**one) for one in (told, numbered))
    assert check(by_date, "pre_trend").text == check(by_number, "pre_trend").text


@pytest.mark.parametrize("design", DESIGNS)
def test_baseline_means_are_in_the_units_of_the_outcome(design):
    told = dated(months(), level=50.0)
    plain, logged = design(**told), design(**told, log=True)
    for name in ("mean_intervention", "mean_comparison"):
        assert logged.facts[name] == pytest.approx(plain.facts[name], rel=1e-12)
        assert 45 < logged.facts[name] < 70


@pytest.mark.parametrize("design", DESIGNS)
def test_units_treated_throughout_have_no_baseline(design):
    told = dated(months())
    always = dated(months(), treated=4, others=0, start=0, level=150.0)
    always["units"] = [f"old {unit}" for unit in always["units"]]
    both = {name: [*told[name], *always[name]] for name in told}
    assert design(**both).facts["mean_intervention"] == pytest.approx(
        design(**told).facts["mean_intervention"]
    )


@pytest.mark.parametrize("seed", [-1, 0.5])
@pytest.mark.parametrize("design", DESIGNS)
def test_a_seed_that_is_no_whole_number_of_0_or_more_is_refused(design, seed):
    with pytest.raises(InvalidInput, match="seed: is") as refused:
        design(**dated(months()), seed=seed)
    assert refused.value.field == "seed"
