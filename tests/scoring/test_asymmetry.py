"""Egger's regression and the rank test: metafor's figures, laws, and refusals.

Expected figures stand in tests/reference/meta and, for unseen data, in tests/reference/bias with
the R script that made them.
"""

import json
import math
from collections import Counter
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.bias.asymmetry import egger, rank_test

REFERENCE = Path(__file__).parents[1] / "reference"
UNSEEN = json.loads((REFERENCE / "bias" / "funnels.json").read_text())

# What is not compared, and why. Everything else is.
FEW_OR_ALIKE = {"edge-k1-a", "edge-k2-agree-a", "edge-k2-disagree-a", "edge-k2-lopsided-a"}
# All effects agree: the oracle has rounding for a slope, and no rank correlation.
NO_SPREAD = "edge-all-equal-a"
# All standard errors agree: there is no regression, and no rank correlation.
NO_SLOPE = "edge-equal-variances-a"
# metafor takes a design of standard errors below 1e-4 for one of constants.
TOO_SMALL_FOR_METAFOR = {"edge-tiny-variances-a", "millionths"}
# metafor's search stops at a lower maximum of the restricted likelihood.
LOWER_MAXIMUM = ("edge-local-maxima-missed-a", "REML")


def seen():
    """(name, analysis, yi, vi) of the shared reference, rows with an effect only."""
    for path in sorted((REFERENCE / "meta").glob("*.json")):
        for analysis in json.loads(path.read_text())["analyses"]:
            if "yi" in analysis:
                pairs = zip(analysis["yi"], analysis["vi"], strict=True)
                known = [pair for pair in pairs if pair[0] is not None]
                yield path.stem, analysis, *map(list, zip(*known, strict=True))


SEEN = list(seen())
KEYS = {"lm": "egger_lm", "REML": "egger_rma_reml", "EE": "egger_rma_ee"}


def test_the_grid_of_cases_is_complete():
    fits = Counter(key for _, a, _, _ in SEEN for key in KEYS.values() if a.get(key))
    assert fits == {"egger_lm": 114, "egger_rma_reml": 113, "egger_rma_ee": 113}
    ranks = [name for name, a, _, _ in SEEN if "begg_rank" in a]
    assert len(ranks) == 115
    assert {name for name, a, _, _ in SEEN if "begg_rank" not in a} == FEW_OR_ALIKE
    models = Counter(fit["model"] for d in UNSEEN for fit in d["egger"])
    assert models == dict.fromkeys(("lm", "EE", "DL", "PM", "ML", "REML"), 21)
    refused = {d["id"] for d in UNSEEN for fit in d["egger"] if "error" in fit}
    assert refused == TOO_SMALL_FOR_METAFOR & {d["id"] for d in UNSEEN}


def compare(found, expected, *, scale, case):
    """One regression; `expected` has the names of the unseen cases, `scale` the size of tau2."""
    close = {"abs": 1e-9 * expected["slope_se"]}
    assert found.slope.estimate == pytest.approx(expected["slope"], **close), case
    assert found.slope.se == pytest.approx(expected["slope_se"], rel=1e-9), case
    assert found.slope.statistic == pytest.approx(expected["stat"], rel=1e-9, abs=1e-9), case
    assert found.slope.df == expected["df"], case
    assert found.slope.p_value == pytest.approx(expected["pval"], rel=1e-8), case
    assert found.limit.estimate == pytest.approx(expected["limit"], abs=1e-9 * found.limit.se), case
    if "limit_ci" in expected:
        for ours, theirs in zip(
            (found.limit.ci_low, found.limit.ci_high), expected["limit_ci"], strict=True
        ):
            assert ours == pytest.approx(theirs, abs=1e-9 * found.limit.se), case
    assert found.tau2 == pytest.approx(expected["tau2"], rel=1e-9, abs=1e-9 * scale), case


def renamed(model, expected):
    """The shared reference's entry under the names of the unseen cases."""
    if model == "lm":
        names = {"stat": "t", "limit": "intercept_se_zero"}
        return expected | {ours: expected[theirs] for ours, theirs in names.items()} | {"tau2": 0}
    (limit, slope), (_, slope_se) = expected["b"], expected["se"]
    figures = {"limit": limit, "slope": slope, "slope_se": slope_se, "df": None}
    return figures | {"stat": expected["z"], "tau2": 0} | expected


@pytest.mark.parametrize("model", KEYS)
def test_eggers_regression_agrees_with_metafor(model):
    for name, analysis, yi, vi in SEEN:
        if not analysis.get(KEYS[model]) or name == NO_SPREAD or (name, model) == LOWER_MAXIMUM:
            continue
        expected = renamed(model, analysis[KEYS[model]])
        found = egger(yi, vi, model=model)
        compare(found, expected, scale=median(vi), case=(name, analysis["measure"]))
        if model == "lm":
            assert found.limit.se == pytest.approx(expected["intercept_se"], rel=1e-9)


