"""Cluster-robust covariance of regression coefficients, corrected for few clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg, special

from scoring.columns import Column, Numbers, check_known, column, number
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.independent.batch import Indices, Names, Ragged, Table
from scoring.synthesis.moderated.coefficients import check_rows_independent, ratio, rows_of
from scoring.synthesis.nested.dependence import check_units, covariance_blocks, rows_by_unit
from scoring.synthesis.nested.whitening import Whitened, squared

# Corrections by their names in clubSandwich: none (CR0); CR0 times G/(G-1) (CR1), G/(G-p) (CR1p)
# or Stata's G(N-1)/((G-1)(N-p)) (CR1S); bias-reduced linearisation (CR2).
KINDS: Final = ("CR0", "CR1", "CR1p", "CR1S", "CR2")

# Below so many Satterthwaite degrees of freedom the test no longer keeps its level.
# Source: Tipton 2015, Psychol. Methods 20:375, section on degrees of freedom.
FEWEST_DF: Final = 4.0

# A variance that is expected to come out lower than this share of itself makes intervals more than
# a twentieth too short: a convention of this project. For CR2 the share is 1, unless a term rests
# on a cluster that the columns fit exactly; for CR0 it is lower the fewer clusters there are.
LEAST_SHARE: Final = 0.9

# An eigenvalue of the residuals' covariance relative to that of the errors, between 0 and 1 in
# theory, is 0 below this: the columns fit that direction of a cluster exactly, so it is left out
# (clubSandwich's Moore-Penrose inverse draws the same line, but in the units of the data).
SPENT: Final = 1e-12

# Cells of a quadratic form over pairs of clusters that are held at once.
CELLS_AT_ONCE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustCoefficient:
    """One coefficient with its robust standard error, on t with Satterthwaite's `df`.

    `share` is how much of the variance the robust one is expected to find where the working model
    holds: 1 for CR2, unless a cluster is fitted exactly.
    """

    term: str
    estimate: float
    se: float
    statistic: float
    df: float
    p_value: float
    ci_low: float
    ci_high: float
    share: float

    @property
    def reliable(self) -> bool:
        """Whether clusters are enough for the test to keep its level, and its variance whole."""
        return self.df >= FEWEST_DF and self.share >= LEAST_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class HotellingTest:
    """Whether several combinations are all 0: F on `df` and `df_residual` degrees of freedom."""

    statistic: float
    df: int
    df_residual: float
    p_value: float

    @property
    def reliable(self) -> bool:
        """Whether there are degrees of freedom enough for the test to keep its level."""
        return self.df_residual >= FEWEST_DF


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """A robust covariance of p coefficients by `kind`, from G clusters.

    `scores` (G, p) are what each cluster contributes: vcov = scores' scores. `model` (p, p) is the
    covariance that the working model gives. The rest, one entry for all clusters that are `alike`
    (G,), is what the working model expects of products of scores, by which degrees of freedom are
    found:
        E scores_i scores_j' = own_i for i = j, left_i right_j' else.
    """

    kind: str
    scores: Table
    model: Table
    alike: Indices
    own: Table
    left: Table
    right: Table

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return len(self.scores)

    @property
    def vcov(self) -> Table:
        """The robust covariance of the coefficients (p, p)."""
        result: Table = self.scores.T @ self.scores
        return result

    @property
    def expected(self) -> Table:
        """What vcov is on average where the working model holds (p, p)."""
        result: Table = np.tensordot(self._counts, self.own, axes=1)
        return result

    @property
    def df(self) -> Column:
        """Satterthwaite's degrees of freedom of each coefficient (p,), 0 where there are none."""
        return np.array([self._df(row[None, :]) for row in np.eye(len(self.model))])

    @property
    def _counts(self) -> Column:
        """How many clusters there are of each kind that is alike."""
        return np.bincount(self.alike).astype(np.float64)

    def table(
        self, estimates: Column, terms: Sequence[str], *, level: float = 0.95
    ) -> tuple[RobustCoefficient, ...]:
        """Every coefficient with its test and interval; as `combination`."""
        rows = np.eye(len(self.model))
        return tuple(
            self.combination(estimates, row, name=term, level=level)
            for term, row in zip(terms, rows, strict=True)
        )

    def combination(
        self, estimates: Column, weights: Numbers, *, name: str = "contrast", level: float = 0.95
    ) -> RobustCoefficient:
        """One linear combination of the `estimates` (p,), `weights` (p,), with test and interval.

            t on df = 2 E(V)^2 / var(V), V being the robust variance, under the working model
        Raises TooLittleData where the clusters leave no degrees of freedom for it.
        Source: Bell and McCaffrey 2002, Surv. Methodol. 28:169; Pustejovsky and Tipton 2018,
        J. Bus. Econ. Stat. 36:672, section 3.
        """
        number("level", level, above=0.0, below=1.0)
        row = rows_of("weights", column("weights", weights)[None, :], p=len(self.model))
        estimate, se = float(row[0] @ estimates), float(linalg.norm(self.scores @ row[0]))
        df = self._df(row)
        _check_left(df, name)
        statistic = ratio(estimate, se)
        margin = float(special.stdtrit(df, 0.5 + level / 2)) * se
        return RobustCoefficient(
            term=name,
            estimate=estimate,
            se=se,
            statistic=statistic,
            df=df,
            p_value=2 * float(special.stdtr(df, -abs(statistic))),
            ci_low=estimate - margin,
            ci_high=estimate + margin,
            share=float(row[0] @ self.expected @ row[0]) / float(row[0] @ self.model @ row[0]),
        )

    def joint(
        self, estimates: Column, rows: Table, *, equal_to: Numbers | None = None
    ) -> HotellingTest:
        """Test L b = `equal_to` (0 unless given), L = `rows` (q, p) of full rank q.

            Q = (L b)' (L vcov L')^-1 (L b)     F = Q (n - q + 1) / (n q) on q and n - q + 1 df
        with n chosen so that L vcov L' has the total variance of a Wishart matrix on n df (the
        approximate Hotelling T2 test, HTZ).
        Raises InvalidInput for other shapes and rows that follow from those before them;
        TooLittleData where n leaves no degrees of freedom.
        Source: Tipton and Pustejovsky 2015, J. Educ. Behav. Stat. 40:604.
        """
        matrix = rows_of("rows", rows, p=len(self.model))
        check_rows_independent("rows", matrix)
        target = np.zeros(len(matrix)) if equal_to is None else column("equal_to", equal_to)
        if len(target) != len(matrix):
            raise InvalidInput(
                f"has {len(target)} entries", field="equal_to", accepted=f"{len(matrix)}, as rows"
            )
        q, n = len(matrix), self._df(matrix)
        _check_left(n - q + 1, "the joint test")
        statistic = _squared(matrix @ estimates - target, self.scores @ matrix.T)
        statistic *= (n - q + 1) / (n * q)
        return HotellingTest(
            statistic=statistic,
            df=q,
            df_residual=n - q + 1,
            p_value=float(special.fdtrc(q, n - q + 1, statistic)),
        )

    def _df(self, rows: Table) -> float:
        """The n of `joint`; for one row it is Satterthwaite's. 0 where nothing varies."""
        values, turn = linalg.eigh(rows @ self.expected @ rows.T)
        if values[0] <= SPENT * float(np.trace(rows @ self.model @ rows.T)):
            return 0.0
        rows = (turn / np.sqrt(values)) @ turn.T @ rows
        q = len(rows)
        return q * (q + 1) / self._total_variance(rows)

    def _total_variance(self, rows: Table) -> float:
        """The sum over s, t of var (L vcov L')_st, for L = `rows` (q, p)."""
        counts, left, right = self._counts, rows @ self.left, rows @ self.right
        kinds, q, m = left.shape
        # Of two different clusters, each is the first once; within a kind none is its own pair.
        pairs = np.outer(counts, counts) - np.diag(counts)
        pieces, total = 1 + kinds**2 * q**2 // CELLS_AT_ONCE, 0.0
        for some in np.array_split(np.arange(kinds), min(pieces, kinds)):
            rest = slice(some[0], None)
            both = left[some].reshape(-1, m) @ right[rest].reshape(-1, m).T
            covariances = both.reshape(len(some), q, -1, q).swapaxes(1, 2)
            # The covariance of j with i is that of i with j turned round, and varies as much.
            times = pairs[some, rest] * np.where(np.arange(kinds)[rest] > some[-1], 2.0, 1.0)
            total += float((times * _variances(covariances)).sum())
        return total + float(counts @ _variances(rows @ self.own @ rows.T))


