"""Staggered adoption where the answer is known, and what is refused."""

import math
from itertools import permutations

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.event_study import event_study
from scoring.estimation.panels.panel import read_panel
from scoring.estimation.panels.staggered import staggered_adoption
from tests.scoring.estimation.panels import by_term, check


def panel(starts, *, periods=8, effect=lambda start, since: 1.0, noise=1e-6, seed=0):
    """Columns of a panel whose units start as told, None for never."""
    rng = np.random.default_rng(seed)
    told = {"units": [], "periods": [], "outcome": [], "treated": []}
    for unit, start in enumerate(starts):
        level = rng.normal(20, 5)
        for t in range(periods):
            on = start is not None and t >= start
            y = level + 0.7 * t + (effect(start, t - start) if on else 0.0)
            told["units"].append(f"u{unit:02d}")
            told["periods"].append(t)
            told["outcome"].append(y + noise * rng.standard_normal())
            told["treated"].append(float(on))
    return told


def panel_of(y, starts):
    """Columns of outcomes (units, periods) with these starts."""
    units, periods = y.shape
    return {
        "units": [f"u{unit:02d}" for unit in range(units) for _ in range(periods)],
        "periods": [t for _ in range(units) for t in range(periods)],
        "outcome": y.ravel().tolist(),
        "treated": [float(s is not None and t >= s) for s in starts for t in range(periods)],
    }


def growing(start, since):
    """An effect that grows with time and is larger for those who start late."""
    return 1.0 + 2.0 * since + 0.5 * start


def test_effects_that_grow_and_differ_are_found_where_two_way_effects_are_not():
    starts = [2, 2, 2, 4, 4, 4, 6, 6, 6, 8, 8, 8]
    told = panel(starts, periods=9, effect=growing)
    cells = [(s, t) for s in (2, 4, 6) for t in range(s, 8)]
    truth = {
        "simple average": np.mean([growing(s, t - s) for s, t in cells]),
        "group average": np.mean(
            [np.mean([growing(s, t - s) for c, t in cells if c == s]) for s in (2, 4, 6)]
        ),
        "started 4": np.mean([growing(4, since) for since in range(4)]),
        "+0": np.mean([growing(s, 0) for s in (2, 4, 6)]),
        "+5": growing(2, 5),
    }
    rows = by_term(staggered_adoption(**told, draws=100))
    for term, effect in truth.items():
        assert rows[term].estimate == pytest.approx(effect, abs=1e-4), term
    two_way = difference_in_differences(**told).natural.yi
    assert abs(two_way - truth["simple average"]) > 1


def test_two_way_effects_can_have_the_wrong_sign_where_these_have_not():
    # Goodman-Bacon 2021, section 3: early starters whose effect grows serve as comparisons.
    told = panel([1] * 6 + [4] * 6 + [7] * 2, effect=lambda start, since: 1.0 + 6.0 * since)
    assert difference_in_differences(**told).natural.yi < 0
    found = staggered_adoption(**told, draws=100)
    assert found.natural.yi > 1
    assert check(found, "two_way_effects").observed < 0
    assert "negative" in check(found, "two_way_effects").text


@pytest.mark.parametrize("comparison", ["not_yet_treated", "never_treated"])
def test_two_groups_and_two_periods_are_a_difference_in_differences(comparison):
    told = panel([1] * 5 + [None] * 7, periods=2, noise=1.0)
    one = staggered_adoption(**told, comparison=comparison, draws=100)
    two = difference_in_differences(**told)
    # Equal variances are what Satterthwaite's df take for granted there and Welch's do not.
    assert one.natural.yi == pytest.approx(two.natural.yi, rel=1e-10)
    assert one.se == pytest.approx(two.se, rel=1e-10)
    changes = np.diff(np.array(told["outcome"]).reshape(12, 2)).ravel()
    parts = changes[:5].var(ddof=1) / 5, changes[5:].var(ddof=1) / 7
    assert one.df == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 4 + parts[1] ** 2 / 6))


def test_one_start_is_an_event_study():
    told = panel([4] * 6 + [None] * 5, noise=1.0)
    rows = by_term(staggered_adoption(**told, draws=100))
    study = event_study(read_panel(**told), np.arange(11))
    for time, row in zip(study.times, study.coefficients, strict=True):
        assert rows[f"{time:+d}"].estimate == pytest.approx(row.estimate, rel=1e-9)
        assert rows[f"{time:+d}"].se == pytest.approx(row.se, rel=1e-9)


