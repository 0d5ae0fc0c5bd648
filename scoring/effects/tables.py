"""2x2 tables of events in two groups -> effect sizes, as metafor's `escalc` has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.assembly import Rows, assembled, check_vtype, weighted_mean
from scoring.effects.measures import Effect
from scoring.effects.zero_cells import double_zero_rows, without_zeros

# What a difference of log odds is divided by for the Cox index: the standard deviation at which a
# logistic and a normal distribution are closest (Cox 1970; Sanchez-Meca et al. 2003, Psychol.
# Methods 8:448; What Works Clearinghouse, Procedures Handbook 4.1, appendix E).
COX_DIVISOR: Final = 1.65

VTYPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "OR": ("LS",),
        "RR": ("LS",),
        "RD": ("LS", "UB", "AV"),
        "PETO": ("LS",),
        "AS": ("LS",),
        "COX": ("LS",),
    }
)


@np.errstate(all="ignore")
def two_by_two(
    measure: str,
    ai: Numbers,
    bi: Numbers,
    ci: Numbers,
    di: Numbers,
    *,
    add: float | None = None,
    to: str = "only0",
    drop00: bool = False,
    vtype: str = "LS",
) -> tuple[Effect, ...]:
    """Effects of 2x2 tables: OR, RR, RD, PETO, AS and COX.

    `ai`/`bi` are events/non-events in group 1, `ci`/`di` in group 2, one entry a study (k,).
        OR    ln(ai di / (bi ci))             1/ai + 1/bi + 1/ci + 1/di
        RR    ln(p1/p2)                       1/ai - 1/n1i + 1/ci - 1/n2i
        RD    p1 - p2                         p1 (1-p1)/n1i + p2 (1-p2)/n2i
        PETO  (ai - E) / V                    1/V
        AS    asin sqrt p1 - asin sqrt p2     1/(4 n1i) + 1/(4 n2i)
        COX   ln(ai di / (bi ci)) / 1.65      that of OR / 1.65^2, in standard deviations
    where p1 = ai/n1i, p2 = ci/n2i, E = (ai+ci) n1i/n and V = (ai+ci)(bi+di) n1i n2i/(n^2 (n-1)).
    RD's `vtype` is LS, UB (n1i-1 and n2i-1 below) or AV (the p averaged over the studies).
    Zero cells: `add` (1/2; for AS 0) goes to all four cells of the tables named by `to` (`only0`:
    those with a zero cell; `all`; `if0all`: all if there is one with a zero cell; `none`), for
    every measure; tables without an event, or with nothing else, in both groups stay in unless
    `drop00` leaves them out of the answer (`double_zeros` tells which).
    Raises InvalidInput with field and row for negative counts, empty groups and tables without a
    finite effect or a variance above 0 under the chosen rule; UnknownMethod for other measures,
    rules and variances.
    Source: metafor 3.8, `escalc`; PETO Yusuf et al. 1985; AS Ruecker et al. 2009.
    """
    check_known("measure", measure, VTYPES)
    check_vtype(measure, vtype, VTYPES[measure])
    counts = _counts({"ai": ai, "bi": bi, "ci": ci, "di": di})
    n1i, n2i = counts[0] + counts[1], counts[2] + counts[3]
    kept = ~double_zero_rows(counts) if drop00 else np.ones(len(n1i), dtype=bool)
    table = without_zeros(measure, counts, add=add, to=to, kept=kept)
    yi, vi = _effect(measure, table)
    if vtype != "LS":
        vi = _variance_of_rd(vtype, table, kept)
    return assembled(measure, yi, vi, source="two_by_two", n1i=n1i, n2i=n2i, kept=kept)


def _counts(named: Mapping[str, Numbers]) -> Column:
    cells = {field: column(field, values, at_least=0.0) for field, values in named.items()}
    check_same_length(**cells)
    for first, second in (("ai", "bi"), ("ci", "di")):
        size = cells[first] + cells[second]
        refuse_rows(
            size == 0,
            field=f"{first} + {second}",
            values=size,
            accepted="a group with somebody in it",
        )
    return np.stack(list(cells.values()))


def _effect(measure: str, table: Column) -> tuple[Column, Column]:
    a, b, c, d = table
    n1, n2 = a + b, c + d
    match measure:
        case "OR":
            return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d
        case "COX":
            yi, vi = _effect("OR", table)
            return yi / COX_DIVISOR, vi / COX_DIVISOR**2
        case "RR":
            return np.log(a / n1) - np.log(c / n2), b / (a * n1) + d / (c * n2)
        case "RD":
            return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3
        case "AS":
            roots = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2))
            return roots, 1 / (4 * n1) + 1 / (4 * n2)
        case _:
            return _peto(a, a + c, n1=n1, n2=n2)


def _peto(a: Column, events: Column, *, n1: Column, n2: Column) -> tuple[Column, Column]:
    n = n1 + n2
    variance = events * (n - events) * (n1 / n) * (n2 / n) / (n - 1)
    return (a - events * n1 / n) / variance, 1 / variance


def _variance_of_rd(vtype: str, table: Column, kept: Rows) -> Column:
    a, b, c, d = table
    n1, n2 = a + b, c + d
    if vtype == "UB":
        unbiased: Column = a * b / (n1**2 * (n1 - 1)) + c * d / (n2**2 * (n2 - 1))
        return unbiased
    p1, p2 = (weighted_mean(x / n, n * kept) for x, n in ((a, n1), (c, n2)))
    averaged: Column = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return averaged
