"""Mantel-Haenszel and Peto pooling: metafor's figures, laws, and refusals.

Expected figures stand in tests/reference/meta and, for unseen tables, in tests/reference/bias with
the R script that made them.
"""

import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.counts.tables import mantel_haenszel, mantel_haenszel_rates, peto

REFERENCE = Path(__file__).parents[1] / "reference"
FILES = sorted(path.stem for path in (REFERENCE / "meta").glob("*.json"))
UNSEEN = json.loads((REFERENCE / "bias" / "tables.json").read_text())

TABLES, RATES = ("ai", "bi", "ci", "di"), ("x1i", "t1i", "x2i", "t2i")
FIELDS = {
    "b": "estimate",
    "se": "se",
    "z": "statistic",
    "pval": "p_value",
    "ci_lb": "ci_low",
    "ci_ub": "ci_high",
    "QE": "q",
    "QEp": "q_p",
    "I2": "i2",
    "H2": "h2",
    "k": "k",
    "k_yi": "k_effects",
}
# What `mantel_haenszel` of the oracle gives beyond those: the measure, and a note in words.
NOT_FIGURES = {"measure", "correct", "level", "note", "warnings"}
TESTS = {"MH": "association", "BD": "breslow_day", "TA": "tarone"}
# The oracle has fifteen digits; nothing here takes a search.
RELATIVE = 1e-12


def columns(rows, names):
    """The columns of the rows that have all their figures."""
    return [[row[name] for row in rows if row[names[0]] is not None] for name in names]


def seen():
    """(case, measure, options, columns, expected) of the shared reference."""
    for name in FILES:
        document = json.loads((REFERENCE / "meta" / f"{name}.json").read_text())
        for analysis in document["analyses"]:
            measure = analysis["measure"]
            names = RATES if measure in ("IRR", "IRD") else TABLES
            for kind in ("mantel_haenszel", "peto"):
                if kind in analysis:
                    yield name, kind, {}, columns(document["rows"], names), analysis[kind]


def unseen():
    """The same of the tables made for this test."""
    for kind, names in (("tables", TABLES), ("rates", RATES)):
        for number, case in enumerate(UNSEEN[kind]):
            data = [case["rows"][name] for name in names]
            # One study is written as a number, not as a list of one.
            data = [values if isinstance(values, list) else [values] for values in data]
            for entry in case["mantel_haenszel"]:
                options = {"correct": entry["correct"], "level": entry["level"] / 100}
                yield f"{kind} {number}", "mantel_haenszel", options, data, entry
            if kind == "tables":
                yield f"{kind} {number}", "peto", {}, data, case["peto"]


SEEN, MADE = list(seen()), list(unseen())


def pooled(kind, measure, data, options):
    if kind == "peto":
        return peto(*data, **options)
    if measure in ("IRR", "IRD"):
        return mantel_haenszel_rates(measure, *data, **options)
    return mantel_haenszel(measure, *data, **options)


def compare(found, expected, case):
    for field, value in expected.items():
        if field in FIELDS:
            close = pytest.approx(value, rel=RELATIVE, abs=1e-12)
            assert getattr(found, FIELDS[field]) == close, (case, field)
        elif field in TESTS:
            test, p_value = getattr(found, TESTS[field]), expected[f"{field}p"]
            assert (test is None) == (p_value is None), (case, field)
            if test:
                assert test.statistic == pytest.approx(value, rel=1e-11, abs=1e-12), (case, field)
                assert test.p_value == pytest.approx(p_value, rel=1e-10, abs=1e-14), (case, field)
        else:
            assert field in NOT_FIGURES | {f"{name}p" for name in TESTS} | {"k_pos"}, field


def test_the_grid_of_cases_is_complete():
    assert Counter((kind, entry["measure"]) for _, kind, _, _, entry in SEEN) == {
        ("mantel_haenszel", "OR"): 21,
        ("mantel_haenszel", "RR"): 20,
        ("mantel_haenszel", "RD"): 20,
        ("mantel_haenszel", "IRR"): 2,
        ("mantel_haenszel", "IRD"): 2,
        ("peto", "OR"): 21,
    }
    assert Counter(kind for _, kind, _, _, _ in MADE) == {
        "mantel_haenszel": 9 * 6 + 5 * 4,
        "peto": 9,
    }


@pytest.mark.parametrize("number", range(len(SEEN)))
def test_pooling_tables_agrees_with_metafor(number):
    name, kind, options, data, expected = SEEN[number]
    compare(pooled(kind, expected["measure"], data, options), expected, name)


