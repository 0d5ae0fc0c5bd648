"""Summaries of two groups -> effect sizes, vectorised over studies as metafor's `escalc` has it."""

import math
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.measures import SCALES, Effect
from scoring.errors import InvalidInput

# Which tables get `add`: those with a zero cell (metafor's default), all of them, or none.
ZERO_RULES: Final = ("only0", "all", "none")

# From these degrees of freedom the series of `gamma_correction` is exact to the last digit, while
# differences of log-gamma lose a digit with every tenfold of the sample.
SERIES_FROM_DF: Final = 100.0

# ln(Gamma(x + 1/2) / Gamma(x)) = ln(x)/2 + sum c x^-p: the coefficients c and powers p that follow
# from the Stirling series (DLMF 5.11.8 with h = 1/2 and h = 0).
GAMMA_RATIO_SERIES: Final = ((-1 / 8, 1), (1 / 192, 3), (-1 / 640, 5), (17 / 14336, 7))


def two_by_two(
    measure: str,
    ai: Numbers,
    bi: Numbers,
    ci: Numbers,
    di: Numbers,
    *,
    add: float = 0.5,
    to: str = "only0",
) -> tuple[Effect, ...]:
    """Effects of 2x2 tables: log odds ratio OR, log risk ratio RR, difference of proportions RD.

    `ai`/`bi` are events/non-events in group 1, `ci`/`di` in group 2, one entry a study (k,).
        OR   ln(ai di / (bi ci))              1/ai + 1/bi + 1/ci + 1/di
        RR   ln((ai/n1i) / (ci/n2i))          1/ai - 1/n1i + 1/ci - 1/n2i
        RD   ai/n1i - ci/n2i                  ai bi/n1i^3 + ci di/n2i^3
    Zero cells: `add` goes to all four cells of the tables named by `to` (`only0`: those with a zero
    cell; `all`; `none`), for RD too; tables without events in both groups stay in.
    Raises InvalidInput with field and row for negative counts, empty groups and tables without a
    finite effect under the chosen rule; UnknownMethod for other measures and rules.
    Source: metafor 3.8, `escalc(add=1/2, to="only0", drop00=FALSE)`.
    """
    check_known("measure", measure, ("OR", "RR", "RD"))
    named = {"ai": ai, "bi": bi, "ci": ci, "di": di}
    cells = {field: column(field, values, at_least=0.0) for field, values in named.items()}
    check_same_length(**cells)
    n1i, n2i = cells["ai"] + cells["bi"], cells["ci"] + cells["di"]
    for field, size in (("ai + bi", n1i), ("ci + di", n2i)):
        refuse_rows(size == 0, field=field, values=size, accepted="a group with somebody in it")
    table = _without_zeros(np.stack(list(cells.values())), add=add, to=to)
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = _table_effect(measure, table)
    return _effects(measure, yi, vi, source="two_by_two", n1i=n1i, n2i=n2i)


def means(
    measure: str,
    m1i: Numbers,
    sd1i: Numbers,
    n1i: Numbers,
    m2i: Numbers,
    sd2i: Numbers,
    n2i: Numbers,
) -> tuple[Effect, ...]:
    """Effects of two groups' means: standardised SMD (Hedges' g) or in the outcome's units, MD.

        MD    m1i - m2i                       sd1i^2/n1i + sd2i^2/n2i
        SMD   J(m) (m1i - m2i) / sd_pooled    1/n1i + 1/n2i + yi^2 / (2 (n1i + n2i))
    with m = n1i + n2i - 2 and the exact correction J; one entry a study (k,). Raises InvalidInput
    with field and row for negative deviations, groups of one, or no spread at all.
    Source: Hedges 1981; metafor 3.8, `escalc(vtype="LS")`.
    """
    check_known("measure", measure, ("SMD", "MD"))
    mean1, mean2 = column("m1i", m1i), column("m2i", m2i)
    sd1, sd2 = column("sd1i", sd1i, at_least=0.0), column("sd2i", sd2i, at_least=0.0)
    n1, n2 = column("n1i", n1i, above=1.0), column("n2i", n2i, above=1.0)
    check_same_length(m1i=mean1, sd1i=sd1, n1i=n1, m2i=mean2, sd2i=sd2, n2i=n2)
    refuse_rows((sd1 == 0) & (sd2 == 0), field="sd1i", values=sd1, accepted="some spread")
    yi, vi = mean1 - mean2, sd1**2 / n1 + sd2**2 / n2
    if measure == "SMD":
        df = n1 + n2 - 2
        refuse_rows(df <= 1, field="n1i + n2i", values=n1 + n2, accepted="more than 3 people")
        pooled = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / df)
        yi = gamma_correction(df) * yi / pooled
        vi = 1 / n1 + 1 / n2 + yi**2 / (2 * (n1 + n2))
    return _effects(measure, yi, vi, source="means", n1i=n1, n2i=n2)


