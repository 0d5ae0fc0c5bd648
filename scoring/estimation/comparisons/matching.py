"""Matched comparison: those with a programme against others like them before it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Numbers, check_known, column, number
from scoring.errors import InvalidInput
from scoring.estimation.comparisons.arms import (
    Covariates,
    Labels,
    read_arms,
    read_covariates,
    refuse_lone_cluster,
)
from scoring.estimation.comparisons.matching_report import Case, report
from scoring.estimation.comparisons.pair_matching import CALIPER, Pairs, nearest_pairs, paired
from scoring.estimation.comparisons.propensity import (
    ATE,
    ATT,
    Means,
    Sample,
    Scored,
    doubly_robust,
    trimmed,
    weighted,
)
from scoring.estimation.results import Estimate

# The methods, with the estimands that each answers.
METHODS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"weighting": (ATT, ATE), "doubly_robust": (ATT, ATE), "matching": (ATT,)}
)


def matched_comparison(
    *,
    treated: Numbers,
    outcome: Numbers,
    covariates: Covariates,
    method: str = "weighting",
    estimand: str = ATT,
    trim: str = "none",
    caliper: float = CALIPER,
    adjust: bool = True,
    clusters: Labels | None = None,
    baseline: str | None = None,
    sd: float | None = None,
    people: bool = False,
    level: float = 0.95,
) -> Estimate:
    """The effect of a programme on those who had it, against others with the same covariates.

        weighting      means weighted by the inverse of the propensity score (`weighted`)
        doubly_robust  the same, put right by a regression of the outcome (`doubly_robust`)
        matching       pairs with near scores, within a caliper, and with `adjust` a regression of
                       their outcomes on the covariates (`nearest_pairs`, `paired`)
    Rows (n,) are people or places: `treated` 1 or 0, `outcome`, and `covariates` (numbers or
    words) known before the programme; the score is logistic in all of them. `estimand` is ATT, the
    effect on those who had it, or ATE, on all. `trim` leaves out rows without their like in the
    other arm: none, range (of the other arm's scores), crump (scores outside 0.1 to 0.9); the score
    is then fitted again, and the effect is that on who is left. `clusters` go together in the error
    of weighting and doubly_robust. `baseline` names the covariate that is the outcome before.
    An outcome of 1 and 0 gives a difference in proportions, and the pool its log odds ratio; others
    are standardised by `sd`, or with `people` by the spread of those without the programme.
    Raises InvalidInput, with the row, for what is no number; TooLittleData for arms without rows,
    covariates that tell perfectly who got the programme, and hardly any pairs.
    Source: Rosenbaum and Rubin 1983, Biometrika 70:41; Austin and Stuart 2015, Stat. Med. 34:3661.
    """
    check_known("method", method, METHODS)
    check_known("estimand", estimand, METHODS[method])
    whole = _sample(treated, outcome, covariates, clusters, baseline)
    found = trimmed(whole, trim=trim, estimand=estimand)
    pairs = nearest_pairs(found, caliper=caliper) if method == "matching" else None
    return report(
        Case(
            whole=whole,
            found=found,
            means=_means(found, pairs, method=method, estimand=estimand, adjust=adjust),
            pairs=pairs,
            method=method,
            estimand=estimand,
            trim=trim,
            adjust=adjust,
            baseline=baseline,
            sd=None if sd is None else number("sd", sd, above=0.0),
            people=people,
            level=number("level", level, above=0.0, below=1.0),
        )
    )


def _sample(
    treated: Numbers,
    outcome: Numbers,
    covariates: Covariates,
    clusters: Labels | None,
    baseline: str | None,
) -> Sample:
    y = column("outcome", outcome)
    arms = read_arms(treated, outcome=y)
    if not covariates:
        raise InvalidInput(
            "are missing: without them nobody can be said to be alike",
            field="covariates",
            accepted="what was known of every row before the programme",
        )
    if np.ptp(y) == 0:
        raise InvalidInput(
            "is the same in every row", field="outcome", accepted="an outcome that varies"
        )
    if clusters is not None and len(clusters) != len(y):
        raise InvalidInput(
            f"has {len(clusters)} rows", field="clusters", accepted=f"{len(y)}, as outcome"
        )
    refuse_lone_cluster(clusters, arms == 1)
    found = read_covariates(covariates, rows=len(y))
    if baseline is not None and baseline not in found:
        raise InvalidInput(
            f"is {baseline!r}", field="baseline", accepted="the name of a covariate of numbers"
        )
    return Sample(
        treated=arms == 1,
        y=y,
        covariates=found,
        rows=np.arange(len(y)),
        clusters=None if clusters is None else tuple(clusters),
    )


def _means(
    found: Scored, pairs: Pairs | None, *, method: str, estimand: str, adjust: bool
) -> Means:
    if pairs is not None:
        return paired(found, pairs, adjust=adjust)
    return weighted(found, estimand) if method == "weighting" else doubly_robust(found, estimand)