@pytest.mark.parametrize("data", UNSEEN, ids=[d["id"] for d in UNSEEN])
def test_eggers_regression_agrees_with_metafor_on_unseen_data(data):
    for expected in data["egger"]:
        found = egger(data["yi"], data["vi"], model=expected["model"])
        if "error" not in expected:
            compare(found, expected, scale=median(data["vi"]), case=expected["model"])


def restricted_log_likelihood(yi, vi, tau2):
    y, v = np.array(yi), np.array(vi)
    x, w = np.column_stack([np.ones_like(v), np.sqrt(v)]), 1 / (v + tau2)
    information = (x.T * w) @ x
    residual = y - x @ np.linalg.solve(information, (x.T * w) @ y)
    return 0.5 * (np.log(w).sum() - np.linalg.slogdet(information)[1] - (w * residual**2).sum())


def test_where_metafor_stops_at_a_lower_maximum_ours_is_higher():
    _, analysis, yi, vi = next(case for case in SEEN if case[0] == LOWER_MAXIMUM[0])
    found, expected = egger(yi, vi, model="REML"), analysis["egger_rma_reml"]
    ours, theirs = (restricted_log_likelihood(yi, vi, t) for t in (found.tau2, expected["tau2"]))
    assert ours > theirs + 0.01


def test_rank_tests_agree_with_metafor():
    entries = [(name, a["begg_rank"], yi, vi) for name, a, yi, vi in SEEN if "begg_rank" in a]
    entries += [(d["id"], d["rank"], d["yi"], d["vi"]) for d in UNSEEN]
    without = set()
    for name, expected, yi, vi in entries:
        tau = expected.get("kendall_tau", expected.get("tau"))
        if tau is None:
            without.add(name)
            continue
        found = rank_test(yi, vi)
        assert found.tau == pytest.approx(tau, abs=1e-14), name
        # metafor takes small exact p-values from 1, and loses their last digits.
        assert found.p_value == pytest.approx(expected["pval"], rel=1e-9, abs=1e-13), name
    assert without == {NO_SPREAD, NO_SLOPE}


def test_ties_make_the_rank_test_approximate():
    by_id = {d["id"]: d for d in UNSEEN}
    exact = {name: rank_test(d["yi"], d["vi"]).exact for name, d in by_id.items()}
    assert [name for name in exact if not exact[name]] == ["tied-variances", "tied-studies"]


studies = st.lists(
    st.tuples(st.integers(-3000, 3000), st.integers(1, 4000)),
    min_size=3,
    max_size=14,
    unique_by=lambda row: row[1],
).map(lambda rows: ([y / 1000 for y, _ in rows], [v / 1000 for _, v in rows]))
models = st.sampled_from(["lm", "EE", "DL", "REML"])


