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
    with `icc`, which is None where no correction was due.
    """

    direction: float
    p: float
    deviations: float | None
    error: float | None
    icc: float | None


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
    icc = supposed_icc(contrast)
    uncorrected = (1.0, _freedom(contrast.result))
    correction = uncorrected if icc is None else _correction(contrast.flow, icc)
    if correction is None:
        return None
    shrink, df = correction
    standard = _deviations(contrast)
    return Significance(
        direction=told.yi,
        p=float(2 * special.stdtr(df, -abs(shrink * statistic))),
        deviations=None if standard is None else standard.yi,
        error=None if standard is None else math.sqrt(standard.vi) / shrink,
        icc=icc,
    )


def supposed_icc(contrast: Contrast) -> float | None:
    """The ICC to correct for: as told, else the WWC's; None where the analysis fits the design."""
    analysis = contrast.analysis
    if not mismatched(contrast) or analysis.cluster_adjusted:
        return None
    if analysis.icc is not None:
        return analysis.icc
    return ACHIEVEMENT_ICC if contrast.measurement.source in ACHIEVEMENT else DEFAULT_ICC


def mismatched(contrast: Contrast) -> bool:
    """Whether groups were assigned and single people analysed, so far as that is told."""
    conduct = contrast.conduct
    grouped = conduct.assignment_unit not in (None, *SINGLE)
    if conduct.assignment_unit is None:
        grouped = conduct.design == "cluster_rct"
    if conduct.analysis_unit is None:
        # A cluster trial of which nobody said that clusters were allowed for.
        return grouped and contrast.analysis.cluster_adjusted is False
    return grouped and conduct.analysis_unit in SINGLE


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
