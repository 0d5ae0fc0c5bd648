"""Selection models: metafor's figures, independent checks of the likelihood, laws, and refusals.

Expected figures stand in tests/reference/bias with the R script that made them; the data of those
that are not made up stand in tests/reference/meta.
"""

import json
import math
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.bias.selection import select

REFERENCE = Path(__file__).parents[1] / "reference"
CASES = {
    case["id"]: case for case in json.loads((REFERENCE / "bias" / "selection.json").read_text())
}

# metafor's own unadjusted fit does not converge, so it has no selection model.
REFUSED_BY_METAFOR = "edge-huge-heterogeneity-a GEN"

# Fits, by data set, direction and number of steps, where metafor stops lower: at the largest weight
# that it tries, 100, or whichever of its three optimisers is highest, at another maximum. All else
# is compared; here ours has to be higher.
AT_ITS_LIMIT = {
    ("edge-one-outlier-a GEN", "greater", 1),
    ("edge-one-outlier-a GEN", "greater", 2),
    ("edge-one-outlier-a GEN", "greater", 3),
    ("edge-proportions-a PR", "greater", 1),
    ("edge-proportions-a PFT", "greater", 1),
    ("edge-proportions-a PAS", "greater", 1),
    ("edge-small-n-means-a ROM", "greater", 1),
    ("fine1993 RD", "greater", 3),
    ("gibson2002-2x2 RD", "less", 3),
}
ELSEWHERE = {
    ("edge-local-maxima-missed-a GEN", "less", 1),
    ("edge-local-maxima-missed-a GEN", "less", 2),
    ("egger2001 OR", "less", 1),
    ("egger2001 OR", "less", 3),
    ("egger2001 RR", "less", 2),
    ("egger2001 RD", "less", 1),
    ("gibson2002-means MD", "less", 1),
    ("gibson2002-means MD", "less", 2),
    ("li2007 OR", "less", 1),
    ("li2007 OR", "less", 3),
    ("li2007 RR", "less", 1),
    ("li2007 RR", "less", 3),
    ("li2007 RD", "less", 1),
    ("nielweise2007 RD", "less", 2),
}

# metafor takes its Hessian by differences whose step is a share of a mean that here is nearly 0.
DIFFERENCES_TOO_FINE = ("debruin2009 PLO", "greater", 1)


@cache
def studies(name):
    case = CASES[name]
    if "yi" in case:
        return case["yi"], case["vi"]
    file, measure = name.rsplit(" ", 1)
    document = json.loads((REFERENCE / "meta" / f"{file}.json").read_text())
    analysis = next(a for a in document["analyses"] if a["measure"] == measure)
    pairs = zip(analysis["yi"], analysis["vi"], strict=True)
    return tuple(map(list, zip(*(p for p in pairs if p[0] is not None), strict=True)))


@cache
def fitted(name, number):
    entry = CASES[name]["fits"][number]
    return select(*studies(name), steps=entry["steps"], alternative=entry["alternative"])


def test_the_grid_of_cases_is_complete():
    assert len(CASES) == 110
    fits = [(name, fit) for name, case in CASES.items() for fit in case["fits"]]
    assert Counter(len(fit["steps"]) for _, fit in fits) == {1: 131, 2: 96, 3: 64}
    assert {name for name, fit in fits if "error" in fit} == {REFUSED_BY_METAFOR}
    known = {(name, fit["alternative"], len(fit["steps"])) for name, fit in fits}
    assert known >= AT_ITS_LIMIT | ELSEWHERE | {DIFFERENCES_TOO_FINE}
    assert Counter(end for _, fit in fits for end, _ in closed_ends(fit)) == {
        "tau2 low": 109,
        "tau2 high": 107,
        "delta low": 108,
        "delta high": 100,
    }


def closed_ends(fit):
    """(parameter and side, value) of the profile intervals' ends that metafor could close."""
    profile = fit.get("profile", {})
    for parameter in ("tau2", "delta"):
        ends, signs = profile.get(parameter, ()), profile.get(f"{parameter}_beyond", ())
        for side, value, sign in zip(("low", "high"), ends, signs, strict=False):
            if value is not None and not sign:
                yield f"{parameter} {side}", value


@pytest.mark.parametrize("name", CASES)
def test_selection_models_agree_with_metafor_or_stand_higher(name):
    s = median(studies(name)[1])
    for number, expected in enumerate(CASES[name]["fits"]):
        found, case = fitted(name, number), (name, expected["alternative"], len(expected["steps"]))
        if "error" in expected:
            continue
        assert [weight.k for weight in found.weights] == expected["k"], case
        if case in AT_ITS_LIMIT | ELSEWHERE:
            assert found.log_likelihood > expected["ll"] + 1e-5, case
            assert (max(expected["delta"]) > 99.9) == (case in AT_ITS_LIMIT), case
            continue
        compare(found, expected, s=s, case=case)
        compare_errors(found, expected, case=case)
        compare_profiles(found, expected, s=s, case=case)


