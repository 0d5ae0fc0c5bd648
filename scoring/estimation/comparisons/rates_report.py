"""A fitted comparison of rates as an estimate: its checks, words, facts and picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.columns import Column
from scoring.estimation.comparisons import rates_checks as checks
from scoring.estimation.comparisons.arms import (
    CLAIMS,
    alike_before,
    baseline_facts,
    differences,
    effect_of,
    interval_in_words,
    whole_clusters,
)
from scoring.estimation.comparisons.rates_covariance import BY_CLUSTERS, pearson_dispersion, told
from scoring.estimation.generalised import Counts, GeneralisedFit, log_likelihood
from scoring.estimation.results import Check, Coefficient, Estimate, Line, Picture, Value
from scoring.estimation.shapes import Flags
from scoring.estimation.words import checks_in_words, plain, verdict_in_words

EFFECT = "treated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """The model chosen, the Poisson, and the negative binomial (`other`) where there is one."""

    chosen: GeneralisedFit[Counts]
    poisson: GeneralisedFit[Counts]
    other: GeneralisedFit[Counts] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Fitted counts with all that their report needs."""

    fits: Fits
    table: tuple[Coefficient, ...]
    treated: Flags
    exposure: Column
    covariates: Mapping[str, Column]
    clusters: tuple[object, ...] | None
    asked: str
    kind: str
    df: str
    assignment: str
    people: bool
    level: float

    @property
    def fit(self) -> GeneralisedFit[Counts]:
        """The model chosen."""
        return self.fits.chosen

    @property
    def effect(self) -> Coefficient:
        """The log rate ratio."""
        return next(row for row in self.table if row.term == EFFECT)

    @property
    def model(self) -> str:
        """The model of the fit."""
        return "negative_binomial" if self.fit.family.alpha else "poisson"

    @property
    def whole_clusters(self) -> tuple[int, int] | None:
        """Clusters with and without the programme, where none has rows of both."""
        return None if self.clusters is None else whole_clusters(self.clusters, self.treated)


def report(case: Case) -> Estimate:
    """The estimate of a fitted case."""
    effect, sides = case.effect, (case.treated, ~case.treated)
    sizes = [float(side.sum()) for side in sides]
    natural = effect_of(effect, "IRR", source=case.kind, n1i=sizes[0], n2i=sizes[1])
    found = _checks(case)
    return Estimate(
        design=_design(case),
        estimator=case.model,
        covariance=case.kind,
        claim=CLAIMS[case.assignment],
        level=case.level,
        n=case.fit.working.n,
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=natural,
        not_standardised=None,
        coefficients=case.table,
        checks=found,
        text=_text(case, found),
        specification=_specification(case),
        facts=_facts(case),
        pictures=(_picture(case),),
    )


def _design(case: Case) -> str:
    if case.assignment == "observed":
        return "cohort"
    return "rct" if case.whole_clusters is None else "cluster_rct"


def _checks(case: Case) -> tuple[Check, ...]:
    fit, effect = case.fit, case.effect
    randomised = case.assignment == "randomised"
    found = (
        checks.enough_events(fit.y, case.treated),
        checks.dispersion(case.fits.poisson, fit.family, case.kind),
        checks.likelihood_ratio(case.fits.poisson, case.fits.other),
        checks.other_model(_other_model(case)),
        checks.zeros(fit),
        checks.no_row_carries(fit, effect),
        checks.enough_df(effect, case.kind),
        checks.shares(case.exposure, case.treated),
        alike_before(differences(case.covariates, case.treated), randomised=randomised),
    )
    return tuple(check for check in found if check is not None)


def _other_model(case: Case) -> tuple[Coefficient, str] | None:
    fit, name = case.fits.other, "negative binomial"
    if case.model == "negative_binomial":
        fit, name = case.fits.poisson, "Poisson"
    if fit is None:
        return None
    rows = told(fit, case.kind, clusters=case.clusters, df=case.df, level=case.level)
    return next(row for row in rows if row.term == EFFECT), name


