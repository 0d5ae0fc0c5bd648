"""Effect sizes against metafor 3.8-1: tests/reference/meta, and fresh data under every rule."""

import json
import math
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from scoring.effects import (
    changes,
    convert,
    correlations,
    double_zeros,
    given,
    means,
    proportions,
    rates,
    two_by_two,
)
from scoring.errors import InvalidInput, TooLittleData

REFERENCE = Path(__file__).parents[1] / "reference"
FILES = sorted(path.stem for path in (REFERENCE / "meta").glob("*.json"))

# yi and vi agree to the last digits that the oracle prints (15 of them) but for cancellation: a
# difference of two figures can be no nearer to 0 than their own last digit.
RELATIVE = 1e-12
LAST_DIGIT = 1e-15

# metafor takes its correction from a difference of log-gammas, which is off by up to 1e-13 at 400
# degrees of freedom, and UB subtracts two nearly equal figures made of it.
LOOSER = {("SMD", "UB"): 1e-11}

# Analyses without yi and vi of their own rows, and why.
WITHOUT_ROWS = {
    "bornmann2007": "several effects a study, precomputed: the oracle is of the multilevel models",
    "edge-few-clusters-a": "several effects a study, precomputed",
    "knapp2017": "several effects a study, precomputed",
    "konstantopoulos2011": "several effects a study, precomputed",
    "satcoaching": "several effects a study, precomputed",
    "tannersmith2016": "several effects a study, precomputed",
}


@cache
def document(path):
    return json.loads((REFERENCE / path).read_text())


def analyses(name):
    file = document(f"meta/{name}.json")
    return [(file["rows"], analysis) for analysis in file["analyses"] if "yi" in analysis]


def computed(kind, measure, columns, **options):
    """The effects of columns by name, from the function for that kind of data."""
    c = columns
    match kind:
        case "precomputed":
            return given(c["yi"], vi=c["vi"], measure=measure)
        case "table2x2" | "tables":
            return two_by_two(measure, c["ai"], c["bi"], c["ci"], c["di"], **options)
        case "two_group_means" | "means":
            groups = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
            return means(measure, *(c[name] for name in groups), **options)
        case "person_time_rates" | "rates":
            return rates(measure, c["x1i"], c["t1i"], c["x2i"], c["t2i"], **options)
        case "proportions":
            return proportions(measure, c["xi"], ni=c["ni"], **options)
        case "correlations":
            return correlations(measure, c["ri"], c["ni"], **options)
        case "changes":
            people = ("m1i", "m2i", "sd1i", "sd2i", "ni", "ri")
            return changes(measure, *(c[name] for name in people), **options)
    raise AssertionError(kind)


# Options that metafor takes for every measure and that are none here where they do nothing.
WITHOUT_EFFECT = {
    "rates": {"vtype"},
    "proportions": {"drop00"},
}


def told(kind, options):
    """What metafor was told, without what has no effect on that kind of data."""
    names = {"vtype", "add", "to", "drop00"} - WITHOUT_EFFECT.get(kind, set())
    return {name: options[name] for name in names if name in options}


def assert_the_same(effect, yi, vi, case, *, within=RELATIVE):
    assert effect.yi == pytest.approx(yi, rel=RELATIVE, abs=LAST_DIGIT * math.sqrt(vi)), case
    assert effect.vi == pytest.approx(vi, rel=within, abs=0), case


@pytest.mark.parametrize("name", FILES)
def test_effect_sizes_agree_with_metafor(name):
    kind = document(f"meta/{name}.json")["kind"]
    for rows, analysis in analyses(name):
        kept = [i for i, yi in enumerate(analysis["yi"]) if yi is not None]
        columns = {field: [rows[i][field] for i in kept] for field in rows[0]}
        options = told(kind, analysis.get("escalc") or {})
        effects = computed(kind, analysis["measure"], columns, **options)
        for effect, i in zip(effects, kept, strict=True):
            case = (name, analysis["measure"], i + 1)
            assert_the_same(effect, analysis["yi"][i], analysis["vi"][i], case)


def test_every_analysis_of_the_reference_is_compared():
    assert {name for name in FILES if not analyses(name)} == set(WITHOUT_ROWS)
    measures = Counter(analysis["measure"] for name in FILES for _, analysis in analyses(name))
    assert measures == {
        "OR": 21, "RR": 20, "RD": 20, "GEN": 32, "ZCOR": 4, "PR": 3, "PLO": 3, "PFT": 2, "PAS": 1,
        "IRR": 2, "IRD": 2, "SMD": 4, "MD": 3, "ROM": 2,
    }  # fmt: skip
    missing = sum(analysis["yi"].count(None) for name in FILES for _, analysis in analyses(name))
    assert missing == 9  # three trials of collins1985a without counts, under three measures


FRESH = document("effects/cases.json")


