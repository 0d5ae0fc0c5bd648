"""A fitted trial of clusters as an estimate: its checks, words, facts and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.effects import Effect
from scoring.estimation import cluster_checks, trial_checks
from scoring.estimation.cluster_answers import INDIVIDUAL, MIXED, Answers, Clusters
from scoring.estimation.did_checks import enough_df
from scoring.estimation.panel_report import checks_in_words, verdict_in_words
from scoring.estimation.results import RANDOMISED, Check, Estimate, Value
from scoring.estimation.trial_checks import Difference, baseline_differences
from scoring.estimation.trial_data import TrialData
from scoring.estimation.trial_effects import Spread, natural_effect
from scoring.estimation.trial_fit import NONE, Answer, Model
from scoring.estimation.trial_report import (
    baseline_facts,
    effect_in_words,
    flow_facts,
    flow_in_words,
    passed,
    pictures,
    pooled_effect,
    ratios,
)
from scoring.estimation.two_groups import TwoGroups

BLIND: Final = (
    "It tells of the clusters assigned, and rests on chance alone having assigned them and on "
    "people not having joined or left a cluster for its arm, which no figure here can show."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An analysed trial of clusters with all that its report needs."""

    data: TrialData
    clusters: Clusters
    model: Model
    estimator: str
    covariances: Mapping[str, str]
    answers: Answers
    groups: TwoGroups
    spread: Spread
    permutations: int
    seed: int

    @property
    def answer(self) -> Answer:
        """What the chosen way says."""
        return self.answers.of(self.estimator)

    @property
    def adjusted(self) -> bool:
        """Whether characteristics were allowed for."""
        by_means = self.estimator not in (INDIVIDUAL, MIXED)
        return bool(self.data.baseline) and self.model.adjustment != NONE and not by_means


def report(case: Case, *, told: Mapping[str, Value | None]) -> Estimate:
    """The estimate of an analysed case; `told` joins its specification."""
    data, answer, level = case.data, case.answer, case.model.level
    effect, covariance = answer.effect, case.covariances[case.estimator]
    natural = natural_effect(
        effect.estimate,
        effect.se,
        binary=data.binary,
        source=covariance,
        sizes=(case.groups.n1i, case.groups.n2i),
    )
    pooled, how = pooled_effect(natural, case.spread, answer.risks, counts=None)
    differences = baseline_differences(data)
    flow, of_clusters = flow_facts(data), _cluster_flow(data)
    made = _checks(case, differences, flow, of_clusters)
    return Estimate(
        design="cluster_rct",
        estimator=case.estimator,
        covariance=covariance,
        claim=RANDOMISED,
        level=level,
        n=len(data.y),
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=pooled,
        not_standardised=how if pooled is None else None,
        coefficients=(
            *answer.table,
            *case.answers.beside(case.estimator, case.covariances),
            *(ratios(answer.risks, df=effect.df, level=level) if data.binary else ()),
        ),
        checks=made,
        text=_text(case, flow, made),
        specification={**told, **_specification(case, pooled, how)},
        facts={
            **flow,
            **{f"clusters_{name}": count for name, count in of_clusters.items()},
            "units_intervention": of_clusters["assigned_intervention"],
            "units_comparison": of_clusters["assigned_comparison"],
            "adjusted_for_baseline": case.adjusted,
            **baseline_facts(differences),
        },
        pictures=pictures(answer.without, answer.with_it, differences, binary=data.binary),
    )


def _cluster_flow(data: TrialData) -> dict[str, Value | None]:
    """Clusters with anybody assigned, and with anybody analysed, by arm."""
    assigned, analysed = data.cluster_of, data.cluster_of[data.rows]
    return {
        "assigned_intervention": len(np.unique(assigned[data.assigned])),
        "assigned_comparison": len(np.unique(assigned[~data.assigned])),
        "analysed_intervention": len(np.unique(analysed[data.treated])),
        "analysed_comparison": len(np.unique(analysed[~data.treated])),
    }


