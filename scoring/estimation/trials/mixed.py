"""The linear mixed model with a random intercept of clusters, by REML or ML at the true maximum."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import optimize

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import least_squares
from scoring.estimation.shapes import Indices, Matrix

Stack = npt.NDArray[np.float64]

METHODS: Final = ("REML", "ML")

# Ratios of the variances at which the score is read for changes of sign. The likelihood is smooth
# in the logarithm of the ratio over about a decade, so that four a decade miss no maximum.
RATIOS: Final = tuple(10 ** (exponent / 4) for exponent in range(-32, 33))

# Brent's search stops at adjacent doubles: 4 eps is the smallest tolerance that scipy accepts, and
# the absolute one is out of the way.
ROOT_RTOL: Final = 4 * float(np.finfo(np.float64).eps)
ROOT_XTOL: Final = 1e-300

# The columns explain a cluster's indicator where less than this share of it is left over.
EXPLAINED: Final = 1e-9

# One cluster does not tell how clusters differ.
FEWEST_CLUSTERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the likelihood needs of the data: X = QR, e the least-squares residuals, by cluster.

    `sizes` (G,) rows, `sums` (G, p) of Q, `products` (G, p p) of these with each other and `lefts`
    (G,) of e in each cluster; `total` is e'e, `log_r` the sum of log |diag R|. With the ratio
    theta = var_cluster / var_residual,
        V / var_residual = I + theta 11' in a cluster,   w = theta / (1 + theta n)
        A = Q'V^-1 Q = I - sum w s s',   c = Q'V^-1 e = - sum w s t,   e'V^-1 e = e'e - sum w t^2
    """

    n: int
    sizes: Column
    sums: Matrix
    products: Matrix
    lefts: Column
    total: float
    log_r: float
    restricted: bool

    @property
    def df(self) -> int:
        """What the residual sum of squares is divided by: n - p, or n for ML."""
        return self.n - self.sums.shape[1] if self.restricted else self.n

    def at(self, theta: float) -> tuple[Matrix, Column, float]:
        """A^-1, the shift A^-1 c of the coefficients of Q, and the residual sum of squares."""
        inverse, shift, rss = self._at(np.array([theta]))
        return inverse[0], shift[0], float(rss[0])

    def _at(self, theta: Column) -> tuple[Stack, Matrix, Column]:
        k, p = len(theta), self.sums.shape[1]
        w = theta[:, None] / (1 + theta[:, None] * self.sizes)
        left = np.eye(p) - (w @ self.products).reshape(k, p, p)
        inverse = np.asarray(np.linalg.inv(left), np.float64)
        cross = (w * self.lefts) @ self.sums
        shift = -(inverse @ cross[:, :, None])[:, :, 0]
        rss: Column = self.total - w @ self.lefts**2 + (cross * shift).sum(axis=1)
        return inverse, shift, rss

    def score(self, theta: Column) -> Column:
        """The derivative of the log-likelihood, restricted or not, at each theta (k,)."""
        inverse, shift, rss = self._at(theta)
        slope = 1 / (1 + theta[:, None] * self.sizes) ** 2
        fall = (slope * (self.lefts - shift @ self.sums.T) ** 2).sum(axis=1) / rss
        spread = (self.sizes / (1 + theta[:, None] * self.sizes)).sum(axis=1)
        if self.restricted:
            spread -= ((slope @ self.products) * inverse.reshape(len(theta), -1)).sum(axis=1)
        result: Column = (self.df * fall - spread) / 2
        return result

    def height(self, theta: float) -> float:
        """The log-likelihood at theta, maximised over everything else."""
        inverse, _, rss = self.at(theta)
        twice = self.df * (math.log(2 * math.pi * rss / self.df) + 1)
        twice += float(np.log1p(theta * self.sizes).sum())
        if self.restricted:
            twice += 2 * self.log_r - float(np.linalg.slogdet(inverse)[1])
        return -twice / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedFit:
    """A fitted model: coefficients `b` (p,), `var_cluster` and `var_residual`, `loglik`.

    `profile` holds the data in the coordinates of Q, in which `back` = R^-1 (p, p) turns into
    coefficients; `method` is REML or ML.
    """

    terms: tuple[str, ...]
    method: str
    b: Column
    var_cluster: float
    var_residual: float
    loglik: float
    profile: Profile
    back: Matrix

    @property
    def icc(self) -> float:
        """The share of the variance that is between clusters, var_cluster over the sum of both."""
        return self.var_cluster / (self.var_cluster + self.var_residual)

    @property
    def covariance(self) -> Matrix:
        """(X'V^-1 X)^-1 (p, p), as if the variances were known."""
        inverse = self.profile.at(self.var_cluster / self.var_residual)[0]
        cov: Matrix = self.var_residual * self.back @ inverse @ self.back.T
        return cov


