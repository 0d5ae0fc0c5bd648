"""Studies that assigned groups of people: what the likeness within a group takes away."""

import math
from dataclasses import replace

import numpy as np

from scoring.columns import Column, Numbers, check_same_length, column, number, refuse_rows
from scoring.effects.measures import SCALES, Effect, rescaled
from scoring.effects.small_samples import gamma_correction
from scoring.errors import IncompatibleEffects, ScoringError, TooLittleData


def cluster_size(sizes: Numbers) -> float:
    """The mean cluster size, each person counting once: sum m^2 / sum m = mean (1 + CV^2).

    `sizes` are the people in each cluster, (clusters,). With it the design effect holds for
    clusters of unequal size. Raises InvalidInput for sizes not above 0, TooLittleData for none.
    Source: Kish 1965; Eldridge, Ashby and Kerry 2006, Int. J. Epidemiol. 35:1292.
    """
    people = column("sizes", sizes, above=0.0)
    if not len(people):
        raise TooLittleData("no clusters", field="sizes", accepted="at least one cluster")
    return float(np.sum(people**2) / np.sum(people))


def design_effect(size: Numbers, icc: Numbers) -> Column:
    """How much wider clusters make the variance, 1 + (size - 1) icc; one entry a study (k,).

    `size` is the mean cluster size, or better `cluster_size`; `icc` the intraclass correlation.
    Raises InvalidInput with field and row for sizes below 1 and correlations outside [0, 1).
    Source: Cochrane Handbook 6.4, section 23.1.4.
    """
    m, rho = column("size", size, at_least=1.0), column("icc", icc, at_least=0.0)
    check_same_length(size=m, icc=rho)
    refuse_rows(rho >= 1, field="icc", values=rho, accepted="a correlation of at least 0, below 1")
    return 1 + (m - 1) * rho


def effective(counts: Numbers, effect: Numbers) -> Column:
    """Effective numbers of people or events: counts / design effect, (k,).

    For 2x2 tables all four cells go through it, for means the group sizes alone. Raises
    InvalidInput with field and row for negative counts and design effects below 1.
    Source: Cochrane Handbook 6.4, section 23.1.4.
    """
    numbers = column("counts", counts, at_least=0.0)
    divisor = column("design effect", effect, at_least=1.0)
    check_same_length(counts=numbers, **{"design effect": divisor})
    return numbers / divisor


def clustered(effects: tuple[Effect, ...], *, size: Numbers, icc: Numbers) -> tuple[Effect, ...]:
    """Effects computed as if people had been assigned, corrected for clusters; (k,) in, (k,) out.

        SMD      g = J(h) gamma d             v0 D + g^2 / (2 h)
        others   yi                           vi D
    with N = n1i + n2i, n = `size`, rho = `icc`, D the design effect, d = yi / J(N - 2),
        v0 = vi - yi^2 / (2 N), which is 1/n1i + 1/n2i for groups' means
        gamma = sqrt(1 - 2 (n-1) rho / (N-2))
        h = (N-2 - 2 (n-1) rho)^2 / ((N-2)(1-rho)^2 + n (N-2n) rho^2 + 2 (N-2n) rho (1-rho))
    since the deviation over all people falls short of that between people of any two clusters.
    For clusters of unequal size gamma and D are exact when `size` is the `cluster_size` of both
    groups, and h is near. Raises IncompatibleEffects for an effect corrected already, or
    standardised from another measure; TooLittleData with the row where the group sizes are not
    known, a cluster would not fit into a group or h is 1 or less; InvalidInput as `design_effect`
    does, and where nothing is left of v0.
    Source: Hedges 2007, J. Educ. Behav. Stat. 32:341; What Works Clearinghouse, Supplement to the
    Procedures Handbook 4.1, section B; others Cochrane Handbook 6.4, section 23.1.5.
    """
    factor = design_effect(size, icc)
    check_same_length(size=factor, effects=np.zeros(len(effects)))
    pairs = zip(effects, column("size", size), column("icc", icc), factor.tolist(), strict=True)
    corrected = []
    for row, (effect, n, rho, d) in enumerate(pairs, start=1):
        try:
            corrected.append(_corrected(effect, n=float(n), rho=float(rho), factor=d))
        except ScoringError as refusal:
            raise refusal.at(row) from None
    return tuple(corrected)


def _corrected(effect: Effect, *, n: float, rho: float, factor: float) -> Effect:
    if effect.design_effect is not None or effect.scale != SCALES[effect.measure]:
        raise IncompatibleEffects(
            "the effect was corrected for clusters, or standardised, already",
            field="effects",
            accepted="an effect as it was measured, corrected once",
        )
    if effect.measure != "SMD":
        return replace(rescaled(effect, effect.yi, math.sqrt(factor)), design_effect=factor)
    n1, n2 = _sizes(effect, n)
    df = n1 + n2 - 2
    gamma_squared, h = _total_variance(df, n=n, rho=rho)
    j, corrected_j = gamma_correction(np.array([df, h])).tolist()
    yi = effect.yi * corrected_j / j * math.sqrt(gamma_squared)
    left = number("vi - yi^2 / 2N", effect.vi - effect.yi**2 / (2 * (n1 + n2)), above=0.0)
    vi = left * factor + yi**2 / (2 * h)
    return replace(effect, yi=yi, vi=vi, rounding=None, design_effect=factor)


def _sizes(effect: Effect, n: float) -> tuple[float, float]:
    n1, n2 = effect.n1i, effect.n2i
    if n1 is None or n2 is None:
        raise TooLittleData(
            "is not known, and the correction rests on it", field="n1i", accepted="both group sizes"
        )
    if n > min(n1, n2):
        raise TooLittleData(
            f"is {n:g}, more than the {min(n1, n2):g} people of a group",
            field="size",
            accepted="at least one whole cluster a group",
        )
    return n1, n2


def _total_variance(df: float, *, n: float, rho: float) -> tuple[float, float]:
    """gamma^2, the share of the total variance that the pooled one expects, and its df, h."""
    within, left = df + 2 - 2 * n, df - 2 * (n - 1) * rho
    h = left**2 / (df * (1 - rho) ** 2 + n * within * rho**2 + 2 * within * rho * (1 - rho))
    if h <= 1:
        raise TooLittleData(
            f"leaves {h:.3g} degrees of freedom", field="size", accepted="more clusters"
        )
    return left / df, h
