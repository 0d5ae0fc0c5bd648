"""Difference in differences against the oracle, unseen cases from R, and known answers."""

import json
import math
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.did import difference_in_differences
from scoring.estimation.event_study import event_study, pre_period_trend
from scoring.estimation.panel import read_panel, running

REFERENCE = Path(__file__).parents[2] / "reference"
ORACLE = {
    "did-2x2": {"units": "unit", "periods": "post", "outcome": "y", "treated": "did"},
    "did-mortality": {"units": "state", "periods": "year", "outcome": "mrate", "treated": "legal"},
    "did-usseatbelts": {
        "units": "state",
        "periods": "year",
        "outcome": "lfat",
        "treated": "primary",
    },
    "did-sim-few-clusters-a": {
        "units": "unit",
        "periods": "time",
        "outcome": "y",
        "treated": "did",
    },
}
COVARIATES = {"did-usseatbelts": ("secondary",)}
FILES = {
    name: json.loads((REFERENCE / "estimation" / f"{name}.json").read_text()) for name in ORACLE
}
UNSEEN = json.loads((REFERENCE / "estimation_unseen" / "did" / "cases.json").read_text())

GROUP_BY_PERIOD, TWO_WAY = "group by period, OLS", "two-way fixed effects, OLS with unit and period"
TREND = "pre-period trend check: treated by time before the programme"
BY_ROWS = {"const", "HC0", "HC1", "HC2", "HC3"}
BY_CLUSTERS = {"CR0", "CR1", "CR1S", "CR2"}


def columns(name):
    data, named = FILES[name]["data"], ORACLE[name]
    told = {argument: data[column] for argument, column in named.items()}
    return told | {"covariates": {extra: data[extra] for extra in COVARIATES.get(name, ())}}


def coefficients(name, model, **options):
    """The table of one model of the oracle, through the door it belongs to."""
    if model == TREND:
        panel = read_panel(**columns(name))
        return pre_period_trend(panel, np.arange(len(panel.units)), **options)
    estimator = "group_by_period" if model == GROUP_BY_PERIOD else "two_way"
    found = difference_in_differences(**columns(name), estimator=estimator, **options)
    return [row for row in found.coefficients if row.term[0] not in "+-"]


MODELS = [(name, place) for name, file in FILES.items() for place in range(len(file["models"]))]


def test_the_grid_of_the_oracle_is_complete():
    assert {name: [m["name"].split(" dummies")[0] for m in FILES[name]["models"]] for name in FILES}
    told = {name: [model["name"] for model in file["models"]] for name, file in FILES.items()}
    two_way = f"{TWO_WAY} dummies"
    assert told == {
        "did-2x2": [GROUP_BY_PERIOD],
        "did-mortality": [two_way],
        "did-usseatbelts": [two_way],
        "did-sim-few-clusters-a": [GROUP_BY_PERIOD, two_way, TREND],
    }
    for name, place in MODELS:
        model = FILES[name]["models"][place]
        with_cr3 = set() if model["name"] == two_way else {"CR3"}
        assert set(model["cov"]) == BY_ROWS | BY_CLUSTERS | with_cr3


@pytest.mark.parametrize(("name", "place"), MODELS)
def test_every_field_of_every_covariance_agrees_with_the_oracle(name, place):
    model, compared = FILES[name]["models"][place], 0
    for kind, told in model["cov"].items():
        own = "residual" if kind in BY_ROWS else "clusters"
        for df, suffix, field in (
            (own, "t", "df"),
            ("normal", "z", None),
            ("satterthwaite", "satterthwaite", "df_satterthwaite"),
        ):
            if f"pval_{suffix}" not in told:
                continue
            rows = coefficients(name, model["name"], covariance=kind, df=df)
            assert len(rows) == len(model["terms"]), (name, kind)
            for i, row in enumerate(rows):
                which, size = (name, kind, df, row.term), abs(model["b"][i])
                assert row.estimate == pytest.approx(model["b"][i], rel=1e-10), which
                assert row.se == pytest.approx(told["se"][i], rel=1e-10), which
                assert row.statistic == pytest.approx(told["stat"][i], rel=1e-10), which
                p = told[f"pval_{suffix}"][i]
                # Beyond the last digits of a double, R prints normal p-values from its own series.
                assert row.p_value == pytest.approx(p, rel=1e-8, abs=1e-15), which
                assert row.ci_low == pytest.approx(
                    told[f"ci_lb_{suffix}"][i], rel=1e-9, abs=1e-11 * size
                ), which
                assert row.ci_high == pytest.approx(
                    told[f"ci_ub_{suffix}"][i], rel=1e-9, abs=1e-11 * size
                ), which
                if field is not None:
                    reference = told[field] if suffix == "t" else told[field][i]
                    assert row.df == pytest.approx(reference, rel=1e-10), which
                compared += 1
    assert compared == len(model["terms"]) * (2 * len(model["cov"]) + 2)