def rates(
    measure: str, x1i: Numbers, t1i: Numbers, x2i: Numbers, t2i: Numbers, *, add: float = 0.5
) -> tuple[Effect, ...]:
    """Effects of event rates: the log rate ratio IRR, ln((x1i/t1i) / (x2i/t2i)), 1/x1i + 1/x2i.

    `x1i`, `x2i` are events, `t1i`, `t2i` the exposure behind them, one entry a study (k,). Where
    one group has no event, `add` goes to the events of both. Raises InvalidInput with field and
    row for negative events or exposure not above 0. Source: metafor 3.8, `escalc`.
    """
    check_known("measure", measure, ("IRR",))
    events1, events2 = column("x1i", x1i, at_least=0.0), column("x2i", x2i, at_least=0.0)
    time1, time2 = column("t1i", t1i, above=0.0), column("t2i", t2i, above=0.0)
    check_same_length(x1i=events1, t1i=time1, x2i=events2, t2i=time2)
    x1, x2 = _without_zeros(np.stack([events1, events2]), add=add, to="only0")
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = np.log(x1 / time1) - np.log(x2 / time2), 1 / x1 + 1 / x2
    return _effects(measure, yi, vi, source="rates")


def given(
    yi: Numbers, *, vi: Numbers | None = None, sei: Numbers | None = None, measure: str = "GEN"
) -> tuple[Effect, ...]:
    """Effects that are computed already: `yi` as they are, with `vi`, or `sei` whose square it is.

    `measure` names their scale (ratios already as natural logs), one entry a study (k,). Raises
    InvalidInput with field and row for what is not finite or a variance not above 0.
    """
    estimates = column("yi", yi)
    if (vi is None) == (sei is None):
        raise InvalidInput("needs its variance once", field="yi", accepted="either vi or sei")
    if vi is not None:
        variances = column("vi", vi, above=0.0)
    else:
        variances = column("sei", sei if sei is not None else (), above=0.0) ** 2
    check_same_length(yi=estimates, vi=variances)
    return _effects(measure, estimates, variances, source="given")


def gamma_correction(df: Column) -> Column:
    """Hedges' small-sample factor J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), for m > 1.

    Source: Hedges 1981, J. Educ. Stat. 6:107, equation 6e; series from DLMF 5.11.
    """
    x = (df - 1) / 2
    # The series runs on floored arguments, so that small ones cannot overflow before `where`.
    large = np.maximum(x, SERIES_FROM_DF / 2)
    series = sum((c / large**power for c, power in GAMMA_RATIO_SERIES), np.zeros_like(x))
    by_gamma = np.exp(special.gammaln(df / 2) - special.gammaln(x)) / np.sqrt(df / 2)
    return np.where(df < SERIES_FROM_DF, by_gamma, np.sqrt((df - 1) / df) * np.exp(series))


def _without_zeros(counts: Column, *, add: float, to: str) -> Column:
    check_known("to", to, ZERO_RULES)
    if not (math.isfinite(add) and add >= 0):
        raise InvalidInput(f"is {add}", field="add", accepted="a finite number of at least 0")
    chosen = {"only0": (counts == 0).any(axis=0), "all": True, "none": False}[to]
    return counts + np.where(chosen, add, 0.0)


def _table_effect(measure: str, table: Column) -> tuple[Column, Column]:
    a, b, c, d = table
    n1, n2 = a + b, c + d
    match measure:
        case "OR":
            return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d
        case "RR":
            return np.log(a / n1) - np.log(c / n2), b / (a * n1) + d / (c * n2)
        case _:
            return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3


def _effects(
    measure: str,
    yi: Column,
    vi: Column,
    *,
    source: str,
    n1i: Column | None = None,
    n2i: Column | None = None,
) -> tuple[Effect, ...]:
    sizes1 = [None] * len(yi) if n1i is None else n1i.tolist()
    sizes2 = [None] * len(yi) if n2i is None else n2i.tolist()
    check_known("measure", measure, SCALES)
    refuse_rows(~np.isfinite(yi), field="yi", values=yi, accepted="data with a finite effect")
    refuse_rows(
        ~(np.isfinite(vi) & (vi > 0)),
        field="vi",
        values=vi,
        accepted="data with a variance above 0",
    )
    return tuple(
        Effect(measure=measure, yi=y, vi=v, scale=SCALES[measure], source=source, n1i=n1, n2i=n2)
        for y, v, n1, n2 in zip(yi.tolist(), vi.tolist(), sizes1, sizes2, strict=True)
    )
