"""Maryland Scientific Methods Scale as the What Works Growth centre applies it."""

from itertools import combinations
from typing import Final

from scoring.standards.rules import Compare, Is, Level, OneOf, Rule, Standard

GUIDE: Final = "Guide to scoring evidence using the Maryland SMS (What Works Growth, June 2016)"
CONDITIONS: Final = f"{GUIDE}; what keeps the point, at second hand"

# Methods by what the guide's contents list lets them reach at most. Synthetic control and
# controlled time series are read as difference-in-differences, a single time series as
# before-after: our reading, at second hand.
METHODS: Final = {
    "randomised": ("rct", "cluster_rct"),
    "quasi_random": ("regression_discontinuity", "instrumental_variable"),
    "differences": ("difference_in_differences", "controlled_its", "synthetic_control"),
    "panel": ("panel_fixed_effects",),
    "matched": ("matched_comparison",),
    "controlled": ("cohort", "cross_section", "pre_post", "interrupted_time_series"),
}
SCOREABLE: Final = tuple(design for designs in METHODS.values() for design in designs)

# "Attrition negligible": the guide as known to us gives no figure; 10 % overall is the edge of the
# best band of the EEF padlocks. A parameter, at second hand.
NEGLIGIBLE_ATTRITION_PCT: Final = 10.0

TITLES: Final = {
    "randomised": "Random assignment",
    "quasi_random": "Assignment by a cut-off or an instrument",
    "differences": "Changes compared with changes elsewhere",
    "panel": "Panel with fixed effects",
    "matched": "Matched comparison",
    "controlled": "One comparison, across people or over time",
}

RULES: Final = (
    Rule(
        id="sms.scoreable",
        title="A method that the scale scores",
        fact="design",
        check=OneOf(SCOREABLE),
        source=GUIDE,
        lift="a study with a method that the scale scores",
        fixed=True,
    ),
    *(
        Rule(
            id=f"sms.{name}",
            title=TITLES[name],
            fact="design",
            check=OneOf(designs),
            source=GUIDE,
            # The guide's list names no time series and no synthetic control.
            verified=name not in ("differences", "controlled"),
            lift=f"a study by another method ({TITLES[name].lower()})",
            fixed=True,
        )
        for name, designs in METHODS.items()
    ),
    Rule(
        id="sms.balance_shown",
        title="Randomisation was not compromised",
        fact="randomisation_compromised",
        check=Is(False),
        source=CONDITIONS,
        verified=False,
        lift="show that randomisation was not compromised",
    ),
    Rule(
        id="sms.attrition_negligible",
        title="Overall attrition (per cent)",
        fact="attrition_overall_pct",
        check=Compare("<=", NEGLIGIBLE_ATTRITION_PCT),
        source=CONDITIONS,
        verified=False,
        lift=f"overall attrition of at most {NEGLIGIBLE_ATTRITION_PCT:g} per cent",
    ),
    Rule(
        id="sms.no_contamination",
        title="The comparison group did not get the programme",
        fact="contamination",
        check=Is(False),
        source=CONDITIONS,
        verified=False,
        lift="show that the comparison group did not get the programme",
    ),
    Rule(
        id="sms.assignment_valid",
        title="The cut-off or instrument is shown to be valid",
        fact="assignment_valid",
        check=Is(True),
        source=CONDITIONS,
        verified=False,
        lift="show that the cut-off or instrument is valid",
    ),
    Rule(
        id="sms.parallel_trends",
        title="Trends were parallel before the programme",
        fact="parallel_trends",
        check=Is(True),
        source=CONDITIONS,
        verified=False,
        lift="show that trends were parallel before the programme",
    ),
    Rule(
        id="sms.controls_adequate",
        title="Known differences are controlled for",
        fact="controls_adequate",
        check=Is(True),
        source=CONDITIONS,
        verified=False,
        lift="control for known differences",
    ),
    Rule(
        id="sms.comparison_similar",
        title="The comparison group is shown to be similar",
        fact="comparison_similar",
        check=Is(True),
        source=CONDITIONS,
        verified=False,
        lift="show that the comparison group is similar",
    ),
)

TRIAL_CONDITIONS: Final = ("sms.balance_shown", "sms.attrition_negligible", "sms.no_contamination")


def _trial(conditions: int) -> tuple[tuple[str, ...], ...]:
    """Random assignment with any so many of the three conditions that keep its points."""
    return tuple(("sms.randomised", *kept) for kept in combinations(TRIAL_CONDITIONS, conditions))


SMS_WWG_2016: Final = Standard(
    id="sms-wwg",
    version="2016",
    title="Maryland Scientific Methods Scale, What Works Growth",
    unit="contrast",
    source=GUIDE,
    rules=RULES,
    entry=("sms.scoreable",),
    levels=(
        Level(name="1", title="SMS 1: no control variables", paths=((),)),
        Level(
            name="2",
            title="SMS 2: adequate controls",
            paths=(
                ("sms.controlled", "sms.controls_adequate"),
                ("sms.matched",),
                ("sms.panel",),
                ("sms.differences",),
                ("sms.quasi_random",),
                ("sms.randomised",),
            ),
        ),
        Level(
            name="3",
            title="SMS 3: changes against a comparison group",
            paths=(
                ("sms.differences", "sms.parallel_trends", "sms.controls_adequate"),
                ("sms.panel", "sms.controls_adequate"),
                ("sms.matched", "sms.comparison_similar", "sms.controls_adequate"),
                ("sms.quasi_random", "sms.controls_adequate"),
                *_trial(1),
            ),
        ),
        Level(
            name="4",
            title="SMS 4: quasi-random assignment",
            paths=(("sms.quasi_random", "sms.assignment_valid"), *_trial(2)),
        ),
        Level(name="5", title="SMS 5: random assignment", paths=_trial(3)),
    ),
)
