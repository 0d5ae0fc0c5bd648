"""Design tiers of the house grade: what may be pooled, and how well a contrast was made."""

from typing import Final

from scoring.attrition import BOUNDARIES
from scoring.standards.rules import Boundary, Check, Compare, Is, Level, OneOf, Rule, Standard

HOUSE: Final = "Candour house rule (design, section 5.6)"
ATTRITION: Final = "WWC Standards Handbook 4.1, table II.1, as transcribed in baselinr"

# What counts as the same at baseline, without and with adjustment (WWC's figures).
BASELINE_EQUAL: Final = 0.05
BASELINE_ADJUSTABLE: Final = 0.25

RANDOMISED: Final = ("rct", "cluster_rct")
QUASI_RANDOM: Final = ("regression_discontinuity", "instrumental_variable")
DIFFERENCES: Final = ("difference_in_differences", "controlled_its", "synthetic_control")
OBSERVATIONAL: Final = ("matched_comparison", "cohort", "panel_fixed_effects", "cross_section")
OVER_TIME: Final = ("interrupted_time_series", "pre_post")
COMPARISONS: Final = (*RANDOMISED, *QUASI_RANDOM, *DIFFERENCES, *OBSERVATIONAL)


def _low_attrition(level: str) -> Boundary:
    return Boundary(
        at=f"{level}attrition_overall_pct",
        column="attrition_assumption",
        # An assumption that nobody fixed in the protocol is taken as the stricter one.
        default="cautious",
        rounding="nearest",
        table=BOUNDARIES,
    )


def _rule(
    name: str, title: str, fact: str, check: Check, lift: str, *, source: str = HOUSE
) -> Rule:
    return Rule(
        id=f"candour.{name}",
        title=title,
        fact=fact,
        check=check,
        source=source,
        lift=lift,
        fixed=isinstance(check, OneOf),
    )


DESIGN_RULES: Final = (
    _rule(
        "follow_up",
        "Measured after the start",
        "timing",
        OneOf(("follow_up",)),
        "a measurement after the programme started",
    ),
    _rule(
        "counterfactual",
        "A design that shows what would have happened otherwise",
        "design",
        OneOf((*COMPARISONS, *OVER_TIME)),
        "a study with a comparison: monitoring and before-after figures are never pooled",
    ),
    _rule(
        "compared",
        "People without the programme are compared, or a long series before it",
        "comparison_made",
        Is(True),
        "a study that compares with people who did not get the programme",
    ),
    _rule(
        "controlled_cross_section",
        "A comparison at one time controls for known differences",
        "cross_section_controlled",
        Is(True),
        "control for known differences",
    ),
    _rule(
        "no_confounding_factor",
        "Nothing else always went with one of the groups",
        "confounding_factor",
        Is(False),
        "a comparison in which nothing else always went with one group, and a report that says so",
    ),
    _rule(
        "randomised_people",
        "People were randomised",
        "design",
        OneOf(("rct",)),
        "a randomised trial",
    ),
    _rule(
        "randomised_clusters",
        "Clusters were randomised",
        "design",
        OneOf(("cluster_rct",)),
        "a randomised trial of clusters",
    ),
    _rule(
        "randomised",
        "Random assignment",
        "design",
        OneOf(RANDOMISED),
        "a randomised trial",
    ),
    _rule(
        "quasi_random",
        "Assignment by a cut-off or an instrument",
        "design",
        OneOf(QUASI_RANDOM),
        "a study with a cut-off or an instrument",
    ),
    _rule(
        "differences",
        "Changes compared with changes elsewhere",
        "design",
        OneOf(DIFFERENCES),
        "a study of changes against changes elsewhere",
    ),
    _rule(
        "observational",
        "A matched, cohort, panel or cross-section comparison",
        "design",
        OneOf(OBSERVATIONAL),
        "a matched comparison",
    ),
    _rule(
        "randomisation_intact",
        "Randomisation was not compromised",
        "randomisation_compromised",
        Is(False),
        "say that randomisation was not compromised",
    ),
    _rule(
        "low_attrition",
        "Difference in attrition between the groups (percentage points)",
        "attrition_differential_pp",
        _low_attrition(""),
        "report attrition within the boundary at its overall rate",
        source=ATTRITION,
    ),
    _rule(
        "low_cluster_attrition",
        "Difference in attrition of whole clusters (percentage points)",
        "cluster_attrition_differential_pp",
        _low_attrition("cluster_"),
        "report attrition of clusters within the boundary at its overall rate",
        source=ATTRITION,
    ),
    _rule(
        "valid_assignment",
        "The cut-off or instrument is shown to be valid",
        "assignment_valid",
        Is(True),
        "show that the cut-off or instrument is valid",
    ),
    _rule(
        "parallel_trends",
        "Trends were parallel before the programme",
        "parallel_trends",
        Is(True),
        "show that trends were parallel before the programme",
    ),
    _rule(
        "equal_baseline",
        "Largest difference at baseline (standard deviations)",
        "baseline_difference",
        Compare("<=", BASELINE_EQUAL),
        f"show groups within {BASELINE_EQUAL:g} standard deviations at baseline",
    ),
    _rule(
        "adjustable_baseline",
        "Largest difference at baseline, if adjusted for (standard deviations)",
        "baseline_difference",
        Compare("<=", BASELINE_ADJUSTABLE),
        f"show groups within {BASELINE_ADJUSTABLE:g} standard deviations at baseline",
    ),
    _rule(
        "adjusted",
        "The analysis adjusts for the baseline",
        "adjusted_for_baseline",
        Is(True),
        "an analysis that adjusts for the baseline",
    ),
    _rule(
        "similar",
        "The comparison group is shown to be similar",
        "comparison_similar",
        Is(True),
        "show that the comparison group is similar",
    ),
    _rule(
        "controls",
        "Known differences are controlled for",
        "controls_adequate",
        Is(True),
        "control for known differences",
    ),
)

INTACT: Final = "candour.randomisation_intact"
EQUAL: Final = (("candour.equal_baseline",), ("candour.adjustable_baseline", "candour.adjusted"))

# How a contrast was made and how well. Its entry rules are the gate of the pool.
DESIGN: Final = Standard(
    id="candour-design",
    version="1",
    title="Design tiers of the house grade",
    unit="contrast",
    source=HOUSE,
    rules=DESIGN_RULES,
    entry=(
        "candour.follow_up",
        "candour.counterfactual",
        "candour.compared",
        "candour.controlled_cross_section",
        "candour.no_confounding_factor",
    ),
    levels=(
        Level(name="indicative", title="Indicative", paths=((),)),
        Level(
            name="credible with reservations",
            title="Credible with reservations",
            paths=(
                *(("candour.randomised", *equal) for equal in EQUAL),
                *(("candour.observational", *equal) for equal in EQUAL),
                ("candour.observational", "candour.similar", "candour.controls"),
                ("candour.differences", "candour.parallel_trends"),
            ),
        ),
        Level(
            name="credible",
            title="Credible",
            paths=(
                (INTACT, "candour.randomised_people", "candour.low_attrition"),
                (
                    INTACT,
                    "candour.randomised_clusters",
                    "candour.low_cluster_attrition",
                    "candour.low_attrition",
                ),
                ("candour.quasi_random", "candour.valid_assignment"),
            ),
        ),
    ),
)

# Design tiers from worst to best: what no contrast may be pooled with, then the levels above.
TIERS: Final = ("not causal", *(level.name for level in DESIGN.levels))
