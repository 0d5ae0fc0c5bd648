"""Events over exposure in two groups -> effect sizes, as metafor's `escalc` has them."""

from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column
from scoring.effects.assembly import assembled
from scoring.effects.measures import Effect
from scoring.effects.zero_cells import double_zero_rows, without_zeros

RATE_MEASURES: Final = ("IRR", "IRD", "IRSD")


@np.errstate(all="ignore")
def rates(
    measure: str,
    x1i: Numbers,
    t1i: Numbers,
    x2i: Numbers,
    t2i: Numbers,
    *,
    add: float | None = None,
    to: str = "only0",
    drop00: bool = False,
) -> tuple[Effect, ...]:
    """Effects of event rates: log rate ratio IRR, difference IRD, difference of roots IRSD.

    `x1i`, `x2i` are events, `t1i`, `t2i` the exposure behind them, one entry a study (k,).
        IRR   ln((x1i/t1i) / (x2i/t2i))       1/x1i + 1/x2i
        IRD   x1i/t1i - x2i/t2i               x1i/t1i^2 + x2i/t2i^2
        IRSD  sqrt(x1i/t1i) - sqrt(x2i/t2i)   1/(4 t1i) + 1/(4 t2i)
    Zeros: `add` (1/2; for IRSD 0) goes to the events of both groups in the studies named by `to`
    (`only0`: those with a group without an event; `all`; `if0all`; `none`), for every measure;
    studies without an event in both groups stay in unless `drop00` leaves them out of the answer.
    Raises InvalidInput with field and row for negative events, exposure not above 0 and studies
    without a finite effect or a variance above 0 under the chosen rule; UnknownMethod for others.
    Source: metafor 3.8, `escalc`.
    """
    check_known("measure", measure, RATE_MEASURES)
    events1, events2 = column("x1i", x1i, at_least=0.0), column("x2i", x2i, at_least=0.0)
    time1, time2 = column("t1i", t1i, above=0.0), column("t2i", t2i, above=0.0)
    check_same_length(x1i=events1, t1i=time1, x2i=events2, t2i=time2)
    counts = np.stack([events1, events2])
    kept = ~double_zero_rows(counts) if drop00 else np.ones(len(events1), dtype=bool)
    x1, x2 = without_zeros(measure, counts, add=add, to=to, kept=kept)
    yi, vi = _effect(measure, x1, time1, x2, time2)
    return assembled(measure, yi, vi, source="rates", kept=kept)


def _effect(measure: str, x1: Column, t1: Column, x2: Column, t2: Column) -> tuple[Column, Column]:
    match measure:
        case "IRR":
            return np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2
        case "IRD":
            return x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2
        case _:
            return np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1 / (4 * t1) + 1 / (4 * t2)