@pytest.mark.parametrize(
    ("name", "estimator", "place"),
    [
        ("did-2x2", "group_by_period", 0),
        ("did-mortality", "two_way", 0),
        ("did-usseatbelts", "two_way", 0),
        ("did-sim-few-clusters-a", "group_by_period", 0),
        ("did-sim-few-clusters-a", "two_way", 1),
    ],
)
def test_fit_statistics_agree_with_the_oracle(name, estimator, place):
    model = FILES[name]["models"][place]
    found = difference_in_differences(**columns(name), estimator=estimator)
    assert found.n == model["nobs"]
    assert found.specification["rank"] == model["rank"]
    assert found.specification["residual_df"] == model["df_resid"]
    assert found.specification["sigma"] == pytest.approx(model["sigma"], rel=1e-12)
    assert found.specification["r2"] == pytest.approx(model["r2"], rel=1e-12)


def test_bias_reduced_errors_on_satterthwaites_df_are_the_default():
    told = FILES["did-sim-few-clusters-a"]["models"][1]["cov"]["CR2"]
    found = difference_in_differences(**columns("did-sim-few-clusters-a"))
    assert found.covariance == "CR2"
    assert found.se == pytest.approx(told["se"][0], rel=1e-10)
    assert found.df == pytest.approx(told["df_satterthwaite"][0], rel=1e-10)
    assert found.p_value == pytest.approx(told["pval_satterthwaite"][0], rel=1e-9)


def unseen_arguments(case):
    data = case["data"]
    told = {"units": data["unit"], "periods": data["period"], "outcome": data["y"]}
    told |= {"treated": data["treated"], "clusters": data["cluster"]}
    return told | ({"covariates": {"x": data["x"]}} if case.get("covariate") else {})


def unseen_rows(case, model, **options):
    told = unseen_arguments(case)
    of = told["clusters"]
    if model in ("two_way", "group_by_period"):
        anticipation = case.get("anticipation", 0)
        return difference_in_differences(
            **told, estimator=model, anticipation=anticipation, **options
        ).coefficients
    told.pop("clusters")
    panel = read_panel(**told)
    clusters = np.array([of[case["data"]["unit"].index(unit)] for unit in panel.units]) - 1
    if model == "leads":
        study = event_study(panel, clusters, anticipation=case["anticipation"], **options)
        return study.coefficients
    if case["anticipation"]:
        kept = case["start"] - 1 - case["anticipation"]
        panel = panel.some(periods=[*range(kept), *range(case["start"] - 1, len(panel.periods))])
    return pre_period_trend(panel, clusters, **options)


UNSEEN_MODELS = [(c, m) for c in range(len(UNSEEN)) for m in range(len(UNSEEN[c]["models"]))]


def test_the_grid_of_unseen_cases_is_complete():
    told = {case["id"]: [model["name"] for model in case["models"]] for case in UNSEEN}
    four = ["two_way", "group_by_period", "drift", "leads"]
    assert told == {
        "made-14x6": four,
        "made-few-treated": four,
        "made-people-in-areas": four,
        "made-anticipation": four,
        "mortality-internal": ["two_way"],
        "mortality-suicide": ["two_way"],
    }


@pytest.mark.parametrize(("place", "model"), UNSEEN_MODELS)
def test_unseen_models_agree_with_r(place, model):
    case, told = UNSEEN[place], UNSEEN[place]["models"][model]
    for entry in told["errors"]:
        rows = unseen_rows(case, told["name"], covariance=entry["kind"])
        by_term = {row.term: row for row in rows}
        if told["name"] != "leads":
            names = {"group": "treated", "group:post": "treated:post"}
            names |= {"period": "time", "group:period": "treated:time"}
            rows = [by_term[names.get(term, term)] for term in told["terms"]]
        for i, row in enumerate(rows):
            which = (case["id"], told["name"], entry["kind"], told["terms"][i])
            assert row.estimate == pytest.approx(told["b"][i], rel=1e-9, abs=1e-11), which
            assert row.se == pytest.approx(entry["se"][i], rel=1e-9), which
            if "df" in entry:
                assert row.df == pytest.approx(entry["df"][i], rel=1e-8), which
                assert row.p_value == pytest.approx(entry["p"][i], rel=1e-7), which


