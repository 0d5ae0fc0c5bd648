"""Reference series and how their models are asked for: the oracle's names into arguments."""

import json
import re
from pathlib import Path

from scoring.estimation.series.controlled_its import controlled_interrupted_time_series
from scoring.estimation.series.its import interrupted_time_series

REFERENCE = Path(__file__).parents[2] / "reference"
ORACLE = REFERENCE / "estimation"
UNSEEN = REFERENCE / "estimation_unseen" / "its"

# What each single series of the oracle is called, and the seasons that its formulas have.
SINGLE = {
    "its-seatbelts-drivers": ("ldrv", {"seasons": "dummies", "cycle": 12}),
    "its-sim-monthly60": ("y", {"seasons": "harmonics", "cycle": 12}),
    "its-sim-short16": ("y", {}),
}
PAIRS = {
    "cits-seatbelts-front-rear": {"seasons": "dummies", "cycle": 12},
    "cits-sim48": {},
}

# The estimators of the oracle, by how its model names end or begin.
ESTIMATORS = {
    "GLS with AR(1) errors, REML": "ar1_reml",
    "GLS with AR(1) errors, ML": "ar1_ml",
    "OLS": "ols",
}

# Terms of the oracle and of the unseen cases, by pattern, as they are called here.
TERMS = ((r"^(?:factor\(month\)|season)(\d+)$", r"season \1"), (r"^(sin|cos)12$", r"\1 1"),
         (r"^(sin|cos)(\d)$", r"\1 \2"))  # fmt: skip


def read(path):
    return json.loads(path.read_text())


def term(name):
    for pattern, ours in TERMS:
        name = re.sub(pattern, ours, name)
    return name


def oracle_cases(*prefixes):
    """Every model of the oracle's cases of these kinds: (case, model name)."""
    names = sorted(path.stem for prefix in prefixes for path in ORACLE.glob(f"{prefix}-*.json"))
    return [
        (case, model["name"]) for case in names for model in read(ORACLE / f"{case}.json")["models"]
    ]


def oracle(case, name):
    """The data of a case and one of its models."""
    file = read(ORACLE / f"{case}.json")
    return file["data"], next(model for model in file["models"] if model["name"] == name)


def estimator_of(model):
    named = ESTIMATORS.get(model["estimator"])
    return named or model["name"].removeprefix("AR(1) ")


def single(case, **options):
    """An estimate of a single series of the oracle."""
    outcome, seasons = SINGLE[case]
    data = read(ORACLE / f"{case}.json")["data"]
    start = data["time"][data["level"].index(1)]
    return interrupted_time_series(
        periods=data["time"], outcome=data[outcome], start=start, **{**seasons, **options}
    )


def pair(case, **options):
    """An estimate of a controlled series of the oracle."""
    data = read(ORACLE / f"{case}.json")["data"]
    return controlled_interrupted_time_series(
        periods=data["time"],
        outcome=data["y"],
        group=data["group"],
        start=data["time"][data["level"].index(1)],
        **{**PAIRS[case], **options},
    )


def unseen_cases():
    return sorted(path.stem for path in UNSEEN.glob("*.json"))


def unseen(case, **options):
    """An estimate of an unseen case with the seasons that it was made with."""
    file = read(UNSEEN / f"{case}.json")
    asked = {
        "periods": file["data"]["period"],
        "outcome": file["data"]["y"],
        "start": file["start"],
        "seasons": file["seasons"],
        "cycle": file["cycle"],
        "pairs": file["pairs"],
        "log": file["log"],
        **options,
    }
    if file["kind"] == "pair":
        return controlled_interrupted_time_series(group=file["data"]["group"], **asked)
    return interrupted_time_series(**asked)


def rows(estimate, names):
    """The coefficients of an estimate by the oracle's terms, in their order."""
    by_term = {row.term: row for row in estimate.coefficients}
    return [by_term[term(name)] for name in names]


def check(estimate, name):
    return next(check for check in estimate.checks if check.name == name)