def compare(found, expected, *, s, case):
    # metafor's search stops within about 1e-6 standard errors.
    assert found.log_likelihood == pytest.approx(expected["ll"], abs=1e-6), case
    assert found.log_likelihood > expected["ll"] - 1e-8, case
    assert found.mu.estimate == pytest.approx(expected["b"], abs=1e-5 * found.mu.se), case
    assert found.tau2 == pytest.approx(expected["tau2"], rel=1e-5, abs=1e-6 * s), case
    for weight, delta in zip(found.weights[1:], expected["delta"], strict=True):
        assert weight.weight == pytest.approx(delta, abs=1e-5 * weight.se), case
    assert found.selection.statistic == pytest.approx(expected["LRT"], abs=1e-6), case
    assert found.selection.p_value == pytest.approx(expected["LRTp"], rel=1e-5), case
    assert found.selection.df == len(expected["steps"]), case
    assert found.unadjusted.tau2 == pytest.approx(expected["ml_tau2"], rel=1e-7, abs=1e-7 * s), case


def compare_errors(found, expected, *, case):
    """Standard errors, where the variance is above 0 and metafor could take them."""
    if found.tau2 == 0 or expected["se"] is None:
        return
    rel = 2e-4 if case == DIFFERENCES_TOO_FINE else 1e-5
    assert found.mu.se == pytest.approx(expected["se"], rel=rel), case
    assert found.se_tau2 == pytest.approx(expected["se_tau2"], rel=rel), case
    for weight, se in zip(found.weights[1:], expected["se_delta"], strict=True):
        assert weight.se == pytest.approx(se, rel=rel), case
    for ours, theirs in ((found.mu.ci_low, "ci_lb"), (found.mu.ci_high, "ci_ub")):
        assert ours == pytest.approx(expected[theirs], abs=3 * rel * found.mu.se), case
    assert found.mu.p_value == pytest.approx(expected["pval"], rel=1e-3, abs=1e-6), case


def compare_profiles(found, expected, *, s, case):
    ours = {
        "tau2 low": found.tau2_profile[0],
        "tau2 high": found.tau2_profile[1],
        "delta low": found.weights[1].ci_low,
        "delta high": found.weights[1].ci_high,
    }
    for end, value in closed_ends(expected):
        floor = 1e-6 * s if end.startswith("tau2") else 1e-9
        assert ours[end] == pytest.approx(value, rel=2e-6, abs=floor), (case, end)


def log_likelihood(yi, vi, steps, mu, tau2, weights):
    """The same by quadrature of the weighted density, for results favoured above 0."""
    total = 0.0
    for y, v in zip(yi, vi, strict=True):
        density = stats.norm(mu, math.sqrt(v + tau2))
        edges = [math.inf, *(stats.norm.isf(step) * math.sqrt(v) for step in steps), -math.inf]
        place = sum(y < edge for edge in edges[1:-1])
        shares = (
            integrate.quad(density.pdf, low, high, epsabs=1e-13)[0] for high, low in pairwise(edges)
        )
        seen = sum(w * share for w, share in zip(weights, shares, strict=True))
        total += math.log(weights[place]) + density.logpdf(y) - math.log(seen)
    return total


@pytest.mark.parametrize("name", ["made-13", "made-20", "hackshaw1998 GEN"])
def test_the_likelihood_is_that_of_the_weighted_density(name):
    yi, vi = studies(name)
    for steps in ((0.025,), (0.025, 0.5)):
        found = select(yi, vi, steps=steps)
        weights = [weight.weight for weight in found.weights]
        by_quadrature = log_likelihood(yi, vi, steps, found.mu.estimate, found.tau2, weights)
        assert found.log_likelihood == pytest.approx(by_quadrature, abs=1e-7)
        plain = found.unadjusted
        ones = [1.0] * len(weights)
        unselected = log_likelihood(yi, vi, steps, plain.estimate, plain.tau2, ones)
        lift = 2 * (by_quadrature - unselected)
        assert found.selection.statistic == pytest.approx(lift, abs=1e-6)


