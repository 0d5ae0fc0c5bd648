"""Laws of cluster-robust covariances, checked by other routes than the formulas in use."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.nested.robust import KINDS, cluster_robust

SIZES = (1, 4, 2, 5, 3, 2, 4)
CLUSTER = np.repeat([f"c{j}" for j in range(len(SIZES))], SIZES)
N = len(CLUSTER)


def design(seed=2):
    rng = np.random.default_rng(seed)
    arm = np.repeat(rng.normal(size=len(SIZES)), SIZES)
    return np.column_stack([np.ones(N), arm, rng.normal(size=N)])


def working(seed=3):
    """A covariance within clusters only, unlike from row to row."""
    rng = np.random.default_rng(seed)
    scale = rng.uniform(0.5, 3.0, N)
    same = CLUSTER[:, None] == CLUSTER
    return np.outer(scale, scale) * (0.4 * same + 0.6 * np.eye(N))


X, E = design(), np.linspace(-1, 1, N)

MODELS = {
    "ordinary": {},
    "weighted": {"weights": np.random.default_rng(4).uniform(0.5, 2.0, N)},
    "generalised": {"covariance": working()},
    "generalised, weighted otherwise": {
        "covariance": working(),
        "weights": np.random.default_rng(5).uniform(0.5, 2.0, N),
    },
}


def hat(x, *, covariance=None, weights=None):
    """B (p, N) of the fit, its residual maker and the covariance it believes in."""
    v = np.eye(N) if covariance is None else covariance
    w = np.linalg.inv(v) if weights is None else np.diag(weights)
    b = np.linalg.solve(x.T @ w @ x, x.T @ w)
    return b, np.eye(N) - x @ b, v


@pytest.mark.parametrize("model", MODELS)
def test_cr2_has_no_bias_where_the_working_model_holds(model):
    x, given = design(), MODELS[model]
    b, left, v = hat(x, **given)
    # Residuals have the covariance left v left' = root root'; vcov is quadratic in them.
    root = left @ np.linalg.cholesky(v)
    mean = sum(cluster_robust(x, e, CLUSTER, **given).vcov for e in root.T)
    assert mean == pytest.approx(b @ v @ b.T, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", MODELS)
def test_what_is_expected_of_the_variance_is_what_it_is_on_average(model, kind):
    x, given = design(), MODELS[model]
    b, left, v = hat(x, **given)
    root = left @ np.linalg.cholesky(v)
    mean = sum(cluster_robust(x, e, CLUSTER, kind=kind, **given).vcov for e in root.T)
    found = cluster_robust(x, root[:, 0], CLUSTER, kind=kind, **given)
    assert found.expected == pytest.approx(mean, rel=1e-10, abs=1e-13)
    assert found.model == pytest.approx(b @ v @ b.T, rel=1e-10, abs=1e-13)
    share = found.combination(np.zeros(3), [0, 1, 0]).share
    assert share == pytest.approx(mean[1, 1] / found.model[1, 1])
    assert share == pytest.approx(1, abs=1e-10) if kind == "CR2" else share < 1.6


@pytest.mark.parametrize("kind", ["CR0", "CR2"])
@pytest.mark.parametrize("model", MODELS)
def test_degrees_of_freedom_match_two_moments_of_the_variance(model, kind):
    x, given = design(), MODELS[model]
    _, left, v = hat(x, **given)
    root = left @ np.linalg.cholesky(v)

    def variance(u):
        return cluster_robust(x, root @ u, CLUSTER, kind=kind, **given).vcov[1, 1]

    # The form u'Au for independent standard normal u, by polarisation: mean tr A, variance 2 tr AA.
    unit = np.eye(N)
    alone = np.array([variance(u) for u in unit])
    form = np.diag(alone)
    for i in range(N):
        for j in range(i):
            both = variance(unit[i] + unit[j])
            form[i, j] = form[j, i] = (both - alone[i] - alone[j]) / 2
    expected = 2 * np.trace(form) ** 2 / (2 * (form * form).sum())
    found = cluster_robust(x, root[:, 0], CLUSTER, kind=kind, **given)
    assert found.df[1] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_hypothesis_is_tested_alike_alone_and_jointly(kind):
    x = design()
    b = np.array([0.2, 1.0, -0.5])
    found = cluster_robust(x, np.random.default_rng(7).normal(size=N), CLUSTER, kind=kind)
    alone, together = found.combination(b, [0, 1, 2]), found.joint(b, np.array([[0.0, 1, 2]]))
    assert together.statistic == pytest.approx(alone.statistic**2)
    assert together.df_residual == pytest.approx(alone.df)
    assert together.p_value == pytest.approx(alone.p_value)


def test_a_joint_test_asks_the_same_however_its_rows_are_written():
    b = np.array([0.2, 1.0, -0.5])
    found = cluster_robust(design(), np.random.default_rng(7).normal(size=N), CLUSTER)
    plain = found.joint(b, np.array([[0.0, 1, 0], [0, 0, 1]]))
    mixed = found.joint(b, np.array([[0.0, 3, 1], [0, 1, -2]]))
    shifted = found.joint(b + np.arange(3), np.array([[0.0, 1, 0], [0, 0, 1]]), equal_to=[1, 2])
    for other in (mixed, shifted):
        assert other.statistic == pytest.approx(plain.statistic, rel=1e-10)
        assert other.df_residual == pytest.approx(plain.df_residual, rel=1e-10)


def test_corrections_differ_by_their_factors():
    x, e, g, p = design(), np.random.default_rng(8).normal(size=N), len(SIZES), 3
    plain = cluster_robust(x, e, CLUSTER, kind="CR0").vcov
    for kind, factor in (
        ("CR1", g / (g - 1)),
        ("CR1p", g / (g - p)),
        ("CR1S", g * (N - 1) / ((g - 1) * (N - p))),
    ):
        found = cluster_robust(x, e, CLUSTER, kind=kind)
        assert found.vcov == pytest.approx(factor * plain, rel=1e-12)
        assert found.df == pytest.approx(cluster_robust(x, e, CLUSTER, kind="CR0").df)


def test_with_every_row_a_cluster_cr2_is_hc2():
    x, e = design(), np.random.default_rng(9).normal(size=N)
    b, left, _ = hat(x)
    expected = (b * (e**2 / np.diag(left))) @ b.T
    assert cluster_robust(x, e, range(N)).vcov == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("scale", [1e-8, 1e6])
def test_the_units_of_outcome_and_columns_do_not_matter(scale):
    x, e, v = design(), np.random.default_rng(10).normal(size=N), working()
    one = cluster_robust(x, e, CLUSTER, covariance=v)
    wide = cluster_robust(x * [1, scale, 1], e, CLUSTER, covariance=v)
    assert wide.df == pytest.approx(one.df, rel=1e-9)
    assert wide.vcov[1, 1] * scale**2 == pytest.approx(one.vcov[1, 1], rel=1e-9)
    large = cluster_robust(x, scale * e, CLUSTER, covariance=scale**2 * v)
    assert large.df == pytest.approx(one.df, rel=1e-9)
    assert large.vcov == pytest.approx(scale**2 * one.vcov, rel=1e-9)


def test_the_size_of_weights_does_not_matter():
    x, e, w = design(), np.random.default_rng(11).normal(size=N), MODELS["weighted"]["weights"]
    one, other = (cluster_robust(x, e, CLUSTER, weights=f * w) for f in (1.0, 1e-9))
    assert other.vcov == pytest.approx(one.vcov, rel=1e-10)
    assert other.df == pytest.approx(one.df, rel=1e-10)


def test_the_order_of_rows_does_not_matter():
    x, e, v = design(), np.random.default_rng(12).normal(size=N), working()
    at = np.random.default_rng(13).permutation(N)
    one = cluster_robust(x, e, CLUSTER, covariance=v)
    other = cluster_robust(x[at], e[at], CLUSTER[at], covariance=v[np.ix_(at, at)])
    assert other.vcov == pytest.approx(one.vcov, rel=1e-10)
    assert other.df == pytest.approx(one.df, rel=1e-10)


def test_a_cluster_with_errors_ten_thousand_times_apart_keeps_seven_digits():
    x, scale = design(), np.where(np.arange(N) % 2, 1.0, 3e4)
    v = working() * np.outer(scale, scale)
    _, left, _ = hat(x, covariance=v)
    root = left @ np.linalg.cholesky(v)
    mean = sum(cluster_robust(x, e, CLUSTER, covariance=v).vcov for e in root.T)
    found = cluster_robust(x, root[:, 0], CLUSTER, covariance=v)
    assert np.diag(mean) == pytest.approx(np.diag(found.model), rel=1e-5)
    assert np.diag(found.expected) == pytest.approx(np.diag(found.model), rel=1e-7)


def test_reliability_needs_degrees_of_freedom_and_a_whole_variance():
    e = np.random.default_rng(14).normal(size=N)
    assert cluster_robust(np.ones((N, 1)), e, CLUSTER).combination(np.zeros(1), [1]).reliable
    few = cluster_robust(np.ones((N, 1)), e, np.arange(N) % 3).combination(np.zeros(1), [1])
    assert few.df < 4
    assert not few.reliable
    blind = cluster_robust(np.ones((N, 1)), e, CLUSTER, kind="CR0").combination(np.zeros(1), [1])
    assert blind.df >= 4
    assert blind.share < 0.9
    assert not blind.reliable


def test_a_joint_test_is_reliable_with_degrees_of_freedom_enough():
    e = np.random.default_rng(15).normal(size=N)
    many, few = (cluster_robust(design(), e, c) for c in (range(N), CLUSTER))
    rows = np.array([[0.0, 1, 0], [0, 0, 1]])
    assert many.joint(np.zeros(3), rows).reliable
    assert few.joint(np.zeros(3), rows).df_residual < 4
    assert not few.joint(np.zeros(3), rows).reliable


def test_without_residuals_nothing_is_doubted():
    found = cluster_robust(X, np.zeros(N), CLUSTER)
    rows = np.eye(3)[1:]
    certain, none = (found.joint(np.array(b), rows) for b in ([0.0, 1, 0], [5.0, 0, 0]))
    assert (certain.statistic, certain.p_value) == (math.inf, 0.0)
    assert (none.statistic, none.p_value) == (0.0, 1.0)
    assert found.combination(np.array([0.0, 1, 0]), [0, 1, 0]).statistic == math.inf


# ---- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "residuals", "cluster", "options", "field", "row"),
    [
        (X, [*E[:-1], math.nan], CLUSTER, {}, "residuals", N),
        (X[:-1], E, CLUSTER, {}, "x", None),
        (np.where(X[3, 2] == X, math.inf, X), E, CLUSTER, {}, "x", 4),
        (X[:, [0, 1, 1]], E, CLUSTER, {}, "x", None),
        (np.zeros((N, 1)), E, CLUSTER, {}, "x", None),
        (X, E, CLUSTER[:-1], {}, "cluster", None),
        (X, E, [None, *CLUSTER[1:]], {}, "cluster", 1),
        (X, E, CLUSTER, {"weights": [1.0, -1.0, *[1.0] * (N - 2)]}, "weights", 2),
        (X, E, CLUSTER, {"weights": [1.0]}, "weights", None),
        (X, E, CLUSTER, {"covariance": [0.0, *[1.0] * (N - 1)]}, "covariance", 1),
        (X, E, CLUSTER, {"covariance": np.ones((N, N))}, "covariance", 1),
    ],
)
def test_bad_input_is_refused(x, residuals, cluster, options, field, row):
    with pytest.raises(InvalidInput) as refusal:
        cluster_robust(x, residuals, cluster, **options)
    assert (refusal.value.field, refusal.value.row) == (field, row)


def test_unknown_kinds_are_refused():
    with pytest.raises(UnknownMethod, match="CR0, CR1, CR1p, CR1S, CR2"):
        cluster_robust(X, E, CLUSTER, kind="HC2")


def test_one_cluster_is_refused():
    with pytest.raises(TooLittleData, match=r"has 1 different cluster for .*at least 2"):
        cluster_robust(X, E, ["all"] * N)


def test_a_correction_by_columns_needs_more_clusters_than_columns():
    with pytest.raises(TooLittleData, match="more than 3 for CR1p"):
        cluster_robust(X, E, np.arange(N) % 3, kind="CR1p")


def test_a_joint_test_of_more_than_the_clusters_can_tell_is_refused():
    found = cluster_robust(X, E, np.arange(N) % 3)
    with pytest.raises(TooLittleData, match="no degrees of freedom left"):
        found.joint(np.zeros(3), np.eye(3))


def test_hypotheses_that_follow_from_one_another_are_refused():
    with pytest.raises(InvalidInput, match="rows, row 2: follows from the rows before it"):
        cluster_robust(X, E, CLUSTER).joint(np.zeros(3), np.array([[0.0, 1, 0], [0, 2, 0]]))


def test_a_combination_of_another_length_is_refused():
    with pytest.raises(InvalidInput, match="weights"):
        cluster_robust(X, E, CLUSTER).combination(np.zeros(3), [1, 0])


def test_a_joint_test_against_values_of_another_number_is_refused():
    with pytest.raises(InvalidInput, match=r"equal_to: has 1 entries \(accepted: 2"):
        cluster_robust(X, E, CLUSTER).joint(np.zeros(3), np.eye(3)[:2], equal_to=[1.0])


def test_what_a_cluster_has_for_itself_is_refused_as_no_other_tells_of_it():
    dummies = (CLUSTER[:, None] == np.unique(CLUSTER)).astype(float)
    means = np.linalg.lstsq(dummies, E)[0]
    found = cluster_robust(dummies, E - dummies @ means, CLUSTER)
    assert found.df == pytest.approx(np.zeros(len(SIZES)))
    with pytest.raises(TooLittleData, match="north has no degrees of freedom left"):
        found.combination(means, np.eye(len(SIZES))[1], name="north")


# ---- clusters that are alike --------------------------------------------------------------------

ARMS, WAVES = 24, 5
PANEL_CLUSTER = np.repeat(np.arange(ARMS), WAVES)


def panel():
    """Units of which a third are treated late, net of unit means, with wave dummies."""
    late = (PANEL_CLUSTER < ARMS // 3) & (np.tile(np.arange(WAVES), ARMS) >= 3)
    waves = np.tile(np.eye(WAVES)[:, 1:], (ARMS, 1))
    columns = np.column_stack([late.astype(float), waves])
    means = columns.reshape(ARMS, WAVES, -1).mean(axis=1, keepdims=True)
    return (columns.reshape(ARMS, WAVES, -1) - means).reshape(ARMS * WAVES, -1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weighted", [False, True])
def test_clusters_that_are_alike_are_told_as_if_each_were_worked_out_alone(kind, weighted):
    x, e = panel(), np.random.default_rng(16).normal(size=ARMS * WAVES)
    weights = np.tile(np.linspace(0.5, 2, WAVES), ARMS) if weighted else None
    alike = cluster_robust(x, e, PANEL_CLUSTER, kind=kind, weights=weights)
    # The rows of every unit in an order of its own: the same data, but no two units look alike.
    rng = np.random.default_rng(17)
    at = np.concatenate([rng.permutation(WAVES) + WAVES * unit for unit in range(ARMS)])
    apart = cluster_robust(
        x[at], e[at], PANEL_CLUSTER, kind=kind, weights=None if weights is None else weights[at]
    )
    assert len(alike.own) == 2 < len(apart.own)
    b = np.linspace(-0.5, 0.5, x.shape[1])
    rows = np.eye(x.shape[1])[:3]
    assert alike.vcov == pytest.approx(apart.vcov, rel=1e-10, abs=1e-15)
    assert alike.expected == pytest.approx(apart.expected, rel=1e-10, abs=1e-15)
    assert alike.df == pytest.approx(apart.df, rel=1e-10)
    one, other = alike.joint(b, rows), apart.joint(b, rows)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-10)
    assert one.df_residual == pytest.approx(other.df_residual, rel=1e-10)


def test_joint_tests_of_many_clusters_are_put_together_from_pieces():
    rng = np.random.default_rng(18)
    clusters, q = 700, 3
    owner = np.repeat(np.arange(clusters), 2)
    x = np.column_stack([np.ones(2 * clusters), rng.normal(size=(2 * clusters, q))])
    found = cluster_robust(x, rng.normal(size=2 * clusters), owner)
    rows = np.eye(q + 1)[1:]
    # The same sum over all pairs of clusters at once, as the paper writes it.
    turned = np.linalg.cholesky(np.linalg.inv(rows @ found.expected @ rows.T)).T @ rows
    pairs = np.einsum("sp,ipm,jtm->ijst", turned, found.left, turned @ found.right)
    pairs[np.arange(clusters), np.arange(clusters)] = turned @ found.own @ turned.T
    spread = (pairs * pairs.swapaxes(2, 3)).sum() + (np.trace(pairs, axis1=2, axis2=3) ** 2).sum()
    expected = q * (q + 1) / spread - q + 1
    assert found.joint(np.zeros(q + 1), rows).df_residual == pytest.approx(expected, rel=1e-10)
