"""Trends count as parallel where a drift is shown to be small, never where none was seen."""

import numpy as np
import pytest
from scipy import special

from scoring.estimation.linear import coefficient
from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.synthetic_control import synthetic_control
from scoring.estimation.parallel import drift, worthwhile
from tests.scoring.estimation.panels import check, rows


def trend(estimate, se, df=20.0):
    return coefficient("drift", estimate, se, df=df, level=0.95)


def test_a_drift_is_denied_where_seen_and_shown_small_where_bounded_and_else_left_open():
    assert drift(trend(1.0, 0.2), distance=4.0, margin=100.0).parallel is False
    assert drift(trend(0.01, 0.05), distance=4.0, margin=1.0).parallel is True
    assert drift(trend(0.01, 0.05), distance=40.0, margin=1.0).parallel is None
    assert drift(trend(0.01, 0.05), distance=4.0, margin=None).parallel is None
    assert drift(trend(0.1, 5.0, df=None), distance=1.0, margin=1.0).parallel is None


def test_the_bound_is_the_ninety_per_cent_interval():
    half = float(special.stdtrit(20, 0.95)) * 0.05
    assert drift(trend(0.0, 0.05), distance=2.0, margin=2 * half * 1.001).parallel is True
    assert drift(trend(0.0, 0.05), distance=2.0, margin=2 * half * 0.999).parallel is None


def test_what_matters_is_the_smallest_effect_worth_having_where_no_plan_says():
    assert worthwhile(sd=10.0, log=False) == pytest.approx(2.0)
    assert worthwhile(sd=None, log=True) == pytest.approx(np.log(1.1))
    assert worthwhile(sd=None, log=False) is None


@pytest.mark.parametrize("sd", [None, 10.0, 1000.0])
@pytest.mark.parametrize(("treated", "others", "start"), [(2, 2, 3), (3, 4, 4)])
def test_a_drift_that_few_areas_cannot_show_is_never_a_fact_of_parallel_trends(
    treated, others, start, sd
):
    facts = []
    for seed in range(30):
        told = rows(
            treated=treated,
            others=others,
            periods=2 * start,
            start=start,
            effect=0.0,
            noise=1.2,
            drift=1.0,
            seed=seed,
        )
        found = difference_in_differences(**told, sd=sd)
        facts.append(found.facts["parallel_trends"])
    # A drift of 3 or 4 over the programme's periods is no more than a smallest effect of 200.
    assert set(facts) <= ({False, None} if sd != 1000.0 else {False, None, True})
    assert None in facts or sd == 1000.0


def test_at_the_margin_trends_are_called_parallel_one_time_in_twenty_at_most():
    called = 0
    for seed in range(200):
        told = rows(treated=8, others=8, effect=0.0, drift=2 / 3, seed=seed, noise=1.0)
        found = difference_in_differences(**told, sd=10.0)
        called += found.facts["parallel_trends"] is True
    assert called <= 18


def test_what_is_left_open_says_that_somebody_has_to_judge():
    found = difference_in_differences(**rows())
    told = check(found, "pre_trend")
    assert told.passed is None
    assert "has to be judged" in told.text
    assert "only says that no drift was seen" in told.text


def test_a_mix_that_held_is_shown_to_move_alike_only_on_a_scale():
    rng = np.random.default_rng(4)
    y = rng.normal(size=(24, 12)).cumsum(0) * 0.2 + rng.normal(0, 0.1, (24, 12))
    y[:, 0] = y[:, 1:4].mean(axis=1) + rng.normal(0, 0.1, 24)
    cells = [(f"a{j}", t, y[t, j], float(j == 0 and t >= 16)) for j in range(12) for t in range(24)]
    names = ("units", "periods", "outcome", "treated")
    told = dict(zip(names, zip(*cells, strict=True), strict=True))
    assert synthetic_control(**told).facts["parallel_trends"] is None
    assert synthetic_control(**told, sd=0.01).facts["parallel_trends"] is None
    assert synthetic_control(**told, sd=10.0).facts["parallel_trends"] is True
