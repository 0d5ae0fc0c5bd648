"""Difference in differences against the oracle and unseen cases from R."""

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.event_study import event_study, pre_period_trend
from scoring.estimation.panels.panel import read_panel

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
