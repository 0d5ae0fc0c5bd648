"""The smallest effect that a design could detect, where nobody told it (EEF, GRADE)."""

import math
from collections.abc import Iterable
from typing import Final

from scoring.evidence import Contrast

# z of a two-sided 5 % test and of 80 % power: 1.95996 + 0.84162 (EEF statistical guidance).
MULTIPLIER: Final = 2.8016


def detectable(contrast: Contrast) -> tuple[float, float] | None:
    """The minimum detectable effect size at assignment (standard deviations), least and most.

        people:   M sqrt((1 - R2) / (P (1 - P) N))
        clusters: M sqrt(rho (1 - R2) / (P (1 - P) J) + (1 - rho)(1 - R2) / (P (1 - P) n J))

    with P the share assigned to the programme, J clusters of n people, rho the ICC. What was told
    stands; else an R2 that is not told may be anything from 1, which leaves nothing to chance, to
    0, and so may rho. None unless the numbers assigned are told. Source: EEF statistical analysis
    guidance, at second hand.
    """
    analysis, flow = contrast.analysis, contrast.flow
    if analysis.mdes is not None:
        return analysis.mdes, analysis.mdes
    people = _split(flow.assigned_intervention, flow.assigned_comparison)
    if people is None:
        return None
    left = _ends(None if analysis.r_squared is None else 1 - analysis.r_squared)
    total, share = people
    if contrast.conduct.design != "cluster_rct":
        return _each(rest / (share * (1 - share) * total) for rest in left)
    clusters = _split(flow.clusters_assigned_intervention, flow.clusters_assigned_comparison)
    if clusters is None:
        return None
    groups, share = clusters
    return _each(
        rest / (share * (1 - share)) * (icc / groups + (1 - icc) / total)
        for rest in left
        for icc in _ends(analysis.icc)
    )


def _ends(told: float | None) -> tuple[float, ...]:
    """A share as told; else both that it lies between."""
    return (0.0, 1.0) if told is None else (told,)


def _each(variances: Iterable[float]) -> tuple[float, float]:
    """The least and the most that could be detected under these variances."""
    found = [MULTIPLIER * math.sqrt(variance) for variance in variances]
    return min(found), max(found)


def _split(one: int | None, other: int | None) -> tuple[int, float] | None:
    """How many in all, and the share of the first; None unless both groups have somebody."""
    if not one or not other:
        return None
    return one + other, one / (one + other)
