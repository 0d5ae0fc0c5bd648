"""Events in one group -> its proportion on one of four scales, as metafor's `escalc` has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.assembly import assembled, check_vtype, weighted_mean
from scoring.effects.measures import Effect
from scoring.effects.zero_cells import without_zeros
from scoring.errors import InvalidInput

VTYPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"PR": ("LS", "UB", "AV"), "PLO": ("LS", "AV"), "PAS": ("LS",), "PFT": ("LS",)}
)


@np.errstate(all="ignore")
def proportions(
    measure: str,
    xi: Numbers,
    *,
    ni: Numbers | None = None,
    mi: Numbers | None = None,
    add: float | None = None,
    to: str = "only0",
    vtype: str = "LS",
) -> tuple[Effect, ...]:
    """Proportions of single groups: raw PR, logit PLO, arcsine PAS, double arcsine PFT.

    `xi` are events, with the group sizes `ni` or the non-events `mi`; one entry a study (k,).
        PR    p = xi/ni                                p (1-p)/ni
        PLO   ln(xi/mi)                                1/xi + 1/mi
        PAS   asin sqrt p                              1/(4 ni)
        PFT   (asin sqrt(xi/(ni+1)) + asin sqrt((xi+1)/(ni+1))) / 2     1/(4 ni + 2)
    `vtype` is LS, UB (PR: ni-1 below) or AV (PR, PLO: p averaged over the studies, weights ni).
    Zeros: `add` (1/2; for PAS and PFT 0) goes to events and non-events of the studies named by
    `to` (`only0`: those with a zero; `all`; `if0all`; `none`).
    Raises InvalidInput with field and row for negative counts, more events than people, empty
    groups, or no finite estimate under the chosen rule; UnknownMethod for others.
    Source: metafor 3.8, `escalc`; PFT Freeman and Tukey 1950, halved.
    """
    check_known("measure", measure, VTYPES)
    check_vtype(measure, vtype, VTYPES[measure])
    events, others = _counts(xi, ni=ni, mi=mi)
    x, m = without_zeros(measure, np.stack([events, others]), add=add, to=to)
    yi, vi = _estimate(measure, x, m)
    if vtype != "LS":
        vi = _other_variance(measure, vtype, x=x, n=x + m)
    return assembled(measure, yi, vi, source="proportions", n1i=events + others)


def _counts(xi: Numbers, *, ni: Numbers | None, mi: Numbers | None) -> tuple[Column, Column]:
    events = column("xi", xi, at_least=0.0)
    if (ni is None) == (mi is None):
        raise InvalidInput("needs its group once", field="xi", accepted="either ni or mi")
    if ni is not None:
        sizes = column("ni", ni, above=0.0)
        check_same_length(xi=events, ni=sizes)
        refuse_rows(
            sizes < events, field="ni", values=sizes, accepted="at least the events of the group"
        )
        return events, sizes - events
    others = column("mi", mi if mi is not None else (), at_least=0.0)
    check_same_length(xi=events, mi=others)
    size = events + others
    refuse_rows(size == 0, field="xi + mi", values=size, accepted="a group with somebody in it")
    return events, others


def _estimate(measure: str, x: Column, m: Column) -> tuple[Column, Column]:
    n = x + m
    match measure:
        case "PR":
            return x / n, x * m / n**3
        case "PLO":
            return np.log(x / m), 1 / x + 1 / m
        case "PAS":
            return np.arcsin(np.sqrt(x / n)), 1 / (4 * n)
        case _:
            below, above = np.arcsin(np.sqrt(x / (n + 1))), np.arcsin(np.sqrt((x + 1) / (n + 1)))
            return (below + above) / 2, 1 / (4 * n + 2)


def _other_variance(measure: str, vtype: str, *, x: Column, n: Column) -> Column:
    if vtype == "UB":
        return x * (n - x) / (n**2 * (n - 1))
    p = weighted_mean(x / n, n)
    return p * (1 - p) / n if measure == "PR" else 1 / (p * (1 - p) * n)