@settings(max_examples=60, deadline=None)
@given(studies, models)
def test_the_mirror_image_has_the_opposite_slope(data, model):
    yi, vi = data
    one, other = egger(yi, vi, model=model), egger([-y for y in yi], vi, model=model)
    scale = 1e-9 * one.slope.se + 1e-12
    assert one.slope.estimate == pytest.approx(-other.slope.estimate, abs=scale)
    assert one.slope.se == pytest.approx(other.slope.se, rel=1e-7, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(studies, models, st.integers(-9, 9))
def test_the_slope_has_no_units(data, model, exponent):
    yi, vi = data
    by = 10.0**exponent
    one = egger(yi, vi, model=model)
    other = egger([y * by for y in yi], [v * by**2 for v in vi], model=model)
    assert other.slope.estimate == pytest.approx(one.slope.estimate, abs=1e-7 * one.slope.se + 1e-9)
    assert other.limit.estimate == pytest.approx(
        one.limit.estimate * by, abs=1e-7 * by * one.limit.se + 1e-9 * by
    )


@settings(max_examples=60, deadline=None)
@given(studies, st.integers(-9, 9), st.randoms(use_true_random=False))
def test_the_rank_test_knows_neither_units_nor_order_nor_origin(data, exponent, shuffle):
    assume(len(set(data[0])) > 1)
    one = rank_test(*data)
    by = 2.0**exponent
    rows = list(zip(*data, strict=True))
    yi, vi = zip(*shuffle.sample(rows, len(rows)), strict=True)
    other = rank_test([y * by + by for y in yi], [v * by**2 for v in vi])
    mirrored = rank_test([-y for y in data[0]], data[1])
    assume(one.exact and other.exact)
    assert (other.tau, other.p_value) == pytest.approx((one.tau, one.p_value), abs=1e-12)
    assert (mirrored.tau, mirrored.p_value) == pytest.approx((-one.tau, one.p_value), abs=1e-12)


def test_a_line_through_the_effects_is_found_as_it_is():
    vi = [0.01, 0.04, 0.09, 0.16, 0.25]
    found = egger([0.5 + 2 * math.sqrt(v) for v in vi], vi)
    assert found.slope.estimate == pytest.approx(2, rel=1e-12)
    assert found.limit.estimate == pytest.approx(0.5, rel=1e-12)
    assert (found.model, found.k, found.slope.df) == ("lm", 5, 3)


@pytest.mark.parametrize(("k", "enough"), [(3, False), (9, False), (10, True), (30, True)])
def test_fewer_than_ten_studies_are_too_few_to_read(k, enough):
    yi, vi = [0.1 * (i % 4) for i in range(k)], [0.01 * (i + 1) for i in range(k)]
    assert egger(yi, vi).enough_studies is enough
    assert rank_test(yi, vi).enough_studies is enough


@pytest.mark.parametrize("test", [egger, rank_test])
def test_two_studies_are_too_little_data(test):
    with pytest.raises(TooLittleData, match="3 or more"):
        test([0.1, 0.2], [0.01, 0.02])


@pytest.mark.parametrize(("test", "field"), [(egger, "sei"), (rank_test, "vi")])
def test_standard_errors_that_agree_are_refused(test, field):
    with pytest.raises(InvalidInput) as refusal:
        test([0.1, 0.2, 0.4], [0.01] * 3)
    assert refusal.value.field == field


def test_effects_that_agree_have_no_rank_correlation_and_no_slope():
    with pytest.raises(InvalidInput) as refusal:
        rank_test([0.3] * 4, [0.01, 0.02, 0.03, 0.04])
    assert refusal.value.field == "yi"
    assert egger([0.3] * 4, [0.01, 0.02, 0.03, 0.04]).slope.estimate == 0


@pytest.mark.parametrize("test", [egger, rank_test])
@pytest.mark.parametrize(
    ("yi", "vi", "field", "row"),
    [
        ([1, math.nan, 2], [1, 2, 3], "yi", 2),
        ([1, 2, 3], [1, 2, 0], "vi", 3),
        ([1, 2, 3], [1, 2], "vi", None),
    ],
)
def test_bad_rows_are_refused(test, yi, vi, field, row):
    with pytest.raises(InvalidInput) as refusal:
        test(yi, vi)
    assert (refusal.value.field, refusal.value.row) == (field, row)


def test_unknown_models_and_levels_are_refused():
    with pytest.raises(UnknownMethod, match="lm, EE"):
        egger([1, 2, 3], [1, 2, 3], model="wls")
    with pytest.raises(InvalidInput, match="level"):
        egger([1, 2, 3], [1, 2, 3], level=95)


@pytest.mark.parametrize("k", [5, 8])
def test_the_exact_p_value_counts_the_orders_that_chance_makes(k):
    """The definition itself: every order of k ranks, equally likely."""
    pairs = k * (k - 1) // 2
    counts = np.ones(1)
    for j in range(2, k + 1):
        counts = np.convolve(counts, np.ones(j))
    shares = counts / counts.sum()
    vi = np.arange(1.0, k + 1)
    orders = np.random.default_rng(k).permuted(np.tile(vi, (40, 1)), axis=1)
    for order in orders:
        found = rank_test(order * 1e6, 1 + vi / 1e6)
        fewest = round((1 - abs(found.tau)) / 2 * pairs)
        expected = min(1.0, 2 * shares[: fewest + 1].sum())
        assert found.p_value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("k", [60, 180, 400])
def test_the_exact_p_value_holds_its_digits_for_many_studies(k):
    """The recursion that counts inversions, on the shares of equally likely orders."""
    shares = np.ones(1)
    for j in range(2, k + 1):
        sums = np.concatenate([np.zeros(j), np.cumsum(shares), np.full(j - 1, shares.sum())])
        shares = (sums[j:] - sums[:-j]) / j
    vi = np.arange(1.0, k + 1)
    rng = np.random.default_rng(k)
    for pull in (0.0, 0.1, 0.3, 1.0):
        found = rank_test((pull * vi / k + rng.normal(size=k)) * 1e6, 1 + vi / 1e6)
        fewest = round((1 - abs(found.tau)) / 2 * (k * (k - 1) // 2))
        expected = min(1.0, 2 * math.fsum(shares[: fewest + 1]))
        assert found.p_value == pytest.approx(expected, rel=1e-11)


def test_twenty_thousand_studies_are_ranked_exactly_and_at_once():
    rng = np.random.default_rng(0)
    vi = rng.uniform(0.01, 0.3, 20_000)
    found = rank_test(0.02 * np.sqrt(vi) + rng.normal(size=20_000) * np.sqrt(vi), vi)
    # Of so many the distribution is normal but for its fourth moment, of the order of 1 / k.
    sd = math.sqrt(2 * (2 * 20_000 + 5) / (9 * 20_000 * 19_999))
    assert found.exact
    assert found.p_value == pytest.approx(math.erfc(abs(found.tau) / sd / math.sqrt(2)), rel=1e-3)
