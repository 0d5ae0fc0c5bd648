"""Effects by time before and after a common start, and whether there are any before it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.errors import TooLittleData
from scoring.estimation.panels.panel import Panel
from scoring.estimation.panels.panel_regression import PanelFit, pooled, two_way
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Indices, Matrix
from scoring.synthesis.nested.robust import HotellingTest, Robust

# A slope before the start needs two periods to be seen at all.
FEWEST_FOR_TREND: Final = 2

GROUP, TIME, GROUP_BY_TIME = "treated", "time", "treated:time"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStudy:
    """Differences between the groups by periods since the start, less that in period `reference`.

    `times` count from 0 in the period of the start and leave the reference out; `leads` tests
    whether all before the reference are 0, None where there are none or too few clusters.
    """

    times: tuple[int, ...]
    reference: int
    coefficients: tuple[Coefficient, ...]
    leads: HotellingTest | None


def event_study(
    panel: Panel,
    clusters: Indices,
    *,
    anticipation: int = 0,
    covariance: str = "CR2",
    df: str | None = None,
    level: float = 0.95,
) -> EventStudy:
    """Leads and lags of a programme that starts in all treated units in one period.

        y_it = a_i + l_t + sum over k but the reference of b_k treated_i 1(t - start = k) + e_it
    The reference is the last period before the start and its `anticipation`. The joint test of the
    leads is by CR2 and Hotelling's T2. Raises as `two_way`.
    Source: Freyaldenhoven, Hansen and Shapiro 2019, Am. Econ. Rev. 109:3307; Tipton and
    Pustejovsky 2015 for the test.
    """
    start, ever = panel.first_starts[0], panel.ever[:, None]
    reference = start - 1 - anticipation
    places = [place for place in range(len(panel.periods)) if place != reference]
    columns = {
        f"{place - start:+d}": (ever & (np.arange(len(panel.periods)) == place)).astype(np.float64)
        for place in places
    }
    fit = two_way(panel, {**columns, **panel.covariates}, clusters)
    reduced = fit.robust("CR2")
    table = fit.table(covariance, df=df, level=level, reduced=reduced)
    leads = [f"{place - start:+d}" for place in places if place < reference]
    return EventStudy(
        times=tuple(place - start for place in places),
        reference=reference - start,
        coefficients=table[: len(places)],
        leads=_joint(fit, reduced, leads),
    )


def _joint(fit: PanelFit, reduced: Robust, leads: list[str]) -> HotellingTest | None:
    if not leads:
        return None
    try:
        return reduced.joint(fit.b, np.array([fit.unit_row(term) for term in leads]))
    except TooLittleData:
        return None


def pre_period_trend(
    panel: Panel,
    clusters: Indices,
    *,
    covariance: str = "CR2",
    df: str | None = None,
    level: float = 0.95,
) -> tuple[Coefficient, ...]:
    """Whether the groups were drifting apart before the first start: y ~ treated * time.

    Only periods before it count, and units that are not treated from the first one on. The last
    coefficient, treated:time, is how much more the outcome of treated units rose a period. Raises
    TooLittleData for fewer than two periods before, or no comparison unit.
    Source: the oracle's pre-period check; Angrist and Pischke 2009, section 5.2.
    """
    if panel.before < FEWEST_FOR_TREND:
        raise TooLittleData(
            f"{panel.before} before the start",
            field="periods",
            accepted=f"at least {FEWEST_FOR_TREND} to see a trend before it",
        )
    seen = panel.starts > 0
    earlier = panel.some(units=seen, periods=range(panel.before))
    ever = panel.ever[seen]
    if ever.all():
        raise TooLittleData(
            "no unit stays without the programme", field="treated", accepted="comparison units"
        )
    group: Matrix = np.broadcast_to(ever[:, None], earlier.y.shape).astype(np.float64)
    time: Matrix = np.broadcast_to(earlier.times, earlier.y.shape)
    of = np.unique(clusters[seen], return_inverse=True)[1]
    fit = pooled(earlier, {GROUP: group, TIME: time, GROUP_BY_TIME: group * time}, of)
    return fit.table(covariance, df=df, level=level)


def anticipated(
    panel: Panel, clusters: Indices, *, covariance: str, df: str | None, level: float
) -> Coefficient | None:
    """Whether the last period before a common start stands out from those before it.

        y_it = a_i + l_t + b treated_it + d treated_i 1(t = start - 1) + covariates + e_it
    d is told; None with one period before the start. Source: Ashenfelter 1978, Rev. Econ. Stat.
    60:47, of dips before a programme.
    """
    start = panel.first_starts[0]
    if start < FEWEST_FOR_TREND:
        return None
    last = (panel.ever[:, None] & (np.arange(len(panel.periods)) == start - 1)).astype(np.float64)
    columns = {"treated": panel.treated, "last before": last, **panel.covariates}
    return two_way(panel, columns, clusters).table(covariance, df=df, level=level)[1]