def cluster_robust(
    x: Table,
    residuals: Numbers,
    cluster: Names,
    *,
    kind: str = "CR2",
    covariance: Numbers | Table | None = None,
    weights: Numbers | None = None,
) -> Robust:
    """The robust covariance of a regression on `x` (N, p) from its `residuals` (N,).

        vcov = sum over clusters of B X'W A e e' A W X B,  B = (X'WX)^-1
    `covariance` is the working covariance: variances (N,) or a matrix (N, N), the identity unless
    given. `weights` (N,) are those of the fit, the inverse of the covariance unless given; so
    neither means ordinary, `weights` alone weighted (with equal variances as working model, as for
    R's lm) and `covariance` alone generalised least squares. A is 1 times a factor, or for CR2 the
    symmetric matrix with which vcov has no bias where the working model holds.
    Raises TooLittleData for fewer than two clusters; InvalidInput, with field and row, for what is
    not finite, weights or variances not above 0, rows without a cluster, covariance between
    clusters and collinear columns; UnknownMethod for other kinds.
    Source: Pustejovsky and Tipton 2018, J. Bus. Econ. Stat. 36:672; clubSandwich 0.5.8 `vcovCR`.
    """
    check_known("kind", kind, KINDS)
    e, matrix = column("residuals", residuals), np.asarray(x, dtype=np.float64)
    if matrix.ndim != 2 or len(matrix) != len(e) or not matrix.shape[1]:
        raise InvalidInput(
            f"has the shape {matrix.shape}", field="x", accepted=f"{len(e)} rows, as residuals"
        )
    for values in matrix.T:
        column("x", values)
    units = Ragged.of("cluster", cluster, rows=len(e))
    check_units(units, columns=1, field="cluster")
    working = np.ones(len(e)) if covariance is None else covariance
    blocks = covariance_blocks(working, units, field="covariance")
    w = None if weights is None else column("weights", weights, above=0.0)
    if w is not None and len(w) != len(e):
        raise InvalidInput(
            f"has {len(w)} rows", field="weights", accepted=f"{len(e)}, as residuals"
        )
    return robust(Whitened.of(matrix, blocks, units, weights=w), e, kind=kind)


