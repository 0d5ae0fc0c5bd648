"""A fitted difference in differences as an estimate: its checks, words, facts and pictures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.estimation.deviations import Standardiser, in_deviations
from scoring.estimation.panels import did_checks as checks
from scoring.estimation.panels.did_checks import Inference, cluster_counts
from scoring.estimation.panels.event_study import EventStudy
from scoring.estimation.panels.panel import Panel
from scoring.estimation.panels.panel_pictures import event_picture, group_means
from scoring.estimation.panels.panel_regression import PanelFit
from scoring.estimation.panels.panel_report import (
    baseline_facts,
    effect_in_words,
    even_periods,
    natural_effect,
)
from scoring.estimation.results import COMPARISON, Check, Coefficient, Estimate, Picture, Value
from scoring.estimation.shapes import Indices
from scoring.estimation.words import checks_in_words, verdict_in_words

BLIND: Final = (
    "It cannot tell the programme from anything else that began in the treated units alone at the "
    "same time."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fitted panel with all that its report needs; `whole` has anticipated periods too."""

    whole: Panel
    panel: Panel
    of: Indices
    fit: PanelFit
    table: tuple[Coefficient, ...]
    effect: Coefficient
    study: EventStudy | None
    unit: Standardiser
    how: Inference
    people: bool


def report(case: Case, *, estimator: str, told: Mapping[str, Value | None]) -> Estimate:
    """The estimate of a fitted case; `told` joins its specification."""
    panel, effect = case.panel, case.effect
    treated = int(panel.ever.sum())
    natural = natural_effect(
        panel,
        effect.estimate,
        effect.se,
        source=case.how.covariance,
        n1i=treated,
        n2i=len(panel.units) - treated,
    )
    standardised = in_deviations(natural, case.unit)
    found = _checks(case)
    return Estimate(
        design="difference_in_differences" if panel.absorbing else "panel_fixed_effects",
        estimator=estimator,
        covariance=case.how.covariance,
        claim=COMPARISON,
        level=case.how.level,
        n=case.fit.n,
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=standardised,
        not_standardised=case.unit.reason if standardised is None else None,
        coefficients=case.table + (() if case.study is None else case.study.coefficients),
        checks=found,
        text=_text(case, found),
        specification={**told, **_specification(case)},
        facts=_facts(case, found),
        pictures=_pictures(case),
    )


def _checks(case: Case) -> tuple[Check, ...]:
    panel, of, how, study = case.panel, case.of, case.how, case.study
    counts = cluster_counts(panel, of)
    few = 0 < min(counts) < checks.FEWEST_CLUSTERS
    p = checks.permuted(panel, of, how) if few else None
    found = (
        checks.enough_clusters(counts, p),
        checks.placebo_check(p) if p is not None else None,
        checks.enough_df(case.effect),
        checks.parallel_before(panel, of, how, sd=case.unit.sd),
        checks.no_leads(study.leads) if study is not None else None,
        checks.no_anticipation(panel, of, how) if study is not None else None,
        checks.one_start(panel),
        checks.treated_throughout(panel),
        checks.autocorrelation(panel, case.fit, how.covariance),
        checks.one_cluster_carries(case.fit, case.effect.term, _names(panel, of)),
        even_periods(case.whole),
    )
    return tuple(check for check in found if check is not None)


def _names(panel: Panel, of: Indices) -> tuple[str, ...]:
    """The unit of every cluster, or the first of its units."""
    members = [np.flatnonzero(of == place) for place in range(int(of.max()) + 1)]
    return tuple(
        f"{panel.units[some[0]]}" + (" and its cluster" if len(some) > 1 else "")
        for some in members
    )


def _text(case: Case, found: Sequence[Check]) -> str:
    panel, effect, others = case.panel, case.effect, int((~case.panel.ever).sum())
    size = effect_in_words(
        panel,
        effect.estimate,
        effect.ci_low,
        effect.ci_high,
        level=case.how.level,
        p_value=effect.p_value,
    )
    judge = f"{others} comparison units" if others else "units not yet treated, or treated before"
    before = next(check for check in found if check.name == "pre_trend")
    return " ".join(
        (
            f"With the programme the outcome was on average {size}, judged by {judge}.",
            verdict_in_words(effect.ci_low, effect.ci_high),
            "This takes for granted that, without it, all units would have changed alike.",
            before.text,
            checks_in_words(found),
            BLIND,
        )
    )


def _specification(case: Case) -> dict[str, Value | None]:
    panel, fit, how, unit = case.panel, case.fit, case.how, case.unit
    return {
        "covariance": how.covariance,
        "df": how.df,
        "covariates": ", ".join(panel.covariates),
        "log": panel.log,
        "level": how.level,
        "permutations": how.permutations,
        "seed": how.seed,
        "standardiser": unit.sd,
        "standardiser_source": unit.source,
        "units": len(panel.units),
        "periods": len(panel.periods),
        "first_start": str(panel.periods[panel.before]),
        "rank": fit.rank,
        "residual_df": fit.df,
        "sigma": math.sqrt(fit.sigma2),
        "r2": fit.r2,
    }


def _facts(case: Case, found: Sequence[Check]) -> dict[str, Value | None]:
    panel = case.panel
    treated, others = cluster_counts(panel, case.of)
    facts: dict[str, Value | None] = {
        "units_intervention": treated,
        "units_comparison": others,
        "parallel_trends": checks.shown_parallel(panel, found),
        "adjusted_for_baseline": True,
    }
    if case.people:
        facts |= {
            "analysed_intervention": int(panel.ever.sum()),
            "analysed_comparison": int((~panel.ever).sum()),
        }
        if len(np.unique(case.of)) < len(panel.units):
            facts |= {
                "clusters_analysed_intervention": treated,
                "clusters_analysed_comparison": others,
            }
    return facts | baseline_facts(panel, panel.before, unit=case.unit)


def _pictures(case: Case) -> tuple[Picture, ...]:
    panel, study = case.panel, case.study
    pictures: list[Picture] = []
    if not panel.ever.all():
        before = None if study is None else panel.before
        pictures.append(group_means(panel, ~panel.ever, before=before))
    if study is not None:
        pictures.append(
            event_picture(
                panel,
                study.times,
                study.coefficients,
                reference=study.reference,
                bands="pointwise",
            )
        )
    return tuple(pictures)
