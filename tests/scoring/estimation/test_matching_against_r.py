"""Matched comparisons against R (estimating equations, MatchIt, survey) and statsmodels."""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.treatment.treatment_effects import TreatmentEffect

from scoring.estimation.comparisons.matching import matched_comparison

REFERENCE = Path(__file__).parents[2] / "reference" / "estimation_unseen" / "matching"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text())["cases"]}

# The worst seen is 1e-13, and 2e-11 in errors, where R's estimating equations have numerical
# derivatives.
TIGHT = 1e-9
NUMERICAL = 1e-9

# Left out of the comparison of effects by pairs, with the reason.
TIED = {"lalonde": "rows with one score and other outcomes: which of them is taken is arbitrary"}

SCORED = [
    (name, method, estimand)
    for name in CASES
    for method in ("weighting", "doubly_robust")
    for estimand in ("ATT", "ATE")
]


def of_case(name, **more):
    case = CASES[name]
    data = case["data"]
    return matched_comparison(
        treated=data["treated"],
        outcome=data["y"],
        covariates={name: data[name] for name in case["covariates"]},
        **more,
    )


def test_the_grid_of_unseen_cases_is_complete():
    assert set(CASES) == {"lalonde", "made-120", "made-yes-no", "made-clusters"}
    for case in CASES.values():
        told = {key for key, value in case["score"].items() if isinstance(value, dict)}
        assert told == {f"{method}_{estimand}" for _, method, estimand in SCORED}


@pytest.mark.parametrize(("name", "method", "estimand"), SCORED)
def test_weighted_and_augmented_means_agree_with_stacked_equations_in_r(name, method, estimand):
    expected = CASES[name]["score"][f"{method}_{estimand}"]
    clusters = CASES[name]["data"].get("cluster")
    found = of_case(name, method=method, estimand=estimand, clusters=clusters)
    assert found.natural.yi == pytest.approx(expected["effect"], abs=TIGHT * expected["se"])
    assert found.se == pytest.approx(expected["se"], rel=NUMERICAL)
    rows = {row.term: row for row in found.coefficients}
    for place, term in enumerate(("mean with the programme", "mean without it")):
        assert rows[term].estimate == pytest.approx(expected["means"][place], rel=TIGHT)
        assert rows[term].se == pytest.approx(
            math.sqrt(expected["cov"][place][place]), rel=NUMERICAL
        )


@pytest.mark.parametrize("name", CASES)
def test_pairs_and_their_errors_agree_with_matchit(name):
    expected = CASES[name]["matching"]
    crude = of_case(name, method="matching", adjust=False)
    assert crude.specification["pairs"] == expected["pairs"]
    assert crude.specification["caliper"] == pytest.approx(expected["caliper"], rel=TIGHT)
    if name in TIED:
        return
    assert crude.natural.yi == pytest.approx(expected["crude"], rel=1e-8)
    assert crude.se == pytest.approx(expected["crude_se"], rel=TIGHT)
    # survey has the factor of clusters alone.
    rows = 2 * expected["pairs"]
    assert crude.se * math.sqrt((rows - 2) / (rows - 1)) == pytest.approx(
        expected["crude_survey_se"], rel=TIGHT
    )
    adjusted = of_case(name, method="matching")
    assert adjusted.natural.yi == pytest.approx(expected["adjusted"], abs=TIGHT * adjusted.se)
    assert adjusted.se == pytest.approx(expected["adjusted_se"], rel=TIGHT)


@pytest.mark.parametrize("name", CASES)
def test_the_balance_table_agrees_with_matchit(name):
    told = of_case(name, method="matching").specification
    expected, data = CASES[name]["matching"], CASES[name]["data"]
    checked = 0
    for place, covariate in enumerate(expected["before"]["names"]):
        # MatchIt takes p (1 - p) for the variance of a yes or no, and shows every level of words.
        if covariate not in data or set(data[covariate]) == {0, 1}:
            continue
        checked += 1
        for when in ("before", "after"):
            difference = told[f"difference_{when}: {covariate}"]
            assert difference == pytest.approx(expected[when]["difference"][place], rel=1e-8)
            ratio = told[f"variance_ratio_{when}: {covariate}"]
            assert ratio == pytest.approx(expected[when]["ratio"][place], rel=TIGHT)
    assert checked >= 2


def test_statsmodels_finds_the_same_weighted_means_and_errors():
    data = CASES["made-120"]["data"]
    n = len(data["y"])
    words = [[float(v == level) for v in data["g"]] for level in ("mid", "top")]
    x = np.column_stack([np.ones(n), data["a"], data["b"], *words])
    y, d = np.array(data["y"]), np.array(data["treated"], float)
    # Their own pandas warns of itself.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = Logit(d, x).fit(disp=0, tol=1e-14, method="newton")
        effects = TreatmentEffect(OLS(y, x), d, results_select=score)
        told = {
            ("weighting", "ATE"): effects.ipw(),
            ("weighting", "ATT"): effects.ipw(effect_group=1),
            ("doubly_robust", "ATE"): effects.aipw(),
        }
    for (method, estimand), other in told.items():
        found = of_case("made-120", method=method, estimand=estimand)
        k = x.shape[1] + 2 if method == "weighting" else 3 * x.shape[1] + 2
        gmm = other.results_gmm
        assert found.natural.yi == pytest.approx(gmm.params[0], rel=1e-6)
        assert found.se * math.sqrt((n - k) / n) == pytest.approx(gmm.bse[0], rel=1e-5)