def _text(case: Case, found: tuple[Check, ...]) -> str:
    effect = case.effect
    ratio = math.exp(min(effect.estimate, 700.0))
    adjusted = ", adjusted for " + ", ".join(case.covariates) if case.covariates else ""
    with_, without = (_rate(case, side) for side in (case.treated, ~case.treated))
    assumed = (
        "Arms were randomised, so nothing but the programme and chance should set them apart."
        if case.assignment == "randomised"
        else "This takes for granted that, without the programme, both arms would have had the "
        "same rate"
        + (" once adjusted" if case.covariates else "")
        + ". It cannot tell the programme from whatever else sets the arms apart."
    )
    size = (
        f"Events were {plain(ratio)} times as frequent with the programme as without it"
        f"{adjusted} ({interval_in_words(effect, level=case.level, ratio=True)}): "
        f"{plain(with_)} against {plain(without)} per 1,000 of exposure as counted."
    )
    return " ".join(
        (
            size,
            verdict_in_words(effect.ci_low, effect.ci_high),
            assumed,
            checks_in_words(found),
        )
    )


def _rate(case: Case, side: Flags) -> float:
    return 1000 * float(case.fit.y[side].sum() / case.exposure[side].sum())


def _specification(case: Case) -> dict[str, Value | None]:
    alpha = case.fit.family.alpha
    return {
        "model": case.model,
        "model_asked": case.asked,
        "covariance": case.kind,
        "df": case.df,
        "terms": ", ".join(case.fit.working.terms),
        "offset": "log of exposure",
        "assignment": case.assignment,
        "level": case.level,
        "alpha": alpha,
        "theta": 1 / alpha if alpha else None,
        "loglik": log_likelihood(case.fit),
        "deviance": deviance(case.fit),
        "pearson_dispersion": pearson_dispersion(case.fit),
        "residual_df": case.fit.working.df,
        "rank": len(case.fit.working.terms),
        "clusters": None if case.clusters is None else len(set(case.clusters)),
        "rate_intervention": _rate(case, case.treated) / 1000,
        "rate_comparison": _rate(case, ~case.treated) / 1000,
    }


def deviance(fit: GeneralisedFit[Counts]) -> float:
    """Twice what the log-likelihood lacks to that of a model that fits every count.

    Source: McCullagh and Nelder 1989, section 2.3.
    """
    y, mu, alpha = fit.y, fit.mean, fit.family.alpha
    exact = y * np.log(np.where(y > 0, y, 1.0) / mu)
    if not alpha:
        return 2 * float((exact - (y - mu)).sum())
    rest = (y + 1 / alpha) * (np.log1p(alpha * y) - np.log1p(alpha * mu))
    return 2 * float((exact - rest).sum())


def _facts(case: Case) -> dict[str, Value | None]:
    treated, others = int(case.treated.sum()), int((~case.treated).sum())
    units = case.whole_clusters or (treated, others)
    facts: dict[str, Value | None] = {
        "units_intervention": units[0],
        "units_comparison": units[1],
        "adjusted_for_baseline": bool(case.covariates),
        "events_intervention": int(case.fit.y[case.treated].sum()),
        "events_comparison": int(case.fit.y[~case.treated].sum()),
        "exposure_intervention": float(case.exposure[case.treated].sum()),
        "exposure_comparison": float(case.exposure[~case.treated].sum()),
    }
    if case.people:
        facts |= {"analysed_intervention": treated, "analysed_comparison": others}
    if case.kind in BY_CLUSTERS and case.whole_clusters is not None:
        facts |= {
            "clusters_analysed_intervention": units[0],
            "clusters_analysed_comparison": units[1],
        }
    return facts | baseline_facts(differences(case.covariates, case.treated))


def _picture(case: Case) -> Picture:
    rates = 1000 * case.fit.y / case.exposure
    lines = []
    for place, role, side in (
        (0.0, "comparison", ~case.treated),
        (1.0, "observed", case.treated),
    ):
        label = "with the programme" if place else "without it"
        own = tuple(rates[side].tolist())
        lines.append(Line(role=role, label=f"rows {label}", x=(place,) * len(own), y=own))
        whole = _rate(case, side)
        lines.append(Line(role="fitted", label=f"all {label}", x=(place,), y=(whole,)))
    return Picture(
        kind="groups",
        title="Events per 1,000 of exposure",
        x_label="arm",
        y_label="events per 1,000 of exposure",
        lines=tuple(lines),
        ticks=((0.0, "without the programme"), (1.0, "with it")),
    )
