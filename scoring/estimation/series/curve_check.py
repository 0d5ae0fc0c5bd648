"""Whether the course before the start bends, so that a straight line does not go on as it did."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import ScoringError
from scoring.estimation.linear import coefficient
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.series.autoregressive import averaged_ar1
from scoring.estimation.series.series import Series
from scoring.estimation.series.series_checks import SIGNIFICANT
from scoring.estimation.words import p_in_words, plain

CURVE: Final = "curve"


def straight_before(y: Column, series: Series, seasons: Mapping[str, Column]) -> Check:
    """Whether a squared term before the start is told from none.

        y_t = a + b time + c time^2 + seasons + e_t   over the periods before the start, c = 0
    `y` (n,) is the outcome as it is modelled, `seasons` are columns (n,) of it. Errors are AR(1),
    averaged over the autocorrelation, whatever the design's: those of Newey and West would fail 16
    % of straight courses. In 500 series of each kind with an autocorrelation of 0.3 it failed by
    chance in 3 % of those with 24 periods before the start and 4 % with 48. A bend that moves the
    average effect, over as many periods again, by 3 standard deviations of the errors it saw in 9 %
    and 16 %, by 6 in 22 % and 48 %: passing does not show a straight course.
    Source: Lopez Bernal, Cummins and Gasparrini 2017, Int. J. Epidemiol. 46:348, on the shape of
    the course; Ramsey 1969, J. R. Stat. Soc. B 31:350, on powers as a test of form.
    """
    row = _curve(y, series, seasons)
    told = "Whether the course before the start bends could not be tested: periods are too few."
    if row is not None:
        told = f"Before the start no bend was seen ({p_in_words(row.p_value)})"
        told += "; a short series hides one." if row.p_value >= SIGNIFICANT else "."
        if row.p_value < SIGNIFICANT:
            told = (
                f"The course before the start bends by {plain(row.estimate)} a period squared "
                f"({p_in_words(row.p_value)}): a straight line does not go on as it did, and the "
                "effect may be that bend."
            )
    return Check(
        name="curvature",
        title="Bend of the course before the start",
        passed=None if row is None else row.p_value >= SIGNIFICANT,
        observed=None if row is None else row.p_value,
        threshold=SIGNIFICANT,
        text=told,
        source="squared term with AR(1) errors; Lopez Bernal, Cummins and Gasparrini "
        "2017, Int. J. Epidemiol. 46:348",
    )


def _curve(y: Column, series: Series, seasons: Mapping[str, Column]) -> Coefficient | None:
    """The squared term, or None where the periods do not tell one."""
    before = ~series.after
    time = (series.periods[before] - series.periods[before].mean()).astype(np.float64)
    columns = {"(Intercept)": np.ones(len(time)), "time": time, CURVE: time**2}
    columns |= {name: values[before] for name, values in seasons.items()}
    try:
        fit = averaged_ar1(y[before], columns, steps=series.steps[: len(time)])
    except ScoringError:
        return None
    at = fit.terms.index(CURVE)
    se = math.sqrt(float(fit.cov[at, at]))
    return coefficient(CURVE, float(fit.b[at]), se, df=float(fit.df), level=0.95)
