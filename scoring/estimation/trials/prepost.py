"""One group before and after a programme: a change, and no effect, as nobody is compared."""

import math
from typing import Final

import numpy as np

from scoring.columns import Column, check_same_length, number
from scoring.errors import TooLittleData
from scoring.estimation.linear import coefficient
from scoring.estimation.results import NOT_CAUSAL, Check, Estimate, Line, Picture, Value
from scoring.estimation.shapes import Indices
from scoring.estimation.trials import prepost_checks as checks
from scoring.estimation.trials.prepost_changes import BEFORE, Change, paired_change, unpaired_change
from scoring.estimation.trials.trial_data import Measured, measured
from scoring.estimation.trials.trial_report import effect_in_words
from scoring.estimation.words import checks_in_words

BLIND: Final = (
    "This is a change, not an effect of the programme. People who join when things are at their "
    "worst are better later in any case (regression to the mean), seasons come and go, and a trend "
    "that was under way goes on: each can move the outcome as far as this, and nobody without the "
    "programme shows how far."
)


def pre_post(
    *,
    before: Measured,
    after: Measured,
    paired: bool = True,
    standardiser: str = BEFORE,
    sd: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """How far an outcome moved in one group from before a programme to after it; not causal.

        paired      mean of after - before in the same people, t on n - 1 degrees of freedom
        unpaired    difference of the means of two sets of people, by Welch's test
    `before` and `after` are (n,), a row a person where paired, who is left out unless known at
    both times; without pairs each has a length of its own. None is not known. The change is read
    in the standard deviation of the time `standardiser` (before, after; for pairs change, else
    pooled), or in `sd`.
    Raises InvalidInput for infinite figures, other lengths and no error at all; TooLittleData for
    fewer than three people measured twice, or two at a time.
    Source: Becker 1988, Br. J. Math. Stat. Psychol. 41:257; Shadish, Cook and Campbell 2002,
    chapter 4, on what else moves such figures.
    """
    number("level", level, above=0.0, below=1.0)
    first, second = measured("before", before), measured("after", after)
    if paired:
        check_same_length(before=first, after=second)
        known = np.isfinite(first) & np.isfinite(second)
        change = paired_change(
            first[known], second[known], standardiser=standardiser, sd=sd, level=level
        )
        assigned, rows = int(np.isfinite(first).sum()), np.flatnonzero(known)
    else:
        change = unpaired_change(
            _known("before", first),
            _known("after", second),
            standardiser=standardiser,
            sd=sd,
            level=level,
        )
        assigned, rows = None, None
    made = _checks(change, first, second, rows)
    told: dict[str, Value | None] = {
        "paired": paired,
        "standardiser": standardiser,
        "sd": sd,
        "level": level,
    }
    return _estimate(change, made, told, assigned=assigned, level=level)


def _known(field: str, values: Column) -> Column:
    known = values[np.isfinite(values)]
    if len(known) < 2:
        raise TooLittleData(f"is known of {len(known)}", field=field, accepted="two people or more")
    return known


def _checks(
    change: Change, before: Column, after: Column, rows: Indices | None
) -> tuple[Check, ...]:
    found = [checks.compared_with_nobody(), checks.back_to_the_mean(change)]
    if rows is not None:
        found += [checks.leavers_alike(before, after), checks.no_single_change(change, rows)]
    return tuple(check for check in found if check is not None)


def _estimate(
    change: Change,
    made: tuple[Check, ...],
    told: dict[str, Value | None],
    *,
    assigned: int | None,
    level: float,
) -> Estimate:
    row, groups = change.row, change.summaries
    paired = change.moved is not None
    return Estimate(
        design="pre_post",
        estimator="paired" if paired else "unpaired",
        covariance="paired" if paired else "welch",
        claim=NOT_CAUSAL,
        level=level,
        n=groups.n1i if paired else groups.n1i + groups.n2i,
        natural=change.natural,
        df=row.df,
        p_value=row.p_value,
        ci_low=row.ci_low,
        ci_high=row.ci_high,
        standardised=change.standardised,
        not_standardised=change.reason,
        coefficients=(row, *change.beside),
        checks=made,
        text=_text(change, made, level),
        specification={**told, **groups.summaries(), "ri": change.ri},
        facts={
            "comparator": "before_period",
            "assigned_intervention": assigned,
            "analysed_intervention": groups.n1i,
            "adjusted_for_baseline": False,
        },
        pictures=(_picture(change, level),),
    )


def _text(change: Change, made: tuple[Check, ...], level: float) -> str:
    groups = change.summaries
    size = effect_in_words(change.row, binary=change.natural.measure == "RD", level=level)
    who = (
        f"in {groups.n1i} people measured both times"
        if change.moved is not None
        else f"in {groups.n1i} people after and {groups.n2i} others before"
    )
    return f"After the programme the outcome was {size} than before it, {who}. {BLIND} " + (
        checks_in_words(made)
    )


def _picture(change: Change, level: float) -> Picture:
    groups = change.summaries
    times = ((groups.m2i, groups.sd2i, groups.n2i), (groups.m1i, groups.sd1i, groups.n1i))
    rows = [
        coefficient("mean", mean, sd / math.sqrt(n), df=float(n - 1), level=level)
        for mean, sd, n in times
    ]
    return Picture(
        kind="groups",
        title="Outcome before and after",
        x_label="",
        y_label="mean outcome",
        lines=(
            Line(
                role="observed",
                label="mean",
                x=(0.0, 1.0),
                y=tuple(row.estimate for row in rows),
                low=tuple(row.ci_low for row in rows),
                high=tuple(row.ci_high for row in rows),
            ),
        ),
        ticks=((0.0, "before"), (1.0, "after")),
    )
