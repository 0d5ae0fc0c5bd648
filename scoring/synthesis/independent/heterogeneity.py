"""Between-study variance tau2 of many subjects at once, by every estimator in use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.synthesis.independent.batch import Batch, Flags, Indices
from scoring.synthesis.independent.forms import fit, projected_squares, projected_trace
from scoring.synthesis.independent.search import MOST_STEPS, SMALL_STEP, local_maxima


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """tau2 and its standard error of n subjects (n,), in the units of the batch.

    `owner` and `maxima` (M,) list every local maximum of each subject's likelihood, in rising order
    (just tau2 itself where none is maximised). `settled` (n,) is False where a search ended
    without the precision it promises.
    """

    tau2: Column
    se: Column
    owner: Indices
    maxima: Column
    settled: Flags

    @classmethod
    def alone(cls, tau2: Column, se: Column, settled: Flags | None = None) -> "Heterogeneity":
        """An estimate that maximises nothing."""
        sure = np.ones(len(tau2), dtype=np.bool_) if settled is None else settled
        return cls(tau2, se, np.arange(len(tau2)), tau2, sure)


Estimator = Callable[[Batch], Heterogeneity]


def none(batch: Batch) -> Heterogeneity:
    """Common effect (EE): tau2 = 0 by assumption."""
    zero = np.zeros(len(batch.k))
    return Heterogeneity.alone(zero, np.full_like(zero, np.nan))


def dersimonian_laird(batch: Batch) -> Heterogeneity:
    """DL: tau2 = max(0, (Q - (k - 1)) / tr P) at weights 1/v.

    Source: DerSimonian and Laird 1986, Control. Clin. Trials 7:177.
    """
    fixed = fit(batch.y, batch.v, np.zeros(len(batch.k)))
    trace = projected_trace(fixed.w)
    tau2 = np.maximum(0.0, (fixed.q - (batch.k - 1)) / trace)
    return Heterogeneity.alone(tau2, np.sqrt(_spread_of_q(batch, fixed.w, tau2)) / trace)


def hunter_schmidt(batch: Batch) -> Heterogeneity:
    """HS: tau2 = max(0, (Q - k) / sum w) at weights 1/v; it is too low for few studies.

    Source: Hunter and Schmidt 1990; Viechtbauer 2005, J. Educ. Behav. Stat. 30:261, equation 10.
    """
    fixed = fit(batch.y, batch.v, np.zeros(len(batch.k)))
    tau2 = np.maximum(0.0, (fixed.q - batch.k) / fixed.total)
    return Heterogeneity.alone(tau2, np.sqrt(_spread_of_q(batch, fixed.w, tau2)) / fixed.total)


def _spread_of_q(batch: Batch, w: Column, tau2: Column) -> Column:
    # var Q = 2 tr(P S P S) with S = V + tau2 I and P at weights 1/v, so that PVP = P.
    result: Column = (
        2 * (batch.k - 1) + 4 * tau2 * projected_trace(w) + 2 * tau2**2 * projected_squares(w)
    )
    return result


def hedges_olkin(batch: Batch) -> Heterogeneity:
    """HE: tau2 = max(0, sum (y - mean)^2 / (k - 1) - mean v), nothing weighted.

    Source: Hedges and Olkin 1985, equation 9.8; Cochran 1954.
    """
    k, v = batch.k, np.where(batch.present, batch.v, 0.0)
    tau2 = np.maximum(0.0, _sum_of_squares(batch) / (k - 1) - v.sum(axis=0) / k)
    # 2 tr(P S P S) with P = I - 11'/k and S = V + tau2 I.
    s1, s2 = v.sum(axis=0), (v * v).sum(axis=0)
    spread = 2 * (s2 - 2 * s2 / k + s1**2 / k**2) + 4 * tau2 * (s1 - s1 / k) + 2 * tau2**2 * (k - 1)
    return Heterogeneity.alone(tau2, np.sqrt(spread) / (k - 1))


def sidik_jonkman(batch: Batch) -> Heterogeneity:
    """SJ: tau2 = t0 Q(t0) / (k - 1) from t0 = sum (y - mean)^2 / k; above 0 unless all agree.

    Source: Sidik and Jonkman 2005, J. R. Stat. Soc. C 54:367.
    """
    k, first = batch.k, _sum_of_squares(batch) / batch.k
    at_first = fit(batch.y, batch.v, first)
    tau2 = first * at_first.q / (k - 1)
    # 2 tr(P S P S) with S = V + tau2 I, written about t0, where P (V + t0 I) P = P.
    gap, w = tau2 - first, at_first.w
    spread = 2 * (k - 1) + 4 * gap * projected_trace(w) + 2 * gap**2 * projected_squares(w)
    return Heterogeneity.alone(tau2, first * np.sqrt(spread) / (k - 1))


def paule_mandel(batch: Batch) -> Heterogeneity:
    """PM: the tau2 at which Q(tau2) = k - 1, or 0 where Q(0) is below that already.

    Morris's empirical Bayes estimator (EB) is the solution of the same equation.
    Source: Paule and Mandel 1982, J. Res. NBS 87:377; Morris 1983, J. Am. Stat. Assoc. 78:47;
    Viechtbauer et al. 2015, Stat. Med. 34:721 (that the two are one).
    """
    tau2, settled = generalised_q_root(batch, batch.k - 1)
    total = fit(batch.y, batch.v, tau2).total
    return Heterogeneity.alone(tau2, np.sqrt(2 / (batch.k - 1)) * batch.k / total, settled)


def generalised_q_root(batch: Batch, target: Column) -> tuple[Column, Flags]:
    """The tau2 >= 0 at which Q(tau2) falls to `target` (n,), 0 where it is never above it.

    1/Q is concave and rises in tau2 (a parallel sum of straight lines), so Newton's method on it
    climbs to the root from the left and never passes it. Returns the roots and whether each was
    reached to full precision.
    """
    root = np.zeros(len(batch.k))
    active = np.flatnonzero(fit(batch.y, batch.v, root).q > target)
    for _ in range(MOST_STEPS):
        if not len(active):
            break
        t = root[active]
        y, v = batch.tables(active)
        here = fit(y, v, t)
        u = here.w * (y - here.mean)
        step = here.q * (here.q / target[active] - 1) / (u * u).sum(axis=0)
        root[active] = t + step
        active = active[np.abs(step) > SMALL_STEP * (t + batch.v[0, active])]
    settled = np.ones(len(root), dtype=np.bool_)
    settled[active] = False
    return root, settled


def restricted_likelihood(batch: Batch) -> Heterogeneity:
    """REML: the global maximum of the restricted likelihood over tau2 >= 0, and all local ones.

    Source: Viechtbauer 2005, J. Educ. Behav. Stat. 30:261, equation 15.
    """
    found = local_maxima(batch, restricted=True)
    information = projected_squares(fit(batch.y, batch.v, found.best).w)
    se = np.sqrt(2 / information)
    return Heterogeneity(found.best, se, found.subject, found.tau2, found.settled)


def full_likelihood(batch: Batch) -> Heterogeneity:
    """ML: the global maximum of the likelihood over tau2 >= 0, and all local ones.

    Source: Hardy and Thompson 1996, Stat. Med. 15:619.
    """
    found = local_maxima(batch, restricted=False)
    w = fit(batch.y, batch.v, found.best).w
    se = np.sqrt(2 / (w * w).sum(axis=0))
    return Heterogeneity(found.best, se, found.subject, found.tau2, found.settled)


def _sum_of_squares(batch: Batch) -> Column:
    residual = np.where(batch.present, batch.y - batch.y.sum(axis=0) / batch.k, 0.0)
    result: Column = (residual * residual).sum(axis=0)
    return result


# Estimators of tau2 by their names in metafor.
METHODS: Final[Mapping[str, Estimator]] = MappingProxyType(
    {
        "EE": none,
        "DL": dersimonian_laird,
        "HE": hedges_olkin,
        "HS": hunter_schmidt,
        "SJ": sidik_jonkman,
        "PM": paule_mandel,
        "EB": paule_mandel,
        "REML": restricted_likelihood,
        "ML": full_likelihood,
    }
)
