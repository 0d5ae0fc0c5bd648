"""Pooling counts themselves: Mantel-Haenszel and Peto, without a correction for empty cells."""

import math
from dataclasses import dataclass
from typing import Final

from scoring.columns import Numbers, check_known, check_same_length, column, number
from scoring.effects import rates
from scoring.errors import TooLittleData
from scoring.synthesis.counts.contingency import (
    ChiSquared,
    Tables,
    association,
    check_countable,
    check_some,
    chi_squared,
    homogeneity,
)
from scoring.synthesis.moderated.coefficients import Coefficient, tested

TABLE_MEASURES: Final = ("OR", "RR", "RD")
RATE_MEASURES: Final = ("IRR", "IRD")

# A variance this small a share of the terms it is the difference of is none but rounding: it would
# take tables of a billion people to be real.
ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledTables:
    """A common effect pooled from counts; ratios are natural logarithms, i2 in per cent.

    `k` studies were pooled; `k_effects` of them have an effect of their own (some event and some
    non-event in either group) and stand behind the heterogeneity test `q`. `association` tests
    that there is no effect (OR and IRR), `breslow_day` and `tarone` that the odds ratios are alike
    (OR); None where a measure has no such test or only one study could tell.
    """

    method: str
    measure: str
    k: int
    k_effects: int
    level: float
    estimate: float
    se: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    q: float
    q_df: int
    q_p: float
    i2: float
    h2: float
    association: ChiSquared | None
    breslow_day: ChiSquared | None
    tarone: ChiSquared | None


def mantel_haenszel(
    measure: str,
    ai: Numbers,
    bi: Numbers,
    ci: Numbers,
    di: Numbers,
    *,
    level: float = 0.95,
    correct: bool = True,
) -> PooledTables:
    """One odds ratio OR, risk ratio RR (both logged) or risk difference RD for k 2x2 tables (k,).

        OR   ln(R/S)          R = sum ai di/n      S = sum bi ci/n       se Robins et al. 1986
        RR   ln(R/S)          R = sum ai n2/n      S = sum ci n1/n       se Greenland, Robins 1985
        RD   (R - S)/W        W = sum n1 n2/n                            se Sato 1989
    `ai`/`bi` are events/non-events in group 1, `ci`/`di` in group 2. Nothing is added to the cells
    in these sums, and every table is in them. Q sets each study's own effect, 1/2 added to tables
    with a zero cell, against the pooled one. `association` (OR) is the Cochran-Mantel-Haenszel
    test (|sum(ai - E)| - 1/2)^2 / sum V with the continuity correction unless `correct` is False.
    The correction never takes |sum(ai - E)| below 0, where metafor's square would rise again.
    Raises InvalidInput with field and row for negative counts and empty groups; TooLittleData where
    the sums make an infinite ratio or no variance (Peto's method may do); UnknownMethod.
    Source: Mantel and Haenszel 1959; Breslow and Day 1980; Tarone 1985; metafor 3.8 `rma.mh`.
    """
    check_known("measure", measure, TABLE_MEASURES)
    tables = Tables.read(ai, bi, ci, di)
    match measure:
        case "OR":
            estimate, se = _odds_ratio(tables)
        case "RR":
            estimate, se = _risk_ratio(tables)
        case _:
            estimate, se = _risk_difference(tables)
    yi, vi = tables.effects(measure)
    odds = measure == "OR"
    breslow_day, tarone = homogeneity(tables, math.exp(estimate)) if odds else (None, None)
    excess, variance = float((tables.a - tables.expected).sum()), float(tables.variance.sum())
    return _pooled(
        _against_none(estimate, se, level=level),
        method="MH",
        measure=measure,
        k=len(tables.a),
        k_effects=len(yi),
        level=level,
        q=float(((yi - estimate) ** 2 / vi).sum()),
        association=association(excess, variance, correct=correct) if odds else None,
        breslow_day=breslow_day,
        tarone=tarone,
    )


