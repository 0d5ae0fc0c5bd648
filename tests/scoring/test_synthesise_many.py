"""Thousands of subjects in one call: each as if alone, and none of them silent."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.errors import InvalidInput, UnknownMethod
from scoring.synthesis import (
    METHODS,
    TESTS,
    between_study_variance,
    cumulative,
    leave_one_out,
    synthesise,
    synthesise_many,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"


PLACES = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
FLOORS = {"p_value": 1e-12, "q_p": 1e-12}


def ragged(seed, *, subjects, largest):
    """Flat rows of subjects of 1 to `largest` studies, variances over four orders of magnitude."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, largest + 1, subjects)
    subject = np.repeat(np.arange(subjects), sizes)
    vi = 10 ** rng.uniform(-4, 0, len(subject))
    tau = rng.choice([0.0, 0.1, 1.0], subjects)[subject]
    return rng.normal(0.2, np.sqrt(vi + tau**2)), vi, subject


def same(one, other):
    """Whether two syntheses agree to 1e-12 of their own size, places to 1e-12 of a standard error.

    A probability of 1e-156 has no twelve digits: its logarithm has.
    """
    ours, theirs = asdict(one), asdict(other)
    for field, value in ours.items():
        if isinstance(value, float | tuple):
            floor = FLOORS.get(field, 0.0) or 1e-12 * one.se * (field in PLACES)
            assert theirs[field] == pytest.approx(value, rel=1e-12, abs=floor), field
        else:
            assert theirs[field] == value, field


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", TESTS)
def test_every_subject_is_answered_as_if_it_were_alone(method, test):
    yi, vi, subject = ragged(1, subjects=120, largest=40)
    pooled = synthesise_many(yi, vi, subject, method=method, test=test)
    assert set(pooled.status.tolist()) == {"ok"}
    for number in range(120):
        own = subject == number
        same(synthesise(yi[own], vi[own], method=method, test=test), pooled.at(number))


def test_every_reference_analysis_in_one_call_is_as_if_it_were_alone():
    rows = [
        (f"{path.stem} {a['measure']}", y, v)
        for path in sorted(REFERENCE.glob("*.json"))
        for a in json.loads(path.read_text())["analyses"]
        if "pooled" in a
        for y, v in zip(a["yi"], a["vi"], strict=True)
        if y is not None
    ]
    subject, yi, vi = (list(part) for part in zip(*rows, strict=True))
    pooled = synthesise_many(yi, vi, subject)
    assert len(pooled.subjects) == 119
    for number, label in enumerate(pooled.subjects):
        own = [i for i, name in enumerate(subject) if name == label]
        same(synthesise([yi[i] for i in own], [vi[i] for i in own]), pooled.at(number))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_rows_may_come_in_any_order(seed, shuffle):
    yi, vi, subject = ragged(seed, subjects=7, largest=9)
    order = np.array(shuffle.sample(range(len(yi)), len(yi)))
    labels = [f"place {number}" for number in subject]
    mixed = synthesise_many(yi[order], vi[order], [labels[i] for i in order])
    straight = synthesise_many(yi, vi, labels)
    for number, label in enumerate(straight.subjects):
        one, other = straight.at(number), mixed.at(mixed.subjects.index(label))
        assert other.estimate == pytest.approx(one.estimate, abs=1e-9 * one.se)
        assert other.tau2 == pytest.approx(one.tau2, rel=1e-9, abs=1e-12)
    assert mixed.weights == pytest.approx(straight.weights[order], rel=1e-7)


