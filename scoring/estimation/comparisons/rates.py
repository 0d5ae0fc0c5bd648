"""Rates: counts of events over exposure, compared between two arms."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, column, refuse_rows
from scoring.errors import InvalidInput, NotConverged, TooLittleData
from scoring.estimation.comparisons.arms import (
    CLAIMS,
    NO_COVARIATES,
    Covariates,
    Labels,
    read_arms,
    read_covariates,
    refuse_lone_cluster,
)
from scoring.estimation.comparisons.rates_checks import SIGNIFICANT, dean
from scoring.estimation.comparisons.rates_covariance import degrees, told
from scoring.estimation.comparisons.rates_report import Case, Fits, report
from scoring.estimation.generalised import Counts, GeneralisedFit, generalised, negative_binomial
from scoring.estimation.results import Estimate
from scoring.estimation.shapes import Flags

NEGATIVE: Final = "negative_binomial"
MODELS: Final = ("auto", "poisson", NEGATIVE)


def rate_comparison(
    *,
    events: Numbers,
    exposure: Numbers,
    treated: Numbers,
    covariates: Covariates = NO_COVARIATES,
    clusters: Labels | None = None,
    model: str = "auto",
    covariance: str | None = None,
    df: str | None = None,
    assignment: str = "observed",
    people: bool = False,
    level: float = 0.95,
) -> Estimate:
    """The ratio of event rates with a programme to those without it.

        events_i ~ mean mu_i,  ln mu_i = ln exposure_i + a + b treated_i + covariates
        poisson             variance mu (any variance, with a robust covariance)
        negative_binomial   variance mu + alpha mu^2, alpha by maximum likelihood
        auto                the second where Dean's test finds overdispersion (p < 0.05), else
                            the first
    Rows (n,) are places or people: whole `events`, the `exposure` they came from (person-years,
    contacts), `treated` 1 or 0, numbers or words as `covariates`, `clusters` if rows go together.
    The effect is b, the log rate ratio (IRR), which the pool takes as it is.
    `covariance` is model (the likelihood's, alpha as known), quasi (times the Pearson dispersion),
    HC0-HC3, CR0, CR1, CR1S or CR2, unless given CR2 with clusters and HC2 without; `df` is normal,
    residual, clusters or satterthwaite, the last unless told for HC2, CR1 and CR2.
    `assignment` says whether arms were randomised or observed; `people` that rows are people.
    Raises InvalidInput, with the row, for events that are no whole numbers of 0 or more, exposure
    not above 0 and columns that others explain; TooLittleData for an arm without rows or events, or
    of one cluster, and columns that separate the rows; NotConverged for a negative binomial of
    counts that are not overdispersed.
    Source: McCullagh and Nelder 1989, chapter 6; Lawless 1987; Gourieroux, Monfort and Trognon
    1984, Econometrica 52:701 (robust Poisson); Dean 1992, J. Am. Stat. Assoc. 87:451.
    """
    check_known("assignment", assignment, CLAIMS)
    y = _counts(events)
    time = column("exposure", exposure, above=0.0)
    arms = read_arms(treated, events=y, exposure=time)
    _refuse_without_events(y, arms == 1)
    _check_clusters(clusters, arms)
    extra = read_covariates(covariates, rows=len(y))
    fits = _fits(y, {"(Intercept)": np.ones(len(y)), "treated": arms, **extra}, time, model)
    kind = covariance or ("HC2" if clusters is None else "CR2")
    return report(
        Case(
            fits=fits,
            table=told(fits.chosen, kind, clusters=clusters, df=df, level=level),
            treated=arms == 1,
            exposure=time,
            covariates=extra,
            clusters=None if clusters is None else tuple(clusters),
            asked=model,
            kind=kind,
            df=degrees(kind, df),
            assignment=assignment,
            people=people,
            level=level,
        )
    )


def _check_clusters(clusters: Labels | None, arms: Column) -> None:
    if clusters is not None and len(clusters) != len(arms):
        raise InvalidInput(
            f"has {len(clusters)} rows", field="clusters", accepted=f"{len(arms)}, as events"
        )
    refuse_lone_cluster(clusters, arms == 1)


def _counts(events: Numbers) -> Column:
    y = column("events", events, at_least=0.0)
    refuse_rows(
        y != np.floor(y), field="events", values=y, accepted="a whole number of events, 0 or more"
    )
    return y


def _refuse_without_events(y: Column, treated: Flags) -> None:
    for side, name in ((treated, "with"), (~treated, "without")):
        if not y[side].any():
            raise TooLittleData(
                f"no events {name} the programme, so the ratio of rates has no bound",
                field="events",
                accepted="events in both arms; a longer period or more places, or the difference "
                "in rates of both totals (measure IRD), which needs none",
            )


def _fits(y: Column, columns: Mapping[str, Column], time: Column, model: str) -> Fits:
    check_known("model", model, MODELS)
    poisson = generalised(y, columns, Counts(offset=np.log(time)))
    other = negative_binomial(poisson) if model == NEGATIVE else _negative_binomial(poisson)
    overdispersed = model == "auto" and dean(poisson).p_value < SIGNIFICANT
    chosen = other if other is not None and (model == NEGATIVE or overdispersed) else poisson
    return Fits(chosen=chosen, poisson=poisson, other=other)


def _negative_binomial(poisson: GeneralisedFit[Counts]) -> GeneralisedFit[Counts] | None:
    try:
        return negative_binomial(poisson)
    except NotConverged:
        return None
