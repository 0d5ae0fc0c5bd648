"""Rates against R: every oracle case, and cases of our own."""

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from scoring.estimation.comparisons.rates import rate_comparison
from scoring.estimation.comparisons.rates_checks import dean
from scoring.estimation.generalised import Counts, generalised

REFERENCE = Path(__file__).parents[2] / "reference"
ORACLE = {
    name: json.loads((REFERENCE / "estimation" / f"{name}.json").read_text())
    for name in ("rate-epil", "rate-insurance", "rate-sim-a")
}
UNSEEN = {
    case["id"]: case
    for case in json.loads((REFERENCE / "estimation_unseen" / "rates" / "cases.json").read_text())[
        "cases"
    ]
}

# The worst seen is 2e-12 in the oracle, and in the unseen cases 1e-12 for Poisson models and 9e-10
# (theta) for the negative binomial, whose theta R's glm.nb stops improving at about 1e-9.
TIGHT = 1e-9
ITERATED = 1e-8


def of_oracle(name):
    """The columns of a case as the comparison takes them: arms, covariates, cluster."""
    data = {key: list(values) for key, values in ORACLE[name]["data"].items()}
    match name:
        case "rate-epil":
            return {
                "events": data["y"],
                "exposure": [1.0] * len(data["y"]),
                "treated": data["treat"],
                "covariates": {"lbase4": data["lbase4"], "age": data["age"]},
            }, {"(Intercept)": "(Intercept)", "treat": "treated", "lbase4": "lbase4", "age": "age"}
        case "rate-insurance":
            dummies = {f"district {d}": [float(v == d) for v in data["district"]] for d in "23"}
            return {
                "events": data["claims"],
                "exposure": data["holders"],
                "treated": [float(v == "4") for v in data["district"]],
                "covariates": {**dummies, "agen": data["agen"]},
            }, {
                "(Intercept)": "(Intercept)",
                "factor(district)2": "district 2",
                "factor(district)3": "district 3",
                "factor(district)4": "treated",
                "agen": "agen",
            }
        case _:
            return {
                "events": data["events"],
                "exposure": data["persontime"],
                "treated": data["treat"],
            }, {"(Intercept)": "(Intercept)", "treat": "treated"}


MODELS = {
    "Poisson, robust and clustered by person": "poisson",
    "Poisson with log-exposure offset": "poisson",
    "negative binomial": "negative_binomial",
}
EVERY = [
    (name, model["name"], kind)
    for name, case in ORACLE.items()
    for model in case["models"]
    for kind in model.get("cov", {})
]


def test_the_grid_of_oracle_cases_is_complete():
    files = {path.stem for path in (REFERENCE / "estimation").glob("rate-*.json")}
    assert files == set(ORACLE)
    kinds = {"model", "quasi", "HC0", "HC1"}
    expected = {("rate-epil", k) for k in kinds | {"CR0", "CR1", "CR1S", "CR2"}}
    expected |= {(name, k) for name in ("rate-insurance", "rate-sim-a") for k in kinds}
    assert {(n, k) for n, _, k in EVERY if k != "model_theta_fixed"} == expected
    assert [n for n, _, k in EVERY if k == "model_theta_fixed"] == list(ORACLE)
    crude = [m["name"] for m in ORACLE["rate-sim-a"]["models"] if "cov" not in m]
    assert crude == ["crude rate ratio of totals"]


@pytest.mark.parametrize(("name", "model", "kind"), EVERY)
def test_every_model_and_covariance_agrees_with_the_oracle(name, model, kind):
    columns, terms = of_oracle(name)
    entry = next(m for m in ORACLE[name]["models"] if m["name"] == model)
    clusters = ORACLE[name]["data"]["subject"] if kind.startswith("CR") else None
    for df, suffix in (("normal", "z"), ("clusters", "t")):
        if f"pval_{suffix}" not in entry["cov"][kind]:
            continue
        found = rate_comparison(
            **columns,
            clusters=clusters,
            model=MODELS[model],
            covariance="model" if kind == "model_theta_fixed" else kind,
            df=df,
        )
        assert_agrees(found, entry, entry["cov"][kind], terms, suffix)


def assert_agrees(found, entry, cov, terms, suffix):
    rows = {row.term: row for row in found.coefficients}
    assert set(rows) == {terms[term] for term in entry["terms"]}
    for place, term in enumerate(entry["terms"]):
        row, se = rows[terms[term]], cov["se"][place]
        assert row.estimate == pytest.approx(entry["b"][place], rel=TIGHT)
        assert row.se == pytest.approx(se, rel=TIGHT)
        assert row.statistic == pytest.approx(cov["stat"][place], rel=TIGHT)
        assert row.p_value == pytest.approx(cov[f"pval_{suffix}"][place], rel=1e-8, abs=1e-300)
        assert row.ci_low == pytest.approx(cov[f"ci_lb_{suffix}"][place], abs=TIGHT * se, rel=TIGHT)
        assert row.ci_high == pytest.approx(
            cov[f"ci_ub_{suffix}"][place], abs=TIGHT * se, rel=TIGHT
        )
        if suffix == "t":
            assert row.df == cov["df"]
    told = found.specification
    for field, ours in (
        ("loglik", "loglik"),
        ("deviance", "deviance"),
        ("pearson_dispersion", "pearson_dispersion"),
        ("theta", "theta"),
        ("alpha", "alpha"),
        ("df_resid", "residual_df"),
    ):
        if field in entry:
            assert told[ours] == pytest.approx(entry[field], rel=TIGHT)
    assert found.n == entry.get("nobs", found.n)


