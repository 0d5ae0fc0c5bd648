"""What each fact is called in plain English, and where in a contrast it is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

# The groups of a form, in the order in which a form asks them.
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "design": "How the comparison was made",
        "discontinuity": "The cut-off",
        "sample": "Who was assigned, and who is left",
        "baseline": "The groups before the programme",
        "outcome": "How the outcome was measured",
        "result": "The result",
        "analysis": "How the effect was computed",
        "directness": "How close the study is to the question",
        "reporting": "Who evaluated, and where it was published",
        "implementation": "What was delivered",
        "money": "Money",
        "harms": "Harms",
        "plan": "What was said in advance",
    }
)
ASSIGNED = ("sample.assigned_intervention", "sample.assigned_comparison")
ANALYSED = ("sample.analysed_intervention", "sample.analysed_comparison")
CLUSTERS = tuple(f"sample.clusters_{path.partition('.')[2]}" for path in (*ASSIGNED, *ANALYSED))
RESULT = ("result", "outcome.direction_good")
# Said in the plan of the programme, not of the result.
PLAN = "plan.outcomes"


@dataclass(frozen=True, slots=True)
class FactWords:
    """A fact: what it is, and the dotted paths from which it is read or worked out."""

    text: str
    paths: tuple[str, ...]

    @property
    def group(self) -> str:
        """The group of a form that asks for it."""
        head = self.paths[0].partition(".")[0]
        return head if head in GROUPS else "outcome"


def _of(group: str, **texts: str) -> dict[str, FactWords]:
    """Facts that are told in one field of their own name."""
    return {name: FactWords(text, (f"{group}.{name}",)) for name, text in texts.items()}


def _prefixed(prefix: str, group: str, **texts: str) -> dict[str, FactWords]:
    """The same where the name of the fact says its group before the name of the field."""
    told = _of(group, **texts).items()
    return {f"{prefix}_{name}": words for name, words in told}


FACT_WORDS: Mapping[str, FactWords] = MappingProxyType(
    {
        "design": FactWords("How the comparison was made", ("design.type",)),
        "compared_with_others": FactWords(
            "Whether people without the programme are compared",
            ("design.type", "design.comparator"),
        ),
        "comparison_made": FactWords(
            "Whether there is anything to compare with", ("design.type", "design.comparator")
        ),
        "cross_section_controlled": FactWords(
            "Whether a comparison at one time allows for what differs",
            ("design.type", "design.controls_adequate"),
        ),
        "known_confounded": FactWords(
            "Whether something else is known to have gone with one group only",
            ("design.confounding_factor",),
        ),
        "cluster_mismatch": FactWords(
            "Whether clusters were assigned and people analysed",
            ("design.assignment_unit", "design.analysis_unit"),
        ),
        "smallest_arm_units": FactWords(
            "Units in the smaller group", ("design.units_intervention", "design.units_comparison")
        ),
        **_of(
            "design",
            assignment_mechanism="What decided who got the programme",
            randomisation_compromised="Whether the random assignment was broken",
            confounding_factor="Whether something else always went with one group only",
            adjusted_for_baseline="Whether the analysis adjusts for the groups as they were before",
            controls_adequate="Whether what differs and could move the outcome is allowed for",
            comparison_similar="Whether the groups were alike before the programme",
            parallel_trends="Whether both groups were on one trend before the start",
            assignment_valid="Whether nobody could influence what decided who got the programme",
            contamination="Whether those compared with got some of the programme",
            usual_care_setting="Whether it was tried in an everyday service",
            placebo_passed="Whether a test that should find nothing found nothing",
            instrument_f="How strongly the instrument or the cut-off moves people (F statistic)",
        ),
        **_prefixed(
            "cutoff",
            "discontinuity",
            strict="Whether nothing but the cut-off decided",
            fuzzy="Whether the cut-off decided only in part",
            values_each_side="Different scores on the side that has fewer",
            density_p="Whether people moved across the cut-off (p of the density test)",
            continuity_shown="Whether nothing else changes at the cut-off",
            functional_form_shown="Whether the form of the curve is justified",
            bandwidth_justified="Whether the bandwidth is justified",
        ),
        "attrition_overall_pct": FactWords("People lost, per cent", (*ASSIGNED, *ANALYSED)),
        "attrition_differential_pp": FactWords(
            "Difference in losses between the groups, percentage points", (*ASSIGNED, *ANALYSED)
        ),
        "cluster_attrition_overall_pct": FactWords("Clusters lost, per cent", CLUSTERS),
        "cluster_attrition_differential_pp": FactWords(
            "Difference in clusters lost between the groups, percentage points", CLUSTERS
        ),
        "analysed_people": FactWords("People analysed", ANALYSED),
        "smallest_arm_analysed": FactWords("People analysed in the smaller group", ANALYSED),
        "analysed_clusters": FactWords("Clusters analysed", CLUSTERS[2:]),
        **_of(
            "sample",
            analysed_intervention="People with the programme who are analysed",
            attrition_assumption="What the protocol assumes of those who were lost",
            joiners_risk="Whether people could join a place because of its group",
            sites="How many sites",
            setting_types="How many kinds of setting",
        ),
        "baseline_difference": FactWords(
            "Largest difference between the groups before, standard deviations", ("baseline",)
        ),
        "domain_baseline_difference": FactWords(
            "Largest difference before, of any result on this outcome, standard deviations",
            ("baseline",),
        ),
        "other_baseline_difference": FactWords(
            "Largest difference before in anything but the outcome, standard deviations",
            ("baseline", "baseline.same_as_outcome"),
        ),
        "baseline_shown": FactWords("Whether the groups before are shown at all", ("baseline",)),
        "baseline_same_as_outcome": FactWords(
            "Whether the outcome itself was measured before", ("baseline.same_as_outcome",)
        ),
        "pre_post_correlation": FactWords(
            "Correlation of the outcome before and after", ("baseline.pre_post_correlation",)
        ),
        **_prefixed(
            "outcome",
            "outcome",
            kind="What kind of quantity it is",
            source="Where the figures come from",
            same_in_both_groups="Whether it was measured the same way in both groups",
            surrogate="Whether it stands in for what matters",
            validated="Whether the measure is validated",
            over_aligned="Whether the measure was made for the programme",
            assessor_blind="Whether whoever measured did not know the group",
            internal_consistency="Reliability: internal consistency (0 to 1)",
            test_retest="Reliability: test and retest (0 to 1)",
            inter_rater="Reliability: between raters (0 to 1)",
        ),
        "primary": FactWords("Whether it was the primary outcome", ("outcome.primary",)),
        "timing": FactWords("Before or after the programme", ("timing",)),
        "months_since_start": FactWords("Months since the start", ("months_since_start",)),
        "months_since_end": FactWords("Months since the programme ended", ("months_since_end",)),
        "effect": FactWords("Which way the effect goes, and how far", RESULT),
        "effect_smd": FactWords("The effect in standard deviations", RESULT),
        "effect_se": FactWords("How exact the effect is (standard error)", RESULT),
        "p_value": FactWords("How surprising the result is without an effect (p)", RESULT),
        "p_family": FactWords(
            "The same p among all results tested together",
            ("analysis.comparisons_in_family", *RESULT),
        ),
        "analysis_population": FactWords("Who was analysed", ("analysis.population",)),
        "mdes": FactWords(
            "Smallest effect the study could detect, standard deviations",
            ("analysis.mdes", "analysis.icc", "analysis.r_squared", *ASSIGNED),
        ),
        **_of(
            "analysis",
            missing_data_method="What was done about missing outcomes",
            cluster_adjusted="Whether the analysis allows for clusters",
            comparisons_in_family="How many results were tested together",
            power_calculation="Whether the size was worked out in advance",
            share_imbalanced="Share of tests before the programme that found a difference (0 to 1)",
        ),
        **_prefixed(
            "same",
            "directness",
            population="Whether the people are those in question",
            intervention="Whether the programme is the one in question",
            comparator="Whether the comparison is the one in question",
            outcome="Whether the outcome is the one in question",
            time="Whether the follow-up is the one in question",
        ),
        **_of(
            "reporting",
            evaluator="Who evaluated",
            conflict_of_interest="Whether the evaluators had an interest",
            publication_status="Whether the report is complete",
            peer_reviewed="Whether it was peer reviewed",
            published_year="When it was published",
        ),
        **_of(
            "implementation",
            theory_of_change="Whether there is a theory of how it works",
            manual="Whether there is a manual",
            training="Whether there is training",
            described="Whether the programme is described",
            fidelity="Share delivered as intended (0 to 1)",
            reach="Share of those it is for who were reached (0 to 1)",
            adherence="Share who took it up as intended (0 to 1)",
            mechanism_evidence="Whether anybody asked how it works",
            moderators_tested="Whether anybody tested for whom it works",
        ),
        **_of(
            "money",
            unit_cost="What a unit costs, pounds",
            price_year="The year of the prices",
        ),
        "benefit_cost_ratio": FactWords(
            "What a pound brings back, pounds", ("money.pv_benefits", "money.pv_costs")
        ),
        "harm_looked_for": FactWords("Whether harm was looked for", ("harms",)),
        "harm_found": FactWords("Whether harm was found", ("harms",)),
        "serious_harm_found": FactWords("Whether serious harm was found", ("harms",)),
        "planned_in_advance": FactWords("Whether the outcome was planned in advance", (PLAN,)),
        "switched": FactWords("Whether it was reported otherwise than planned", (PLAN,)),
    }
)
# Facts that only repeat another for a rule: nothing that anybody records besides it.
HELPERS = frozenset(
    {
        "analysed_people", "baseline_shown", "cluster_mismatch", "comparison_made",
        "cross_section_controlled", "domain_baseline_difference", "effect_se", "effect_smd",
        "harm_looked_for", "known_confounded", "other_baseline_difference", "p_family",
        "serious_harm_found", "smallest_arm_analysed", "timing",
    }
)  # fmt: skip
# Facts that a standard of a body works out over all its results.
BODY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "pooled_samples": "Independent samples that can be pooled",
        "unreported": "Whether a planned primary outcome was never reported",
        "small_and_sponsored": "Whether all of it is small and by those with an interest in it",
        "body_randomised": "Whether the best-designed part is randomised",
        "all_direct": "Whether every result is about the question itself",
        "high_risk_share_pct": "Weight of results at high risk of bias, per cent",
        "low_risk_share_pct": "Weight of results at low risk of bias, per cent",
        "i2_same_direction": "Inconsistency where all point one way (I², per cent)",
        "i2_mixed_directions": "Inconsistency where they point both ways (I², per cent)",
        "information_pct": "People analysed, per cent of those needed",
        "marks_crossed": "Decision marks inside the interval",
        "fold_change": "Change in risk, as a fold",
        "eef_drop": "Padlocks that the threats cost",
    }
)


def fact_text(name: str) -> str:
    """What a fact is called; a name nobody has words for reads as it is written."""
    known = FACT_WORDS.get(name)
    return known.text if known else BODY_WORDS.get(name, name.replace("_", " "))


def fact_in_a_sentence(name: str) -> str:
    """The same without its capital."""
    text = fact_text(name)
    return text[:1].lower() + text[1:]


def paths_of(names: Iterable[str]) -> frozenset[str]:
    """The dotted paths from which facts are read or worked out, where they are recorded at all."""
    return frozenset(
        path for name in names if name in FACT_WORDS for path in FACT_WORDS[name].paths
    )