def test_parts_and_intervals_come_in_the_same_batch():
    yi, vi, subject = ragged(3, subjects=60, largest=12)
    pooled = synthesise_many(
        yi, vi, subject, test="knha", leave_one_out=True, cumulative=True, intervals=True
    )
    for number in range(60):
        own = np.flatnonzero(subject == number)
        so_far = cumulative(yi[own], vi[own], test="knha")
        np.testing.assert_allclose(pooled.up_to.estimate[own], so_far.estimate, rtol=1e-12)
        if len(own) == 1:
            assert np.isnan(pooled.without.estimate[own]).all()
            assert math.isnan(pooled.intervals.tau2_high[number])
            continue
        rest = leave_one_out(yi[own], vi[own], test="knha")
        np.testing.assert_allclose(pooled.without.ci_high[own], rest.ci_high, rtol=1e-12)
        interval = between_study_variance(yi[own], vi[own])
        assert pooled.intervals.tau2_high[number] == pytest.approx(interval.high, rel=1e-12)
        assert pooled.intervals.i2_low[number] == pytest.approx(interval.i2_low, rel=1e-12)


def test_parts_that_were_not_asked_for_are_empty():
    pooled = synthesise_many([0.1, 0.2], [0.01, 0.02], ["a", "a"])
    assert len(pooled.without.estimate) == len(pooled.intervals.tau2_low) == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_bad_row_refuses_its_subject_and_no_other(bad):
    yi, vi, subject = ragged(4, subjects=30, largest=6)
    row = int(np.flatnonzero(subject == 11)[-1])
    yi[row] = bad
    pooled = synthesise_many(yi, vi, subject, leave_one_out=True, intervals=True)
    assert pooled.status[11] == "invalid_input"
    assert set(np.delete(pooled.status, 11).tolist()) == {"ok"}
    assert (pooled.refusals[11].field, pooled.refusals[11].row) == ("yi", row + 1)
    assert math.isnan(pooled.figures.estimate[11])
    assert np.isfinite(np.delete(pooled.figures.estimate, 11)).all()
    with pytest.raises(InvalidInput, match="yi, row"):
        pooled.at(11)
    same(synthesise(yi[subject == 12], vi[subject == 12]), pooled.at(12))


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_bad_variance_names_its_row_among_all_rows(bad):
    pooled = synthesise_many([1, 2, 3], [0.1, 0.2, bad], ["a", "b", "b"])
    assert pooled.status.tolist() == ["ok", "invalid_input"]
    assert str(pooled.refusals[1]).startswith("vi, row 3: is")


def test_magnitudes_beyond_precision_refuse_their_subject_only():
    pooled = synthesise_many([0, 0, 1, 1e200, 0], [1, 1e60, 1, 1, 1], ["a", "a", "b", "c", "c"])
    assert pooled.status.tolist() == ["invalid_input", "ok", "invalid_input"]
    assert (pooled.refusals[0].field, pooled.refusals[0].row) == ("vi", 2)
    assert (pooled.refusals[2].field, pooled.refusals[2].row) == ("yi", 4)


def test_no_rows_are_no_subjects():
    pooled = synthesise_many([], [], [], leave_one_out=True, cumulative=True, intervals=True)
    assert pooled.subjects == ()
    assert pooled.status.tolist() == []


@pytest.mark.parametrize(
    ("columns", "field"), [(([1.0], [1.0, 1.0], ["a"]), "vi"), (([1.0], [1.0], []), "subject")]
)
def test_columns_of_different_lengths_are_refused(columns, field):
    with pytest.raises(InvalidInput) as refusal:
        synthesise_many(*columns)
    assert refusal.value.field == field


def test_an_unknown_name_refuses_the_whole_call():
    with pytest.raises(UnknownMethod, match="prediction"):
        synthesise_many([1.0], [1.0], ["a"], prediction="hts")


def test_two_maxima_are_reported_for_each_subject_that_has_them():
    document = json.loads((REFERENCE / "edge-local-maxima-low-a.json").read_text())
    hard = document["analyses"][0]
    yi, vi = [*hard["yi"], 0.1, 0.2], [*hard["vi"], 0.01, 0.02]
    subject = ["hard"] * len(hard["yi"]) + ["easy"] * 2
    pooled = synthesise_many(yi, vi, subject)
    assert len(pooled.at(0).tau2_maxima) == hard["reml_check"]["n_local_maxima"] == 2
    assert len(pooled.at(1).tau2_maxima) == 1


