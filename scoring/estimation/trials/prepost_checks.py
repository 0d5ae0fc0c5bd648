"""What a change from before to after cannot show, and what else moves such figures."""

from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.estimation.results import Check
from scoring.estimation.shapes import Indices
from scoring.estimation.trials.prepost_changes import Change
from scoring.estimation.trials.trial_checks import ADJUSTABLE, decisive
from scoring.estimation.trials.two_groups import two_groups

# Fewer of those who left, or of those who stayed, do not tell whether they differed.
FEWEST_LEAVERS: Final = 2

# Without one of three, two are left, whose changes hardly tell how changes vary.
FEWEST_FOR_INFLUENCE: Final = 4


def compared_with_nobody() -> Check:
    """The design's own failing, the same in all data."""
    return Check(
        name="comparison",
        title="Comparison with others who had no programme",
        passed=False,
        observed=None,
        threshold=None,
        text="Nobody without the programme is compared, so that nothing shows what would have "
        "happened anyway. Others before and after fit difference in differences, many periods an "
        "interrupted time series.",
        source="Shadish, Cook and Campbell 2002, chapter 4",
    )


def back_to_the_mean(change: Change) -> Check | None:
    """How much of a distance from the average is gone by the second time of itself."""
    if change.ri is None:
        return None
    lost = 100 * (1 - change.ri)
    return Check(
        name="regression_to_the_mean",
        title="How much people drift back to the average by themselves",
        passed=None,
        observed=change.ri,
        threshold=None,
        text=f"The two measurements correlate by {change.ri:.2f}: people chosen because they were "
        f"far from the average would be about {max(lost, 0.0):.0f} % of the way back to it without "
        "any programme.",
        source="Barnett, van der Pols and Dobson 2005, Int. J. Epidemiol. 34:215",
    )


def leavers_alike(before: Column, after: Column) -> Check | None:
    """Whether those who were not measured again were, before, as those who were."""
    known = np.isfinite(before)
    stayed, left = before[known & np.isfinite(after)], before[known & ~np.isfinite(after)]
    if not len(left):
        return None
    told = f"{len(left)} of {len(left) + len(stayed)} people were not measured again"
    apart = _apart(left, stayed)
    if apart is not None:
        told += f"; before, they were {apart:+.2f} standard deviations from the others"
    return Check(
        name="attrition",
        title="Likeness of those not measured again",
        passed=None if apart is None else abs(apart) <= ADJUSTABLE,
        observed=apart,
        threshold=ADJUSTABLE,
        text=f"{told}.",
        source="WWC Standards Handbook 4.1, baseline equivalence, applied to those lost",
    )


def _apart(left: Column, stayed: Column) -> float | None:
    if min(len(left), len(stayed)) < FEWEST_LEAVERS:
        return None
    groups = two_groups(left, stayed)
    return groups.effect("SMD").yi if groups.pooled_sd > 0 else None


def no_single_change(change: Change, rows: Indices) -> Check | None:
    """Whether leaving out one person would move the mean change by more than its error."""
    if change.moved is None or len(change.moved) < FEWEST_FOR_INFLUENCE:
        return None
    d, n = change.moved, len(change.moved)
    shift = d / (n - 1)
    # The variance of the others' changes, from that of all (the mean of `moved` is 0).
    others = np.maximum(d @ d - d**2 * n / (n - 1), 0.0) / (n - 2)
    sizes = np.abs(shift) / np.maximum(np.sqrt(others / n), np.finfo(np.float64).tiny)
    worst = int(np.argmax(sizes))
    return decisive(
        f"Row {int(rows[worst]) + 1}",
        float(sizes[worst]),
        change.row.estimate - float(shift[worst]),
        of="person",
    )
