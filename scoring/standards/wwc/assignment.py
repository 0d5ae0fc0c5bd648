"""Rules on who got the programme: by chance, by an instrument or by a cut-off."""

from typing import Final

from scoring.attrition import BOUNDARIES
from scoring.standards.rules import Boundary, Compare, Either, Is, OneOf
from scoring.standards.wwc.handbook import PATH, STRONG_F, TABLE, handbook_rule

# The fewest values of the forcing variable on a side; the p that tells of sorting across the
# cut-off (the handbook as known to us names a test and no p; 0.05 is the customary one).
FEWEST_VALUES: Final = 4
NO_SORTING_P: Final = 0.05


def _attrition(level: str) -> Boundary:
    return Boundary(
        at=f"{level}attrition_overall_pct",
        column="attrition_assumption",
        # An assumption that nobody fixed in the protocol is taken as the stricter one.
        default="cautious",
        # No source read says how to round; baselinr rounds to the nearest whole per cent.
        rounding="nearest",
        table=BOUNDARIES,
    )


TRIAL: Final = (
    handbook_rule(
        "randomised_people",
        "People were randomised",
        "design",
        OneOf(("rct",)),
        "a study that randomises people",
        source=PATH,
    ),
    handbook_rule(
        "randomised_clusters",
        "Clusters were randomised",
        "design",
        OneOf(("cluster_rct",)),
        "a study that randomises clusters",
        source=PATH,
    ),
    handbook_rule(
        "randomisation_intact",
        "Randomisation was not compromised",
        "randomisation_compromised",
        Is(False),
        "show that randomisation was not compromised",
        source=f"{PATH}; compromise at second hand",
    ),
    handbook_rule(
        "attrition",
        "Difference in attrition between the groups (percentage points)",
        "attrition_differential_pp",
        _attrition(""),
        "attrition within the boundary at its overall rate",
        source=TABLE,
    ),
    handbook_rule(
        "cluster_attrition",
        "Difference in attrition of whole clusters (percentage points)",
        "cluster_attrition_differential_pp",
        _attrition("cluster_"),
        "attrition of clusters within the boundary at its overall rate",
    ),
    handbook_rule(
        "no_joiners",
        "People who joined clusters later do not bias the result",
        "joiners_risk",
        Is(False),
        "show that people who joined later do not bias the result",
    ),
    handbook_rule(
        "instrument",
        "An instrument stands for the programme",
        "design",
        OneOf(("instrumental_variable",)),
        "a study with an instrument",
    ),
    handbook_rule(
        "instrument_random",
        "The instrument was drawn at random",
        "assignment_mechanism",
        OneOf(("random",)),
        "a study whose instrument is drawn at random",
    ),
    handbook_rule(
        "strong_instrument",
        "How strongly the instrument moves people into the programme (F statistic)",
        "instrument_f",
        Compare(">=", STRONG_F),
        f"a first-stage F statistic of at least {STRONG_F:g}",
    ),
)

CUTOFF: Final = (
    handbook_rule(
        "discontinuity",
        "Assignment by a cut-off",
        "design",
        OneOf(("regression_discontinuity",)),
        "a study that assigns by a cut-off",
    ),
    handbook_rule(
        "cutoff_strict",
        "Nothing but the cut-off decided",
        "cutoff_strict",
        Is(True),
        "show that nothing but the score and the cut-off decided who was offered the programme",
    ),
    handbook_rule(
        "cutoff_values",
        "Different scores on each side of the cut-off",
        "cutoff_values_each_side",
        Compare(">=", FEWEST_VALUES),
        f"at least {FEWEST_VALUES} different scores on each side of the cut-off",
    ),
    handbook_rule(
        "valid_cutoff",
        "Nobody could set scores or move the cut-off",
        "assignment_valid",
        Is(True),
        "show from the institution's rules that nobody could set scores or move the cut-off",
    ),
    handbook_rule(
        "no_sorting",
        "Whether people moved across the cut-off (p of the density test)",
        "cutoff_density_p",
        Compare(">=", NO_SORTING_P),
        f"a density test at the cut-off with p of at least {NO_SORTING_P:g}",
    ),
    handbook_rule(
        "continuity",
        "Nothing else changes at the cut-off",
        "cutoff_continuity_shown",
        Is(True),
        "show that people just above and just below the cut-off are alike in all else",
    ),
    handbook_rule(
        "functional_form",
        "The bandwidth or the form of the curve is justified",
        "cutoff_bandwidth_justified",
        Either(
            (("cutoff_bandwidth_justified", Is(True)), ("cutoff_functional_form_shown", Is(True)))
        ),
        "justify how far from the cut-off people were compared, or test the form of the curve",
    ),
    handbook_rule(
        "sharp_or_strong",
        "The cut-off decides fully, or strongly enough (F statistic)",
        "cutoff_fuzzy",
        Either((("cutoff_fuzzy", Is(False)), ("instrument_f", Compare(">=", STRONG_F)))),
        f"a cut-off that decides fully, or a first-stage F statistic of at least {STRONG_F:g}",
    ),
)