@pytest.mark.parametrize("case", UNSEEN[:4], ids=lambda case: case["id"])
def test_the_joint_test_of_leads_agrees_with_hotellings_of_r(case):
    told = unseen_arguments(case)
    of = told.pop("clusters")
    panel = read_panel(**told)
    clusters = np.array([of[case["data"]["unit"].index(unit)] for unit in panel.units]) - 1
    found = event_study(panel, clusters, anticipation=case["anticipation"]).leads
    joint = case["models"][3]["joint"]
    if joint["df_residual"] <= 0:
        assert case["id"] == "made-few-treated"
        assert found is None
        return
    assert found.df == joint["df"]
    assert found.df_residual == pytest.approx(joint["df_residual"], rel=1e-9)
    assert found.statistic == pytest.approx(joint["statistic"], rel=1e-9)
    assert found.p_value == pytest.approx(joint["p"], rel=1e-8)


# Panels with a known answer.


def rows(*, treated=5, others=6, periods=6, start=3, effect=2.0, seed=0, noise=1.0, drift=0.0):
    """Columns of a panel with one start; `drift` a period for the treated."""
    rng = np.random.default_rng(seed)
    units, numbers, outcome, running_now = [], [], [], []
    for unit in range(treated + others):
        level = rng.normal(30, 3)
        for period in range(periods):
            on = unit < treated and period >= start
            y = level + 0.5 * period + effect * on + drift * period * (unit < treated)
            units.append(f"area {unit:02d}")
            numbers.append(2010 + period)
            outcome.append(y + noise * rng.standard_normal())
            running_now.append(float(on))
    return {"units": units, "periods": numbers, "outcome": outcome, "treated": running_now}


def check(estimate, name):
    return next((found for found in estimate.checks if found.name == name), None)


def changed(told, field, place, value):
    values = list(told[field])
    values[place] = value
    return told | {field: values}


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


# Checks.


def test_few_clusters_fail_in_words_and_get_a_placebo_p_value():
    told = rows(treated=2, others=6)
    found = difference_in_differences(**told)
    assert check(found, "clusters").passed is False
    assert check(found, "degrees_of_freedom").passed is False
    y = np.array(told["outcome"]).reshape(8, 6)
    change = y[:, 3:].mean(axis=1) - y[:, :3].mean(axis=1)
    effects = [
        change[list(pair)].mean() - np.delete(change, pair).mean()
        for pair in combinations(range(8), 2)
    ]
    by_hand = np.mean(np.abs(effects) >= abs(effects[0]) - 1e-12)
    assert check(found, "placebo_permutation").observed == pytest.approx(by_hand)
    assert check(found, "placebo_permutation").threshold == pytest.approx(1 / 28)
    assert "28" in check(found, "placebo_permutation").text


def test_many_assignments_are_drawn_with_a_seed():
    told = rows(treated=4, others=14)
    one = difference_in_differences(**told, permutations=500, seed=1)
    again = difference_in_differences(**told, permutations=500, seed=1)
    other = difference_in_differences(**told, permutations=500, seed=2)
    exact = difference_in_differences(**told, permutations=4000)
    p = [check(e, "placebo_permutation").observed for e in (one, again, other, exact)]
    assert p[0] == p[1]
    assert check(one, "placebo_permutation").threshold == pytest.approx(1 / 500)
    assert check(exact, "placebo_permutation").threshold == pytest.approx(1 / 3060)
    assert abs(p[0] - p[3]) < 0.1
    assert "drawn" in check(other, "placebo_permutation").text


def test_enough_clusters_need_no_placebo():
    found = difference_in_differences(**rows())
    assert check(found, "clusters").passed is True
    assert check(found, "placebo_permutation") is None


def test_the_placebo_p_value_is_uniform_without_an_effect():
    p = [
        check(difference_in_differences(**rows(treated=2, others=4, effect=0.0, seed=s)), name)
        for s in range(200)
        for name in ("placebo_permutation",)
    ]
    assert 0.02 <= np.mean([found.observed <= 1 / 15 + 1e-9 for found in p]) <= 0.13