@pytest.mark.parametrize("number", range(len(MADE)))
def test_pooling_unseen_tables_agrees_with_metafor(number):
    case, kind, options, data, expected = MADE[number]
    measure = expected.get("measure")
    if kind == "mantel_haenszel" and expected["b"] is None:
        with pytest.raises(TooLittleData, match="not finite"):
            pooled(kind, measure, data, options)
        return
    compare(pooled(kind, measure, data, options), expected, case)


tables = st.lists(
    st.tuples(*[st.integers(0, 60)] * 4).filter(lambda t: t[0] + t[1] > 0 and t[2] + t[3] > 0),
    min_size=1,
    max_size=8,
)
measures = st.sampled_from(["OR", "RR", "RD", "Peto"])


def of_rows(measure, rows, **options):
    data = list(zip(*rows, strict=True))
    try:
        if measure == "Peto":
            return peto(*data)
        return mantel_haenszel(measure, *data, **options)
    except TooLittleData:
        assume(False)


def same(one, other, *, sign=1):
    scale = 1e-9 * one.se
    assert one.estimate == pytest.approx(sign * other.estimate, abs=scale)
    assert one.se == pytest.approx(other.se, rel=1e-9)
    assert one.q == pytest.approx(other.q, rel=1e-9, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-7)


@settings(max_examples=80, deadline=None)
@given(tables, measures)
def test_exchanging_the_groups_turns_the_sign(rows, measure):
    exchanged = [(c, d, a, b) for a, b, c, d in rows]
    same(of_rows(measure, rows), of_rows(measure, exchanged), sign=-1)


@settings(max_examples=80, deadline=None)
@given(tables, st.sampled_from(["OR", "RD", "Peto"]))
def test_asking_for_the_other_outcome_turns_the_sign(rows, measure):
    other = [(b, a, d, c) for a, b, c, d in rows]
    same(of_rows(measure, rows), of_rows(measure, other), sign=-1)


@settings(max_examples=80, deadline=None)
@given(tables, measures, st.randoms(use_true_random=False))
def test_the_order_of_the_tables_does_not_matter(rows, measure, shuffle):
    same(of_rows(measure, rows), of_rows(measure, shuffle.sample(rows, len(rows))))


@settings(max_examples=80, deadline=None)
@given(st.tuples(*[st.integers(1, 60)] * 4), st.integers(1, 5))
def test_one_table_alone_or_repeated_is_its_own_effect(row, times):
    a, b, c, d = row
    found = {measure: of_rows(measure, [row] * times) for measure in ("OR", "RR", "RD")}
    own = {"RR": (a / (a + b)) / (c / (c + d)), "OR": a * d / (b * c)}
    for measure, ratio in own.items():
        assert math.exp(found[measure].estimate) == pytest.approx(ratio, rel=1e-12)
    assert found["RD"].estimate == pytest.approx(a / (a + b) - c / (c + d), abs=1e-14)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 900), st.integers(0, 40), st.integers(1, 900)),
        min_size=1,
        max_size=8,
    ).filter(lambda rows: any(r[0] for r in rows) and any(r[2] for r in rows)),
    st.integers(-6, 6),
)
def test_other_units_of_exposure_change_a_rate_difference_and_no_ratio(rows, exponent):
    x1, t1, x2, t2 = zip(*rows, strict=True)
    by = 10.0**exponent
    other = (x1, [t * by for t in t1], x2, [t * by for t in t2])
    ratio, moved = (mantel_haenszel_rates("IRR", *data) for data in ((x1, t1, x2, t2), other))
    same(ratio, moved)
    difference, moved = (mantel_haenszel_rates("IRD", *d) for d in ((x1, t1, x2, t2), other))
    assert moved.estimate * by == pytest.approx(difference.estimate, abs=1e-9 * difference.se)
    assert moved.se * by == pytest.approx(difference.se, rel=1e-9)
    assert moved.q == pytest.approx(difference.q, rel=1e-9, abs=1e-9)


def test_the_correction_for_continuity_never_makes_groups_that_are_alike_differ():
    # metafor squares |sum(ai - E)| - 1/2 where it is below 0 too, and has 0.056 here.
    alike = mantel_haenszel("OR", [5, 8], [45, 32], [5, 8], [45, 32])
    assert (alike.association.statistic, alike.association.p_value) == (0, 1)
    assert mantel_haenszel("OR", [5], [45], [5], [46], correct=False).association.statistic > 0


