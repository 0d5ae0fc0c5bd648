"""What could be wrong with a trial, looked for in its own rows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from scoring.attrition import BOUNDARIES
from scoring.columns import Column, number
from scoring.effects import COX_DIVISOR
from scoring.estimation.linear import LinearFit
from scoring.estimation.results import Check, Coefficient, Value
from scoring.estimation.trials.trial_covariance import errors_without_each_row, without_each_row
from scoring.estimation.trials.trial_data import TrialData
from scoring.estimation.trials.two_groups import two_groups
from scoring.estimation.words import p_in_words, plain

# Up to the first, groups are alike; up to the second, adjustment can make good the difference.
# Source: WWC Standards Handbook 4.1, baseline equivalence.
ALIKE: Final = 0.05
ADJUSTABLE: Final = 0.25

# A split that chance gives less often than this was not made as it was meant to be. Source: Fabijan
# et al. 2019, KDD 19:2156, who take 0.0005; rounded up to what trialists use for such checks.
NOT_BY_CHANCE: Final = 0.001

# A row that moves the effect by more than its standard error from the others decides the result.
# Source: Belsley, Kuh and Welsch 1980, Regression Diagnostics, section 2.1.
DECISIVE: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One characteristic before the programme, by arm, in the people analysed.

    `apart` is Hedges' g, for yes and no the Cox index, or None where it has no value (a share of 0
    or 1 in one arm, or no spread).
    """

    measure: str
    binary: bool
    m1i: float
    sd1i: float
    n1i: int
    m2i: float
    sd2i: float
    n2i: int
    apart: float | None


def baseline_differences(data: TrialData) -> tuple[Difference, ...]:
    """How far apart the arms are in every characteristic, as the What Works Clearinghouse does it.

    Hedges' g of means with the pooled deviation, the log odds ratio over 1.65 of shares.
    """
    return tuple(_difference(name, values, data) for name, values in data.baseline.items())


def _difference(name: str, values: Column, data: TrialData) -> Difference:
    groups = two_groups(values[data.treated], values[~data.treated])
    binary = bool(np.isin(values, (0.0, 1.0)).all())
    apart: float | None
    if binary:
        apart = _cox_index(groups.m1i, groups.m2i)
    elif groups.pooled_sd > 0:
        apart = groups.effect("SMD").yi
    else:
        apart = 0.0 if groups.difference == 0 else None
    return Difference(
        measure=name,
        binary=binary,
        m1i=groups.m1i,
        sd1i=groups.sd1i,
        n1i=groups.n1i,
        m2i=groups.m2i,
        sd2i=groups.sd2i,
        n2i=groups.n2i,
        apart=apart,
    )


def _cox_index(p1: float, p2: float) -> float | None:
    if p1 == p2:
        return 0.0
    if not (0 < p1 < 1 and 0 < p2 < 1):
        return None
    return (math.log(p1 / (1 - p1)) - math.log(p2 / (1 - p2))) / COX_DIVISOR


def alike_before(
    found: tuple[Difference, ...], *, adjusted: bool, kept: bool | None
) -> Check | None:
    """Whether the arms were alike before the programme, or near enough for adjustment.

    Where almost everybody assigned is analysed (`kept`), differences came by chance, which the
    interval allows for: they then inform, and fail nothing.
    """
    if not found:
        return None
    known = {one.measure: abs(one.apart) for one in found if one.apart is not None}
    worst = max(known, key=lambda name: known[name], default=None)
    allowed = ADJUSTABLE if adjusted else ALIKE
    alike = len(known) == len(found) and all(size <= allowed for size in known.values())
    told = []
    if worst is not None:
        told.append(
            f"The arms differ most in {worst}, by {known[worst]:.2f} standard deviations; up to "
            f"{allowed} counts as alike {'with' if adjusted else 'without'} adjustment."
        )
    if len(known) < len(found):
        told.append("Some characteristics are nobody's or everybody's in one arm.")
    if not alike and kept:
        told.append("As almost nobody was lost, that came by chance.")
    return Check(
        name="baseline",
        title="Balance of the arms before the programme",
        passed=True if alike else None if kept else False,
        observed=None if worst is None else known[worst],
        threshold=allowed,
        text=" ".join(told),
        source="WWC Standards Handbook 4.1, baseline equivalence (Hedges' g, Cox index)",
    )


def low_attrition(flow: Mapping[str, Value | None], *, of: str = "people") -> Check:
    """Whether few enough were lost, and evenly enough, for chance assignment still to hold.

    `flow` has assigned_ and analysed_ of both arms; the boundary is the cautious one.
    """
    assigned = [float(flow[f"assigned_{arm}"] or 0) for arm in ("intervention", "comparison")]
    analysed = [float(flow[f"analysed_{arm}"] or 0) for arm in ("intervention", "comparison")]
    lost = [1 - left / all_of for left, all_of in zip(analysed, assigned, strict=True)]
    overall = 100 * (1 - sum(analysed) / sum(assigned))
    apart = 100 * abs(lost[0] - lost[1])
    boundary, place = BOUNDARIES["cautious"], round(overall)
    allowed = (boundary[place] if place < len(boundary) else None) or 0.0
    passed = apart <= allowed and place < len(boundary)
    told = f"{overall:.1f} % of the {of} assigned are not analysed"
    if overall > 0:
        told += (
            f" ({100 * lost[0]:.1f} % with the programme, {100 * lost[1]:.1f} % without), "
            f"{apart:.1f} points apart; so many allow {allowed:g} points"
        )
    return Check(
        name="attrition" if of == "people" else f"attrition_of_{of}",
        title=f"Losses of {of}",
        passed=passed,
        observed=apart,
        threshold=allowed,
        text=f"{told}.",
        source="WWC Standards Handbook 4.1, table II.1, cautious boundary",
    )