def test_the_joint_test_of_one_lead_is_the_square_of_its_t():
    told = panel([2] * 6 + [None] * 5, noise=1.0, periods=5)
    found = staggered_adoption(**told, draws=100)
    lead = by_term(found)["-2"]
    assert check(found, "leads").observed == pytest.approx(lead.p_value, rel=1e-9)


def test_leads_that_differ_fail_and_do_not_count_as_parallel():
    told = panel([4] * 8 + [6] * 8 + [None] * 8, noise=0.5)
    y = np.array(told["outcome"]).reshape(24, 8)
    y[:16] += 1.5 * np.arange(8)
    found = staggered_adoption(**told | {"outcome": y.ravel().tolist()}, draws=100)
    assert check(found, "leads").passed is False
    assert found.facts["parallel_trends"] is False
    assert staggered_adoption(**told, draws=100).facts["parallel_trends"] is None
    assert staggered_adoption(**told, draws=100, sd=10.0).facts["parallel_trends"] is True


def test_more_leads_than_units_can_tell_are_not_tested():
    told = panel([7, 7, 7, None, None, None], noise=1.0)
    found = staggered_adoption(**told, draws=100)
    assert check(found, "leads").passed is None
    assert found.facts["parallel_trends"] is None


def test_units_treated_throughout_change_nothing_and_are_named():
    told = panel([None] * 5 + [3] * 4 + [5] * 4, noise=1.0)
    always = panel([0, 0], noise=1.0, seed=9)
    always["units"] = [f"always {unit}" for unit in always["units"]]
    both = {field: [*told[field], *always[field]] for field in told}
    found = staggered_adoption(**both, draws=100)
    alone = staggered_adoption(**told, draws=100)
    assert by_term(found).keys() == by_term(alone).keys()
    for term, row in by_term(alone).items():
        assert by_term(found)[term].estimate == pytest.approx(row.estimate, rel=1e-9)
        assert by_term(found)[term].se == pytest.approx(row.se, rel=1e-9)
    assert "always u00, always u01" in check(found, "left_out").text
    assert found.facts["units_intervention"] == alone.facts["units_intervention"] == 8


def test_cohorts_of_one_unit_have_no_figures_of_their_own():
    told = panel([2, 3, 4, 5, 6, 7, *[None] * 6], noise=1.0)
    found = staggered_adoption(**told, draws=100)
    terms = by_term(found)
    assert check(found, "cohorts_of_one").observed == 6
    assert not any(term.startswith("started") for term in terms)
    assert "+4" in terms
    assert "+5" not in terms
    assert found.se > 0


def test_cohorts_of_one_unit_err_on_the_safe_side():
    starts = [2, 3, 4, 5, 6, *[None] * 5]
    errors, estimates = [], []
    for seed in range(300):
        told = panel(starts, effect=lambda start, since: 0.5 * start, noise=1.0, seed=seed)
        found = staggered_adoption(**told, bands="pointwise")
        errors.append(found.natural.vi)
        estimates.append(found.natural.yi)
    assert np.mean(errors) > 0.95 * np.var(estimates)


def test_few_units_get_a_placebo_p_value_from_other_starts():
    told = panel([1, 1, 2, None, None, None], periods=4, noise=1.0, effect=lambda s, t: 6.0)
    found = staggered_adoption(**told, draws=3000)
    placebo = check(found, "placebo_permutation")
    assert check(found, "clusters").passed is False
    y, member = np.array(told["outcome"]).reshape(6, 4), [1, 1, 2, None, None, None]
    effects = [
        staggered_adoption(**panel_of(y, starts), draws=2).natural.yi
        for starts in sorted(set(permutations(member)), key=str)
    ]
    by_hand = np.mean(np.abs(effects) >= abs(found.natural.yi) - 1e-9)
    assert len(effects) == 60
    assert placebo.observed == pytest.approx(by_hand, abs=0.02)
    assert "3000 assignments (drawn)" in placebo.text
    again = staggered_adoption(**told, draws=3000)
    assert check(again, "placebo_permutation") == placebo


def test_intervals_hold_as_often_as_they_say():
    inside, truth = 0, 1.0
    for seed in range(400):
        told = panel([2] * 4 + [4] * 4 + [6] * 4 + [None] * 5, noise=1.0, seed=seed)
        found = staggered_adoption(**told, bands="pointwise")
        inside += found.ci_low <= truth <= found.ci_high
    assert 0.92 <= inside / 400 <= 0.98


