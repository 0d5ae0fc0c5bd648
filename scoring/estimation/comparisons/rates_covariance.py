"""Covariances of count models by their names in R: of the model, robust, and by clusters."""

from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput
from scoring.estimation.comparisons.arms import Labels
from scoring.estimation.generalised import Counts, GeneralisedFit
from scoring.estimation.linear import LinearFit, covariance, table
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Matrix
from scoring.synthesis.nested.robust import Robust, cluster_robust

# Of the likelihood; robust by rows; robust by clusters.
LIKELIHOOD: Final = ("model", "quasi")
BY_ROWS: Final = ("HC0", "HC1", "HC2", "HC3")
BY_CLUSTERS: Final = ("CR0", "CR1", "CR1S", "CR2")
COVARIANCES: Final = (*LIKELIHOOD, *BY_ROWS, *BY_CLUSTERS)

# Covariances whose own degrees of freedom are known (Bell and McCaffrey 2002).
SATTERTHWAITE: Final = ("HC2", "CR1", "CR2")


def degrees(kind: str, df: str | None) -> str:
    """Which degrees of freedom a covariance is read on: `df`, or its own where that is None."""
    check_known("covariance", kind, COVARIANCES)
    fits = {
        "normal": True,
        "residual": True,
        "clusters": kind in BY_CLUSTERS,
        "satterthwaite": kind in SATTERTHWAITE,
    }
    if df is None:
        if kind in SATTERTHWAITE:
            return "satterthwaite"
        return "clusters" if kind in BY_CLUSTERS else "residual" if kind in BY_ROWS else "normal"
    check_known("df", df, [name for name, fit in fits.items() if fit])
    return df


def told(
    fit: GeneralisedFit[Counts],
    kind: str,
    *,
    clusters: Labels | None,
    df: str | None,
    level: float,
) -> tuple[Coefficient, ...]:
    """The coefficients with tests and intervals by the covariance `kind`, one of `COVARIANCES`.

        model   (X'WX)^-1, W the working weights              quasi   times X^2 / (n - p)
        HC, CR  sandwiches of the working regression
    Satterthwaite's degrees of freedom take the model as the working one, its variance unknown.
    Raises InvalidInput for clustered covariances without clusters and the other way round.
    Source: Zeileis 2006, J. Stat. Softw. 16(9); Pustejovsky and Tipton 2018.
    """
    chosen, working = degrees(kind, df), fit.working
    robust = _by_clusters(fit, kind, clusters)
    if robust is None:
        cov = _by_rows(fit, kind)
    else:
        cov = robust.vcov * ((working.n - 1) / working.df if kind == "CR1S" else 1.0)
    own: list[float] | float | None
    match chosen:
        case "satterthwaite":
            own = satterthwaite(working).tolist() if robust is None else robust.df.tolist()
        case "clusters":
            own = float(len(set(clusters or ())) - 1)
        case "residual":
            own = float(working.df)
        case _:
            own = None
    return table(working.terms, fit.b, cov, df=own, level=level)


def pearson_dispersion(fit: GeneralisedFit[Counts]) -> float:
    """Squared Pearson residuals over residual degrees of freedom; 1 where the variance is right."""
    return fit.working.sigma**2


def satterthwaite(fit: LinearFit) -> Column:
    """Degrees of freedom (p,) of HC2 for each coefficient, errors as the weights say.

        (sum c_i^2)^2 / sum_ij a_i a_j (I - H)_ij^2,   a_i = c_i^2 / (1 - h_i)
    where the coefficient is sum c_i y_i in whitened rows: CR2's of clusters of one row.
    Source: Bell and McCaffrey 2002, Surv. Methodol. 28:169; Imbens and Kolesar 2016, Rev. Econ.
    Stat. 98:701.
    """
    q, r = np.linalg.qr(np.sqrt(fit.weights)[:, None] * fit.x)
    h = (q**2).sum(axis=1)
    squares = (q @ np.linalg.inv(r).T) ** 2
    a = squares / (1 - h)[:, None]
    alone = ((1 - 2 * h)[:, None] * a**2).sum(axis=0)
    crossed = [float(((q.T @ (q * one[:, None])) ** 2).sum()) for one in a.T]
    df: Column = squares.sum(axis=0) ** 2 / (alone + np.array(crossed))
    return df


def _by_clusters(fit: GeneralisedFit[Counts], kind: str, clusters: Labels | None) -> Robust | None:
    if (clusters is None) == (kind in BY_CLUSTERS):
        raise InvalidInput(
            "are missing" if clusters is None else f"are given, but {kind} takes rows as apart",
            field="clusters",
            accepted="clusters with CR0, CR1, CR1S or CR2, and with no other covariance",
        )
    if clusters is None:
        return None
    # On the scale of the counts, as clubSandwich has it: CR2 is another one on another scale.
    mu = fit.mean
    return cluster_robust(
        mu[:, None] * fit.working.x,
        fit.y - mu,
        clusters,
        kind="CR1" if kind == "CR1S" else kind,
        covariance=mu * (1 + fit.family.alpha * mu),
    )


def _by_rows(fit: GeneralisedFit[Counts], kind: str) -> Matrix:
    if kind in BY_ROWS:
        return covariance(fit.working, kind)
    cov = np.asarray(fit.working.fitted.normalized_cov_params, np.float64)
    return cov * (pearson_dispersion(fit) if kind == "quasi" else 1.0)
