"""Whether one result could be chance: its p, corrected for clusters and for its family."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy import special

from scoring.appraisal import effect, measured_effect
from scoring.effects import Effect, oriented
from scoring.errors import ScoringError
from scoring.evidence import Contrast, Flow, Result

# What the WWC supposes where no intra-cluster correlation is told: achievement, and all other
# outcomes (Handbook 4.1 as encoded in baselinr).
DEFAULT_ICC: Final = 0.10
ACHIEVEMENT_ICC: Final = 0.20

# Sources of outcomes that the WWC calls achievement.
ACHIEVEMENT: Final = ("standardised_test",)

# Measures of two groups' means, whose error is estimated from the people in them.
ABOUT_MEANS: Final = ("SMD", "MD")

# Units that are one person each: analysed singly they need no correction.
SINGLE: Final = ("individual",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """A result with + good: on its own scale, in deviations where it can be, and its p.

    `error` is the standard error of `deviations` and `p` is two-sided, both corrected for clusters
    with `icc`, which is None where no correction was due. Where nobody said whether clusters were
    allowed for, both are those of an analysis that did, and `p_up_to` and `error_up_to` those of
    one that did not: 1 and infinite where that cannot be computed.
    """

    direction: float
    p: float
    deviations: float | None
    error: float | None
    icc: float | None
    p_up_to: float | None = None
    error_up_to: float | None = None


def significance(contrast: Contrast) -> Significance | None:
    """The significance of one contrast; None where its standard error is not known.

    Where clusters were assigned and people analysed as if they had been, t and its degrees of
    freedom are corrected (`corrected_t`); otherwise t = yi / sei on N - 2 degrees of freedom for
    a difference of two means, and z for all else. WWC Handbook 4.1, as encoded in WWCr.
    """
    try:
        told = oriented(measured_effect(contrast.result), contrast.direction_good)
        statistic = told.yi / math.sqrt(told.vi)
    except (ScoringError, ArithmeticError):
        # Figures past what a double can divide are no more use than a missing one.
        return None
    icc, ignored = supposed_icc(contrast), mismatched(contrast)
    fitting = (1.0, _freedom(contrast.result))
    correction = None if ignored is False else _correction(contrast.flow, _icc(contrast))
    if ignored and correction is None:
        return None
    standard = _deviations(contrast)
    error = None if standard is None else math.sqrt(standard.vi)
    p, widened = _judged(statistic, error, (ignored and correction) or fitting)
    most: tuple[float | None, float | None] = (None, None)
    if ignored is None:
        unknown = (1.0, None if error is None else math.inf)
        most = unknown if correction is None else _judged(statistic, error, correction)
    return Significance(
        direction=told.yi,
        p=p,
        deviations=None if standard is None else standard.yi,
        error=widened,
        icc=icc,
        p_up_to=most[0],
        error_up_to=most[1],
    )


def supposed_icc(contrast: Contrast) -> float | None:
    """The ICC to correct for: as told, else the WWC's; None where no correction is surely due."""
    return _icc(contrast) if mismatched(contrast) else None


def mismatched(contrast: Contrast) -> bool | None:
    """Whether groups were assigned, and people analysed as if each had been.

    None where groups were assigned and nobody said whether the analysis allowed for them. Groups
    are what a cluster trial assigns; any other design assigns people unless its unit is told.
    """
    conduct, adjusted = contrast.conduct, contrast.analysis.cluster_adjusted
    grouped = conduct.assignment_unit not in (None, *SINGLE)
    if conduct.assignment_unit is None:
        grouped = conduct.design == "cluster_rct"
    if not grouped or adjusted or conduct.analysis_unit not in (None, *SINGLE):
        return False
    return None if adjusted is None else True


def corrected_t(*, people: float, clusters: float, icc: float) -> tuple[float, float]:
    """What t is multiplied by, and its degrees of freedom, once people come in clusters.

        shrink = sqrt(((N-2) - 2(n-1) rho) / ((N-2)(1 + (n-1) rho)))
        h = ((N-2) - 2(n-1) rho)^2 / ((N-2)(1-rho)^2 + n(N-2n) rho^2 + 2(N-2n) rho (1-rho))

    with N people in M clusters, both groups together, and n = N/M. Hedges 2007, as in WWC 4.1.
    """
    n = people / clusters
    free = (people - 2) - 2 * (n - 1) * icc
    shrink = math.sqrt(free / ((people - 2) * (1 + (n - 1) * icc)))
    spread = (
        (people - 2) * (1 - icc) ** 2
        + n * (people - 2 * n) * icc**2
        + 2 * (people - 2 * n) * icc * (1 - icc)
    )
    return shrink, free**2 / spread


def within_family(p: Sequence[float], *, family: int) -> list[float]:
    """Benjamini-Hochberg adjusted p of the results of one family, in the order given.

    `family` is how many were tested where that is more than are told: those not told are taken as
    the least significant. Benjamini and Hochberg 1995.
    """
    m = max(family, len(p))
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    adjusted, least = [1.0] * len(p), 1.0
    for place, i in enumerate(order):
        least = min(least, p[i] * m / (len(p) - place))
        adjusted[i] = least
    return adjusted


def _icc(contrast: Contrast) -> float:
    if contrast.analysis.icc is not None:
        return contrast.analysis.icc
    return ACHIEVEMENT_ICC if contrast.measurement.source in ACHIEVEMENT else DEFAULT_ICC


def _judged(
    statistic: float, error: float | None, correction: tuple[float, float]
) -> tuple[float, float | None]:
    """p and the error under a correction: what the statistic is multiplied by, and its freedom."""
    shrink, df = correction
    p = float(2 * special.stdtr(df, -abs(shrink * statistic)))
    return p, None if error is None else error / shrink


def _deviations(contrast: Contrast) -> Effect | None:
    try:
        return effect(
            contrast.result, contrast.direction_good, standardiser=contrast.promise.standardiser
        )
    except (ScoringError, ArithmeticError):
        return None


def _freedom(result: Result) -> float:
    """Degrees of freedom of an uncorrected t; infinite for what is judged by z."""
    n = result.numbers
    people = _together(n.get("n1i"), n.get("n2i")) if result.measure in ABOUT_MEANS else None
    return math.inf if people is None or people <= 2 else people - 2


def _correction(flow: Flow, icc: float) -> tuple[float, float] | None:
    """None unless the people and more than two clusters of the analysis are told."""
    people = _together(flow.analysed_intervention, flow.analysed_comparison)
    clusters = _together(flow.clusters_analysed_intervention, flow.clusters_analysed_comparison)
    if people is None or clusters is None or not 2 < clusters <= people:
        return None
    return corrected_t(people=people, clusters=clusters, icc=icc)


def _together(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
