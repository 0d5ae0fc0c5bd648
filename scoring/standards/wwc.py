"""WWC Standards Handbook 4.1: attrition, baseline equivalence and the rating of one contrast."""

from typing import Final

from scoring.attrition import BOUNDARIES
from scoring.standards.rules import Boundary, Compare, Is, Level, OneOf, Rule, Standard

HANDBOOK: Final = "WWC Standards Handbook 4.1 (IES, October 2020)"
TABLE: Final = f"{HANDBOOK}, table II.1, as transcribed in baselinr"
BASELINE: Final = f"{HANDBOOK}, baseline equivalence"
PATH: Final = f"{HANDBOOK}, study rating"
CONFOUND: Final = "WWC standards brief on confounding factors (IES)"
SECOND_HAND: Final = f"{HANDBOOK}, known at second hand"

COMPARISON_DESIGNS: Final = (
    "rct",
    "cluster_rct",
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
)


def _attrition(fact: str, at: str) -> tuple[str, Boundary]:
    return fact, Boundary(
        at=at,
        column="attrition_assumption",
        # An assumption that nobody fixed in the protocol is taken as the stricter one.
        default="cautious",
        # No source read says how to round; baselinr rounds to the nearest whole per cent.
        rounding="nearest",
        table=BOUNDARIES,
    )


PEOPLE: Final = _attrition("attrition_differential_pp", "attrition_overall_pct")
CLUSTERS: Final = _attrition("cluster_attrition_differential_pp", "cluster_attrition_overall_pct")

RULES: Final = (
    Rule(
        id="wwc.eligible_design",
        title="A design with a comparison group",
        fact="design",
        check=OneOf(COMPARISON_DESIGNS),
        source=SECOND_HAND,
        verified=False,
        lift="a study with a comparison group",
        fixed=True,
    ),
    Rule(
        id="wwc.compared",
        title="People without the programme are compared",
        fact="compared_with_others",
        check=Is(True),
        source=SECOND_HAND,
        verified=False,
        lift="a study with a comparison group",
        fixed=True,
    ),
    Rule(
        id="wwc.no_confounding_factor",
        title="Nothing else always went with one group",
        fact="confounding_factor",
        check=Is(False),
        source=CONFOUND,
        lift="show that nothing else always went with one of the groups",
    ),
    Rule(
        id="wwc.several_units",
        title="More than one unit in each group",
        fact="smallest_arm_units",
        check=Compare(">=", 2),
        source=f"{CONFOUND}; the n = 1 case at second hand",
        verified=False,
        lift="two or more assigned units in each group",
    ),
    Rule(
        id="wwc.randomised_people",
        title="People were randomised",
        fact="design",
        check=OneOf(("rct",)),
        source=PATH,
        lift="a study that randomises people",
        fixed=True,
    ),
    Rule(
        id="wwc.randomised_clusters",
        title="Clusters were randomised",
        fact="design",
        check=OneOf(("cluster_rct",)),
        source=PATH,
        lift="a study that randomises clusters",
        fixed=True,
    ),
    Rule(
        id="wwc.randomisation_intact",
        title="Randomisation was not compromised",
        fact="randomisation_compromised",
        check=Is(False),
        source=f"{PATH}; compromise at second hand",
        verified=False,
        lift="show that randomisation was not compromised",
    ),
    Rule(
        id="wwc.attrition",
        title="Difference in attrition between the groups (percentage points)",
        fact=PEOPLE[0],
        check=PEOPLE[1],
        source=TABLE,
        lift="attrition within the boundary at its overall rate",
    ),
    Rule(
        id="wwc.cluster_attrition",
        title="Difference in attrition of whole clusters (percentage points)",
        fact=CLUSTERS[0],
        check=CLUSTERS[1],
        source=SECOND_HAND,
        verified=False,
        lift="attrition of clusters within the boundary at its overall rate",
    ),
    Rule(
        id="wwc.no_joiners",
        title="People who joined clusters later do not bias the result",
        fact="joiners_risk",
        check=Is(False),
        source=SECOND_HAND,
        verified=False,
        lift="show that people who joined later do not bias the result",
    ),
    Rule(
        id="wwc.valid_cutoff",
        title="All standards of regression discontinuity are met",
        fact="assignment_valid",
        check=Is(True),
        source=SECOND_HAND,
        verified=False,
        lift="show that assignment followed the cut-off and nothing else changed there",
    ),
    Rule(
        id="wwc.discontinuity",
        title="Assignment by a cut-off",
        fact="design",
        check=OneOf(("regression_discontinuity",)),
        source=SECOND_HAND,
        verified=False,
        lift="a study that assigns by a cut-off",
        fixed=True,
    ),
    Rule(
        id="wwc.baseline_equivalent",
        title="Largest difference at baseline (standard deviations)",
        fact="baseline_difference",
        check=Compare("<=", 0.05),
        source=BASELINE,
        lift="groups within 0.05 standard deviations at baseline",
    ),
    Rule(
        id="wwc.baseline_adjustable",
        title="Largest difference at baseline, if adjusted for (standard deviations)",
        fact="baseline_difference",
        check=Compare("<=", 0.25),
        source=BASELINE,
        lift="groups within 0.25 standard deviations at baseline",
    ),
    Rule(
        id="wwc.adjusted",
        title="The analysis adjusts for the baseline",
        fact="adjusted_for_baseline",
        check=Is(True),
        source=BASELINE,
        lift="an analysis that adjusts for the baseline",
    ),
)

SOUND: Final = ("wwc.no_confounding_factor", "wwc.several_units")

WWC_4_1: Final = Standard(
    id="wwc",
    version="4.1",
    title="What Works Clearinghouse group design standards",
    unit="contrast",
    source=HANDBOOK,
    rules=RULES,
    entry=("wwc.eligible_design", "wwc.compared"),
    levels=(
        Level(name="DOES_NOT_MEET", title="Does not meet WWC standards", paths=((),)),
        Level(
            name="MEETS_WITH",
            title="Meets WWC standards with reservations",
            paths=(
                (*SOUND, "wwc.baseline_equivalent"),
                (*SOUND, "wwc.baseline_adjustable", "wwc.adjusted"),
            ),
        ),
        Level(
            name="MEETS_WITHOUT",
            title="Meets WWC standards without reservations",
            paths=(
                (
                    *SOUND,
                    "wwc.randomised_people",
                    "wwc.randomisation_intact",
                    "wwc.attrition",
                ),
                (
                    *SOUND,
                    "wwc.randomised_clusters",
                    "wwc.randomisation_intact",
                    "wwc.cluster_attrition",
                    "wwc.attrition",
                    "wwc.no_joiners",
                ),
                (*SOUND, "wwc.discontinuity", "wwc.valid_cutoff", "wwc.attrition"),
            ),
        ),
    ),
)
