"""How the facts of a study are asked: who was compared and how, what was measured, who is left."""

from collections.abc import Mapping
from types import MappingProxyType

from service.pages.fact_wording import (
    CLUSTERED,
    CUT_OFF,
    NOT_OF_SINGLE_PEOPLE,
    PERCENT,
    STAGED,
    TRIALS,
    Words,
)

# In the order in which a form asks them.
OF_STUDY: Mapping[str, Words] = MappingProxyType(
    {
        "design.comparator": Words("What did those who are compared with receive?"),
        "design.assignment_mechanism": Words("What decided who got the programme?"),
        "design.assignment_unit": Words(
            "What was assigned to the programme or the comparison?",
            "Whole schools, for example, where all pupils of a school got the same",
        ),
        "design.analysis_unit": Words("What is one row of the analysis about?"),
        "design.units_intervention": Words(
            "How many of these had the programme?",
            "As many as were assigned: people, or sites where whole sites were assigned",
        ),
        "design.units_comparison": Words("How many of these were in the comparison group?"),
        "design.randomisation_compromised": Words(
            "Was the random assignment broken?",
            "For example by staff choosing who got the programme",
            designs=TRIALS,
        ),
        "design.confounding_factor": Words(
            "Did something else always go with one of the groups only?",
            "Another programme, a new hospital, another way of counting",
        ),
        "design.comparison_similar": Words(
            "Were both groups alike before the programme?", "In the outcome and in who they are"
        ),
        "design.adjusted_for_baseline": Words(
            "Does the analysis adjust for the groups as they were before?"
        ),
        "design.controls_adequate": Words(
            "Is what differs between the groups, and could move the outcome, allowed for?"
        ),
        "design.parallel_trends": Words(
            "Were both groups on the same trend before the start?",
            "Shown in a figure or a test over at least a few times before",
        ),
        "design.assignment_valid": Words(
            "Did the score or the instrument alone decide who got the programme?",
            "Nobody could move people across, and it changes nothing else",
            designs=STAGED,
        ),
        "design.instrument_f": Words(
            "How strongly does the instrument or the cut-off move people?",
            "The F statistic of the first stage, as reported",
            designs=STAGED,
        ),
        "design.placebo_passed": Words(
            "Did a test that should find nothing find nothing?",
            "For example of a time before the start, or of an outcome that cannot change",
        ),
        "design.contamination": Words("Did those who are compared with get some of the programme?"),
        "design.usual_care_setting": Words(
            "Was it tried in an everyday service?", "Not in a laboratory or by researchers alone"
        ),
        "discontinuity.strict": Words(
            "Did nothing but the cut-off decide who got the programme?", designs=CUT_OFF
        ),
        "discontinuity.fuzzy": Words(
            "Did the cut-off decide only in part?",
            "Some on one side had the programme and some did not",
            designs=CUT_OFF,
        ),
        "discontinuity.values_each_side": Words(
            "How many different scores are there, on the side that has fewer?", designs=CUT_OFF
        ),
        "discontinuity.density_p": Words(
            "What did the test that nobody moved across the cut-off give?",
            "Its p-value, from 0 to 1",
            designs=CUT_OFF,
        ),
        "discontinuity.continuity_shown": Words(
            "Is it shown that nothing else changes at the cut-off?", designs=CUT_OFF
        ),
        "discontinuity.functional_form_shown": Words(
            "Is the form of the curve justified?", designs=CUT_OFF
        ),
        "discontinuity.bandwidth_justified": Words(
            "Is it justified how far from the cut-off people are counted?", designs=CUT_OFF
        ),
        "sample.assigned_intervention": Words(
            "How many people were assigned to the programme?",
            "Everybody, also those who never started or were lost later",
        ),
        "sample.assigned_comparison": Words("How many people were assigned to the comparison?"),
        "sample.analysed_intervention": Words(
            "How many people with the programme are analysed?", "Those in this result"
        ),
        "sample.analysed_comparison": Words("How many people of the comparison are analysed?"),
        "sample.clusters_assigned_intervention": Words(
            "How many clusters were assigned to the programme?",
            "Schools, homes or whatever else was assigned whole",
            designs=CLUSTERED,
        ),
        "sample.clusters_assigned_comparison": Words(
            "How many clusters were assigned to the comparison?", designs=CLUSTERED
        ),
        "sample.clusters_analysed_intervention": Words(
            "How many clusters with the programme are analysed?", designs=CLUSTERED
        ),
        "sample.clusters_analysed_comparison": Words(
            "How many clusters of the comparison are analysed?", designs=CLUSTERED
        ),
        "sample.attrition_assumption": Words(
            "What does the protocol assume of those who were lost?",
            "As it was written before the result was known",
        ),
        "sample.joiners_risk": Words(
            "Could people join a place because of the group it was in?", designs=CLUSTERED
        ),
        "sample.sites": Words("At how many sites was it tried?", "In this study"),
        "sample.setting_types": Words(
            "In how many kinds of setting was it tried?", "Schools and clinics are two kinds"
        ),
        "baseline.measure": Words(
            "What was measured before the programme?", "For example: admissions in the year before"
        ),
        "baseline.mean_intervention": Words(
            "Mean with the programme",
            "Means or proportions, whichever it has; leave the others blank",
        ),
        "baseline.sd_intervention": Words("Standard deviation with the programme"),
        "baseline.proportion_intervention": Words("Share with the programme", unit=PERCENT),
        "baseline.n_intervention": Words("People measured before, with the programme"),
        "baseline.mean_comparison": Words("Mean of the comparison group"),
        "baseline.sd_comparison": Words("Standard deviation of the comparison group"),
        "baseline.proportion_comparison": Words("Share of the comparison group", unit=PERCENT),
        "baseline.n_comparison": Words("People measured before, in the comparison group"),
        "baseline.standardised_difference": Words(
            "Difference between the groups, in standard deviations", "Where only that is reported"
        ),
        "baseline.required": Words("Does the protocol ask that the groups be alike in it?"),
        "baseline.same_as_outcome": Words("Is it the outcome itself, measured before?"),
        "baseline.pre_post_correlation": Words(
            "How closely does it go with the outcome?", "The correlation, from −1 to 1"
        ),
        "outcome.source": Words("Where did the figures come from?"),
        "outcome.primary": Words(
            "Was it the primary outcome?", "As the plan had it before the result was known"
        ),
        "outcome.same_in_both_groups": Words("Was it measured the same way in both groups?"),
        "outcome.validated": Words(
            "Is the measure validated?", "Somebody showed that it measures what it says"
        ),
        "outcome.over_aligned": Words(
            "Was the measure made for this programme?",
            "So that it tests what only those with the programme were taught",
        ),
        "outcome.surrogate": Words(
            "Does it only stand in for what matters?", "A blood test, for example, for illness"
        ),
        "outcome.assessor_blind": Words("Did whoever measured not know who was in which group?"),
        "outcome.internal_consistency": Words(
            "Internal consistency of the measure", "Such as Cronbach’s alpha, from 0 to 1"
        ),
        "outcome.test_retest": Words(
            "Agreement when measured twice", "Test-retest reliability, from 0 to 1"
        ),
        "outcome.inter_rater": Words(
            "Agreement between those who rate", "Inter-rater reliability, from 0 to 1"
        ),
        "months_since_start": Words("Months since the programme started", unit="months"),
        "months_since_end": Words(
            "Months since the programme ended",
            "For the people who were measured; 0 where they had just finished",
            unit="months",
        ),
        "analysis.population": Words("Who was analysed?"),
        "analysis.missing_data_method": Words("What was done about missing outcomes?"),
        "analysis.cluster_adjusted": Words(
            "Does the analysis allow for people coming in groups?",
            "Pupils of one school are more alike than pupils of many",
            designs=NOT_OF_SINGLE_PEOPLE,
        ),
        "analysis.icc": Words(
            "How alike are people of one group?",
            "The intra-cluster correlation, from 0 to 1",
            designs=NOT_OF_SINGLE_PEOPLE,
        ),
        "analysis.comparisons_in_family": Words(
            "How many results were tested together?", "This one among them"
        ),
        "analysis.power_calculation": Words(
            "Was the number of people worked out before the start?"
        ),
        "analysis.mdes": Words(
            "Smallest effect that the study could detect",
            "As worked out when people were assigned",
            unit="standard deviations",
        ),
        "analysis.r_squared": Words(
            "How much of what varies do the covariates explain?", "R², from 0 to 1"
        ),
        "analysis.share_imbalanced": Words(
            "Of the tests before the programme, what share found a difference?", unit=PERCENT
        ),
    }
)
