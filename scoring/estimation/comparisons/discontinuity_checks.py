"""What could be wrong with a regression discontinuity, looked for in the rows themselves."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.errors import ScoringError
from scoring.estimation.comparisons.arms import ADJUSTABLE
from scoring.estimation.comparisons.density_test import density_test
from scoring.estimation.comparisons.discontinuity_bandwidth import MASSED, Bandwidths, massed
from scoring.estimation.comparisons.discontinuity_fit import How, Jump, Rows, bandwidths, jump
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.words import p_in_words, plain

# Below this probability the rows speak against what the design takes for granted.
SIGNIFICANT: Final = 0.05

# Rows with weight that each side needs for a normal approximation; a convention of this project.
FEWEST_NEAR: Final = 20

# Different scores that each side needs.
# Source: WWC Standards Handbook 4.1 (regression discontinuity designs).
FEWEST_VALUES: Final = 4

# A row that makes up more than half of the variance carries the jump; a convention.
CARRIES: Final = 0.5

# The share of the bandwidth that a donut leaves out around the cut-off; a convention.
DONUT: Final = 0.1

# Factors of the bandwidth that the jump is shown at too. Source: Imbens and Lemieux 2008, sec. 5.
FACTORS: Final = (0.5, 2.0)

CIT: Final = "Cattaneo, Idrobo and Titiunik 2020, A Practical Introduction to RD"


def no_sorting(rows: Rows) -> Check:
    """Whether the density of the score is the same on both sides of the cut-off."""
    # Those at the cut-off belong to its upper side, so a design that has them below is turned.
    at = rows.x == 0
    upper_treated = bool(rows.treated[rows.x > 0].any())
    lower = at.any() and bool(rows.treated[at][0]) != upper_treated
    p: float | None = None
    try:
        found = density_test(-rows.x if lower else rows.x)
        p = found.p_value
        told = (
            f"As many are just above the cut-off as just below, but for chance ({p_in_words(p)})."
        )
        if p < SIGNIFICANT:
            more = "above" if (found.above > found.below) != lower else "below"
            told = (
                f"More are just {more} the cut-off than on its other side "
                f"({p_in_words(p)}): people "
                "may have been sorted, and then the sides differ in more than the programme."
            )
    except ScoringError as refusal:
        told = f"The density was not tested: {refusal.message}."
    return Check(
        name="density",
        title="Sorting around the cut-off",
        passed=None if p is None else p >= SIGNIFICANT,
        observed=p,
        threshold=SIGNIFICANT,
        text=told,
        source="Cattaneo, Jansson and Ma 2020, J. Am. Stat. Assoc. 115:1449; McCrary 2008",
    )


def jumps_before(rows: Rows, covariates: Mapping[str, Column], how: How) -> dict[str, Coefficient]:
    """The jump at the cut-off of every covariate whose rows tell one."""
    found = {name: _jump_of(rows.with_outcome(told), how) for name, told in covariates.items()}
    return {name: row for name, row in found.items() if row is not None}


def no_jump_before(jumps: Mapping[str, Coefficient]) -> Check | None:
    """Whether what was settled before the programme jumps at the cut-off."""
    if not jumps:
        return None
    worst = min(jumps, key=lambda name: jumps[name].p_value)
    p = min(1.0, jumps[worst].p_value * len(jumps))
    told = f"None of {len(jumps)} covariates jumps at the cut-off (least {p_in_words(p)}"
    if p < SIGNIFICANT:
        told = (
            f"{worst} jumps at the cut-off, where only the programme should begin ({p_in_words(p)}"
        )
    return Check(
        name="covariates",
        title="Jumps of other things at the cut-off",
        passed=p >= SIGNIFICANT,
        observed=p,
        threshold=SIGNIFICANT,
        text=f"{told}, times {len(jumps)} for as many tests).",
        source=f"Lee and Lemieux 2010, J. Econ. Lit. 48:281; {CIT}, section 5.1",
    )


def shown_alike(
    jumps: Mapping[str, Coefficient], covariates: Mapping[str, Column], check: Check | None
) -> bool | None:
    """Whether both sides are alike at the cut-off: False where something jumps, True where shown.

    That is where every covariate's jump is bounded: its whole 90 % interval lies within the
    standardised difference that adjustment can make good. No jump seen shows nothing by itself.
    Source: WWC Standards Handbook 4.1, baseline equivalence; Schuirmann 1987, two one-sided tests.
    """
    if check is None or check.passed is False:
        return None if check is None else False
    bounded = [
        abs(row.estimate) + _one_sided(row) * row.se <= ADJUSTABLE * float(covariates[name].std())
        for name, row in jumps.items()
    ]
    return True if len(bounded) == len(covariates) and all(bounded) else None


def _one_sided(row: Coefficient) -> float:
    share = 1 - SIGNIFICANT
    return float(special.ndtri(share) if row.df is None else special.stdtrit(row.df, share))


def enough_near(rows: Rows, how: How, h: float) -> Check:
    """Whether both sides have rows enough within the bandwidth."""
    near = rows.near(h, how.kernel)
    counts = int((near & rows.treated).sum()), int((near & ~rows.treated).sum())
    passed = min(counts) >= FEWEST_NEAR
    told = (
        f"{counts[0]:,} rows with the programme and {counts[1]:,} without are near enough to count"
    )
    if not passed:
        told += ", too few for the interval to be more than rough"
    return Check(
        name="rows_near",
        title="Number of rows near the cut-off",
        passed=passed,
        observed=float(min(counts)),
        threshold=float(FEWEST_NEAR),
        text=f"{told}.",
        source="a convention of this project",
    )


def fine_scores(rows: Rows, how: How, h: float) -> Check:
    """Whether the score takes many different values, or a few that many rows share."""
    share = max(massed(side) for side in rows.sides)
    near = rows.near(h, how.kernel)
    values = min(len(np.unique(rows.x[near & own])) for own in (rows.treated, ~rows.treated))
    passed = share < MASSED and values >= FEWEST_VALUES
    told = f"{100 * share:.0f} % of rows share their score, {values} different ones are near"
    if not passed:
        told += ": the score is coarse, so the jump rests on what is assumed between its values"
    return Check(
        name="mass_points",
        title="Fineness of the score",
        passed=passed,
        observed=share,
        threshold=MASSED,
        text=f"{told}.",
        source="Kolesar and Rothe 2018, Am. Econ. Rev. 108:2277; WWC Standards Handbook 4.1; "
        "rdrobust 2.1 on the share",
    )


def no_placebo_jump(rows: Rows, how: How) -> Check | None:
    """Whether the outcome jumps at the median score of either side, where nothing begins."""
    found = []
    for own in (rows.treated, ~rows.treated):
        some = rows.some(own)
        x = some.x - float(np.median(some.x))
        row = _jump_of(Rows(x=x, y=some.y, treated=x >= 0), how)
        if row is not None:
            found.append(row.p_value)
    if not found:
        return None
    p = min(1.0, min(found) * len(found))
    told = f"At cut-offs where nothing begins the outcome does not jump ({p_in_words(p)})."
    if p < SIGNIFICANT:
        told = (
            "The outcome also jumps at a cut-off where nothing begins "
            f"({p_in_words(p)}): jumps may be "
            "nothing special in it."
        )
    return Check(
        name="placebo_cutoffs",
        title="Jumps where nothing begins",
        passed=p >= SIGNIFICANT,
        observed=p,
        threshold=SIGNIFICANT,
        text=told,
        source="Imbens and Lemieux 2008, J. Econometrics 142:615, section 7",
    )


def donut(rows: Rows, how: How, at: Bandwidths, effect: Coefficient) -> Check | None:
    """The jump without the rows nearest to the cut-off: it informs."""
    hole = np.abs(rows.x) < DONUT * at.h
    row = _jump_of(rows.some(~hole), how, at)
    if row is None:
        return None
    return Check(
        name="donut",
        title="Without those nearest to the cut-off",
        passed=None,
        observed=row.estimate,
        threshold=effect.estimate,
        text=f"Without the {int(hole.sum())} rows within {plain(DONUT * at.h)} of the cut-off the "
        f"jump is {plain(row.estimate)} ({plain(row.ci_low)} to {plain(row.ci_high)}).",
        source=f"Barreca et al. 2011, Q. J. Econ. 126:2117; {CIT}, section 5.4",
    )


def other_bandwidths(rows: Rows, how: How, at: Bandwidths) -> Check | None:
    """The jump at half and at twice the bandwidth: it informs."""
    told = []
    for factor in FACTORS:
        row = _jump_of(rows, how, Bandwidths(factor * at.h, factor * at.b))
        if row is not None:
            told.append((factor, row))
    if not told:
        return None
    sizes = "; ".join(
        f"{plain(row.estimate)} at {plain(factor * at.h)} ({plain(row.ci_low)} to "
        f"{plain(row.ci_high)})"
        for factor, row in told
    )
    return Check(
        name="other_bandwidths",
        title="At half and at twice the bandwidth",
        passed=None,
        observed=told[0][1].estimate,
        threshold=None,
        text=f"The jump is {sizes}.",
        source="Imbens and Lemieux 2008, J. Econometrics 142:615, section 5",
    )


def bias_allowed_for(how: How, *, chosen: bool) -> Check:
    """Whether the interval allows for what a straight line misses of a curve."""
    robust = how.inference == "robust"
    told = "The interval allows for the curve that the local polynomial misses."
    if not robust:
        told = (
            "The interval takes the outcome to follow the polynomial exactly within the bandwidth; "
            "inference='robust' does not."
        )
    return Check(
        name="bias",
        title="Allowance of the interval for curves",
        passed=True if robust else False if chosen else None,
        observed=None,
        threshold=None,
        text=told,
        source="Calonico, Cattaneo and Titiunik 2014, Econometrica 82:2295",
    )


def no_row_carries(found: Jump) -> Check:
    """Whether one row's error makes up most of the variance of the jump."""
    largest = max(float((limit.moves**2).max()) for limit in found.limits) / found.robust.se**2
    passed = largest <= CARRIES
    told = f"One row alone makes up {100 * largest:.0f} % of the variance of the jump"
    return Check(
        name="influential_points",
        title="Weight of single rows in the result",
        passed=passed,
        observed=largest,
        threshold=CARRIES,
        text=f"{told}." if passed else f"{told}: check its figures.",
        source="a convention of this project",
    )


def _jump_of(rows: Rows, how: How, at: Bandwidths | None = None) -> Coefficient | None:
    """The robust jump, or None where the rows do not tell one."""
    try:
        found = jump(rows, how, at or bandwidths(rows, how, h=None, b=None)).robust
    except ScoringError:
        return None
    return found if found.se > 0 else None