def robust(fit: Whitened, residuals: Column, *, kind: str) -> Robust:
    """The robust covariance by `kind` of a whitened regression with these residuals (N,).

    Clusters that are alike (units of a panel with the same columns, say) are bent alike, once.
    """
    e, f, metric = fit.white(residuals), fit.back @ fit.f, fit.f @ fit.f.T
    g, p, kinds = len(fit.units.k), len(metric), int(fit.alike.max()) + 1
    factor = _factor(kind, clusters=g, rows=len(e), columns=p)
    scores, own = np.empty((g, p)), np.empty((kinds, p, p))
    left, right = np.empty((2, kinds, p, 2 * p if fit.weighted else p))
    members = rows_by_unit(fit.units)
    for one, same in enumerate(rows_by_unit(Ragged.numbered(fit.alike, tuple(range(kinds))))):
        rows = members[same[0]]
        q, part = fit.q[rows], fit.f[:, rows]
        left_over = np.eye(len(rows)) - q @ part - (q @ part).T + q @ metric @ q.T
        bent = f[:, rows] * factor
        if kind == "CR2":
            bent = bent @ _adjustment(left_over, fit.roots[same[0]])
        scores[same] = np.array([e[members[j]] for j in same]) @ bent.T
        own[one] = bent @ left_over @ bent.T
        left[one], right[one] = _shared(bent @ q, bent @ part.T, metric, fit)
    return Robust(
        kind=kind, scores=scores, model=f @ f.T, alike=fit.alike, own=own, left=left, right=right
    )


def _shared(spread: Table, part: Table, metric: Table, fit: Whitened) -> tuple[Table, Table]:
    """A cluster's factors of what the working model expects of its scores with another's.

    E scores_i scores_j' = spread_i metric spread_j' - spread_i part_j' - part_i spread_j', of which
    generalised least squares, whose f is q', leaves the last.
    """
    if not fit.weighted:
        return -spread, spread
    return np.hstack([spread @ metric - part, -spread]), np.hstack([spread, part])


def _factor(kind: str, *, clusters: int, rows: int, columns: int) -> float:
    match kind:
        case "CR1":
            square = clusters / (clusters - 1)
        case "CR1p":
            if clusters <= columns:
                raise TooLittleData(
                    f"has {clusters} units for {columns} coefficients",
                    field="cluster",
                    accepted=f"more than {columns} for CR1p",
                )
            square = clusters / (clusters - columns)
        case "CR1S":
            square = clusters * (rows - 1) / ((clusters - 1) * (rows - columns))
        case _:
            square = 1.0
    return float(np.sqrt(square))


def _adjustment(left_over: Table, root: Table) -> Table:
    """T^-1 A T of one cluster, A = T (T'T M T'T)^-1/2 T' with M = `left_over` (n, n), of some rank.

    A is the symmetric matrix for which A (T M T') A = T T'. The root of M first: its rank is plain
    there, whatever the scales within T, and the singular values then keep twice the digits.
    """
    values, turn = np.linalg.eigh(left_over)
    kept = values > SPENT
    basis, sizes = turn[:, kept], np.sqrt(values[kept])
    if root.ndim == 1 and (root == root[0]).all():
        # T is a number, which cancels.
        alone: Table = (basis / sizes) @ basis.T
        return alone
    square, half = squared(root), basis * sizes
    scaled = square[:, None] * half if square.ndim == 1 else square @ half
    # numpy's, as the products are: scipy has threads of its own, which would fight for the cores.
    basis, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    inverse = (basis / sizes) @ basis.T
    result: Table = inverse * square if square.ndim == 1 else inverse @ square
    return result


def _variances(covariances: Table) -> Table:
    """tr(C)^2 + tr(C C) of each C (..., q, q): the variances of its vectors' products, summed."""
    traces = np.trace(covariances, axis1=-2, axis2=-1)
    result: Table = traces**2 + np.einsum("...st,...ts->...", covariances, covariances)
    return result


def _check_left(df: float, name: str) -> None:
    if df <= 0:
        raise TooLittleData(
            f"{name} has no degrees of freedom left",
            field="cluster",
            accepted="more clusters, or fewer columns",
        )


def _squared(gap: Column, root: Table) -> float:
    """gap' (root' root)^-1 gap, infinite where nothing varies but the gap."""
    upper = linalg.qr(root, mode="economic")[1]
    if not np.diagonal(upper).all():
        return float(np.inf) if gap.any() else 0.0
    white = linalg.solve_triangular(upper, gap, trans="T")
    return float(white @ white)
