"""Between-study variance tau2 beside any design, by every estimator in use, from its spectrum."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.synthesis.moderated.spectrum import Likelihood, Spectrum, local_maxima


@dataclass(frozen=True, slots=True)
class Tau2:
    """tau2, its standard error (None for EE), and every local maximum of its likelihood.

    Where no likelihood is maximised `maxima` is tau2 itself.
    """

    value: float
    se: float | None
    maxima: tuple[float, ...]


def none(_: Spectrum) -> Tau2:
    """Common effect (EE): tau2 = 0 by assumption."""
    return Tau2(0.0, None, (0.0,))


def dersimonian_laird(spectrum: Spectrum) -> Tau2:
    """DL: tau2 = max(0, (Q - n) / tr P) at weights 1/v, with n = k - p.

    Source: DerSimonian and Laird 1986; Raudenbush 2009 (with moderators).
    """
    trace = spectrum.trace(0.0, power=1)
    tau2 = max(0.0, (spectrum.squares(0.0, power=1) - spectrum.n) / trace)
    return _of_moments(tau2, _spread(spectrum, tau2, weights=1 / spectrum.d) / trace)


def hedges_olkin(spectrum: Spectrum) -> Tau2:
    """HE: tau2 = max(0, (sum z^2 - sum d) / n), nothing weighted.

    Source: Hedges and Olkin 1985, chapter 9.
    """
    excess = float((spectrum.z**2).sum() - spectrum.d.sum())
    tau2 = max(0.0, excess / spectrum.n)
    spread = _spread(spectrum, tau2, weights=np.ones(spectrum.n))
    return _of_moments(tau2, spread / spectrum.n)


def hunter_schmidt(spectrum: Spectrum) -> Tau2:
    """HS: tau2 = max(0, (Q - k) / tr V^-1) at weights 1/v; too low for few studies.

    Source: Hunter and Schmidt 1990; Viechtbauer 2005, J. Educ. Behav. Stat. 30:261, equation 10.
    """
    total = spectrum.full_trace(0.0, power=1)
    tau2 = max(0.0, (spectrum.squares(0.0, power=1) - len(spectrum.v)) / total)
    return _of_moments(tau2, _spread(spectrum, tau2, weights=1 / spectrum.d) / total)


def sidik_jonkman(spectrum: Spectrum) -> Tau2:
    """SJ: tau2 = t0 Q(t0) / n from t0 = sum (y - mean)^2 / k.

    Source: Sidik and Jonkman 2005, J. R. Stat. Soc. C 54:367.
    """
    first = spectrum.crude
    tau2 = first * spectrum.squares(first, power=1) / spectrum.n
    spread = _spread(spectrum, tau2, weights=1 / (spectrum.d + first))
    return _of_moments(tau2, first * spread / spectrum.n)


def paule_mandel(spectrum: Spectrum) -> Tau2:
    """PM: the tau2 at which Q(tau2) = n, or 0 where Q(0) is below that already.

    Morris's empirical Bayes estimator (EB) is the solution of the same equation.
    Source: Paule and Mandel 1982; Morris 1983; Viechtbauer et al. 2015, Stat. Med. 34:721.
    """
    tau2, k = spectrum.q_root(spectrum.n), len(spectrum.v)
    total = spectrum.full_trace(tau2, power=1)
    return _of_moments(tau2, math.sqrt(2 / spectrum.n) * k / total)


def restricted_likelihood(spectrum: Spectrum) -> Tau2:
    """REML: the global maximum of the restricted likelihood over tau2 >= 0, and all local ones.

    Source: Viechtbauer 2005, J. Educ. Behav. Stat. 30:261, equation 15.
    """
    return _highest(Likelihood(spectrum, restricted=True))


def full_likelihood(spectrum: Spectrum) -> Tau2:
    """ML: the global maximum of the likelihood over tau2 >= 0, and all local ones.

    Source: Hardy and Thompson 1996, Stat. Med. 15:619.
    """
    return _highest(Likelihood(spectrum, restricted=False))


def q_profile(spectrum: Spectrum, *, level: float) -> tuple[float, float]:
    """The Q-profile interval of tau2: where Q(tau2) meets the quantiles of chi2 on n df.

    Both ends are 0 where Q(0) is below even the lower quantile: no tau2 >= 0 is in the interval.
    Source: Viechtbauer 2007, Stat. Med. 26:37.
    """
    half = (1 - level) / 2
    high = spectrum.q_root(float(special.chdtri(spectrum.n, 1 - half)))
    return spectrum.q_root(float(special.chdtri(spectrum.n, half))), high


def _highest(likelihood: Likelihood) -> Tau2:
    maxima = local_maxima(likelihood)
    best = max(maxima, key=likelihood.height)
    return Tau2(best, math.sqrt(2 / likelihood.trace(best, power=2)), maxima)


def _of_moments(tau2: float, se: float) -> Tau2:
    return Tau2(tau2, se, (tau2,))


def _spread(spectrum: Spectrum, tau2: float, *, weights: Column) -> float:
    """The standard deviation of sum weights z^2, where z^2 is (d + tau2) times chi2 on 1 df."""
    return math.sqrt(2 * float(((weights * (spectrum.d + tau2)) ** 2).sum()))


# Estimators of tau2 by their names in metafor.
METHODS: Final[Mapping[str, Callable[[Spectrum], Tau2]]] = MappingProxyType(
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
