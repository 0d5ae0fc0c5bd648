"""Difference in differences: treated against comparison units, before against after."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Numbers, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.panels.did_checks import Inference, cluster_counts
from scoring.estimation.panels.did_report import Case, report
from scoring.estimation.panels.event_study import EventStudy, event_study
from scoring.estimation.panels.panel import NO_COVARIATES, Panel, read_panel
from scoring.estimation.panels.panel_fits import DID, instead
from scoring.estimation.panels.panel_regression import (
    BY_ROWS,
    PanelFit,
    clusters_of,
    pooled,
    two_way,
)
from scoring.estimation.panels.panel_report import standardiser
from scoring.estimation.results import Estimate, Value
from scoring.estimation.shapes import Indices, Labels, Matrix

# The two estimators and the name of the effect among the coefficients of each.
TWO_WAY: Final = "two_way"
GROUP_BY_PERIOD: Final = "group_by_period"
EFFECTS: Final[Mapping[str, str]] = MappingProxyType(
    {TWO_WAY: "treated", GROUP_BY_PERIOD: "treated:post"}
)

# One treated cluster, or one for comparison, tells nothing of how such clusters vary.
FEWEST_CLUSTERS: Final = 2

# Assignments to try for a placebo p-value: its own error is then below 0.003 at 0.05.
PERMUTATIONS: Final = 4999


def difference_in_differences(
    *,
    units: Labels,
    periods: Labels,
    outcome: Numbers,
    treated: Numbers,
    covariates: Mapping[str, Numbers] = NO_COVARIATES,
    clusters: Labels | None = None,
    estimator: str = TWO_WAY,
    covariance: str = "CR2",
    df: str | None = None,
    anticipation: int = 0,
    log: bool = False,
    sd: float | None = None,
    people: bool = False,
    level: float = 0.95,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Estimate:
    """The effect of a programme on units that are compared with others, before and after it.

        two_way           y_it = a_i + l_t + b treated_it + covariates + e_it
        group_by_period   y_it = a + c group_i + d post_t + b group_i post_t + covariates + e_it
    Rows (n,) are one a unit and period; `treated` is 1 where the programme runs, or the share of
    the period. `clusters` are the units that were chosen for it (schools of pupils), unless these
    are the units themselves. `covariance` is one of const, HC0-HC3, CR0, CR1, CR1S, CR2, CR3, read
    on degrees of freedom `df` (residual, clusters, satterthwaite, normal; CR2 and CR1 on
    Satterthwaite's unless told). `anticipation` leaves out that many periods before the start,
    `log` estimates a log ratio. Below 5 clusters a side a placebo p-value is found from
    `permutations` of the treatment with `seed`. Starts that differ are refused by group_by_period,
    and fail a check of two_way: `staggered_adoption` is for them.
    The effect is standardised by `sd`, or with `people` by the spread between comparison people.
    Raises what `read_panel` does; TooLittleData for no comparison units, nothing before the start
    and, with clustered covariances, one cluster on a side; InvalidInput for columns that units and
    periods explain.
    Source: Angrist and Pischke 2009, chapter 5; Cameron and Miller 2015; Pustejovsky and Tipton
    2018.
    """
    check_known("estimator", estimator, EFFECTS)
    how = Inference.of(covariance, df, level=level, permutations=permutations, seed=seed)
    whole = read_panel(
        units=units,
        periods=periods,
        outcome=outcome,
        treated=treated,
        covariates=covariates,
        log=log,
    )
    of = clusters_of(whole, units, clusters)
    _refuse(whole, of, estimator=estimator, how=how)
    case = _case(
        whole, of, how, estimator=estimator, anticipation=anticipation, sd=sd, people=people
    )
    by = "units" if clusters is None else "clusters"
    told: dict[str, Value | None] = {"anticipation": anticipation, "clustered_by": by}
    return report(case, estimator=estimator, told={"estimator": estimator, **told})


def _case(
    whole: Panel,
    of: Indices,
    how: Inference,
    *,
    estimator: str,
    anticipation: int,
    sd: float | None,
    people: bool,
) -> Case:
    panel = _without_anticipation(whole, anticipation)
    fit = _fit(panel, of, estimator)
    table = fit.table(how.covariance, df=how.df, level=how.level)
    return Case(
        whole=whole,
        panel=panel,
        of=of,
        fit=fit,
        table=table,
        effect=next(row for row in table if row.term == EFFECTS[estimator]),
        study=_leads_and_lags(whole, of, anticipation=anticipation, how=how),
        unit=standardiser(panel, ~panel.ever, panel.before, sd=sd, people=people),
        how=how,
        people=people,
    )


def _one_full_start(panel: Panel) -> bool:
    return len(panel.first_starts) == 1 and panel.absorbing


def _refuse(panel: Panel, of: Indices, *, estimator: str, how: Inference) -> None:
    if estimator == GROUP_BY_PERIOD and not _one_full_start(panel):
        raise InvalidInput(
            "starts in different periods, stops, or runs in part",
            field="treated",
            accepted="one start for all treated units, in full; estimator='two_way' takes shares "
            f"of a period, {instead(panel, refused=DID)}",
        )
    if panel.ever.all() and len(panel.first_starts) == 1:
        raise TooLittleData(
            "every unit is treated from the same period on: there is nobody to compare with",
            field="treated",
            accepted=f"units without the programme; {instead(panel, refused=DID)}",
        )
    if set(panel.first_starts) == {0}:
        raise TooLittleData(
            "the programme runs from the first period on: there is nothing before it",
            field="treated",
            accepted="at least one earlier period; a comparison of two groups needs none",
        )
    counts = cluster_counts(panel, of)
    one_sided = min(counts) < FEWEST_CLUSTERS and len(panel.first_starts) == 1
    if how.covariance not in BY_ROWS and one_sided:
        raise TooLittleData(
            f"{counts[0]} treated and {counts[1]} comparison: one cluster does not tell how such "
            "clusters vary",
            field="clusters",
            accepted=f"two of each at least; {instead(panel, refused=DID)}",
        )


def _without_anticipation(panel: Panel, anticipation: int) -> Panel:
    if anticipation == 0:
        return panel
    start = panel.first_starts[0]
    if not _one_full_start(panel) or not 0 < anticipation < start:
        raise InvalidInput(
            f"is {anticipation}",
            field="anticipation",
            accepted="fewer periods than there are before one common start"
            + ("" if _one_full_start(panel) else f"; {instead(panel, refused=DID)}"),
        )
    places = [p for p in range(len(panel.periods)) if not start - anticipation <= p < start]
    return panel.some(periods=places)


def _fit(panel: Panel, of: Indices, estimator: str) -> PanelFit:
    if estimator == TWO_WAY:
        return two_way(panel, {EFFECTS[TWO_WAY]: panel.treated, **panel.covariates}, of)
    group: Matrix = np.broadcast_to(panel.ever[:, None], panel.y.shape).astype(np.float64)
    after = np.arange(len(panel.periods)) >= panel.first_starts[0]
    post: Matrix = np.broadcast_to(after, panel.y.shape).astype(np.float64)
    columns = {"treated": group, "post": post, EFFECTS[GROUP_BY_PERIOD]: group * post}
    return pooled(panel, {**columns, **panel.covariates}, of)


def _leads_and_lags(
    panel: Panel, of: Indices, *, anticipation: int, how: Inference
) -> EventStudy | None:
    if not _one_full_start(panel) or min(cluster_counts(panel, of)) < FEWEST_CLUSTERS:
        return None
    return event_study(
        panel,
        of,
        anticipation=anticipation,
        covariance=how.covariance,
        df=how.df,
        level=how.level,
    )