def test_groups_that_drift_apart_fail_and_do_not_count_as_parallel():
    found = difference_in_differences(**rows(drift=2.0, treated=8, others=8))
    assert check(found, "pre_trend").passed is False
    assert check(found, "leads").passed is False
    assert found.facts["parallel_trends"] is False
    assert "continuation of that drift" in found.text
    alike = difference_in_differences(**rows(treated=8, others=8))
    assert check(alike, "pre_trend").passed is True
    assert alike.facts["parallel_trends"] is True


def test_one_period_before_cannot_show_parallel_trends():
    found = difference_in_differences(**rows(periods=4, start=1))
    assert check(found, "pre_trend").passed is None
    assert found.facts["parallel_trends"] is None
    assert check(found, "anticipation") is None


def test_a_dip_just_before_the_start_is_seen_and_can_be_left_out():
    told = rows(treated=8, others=8, start=4)
    y = np.array(told["outcome"]).reshape(16, 6)
    y[:8, 3] -= 5
    told["outcome"] = y.ravel().tolist()
    found = difference_in_differences(**told)
    assert check(found, "anticipation").passed is False
    kept = [place for place, period in enumerate(told["periods"]) if period != 2013]
    rest = {field: [values[place] for place in kept] for field, values in told.items()}
    without = difference_in_differences(**told, anticipation=1)
    assert without.natural == difference_in_differences(**rest).natural


def staggered():
    """Effects that grow by 1 a period, no noise but the last digits; starts 1 and 3 of 5."""
    starts = [1, 1, 3, 3, 5, 5]
    units = [f"u{i}" for i in range(6) for _ in range(5)]
    periods = [t for _ in range(6) for t in range(5)]
    on = [float(t >= s) for s in starts for t in range(5)]
    y = [
        10.0 + i + (t - s + 1) * (t >= s) + 1e-3 * math.sin(7 * i + t)
        for i, s in enumerate(starts)
        for t in range(5)
    ]
    return {"units": units, "periods": periods, "outcome": y, "treated": on}


def test_several_starts_fail_and_lead_to_staggered_adoption():
    told = staggered()
    found = difference_in_differences(**told)
    failed = check(found, "two_way_weights")
    assert "Staggered adoption" in failed.text
    d = np.array(told["treated"]).reshape(6, 5)
    net = d - d.mean(axis=1, keepdims=True) - d.mean(axis=0) + d.mean()
    weights = (net * d)[d > 0]
    share = -weights[weights < 0].sum() / np.abs(weights).sum()
    assert failed.observed == pytest.approx(share, abs=1e-12)
    assert failed.passed is False
    assert share > 0
    with pytest.raises(InvalidInput, match="staggered_adoption"):
        difference_in_differences(**told, estimator="group_by_period")
    with pytest.raises(InvalidInput, match="one common start"):
        difference_in_differences(**told, anticipation=1)


def test_units_treated_throughout_are_named():
    told = staggered()
    told["treated"] = [1.0] * 5 + told["treated"][5:]
    found = difference_in_differences(**told)
    assert check(found, "always_treated").passed is False
    assert check(found, "always_treated").text.startswith("u0 had")


def test_covariances_that_ignore_time_fail_over_more_than_two_periods():
    assert check(difference_in_differences(**rows()), "autocorrelation").passed is True
    ignoring = difference_in_differences(**rows(), covariance="HC3")
    assert check(ignoring, "autocorrelation").passed is False
    assert ignoring.df == ignoring.specification["residual_df"]


def test_one_unit_that_carries_the_effect_is_named():
    told = rows(effect=0.0, noise=0.01)
    y = np.array(told["outcome"]).reshape(11, 6)
    y[2, 3:] += 40
    y[[0, 1, 3, 4], 3:] -= 5
    found = difference_in_differences(**told | {"outcome": y.ravel().tolist()})
    assert check(found, "influence").passed is False
    assert "Without area 02" in check(found, "influence").text


def test_uneven_periods_are_told():
    told = rows()
    told["periods"] = [period + (period > 2012) for period in told["periods"]]
    assert check(difference_in_differences(**told), "even_periods").passed is None


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


# Refusals.


def without(told, keep):
    kept = [place for place in range(len(told["units"])) if keep(told, place)]
    return {field: [values[place] for place in kept] for field, values in told.items()}