def random_intercept(
    y: Column, columns: Mapping[str, Column], clusters: Indices, *, method: str = "REML"
) -> MixedFit:
    """Fit y_ij = x_ij'b + u_j + e_ij, u_j ~ N(0, var_cluster), e_ij ~ N(0, var_residual).

        V_j = var_cluster 11' + var_residual I,   b = (X'V^-1 X)^-1 X'V^-1 y
    `y` (n,), `columns` (n,) with the intercept among them, `clusters` (n,) numbered from 0. Both
    variances maximise the restricted likelihood (REML) or the likelihood (ML); every maximum is
    found as a root of the score and the highest is taken, so that 0 is exactly 0. `loglik` is that
    of R's lme4 and nlme. Solved cluster by cluster without any n x n matrix.
    Raises what `least_squares` does; TooLittleData for fewer than two clusters, one row in each, or
    columns that tell all clusters apart; InvalidInput where rows of a cluster do not differ.
    Source: Laird and Ware 1982, Biometrics 38:963; Bates et al. 2015, J. Stat. Softw. 67(1),
    equations 34 and 41.
    """
    check_known("method", method, METHODS)
    _refuse_few(clusters)
    base = least_squares(y, columns)
    q, r = np.linalg.qr(base.x)
    profile = _profile(q, r, base.residuals, clusters, restricted=method == "REML")
    _refuse_explained(profile)
    theta = _highest(profile)
    _, shift, rss = profile.at(theta)
    back = np.linalg.inv(r)
    return MixedFit(
        terms=base.terms,
        method=method,
        b=base.b + back @ shift,
        var_cluster=theta * rss / profile.df,
        var_residual=rss / profile.df,
        loglik=profile.height(theta),
        profile=profile,
        back=back,
    )


def _profile(q: Matrix, r: Matrix, e: Column, clusters: Indices, *, restricted: bool) -> Profile:
    count = int(clusters.max()) + 1
    sums = np.zeros((count, q.shape[1]))
    np.add.at(sums, clusters, q)
    return Profile(
        n=len(e),
        sizes=np.bincount(clusters, minlength=count).astype(np.float64),
        sums=sums,
        products=(sums[:, :, None] * sums[:, None, :]).reshape(count, -1),
        lefts=np.bincount(clusters, weights=e, minlength=count).astype(np.float64),
        total=float(e @ e),
        log_r=float(np.log(np.abs(np.diag(r))).sum()),
        restricted=restricted,
    )


def _highest(profile: Profile) -> float:
    ratios = np.array([0.0, *RATIOS])
    scores = profile.score(ratios)
    if scores[-1] > 0:
        raise InvalidInput(
            "does not differ within clusters beyond what the columns explain",
            field="outcome",
            accepted="outcomes of people, or a comparison of cluster means",
        )
    maxima = [0.0] if scores[0] <= 0 else []
    for place in np.flatnonzero((scores[:-1] > 0) & (scores[1:] <= 0)):
        low, high = ratios[place], ratios[place + 1]
        maxima.append(
            float(optimize.brentq(_score_at, low, high, (profile,), ROOT_XTOL, ROOT_RTOL))
        )
    return max(maxima, key=profile.height)


def _score_at(theta: float, profile: Profile) -> float:
    return float(profile.score(np.array([theta]))[0])


def _refuse_explained(profile: Profile) -> None:
    left = 1 - (profile.sums**2).sum(axis=1) / profile.sizes
    if left.max() < EXPLAINED:
        raise TooLittleData(
            f"are only {len(left)}, and the columns tell them all apart",
            field="clusters",
            accepted="more clusters, or fewer columns that differ between them",
        )


def _refuse_few(clusters: Indices) -> None:
    count = int(clusters.max()) + 1
    if count < FEWEST_CLUSTERS or len(clusters) == count:
        raise TooLittleData(
            f"{len(clusters)} rows in {count} clusters do not tell clusters and people apart",
            field="clusters",
            accepted="at least two clusters, and two rows in some of them",
        )
