"""The propensity score: who got the programme, by what was known of them before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.comparisons.arms import (
    FEWEST_ROWS,
    refuse_lone_cluster,
    whole_clusters,
)
from scoring.estimation.comparisons.stacked import (
    Equations,
    numbered,
    sandwich,
    without_each,
)
from scoring.estimation.generalised import Logistic, generalised
from scoring.estimation.shapes import Flags, Matrix

ATT: Final = "ATT"
ATE: Final = "ATE"

# Rows left out because nobody in the other arm is like them: none; those outside the range of the
# other arm's scores; those with scores outside 0.1 to 0.9 (Crump et al. 2009, Biometrika 96:187).
TRIMS: Final = ("none", "range", "crump")
CRUMP: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Rows (n,): who is `treated`, outcome `y`, design of the score `x` (n, p), covariates.

    `rows` (n,) are their places as they came, `clusters` (n,) who goes together.
    """

    treated: Flags
    y: Column
    covariates: Mapping[str, Column]
    rows: npt.NDArray[np.intp]
    clusters: tuple[object, ...] | None = None

    @property
    def x(self) -> Matrix:
        """The columns of the score (n, p), the intercept first."""
        return np.column_stack([np.ones(len(self.y)), *self.covariates.values()])

    @property
    def whole_clusters(self) -> tuple[int, int] | None:
        """Clusters with the programme and without, or None where one has rows of both."""
        return None if self.clusters is None else whole_clusters(self.clusters, self.treated)

    def some(self, which: Flags) -> "Sample":
        """Those rows alone."""
        groups = self.clusters
        return Sample(
            treated=self.treated[which],
            y=self.y[which],
            covariates={name: values[which] for name, values in self.covariates.items()},
            rows=self.rows[which],
            clusters=None
            if groups is None
            else tuple(group for group, kept in zip(groups, which, strict=True) if kept),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A sample with its fitted score: coefficients `gamma` (p,) and logits (n,)."""

    sample: Sample
    gamma: Column
    logit: Column

    @property
    def score(self) -> Column:
        """The probability of having the programme (n,)."""
        return Logistic().mean(self.logit)

    def weights(self, estimand: str) -> Column:
        """Inverse-probability weights (n,) that add up to 1 in each arm."""
        w = _weights(self.sample.treated.astype(np.float64), self.logit, estimand)
        both: Column = np.asarray(w[0] + w[1], np.float64)
        for side in (self.sample.treated, ~self.sample.treated):
            both[side] /= both[side].sum()
        return both

    def outside(self, estimand: str) -> Flags:
        """Rows of the population asked about with a score that nobody in the other arm comes near.

        That is outside the range of the other arm's scores; for ATT only those treated count.
        """
        treated, far = self.sample.treated, np.zeros(len(self.logit), bool)
        for own in (treated, ~treated):
            other = self.logit[~own]
            far |= own & ((self.logit < other.min()) | (self.logit > other.max()))
        return far & treated if estimand == ATT else far


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The means with and without the programme, their covariance (2, 2), read on t with `df`."""

    treated: float
    comparison: float
    cov: Matrix
    df: float


def scored(sample: Sample) -> Scored:
    """Fit the score by logistic regression on all covariates.

    Raises TooLittleData naming the covariate that tells perfectly who got the programme, or where
    rows are too few; InvalidInput for one that follows from the others.
    """
    columns = {"(Intercept)": np.ones(len(sample.y)), **sample.covariates}
    try:
        fit = generalised(sample.treated.astype(np.float64), columns, Logistic())
    except TooLittleData as refusal:
        if refusal.field not in columns:
            raise
        raise TooLittleData(
            "tells perfectly who got the programme, so nobody without it is like those with it",
            field=refusal.field,
            accepted="covariates of which both arms share values; where a cut-off on it settled "
            "who got the programme, regression_discontinuity",
        ) from None
    return Scored(sample=sample, gamma=fit.b, logit=fit.eta)


def trimmed(sample: Sample, *, trim: str, estimand: str) -> Scored:
    """The scored sample without the rows that `trim` leaves out, its score fitted again."""
    check_known("trim", trim, TRIMS)
    whole = scored(sample)
    if trim == "none":
        return whole
    if trim == "range":
        out = whole.outside(estimand)
    else:
        out = (whole.score < CRUMP) | (whole.score > 1 - CRUMP)
    if not out.any():
        return whole
    left = sample.some(~out)
    fewest = min(int(left.treated.sum()), int((~left.treated).sum()))
    if fewest < FEWEST_ROWS:
        raise TooLittleData(
            f"leaves {fewest} rows in an arm: the arms hardly overlap",
            field="trim",
            accepted="covariates that matter for the outcome alone, or another comparison group",
        )
    return scored(left)


def weighted(found: Scored, estimand: str) -> Means:
    """Means weighted by the inverse of the score, weights adding up to 1 in each arm (Hajek's).

        ATT  1 for those treated, e / (1 - e) for the others       ATE  1 / e and 1 / (1 - e)
    with the covariance of score and means solved together.
    Source: Lunceford and Davidian 2004, Stat. Med. 23:2937; Hirano, Imbens and Ridder 2003,
    Econometrica 71:1161.
    """
    sample, x, p = found.sample, found.sample.x, len(found.gamma)
    d, y = sample.treated.astype(np.float64), sample.y
    w = found.weights(estimand)
    means = [float(w[side] @ y[side]) for side in (sample.treated, ~sample.treated)]

    def equations(theta: npt.NDArray[Any]) -> npt.NDArray[Any]:
        logit = x @ theta[:p]
        own, other = _weights(d, logit, estimand)
        return np.column_stack(
            [x * (d - _share(logit))[:, None], own * (y - theta[p]), other * (y - theta[p + 1])]
        )

    theta = np.concatenate([found.gamma, means])
    cov, df = _errors(sample, equations, theta)
    return Means(treated=means[0], comparison=means[1], cov=cov, df=df)


def doubly_robust(found: Scored, estimand: str) -> Means:
    """Augmented inverse-probability weighting: right where score or outcome regression is.

        mu_a = mean of t m_a + w_a (y - m_a) over mean of t,   m_a = x'b_a by least squares in arm a
    with t 1 for those asked about (ATT: those treated), w as in `weighted` but not normalised; the
    covariance has score, regressions and means solved together. Raises InvalidInput where an arm
    does not tell its regression.
    Source: Robins, Rotnitzky and Zhao 1994, J. Am. Stat. Assoc. 89:846; Lunceford and Davidian
    2004; for ATT Mercatanti and Li 2014, Ann. Appl. Stat. 8:2485.
    """
    sample, x, p = found.sample, found.sample.x, len(found.gamma)
    d, y = sample.treated.astype(np.float64), sample.y
    t = d if estimand == ATT else np.ones(len(d))
    b = [_in_arm(x[side], y[side]) for side in (sample.treated, ~sample.treated)]
    own, other = _weights(d, found.logit, estimand)
    means = [
        float((t * (x @ one) + w * (y - x @ one)).sum() / t.sum())
        for one, w in zip(b, (own, other), strict=True)
    ]

    def equations(theta: npt.NDArray[Any]) -> npt.NDArray[Any]:
        logit = x @ theta[:p]
        m = [x @ theta[p : 2 * p], x @ theta[2 * p : 3 * p]]
        parts = [x * (d - _share(logit))[:, None], x * (d * (y - m[0]))[:, None]]
        parts.append(x * ((1 - d) * (y - m[1]))[:, None])
        for fitted, mean, w in zip(m, theta[-2:], _weights(d, logit, estimand), strict=True):
            parts.append((t * (fitted - mean) + w * (y - fitted))[:, None])
        return np.hstack(parts)

    theta = np.concatenate([found.gamma, *b, means])
    cov, df = _errors(sample, equations, theta)
    return Means(treated=means[0], comparison=means[1], cov=cov, df=df)


def _share(logit: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The probability (n,) of a logit, real or complex."""
    share: npt.NDArray[Any] = 1 / (1 + np.exp(-logit))
    return share


def _weights(d: Column, logit: npt.NDArray[Any], estimand: str) -> Sequence[npt.NDArray[Any]]:
    """Weights of both arms (n,), 0 in the other; from the logit, so that none is rounded away."""
    odds = (1 - d) * np.exp(np.where(d > 0, 0, logit))
    if estimand == ATT:
        return d + 0 * logit, odds
    return d * (1 + np.exp(np.where(d > 0, -logit, 0))), (1 - d) + odds


def _errors(sample: Sample, equations: Equations, theta: Column) -> tuple[Matrix, float]:
    """The covariance (2, 2) of both means, and the degrees of freedom of their difference."""
    whole = sample.whole_clusters
    if sample.clusters is None or whole is None:
        cov = sandwich(equations, theta, clusters=sample.clusters)[-2:, -2:]
        return cov, _df(sample)
    refuse_lone_cluster(sample.clusters, sample.treated)
    return _of_whole_clusters(sample, sample.clusters, equations, theta)


def _of_whole_clusters(
    sample: Sample, clusters: Sequence[object], equations: Equations, theta: Column
) -> tuple[Matrix, float]:
    """Leaving out one cluster at a time, where each is in one arm, on Welch's degrees of freedom.

        sum over arms of (G - 1) / G times the squares of the moves about their mean
    The sandwich sums squares of residuals that few clusters have drawn to themselves: of 2, 3 and 5
    clusters an arm without any effect it called about one sample in ten significant at 5 %, this
    1.2, 1.7 and 2.5 % of 600, and 5.7 % with 10 clusters an arm.
    Source: Bell and McCaffrey 2002, Surv. Methodol. 28:169; Welch 1947,
    Biometrika 34:28.
    """
    of = numbered(clusters)
    moves = without_each(equations, theta, of)[:, -2:]
    with_programme = np.bincount(of, weights=sample.treated) > 0
    parts, dfs = [], []
    for arm in (moves[with_programme], moves[~with_programme]):
        off = arm - arm.mean(axis=0)
        parts.append(off.T @ off * ((len(arm) - 1) / len(arm)))
        dfs.append(len(arm) - 1)
    effect = np.array([1.0, -1.0])
    own = [float(effect @ part @ effect) for part in parts]
    spread = sum(v**2 / df for v, df in zip(own, dfs, strict=True))
    cov: Matrix = parts[0] + parts[1]
    return cov, sum(own) ** 2 / spread if spread > 0 else float(min(dfs))


def _df(sample: Sample) -> float:
    """Clusters less one; of single rows the smaller arm's, less the coefficients of the score.

    A convention of this project: with 40 rows an arm the normal interval is too short.
    """
    if sample.clusters is not None:
        return float(len(set(sample.clusters)) - 1)
    treated = int(sample.treated.sum())
    left = min(treated, len(sample.y) - treated) - sample.x.shape[1]
    if left < 1:
        raise TooLittleData(
            f"{left + sample.x.shape[1]} rows in the smaller arm for {sample.x.shape[1]} "
            "coefficients of the score",
            field="covariates",
            accepted="fewer covariates, or more rows in both arms",
        )
    return float(left)


def _in_arm(x: Matrix, y: Column) -> Column:
    b, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    if rank < x.shape[1]:
        raise InvalidInput(
            "have no variation of their own within one arm",
            field="covariates",
            accepted="covariates that vary in both arms, or method='weighting'",
        )
    return np.asarray(b, np.float64)