def dropped_rows(case, columns):
    """Which rows `drop00` leaves out, for the data that has such a rule."""
    if not case.get("drop00"):
        return [False] * len(case["yi"])
    counts = ("ai", "bi", "ci", "di") if case["data"] == "tables" else ("x1i", "x2i")
    return list(double_zeros(*(columns[name] for name in counts)))


@pytest.mark.parametrize("index", range(len(FRESH["cases"])))
def test_fresh_data_agrees_with_metafor_under_every_rule(index):
    case = FRESH["cases"][index]
    columns, options = FRESH["data"][case["data"]], told(case["data"], case)
    measure = "COX" if case["measure"] == "OR2DN" else case["measure"]
    dropped = dropped_rows(case, columns)
    # Where metafor answers NA, or a variance of 0, the row is refused here.
    wrong = [yi is None or not vi for yi, vi in zip(case["yi"], case["vi"], strict=True)]
    assert all(wrong[i] for i, drop in enumerate(dropped) if drop)
    refused = [i for i, bad in enumerate(wrong) if bad and not dropped[i]]
    if refused:
        with pytest.raises((InvalidInput, TooLittleData)) as refusal:
            computed(case["data"], measure, columns, **options)
        assert refusal.value.row == refused[0] + 1
        columns = {
            name: [v for v, bad in zip(values, wrong, strict=True) if not bad]
            for name, values in columns.items()
        }
    effects = computed(case["data"], measure, columns, **options)
    expected = [
        (yi, vi) for yi, vi, bad in zip(case["yi"], case["vi"], wrong, strict=True) if not bad
    ]
    within = LOOSER.get((measure, case["vtype"]), RELATIVE)
    for row, (effect, (yi, vi)) in enumerate(zip(effects, expected, strict=True), start=1):
        assert_the_same(effect, yi, vi, (measure, options, row), within=within)


def test_the_grid_of_fresh_cases_is_complete():
    grid = Counter((case["data"], case["measure"]) for case in FRESH["cases"])
    for_tables = dict.fromkeys(("OR", "RR", "PETO", "AS", "OR2DN"), 14) | {"RD": 18}
    assert grid == {
        **{("tables", measure): cases for measure, cases in for_tables.items()},
        **{("rates", measure): 14 for measure in ("IRR", "IRD", "IRSD")},
        **{("proportions", m): n for m, n in (("PR", 9), ("PLO", 8), ("PAS", 7), ("PFT", 7))},
        **{("correlations", measure): n for measure, n in (("COR", 2), ("ZCOR", 1))},
        **{("means", m): n for m, n in (("SMD", 4), ("SMDH", 1), ("MD", 2), ("ROM", 4))},
        **{("changes", m): n for m, n in (("MC", 1), ("SMCC", 2), ("SMCR", 2), ("SMCRH", 1))},
    }
    rules = {(case.get("to"), case.get("drop00")) for case in FRESH["cases"]}
    assert {to for to, _ in rules} == {"only0", "all", "if0all", "none", None}
    assert {dropped for _, dropped in rules} == {True, False, None}


def test_small_sample_standardised_changes_do_not_need_the_second_deviation():
    case = next(c for c in FRESH["cases"] if (c["measure"], c["vtype"]) == ("SMCR", "LS"))
    columns = {**FRESH["data"]["changes"], "sd2i": None}
    effects = computed("changes", "SMCR", columns)
    assert [effect.yi for effect in effects] == pytest.approx(case["yi"], rel=RELATIVE)


def test_log_odds_ratios_convert_as_metafors_measures_do():
    oracle = FRESH["conversions"]
    effects = given(oracle["odds"]["yi"], vi=oracle["odds"]["vi"], measure="OR")
    for to in ("SMD", "COX"):
        for effect, yi, vi in zip(effects, oracle[to]["yi"], oracle[to]["vi"], strict=True):
            assert_the_same(convert(effect, to), yi, vi, to)


@pytest.mark.parametrize("to", ["RR", "RD"])
def test_log_odds_ratios_convert_at_a_baseline_risk_as_metafors_transformations_do(to):
    oracle = FRESH["conversions"]
    effects = given(oracle["odds"]["yi"], vi=oracle["odds"]["vi"], measure="OR")
    for effect, risk, expected in zip(effects, oracle["baseline_risk"], oracle[to], strict=True):
        assert convert(effect, to, baseline_risk=risk).yi == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("to", ["COR", "ZCOR", "MD"])
def test_standardised_differences_convert_as_metafors_transformations_do(to):
    oracle = FRESH["conversions"]
    for effect, expected in zip(
        given(oracle["differences"], vi=[0.1] * 6, measure="SMD"), oracle[to], strict=True
    ):
        assert convert(effect, to, standardiser=12.5).yi == pytest.approx(expected, rel=RELATIVE)
