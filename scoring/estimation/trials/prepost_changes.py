"""How far outcomes moved from before to after, in the same people or in two sets of them."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.effects import SCALES, Effect, changes
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import coefficient
from scoring.estimation.results import Coefficient
from scoring.estimation.trials.trial_effects import Spread, counted_odds_ratio, hedges_g
from scoring.estimation.trials.trial_report import given_spread
from scoring.estimation.trials.two_groups import TwoGroups, two_groups

# Whose standard deviation a change is read in: of the outcome before or after, of the change
# itself, or (two sets of people) of both pooled.
BEFORE, AFTER, CHANGE, POOLED = "before", "after", "change", "pooled"
PAIRED: Final = (BEFORE, AFTER, CHANGE)
UNPAIRED: Final = (BEFORE, AFTER, POOLED)

# A change of two people, or of one, does not tell how changes vary, and J needs two df.
FEWEST_PAIRS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change with its table, and as it is standardised (or why it is not).

    `summaries` are those of both times by metafor's names: 1 is after, 2 is before. `moved` (n,)
    are the changes of people measured twice, without the mean; `ri` the correlation of both.
    """

    natural: Effect
    row: Coefficient
    beside: tuple[Coefficient, ...]
    standardised: Effect | None
    reason: str | None
    summaries: TwoGroups
    ri: float | None
    moved: Column | None


def paired_change(
    before: Column, after: Column, *, standardiser: str, sd: float | None, level: float
) -> Change:
    """The mean change of people measured twice (n,), by the paired t test.

        mean d,  se = sd_d / sqrt n,  df = n - 1,  d = after - before
    standardised as SMCR by the deviation before (or after), or as SMCC by that of the change.
    Raises TooLittleData for fewer than three people, InvalidInput where all moved by the same.
    Source: Becker 1988; Gibbons et al. 1993; metafor 3.8, `escalc`.
    """
    check_known("standardiser", standardiser, PAIRED)
    n = len(before)
    if n < FEWEST_PAIRS:
        raise TooLittleData(
            f"{n} people measured both times", field="after", accepted=f"at least {FEWEST_PAIRS}"
        )
    d = after - before
    groups = two_groups(after, before)
    se = float(d.std(ddof=1)) / math.sqrt(n)
    row = coefficient("change", float(d.mean()), _some(se), df=float(n - 1), level=level)
    varied = groups.sd1i > 0 and groups.sd2i > 0
    ri = float(np.corrcoef(before, after)[0, 1]) if varied else None
    natural = Effect(
        measure="MC", yi=row.estimate, vi=se**2, scale=SCALES["MC"], source="paired", n1i=n
    )
    binary = _binary(before, after)
    spread = given_spread(sd, binary=binary)
    if spread is not None:
        pooled, reason = hedges_g(natural, spread), None
    elif binary:
        pooled, reason = None, "a change of yes and no in the same people has no odds ratio here"
    else:
        pooled, reason = _standardised_pairs(groups, ri, standardiser=standardiser)
    return Change(
        natural=natural,
        row=row,
        beside=(),
        standardised=pooled,
        reason=reason,
        summaries=groups,
        ri=ri,
        moved=d - d.mean(),
    )


def _standardised_pairs(
    groups: TwoGroups, ri: float | None, *, standardiser: str
) -> tuple[Effect | None, str | None]:
    if ri is None:
        return None, "outcomes do not vary at one of the two times"
    means, n = ([groups.m1i], [groups.m2i]), [groups.n1i]
    if standardiser == CHANGE:
        return changes("SMCC", *means, [groups.sd1i], [groups.sd2i], n, [ri])[0], None
    own = groups.sd2i if standardiser == BEFORE else groups.sd1i
    return changes("SMCR", *means, [own], None, n, [ri])[0], None


def unpaired_change(
    before: Column, after: Column, *, standardiser: str, sd: float | None, level: float
) -> Change:
    """The difference of two sets of people, measured before and after, by Welch's test.

    Standardised by the deviation before (after, or both pooled); yes and no by the odds ratio of
    the 2x2 table, 1/2 added to its cells where one is 0. Raises what `two_groups` and `welch` do.
    Source: Hedges 1981; Becker 1988; metafor 3.8, `escalc`.
    """
    check_known("standardiser", standardiser, UNPAIRED)
    groups = two_groups(after, before)
    row = groups.welch(term="change", level=level)
    binary = _binary(before, after)
    measure = "RD" if binary else "MD"
    natural = Effect(
        measure=measure,
        yi=row.estimate,
        vi=row.se**2,
        scale=SCALES[measure],
        source="welch",
        n1i=groups.n1i,
        n2i=groups.n2i,
    )
    spread = given_spread(sd, binary=binary) or _spread(groups, standardiser)
    reason = None
    pooled: Effect | None = None
    if binary:
        y = np.concatenate([after, before])
        pooled = counted_odds_ratio(y, np.repeat([1.0, 0.0], [len(after), len(before)]))
    elif spread is None:
        reason = "outcomes do not vary, or are too few, at the time that standardises"
    else:
        pooled = hedges_g(natural, spread)
    return Change(
        natural=natural,
        row=row,
        beside=(groups.pooled(term="change (pooled variance)", level=level),),
        standardised=pooled,
        reason=reason,
        summaries=groups,
        ri=None,
        moved=None,
    )


def _spread(groups: TwoGroups, standardiser: str) -> Spread | None:
    own, df = {
        BEFORE: (groups.sd2i, groups.n2i - 1),
        AFTER: (groups.sd1i, groups.n1i - 1),
        POOLED: (groups.pooled_sd, groups.n1i + groups.n2i - 2),
    }[standardiser]
    if not own > 0 or df < FEWEST_PAIRS - 1:
        return None
    return Spread(sd=own, source=standardiser, df=float(df))


def _some(se: float) -> float:
    if not se > 0:
        raise InvalidInput(
            "moved by the same in everybody, which leaves no error around the change",
            field="after",
            accepted="outcomes as they were measured",
        )
    return se


def _binary(before: Column, after: Column) -> bool:
    return bool(np.isin(before, (0.0, 1.0)).all() and np.isin(after, (0.0, 1.0)).all())