def one_step(yi, vi, mu, tau2, log_weight):
    """The log-likelihood of one step at .025 for a grid of points, by its closed form."""
    y, v = (np.array(values)[:, None] for values in (yi, vi))
    spread = np.sqrt(v + tau2)
    edge = (stats.norm.isf(0.025) * np.sqrt(v) - mu) / spread
    seen = np.logaddexp(stats.norm.logsf(edge), log_weight + stats.norm.logcdf(edge))
    favoured = stats.norm.sf(y / np.sqrt(v)) <= 0.025
    chosen = np.where(favoured, 0.0, log_weight)
    return (chosen + stats.norm.logpdf(y, mu, spread) - seen).sum(axis=0)


rows = st.lists(
    st.tuples(st.integers(-250, 600), st.integers(5, 100)),
    min_size=5,
    max_size=12,
    unique=True,
).filter(lambda rows: 0 < sum(z >= 196 for z, _ in rows) < len(rows))
data = rows.map(lambda rows: ([z * s / 1e4 for z, s in rows], [(s / 100) ** 2 for _, s in rows]))


@settings(max_examples=8, deadline=None)
@given(data, st.integers(0, 2**32))
def test_no_other_point_has_a_higher_likelihood(data, seed):
    yi, vi = data
    found = select(yi, vi)
    spread = math.sqrt(found.unadjusted.tau2 + median(vi))
    chance, points = np.random.default_rng(seed), 3000
    mu = chance.normal(found.mu.estimate, 2 * spread, points)
    tau2 = chance.integers(0, 2, points) * chance.exponential(1, points)
    log_weight = chance.uniform(-6, 6, points)
    heights = one_step(yi, vi, mu, tau2 * spread**2, log_weight)
    assert heights.max() <= found.log_likelihood + 1e-9
    best = (found.mu.estimate, found.tau2, math.log(found.weights[1].weight))
    assert one_step(yi, vi, *best)[0] == pytest.approx(found.log_likelihood, abs=1e-8)


@settings(max_examples=8, deadline=None)
@given(data)
def test_intervals_hold_their_estimates_and_maxima_are_in_falling_order(data):
    found = select(*data)
    for weight in found.weights:
        assert weight.ci_low <= weight.weight <= weight.ci_high
    assert found.mu_profile[0] < found.mu.estimate < found.mu_profile[1]
    assert found.tau2_profile[0] <= found.tau2 < found.tau2_profile[1]
    heights = [maximum.log_likelihood for maximum in found.maxima]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == found.log_likelihood
    assert (found.se_tau2 is None) == (found.tau2 == 0)


def same(one, other, *, by=1.0):
    """Whether two fits agree once the other is multiplied by `by`, which may be negative."""
    assume(len(one.maxima) == 1)
    se = one.mu.se
    assert other.mu.estimate == pytest.approx(one.mu.estimate * by, abs=1e-5 * se * abs(by))
    assert other.mu.se == pytest.approx(se * abs(by), rel=1e-4)
    floor = 1e-6 * se**2 * by**2 * one.k
    assert other.tau2 == pytest.approx(one.tau2 * by**2, rel=1e-4, abs=floor)
    for ours, theirs in zip(one.weights[1:], other.weights[1:], strict=True):
        assert theirs.weight == pytest.approx(ours.weight, abs=1e-4 * ours.se)
    assert other.selection.statistic == pytest.approx(one.selection.statistic, abs=1e-7)


@settings(max_examples=8, deadline=None)
@given(data)
def test_the_mirror_image_is_selected_the_other_way(data):
    yi, vi = data
    one, other = select(yi, vi), select([-y for y in yi], vi, alternative="less")
    same(one, other, by=-1.0)
    low, high = one.mu_profile
    assert other.mu_profile == pytest.approx((-high, -low), abs=1e-5 * one.mu.se)


@settings(max_examples=8, deadline=None)
@given(data, st.integers(-9, 9))
def test_other_units_give_the_same_answer_in_other_units(data, exponent):
    yi, vi = data
    by = 10.0**exponent
    same(select(yi, vi), select([y * by for y in yi], [v * by**2 for v in vi]), by=by)


@settings(max_examples=8, deadline=None)
@given(data, st.randoms(use_true_random=False))
def test_the_order_of_the_studies_does_not_matter(data, shuffle):
    rows = list(zip(*data, strict=True))
    yi, vi = zip(*shuffle.sample(rows, len(rows)), strict=True)
    same(select(*data), select(yi, vi))


