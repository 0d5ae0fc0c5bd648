"""Rules on the groups compared, the outcome measured and their likeness at baseline."""

from typing import Final

from scoring.standards.rules import Compare, Either, Is, OneOf
from scoring.standards.wwc.handbook import BASELINE, CONFOUND, STRONG_F, handbook_rule

RANDOMISED: Final = ("rct", "cluster_rct")
# Designs that estimate the effect on all they compare; of the others it depends on the analysis.
NOT_ASSIGNED: Final = (
    "regression_discontinuity",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
)
COMPARISON_DESIGNS: Final = (*RANDOMISED, "instrumental_variable", *NOT_ASSIGNED)

# Largest differences at baseline (standard deviations): equal, and what adjustment can mend.
EQUAL: Final = 0.05
ADJUSTABLE: Final = 0.25
# Correlation of pretest and outcome from which a change may stand for an adjustment: second hand.
CLOSE_PRETEST: Final = 0.6
# Reliabilities from which a measure counts as reliable: at second hand.
RELIABLE: Final = (
    ("outcome_internal_consistency", Compare(">=", 0.50)),
    ("outcome_test_retest", Compare(">=", 0.40)),
    ("outcome_inter_rater", Compare(">=", 0.50)),
)

GROUPS: Final = (
    handbook_rule(
        "eligible_design",
        "A design with a comparison group",
        "design",
        OneOf(COMPARISON_DESIGNS),
        "a study with a comparison group",
    ),
    handbook_rule(
        "compared",
        "People without the programme are compared",
        "compared_with_others",
        Is(True),
        "a study with a comparison group",
    ),
    handbook_rule(
        "no_confounding_factor",
        "Nothing else always went with one group",
        "confounding_factor",
        Is(False),
        "show that nothing else always went with one of the groups",
        source=CONFOUND,
    ),
    handbook_rule(
        "several_units",
        "More than one unit in each group",
        "smallest_arm_units",
        Compare(">=", 2),
        "two or more assigned units in each group",
        source=f"{CONFOUND}; the n = 1 case at second hand",
    ),
    handbook_rule(
        "effect_of_assignment",
        "The effect of being assigned, or one drawn from it by a strong instrument",
        "analysis_population",
        Either(
            (
                ("analysis_population", OneOf(("itt", "mitt"))),
                ("design", OneOf(NOT_ASSIGNED)),
                ("instrument_f", Compare(">=", STRONG_F)),
            )
        ),
        "analyse people as they were assigned, or show a first-stage F statistic of at least "
        f"{STRONG_F:g}",
    ),
)

OUTCOME: Final = (
    handbook_rule(
        "outcome_reliable",
        "The outcome measure is valid or reliable",
        "outcome_validated",
        Either((("outcome_validated", Is(True)), *RELIABLE)),
        "show that the outcome measure is valid, or that it gives the same answer when repeated",
    ),
    handbook_rule(
        "not_over_aligned",
        "The outcome measure is not made for the programme",
        "outcome_over_aligned",
        Is(False),
        "show that the measure asks for nothing that only the programme teaches",
    ),
    handbook_rule(
        "same_measurement",
        "The outcome was measured the same way in both groups",
        "outcome_same_in_both_groups",
        Is(True),
        "show that the outcome was measured the same way in both groups",
    ),
)

EQUIVALENCE: Final = (
    handbook_rule(
        "baseline_equivalent",
        "Largest difference at baseline (standard deviations)",
        "baseline_difference",
        Compare("<=", EQUAL),
        f"groups within {EQUAL:g} standard deviations at baseline",
        source=BASELINE,
    ),
    handbook_rule(
        "baseline_adjustable",
        "Largest difference at baseline, if adjusted for (standard deviations)",
        "baseline_difference",
        Compare("<=", ADJUSTABLE),
        f"groups within {ADJUSTABLE:g} standard deviations at baseline",
        source=BASELINE,
    ),
    handbook_rule(
        "domain_adjustable",
        "Largest difference at baseline of any result in the domain (standard deviations)",
        "domain_baseline_difference",
        Compare("<=", ADJUSTABLE),
        f"groups within {ADJUSTABLE:g} standard deviations at baseline on every required measure",
    ),
    handbook_rule(
        "adjusted",
        "The analysis adjusts for the baseline",
        "adjusted_for_baseline",
        Is(True),
        "an analysis that adjusts for the baseline",
        source=BASELINE,
    ),
    handbook_rule(
        "changes",
        "Changes are compared",
        "design",
        OneOf(("difference_in_differences",)),
        "a study that compares changes",
    ),
    handbook_rule(
        "same_pretest",
        "The outcome itself was measured before",
        "baseline_same_as_outcome",
        Is(True),
        "a measurement of the outcome itself before the programme",
    ),
    handbook_rule(
        "close_pretest",
        "Correlation of the outcome before and after",
        "pre_post_correlation",
        Compare(">=", CLOSE_PRETEST),
        f"a correlation of at least {CLOSE_PRETEST:g} between the outcome before and after",
    ),
    handbook_rule(
        "others_equivalent",
        "Largest difference at baseline on other measures (standard deviations)",
        "other_baseline_difference",
        Compare("<=", EQUAL),
        f"groups within {EQUAL:g} standard deviations at baseline on all other measures",
    ),
)
