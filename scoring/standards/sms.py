"""Maryland Scientific Methods Scale as the What Works Growth centre applies it."""

from itertools import combinations
from typing import Final

from scoring.standards.rules import Check, Compare, Either, Is, Level, OneOf, Rule, Standard

GUIDE: Final = "Guide to scoring evidence using the Maryland SMS (What Works Growth, June 2016)"
CONDITIONS: Final = f"{GUIDE}; what keeps the point, at second hand"
READING: Final = f"{GUIDE}; where the method stands on the list is our reading, at second hand"

# Methods by what the guide's contents list lets them reach at most. Synthetic control and
# controlled time series are read as difference-in-differences, a single time series as
# before-after: our reading, at second hand.
METHODS: Final = {
    "randomised": ("rct", "cluster_rct"),
    "discontinuity": ("regression_discontinuity",),
    "instrument": ("instrumental_variable",),
    "differences": ("difference_in_differences", "controlled_its", "synthetic_control"),
    "panel": ("panel_fixed_effects",),
    "matched": ("matched_comparison",),
    "controlled": ("cohort", "cross_section", "pre_post", "interrupted_time_series"),
}
SCOREABLE: Final = tuple(design for designs in METHODS.values() for design in designs)

# "Attrition negligible": the guide as known to us gives no figure; 10 % overall is the edge of the
# best band of the EEF padlocks. A parameter, at second hand.
NEGLIGIBLE_ATTRITION_PCT: Final = 10.0
# "Balance shown": the share of baseline tests that may differ, as in the CHI appraisal. A
# parameter, at second hand.
BALANCED_SHARE: Final = 0.05
# "Strong first stage": the guide as known to us gives no figure; 10 is the rule of thumb of
# Staiger and Stock 1997. A parameter, at second hand.
STRONG_F: Final = 10.0
# "No manipulation" at the cut-off: the customary 5 % of the density test. A parameter.
NO_SORTING_P: Final = 0.05

TITLES: Final = {
    "randomised": "Random assignment",
    "discontinuity": "Assignment by a cut-off",
    "instrument": "Assignment moved by an instrument",
    "differences": "Changes compared with changes elsewhere",
    "panel": "Panel with fixed effects",
    "matched": "Matched comparison",
    "controlled": "One comparison, across people or over time",
}


def _condition(name: str, title: str, fact: str, check: Check, lift: str) -> Rule:
    """What keeps or loses the point of a method."""
    return Rule(
        id=f"sms_wwg.{name}",
        title=title,
        fact=fact,
        check=check,
        source=CONDITIONS,
        verified=False,
        lift=lift,
    )


def _method(name: str, designs: tuple[str, ...]) -> Rule:
    # The guide's list names no time series and no synthetic control.
    named = name not in ("differences", "controlled")
    return Rule(
        id=f"sms_wwg.{name}",
        title=TITLES[name],
        fact="design",
        check=OneOf(designs),
        source=GUIDE if named else READING,
        verified=named,
        lift=f"a study by another method ({TITLES[name].lower()})",
        fixed=True,
    )


