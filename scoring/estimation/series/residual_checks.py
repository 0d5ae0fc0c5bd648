"""What the residuals of a series say against its model, as checks."""

from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.estimation.results import Check
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.series.residual_statistics import (
    autocorrelations,
    cooks_distances,
    durbin_watson,
    ljung_box,
    seasons_p_value,
)
from scoring.estimation.series.series_checks import SIGNIFICANT, TURNER
from scoring.estimation.series.series_fit import SeriesFit
from scoring.estimation.words import p_in_words, plain

# A row without which the estimate would leave its own 50 % region, roughly: Cook and Weisberg 1982.
COOK: Final = 1.0

BERNAL: Final = "Lopez Bernal, Cummins and Gasparrini 2017, Int. J. Epidemiol. 46:348"


def residual_checks(
    fit: SeriesFit, raw: Column, *, cycle: int | None, labels: tuple[str, ...]
) -> tuple[Check, ...]:
    """Autocorrelation before and after the model, and influence.

    `raw` (n,) are the residuals of ordinary least squares, `labels` (n,) the names of the rows.
    """
    return (_acf1(fit, raw), _neighbours(fit, raw), _white(fit, cycle), _influence(fit, labels))


def no_seasons_left(fit: SeriesFit, periods: Steps, *, cycle: int | None) -> Check:
    """Whether seasons beyond those modelled would explain more; `periods` (n,) are the rows'."""
    p = None if cycle is None or cycle < 2 else seasons_p_value(fit, periods, cycle=cycle)
    if p is None:
        told = (
            "No cycle was stated, so nothing was tested for seasons."
            if cycle is None
            else f"Nothing could be tested for seasons in a cycle of {cycle} periods."
        )
    elif p >= SIGNIFICANT:
        told = f"No sign of seasons beyond what is modelled ({p_in_words(p)})."
    else:
        told = f"Seasons are left over ({p_in_words(p)}): model them with seasons='dummies'."
    return Check(
        name="seasonality_left",
        title="Seasons left over",
        passed=None if p is None else p >= SIGNIFICANT,
        observed=p,
        threshold=SIGNIFICANT,
        text=told,
        source=f"F test of season dummies; {BERNAL}",
    )


def _acf1(fit: SeriesFit, raw: Column) -> Check:
    r = float(autocorrelations(raw, fit.steps, 1)[0])
    taken = "" if fit.phi is None else f"; the model takes it to be {plain(fit.phi)}"
    return Check(
        name="residual_acf1",
        title="Correlation of neighbouring periods",
        passed=None,
        observed=r,
        threshold=None,
        text=f"The residuals of neighbouring periods correlate at {plain(r)}{taken}.",
        source=TURNER,
    )


def _neighbours(fit: SeriesFit, raw: Column) -> Check:
    d = durbin_watson(raw, fit.steps)
    return Check(
        name="durbin_watson",
        title="Durbin-Watson statistic",
        passed=None,
        observed=d,
        threshold=2.0,
        text=f"Durbin-Watson is {plain(d)}, where 2 is no autocorrelation; in short series it "
        "sees little.",
        source=f"Durbin and Watson 1950, Biometrika 37:409; {TURNER}, on its power",
    )


def _white(fit: SeriesFit, cycle: int | None) -> Check:
    p, lags = ljung_box(fit, cycle=cycle)
    passed = p >= SIGNIFICANT
    told = (
        "Nothing follows from earlier periods beyond the model at lags 1 to "
        f"{lags} ({p_in_words(p)})."
        if passed
        else f"Autocorrelation is left over at lags 1 to {lags} ({p_in_words(p)}), "
        "so the interval may "
        "be too short: seasons may be missing, or errors follow each other in other ways."
    )
    return Check(
        name="autocorrelation_left",
        title="Autocorrelation left over",
        passed=passed,
        observed=p,
        threshold=SIGNIFICANT,
        text=told,
        source="Ljung and Box 1978, Biometrika 65:297",
    )


def _influence(fit: SeriesFit, labels: tuple[str, ...]) -> Check:
    distances = cooks_distances(fit)
    worst = int(np.argmax(distances))
    found = float(distances[worst])
    told = f"No single period carries the result (largest Cook's distance {plain(found)})."
    if found >= COOK:
        told = (
            f"Period {labels[worst]} alone moves the result (Cook's distance {plain(found)}): "
            "check its figure, and what else happened then."
        )
    return Check(
        name="influential_points",
        title="Weight of single periods in the result",
        passed=found < COOK,
        observed=found,
        threshold=COOK,
        text=told,
        source="Cook 1977, Technometrics 19:15; Cook and Weisberg 1982, section 3.5",
    )