def test_a_simultaneous_band_is_wider_and_the_same_for_a_seed():
    told = panel([3] * 6 + [5] * 6 + [None] * 8, noise=1.0)
    one, again, other, alone = (
        staggered_adoption(**told, **options).pictures[-1].lines[0]
        for options in ({}, {}, {"seed": 1}, {"bands": "pointwise"})
    )
    assert one == again
    assert one.high != other.high
    assert np.array(one.high)[[0, -1]] == pytest.approx(np.array(other.high)[[0, -1]], rel=0.05)
    widths = [np.array(line.high) - np.array(line.low) for line in (one, alone)]
    assert (widths[0] >= widths[1]).all()
    assert one.y[one.x.index(-1.0)] == 0


def test_every_overall_average_can_be_the_effect():
    told = panel([3] * 4 + [5] * 4 + [None] * 5, noise=1.0)
    for average in ("group", "simple", "dynamic"):
        found = staggered_adoption(**told, average=average, draws=100)
        row = by_term(found)[f"{average} average"]
        assert found.natural.yi == row.estimate
        assert (found.ci_low, found.ci_high, found.df) == (row.ci_low, row.ci_high, row.df)
        assert found.specification["average"] == average


def test_the_effect_is_read_in_what_the_caller_gives():
    told = panel([3] * 4 + [5] * 4 + [None] * 5, noise=1.0)
    assert staggered_adoption(**told, draws=100).standardised is None
    given = staggered_adoption(**told, draws=100, sd=5.0)
    assert given.standardised.yi == pytest.approx(given.natural.yi / 5)
    people = staggered_adoption(**told, draws=100, people=True)
    before = np.array(told["outcome"]).reshape(13, 8)[8:, :3]
    sd = math.sqrt(before.var(axis=0, ddof=1).mean())
    assert people.specification["standardiser"] == pytest.approx(sd)
    assert people.facts["analysed_intervention"] == 8
    grown = {**told, "outcome": [math.exp(y / 50) for y in told["outcome"]]}
    ratio = staggered_adoption(**grown, draws=100, log=True)
    assert ratio.standardised == ratio.natural
    assert ratio.natural.measure == "ROM"


def test_rows_may_come_in_any_order():
    told = panel([3] * 4 + [5] * 4 + [None] * 5, noise=1.0)
    order = np.random.default_rng(1).permutation(len(told["units"]))
    mixed = {field: [values[place] for place in order] for field, values in told.items()}
    assert staggered_adoption(**mixed) == staggered_adoption(**told)


def test_the_text_says_whom_the_units_are_compared_with():
    told = panel([3] * 4 + [5] * 4 + [None] * 5, noise=1.0)
    assert "8 units that started at 2 different times" in staggered_adoption(**told).text
    never = staggered_adoption(**told, comparison="never_treated")
    assert "judged by units that never had it" in never.text


def stopping():
    told = panel([3] * 4 + [None] * 4)
    told["treated"][7] = 0.0
    return told


REFUSED = {
    "a programme that stops": (stopping, InvalidInput, "is 0 for u00 in 7: the programme stops"),
    "everybody at once": (
        lambda: panel([3] * 6),
        TooLittleData,
        "two comparison units.*no other design fits",
    ),
    "from the first period on": (
        lambda: panel([0] * 3 + [None] * 3),
        TooLittleData,
        "nothing before it",
    ),
    "one treated unit": (
        lambda: panel([3] + [None] * 5, noise=1.0),
        TooLittleData,
        "one treated unit.*synthetic_control",
    ),
    "one comparison unit": (
        lambda: panel([3] * 4 + [None]),
        TooLittleData,
        "two comparison units",
    ),
    "never starts": (lambda: panel([None] * 5), TooLittleData, "never starts"),
    "no variation at all": (
        lambda: panel([3] * 4 + [None] * 4, noise=0.0) | {"outcome": [1.0] * 64},
        InvalidInput,
        "the same in every row",
    ),
    "nothing left to err": (
        lambda: (told := panel([3] * 4 + [None] * 4)) | {"outcome": told["treated"]},
        InvalidInput,
        "fits every row exactly",
    ),
    "one draw": (
        lambda: panel([3] * 4 + [None] * 4) | {"draws": 1},
        InvalidInput,
        "draws",
    ),
    "less than nothing ahead": (
        lambda: panel([3] * 4 + [None] * 4) | {"anticipation": -1},
        InvalidInput,
        "anticipation",
    ),
    "all of the before": (
        lambda: panel([3] * 4 + [None] * 4) | {"anticipation": 3},
        TooLittleData,
        "before its start",
    ),
    "no such comparison": (
        lambda: panel([3] * 4 + [None] * 4) | {"comparison": "all"},
        UnknownMethod,
        "comparison",
    ),
    "no such average": (
        lambda: panel([3] * 4 + [None] * 4) | {"average": "median"},
        UnknownMethod,
        "average",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_estimated_is_refused_in_words(case):
    told, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        staggered_adoption(**told())