RULES: Final = (
    Rule(
        id="sms_wwg.scoreable",
        title="A method that the scale scores",
        fact="design",
        check=OneOf(SCOREABLE),
        source=GUIDE,
        lift="a study with a method that the scale scores",
        fixed=True,
    ),
    *(_method(name, designs) for name, designs in METHODS.items()),
    Rule(
        id="sms_wwg.by_timing",
        title="Who got the programme first was a matter of chance events",
        fact="assignment_mechanism",
        check=OneOf(("timing",)),
        source=CONDITIONS,
        verified=False,
        lift="a study of a programme that reached people at chance times",
        fixed=True,
    ),
    Rule(
        id="sms_wwg.compared",
        title="People without the programme are compared",
        fact="compared_with_others",
        check=Is(True),
        source=GUIDE,
        lift="a study that compares with people who did not get the programme",
        fixed=True,
    ),
    _condition(
        "randomisation_intact",
        "Randomisation was not compromised",
        "randomisation_compromised",
        Is(False),
        "show that randomisation was not compromised",
    ),
    _condition(
        "balance_shown",
        "The groups are shown to be alike at the start",
        "comparison_similar",
        Either(
            (
                ("comparison_similar", Is(True)),
                ("share_imbalanced", Compare("<=", BALANCED_SHARE)),
            )
        ),
        "show that the groups were alike at the start",
    ),
    _condition(
        "attrition_negligible",
        "Overall attrition (per cent)",
        "attrition_overall_pct",
        Compare("<=", NEGLIGIBLE_ATTRITION_PCT),
        f"overall attrition of at most {NEGLIGIBLE_ATTRITION_PCT:g} per cent",
    ),
    _condition(
        "no_contamination",
        "The comparison group did not get the programme",
        "contamination",
        Is(False),
        "show that the comparison group did not get the programme",
    ),
    _condition(
        "assignment_valid",
        "The cut-off, instrument or timing is shown to be valid",
        "assignment_valid",
        Is(True),
        "show that the cut-off, instrument or timing has nothing else to do with the outcome",
    ),
    _condition(
        "no_sorting",
        "Whether people moved across the cut-off (p of the density test)",
        "cutoff_density_p",
        Compare(">=", NO_SORTING_P),
        f"a density test at the cut-off with p of at least {NO_SORTING_P:g}",
    ),
    _condition(
        "continuity",
        "Nothing else changes at the cut-off",
        "cutoff_continuity_shown",
        Is(True),
        "show that people just above and just below the cut-off are alike in all else",
    ),
    _condition(
        "strong_instrument",
        "How strongly the instrument moves people into the programme (F statistic)",
        "instrument_f",
        Compare(">=", STRONG_F),
        f"a first-stage F statistic of at least {STRONG_F:g}",
    ),
    _condition(
        "parallel_trends",
        "Trends were parallel before the programme",
        "parallel_trends",
        Is(True),
        "show that trends were parallel before the programme",
    ),
    _condition(
        "controls_adequate",
        "Known differences are controlled for",
        "controls_adequate",
        Is(True),
        "control for known differences",
    ),
    _condition(
        "comparison_similar",
        "The comparison group is shown to be similar",
        "comparison_similar",
        Is(True),
        "show that the comparison group is similar",
    ),
    _condition(
        "before_and_after",
        "The outcome itself was measured before and after",
        "baseline_same_as_outcome",
        Is(True),
        "the outcome itself measured before the programme as well",
    ),
)


def _ids(*names: str) -> tuple[str, ...]:
    return tuple(f"sms_wwg.{name}" for name in names)


# What keeps the points of a trial: one lost by each that fails.
TRIAL_CONDITIONS: Final = (
    ("randomisation_intact", "balance_shown"),
    ("attrition_negligible",),
    ("no_contamination",),
)


def _trial(conditions: int) -> tuple[tuple[str, ...], ...]:
    """Random assignment with any so many of the three conditions that keep its points."""
    return tuple(
        _ids("randomised", *(name for names in kept for name in names))
        for kept in combinations(TRIAL_CONDITIONS, conditions)
    )


SMS_WWG_2016: Final = Standard(
    id="sms-wwg",
    version="2016",
    title="Maryland Scientific Methods Scale, What Works Growth",
    unit="contrast",
    source=GUIDE,
    rules=RULES,
    entry=_ids("scoreable"),
    levels=(
        Level(name="1", title="SMS 1: no control variables", paths=((),)),
        Level(
            name="2",
            title="SMS 2: adequate controls",
            paths=(
                _ids("controlled", "controls_adequate"),
                *(_ids(name) for name in METHODS if name != "controlled"),
                _ids("by_timing", "compared"),
            ),
        ),
        Level(
            name="3",
            title="SMS 3: changes against a comparison group",
            paths=(
                _ids("differences", "compared", "parallel_trends", "controls_adequate"),
                _ids("panel", "controls_adequate"),
                _ids(
                    "matched",
                    "compared",
                    "comparison_similar",
                    "controls_adequate",
                    "before_and_after",
                ),
                _ids("discontinuity", "controls_adequate"),
                _ids("instrument", "controls_adequate"),
                _ids("by_timing", "compared", "controls_adequate"),
                *_trial(1),
            ),
        ),
        Level(
            name="4",
            title="SMS 4: quasi-random assignment",
            paths=(
                _ids("discontinuity", "assignment_valid", "no_sorting", "continuity"),
                _ids("instrument", "assignment_valid", "strong_instrument"),
                _ids("by_timing", "compared", "assignment_valid"),
                *_trial(2),
            ),
        ),
        Level(name="5", title="SMS 5: random assignment", paths=_trial(3)),
    ),
)
