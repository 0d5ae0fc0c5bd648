"""Correlations -> effect sizes, raw or as Fisher's z, as metafor's `escalc` has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.assembly import assembled, check_vtype, refuse_too_few, weighted_mean
from scoring.effects.measures import Effect

VTYPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"COR": ("LS", "AV"), "ZCOR": ("LS",)}
)


@np.errstate(all="ignore")
def correlations(
    measure: str, ri: Numbers, ni: Numbers, *, vtype: str = "LS"
) -> tuple[Effect, ...]:
    """Correlations of two variables: raw COR, or ZCOR after Fisher's transformation.

    `ri` are the correlations, `ni` the people behind them; one entry a study (k,).
        COR   ri                              (1 - ri^2)^2 / (ni - 1)
        ZCOR  atanh ri                        1 / (ni - 3)
    COR's `vtype` AV puts the mean correlation, weights ni, in the place of ri. Raises InvalidInput
    with field and row for correlations outside -1 to 1, or of exactly that, which leave no
    variance; TooLittleData for ni of 3 or fewer; UnknownMethod for others.
    Source: Fisher 1921; metafor 3.8, `escalc`.
    """
    check_known("measure", measure, VTYPES)
    check_vtype(measure, vtype, VTYPES[measure])
    r, n = column("ri", ri), column("ni", ni, above=0.0)
    check_same_length(ri=r, ni=n)
    refuse_rows(np.abs(r) > 1, field="ri", values=r, accepted="a correlation from -1 to 1")
    if vtype == "LS":
        refuse_rows(
            np.abs(r) == 1, field="ri", values=r, accepted="a correlation above -1 and below 1"
        )
    refuse_too_few(n <= 3, field="ni", values=n, accepted="more than 3 people")
    if measure == "ZCOR":
        return assembled(measure, np.arctanh(r), 1 / (n - 3), source="correlations", n1i=n)
    expected = np.full_like(r, weighted_mean(r, n)) if vtype == "AV" else r
    vi = (1 - expected**2) ** 2 / (n - 1)
    return assembled(measure, r, vi, source="correlations", n1i=n)
