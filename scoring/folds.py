"""By how much a result changes a risk, as GRADE's rule on large effects reads it."""

import math
from collections.abc import Sequence
from typing import Final

from scoring.appraisal import measured_effect
from scoring.effects import Effect, convert, two_by_two
from scoring.errors import ScoringError
from scoring.evidence import Fact, Result
from scoring.pooled import EXP_LIMIT
from scoring.synthesis import synthesise

# Ratios between which and 1 the ratio of the two risks lies, whatever the risks are.
FURTHER_THAN_RISK: Final = ("RR", "OR", "PETO", "HR")

# Measures that tell the risk in one group once that in the other is known.
OF_RISK: Final = ("OR", "PETO", "HR", "RD")


def fold_change(results: Sequence[Result], *, event_ids: tuple[str, ...] = ()) -> Fact:
    """The pooled change in risk as a fold: 2 for a doubling and for a halving.

        exp |pooled ln RR|
    of one result a sample, pooled by random effects. Where the risk ratio of one is not known it
    is the least it could be, 1, and up to the largest odds or hazard ratio among them, for a risk
    ratio lies between that and 1 at every risk. Not known where a result is no ratio of risks.
    GRADE guidelines 9 (Guyatt 2011): a change in risk, RR >= 2 or <= 0.5.
    """
    ratios = [risk_ratio(result) for result in results]
    known = [ratio for ratio in ratios if ratio is not None]
    if results and len(known) == len(ratios):
        pairs = sorted((ratio.yi, ratio.vi) for ratio in known)
        together = synthesise([yi for yi, _ in pairs], [vi for _, vi in pairs])
        return Fact(value=_fold(together.estimate), event_ids=event_ids)
    furthest = [_furthest(result) for result in results]
    ends = [end for end in furthest if end is not None]
    if not ends or len(ends) < len(furthest):
        return Fact(value=None, event_ids=event_ids)
    return Fact(value=1.0, event_ids=event_ids, up_to=_fold(max(ends)))


def risk_ratio(result: Result) -> Effect | None:
    """The ln risk ratio of one result, group 1 against group 2; None where it is not known.

    Counts tell it, and a risk ratio is it. Odds and hazard ratios and differences of risks are
    converted at the comparison's risk where that is told (Cochrane Handbook 6.4, 15.4.4): at a
    risk of 40 % odds that double are a risk half as large again. Rates are of time, not of people.
    """
    n = result.numbers
    try:
        if result.kind == "two_by_two":
            cells = [[float(n[cell] or 0.0)] for cell in ("ai", "bi", "ci", "di")]
            return two_by_two("RR", *cells)[0]
        measured = measured_effect(result)
        if measured.measure in OF_RISK:
            return convert(measured, "RR", baseline_risk=n.get("baseline_risk"))
    except (ScoringError, ArithmeticError):
        return None
    return measured if measured.measure == "RR" else None


def _furthest(result: Result) -> float | None:
    """|ln RR| at the most: that of the odds or the hazards."""
    try:
        measured = measured_effect(result)
    except (ScoringError, ArithmeticError):
        return None
    return abs(measured.yi) if measured.measure in FURTHER_THAN_RISK else None


def _fold(distance: float) -> float:
    return math.exp(min(abs(distance), EXP_LIMIT))
