"""Means of two groups -> effect sizes, as metafor's `escalc` has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.assembly import assembled, check_vtype, refuse_too_few, weighted_mean
from scoring.effects.measures import Effect
from scoring.effects.small_samples import gamma_correction

VTYPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "SMD": ("LS", "LS2", "UB", "AV"),
        "SMDH": ("LS",),
        "MD": ("LS", "HO"),
        "ROM": ("LS", "HO", "AV", "AVHO"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    """The columns of two groups, (k,) each."""

    m1: Column
    sd1: Column
    n1: Column
    m2: Column
    sd2: Column
    n2: Column

    @property
    def df(self) -> Column:
        return self.n1 + self.n2 - 2

    @property
    def pooled_variance(self) -> Column:
        return ((self.n1 - 1) * self.sd1**2 + (self.n2 - 1) * self.sd2**2) / self.df


@np.errstate(all="ignore")
def means(
    measure: str,
    m1i: Numbers,
    sd1i: Numbers,
    n1i: Numbers,
    m2i: Numbers,
    sd2i: Numbers,
    n2i: Numbers,
    *,
    vtype: str = "LS",
    correct: bool | None = None,
) -> tuple[Effect, ...]:
    """Effects of two groups' means: SMD (Hedges' g), SMDH, MD and ROM; one entry a study (k,).

        MD    m1i - m2i                       sd1i^2/n1i + sd2i^2/n2i
        SMD   J (m1i - m2i) / sd_pooled       1/n1i + 1/n2i + yi^2 / (2 (n1i + n2i))
        SMDH  J (m1i - m2i) / s               J^2 (yi^2 (sd1i^4/(n1i-1) + sd2i^4/(n2i-1)) / (8 s^4)
              s^2 = (sd1i^2 + sd2i^2)/2         + (sd1i^2/(n1i-1) + sd2i^2/(n2i-1)) / s^2)
        ROM   ln(m1i/m2i)                     sd1i^2/(n1i m1i^2) + sd2i^2/(n2i m2i^2)
    J is the exact correction at n1i + n2i - 2 degrees of freedom; `correct` says whether it is
    applied (SMD, SMDH: it is; without it yi is Cohen's d) and whether ROM gets its own, half of
    sd1i^2/(n1i m1i^2) - sd2i^2/(n2i m2i^2) (it does not). `vtype` is LS; LS2 (SMD: J^2 times
    that of d), UB (SMD: the unbiased one), AV (SMD: the mean yi; ROM: the mean coefficients of
    variation, one a group), AVHO (one for both), HO (MD, ROM: sd_pooled in both groups).
    Raises InvalidInput with field and row for negative deviations, no spread at all and, for ROM,
    means that are 0 or of unlike sign; TooLittleData for groups of one; UnknownMethod for others.
    Source: Hedges 1981; Bonett 2009; Hedges, Gurevitch and Curtis 1999; Lajeunesse 2015, equation
    8; metafor 3.8, `escalc`.
    """
    check_known("measure", measure, VTYPES)
    check_vtype(measure, vtype, VTYPES[measure])
    groups = _groups({"m1i": m1i, "m2i": m2i}, {"sd1i": sd1i, "sd2i": sd2i}, n1i=n1i, n2i=n2i)
    match measure:
        case "MD":
            yi, vi = groups.m1 - groups.m2, _variance_of_md(vtype, groups)
        case "ROM":
            yi, vi = _ratio_of_means(vtype, groups, correct=correct is True)
        case _:
            yi, vi = _standardised(measure, vtype, groups, correct=correct is not False)
    return assembled(measure, yi, vi, source="means", n1i=groups.n1, n2i=groups.n2)


def _groups(
    mean: Mapping[str, Numbers], sd: Mapping[str, Numbers], *, n1i: Numbers, n2i: Numbers
) -> _Groups:
    columns = {field: column(field, values) for field, values in mean.items()}
    columns |= {field: column(field, values, at_least=0.0) for field, values in sd.items()}
    columns |= {"n1i": column("n1i", n1i, above=0.0), "n2i": column("n2i", n2i, above=0.0)}
    check_same_length(**columns)
    for field in ("n1i", "n2i"):
        n = columns[field]
        refuse_too_few(n <= 1, field=field, values=n, accepted="a group of more than one")
    sd1, sd2 = columns["sd1i"], columns["sd2i"]
    refuse_rows((sd1 == 0) & (sd2 == 0), field="sd1i", values=sd1, accepted="some spread")
    return _Groups(
        m1=columns["m1i"], sd1=sd1, n1=columns["n1i"], m2=columns["m2i"], sd2=sd2, n2=columns["n2i"]
    )


def _variance_of_md(vtype: str, g: _Groups) -> Column:
    if vtype == "HO":
        return g.pooled_variance * (1 / g.n1 + 1 / g.n2)
    return g.sd1**2 / g.n1 + g.sd2**2 / g.n2


def _standardised(measure: str, vtype: str, g: _Groups, *, correct: bool) -> tuple[Column, Column]:
    n = g.n1 + g.n2
    refuse_too_few(g.df <= 1, field="n1i + n2i", values=n, accepted="more than 3 people")
    j = gamma_correction(g.df) if correct else np.ones_like(n)
    if measure == "SMD":
        yi = j * (g.m1 - g.m2) / np.sqrt(g.pooled_variance)
        return yi, _variance_of_smd(vtype, yi, g, j=j)
    s2 = (g.sd1**2 + g.sd2**2) / 2
    yi = j * (g.m1 - g.m2) / np.sqrt(s2)
    v1, v2 = g.sd1**2 / s2, g.sd2**2 / s2
    spread = v1**2 / (g.n1 - 1) + v2**2 / (g.n2 - 1)
    return yi, j**2 * (yi**2 * spread / 8 + v1 / (g.n1 - 1) + v2 / (g.n2 - 1))


def _variance_of_smd(vtype: str, yi: Column, g: _Groups, *, j: Column) -> Column:
    n, under_no_effect = g.n1 + g.n2, 1 / g.n1 + 1 / g.n2
    match vtype:
        case "LS2":
            return j**2 * under_no_effect + yi**2 / (2 * n)
        case "UB":
            return under_no_effect + (1 - (g.df - 2) / (g.df * j**2)) * yi**2
        case "AV":
            return under_no_effect + weighted_mean(yi, n) ** 2 / (2 * n)
        case _:
            return under_no_effect + yi**2 / (2 * n)


def _ratio_of_means(vtype: str, g: _Groups, *, correct: bool) -> tuple[Column, Column]:
    for field, mean, other in (("m1i", g.m1, g.m2), ("m2i", g.m2, g.m1)):
        wrong = (mean == 0) | ((np.sign(mean) != np.sign(other)) & (other != 0))
        refuse_rows(wrong, field=field, values=mean, accepted="two means of one sign, neither 0")
    own1, own2 = (g.sd1 / g.m1) ** 2 / g.n1, (g.sd2 / g.m2) ** 2 / g.n2
    yi = np.log(g.m1 / g.m2)
    if correct:
        yi = yi + (own1 - own2) / 2
    match vtype:
        case "HO":
            vi = g.pooled_variance * (1 / (g.n1 * g.m1**2) + 1 / (g.n2 * g.m2**2))
        case "AV" | "AVHO":
            vi = _variance_of_mean_variation(vtype, g)
        case _:
            vi = own1 + own2
    return yi, vi


def _variance_of_mean_variation(vtype: str, g: _Groups) -> Column:
    cv1, cv2 = g.sd1 / g.m1, g.sd2 / g.m2
    if vtype == "AV":
        return weighted_mean(cv1, g.n1) ** 2 / g.n1 + weighted_mean(cv2, g.n2) ** 2 / g.n2
    both = weighted_mean(np.concatenate([cv1, cv2]), np.concatenate([g.n1, g.n2]))
    return both**2 * (1 / g.n1 + 1 / g.n2)
