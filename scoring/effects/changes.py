"""Two measurements of the same people -> mean changes, as metafor's `escalc` has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.assembly import assembled, check_vtype, refuse_too_few
from scoring.effects.measures import Effect
from scoring.effects.small_samples import gamma_correction
from scoring.errors import TooLittleData

VTYPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"MC": ("LS",), "SMCC": ("LS", "LS2"), "SMCR": ("LS", "LS2"), "SMCRH": ("LS",)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """The columns of people measured twice, (k,) each."""

    m1: Column
    m2: Column
    sd1: Column
    sd2: Column
    n: Column
    r: Column

    @property
    def variance(self) -> Column:
        """That of the change, in a form that does not cancel where r is near 1."""
        return (self.sd1 - self.sd2) ** 2 + 2 * (1 - self.r) * self.sd1 * self.sd2


@np.errstate(all="ignore")
def changes(
    measure: str,
    m1i: Numbers,
    m2i: Numbers,
    sd1i: Numbers,
    sd2i: Numbers | None,
    ni: Numbers,
    ri: Numbers,
    *,
    vtype: str = "LS",
) -> tuple[Effect, ...]:
    """Mean changes of people measured twice: MC, SMCC, SMCR, SMCRH; one entry a study (k,).

    `m1i`, `sd1i` are the mean and deviation of the first measurement, `m2i`, `sd2i` of the second,
    `ri` their correlation, `ni` the people. Direction is first minus second: + is a fall.
        MC     m1i - m2i                      sd_c^2 / ni
        SMCC   J (m1i - m2i) / sd_c           1/ni + yi^2 / (2 ni)
        SMCR   J (m1i - m2i) / sd1i           2 (1 - ri)/ni + yi^2 / (2 ni)
        SMCRH  J (m1i - m2i) / sd1i           J^2 (sd_c^2 / (sd1i^2 (ni-1)) + yi^2 / (2 (ni-1)))
    with sd_c^2 = sd1i^2 + sd2i^2 - 2 ri sd1i sd2i and J the exact correction at ni - 1 degrees of
    freedom. SMCR does not ask for `sd2i`, which may be None. `vtype` LS2 (SMCC, SMCR) is J^2 times
    the variance without the correction. SMCC is in standard deviations of the change, which are
    not those of SMCR, SMCRH and SMD (`convert` takes one to the other).
    Raises InvalidInput with field and row for negative deviations, no deviation to divide by and
    correlations outside -1 to 1; TooLittleData for one person (standardised: two) or no `sd2i`.
    Source: Becker 1988; Gibbons et al. 1993; Bonett 2008; metafor 3.8, `escalc`.
    """
    check_known("measure", measure, VTYPES)
    check_vtype(measure, vtype, VTYPES[measure])
    people = _people(m1i, m2i, sd1i, _second(measure, sd1i, sd2i), ni=ni, ri=ri)
    if measure == "MC":
        yi, vi = people.m1 - people.m2, people.variance / people.n
    else:
        yi, vi = _standardised(measure, vtype, people)
    return assembled(measure, yi, vi, source="changes", n1i=people.n)


def _second(measure: str, sd1i: Numbers, sd2i: Numbers | None) -> Numbers:
    if sd2i is None and measure != "SMCR":
        raise TooLittleData("is missing", field="sd2i", accepted=f"a column of them for {measure}")
    return sd1i if sd2i is None else sd2i


def _people(
    m1i: Numbers, m2i: Numbers, sd1i: Numbers, sd2i: Numbers, *, ni: Numbers, ri: Numbers
) -> _People:
    m1, m2 = column("m1i", m1i), column("m2i", m2i)
    sd1, sd2 = column("sd1i", sd1i, at_least=0.0), column("sd2i", sd2i, at_least=0.0)
    n, r = column("ni", ni, above=0.0), column("ri", ri)
    check_same_length(m1i=m1, m2i=m2, sd1i=sd1, sd2i=sd2, ni=n, ri=r)
    refuse_rows(np.abs(r) > 1, field="ri", values=r, accepted="a correlation from -1 to 1")
    refuse_too_few(n <= 1, field="ni", values=n, accepted="more than one person")
    return _People(m1=m1, m2=m2, sd1=sd1, sd2=sd2, n=n, r=r)


def _standardised(measure: str, vtype: str, p: _People) -> tuple[Column, Column]:
    refuse_too_few(p.n <= 2, field="ni", values=p.n, accepted="more than 2 people")
    deviation = np.sqrt(p.variance) if measure == "SMCC" else p.sd1
    refuse_rows(deviation == 0, field="sd1i", values=p.sd1, accepted="some spread to be divided by")
    j = gamma_correction(p.n - 1)
    yi = j * (p.m1 - p.m2) / deviation
    if measure == "SMCRH":
        return yi, j**2 * (p.variance / p.sd1**2 + yi**2 / 2) / (p.n - 1)
    under_no_effect = (1.0 if measure == "SMCC" else 2 * (1 - p.r)) / p.n
    if vtype == "LS2":
        under_no_effect = j**2 * under_no_effect
    return yi, under_no_effect + yi**2 / (2 * p.n)
