"""Reference trials: the oracle's files and names into arguments, its fields against estimates."""

import json
import math
from functools import cache
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "reference"
ORACLE = REFERENCE / "estimation"
UNSEEN = REFERENCE / "estimation_unseen"

# Estimates and errors agree to nine digits at least; a p-value magnifies what is left of the error
# in its statistic by the statistic squared.
RELATIVE = 1e-9
P_VALUES = {"rel": 1e-6, "abs": 1e-12}

# Fields of a covariance in the oracle, by the degrees of freedom that they are read on.
READ_ON = {
    "normal": {"p_value": "pval_z", "ci_low": "ci_lb_z", "ci_high": "ci_ub_z"},
    "t": {"p_value": "pval_t", "ci_low": "ci_lb_t", "ci_high": "ci_ub_t", "df": "df"},
    "satterthwaite": {
        "p_value": "pval_satterthwaite",
        "ci_low": "ci_lb_satterthwaite",
        "ci_high": "ci_ub_satterthwaite",
        "df": "df_satterthwaite",
    },
}
BY_ROWS = ("const", "HC0", "HC1", "HC2", "HC3")


@cache
def read(path):
    return json.loads(path.read_text())


def oracle(case):
    return read(ORACLE / f"{case}.json")


def cases(prefix):
    return sorted(path.stem for path in ORACLE.glob(f"{prefix}-*.json"))


def models(prefix):
    """Every model of the cases of that kind: (case, model)."""
    return [(case, model["name"]) for case in cases(prefix) for model in oracle(case)["models"]]


def model_of(case, name):
    return next(model for model in oracle(case)["models"] if model["name"] == name)


def unseen(folder):
    return read(UNSEEN / folder / "cases.json")


def readings(kind, entry):
    """Which degrees of freedom the oracle reads a covariance on, and how that is asked for here."""
    found = {"normal": "normal", "t": "residual" if kind in BY_ROWS else "clusters"}
    if "df_satterthwaite" in entry:
        found["satterthwaite"] = "satterthwaite"
    return found


def close(value, expected, *, rel=RELATIVE, at=0.0, which=None):
    """`at` is how far apart figures of the size of an error may be (a share of that error)."""
    assert value == pytest.approx(expected, rel=rel, abs=at), which


def compare_rows(rows, entry, b, fields, which):
    """Rows of a table against one covariance of the oracle; every field in its place."""
    assert len(rows) == len(b) == len(entry["se"])
    for place, row in enumerate(rows):
        named = (*which, row.term)
        se = entry["se"][place]
        close(row.estimate, b[place], at=1e-11 * se, which=named)
        close(row.se, se, which=named)
        close(row.statistic, entry["stat"][place], rel=1e-8, at=1e-11, which=named)
        for ours, theirs in fields.items():
            value, expected = getattr(row, ours), entry[theirs]
            expected = expected[place] if isinstance(expected, list) else expected
            match ours:
                case "p_value":
                    assert value == pytest.approx(expected, **P_VALUES), named
                case "df":
                    close(value, expected, rel=1e-8, which=named)
                case _:
                    close(value, expected, at=1e-8 * se, which=named)


def welch_and_pooled(groups, model):
    """Two independent groups of the oracle against `TwoGroups`: summaries, tests, effect sizes."""
    for name, expected in model["summaries"].items():
        close(getattr(groups, name), expected, rel=1e-11, which=name)
    for test, expected in (
        (groups.welch(term="d"), model["welch"]),
        (groups.pooled(term="d"), model["pooled_variance"]),
    ):
        se = expected["se"]
        close(test.estimate, expected["diff"], at=1e-12 * se)
        close(test.se, se, rel=1e-11)
        close(test.statistic, expected["t"])
        close(test.df, expected["df"])
        close(test.p_value, expected["pval"], rel=1e-8)
        close(test.ci_low, expected["ci"][0], at=1e-9 * se)
        close(test.ci_high, expected["ci"][1], at=1e-9 * se)
    assert {entry["measure"] for entry in model["effect_sizes"]} == {"MD", "SMD", "ROM"}
    for entry in model["effect_sizes"]:
        effect = groups.effect(entry["measure"])
        close(effect.yi, entry["yi"], rel=1e-11, at=1e-12 * entry["se"])
        close(effect.vi, entry["vi"], rel=1e-10)
        close(math.sqrt(effect.vi), entry["se"], rel=1e-10)
