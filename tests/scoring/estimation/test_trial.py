"""Trials of people: every reference model and covariance, unseen cases, refusals and checks."""

import math
from collections import Counter

import numpy as np
import pytest

from scoring.errors import TooLittleData
from scoring.estimation.trials.trial import randomised_trial
from scoring.estimation.trials.two_groups import two_groups

from .trials import (
    READ_ON,
    close,
    compare_rows,
    model_of,
    models,
    oracle,
    readings,
    unseen,
    welch_and_pooled,
)

# Columns of the cases, and what each regression asks for.
COLUMNS = {
    "rct-anorexia-cbt": ("Postwt", ["Prewt"]),
    "rct-sim-hetero": ("y", ["baseline"]),
    "rct-star-kindergarten": ("math", ["free"]),
}
REGRESSIONS = {
    "ANCOVA": {"centred": False},
    "unadjusted": {"adjustment": "none"},
    "ANCOVA, centred baseline by treatment (Lin)": {"adjustment": "interacted"},
    "school fixed effects, HC": {"centred": False, "blocks": "school"},
    "clustered by school": {"centred": False, "clusters": "school"},
}

# Models of the cases that are another function's: where they are tested.
ELSEWHERE = {
    "paired change in the treated group": "test_prepost.py",
    "random school intercept REML": "test_mixed.py",
    "random school intercept ML": "test_mixed.py",
}

MODELS = [pair for pair in models("rct") if pair[1] in REGRESSIONS]


def estimate(case, **options):
    """A trial of the oracle; options that name a column take it."""
    data, (outcome, covariates) = oracle(case)["data"], COLUMNS[case]
    asked = {name: data.get(value, value) if isinstance(value, str) else value
             for name, value in options.items()}  # fmt: skip
    return randomised_trial(
        outcome=data[outcome],
        arm=data["treat"],
        covariates={name: data[name] for name in covariates},
        **asked,
    )


def test_every_model_of_every_trial_is_tested_here_or_named():
    names = Counter(name for _, name in models("rct"))
    assert names == {
        "ANCOVA": 2,
        "unadjusted": 1,
        "ANCOVA, centred baseline by treatment (Lin)": 1,
        "school fixed effects, HC": 1,
        "clustered by school": 1,
        "two independent groups": 3,
        **dict.fromkeys(ELSEWHERE, 1),
    }
    kinds = [len(model_of(*pair)["cov"]) for pair in MODELS]
    assert sorted(kinds) == [5, 5, 5, 5, 5, 10]


@pytest.mark.parametrize(("case", "name"), MODELS)
def test_regressions_agree_with_r_in_every_covariance_and_field(case, name):
    model = model_of(case, name)
    for kind, entry in model["cov"].items():
        for reading, df in readings(kind, entry).items():
            found = estimate(case, covariance=kind, df=df, **REGRESSIONS[name])
            rows = found.coefficients[: len(model["terms"])]
            if len(model["terms"]) < model["rank"]:
                rows = [row for row in found.coefficients if row.term in ("treated", "free")]
            fields = READ_ON[reading]
            compare_rows(rows, entry, model["b"], fields, (case, name, kind, reading))
            effect = next(row for row in rows if row.term == "treated")
            assert (found.natural.yi, found.se) == pytest.approx((effect.estimate, effect.se))
            assert (found.ci_low, found.ci_high, found.df, found.p_value) == (
                effect.ci_low, effect.ci_high, effect.df, effect.p_value)  # fmt: skip
            if "cluster" in model and kind == "CR0":
                close(entry["df"], model["cluster"]["groups"] - 1)
    told = found.specification
    assert found.n == model["nobs"]
    assert told["residual_df"] == model["df_resid"] == model["nobs"] - model["rank"]
    close(told["sigma"], model["sigma"])
    close(told["r2"], model["r2"])


@pytest.mark.parametrize("case", COLUMNS)
def test_two_independent_groups_agree_with_r(case):
    data, outcome = oracle(case)["data"], COLUMNS[case][0]
    y, treated = np.array(data[outcome], float), np.array(data["treat"]) == 1
    model = model_of(case, "two independent groups")
    welch_and_pooled(two_groups(y[treated], y[~treated]), model)
    found = estimate(case)
    row = next(row for row in found.coefficients if row.term == "unadjusted difference (Welch)")
    close(row.estimate, model["welch"]["diff"])
    close(row.df, model["welch"]["df"])
    for name, expected in model["summaries"].items():
        close(found.specification[name], expected)


def test_a_group_of_one_has_no_deviation():
    with pytest.raises(TooLittleData, match="1 in the second group"):
        two_groups(np.array([1.0, 2.0]), np.array([1.0]))


