"""The smallest effect that a design could detect, where nobody told it (EEF, GRADE)."""

import math
from typing import Final

from scoring.evidence import Contrast

# z of a two-sided 5 % test and of 80 % power: 1.95996 + 0.84162 (EEF statistical guidance).
MULTIPLIER: Final = 2.8016


def detectable(contrast: Contrast) -> float | None:
    """The minimum detectable effect size at assignment (standard deviations); as told, else

        people:   M sqrt((1 - R2) / (P (1 - P) N))
        clusters: M sqrt(rho (1 - R2) / (P (1 - P) J) + (1 - rho)(1 - R2) / (P (1 - P) n J))

    with P the share assigned to the programme, J clusters of n people, rho the ICC. None unless
    the numbers assigned are told, and for clusters the ICC; an R2 that is not told is 0, which can
    only make it larger. Source: EEF statistical analysis guidance, at second hand.
    """
    analysis, flow = contrast.analysis, contrast.flow
    if analysis.mdes is not None:
        return analysis.mdes
    people = _split(flow.assigned_intervention, flow.assigned_comparison)
    if people is None:
        return None
    unexplained = 1 - (analysis.r_squared or 0.0)
    total, share = people
    if contrast.conduct.design != "cluster_rct":
        return MULTIPLIER * math.sqrt(unexplained / (share * (1 - share) * total))
    clusters = _split(flow.clusters_assigned_intervention, flow.clusters_assigned_comparison)
    if clusters is None or analysis.icc is None:
        return None
    groups, share = clusters
    spread = unexplained / (share * (1 - share))
    variance = analysis.icc * spread / groups + (1 - analysis.icc) * spread / total
    return MULTIPLIER * math.sqrt(variance)


def _split(one: int | None, other: int | None) -> tuple[int, float] | None:
    """How many in all, and the share of the first; None unless both groups have somebody."""
    if not one or not other:
        return None
    return one + other, one / (one + other)