wide = st.lists(st.tuples(st.floats(-5, 5), st.floats(-6, 3)), min_size=2, max_size=7).map(
    lambda rows: ([y for y, _ in rows], [10.0**v for _, v in rows])
)


@settings(max_examples=150, deadline=None)
@given(wide, st.sampled_from(["REML", "ML"]))
def test_no_maximum_is_missed_that_a_dense_scan_can_see(data, method):
    yi, vi = map(np.array, data)
    pooled = synthesise(yi, vi, method=method)
    found = np.array(pooled.tau2_maxima)
    tau2 = np.concatenate([[0.0], np.geomspace(vi.min() * 1e-3, 1e4, 4000)])
    w = 1 / (vi[:, None] + tau2)
    mean = (w * yi[:, None]).sum(0) / w.sum(0)
    penalty = np.log(w.sum(0)) if method == "REML" else 0.0
    height = 0.5 * (np.log(w).sum(0) - penalty - (w * (yi[:, None] - mean) ** 2).sum(0))
    # A peak of the scan that stands out from its neighbours by more than rounding.
    rise = np.diff(height)
    peaks = [i for i in range(1, 4000) if rise[i - 1] > 1e-9 and rise[i] < -1e-9]
    for i in peaks:
        assert ((found >= tau2[i - 1]) & (found <= tau2[i + 1])).any()
    assert pooled.tau2 in pooled.tau2_maxima


LABELS_OF_ALL_KINDS = [
    ["nan", "2", "nan", "2"],
    [2, "2", 2, "2"],
    [("a", 1), ("a", 2), ("a", 1), ("a", 2)],
    [True, "True", True, "True"],
    [frozenset("ab"), ("a", "b"), frozenset("ba"), ("a", "b")],
    np.array([7, 3, 7, 3]),
    np.array(["b", "a", "b", "a"]),
]


@pytest.mark.parametrize("labels", LABELS_OF_ALL_KINDS)
def test_subjects_may_be_called_by_anything_that_can_be_told_apart(labels):
    pooled = synthesise_many([0.1, 0.2, 0.3, 0.5], [0.1] * 4, labels)
    listed = list(labels)
    assert list(pooled.subjects) == list(dict.fromkeys(listed))
    for number, label in enumerate(pooled.subjects):
        own = [row for row, name in enumerate(listed) if name == label]
        alone = synthesise([[0.1, 0.2, 0.3, 0.5][row] for row in own], [0.1] * len(own))
        same(alone, pooled.at(number))


@pytest.mark.parametrize("missing", [None, math.nan, "", "  ", np.datetime64("NaT")])
@pytest.mark.parametrize("as_array", [True, False])
def test_a_row_that_names_no_subject_is_refused_by_its_number(missing, as_array):
    labels = ["a", "nan", missing, missing, "a"]
    if as_array:
        labels = np.array(labels, dtype=object)
    with pytest.raises(InvalidInput, match="subject, row 3: is missing"):
        synthesise_many([0.1] * 5, [0.1] * 5, labels)


def test_a_subject_that_cannot_be_told_from_others_is_refused_by_its_row():
    with pytest.raises(InvalidInput, match=r"subject, row 2: is \['b'\], which names nothing"):
        synthesise_many([0.1] * 3, [0.1] * 3, ["a", ["b"], "c"])
    with pytest.raises(InvalidInput, match="subject, row 1"):
        synthesise_many([0.1] * 2, [0.1] * 2, np.eye(2))


def test_a_number_that_is_none_among_the_subjects_is_refused_by_its_row():
    with pytest.raises(InvalidInput, match="subject, row 3: is missing"):
        synthesise_many([0.1] * 4, [0.1] * 4, np.array([1.0, 1.0, math.nan, math.nan]))
