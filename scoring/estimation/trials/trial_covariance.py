"""Covariances and degrees of freedom for the regression of a trial, by rows or by clusters."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import COLLINEAR, LinearFit, covariance
from scoring.estimation.shapes import Indices, Matrix
from scoring.synthesis.nested.robust import Robust, cluster_robust

# Covariances by their names in R's sandwich and clubSandwich. CR3 leaves one cluster out at a time.
BY_ROWS: Final = ("const", "HC0", "HC1", "HC2", "HC3")
BY_CLUSTERS: Final = ("CR0", "CR1", "CR1S", "CR2", "CR3")

RESIDUAL, SATTERTHWAITE, CLUSTERS, NORMAL = "residual", "satterthwaite", "clusters", "normal"


def degrees(kind: str, df: str | None, *, clustered: bool) -> str:
    """Which degrees of freedom a covariance is read on: `df`, or the best there are for it.

    Satterthwaite's for HC0 to HC3, CR0 to CR2; residual (n - p) for const; clusters less one for
    CR1S and CR3. Raises UnknownMethod for a pair that has no meaning, and InvalidInput for a
    clustered covariance without clusters.
    """
    check_known("covariance", kind, (*BY_ROWS, *BY_CLUSTERS))
    if kind in BY_CLUSTERS and not clustered:
        raise InvalidInput(
            f"is {kind}, and there are no clusters",
            field="covariance",
            accepted=f"clusters, or one of {', '.join(BY_ROWS)}",
        )
    fitting: tuple[str, ...]
    match kind:
        case "const":
            fitting = (RESIDUAL, NORMAL)
        case "HC0" | "HC1" | "HC2" | "HC3":
            fitting = (SATTERTHWAITE, RESIDUAL, NORMAL)
        case "CR0" | "CR1" | "CR2":
            fitting = (SATTERTHWAITE, CLUSTERS, RESIDUAL, NORMAL)
        case _:
            fitting = (CLUSTERS, RESIDUAL, NORMAL)
    check_known("df", fitting[0] if df is None else df, fitting)
    return fitting[0] if df is None else df


def uncertainty(
    fit: LinearFit, kind: str, df: str, *, clusters: Indices | None = None
) -> tuple[Matrix, float | Sequence[float] | None]:
    """The covariance (p, p) of the coefficients by `kind`, and the degrees of freedom `df` names.

    These are one for all coefficients, one each, or None (normal); `clusters` (n,) are numbered
    from 0. Raises TooLittleData as `covariance` does, where clusters leave no degrees of freedom,
    and where CR3 has a cluster without which the others do not tell all coefficients.
    Source: MacKinnon and White 1985, J. Econometrics 29:305; Cameron and Miller 2015, J. Hum.
    Resour. 50:317; Pustejovsky and Tipton 2018, J. Bus. Econ. Stat. 36:672; Bell and McCaffrey
    2002, Surv. Methodol. 28:169, for CR3.
    """
    simple = {NORMAL: None, RESIDUAL: float(fit.df)}
    if clusters is None or kind in BY_ROWS:
        cov = covariance(fit, kind)
        return cov, simple[df] if df in simple else satterthwaite(fit, kind).tolist()
    simple[CLUSTERS] = float(clusters.max())
    if kind == "CR3":
        changes = without_each_cluster(fit, clusters)
        return changes.T @ changes, simple[df]
    found = squeezed(fit, clusters, kind="CR1" if kind == "CR1S" else kind)
    cov = found.vcov * ((fit.n - 1) / fit.df if kind == "CR1S" else 1.0)
    if df in simple:
        return cov, simple[df]
    return cov, [_left(value, term) for value, term in zip(found.df, fit.terms, strict=True)]


def _left(df: float, term: str) -> float:
    """The degrees of freedom of a term, if there are any."""
    if not df > 0:
        raise TooLittleData(
            f"leave no degrees of freedom for {term}",
            field="clusters",
            accepted="more clusters, or fewer columns",
        )
    return float(df)


def satterthwaite(fit: LinearFit, kind: str) -> Column:
    """Bell and McCaffrey's degrees of freedom (p,) of a robust variance by rows.

        df = 2 E(V)^2 / var(V) where errors have one variance:
        (sum a^2 (1-h))^2 / (sum a^4 (1-2h) + sum_ij a_i^2 a_j^2 h_ij^2),   a^2 = (X B l)^2 w
    with h the leverages and w = 1, 1, 1/(1-h), 1/(1-h)^2 for HC0 to HC3. For one difference of
    means they are near the smaller group's size, where that group is much the smaller.
    Source: Imbens and Kolesar 2016, Rev. Econ. Stat. 98:701; Bell and McCaffrey 2002.
    """
    q, r = np.linalg.qr(fit.x)
    h = (q**2).sum(axis=1)
    w = (1 - h) ** -{"HC2": 1.0, "HC3": 2.0}.get(kind, 0.0)
    square = (q @ np.linalg.inv(r).T) ** 2 * w[:, None]
    crossed = np.einsum("ni,nj,nk->kij", q, q, square, optimize=True)
    variance = (square**2 * (1 - 2 * h)[:, None]).sum(axis=0) + (crossed**2).sum(axis=(1, 2))
    result: Column = (square * (1 - h)[:, None]).sum(axis=0) ** 2 / variance
    return result


def squeezed(fit: LinearFit, clusters: Indices, *, kind: str) -> Robust:
    """The cluster-robust covariance of a least-squares fit, from at most p rows a cluster.

    With X_g = Q R (thin), X_g' A e_g = R' (I - R B R')^-1/2 Q'e_g and every product of scores hangs
    on R alone: the rows of R with the residuals Q'e_g give CR0, CR1, CR2 and their degrees of
    freedom exactly, however many people a cluster has.
    """
    order = np.argsort(clusters, kind="stable")
    ends = np.cumsum(np.bincount(clusters))
    x, e, owner = [], [], []
    for number, places in enumerate(np.split(order, ends[:-1])):
        q, r = np.linalg.qr(fit.x[places])
        x.append(r)
        e.append(q.T @ fit.residuals[places])
        owner += [number] * len(r)
    return cluster_robust(np.vstack(x), np.concatenate(e), owner, kind=kind)


def without_each_row(fit: LinearFit) -> Matrix:
    """How far each row moves the coefficients: b minus b without it (n, p).

        (X'X)^-1 x_i e_i / (1 - h_i)
    Nan for rows that the model fits exactly. Source: Belsley, Kuh and Welsch 1980, section 2.1.
    """
    q, r = np.linalg.qr(fit.x)
    left = 1 - (q**2).sum(axis=1)
    share = np.where(left < COLLINEAR, math.nan, fit.residuals / np.maximum(left, COLLINEAR))
    moved: Matrix = (q * share[:, None]) @ np.linalg.inv(r).T
    return moved


def errors_without_each_row(fit: LinearFit, term: str) -> Column:
    """The classical standard error of a coefficient from all rows but each, (n,).

        s(i) sqrt((X'X)^-1_jj),  s(i)^2 = (e'e - e_i^2 / (1 - h_i)) / (n - p - 1)
    What `without_each_row` is divided by for DFBETAS. Source: Belsley, Kuh and Welsch 1980, 2.1.
    """
    q, r = np.linalg.qr(fit.x)
    left = np.maximum(1 - (q**2).sum(axis=1), COLLINEAR)
    rest = float(fit.residuals @ fit.residuals) - fit.residuals**2 / left
    scale = float(np.linalg.norm(np.linalg.inv(r)[fit.at(term)]))
    errors: Column = scale * np.sqrt(np.maximum(rest, 0.0) / (fit.df - 1))
    return errors


def without_each_cluster(fit: LinearFit, clusters: Indices) -> Matrix:
    """How far each cluster moves the coefficients: b minus b without it (G, p).

        (X'X - X_g'X_g)^-1 X_g' e_g
    Raises TooLittleData where the others do not tell all coefficients.
    """
    count, p = int(clusters.max()) + 1, len(fit.terms)
    scores, own = np.zeros((count, p)), np.zeros((count, p, p))
    np.add.at(scores, clusters, fit.x * fit.residuals[:, None])
    np.add.at(own, clusters, fit.x[:, :, None] * fit.x[:, None, :])
    whole = fit.x.T @ fit.x
    left: Matrix = whole - own
    sizes = np.sqrt(np.diag(whole))
    if (np.linalg.eigvalsh(left / np.outer(sizes, sizes))[:, 0] < COLLINEAR).any():
        raise TooLittleData(
            "cannot be left out one at a time: the others do not tell all coefficients",
            field="clusters",
            accepted="more clusters in both arms, or another covariance than CR3",
        )
    return np.asarray(np.linalg.solve(left, scores[:, :, None])[:, :, 0], np.float64)
