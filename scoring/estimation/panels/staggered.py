"""Staggered adoption: units that start in different periods, each against those not yet treated."""

from typing import Final

import numpy as np

from scoring.columns import Numbers, check_known, number
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.deviations import FEWEST_PEOPLE
from scoring.estimation.panels.cohort_averages import COVARIANCES, GROUP, OVERALL, averages
from scoring.estimation.panels.group_time import COMPARISONS, NEVER, NOT_YET, GroupTime, group_time
from scoring.estimation.panels.panel import Panel, read_panel
from scoring.estimation.panels.panel_fits import STAGGERED, instead
from scoring.estimation.panels.panel_report import standardiser
from scoring.estimation.panels.staggered_report import BANDS, SIMULTANEOUS, Case, report
from scoring.estimation.permutation import check_seed
from scoring.estimation.results import Estimate
from scoring.estimation.shapes import Flags, Labels

# Draws for the quantile of a simultaneous band: its own error is then about one per cent.
DRAWS: Final = 9999


def staggered_adoption(
    *,
    units: Labels,
    periods: Labels,
    outcome: Numbers,
    treated: Numbers,
    comparison: str = NOT_YET,
    average: str = GROUP,
    covariance: str = "CR2",
    anticipation: int = 0,
    bands: str = SIMULTANEOUS,
    log: bool = False,
    sd: float | None = None,
    people: bool = False,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """The average effect of a programme that units start at different times, and keep.

        ATT(g, t) = mean change of cohort g from g - 1 - anticipation to t
                    less that of the comparison units
    then averaged: `group` over treated units, each by its own average over time (what one start
    would give), `simple` over all treated cells, `dynamic` over times since the start. Rows (n,)
    are one a unit and period, `treated` is 0 and 1 and never goes back. Comparison units are
    not_yet_treated (more of them, and alike in that they adopt) or never_treated ones. This is the
    default, not imputation, because every figure is a difference of means that can be checked by
    hand, and trends have to be parallel from the base period on only.
    Below 5 units a side a placebo p-value is found by dealing the starts out anew, `draws` times.
    `covariance` CR2 is that of the saturated regression, on Welch's df and for the units at hand;
    cohorts of one unit are set against the average, which errs on the safe side. IF
    is the published influence function. Bands of the event study are simultaneous, from `draws`
    with `seed`, or pointwise. People within areas that start together have to be averaged to areas
    first.
    Raises what `read_panel` does; InvalidInput for a programme that stops or runs in part;
    TooLittleData for no comparison units, nothing before the starts and one treated unit.
    Source: Callaway and Sant'Anna 2021, J. Econometrics 225:200; Sun and Abraham 2021,
    J. Econometrics 225:175; Goodman-Bacon 2021 for why two-way effects are not used.
    """
    _check_names(comparison=comparison, average=average, covariance=covariance, bands=bands)
    _check_numbers(level, draws, seed)
    panel = read_panel(units=units, periods=periods, outcome=outcome, treated=treated, log=log)
    _refuse(panel, anticipation)
    cells = _cells(panel, comparison=comparison, anticipation=anticipation)
    case = Case(
        panel=panel,
        cells=cells,
        found=averages(panel, cells, covariance=covariance),
        unit=standardiser(panel, _alike(panel), panel.before, sd=sd, people=people),
        level=level,
        people=people,
        comparison=comparison,
        average=average,
        covariance=covariance,
        anticipation=anticipation,
        bands=bands,
        draws=draws,
        seed=seed,
    )
    return report(case)


def _check_numbers(level: float, draws: int, seed: int) -> None:
    number("level", level, above=0.0, below=1.0)
    number("draws", draws, above=1.0)
    check_seed(seed)


def _alike(panel: Panel) -> Flags:
    """Units whose spread before the start can standardise: the never treated, if there are many."""
    never = ~panel.ever
    return never if never.sum() >= FEWEST_PEOPLE else panel.starts > 0


def _check_names(**names: str) -> None:
    known = {
        "comparison": COMPARISONS,
        "average": OVERALL,
        "covariance": COVARIANCES,
        "bands": BANDS,
    }
    for field, name in names.items():
        check_known(field, name, known[field])


def _cells(panel: Panel, *, comparison: str, anticipation: int) -> GroupTime:
    """The effects, or a refusal that says what would do instead with this panel."""
    try:
        return group_time(panel, comparison=comparison, anticipation=anticipation)
    except TooLittleData as refusal:
        other = instead(panel, refused=STAGGERED)
        if comparison == NEVER and _has_effects(panel, anticipation):
            other = f"comparison={NOT_YET} takes these data"
        raise TooLittleData(
            refusal.message, field=refusal.field, accepted=f"{refusal.accepted}; {other}"
        ) from None


def _has_effects(panel: Panel, anticipation: int) -> bool:
    try:
        group_time(panel, comparison=NOT_YET, anticipation=anticipation)
    except TooLittleData:
        return False
    return True


def _refuse(panel: Panel, anticipation: int) -> None:
    if not panel.absorbing:
        running = np.arange(len(panel.periods)) >= panel.starts[:, None]
        unit, period = np.argwhere(panel.treated != running)[0]
        raise InvalidInput(
            f"is {panel.treated[unit, period]:g} for {panel.units[unit]} in "
            f"{panel.periods[period]}: the programme stops or runs in part",
            field="treated",
            accepted=f"1 from a unit's start on; {instead(panel, refused=STAGGERED)}",
        )
    if anticipation < 0:
        raise InvalidInput(
            f"is {anticipation}", field="anticipation", accepted="0 or a number of periods"
        )
    if set(panel.first_starts) == {0}:
        raise TooLittleData(
            "the programme runs from the first period on: there is nothing before it",
            field="treated",
            accepted="at least one earlier period; a comparison of two groups needs none",
        )
