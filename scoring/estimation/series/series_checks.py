"""What could be wrong with an interrupted time series, looked for in the series itself."""

from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.estimation.linear import coefficient
from scoring.estimation.parallel import SOURCE, drift
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.series.residual_statistics import dickey_fuller
from scoring.estimation.series.series import FEWEST, Course, Series
from scoring.estimation.series.series_estimators import NAMES, Method
from scoring.estimation.series.series_fit import SeriesFit
from scoring.estimation.words import p_in_words, plain

# Below this probability the data speak against what the design assumes.
SIGNIFICANT: Final = 0.05

# Periods a side that show a year of months and a trend: Wagner et al. 2002, J. Clin. Pharm. Ther.
# 27:299.
ENOUGH_A_SIDE: Final = 12

# More than this share of figures at a bound is a floor or ceiling effect: Terwee et al. 2007, J.
# Clin. Epidemiol. 60:34.
AT_BOUND: Final = 0.15

TURNER: Final = "Turner et al. 2021, BMC Med. Res. Methodol. 21:181"


def enough_periods(series: Series) -> Check:
    """Whether both sides of the start are long enough to see a trend and a year."""
    fewest = min(series.n_before, series.n_after)
    passed = fewest >= ENOUGH_A_SIDE
    told = f"{series.n_before} periods before the start and {series.n_after} from it on"
    return Check(
        name="periods",
        title="Number of periods on both sides of the start",
        passed=passed,
        observed=float(fewest),
        threshold=float(ENOUGH_A_SIDE),
        text=f"{told}."
        if passed
        else f"{told}; below {ENOUGH_A_SIDE} a trend is told from little, below {FEWEST} from too "
        "little to estimate anything.",
        source="Wagner et al. 2002, J. Clin. Pharm. Ther. 27:299; Penfold and Zhang 2013, Acad. "
        "Pediatr. 13:S38",
    )


def no_missing_periods(missing: int, *, unused: int = 0) -> Check:
    """Whether every period is there; `unused` rows had no counterpart in the other series."""
    told = "Every period between the first and the last is there."
    if missing or unused:
        told = f"{missing} periods are missing between the first and the last"
        told += f", {unused} rows had no counterpart and were left out" if unused else ""
        told += ". The others stand at their true distances, but what is missing may differ."
    return Check(
        name="missing_periods",
        title="Missing periods",
        passed=not missing and not unused,
        observed=float(missing + unused),
        threshold=0.0,
        text=told,
        source="Cochrane EPOC, risk of bias criteria for interrupted time series: incomplete data",
    )


def believable_interval(by: Method, n: int) -> Check:
    """Whether intervals by this method hold the truth as often as they say at this length."""
    passed = by.enough is not None and n >= by.enough
    name = NAMES[by.estimator] + (f" with {by.covariance}" if by.estimator == "ols" else "")
    told = f"Intervals by {name} hold the truth about as often as they say in {n} periods."
    if not passed:
        few = "at any length tried" if by.enough is None else f"below {by.enough} periods"
        better = "" if by.estimator == "ar1" else "; estimator='ar1' does better"
        told = f"Intervals by {name} may be too short {few} when periods follow each other{better}."
    return Check(
        name="interval",
        title="Trust in the interval at this length",
        passed=passed,
        observed=float(n),
        threshold=None if by.enough is None else float(by.enough),
        text=told,
        source=f"simulation of series of 24 to 1000 periods; {TURNER}",
    )


def within_bounds(series: Series, without: Column, course: Course) -> Check:
    """Whether outcomes and counterfactual `without` (m,) keep clear of what is possible at all."""
    floor, ceiling = course.floor, course.ceiling
    taken = floor is None and bool((series.y >= 0).all())
    low = 0.0 if taken else -np.inf if floor is None else floor
    high = np.inf if ceiling is None else ceiling
    share = float(((series.y <= low) | (series.y >= high)).mean())
    beyond = bool(((without < low) | (without > high)).any())
    told = f"{100 * share:.0f} % of the figures are at the floor or the ceiling"
    told += " (a floor of 0 is taken, as none is below it)" if taken else ""
    if beyond:
        told += "; the counterfactual runs past what is possible: a straight line does not fit"
    return Check(
        name="floor_ceiling",
        title="Distance of the outcome from its floor and ceiling",
        passed=share <= AT_BOUND and not beyond,
        observed=share,
        threshold=AT_BOUND,
        text=f"{told}.",
        source="Terwee et al. 2007, J. Clin. Epidemiol. 60:34, on the share",
    )


def steady_before(before: Column, series: Series) -> Check:
    """Whether the outcome before the start (n,) returns to its trend, or wanders: it informs."""
    gaps = bool((series.steps[1 : len(before)] > 1).any())
    p = None if gaps else dickey_fuller(before)[1]
    if p is None:
        told = (
            "Whether the outcome wandered before the start could not be tested: periods are "
            "missing, or it hardly varied."
        )
    elif p < SIGNIFICANT:
        told = f"Before the start the outcome kept returning to its trend ({p_in_words(p)})."
    else:
        told = (
            "Before the start the outcome may have wandered without a fixed trend "
            f"({p_in_words(p)}), "
            "which in a short series looks the same; if it did, its course cannot be projected."
        )
    return Check(
        name="stationary_before",
        title="Return of the outcome to its trend before the start",
        passed=None,
        observed=p,
        threshold=SIGNIFICANT,
        text=told,
        source="Dickey and Fuller 1979, J. Am. Stat. Assoc. 74:427, about a trend, one lag",
    )


def parallel_before(
    fit: SeriesFit, term: str, series: Series, *, level: float, margin: float | None
) -> Check:
    """Whether the slope before the start, told by `term`, is that of the comparison series.

    `margin` is the smallest effect worth having, where a scale is known.
    """
    at = fit.terms.index(term)
    slope = coefficient(
        term, float(fit.b[at]), float(np.sqrt(fit.cov[at, at])), df=fit.df, level=level
    )
    after = series.after
    distance = float(series.periods[after].mean() - series.periods[~after].mean())
    found = drift(slope, distance=distance, margin=margin)
    told = (
        f"Before the start the series drifted apart by {plain(slope.estimate)} a period "
        f"({p_in_words(slope.p_value)}; anything from {plain(slope.ci_low)} to "
        f"{plain(slope.ci_high)} fits)."
    )
    seen = "The model goes on with that drift, which may not have gone on."
    return Check(
        name="pre_trend",
        title="Slopes of both series before the programme",
        passed=found.parallel,
        observed=slope.p_value,
        threshold=SIGNIFICANT,
        text=f"{told} {seen if found.parallel is False else found.text}",
        source=f"Lopez Bernal, Cummins and Gasparrini 2018, Int. J. Epidemiol. 47:2082; {SOURCE}",
    )


def comparison_change(change: Coefficient) -> Check:
    """What the comparison series itself did from the start on, by the same method: it informs."""
    told = (
        f"From the start on the comparison series was {plain(change.estimate)} off its own "
        f"course ({p_in_words(change.p_value)}). What moved both is taken out; "
        "a comparison that the "
        "programme itself moved hides part of the effect."
    )
    return Check(
        name="comparison_change",
        title="Course of the comparison series from the start on",
        passed=None,
        observed=change.p_value,
        threshold=SIGNIFICANT,
        text=told,
        source="Lopez Bernal, Cummins and Gasparrini 2018, Int. J. Epidemiol. 47:2082",
    )
