"""Synthetic control: one treated unit against the mix of donors that moved as it did before."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.columns import Numbers, check_known, number
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.panels.panel import NO_COVARIATES, Panel, named, read_panel
from scoring.estimation.panels.panel_fits import SYNTHETIC, instead
from scoring.estimation.panels.panel_report import standardiser
from scoring.estimation.panels.synthetic_checks import Case
from scoring.estimation.panels.synthetic_fit import fitted, placebos, predictors
from scoring.estimation.panels.synthetic_intervals import INTERVALS
from scoring.estimation.panels.synthetic_report import report
from scoring.estimation.results import Estimate
from scoring.estimation.shapes import Labels

# Every donor needs another one to be its placebo; a path needs two points.
FEWEST_DONORS: Final = 2
FEWEST_BEFORE: Final = 2


def synthetic_control(
    *,
    units: Labels,
    periods: Labels,
    outcome: Numbers,
    treated: Numbers,
    covariates: Mapping[str, Numbers] = NO_COVARIATES,
    interval: str | None = None,
    log: bool = False,
    sd: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """The effect of a programme on one unit, against the weighted mean of units without it.

        effect = mean over periods from the start of y_1t - sum w_j y_jt
        w      = least squares on the outcomes of all periods before, w >= 0, sum w = 1
    Rows (n,) are one a unit and period, `treated` 1 in the one unit's rows from its start on.
    `covariates` are matched by their means before the start, each as much as one period.
    The p-value is the share of units whose ratio of root mean squared gaps, after by before, is at
    least the treated one's, every donor being treated for a placebo; it cannot be below
    1 / (donors + 1). `interval` is placebo (effects that the placebos do not reject), conformal
    (effects that permutations over time do not reject) or variance (t with the mean square of the
    placebos' gaps); unless given, placebo where donors are enough for one at `level`, else
    variance. The variance of the effect is always that of the placebos.
    Raises what `read_panel` does; InvalidInput for several treated units, or one that stops;
    TooLittleData for fewer than two donors or periods before the start, and for an interval that
    would have no bound.
    Source: Abadie, Diamond and Hainmueller 2010, J. Am. Stat. Assoc. 105:493; Abadie 2021, J. Econ.
    Lit. 59:391.
    """
    number("level", level, above=0.0, below=1.0)
    if interval is not None:
        check_known("interval", interval, INTERVALS)
    panel = read_panel(
        units=units,
        periods=periods,
        outcome=outcome,
        treated=treated,
        covariates=covariates,
        log=log,
    )
    _refuse(panel)
    unit, before = int(np.flatnonzero(panel.ever)[0]), panel.first_starts[0]
    donors = np.flatnonzero(~panel.ever).tolist()
    rows = predictors(panel, before)
    case = Case(
        panel=panel,
        rows=rows,
        treated=fitted(panel, rows, unit, donors, before=before),
        others=tuple(placebos(panel, rows, donors, before=before)),
        unit=standardiser(panel, ~panel.ever, before, sd=sd, people=False),
        interval=interval,
        level=level,
    )
    return report(case)


def _refuse(panel: Panel) -> None:
    treated = [unit for unit, ever in zip(panel.units, panel.ever, strict=True) if ever]
    if len(treated) > 1:
        raise InvalidInput(
            f"{len(treated)} units are treated: {named(treated)}",
            field="treated",
            accepted=f"one treated unit; {instead(panel, refused=SYNTHETIC)}",
        )
    donors, before = len(panel.units) - 1, panel.first_starts[0]
    if donors < FEWEST_DONORS:
        raise TooLittleData(
            f"{donors} without the programme",
            field="units",
            accepted=f"at least {FEWEST_DONORS}; {instead(panel, refused=SYNTHETIC)}",
        )
    if before < FEWEST_BEFORE:
        raise TooLittleData(
            f"{before} before the start",
            field="periods",
            accepted=f"at least {FEWEST_BEFORE}, better many; {instead(panel, refused=SYNTHETIC)}",
        )
    if not panel.absorbing:
        raise InvalidInput(
            f"stops or runs in part in {treated[0]}",
            field="treated",
            accepted="1 from the start on, to the last period",
        )