UNSEEN_CASES = {case["id"]: case for case in unseen("trial")}


def unseen_estimate(case, **options):
    columns = case["columns"]
    own = {name: columns[case[name]] for name in ("blocks", "clusters") if case.get(name)}
    return randomised_trial(
        outcome=columns["y"],
        arm=columns["arm"],
        intervention=case["intervention"],
        covariates={name: columns[name] for name in case["covariates"]},
        **{**own, **options},
    )


def test_the_grid_of_unseen_trials_is_complete():
    assert list(UNSEEN_CASES) == ["skewed", "binary", "large", "sites"]
    for case in UNSEEN_CASES.values():
        assert [model["adjustment"] for model in case["models"]] == ["none", "ancova", "interacted"]
        kinds = 10 if case.get("clusters") else 5
        assert {len(model["cov"]) for model in case["models"]} == {kinds}


@pytest.mark.parametrize("name", UNSEEN_CASES)
def test_unseen_trials_agree_with_r(name):
    case = UNSEEN_CASES[name]
    for model in case["models"]:
        for kind, entry in model["cov"].items():
            found = unseen_estimate(case, adjustment=model["adjustment"], covariance=kind)
            rows = found.coefficients[: len(model["b"])]
            which = (name, model["adjustment"], kind)
            assert [row.term for row in rows] == model["terms"]
            close([row.se for row in rows], entry["se"], rel=1e-8, which=which)
            errors = zip(rows, model["b"], entry["se"], strict=True)
            for row, b, se in errors:
                close(row.estimate, b, at=1e-9 * se, which=which)
            if "df" in entry:
                close([row.df for row in rows], entry["df"], rel=1e-7, which=which)
            close(found.specification["sigma"], model["sigma"])
            close(found.specification["r2"], model["r2"], rel=1e-8)
            assert found.specification["residual_df"] == model["df_resid"]


@pytest.mark.parametrize("name", UNSEEN_CASES)
def test_unseen_trials_are_standardised_as_the_published_formulas_have_it(name):
    case = UNSEEN_CASES[name]
    for model in case["models"]:
        found = unseen_estimate(case, adjustment=model["adjustment"])
        if "ratios" in model:
            assert found.standardised.measure == "OR"
            close(found.standardised.yi, model["ratios"]["OR"]["yi"], rel=1e-8)
            close(math.sqrt(found.standardised.vi), model["ratios"]["OR"]["se"], rel=1e-8)
            for term, measure in (("log odds ratio", "OR"), ("log risk ratio", "RR")):
                row = next(row for row in found.coefficients if row.term == term)
                close(row.estimate, model["ratios"][measure]["yi"], rel=1e-8)
                close(row.se, model["ratios"][measure]["se"], rel=1e-8)
        else:
            assert found.standardised.measure == "SMD"
            close(found.standardised.yi, model["smd"]["yi"], rel=1e-7)
            close(found.standardised.vi, model["smd"]["vi"], rel=1e-7)


@pytest.mark.parametrize("name", UNSEEN_CASES)
def test_unseen_trials_tell_who_was_lost_and_how_alike_the_arms_were(name):
    case = UNSEEN_CASES[name]
    found = unseen_estimate(case)
    arms = ("intervention", "comparison")
    assert [found.facts[f"assigned_{arm}"] for arm in arms] == case["assigned"]
    assert [found.facts[f"analysed_{arm}"] for arm in arms] == case["analysed"]
    for measure, expected in case["baseline"].items():
        close(found.facts[f"baseline.{measure}.standardised_difference"], expected, rel=1e-8)
    worst = max(case["baseline"], key=lambda measure: abs(case["baseline"][measure]))
    assert found.facts["measure"] == worst
    welch = next(row for row in found.coefficients if row.term == "unadjusted difference (Welch)")
    close((welch.se, welch.df), (case["welch"]["se"], case["welch"]["df"]))
    bounds = next((check for check in found.checks if check.name == "attrition_bounds"), None)
    assert (bounds is None) == (not case["lee"])
    if bounds is not None:
        close((bounds.observed, bounds.threshold), case["lee"], rel=1e-9)


@pytest.mark.parametrize("name", UNSEEN_CASES)
def test_influence_is_measured_by_the_dfbetas_of_r(name):
    case = UNSEEN_CASES[name]
    for model in case["models"]:
        found = unseen_estimate(case, adjustment=model["adjustment"])
        check = next(check for check in found.checks if check.name == "influence")
        close(check.observed, model["dfbetas"], rel=1e-8)