def lee_bounds(data: TrialData) -> tuple[float, float] | None:
    """The difference of means if those lost unevenly had all been the highest, or the lowest.

    The arm that kept more is trimmed by q = 1 - (share kept, other arm) / (share kept, this arm),
    at the top for one bound, at the bottom for the other. None where both kept the same share.
    Source: Lee 2009, Rev. Econ. Stud. 76:1071; it takes for granted that assignment moves people
    to stay in one direction only.
    """
    groups = data.y[data.treated], data.y[~data.treated]
    counts = int(data.assigned.sum()), int((~data.assigned).sum())
    kept = [len(y) / n for y, n in zip(groups, counts, strict=True)]
    if kept[0] == kept[1]:
        return None
    fuller, sign = (0, 1) if kept[0] > kept[1] else (1, -1)
    other = float(groups[1 - fuller].mean())
    share = kept[1 - fuller] / kept[fuller]
    ordered = np.sort(groups[fuller])
    ends = [_mean_of_first(values, share) - other for values in (ordered, ordered[::-1])]
    low, high = sorted(sign * end for end in ends)
    return low, high


def _mean_of_first(values: Column, share: float) -> float:
    weights = np.clip(share * len(values) - np.arange(len(values)), 0.0, 1.0)
    return float(weights @ values / weights.sum())


def attrition_bounds(data: TrialData) -> Check | None:
    """How far uneven losses could have moved the difference."""
    bounds = lee_bounds(data)
    if bounds is None:
        return None
    return Check(
        name="attrition_bounds",
        title="What uneven losses could hide",
        passed=None,
        observed=bounds[0],
        threshold=bounds[1],
        text="Had the people lost more in one arm than in the other all been the highest, or all "
        f"the lowest, the plain difference of those who stay in either arm would be "
        f"{plain(bounds[0])} or {plain(bounds[1])}.",
        source="Lee 2009, Rev. Econ. Stud. 76:1071",
    )


def as_allocated(data: TrialData, share: float | None) -> Check | None:
    """Whether as many were assigned to the programme as were meant to be."""
    if share is None:
        return None
    number("allocation", share, above=0.0, below=1.0)
    treated, everybody = int(data.assigned.sum()), len(data.assigned)
    p = float(stats.binomtest(treated, everybody, share).pvalue)
    return Check(
        name="allocation",
        title="Sizes of the arms against those planned",
        passed=p >= NOT_BY_CHANCE,
        observed=p,
        threshold=NOT_BY_CHANCE,
        text=f"{treated} of {everybody} were assigned to the programme, {100 * share:g} % were "
        f"meant to be ({p_in_words(p)}).",
        source="exact binomial test; Fabijan et al. 2019, KDD 19:2156",
    )


def no_single_row(fit: LinearFit, effect: Coefficient, data: TrialData) -> Check | None:
    """Whether leaving out one person would change what is found; None where too few are left."""
    if fit.df < 2:
        return None
    moved = without_each_row(fit)[:, fit.at(effect.term)]
    known = np.where(np.isfinite(moved), moved, 0.0)
    errors = errors_without_each_row(fit, effect.term)
    sizes = np.abs(known) / np.maximum(errors, np.finfo(np.float64).tiny)
    worst = int(np.argmax(sizes))
    return decisive(
        f"Row {int(data.rows[worst]) + 1}",
        float(sizes[worst]),
        effect.estimate - float(known[worst]),
        of="person",
    )


def decisive(who: str, size: float, without: float, *, of: str) -> Check:
    """Whether what one row or cluster moves the effect by is more than the others' error of it."""
    return Check(
        name="influence",
        title=f"Weight of single {of}s in the result",
        passed=size <= DECISIVE,
        observed=size,
        threshold=DECISIVE,
        text=f"{who} moves it most: without it the result would be {plain(without)}, "
        f"{plain(size)} of its standard errors away.",
        source="delete-one estimates (DFBETAS); Belsley, Kuh and Welsch 1980, section 2.1",
    )


def filled_baselines(data: TrialData) -> Check | None:
    """How many baselines were not known and were filled in."""
    if not data.filled:
        return None
    return Check(
        name="filled_baselines",
        title="Baselines that were not known",
        passed=None,
        observed=float(data.filled),
        threshold=None,
        text=f"{data.filled} of {len(data.y)} people have a characteristic that was not known and "
        "takes the mean of everybody assigned.",
        source="White and Thompson 2005, Stat. Med. 24:993",
    )


def one_armed_blocks(data: TrialData) -> Check | None:
    """Whether blocks hold people of both arms; those that do not say nothing of the effect."""
    if not data.blocks:
        return None
    dummies = np.column_stack(list(data.blocks.values()))
    whole = np.column_stack([1 - dummies.sum(axis=1), dummies])
    shares = whole.T @ data.treated / whole.sum(axis=0)
    empty = int(((shares == 0) | (shares == 1)).sum())
    return Check(
        name="blocks",
        title="Blocks with people of both arms",
        passed=empty == 0,
        observed=float(empty),
        threshold=0.0,
        text=f"{whole.shape[1]} blocks, {empty} of them with people of one arm only"
        + ("." if not empty else ", which tell nothing of the effect."),
        source="arithmetic on the blocks given",
    )
