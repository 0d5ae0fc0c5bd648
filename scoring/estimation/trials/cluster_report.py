"""A fitted trial of clusters as an estimate: its checks, words, facts and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.effects import Effect
from scoring.estimation.panels.did_checks import enough_df
from scoring.estimation.results import RANDOMISED, Check, Coefficient, Estimate, Value
from scoring.estimation.trials import cluster_checks, trial_checks
from scoring.estimation.trials.cluster_answers import INDIVIDUAL, MIXED, Answers, Clusters
from scoring.estimation.trials.trial_checks import Difference, baseline_differences
from scoring.estimation.trials.trial_data import TrialData
from scoring.estimation.trials.trial_effects import Spread, natural_effect
from scoring.estimation.trials.trial_fit import NONE, Answer, Model
from scoring.estimation.trials.trial_report import (
    baseline_facts,
    deviations_in_words,
    effect_in_words,
    flow_facts,
    flow_in_words,
    passed,
    pictures,
    pooled_effect,
    ratios,
)
from scoring.estimation.trials.two_groups import TwoGroups
from scoring.estimation.words import checks_in_words, verdict_in_words

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

    @property
    def answer(self) -> Answer:
        """What the chosen way says."""
        return self.answers.of(self.estimator)

    @property
    def adjusted(self) -> bool:
        """Whether characteristics were allowed for."""
        by_means = self.estimator not in (INDIVIDUAL, MIXED)
        return bool(self.data.baseline) and self.model.adjustment != NONE and not by_means


def report(case: Case) -> Estimate:
    """The estimate of an analysed case."""
    data, effect = case.data, case.answer.effect
    covariance = case.covariances[case.estimator]
    natural = natural_effect(
        effect,
        case.groups.pooled_sd,
        binary=data.binary,
        source=covariance,
        sizes=(case.groups.n1i, case.groups.n2i),
    )
    pooled, how = pooled_effect(natural, case.spread, case.answer.risks, counts=None)
    differences = baseline_differences(data)
    made = _checks(case, differences)
    return Estimate(
        design="cluster_rct",
        estimator=case.estimator,
        covariance=covariance,
        claim=RANDOMISED,
        level=case.model.level,
        n=len(data.y),
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=pooled,
        not_standardised=how if pooled is None else None,
        coefficients=_rows(case),
        checks=made,
        text=_text(case, pooled, made),
        specification=_specification(case, pooled, how),
        facts=_facts(case, differences),
        pictures=pictures(case.answer, differences, binary=data.binary),
    )


def _rows(case: Case) -> tuple[Coefficient, ...]:
    """The table of the chosen way, the effects by the others, and the ratios of risks."""
    answer = case.answer
    rows = (*answer.table, *case.answers.beside(case.estimator, case.covariances))
    if not case.data.binary:
        return rows
    return (*rows, *ratios(answer.risks, df=answer.effect.df, level=case.model.level))


def _facts(case: Case, differences: tuple[Difference, ...]) -> dict[str, Value | None]:
    of_clusters = _cluster_flow(case.data)
    return {
        **flow_facts(case.data),
        **{f"clusters_{name}": count for name, count in of_clusters.items()},
        "units_intervention": of_clusters["assigned_intervention"],
        "units_comparison": of_clusters["assigned_comparison"],
        "adjusted_for_baseline": case.adjusted,
        **baseline_facts(differences),
    }


def _cluster_flow(data: TrialData) -> dict[str, Value | None]:
    """Clusters with anybody assigned, and with anybody analysed, by arm."""
    assigned, analysed = data.cluster_of, data.cluster_of[data.rows]
    return {
        "assigned_intervention": len(np.unique(assigned[data.assigned])),
        "assigned_comparison": len(np.unique(assigned[~data.assigned])),
        "analysed_intervention": len(np.unique(analysed[data.treated])),
        "analysed_comparison": len(np.unique(analysed[~data.treated])),
    }


def _checks(case: Case, differences: tuple[Difference, ...]) -> tuple[Check, ...]:
    data, answers, clusters, effect = case.data, case.answers, case.clusters, case.answer.effect
    lost = [
        trial_checks.low_attrition(_cluster_flow(data), of="clusters"),
        trial_checks.low_attrition(flow_facts(data)),
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
    p = cluster_checks.reassigned(case.answers.people.fit, case.clusters.of, case.clusters.treated)
    return cluster_checks.reassignment(p)


def _specification(case: Case, pooled: Effect | None, how: str) -> dict[str, Value | None]:
    model, mixed, people = case.model, case.answers.mixed_fit, case.answers.people
    measured = None if case.data.binary else case.spread
    return {
        **case.data.told,
        "estimator": case.estimator,
        "covariance": case.covariances[case.estimator],
        "df": people.df if case.estimator == INDIVIDUAL else None,
        "adjustment": model.adjustment,
        "centred": model.centred,
        "level": model.level,
        "terms": ", ".join(people.fit.terms),
        "binary": case.data.binary,
        "people": len(case.data.assigned),
        "filled": case.data.filled,
        "clusters": len(case.clusters.sizes),
        "permutations": cluster_checks.PERMUTATIONS,
        "seed": cluster_checks.SEED,
        "residual_df": people.fit.df,
        "sigma": people.fit.sigma,
        "r2": float(people.fit.fitted.rsquared),
        "method": mixed.method,
        "var_cluster": mixed.var_cluster,
        "var_residual": mixed.var_residual,
        "icc": mixed.icc,
        "loglik": mixed.loglik,
        "icc_unadjusted": case.answers.icc,
        "standardised_by": how if pooled is not None else None,
        "standardiser": None if measured is None else measured.sd / measured.factor,
        "standardiser_df": None if measured is None else measured.df,
        **case.answers.means.summaries("cluster_"),
        **case.groups.summaries(),
    }


def _text(case: Case, pooled: Effect | None, made: Sequence[Check]) -> str:
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
        deviations_in_words(pooled, case.spread) + verdict_in_words(effect.ci_low, effect.ci_high),
        f"{rests}: people of one cluster are alike, and the interval allows for it.",
        chance + (" too, but for those who were lost." if lost else " too."),
        flow_in_words(flow_facts(case.data)),
        checks_in_words(made),
        BLIND,
    )
    return " ".join(sentences)