def _checks(
    case: Case,
    differences: tuple[Difference, ...],
    flow: Mapping[str, Value | None],
    of_clusters: Mapping[str, Value | None],
) -> tuple[Check, ...]:
    data, answers, clusters, effect = case.data, case.answers, case.clusters, case.answer.effect
    lost = [
        trial_checks.low_attrition(of_clusters, of="clusters"),
        trial_checks.low_attrition(flow),
    ]
    kept = all(check.passed for check in lost)
    few = min(clusters.counts) < cluster_checks.FEWEST_CLUSTERS and not data.blocks
    found = (
        cluster_checks.enough_clusters(clusters.counts, effect.df),
        enough_df(effect),
        _reassignment(case) if few else None,
        *lost,
        trial_checks.attrition_bounds(data),
        trial_checks.alike_before(differences, adjusted=case.adjusted, kept=kept),
        cluster_checks.likeness(data, clusters.of, answers.icc),
        cluster_checks.size_does_not_matter(
            case.groups.difference,
            answers.means.welch(term="", level=case.model.level),
            clusters.sizes,
        ),
        trial_checks.one_armed_blocks(data),
        trial_checks.filled_baselines(data),
        cluster_checks.no_single_cluster(answers.people.fit, data, clusters.of),
    )
    return tuple(check for check in found if check is not None)


def _reassignment(case: Case) -> Check:
    p = cluster_checks.reassigned(
        case.answers.people.fit,
        case.clusters.of,
        case.clusters.treated,
        permutations=case.permutations,
        seed=case.seed,
    )
    return cluster_checks.reassignment(p)


def _specification(case: Case, pooled: Effect | None, how: str) -> dict[str, Value | None]:
    model, spread, mixed = case.model, case.spread, case.answers.mixed_fit
    measured = None if case.data.binary else spread
    means, groups = case.answers.means, case.groups
    return {
        "estimator": case.estimator,
        "covariance": case.covariances[case.estimator],
        "df": model.df if case.estimator == INDIVIDUAL else None,
        "adjustment": model.adjustment,
        "centred": model.centred,
        "level": model.level,
        "terms": ", ".join(case.answers.people.fit.terms),
        "binary": case.data.binary,
        "permutations": case.permutations,
        "seed": case.seed,
        "people": len(case.data.assigned),
        "filled": case.data.filled,
        "clusters": len(case.clusters.sizes),
        "residual_df": case.answers.people.fit.df,
        "sigma": case.answers.people.fit.sigma,
        "r2": float(case.answers.people.fit.fitted.rsquared),
        "method": mixed.method,
        "var_cluster": mixed.var_cluster,
        "var_residual": mixed.var_residual,
        "icc": mixed.icc,
        "loglik": mixed.loglik,
        "icc_unadjusted": case.answers.icc,
        "standardised_by": how if pooled is not None else None,
        "standardiser": None if measured is None else measured.sd / measured.factor,
        "standardiser_df": None if measured is None else measured.df,
        "cluster_m1i": means.m1i,
        "cluster_sd1i": means.sd1i,
        "cluster_n1i": means.n1i,
        "cluster_m2i": means.m2i,
        "cluster_sd2i": means.sd2i,
        "cluster_n2i": means.n2i,
        "m1i": groups.m1i,
        "sd1i": groups.sd1i,
        "n1i": groups.n1i,
        "m2i": groups.m2i,
        "sd2i": groups.sd2i,
        "n2i": groups.n2i,
    }


def _text(case: Case, flow: Mapping[str, Value | None], made: Sequence[Check]) -> str:
    effect, counts = case.answer.effect, case.clusters.counts
    size = effect_in_words(effect, binary=case.data.binary, level=case.model.level)
    told = f"In clusters assigned to the programme people had an outcome {size} than in those"
    alike = ""
    if case.adjusted:
        alike = f", people alike in {', '.join(case.data.baseline)} being compared"
    rests = f"It rests on {counts[0]} clusters with the programme and {counts[1]} without"
    lost = False in (passed(made, "attrition"), passed(made, "attrition_of_clusters"))
    chance = "Chance decided which clusters got the programme, so that what else differs is chance"
    sentences = (
        f"{told} assigned to the comparison{alike}.",
        verdict_in_words(effect.ci_low, effect.ci_high),
        f"{rests}: people of one cluster are alike, and the interval allows for it.",
        chance + (" too, but for those who were lost." if lost else " too."),
        flow_in_words(flow),
        checks_in_words(made),
        BLIND,
    )
    return " ".join(sentences)