def test_without_covariates_the_poisson_ratio_is_the_crude_one():
    columns, _ = of_oracle("rate-sim-a")
    crude = next(m for m in ORACLE["rate-sim-a"]["models"] if m.get("measure") == "IRR")
    found = rate_comparison(**columns, model="poisson", covariance="model")
    assert found.natural.yi == pytest.approx(crude["yi"], rel=TIGHT)
    assert found.natural.vi == pytest.approx(crude["vi"], rel=TIGHT)
    assert found.se == pytest.approx(crude["se"], rel=TIGHT)


UNSEEN_EVERY = [
    (name, model["model"], kind)
    for name, case in UNSEEN.items()
    for model in case["models"]
    for kind in model["cov"]
]


def unseen(name, model, kind, **more):
    case = UNSEEN[name]
    data = case["data"]
    names = [v for v in ("age", "region") if v in case["formula"]]
    found = rate_comparison(
        events=data["events"],
        exposure=data["exposure"],
        treated=data["treated"],
        covariates={v: data[v] for v in names},
        clusters=data["cluster"] if kind.startswith("CR") else None,
        model=model,
        covariance=kind,
        **more,
    )
    return found, next(m for m in case["models"] if m["model"] == model)


def test_the_grid_of_unseen_cases_is_complete():
    assert len(UNSEEN) == 6
    by_rows = {"model", "quasi", "HC0", "HC1", "HC2", "HC3"}
    for name, case in UNSEEN.items():
        kinds = by_rows if name == "areas-30" else by_rows | {"CR0", "CR1", "CR1S", "CR2"}
        assert all(set(model["cov"]) == kinds for model in case["models"])
        models = [model["model"] for model in case["models"]]
        assert models == ["poisson", "negative_binomial"][: 1 if "chance" in name else 2]


@pytest.mark.parametrize(("name", "model", "kind"), UNSEEN_EVERY)
def test_every_unseen_model_and_covariance_agrees_with_r(name, model, kind):
    found, entry = unseen(name, model, kind)
    rows = {row.term.replace("region ", "region"): row for row in found.coefficients}
    cov = entry["cov"][kind]
    tolerance = TIGHT if model == "poisson" else ITERATED
    for place, term in enumerate(entry["terms"]):
        row = rows[term]
        assert row.estimate == pytest.approx(entry["b"][place], abs=tolerance * row.se)
        assert row.se == pytest.approx(cov["se"][place], rel=tolerance)
        if "df" in cov:
            assert row.df == pytest.approx(cov["df"][place], rel=TIGHT)
    told = found.specification
    assert told["loglik"] == pytest.approx(entry["loglik"], rel=TIGHT)
    assert told["deviance"] == pytest.approx(entry["deviance"], rel=tolerance)
    assert told["pearson_dispersion"] == pytest.approx(entry["pearson_dispersion"], rel=tolerance)
    if "theta" in entry:
        assert told["theta"] == pytest.approx(entry["theta"], rel=ITERATED)


@pytest.mark.parametrize("name", UNSEEN)
def test_the_checks_agree_with_r(name):
    found, entry = unseen(name, "poisson", "HC0")
    data = UNSEEN[name]["data"]
    rows = {check.name: check for check in found.checks}
    assert rows["overdispersion"].observed == pytest.approx(entry["pearson_dispersion"], rel=TIGHT)
    assert rows["zero_counts"].observed == sum(v == 0 for v in data["events"])
    assert rows["zero_counts"].threshold == pytest.approx(entry["zeros"], rel=TIGHT)
    assert rows["influential_points"].observed == pytest.approx(
        max(map(abs, entry["moves"])) / found.se, rel=TIGHT
    )
    n = len(data["events"])
    columns = {"(Intercept)": np.ones(n), "treated": np.array(data["treated"], float)}
    for v in ("age",):
        if v in UNSEEN[name]["formula"]:
            columns[v] = np.array(data[v])
    if "region" not in UNSEEN[name]["formula"]:
        fit = generalised(
            np.array(data["events"], float), columns, Counts(offset=np.log(data["exposure"]))
        )
        assert dean(fit).statistic == pytest.approx(entry["dean"], rel=TIGHT)


def test_statsmodels_finds_the_same_poisson_fit():
    data = UNSEEN["clusters-60"]["data"]
    x = np.column_stack([np.ones(60), data["treated"], data["age"]])
    other = sm.GLM(
        data["events"], x, family=sm.families.Poisson(), offset=np.log(data["exposure"])
    ).fit(tol=1e-14)
    found, _ = unseen("clusters-60", "poisson", "model")
    assert [row.estimate for row in found.coefficients] == pytest.approx(other.params, rel=1e-9)
    assert [row.se for row in found.coefficients] == pytest.approx(other.bse, rel=1e-9)