def mantel_haenszel_rates(
    measure: str,
    x1i: Numbers,
    t1i: Numbers,
    x2i: Numbers,
    t2i: Numbers,
    *,
    level: float = 0.95,
    correct: bool = True,
) -> PooledTables:
    """One log rate ratio IRR or rate difference IRD for k pairs of rates, all columns (k,).

        IRR  ln(R/S)     R = sum x1 t2/t   S = sum x2 t1/t   se^2 = sum(t1 t2 (x1+x2)/t^2) / (R S)
        IRD  (R - S)/W   W = sum t1 t2/t        se^2 = sum((t1 t2/t)^2 (x1/t1^2 + x2/t2^2)) / W^2
    `x1i`, `x2i` are events over the exposures `t1i`, `t2i`, with t = t1i + t2i. Nothing is added in
    these sums; Q and `association` (IRR) are as in `mantel_haenszel`. IRD is in events a unit of
    exposure. Raises InvalidInput with field and row for negative events or exposure not above 0;
    TooLittleData without an event, for IRR in either group; UnknownMethod.
    Source: Rothman, Greenland and Lash 2008, chapter 15; metafor 3.8 `rma.mh`.
    """
    check_known("measure", measure, RATE_MEASURES)
    x1, x2 = column("x1i", x1i, at_least=0.0), column("x2i", x2i, at_least=0.0)
    t1, t2 = column("t1i", t1i, above=0.0), column("t2i", t2i, above=0.0)
    check_same_length(x1i=x1, t1i=t1, x2i=x2, t2i=t2)
    check_countable(x1i=x1, t1i=t1, x2i=x2, t2i=t2)
    check_some(x1, field="x1i")
    share1, share2, ratio = t1 / (t1 + t2), t2 / (t1 + t2), measure == "IRR"
    first, second = float((x1 * share2).sum()), float((x2 * share1).sum())
    if ratio:
        estimate = _log_ratio(first, second, parts=("x1i", "x2i"))
        se = math.sqrt((share1 * share2 * (x1 + x2)).sum() / first / second)
    else:
        weight = float((t1 * share2).sum())
        estimate = (first - second) / weight
        se = _root(float((x1 * share2**2 + x2 * share1**2).sum()), field="x1i") / weight
    told = x1 + x2 > 0
    found = rates(measure, x1[told], t1[told], x2[told], t2[told])
    excess = float((x1 * share2 - x2 * share1).sum())
    variance = float(((x1 + x2) * share1 * share2).sum())
    return _pooled(
        _against_none(estimate, se, level=level),
        method="MH",
        measure=measure,
        k=len(x1),
        k_effects=len(found),
        level=level,
        q=math.fsum(((e.yi - estimate) / math.sqrt(e.vi)) ** 2 for e in found),
        association=association(excess, variance, correct=correct) if ratio else None,
    )


def peto(
    ai: Numbers, bi: Numbers, ci: Numbers, di: Numbers, *, level: float = 0.95
) -> PooledTables:
    """Peto's one-step log odds ratio for k 2x2 tables (k,), for rare events and small effects.

        sum(ai - E) / sum V      se = 1 / sqrt(sum V)
        E = (ai + ci) n1/n       V = (ai + ci)(bi + di) n1 n2 / (n^2 (n - 1))
    Needs no correction for empty cells; biased where groups are of unlike size or the effect is
    large. Q = sum((ai - E)^2/V) - sum(ai - E)^2 / sum V over tables with some event and some
    non-event. Raises InvalidInput as `mantel_haenszel`, TooLittleData where no table has both.
    Source: Yusuf et al. 1985, Prog. Cardiovasc. Dis. 27:335; metafor 3.8 `rma.peto`.
    """
    tables = Tables.read(ai, bi, ci, di)
    excess, variance = tables.a - tables.expected, tables.variance
    told = variance > 0
    if not told.any():
        raise TooLittleData(
            "no table has both events and non-events", field="ai", accepted="some of each"
        )
    information = float(variance.sum())
    estimate = float(excess.sum()) / information
    # The sum of squares of each study's effect around the pooled one, so that nothing cancels.
    q = ((excess[told] - estimate * variance[told]) ** 2 / variance[told]).sum()
    return _pooled(
        _against_none(estimate, 1 / math.sqrt(information), level=level),
        method="Peto",
        measure="OR",
        k=len(tables.a),
        k_effects=int(told.sum()),
        level=level,
        q=float(q),
    )


