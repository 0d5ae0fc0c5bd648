"""Corrections for people assigned in groups, against exact moments and published figures."""

import math

import numpy as np
import pytest

from scoring.effects import (
    cluster_size,
    clustered,
    design_effect,
    effective,
    given,
    means,
    standardise,
    two_by_two,
)
from scoring.errors import IncompatibleEffects, InvalidInput, TooLittleData


def hedges_g(n1=200, n2=200, difference=1.0):
    return means("SMD", [difference], [4], [n1], [0], [4], [n2])


def test_the_worked_example_of_the_cochrane_handbook_is_met():
    # Ten classrooms of 295 children and eleven of 330; 63 and 84 events; ICC 0.02 (Handbook 5.1,
    # section 16.3.5, which section 23.1 of 6.4 takes over).
    factor = design_effect([(295 + 330) / (10 + 11)], [0.02])
    assert factor == pytest.approx([1.576], abs=1e-3)
    people, events = effective([295, 330], [1.576] * 2), effective([63, 84], [1.576] * 2)
    assert people == pytest.approx([187.2, 209.4], abs=0.05)
    assert events == pytest.approx([40.0, 53.3], abs=0.05)


def test_unequal_clusters_weigh_by_their_people():
    sizes = [10, 20, 30]
    assert cluster_size(sizes) == pytest.approx(1400 / 60)
    assert cluster_size(sizes) == pytest.approx(np.mean(sizes) * (1 + np.var(sizes) / 400))
    assert cluster_size([7] * 5) == 7


def test_effective_tables_keep_the_odds_ratio_and_widen_its_variance():
    cells = ([30], [70], [20], [80])
    (as_assigned,) = two_by_two("OR", *cells)
    (corrected,) = two_by_two("OR", *(effective(cell, [1.9]) for cell in cells))
    (inflated,) = clustered((as_assigned,), size=[10], icc=[0.1])
    assert corrected.yi == pytest.approx(as_assigned.yi)
    assert corrected.vi == pytest.approx(1.9 * as_assigned.vi)
    assert (inflated.yi, inflated.vi) == (as_assigned.yi, pytest.approx(corrected.vi))
    assert inflated.design_effect == pytest.approx(1.9)


def moments_of_the_pooled_variance(clusters, rho):
    """Expectation and degrees of freedom of the variance pooled over groups, from its matrices.

    `clusters` holds the cluster sizes of each group. The total variance is 1; the pooled variance
    is a quadratic form, so that its mean is tr(AV) and its variance 2 tr(AVAV).
    """
    sizes = [n for group in clusters for n in group]
    n = sum(sizes)
    same_cluster = np.repeat(np.arange(len(sizes)), sizes)
    groups = np.repeat([0, 1], [sum(group) for group in clusters])
    v = (1 - rho) * np.eye(n) + rho * (same_cluster[:, None] == same_cluster[None, :])
    same_group = groups[:, None] == groups[None, :]
    a = (np.eye(n) - same_group / same_group.sum(axis=1)) / (n - 2)
    mean, variance = np.trace(a @ v), 2 * np.trace(a @ v @ a @ v)
    mean_difference = np.where(groups == 0, 1 / (groups == 0).sum(), -1 / (groups == 1).sum())
    return mean, 2 * mean**2 / variance, mean_difference @ v @ mean_difference


def exact_j(df):
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.2, 0.7])
def test_the_correction_is_that_of_the_exact_moments(rho):
    clusters = ([8] * 5, [8] * 4)
    mean, h, variance = moments_of_the_pooled_variance(clusters, rho)
    (naive,) = hedges_g(40, 32)
    (corrected,) = clustered((naive,), size=[8], icc=[rho])
    g = naive.yi / exact_j(70) * math.sqrt(mean) * exact_j(h)
    assert corrected.yi == pytest.approx(g, rel=1e-12)
    assert corrected.vi == pytest.approx(variance + g**2 / (2 * h), rel=1e-12)


