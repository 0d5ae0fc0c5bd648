"""Average effects on each cohort in each period, as differences of mean changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.panels.panel import Panel
from scoring.estimation.shapes import Flags, Indices, Matrix

# Who an adopting cohort is compared with: units that have not adopted yet, or never do.
NOT_YET: Final = "not_yet_treated"
NEVER: Final = "never_treated"
COMPARISONS: Final = (NOT_YET, NEVER)

# One comparison unit tells nothing of how such units change.
FEWEST_COMPARED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTime:
    """ATT(g, t) of k cells, and what each unit's outcomes weigh in them.

    `cohorts` (c,) are places of the period of first treatment, the number of periods for never;
    `member` (units,) is each unit's cohort, `sizes` (c,) count them. Of every cell, `cohort` (k,)
    is its place among the cohorts, `time` (k,) its periods since the start and `att` (k,) its
    effect. `loads` (k, c, periods) are the weights of the outcomes of one unit of each cohort;
    `net` (units, periods) are outcomes less how untreated units moved.
    """

    cohorts: Indices
    member: Indices
    sizes: Indices
    cohort: Indices
    time: Indices
    att: Column
    loads: Matrix
    net: Matrix


@dataclass(frozen=True, slots=True)
class _Design:
    cohorts: Indices
    sizes: Indices
    periods: int
    comparison: str
    anticipation: int

    def base(self, place: int) -> int:
        return int(self.cohorts[place]) - 1 - self.anticipation

    def compared(self, last: int) -> Flags:
        """Cohorts whose units are untreated up to and in the period `last`."""
        never: Flags = self.cohorts == self.periods
        if self.comparison == NEVER:
            return never
        return never | (self.cohorts > last + self.anticipation)

    def cells(self) -> Iterator[tuple[int, int, Matrix]]:
        """Cohort, period and loads of every cell that has comparison units enough."""
        treated = (self.cohorts < self.periods) & (self.cohorts > self.anticipation)
        for place in np.flatnonzero(treated).tolist():
            base = self.base(place)
            for t in range(self.periods):
                others = self.compared(max(t, base))
                others[place] = False
                if t == base or self.sizes[others].sum() < FEWEST_COMPARED:
                    continue
                load = np.zeros((len(self.cohorts), self.periods))
                load[others, t] = -1 / self.sizes[others].sum()
                load[place, t] = 1 / self.sizes[place]
                load[:, base] = -load[:, t]
                yield place, t, load


def group_time(panel: Panel, *, comparison: str, anticipation: int) -> GroupTime:
    """All ATT(g, t): the mean change of cohort g since its base less that of comparison units.

        base g - 1 - anticipation, the same for leads and lags
    Comparison units of NOT_YET start (less anticipation) after both periods, those of NEVER never.
    Units treated before they have a base serve nowhere; cells with fewer than two comparison units
    are left out. Raises TooLittleData where no effect is left.
    Source: Callaway and Sant'Anna 2021, J. Econometrics 225:200, without covariates; Roth 2024,
    arXiv 2401.12309, on one base for leads and lags.
    """
    cohorts, member = np.unique(panel.starts, return_inverse=True)
    sizes = np.bincount(member)
    design = _Design(cohorts, sizes, len(panel.periods), comparison, anticipation)
    cells = list(design.cells())
    time = np.array([t - int(cohorts[place]) for place, t, _ in cells], np.intp)
    _refuse_no_effect(time)
    loads = np.array([load for _, _, load in cells])
    sums = np.zeros(loads.shape[1:])
    np.add.at(sums, member, panel.y)
    return GroupTime(
        cohorts=cohorts,
        member=member,
        sizes=sizes,
        cohort=np.array([place for place, _, _ in cells], np.intp),
        time=time,
        att=np.einsum("kct,ct->k", loads, sums),
        loads=loads,
        net=panel.y - _untreated_path(panel, design),
    )


def _untreated_path(panel: Panel, design: _Design) -> Column:
    """How units moved while none was treated (periods,): their mean changes, added up."""
    changes = np.diff(panel.y, axis=1)
    unit_cohort = np.searchsorted(design.cohorts, panel.starts)
    steps = [0.0]
    for t in range(1, design.periods):
        untreated = design.compared(t)[unit_cohort]
        steps.append(float(changes[untreated, t - 1].mean()) if untreated.any() else 0.0)
    return np.cumsum(steps)


def _refuse_no_effect(time: Indices) -> None:
    if not (time >= 0).any():
        raise TooLittleData(
            "no treated unit has both a period before its start and two comparison units after it",
            field="treated",
            accepted="units that start later or never, and are seen before",
        )