def test_tables_without_events_move_a_risk_difference_and_no_ratio():
    rows, silent = [(3, 40, 8, 35), (2, 18, 4, 20)], (0, 30, 0, 30)
    for measure in ("OR", "RR", "Peto"):
        same(of_rows(measure, rows), of_rows(measure, [*rows, silent]))
    plain, moved = of_rows("RD", rows), of_rows("RD", [*rows, silent])
    assert abs(moved.estimate) < abs(plain.estimate)
    assert (moved.k, moved.k_effects, moved.q_df) == (3, 2, 1)


def test_a_single_table_has_no_heterogeneity():
    for found in (of_rows("OR", [(3, 40, 8, 35)]), of_rows("Peto", [(3, 40, 8, 35)])):
        assert (found.q, found.q_df, found.q_p, found.i2, found.h2) == (0, 0, 1, 0, 1)
        assert (found.breslow_day, found.tarone) == (None, None)


@pytest.mark.parametrize(
    ("measure", "rows", "field"),
    [
        ("OR", [(0, 9, 3, 6), (0, 8, 1, 7)], "ai di"),
        ("OR", [(4, 9, 0, 6), (3, 8, 0, 7)], "bi ci"),
        ("RR", [(0, 9, 3, 6)], "ai"),
        ("RR", [(4, 9, 0, 6)], "ci"),
        ("RR", [(4, 0, 6, 0)], "bi"),
        ("RD", [(0, 9, 0, 6)], "ai"),
        ("RD", [(13, 0, 0, 7), (3, 0, 0, 29)], "ai"),
        ("Peto", [(0, 9, 0, 6), (5, 0, 8, 0)], "ai"),
    ],
)
def test_tables_that_leave_nothing_to_pool_are_refused_by_what_is_missing(measure, rows, field):
    data = list(zip(*rows, strict=True))
    with pytest.raises(TooLittleData) as refusal:
        peto(*data) if measure == "Peto" else mantel_haenszel(measure, *data)
    assert refusal.value.field == field
    assert refusal.value.accepted


@pytest.mark.parametrize(("measure", "field"), [("IRR", "x2i"), ("IRD", "x1i")])
def test_rates_that_leave_nothing_to_pool_are_refused(measure, field):
    events = [3, 1] if measure == "IRR" else [0, 0]
    with pytest.raises(TooLittleData) as refusal:
        mantel_haenszel_rates(measure, events, [10, 20], [0, 0], [10, 20])
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("data", "field", "row"),
    [
        (([1, -1], [2, 2], [1, 1], [2, 2]), "ai", 2),
        (([1, 1], [2, 2], [1, 1], [2, math.nan]), "di", 2),
        (([0, 1], [0, 2], [1, 1], [2, 2]), "ai + bi", 1),
        (([1, 1], [2, 2], [1, 0], [2, 0]), "ci + di", 2),
        (([0.2], [0.3], [0.1], [0.2]), "ai + bi + ci + di", 1),
        (([1, 1], [2, 2], [1, 1], [2]), "di", None),
        (([1, 1], [2, 1e16], [1, 1], [2, 2]), "bi", 2),
    ],
)
def test_bad_counts_are_refused_with_their_row(data, field, row):
    for call in (lambda: mantel_haenszel("OR", *data), lambda: peto(*data)):
        with pytest.raises(InvalidInput) as refusal:
            call()
        assert (refusal.value.field, refusal.value.row) == (field, row)


def test_exposure_that_is_not_above_zero_or_not_countable_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        mantel_haenszel_rates("IRR", [1, 2], [10, 0], [1, 1], [5, 5])
    assert (refusal.value.field, refusal.value.row) == ("t1i", 2)
    with pytest.raises(InvalidInput) as refusal:
        mantel_haenszel_rates("IRR", [1, 2], [10, 20], [1, 1], [1e300, 5])
    assert (refusal.value.field, refusal.value.row) == ("t2i", 1)


def test_unknown_measures_levels_and_empty_columns_are_refused():
    with pytest.raises(UnknownMethod, match="OR, RR, RD"):
        mantel_haenszel("IRR", [1], [1], [1], [1])
    with pytest.raises(UnknownMethod, match="IRR, IRD"):
        mantel_haenszel_rates("OR", [1], [1], [1], [1])
    with pytest.raises(InvalidInput, match="level"):
        peto([1], [4], [2], [4], level=95)
    for call in (
        lambda: peto([], [], [], []),
        lambda: mantel_haenszel_rates("IRR", [], [], [], []),
    ):
        with pytest.raises(TooLittleData, match="at least one study"):
            call()