def test_with_unequal_clusters_the_mean_and_the_design_effect_are_exact_and_the_df_near():
    clusters = ([4, 12, 8, 16, 10], [10, 4, 16, 12, 8])
    mean, h, variance = moments_of_the_pooled_variance(clusters, 0.2)
    (null,) = hedges_g(50, 50, difference=0.0)
    (corrected,) = clustered((null,), size=[cluster_size(clusters[0])], icc=[0.2])
    assert corrected.vi == pytest.approx(variance, rel=1e-12)
    (naive,) = hedges_g(50, 50)
    (corrected,) = clustered((naive,), size=[cluster_size(clusters[0])], icc=[0.2])
    g = naive.yi / exact_j(98) * math.sqrt(mean) * exact_j(h)
    assert corrected.yi == pytest.approx(g, rel=2e-3)
    assert corrected.vi == pytest.approx(variance + g**2 / (2 * h), rel=5e-3)


@pytest.mark.parametrize(("rho", "h"), [(0.2, 231.657588), (0.1, 338.415523)])
def test_the_degrees_of_freedom_are_those_of_the_what_works_clearinghouse(rho, h):
    # 200 people a group in 20 clusters: the figures by the formulas of its Procedures Handbook.
    (corrected,) = clustered(hedges_g(), size=[20], icc=[rho])
    beside_the_means = corrected.vi - (1 / 200 + 1 / 200) * (1 + 19 * rho)
    assert corrected.yi**2 / (2 * beside_the_means) == pytest.approx(h, rel=1e-8)


def test_without_likeness_the_estimate_stays():
    (naive,) = hedges_g()
    (corrected,) = clustered((naive,), size=[20], icc=[0])
    assert corrected.yi == naive.yi
    assert corrected.vi == pytest.approx(naive.vi, rel=1e-4)


def test_a_reported_difference_keeps_the_precision_that_it_reported():
    adjusted = given([0.25], vi=[0.004], measure="SMD", n1i=[200], n2i=[200])
    (corrected,) = clustered(adjusted, size=[20], icc=[0.1])
    assert corrected.vi == pytest.approx((0.004 - 0.25**2 / 800) * 2.9, rel=0.03)
    with pytest.raises(InvalidInput, match="row 1"):
        clustered(given([2], vi=[0.004], measure="SMD", n1i=[200], n2i=[200]), size=[20], icc=[0.1])


def test_an_effect_is_corrected_once_and_before_it_is_standardised():
    corrected = clustered(hedges_g(), size=[20], icc=[0.1])
    with pytest.raises(IncompatibleEffects, match="row 1"):
        clustered(corrected, size=[20], icc=[0.1])
    table = standardise(two_by_two("OR", [30], [70], [20], [80])[0])
    with pytest.raises(IncompatibleEffects, match="already"):
        clustered((table,), size=[20], icc=[0.1])


@pytest.mark.parametrize(
    ("effects", "size", "icc", "field"),
    [
        (given([0.2], vi=[0.01], measure="SMD"), 20, 0.1, "n1i"),
        (hedges_g(n1=15), 20, 0.1, "size"),
        (means("SMD", [1], [4], [2], [0], [4], [3]), 2, 0.9, "size"),
    ],
)
def test_too_few_people_or_clusters_are_refused(effects, size, icc, field):
    with pytest.raises(TooLittleData) as refusal:
        clustered((*hedges_g(), *effects), size=[20, size], icc=[0.1, icc])
    assert (refusal.value.field, refusal.value.row) == (field, 2)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: design_effect([0.5], [0.1]), "size"),
        (lambda: design_effect([5], [1]), "icc"),
        (lambda: design_effect([5], [-0.1]), "icc"),
        (lambda: design_effect([5, 6], [0.1]), "icc"),
        (lambda: effective([5], [0.5]), "design effect"),
        (lambda: effective([-5], [1.5]), "counts"),
        (lambda: cluster_size([5, 0]), "sizes"),
        (lambda: clustered(hedges_g(), size=[5, 5], icc=[0.1, 0.1]), "effects"),
    ],
)
def test_impossible_clusters_are_refused(call, field):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.field == field


def test_no_clusters_have_no_size():
    with pytest.raises(TooLittleData, match="at least one cluster"):
        cluster_size([])
