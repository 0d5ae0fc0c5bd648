"""Every fact that a standard may ask of one contrast, by name; None is unknown."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from scoring.conduct import (
    attrition,
    compared_with_others,
    comparison_made,
    differences_of_others,
    largest_difference,
    of_clusters,
    pretest,
    smallest_arm_units,
)
from scoring.detectable import detectable
from scoring.evidence import (
    Contrast,
    Directness,
    Discontinuity,
    Fact,
    Facts,
    Flow,
    Harm,
    Implementation,
    Judgement,
    Measurement,
    Money,
    Reporting,
    Value,
)
from scoring.families import family_facts
from scoring.significance import Significance, mismatched, significance
from scoring.threats import threat_facts

Values = Mapping[str, Value | None]


def contrast_facts(
    contrast: Contrast,
    judgements: Iterable[Judgement] = (),
    *,
    others: Iterable[Contrast] = (),
) -> Facts:
    """The facts of one contrast, and the answers of those who judged it, by question.

    `others` are the results told beside it: those of its study and outcome are its family. A
    judgement of the whole outcome holds for each of its contrasts unless it was judged itself; of
    several answers to one question the last told stands.
    """
    found = significance(contrast)
    values = {
        **_named(contrast.discontinuity, Discontinuity, prefix="cutoff_"),
        **_measurement(contrast),
        **_analysis(contrast),
        **_named(contrast.directness, Directness, prefix="same_"),
        **_named(contrast.reporting, Reporting),
        **_named(contrast.implementation, Implementation),
        **_money(contrast.money),
        **_harm(contrast.harms),
    }
    judged = _judged(contrast, judgements)
    return {
        **conduct_facts(contrast),
        **_told(contrast, values),
        **_effect(contrast, found),
        "mdes": _detectable(contrast),
        **_other_baseline(contrast),
        **family_facts(contrast, others, found=found),
        **judged,
        **threat_facts(judged),
    }


def conduct_facts(contrast: Contrast) -> Facts:
    """The facts of how one contrast was made: comparison, attrition, baseline and timing."""
    values = {**_conduct(contrast), **_flow(contrast.flow), **_timing(contrast)}
    largest, partial = largest_difference(contrast.baseline)
    unseen = math.inf if partial else None
    baseline = Fact(value=largest, event_ids=contrast.told_by, up_to=unseen)
    return {**_told(contrast, values), "baseline_difference": baseline}


def known_number(facts: Facts, name: str) -> float | None:
    """The value of a fact that is a number; None where it is not known."""
    fact = facts.get(name)
    return None if fact is None or fact.value is None else float(fact.value)


def _other_baseline(contrast: Contrast) -> Facts:
    """What the change since a pretest of the outcome itself leaves to be allowed for."""
    least, most = differences_of_others(contrast.baseline)
    same, correlation = pretest(contrast.baseline)
    values: Values = {"baseline_same_as_outcome": same, "pre_post_correlation": correlation}
    other = Fact(value=least, event_ids=contrast.told_by, up_to=None if most == least else most)
    return {**_told(contrast, values), "other_baseline_difference": other}


def _told(contrast: Contrast, values: Values) -> Facts:
    ids = contrast.told_by
    return {name: Fact(value=value, event_ids=ids) for name, value in values.items()}


def _conduct(contrast: Contrast) -> Values:
    conduct = contrast.conduct
    return {
        "design": conduct.design,
        "assignment_mechanism": conduct.assignment_mechanism,
        "compared_with_others": compared_with_others(conduct),
        "comparison_made": comparison_made(conduct),
        "cross_section_controlled": (
            conduct.controls_adequate if conduct.design == "cross_section" else True
        ),
        "known_confounded": conduct.confounding_factor is True,
        "smallest_arm_units": smallest_arm_units(conduct, contrast.flow),
        "randomisation_compromised": conduct.randomisation_compromised,
        "confounding_factor": conduct.confounding_factor,
        "adjusted_for_baseline": conduct.adjusted_for_baseline,
        "controls_adequate": conduct.controls_adequate,
        "comparison_similar": conduct.comparison_similar,
        "parallel_trends": conduct.parallel_trends,
        "assignment_valid": conduct.assignment_valid,
        "contamination": conduct.contamination,
        "usual_care_setting": conduct.usual_care_setting,
        "placebo_passed": conduct.placebo_passed,
        "instrument_f": conduct.instrument_f,
        "cluster_mismatch": mismatched(contrast),
        "baseline_shown": bool(contrast.baseline) or None,
    }


def _flow(flow: Flow) -> Values:
    overall, differential = attrition(flow)
    clusters = of_clusters(flow)
    cluster_overall, cluster_differential = attrition(clusters)
    return {
        "attrition_overall_pct": overall,
        "attrition_differential_pp": differential,
        "cluster_attrition_overall_pct": cluster_overall,
        "cluster_attrition_differential_pp": cluster_differential,
        "attrition_assumption": flow.attrition_assumption,
        "joiners_risk": flow.joiners_risk,
        "sites": flow.sites,
        "setting_types": flow.setting_types,
        "analysed_people": _sum(flow.analysed_intervention, flow.analysed_comparison),
        "analysed_intervention": flow.analysed_intervention,
        "smallest_arm_analysed": _least(flow.analysed_intervention, flow.analysed_comparison),
        "analysed_clusters": _sum(clusters.analysed_intervention, clusters.analysed_comparison),
    }


def _measurement(contrast: Contrast) -> Values:
    told = contrast.measurement
    return {
        **_named(told, Measurement, prefix="outcome_"),
        "primary": contrast.primary,
        "planned_in_advance": contrast.promise.in_advance,
        "switched": contrast.promise.switched,
    }


def _analysis(contrast: Contrast) -> Values:
    told = contrast.analysis
    return {
        "analysis_population": told.population,
        "missing_data_method": told.missing_data_method,
        "cluster_adjusted": told.cluster_adjusted,
        "comparisons_in_family": told.comparisons_in_family,
        "power_calculation": told.power_calculation,
        "share_imbalanced": told.share_imbalanced,
    }


def _detectable(contrast: Contrast) -> Fact:
    found = detectable(contrast)
    if found is None:
        return Fact(value=None, event_ids=contrast.told_by)
    return Fact.between(*found, contrast.told_by)


def _money(told: Money) -> Values:
    """What a unit costs, and what a pound brings: the benefit-cost ratio of present values."""
    ratio = None
    if told.pv_benefits is not None and told.pv_costs:
        ratio = told.pv_benefits / told.pv_costs
    return {
        "unit_cost": told.unit_cost,
        "price_year": told.price_year,
        "benefit_cost_ratio": ratio,
    }


def _harm(harms: tuple[Harm, ...] | None) -> Values:
    """Whether harm was found; one that nobody could rule out as the programme's counts as its."""
    if harms is None:
        return {"harm_looked_for": None, "harm_found": None, "serious_harm_found": None}
    blamed = [harm for harm in harms if harm.attributed is not False]
    return {
        "harm_looked_for": True,
        "harm_found": bool(blamed),
        "serious_harm_found": any(harm.severity == "serious" for harm in blamed),
    }


