"""People who came in clusters: whether an analysis allowed for that, and what it weighs if not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from scoring.evidence import Contrast, Fact, Facts
from scoring.significance import mismatched, significance, supposed_icc

# What is needed to widen an error for clusters.
COUNTS: Final = (
    "analysed_intervention",
    "analysed_comparison",
    "clusters_analysed_intervention",
    "clusters_analysed_comparison",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """People of clusters, analysed as if each had been assigned alone, or so far as anybody said.

    `allowed` is False where the analysis is known not to have allowed for clusters and None where
    nobody said. `icc` is what the error is widened with, `supposed` that no report told it.
    `error` is the widened standard error (standard deviations), None where it cannot be computed;
    `open` says that a count or the correlation that decides it is not known.
    """

    allowed: bool | None
    icc: float
    supposed: bool
    error: float | None
    open: bool


def clustered(contrast: Contrast) -> Clustered | None:
    """How a result has to be widened for clusters; None where there is nothing to allow for.

    What nobody said is taken as it would be were it known to be bad: people were analysed, and no
    allowance was made. The correction is that of `significance` (Hedges 2007, WWC Handbook 4.1).
    """
    analysis = contrast.analysis
    if mismatched(contrast) is False:
        return None
    as_if_alone = replace(contrast, analysis=replace(analysis, cluster_adjusted=False))
    icc = supposed_icc(as_if_alone)
    if icc is None:
        return None
    found = significance(as_if_alone)
    unknown = any(getattr(contrast.flow, count) is None for count in COUNTS)
    return Clustered(
        allowed=analysis.cluster_adjusted,
        icc=icc,
        supposed=analysis.icc is None,
        error=None if found is None else found.error,
        open=unknown or analysis.icc is None,
    )


def cluster_facts(found: Mapping[str, Clustered]) -> Facts:
    """Whether the analyses of a body allowed for clusters: those that have to be widened, by event.

    True where there are none; None where nobody said it of any.
    """
    answers = {one.allowed for one in found.values()}
    value = True if not answers else False if False in answers else None
    return {"clusters_allowed_for": Fact(value=value, event_ids=tuple(sorted(found)))}
