"""What could be wrong with a comparison of rates, looked for in the counts themselves."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.estimation.comparisons.rates_covariance import LIKELIHOOD, pearson_dispersion
from scoring.estimation.generalised import Counts, GeneralisedFit, log_likelihood
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.shapes import Flags
from scoring.estimation.words import p_in_words, plain
from scoring.synthesis.nested.robust import FEWEST_DF

# Below this probability the counts speak against what the model takes for granted.
SIGNIFICANT: Final = 0.05

# Below so many events in an arm the normal approximation of a log ratio is poor.
# Source: Vittinghoff and McCulloch 2007, Am. J. Epidemiol. 165:710.
FEWEST_EVENTS: Final = 10

# A row that moves the effect by more than its own standard error carries it.
# Source: Belsley, Kuh and Welsch 1980, section 2.1, who scale the move so.
CARRIES: Final = 1.0


@dataclass(frozen=True, slots=True)
class Tested:
    """A statistic and the probability of one as far out."""

    statistic: float
    p_value: float


def dean(poisson: GeneralisedFit[Counts]) -> Tested:
    """Dean's test whether counts vary more than a Poisson's, one-sided, corrected for the fit.

        sum [(y - mu)^2 - y + h mu] / sqrt(2 sum mu^2),   h the leverages
    Source: Dean 1992, J. Am. Stat. Assoc. 87:451, the statistic P'_B against variance mu + alpha
    mu^2.
    """
    y, mu = poisson.y, poisson.mean
    excess = (y - mu) ** 2 - y + leverages(poisson) * mu
    statistic = float(excess.sum()) / math.sqrt(2 * float((mu**2).sum()))
    return Tested(statistic, float(special.ndtr(-statistic)))


def leverages(fit: GeneralisedFit[Counts]) -> Column:
    """The leverage (n,) of each row in the working regression."""
    q = np.linalg.qr(np.sqrt(fit.working.weights)[:, None] * fit.working.x)[0]
    h: Column = (q**2).sum(axis=1)
    return h


def dispersion(poisson: GeneralisedFit[Counts], chosen: Counts, kind: str) -> Check:
    """Whether the interval allows for as much variation between rows as there is."""
    found, pearson = dean(poisson), pearson_dispersion(poisson)
    more = found.p_value < SIGNIFICANT
    allowed = kind != "model" or chosen.alpha > 0
    told = (
        f"Counts vary {plain(pearson)} times as much as chance alone would make them "
        f"(Dean's test, {p_in_words(found.p_value)})."
    )
    if more:
        told += (
            " The interval allows for it."
            if allowed
            else " The interval does not: it is too short. covariance='HC2' is not."
        )
    return Check(
        name="overdispersion",
        title="Allowance of the interval for variation between rows",
        passed=not more or allowed,
        observed=pearson,
        threshold=1.0,
        text=told,
        source="Dean 1992, J. Am. Stat. Assoc. 87:451; McCullagh and Nelder 1989, section 6.2",
    )


def likelihood_ratio(
    poisson: GeneralisedFit[Counts], negative: GeneralisedFit[Counts] | None
) -> Check | None:
    """Poisson against negative binomial by their likelihoods: it informs."""
    if negative is None:
        return None
    statistic = max(0.0, 2 * (log_likelihood(negative) - log_likelihood(poisson)))
    # Nothing is on the other side of alpha = 0, so half of the chi-squared is a point at 0.
    p = 0.5 * float(special.chdtrc(1, statistic))
    return Check(
        name="likelihood_ratio",
        title="Poisson against negative binomial",
        passed=None,
        observed=statistic,
        threshold=None,
        text=f"A negative binomial with theta {plain(1 / negative.family.alpha)} fits better by "
        f"{plain(statistic)} in twice the log-likelihood ({p_in_words(p)}).",
        source="Lawless 1987, Can. J. Stat. 15:209; Self and Liang 1987, on the boundary",
    )


def other_model(rows: tuple[Coefficient, str] | None) -> Check | None:
    """What the model that was not chosen says: it informs. `rows` are its effect and its name."""
    if rows is None:
        return None
    row, name = rows
    ratio, low, high = (math.exp(min(v, 700.0)) for v in (row.estimate, row.ci_low, row.ci_high))
    return Check(
        name="other_model",
        title="What the other model says",
        passed=None,
        observed=row.estimate,
        threshold=None,
        text=f"A {name} model gives a ratio of {plain(ratio)} ({plain(low)} to {plain(high)}). "
        "Poisson counts every event alike, negative binomial every row more nearly so: where they "
        "differ, so do large and small rows.",
        source="Cameron and Trivedi 2013, Regression Analysis of Count Data, section 3.3",
    )


def enough_events(y: Column, treated: Flags) -> Check:
    """Whether both arms have events enough for a log ratio to be near normal."""
    counts = (int(y[treated].sum()), int(y[~treated].sum()))
    passed = min(counts) >= FEWEST_EVENTS
    told = f"{counts[0]:,} events with the programme and {counts[1]:,} without."
    if not passed:
        told += " With so few, an interval around a ratio is only rough."
    return Check(
        name="events",
        title="Number of events in both arms",
        passed=passed,
        observed=float(min(counts)),
        threshold=float(FEWEST_EVENTS),
        text=told,
        source="Vittinghoff and McCulloch 2007, Am. J. Epidemiol. 165:710",
    )


def zeros(fit: GeneralisedFit[Counts]) -> Check:
    """Whether there are more rows without events than the model expects: it informs.

    Under the model a row is without events with probability exp(-mu) or (1 + alpha mu)^(-1/alpha).
    """
    mu, alpha = fit.mean, fit.family.alpha
    nothing = (1 + alpha * mu) ** (-1 / alpha) if alpha else np.exp(-mu)
    observed, expected = int((fit.y == 0).sum()), float(nothing.sum())
    spread = math.sqrt(float((nothing * (1 - nothing)).sum()))
    far = spread > 0 and abs(observed - expected) > special.ndtri(1 - SIGNIFICANT / 2) * spread
    told = f"{observed} rows have no event, where the model expects {plain(expected)}"
    if far:
        told += (
            ": some may have had none to have, or none recorded"
            if observed > expected
            else ", fewer than chance would leave"
        )
    return Check(
        name="zero_counts",
        title="Rows without events",
        passed=None,
        observed=float(observed),
        threshold=expected,
        text=f"{told}.",
        source="van den Broek 1995, Biometrics 51:738",
    )


def no_row_carries(fit: GeneralisedFit[Counts], effect: Coefficient) -> Check:
    """Whether leaving out one row would move the effect by more than its standard error.

    One step of the fit without row i: (X'WX)^-1 x_i w_i r_i / (1 - h_i) (Pregibon 1981).
    """
    working = fit.working
    bread = np.asarray(working.fitted.normalized_cov_params, np.float64)
    at = working.at(effect.term)
    left = np.maximum(1 - leverages(fit), np.finfo(np.float64).tiny)
    moves = (working.x @ bread[:, at]) * working.weights * working.residuals / left / effect.se
    worst = int(np.argmax(np.abs(moves)))
    size = float(abs(moves[worst]))
    passed = size <= CARRIES
    told = (
        "No single row carries the result"
        if passed
        else f"Row {worst + 1} alone carries the result: check its figures"
    )
    return Check(
        name="influential_points",
        title="Weight of single rows in the result",
        passed=passed,
        observed=size,
        threshold=CARRIES,
        text=f"{told} (without row {worst + 1} the log ratio would move by {plain(size)} standard "
        "errors).",
        source="Pregibon 1981, Ann. Stat. 9:705; Belsley, Kuh and Welsch 1980",
    )


def enough_df(effect: Coefficient, kind: str) -> Check | None:
    """Whether a robust interval has the degrees of freedom that it needs."""
    if effect.df is None or kind in LIKELIHOOD:
        return None
    passed = effect.df >= FEWEST_DF
    told = f"The interval rests on {plain(effect.df)} degrees of freedom"
    if not passed:
        told += ", too few to hold as often as it says: more clusters or rows are needed"
    return Check(
        name="degrees_of_freedom",
        title="Number of rows or clusters",
        passed=passed,
        observed=effect.df,
        threshold=FEWEST_DF,
        text=f"{told}.",
        source="Tipton 2015, Psychol. Methods 20:375",
    )


def shares(exposure: Column, treated: Flags) -> Check:
    """How much of an arm's exposure is one row's: it informs."""
    largest = [float(exposure[side].max() / exposure[side].sum()) for side in (treated, ~treated)]
    return Check(
        name="exposure_shares",
        title="How much of the exposure is one row's",
        passed=None,
        observed=max(largest),
        threshold=None,
        text=f"The largest row has {100 * largest[0]:.0f} % of the exposure with the programme and "
        f"{100 * largest[1]:.0f} % of that without.",
        source="arithmetic on the exposure given",
    )