def _timing(contrast: Contrast) -> Values:
    return {
        "timing": contrast.timing,
        "months_since_start": contrast.months_since_start,
        "months_since_end": contrast.months_since_end,
    }


def _effect(contrast: Contrast, found: Significance | None) -> Facts:
    """+ good: `effect` on the scale of its report, `effect_smd` and its error in deviations.

    The error and the p go up to what they are if clusters were not allowed for, where that is open.
    """
    if found is None:
        return {}
    told = _told(
        contrast,
        {
            "effect": found.direction,
            "effect_smd": found.deviations,
            "effect_se": found.error,
            "p_value": found.p,
        },
    )
    return {
        **told,
        "effect_se": replace(told["effect_se"], up_to=found.error_up_to),
        "p_value": replace(told["p_value"], up_to=found.p_up_to),
    }


def _judged(contrast: Contrast, judgements: Iterable[Judgement]) -> Facts:
    told = list(judgements)
    general = [j for j in told if j.about is None]
    own = [j for j in told if j.about == contrast.event_id]
    return {j.question: Fact(value=j.answer, event_ids=(j.event_id,)) for j in (*general, *own)}


def _named(value: object, shape: type, *, prefix: str = "") -> Values:
    return {f"{prefix}{one.name}": getattr(value, one.name) for one in fields(shape)}


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _least(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else min(one, other)