def _against_none(estimate: float, se: float, *, level: float) -> Coefficient:
    number("level", level, above=0.0, below=1.0)
    return tested("effect", estimate, se, df=None, level=level)


def _pooled(
    effect: Coefficient,
    *,
    method: str,
    measure: str,
    k: int,
    k_effects: int,
    level: float,
    q: float,
    association: ChiSquared | None = None,
    breslow_day: ChiSquared | None = None,
    tarone: ChiSquared | None = None,
) -> PooledTables:
    df = max(0, k_effects - 1)
    heterogeneity = chi_squared(q if df else 0.0, df=df)
    excess = max(0.0, heterogeneity.statistic - df)
    return PooledTables(
        method=method,
        measure=measure,
        k=k,
        k_effects=k_effects,
        level=level,
        estimate=effect.estimate,
        se=effect.se,
        statistic=effect.statistic,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        q=heterogeneity.statistic,
        q_df=df,
        q_p=heterogeneity.p_value,
        i2=100 * excess / heterogeneity.statistic if excess else 0.0,
        h2=heterogeneity.statistic / df if df else 1.0,
        association=association,
        breslow_day=breslow_day,
        tarone=tarone,
    )


def _log_ratio(first: float, second: float, *, parts: tuple[str, str]) -> float:
    """ln(first / second); refused, by the name of the part that is 0, where it is not finite."""
    for field, total in zip(parts, (first, second), strict=True):
        if total == 0:
            raise TooLittleData(
                "is 0 in every study that could tell, so the pooled ratio is not finite",
                field=field,
                accepted="some above 0",
            )
    return math.log(first / second)


def _root(variance: float, *, field: str) -> float:
    """The standard error; refused where the pooled effect has no variance to be told by."""
    if not variance > 0:
        raise TooLittleData(
            "leaves the pooled difference without a variance",
            field=field,
            accepted="some events and some non-events",
        )
    return math.sqrt(variance)


def _odds_ratio(tables: Tables) -> tuple[float, float]:
    a, b, c, d, n = tables.a, tables.b, tables.c, tables.d, tables.n
    p, q, r, s = (a + d) / n, (b + c) / n, a * (d / n), b * (c / n)
    first, second = float(r.sum()), float(s.sum())
    estimate = _log_ratio(first, second, parts=("ai di", "bi ci"))
    mixed = (p * s + q * r).sum() / first / second
    variance = (p * r).sum() / first**2 + mixed + (q * s).sum() / second**2
    return estimate, math.sqrt(variance / 2)


def _risk_ratio(tables: Tables) -> tuple[float, float]:
    share1, share2 = tables.n1 / tables.n, tables.n2 / tables.n
    first, second = float((tables.a * share2).sum()), float((tables.c * share1).sum())
    estimate = _log_ratio(first, second, parts=("ai", "ci"))
    # m n1 n2 - a c n = a d n1 + b c n2, which does not cancel.
    spread = tables.a * (tables.d / tables.n) * share1 + tables.b * (tables.c / tables.n) * share2
    return estimate, _root(float(spread.sum()) / first / second, field="bi")


def _risk_difference(tables: Tables) -> tuple[float, float]:
    share1, share2 = tables.n1 / tables.n, tables.n2 / tables.n
    weight = float((tables.n1 * share2).sum())
    estimate = float((tables.a * share2 - tables.c * share1).sum()) / weight
    skew = tables.c * share1**2 - tables.a * share2**2
    skew += share1 * share2 * (tables.n2 - tables.n1) / 2
    crossed = (tables.a * (tables.d / tables.n) + tables.c * (tables.b / tables.n)) / 2
    total = float(crossed.sum())
    variance = estimate * float(skew.sum()) + total
    return estimate, _root(variance if variance > ROUNDING * total else 0.0, field="ai") / weight