def test_a_step_that_lets_one_in_four_through_is_found_again():
    # The quantiles of studies of an effect of 0.2, without three of four that are not significant.
    yi, vi, unpublished = [], [], 0
    for v in (0.01, 0.02, 0.04, 0.09):
        for q in (np.arange(200) + 0.5) / 200:
            y = float(stats.norm.ppf(q, 0.2, math.sqrt(v + 0.01)))
            unpublished += y / math.sqrt(v) < stats.norm.isf(0.025)
            if y / math.sqrt(v) >= stats.norm.isf(0.025) or unpublished % 4 == 0:
                yi.append(y)
                vi.append(v)
    found = select(yi, vi)
    assert found.mu.estimate == pytest.approx(0.2, abs=0.01)
    assert found.unadjusted.estimate > 0.27
    assert found.weights[1].weight == pytest.approx(0.25, abs=0.02)
    assert found.selection.p_value < 1e-6


def test_where_metafor_stops_at_its_largest_weight_ours_goes_on():
    expected = CASES["edge-one-outlier-a GEN"]["fits"][0]
    found = fitted("edge-one-outlier-a GEN", 0)
    assert expected["delta"][0] == pytest.approx(100, abs=1e-6)
    assert found.weights[1].weight > 1000
    assert found.log_likelihood > expected["ll"] + 2


def test_a_likelihood_with_two_maxima_has_both_reported_and_takes_the_higher():
    found = fitted("gibson2002-means MD", 0)
    assert len(found.maxima) > 1
    assert found.mu.estimate == found.maxima[0].mu
    assert found.log_likelihood > found.maxima[1].log_likelihood


@pytest.mark.parametrize(("k", "enough"), [(4, False), (9, False), (10, True)])
def test_fewer_than_ten_studies_are_too_few_to_read(k, enough):
    yi = [0.1 + 0.05 * i for i in range(k - 1)] + [0.9]
    vi = [0.01 + 0.01 * i for i in range(k)]
    found = select(yi, vi)
    assert found.enough_studies is enough
    assert sum(weight.k for weight in found.weights) == found.k == k


YI, VI = [0.1, 0.3, 0.9, 0.5, 0.2, 1.1], [0.02, 0.04, 0.05, 0.03, 0.01, 0.2]


@pytest.mark.parametrize(
    ("yi", "told"),
    [
        ([0.9, 0.8, 0.7, 0.9, 0.6, 1.1], "0.025 < p <= 1"),
        ([0.1, -0.2, 0.1, 0.0, 0.1, 0.2], "0 < p <= 0.025"),
    ],
)
def test_a_step_with_studies_on_one_side_only_is_refused_by_the_empty_side(yi, told):
    with pytest.raises(TooLittleData, match=told) as refusal:
        select(yi, VI)
    assert refusal.value.field == "steps"


def test_three_studies_are_too_few_for_three_parameters():
    with pytest.raises(TooLittleData, match="4 or more"):
        select(YI[:3], VI[:3])
    with pytest.raises(TooLittleData, match="at least one study"):
        select([], [])


@pytest.mark.parametrize("steps", [(), (0.0, 0.5), (0.5, 0.025), (0.025, 0.025), (0.025, 1.0)])
def test_steps_that_do_not_rise_between_zero_and_one_are_refused(steps):
    with pytest.raises(InvalidInput) as refusal:
        select(YI, VI, steps=steps)
    assert refusal.value.field == "steps"


def test_bad_rows_levels_and_unknown_names_are_refused():
    with pytest.raises(InvalidInput) as refusal:
        select(YI, [*VI[:2], 0.0, *VI[3:]])
    assert (refusal.value.field, refusal.value.row) == ("vi", 3)
    with pytest.raises(InvalidInput, match="level"):
        select(YI, VI, level=95)
    with pytest.raises(UnknownMethod, match="greater, less"):
        select(YI, VI, alternative="two.sided")


def test_an_effect_too_far_from_zero_for_double_precision_is_refused_with_its_row():
    with pytest.raises(InvalidInput) as refusal:
        select([*YI[:3], 2e6, *YI[4:]], [*VI[:4], 0.01, VI[5]])
    assert (refusal.value.field, refusal.value.row) == ("yi", 4)
    # A hundred thousand standard errors are far, and can be told.
    far = select([*YI[:3], 1e4, *YI[4:]], [*VI[:4], 0.01, VI[5]])
    assert far.mu_profile[0] < far.mu.estimate < far.mu_profile[1]


def test_a_weight_that_nothing_bounds_has_an_infinite_end():
    # The one significant study is so precise that it shows the mean by itself.
    found = select([-0.0012, -0.134, -1.589, 0.0499], [1.548, 0.307, 0.288, 1.333e-8])
    assert found.weights[1].ci_low < 1 < found.weights[1].weight < found.weights[1].ci_high
    assert found.weights[1].ci_high == math.inf