REFUSED = {
    "never starts": (
        lambda: rows() | {"treated": [0.0] * 66},
        TooLittleData,
        "never starts.*monitoring",
    ),
    "nobody to compare with": (
        lambda: without(rows(), lambda t, i: t["units"][i] < "area 05"),
        TooLittleData,
        "nobody to compare with.*interrupted time series",
    ),
    "nothing before": (
        lambda: without(rows(), lambda t, i: t["periods"][i] >= 2013),
        TooLittleData,
        "nothing before it.*comparison of two groups",
    ),
    "one period": (
        lambda: without(rows(), lambda t, i: t["periods"][i] == 2013),
        TooLittleData,
        "periods: 1 in all.*comparison of two groups",
    ),
    "one treated": (
        lambda: rows(treated=1),
        TooLittleData,
        "1 treated and 6 comparison.*synthetic_control",
    ),
    "a hole": (
        lambda: without(rows(), lambda t, i: i != 7),
        InvalidInput,
        "area 01 has no row for 2011, one of 1 holes",
    ),
    "a second row": (
        lambda: {field: [*values, values[0]] for field, values in rows().items()},
        InvalidInput,
        "periods, row 67: area 00 has a second row for 2010",
    ),
    "no variation": (
        lambda: rows() | {"outcome": [3.0] * 66},
        InvalidInput,
        "the same in every row",
    ),
    "not a number": (
        lambda: changed(rows(), "outcome", 4, math.nan),
        InvalidInput,
        "outcome, row 5",
    ),
    "more than all of a period": (
        lambda: changed(rows(), "treated", 4, 1.5),
        InvalidInput,
        "treated, row 5.*0, 1 or a share",
    ),
    "no name": (lambda: changed(rows(), "units", 4, None), InvalidInput, "units, row 5: is None"),
    "a year in words": (
        lambda: changed(rows(), "periods", 4, "2014"),
        InvalidInput,
        "periods, row 5: is '2014'",
    ),
    "too few rows": (
        lambda: rows() | {"treated": [1.0]},
        InvalidInput,
        "treated: has 1 rows",
    ),
    "log of nothing": (
        lambda: changed(rows(), "outcome", 4, 0.0) | {"log": True},
        InvalidInput,
        "outcome, row 5: is 0.0.*above 0",
    ),
    "explained covariate": (
        lambda: rows() | {"covariates": {"year": rows()["periods"]}},
        InvalidInput,
        "year: does not vary beyond",
    ),
    "a covariate twice": (
        lambda: rows() | {"covariates": {name: rows(seed=9)["outcome"] for name in ("x", "z")}},
        InvalidInput,
        "z: does not vary, or is a combination",
    ),
    "a unit in two clusters": (
        lambda: rows() | {"clusters": ["b", *["a"] * 65]},
        InvalidInput,
        "clusters, row 2: puts area 00 in a, and in b before",
    ),
    "an endless period": (
        lambda: changed(rows(), "periods", 4, math.inf),
        InvalidInput,
        "periods, row 5: is inf",
    ),
    "a row that is fitted exactly": (
        lambda: rows(treated=1, periods=2, start=1) | {"covariance": "HC3"},
        TooLittleData,
        "fits exactly",
    ),
    "more coefficients than rows": (
        lambda: (
            rows(treated=2, others=2, periods=2, start=1)
            | {
                "covariates": {
                    f"x{i}": rows(treated=2, others=2, periods=2, seed=i)["outcome"]
                    for i in range(1, 4)
                }
            }
        ),
        TooLittleData,
        "8 rows for 9 coefficients",
    ),
    "a unit in no cluster": (
        lambda: rows() | {"clusters": [None, *["a"] * 65]},
        InvalidInput,
        "clusters, row 1: is None",
    ),
    "too few clusters' names": (
        lambda: rows() | {"clusters": ["a"]},
        InvalidInput,
        "clusters: has 1 rows",
    ),
    "one assignment": (lambda: rows() | {"permutations": 1}, InvalidInput, "permutations"),
    "nothing left to err": (
        lambda: rows(noise=0.0) | {"outcome": [round(y) for y in rows(noise=0.0)["treated"]]},
        InvalidInput,
        "fits every row exactly",
    ),
    "no such estimator": (lambda: rows() | {"estimator": "gmm"}, UnknownMethod, "estimator"),
    "no such covariance": (lambda: rows() | {"covariance": "HC9"}, UnknownMethod, "covariance"),
    "df without clusters": (
        lambda: rows() | {"covariance": "HC1", "df": "satterthwaite"},
        UnknownMethod,
        "df",
    ),
    "all of the before": (lambda: rows() | {"anticipation": 3}, InvalidInput, "anticipation"),
    "no level": (lambda: rows() | {"level": 1.0}, InvalidInput, "level"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_estimated_is_refused_in_words(case):
    told, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        difference_in_differences(**told())
