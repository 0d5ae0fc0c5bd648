"""Maryland Scientific Methods Scale of 1997 as the CRAN package magentabook reads it."""

from typing import Final

from scoring.standards.rules import Check, Compare, Either, Is, Level, OneOf, Rule, Standard

RUBRIC: Final = "Sherman et al. 1997, as read in the rubric of the CRAN package magentabook"
READING: Final = f"{RUBRIC}; where the method stands is our reading, at second hand"
ASSUMED: Final = f"{RUBRIC}: strong if identifying assumptions hold; which is at second hand"

# Methods by the level that the rubric's examples give them. Controlled time series and panels with
# fixed effects, which it does not name, are read as accounting for unobserved differences.
METHODS: Final = {
    "randomised": ("rct", "cluster_rct"),
    "quasi_random": ("regression_discontinuity", "instrumental_variable"),
    "differences": (
        "difference_in_differences",
        "synthetic_control",
        "controlled_its",
        "panel_fixed_effects",
    ),
    "time_series": ("interrupted_time_series",),
    "selected": ("matched_comparison", "cohort"),
    "weak": ("pre_post", "cross_section"),
}
SCOREABLE: Final = tuple(design for designs in METHODS.values() for design in designs)

TITLES: Final = {
    "randomised": "Random assignment",
    "quasi_random": "Assignment by a cut-off or an instrument",
    "differences": "Changes compared with changes elsewhere",
    "time_series": "A long series before and after",
    "over_time": "Measured before and after, or people followed over time",
    "several_groups": "A comparison of several groups",
}

SEVERAL_GROUPS: Final = (
    *METHODS["randomised"],
    *METHODS["quasi_random"],
    *METHODS["differences"],
    *METHODS["selected"],
)
OVER_TIME: Final = (*SEVERAL_GROUPS, "pre_post", "interrupted_time_series")
# What balance of several groups means is told by the standard of the CHI appraisal: a parameter.
BALANCED_SHARE: Final = 0.05


def _method(name: str, designs: tuple[str, ...], *, named: bool) -> Rule:
    return Rule(
        id=f"sms_sherman.{name}",
        title=TITLES[name],
        fact="design",
        check=OneOf(designs),
        source=RUBRIC if named else READING,
        verified=named,
        lift=f"a study by another method ({TITLES[name][0].lower()}{TITLES[name][1:]})",
        fixed=True,
    )


def _assumption(name: str, title: str, fact: str, check: Check, lift: str) -> Rule:
    return Rule(
        id=f"sms_sherman.{name}",
        title=title,
        fact=fact,
        check=check,
        source=ASSUMED,
        verified=False,
        lift=lift,
    )


RULES: Final = (
    Rule(
        id="sms_sherman.scoreable",
        title="A method that the scale scores",
        fact="design",
        check=OneOf(SCOREABLE),
        source=RUBRIC,
        lift="a study with a method that the scale scores",
        fixed=True,
    ),
    Rule(
        id="sms_sherman.compared",
        title="People without the programme are compared",
        fact="compared_with_others",
        check=Is(True),
        source=RUBRIC,
        lift="a study that compares with people who did not get the programme",
        fixed=True,
    ),
    _method("randomised", METHODS["randomised"], named=True),
    _method("quasi_random", METHODS["quasi_random"], named=True),
    _method("differences", METHODS["differences"], named=False),
    _method("time_series", METHODS["time_series"], named=True),
    _method("several_groups", SEVERAL_GROUPS, named=True),
    _method("over_time", OVER_TIME, named=True),
    _assumption(
        "randomisation_intact",
        "Randomisation was not compromised",
        "randomisation_compromised",
        Is(False),
        "show that randomisation was not compromised",
    ),
    _assumption(
        "assignment_valid",
        "The cut-off or instrument is shown to be valid",
        "assignment_valid",
        Is(True),
        "show that the cut-off or instrument is valid",
    ),
    _assumption(
        "parallel_trends",
        "Trends were parallel before the programme",
        "parallel_trends",
        Is(True),
        "show that trends were parallel before the programme",
    ),
    _assumption(
        "nothing_else_changed",
        "Nothing else explains the break in the series",
        "placebo_passed",
        Either((("placebo_passed", Is(True)), ("controls_adequate", Is(True)))),
        "show that nothing else changed at the same time, or control for what did",
    ),
    _assumption(
        "comparison_similar",
        "The groups are similar, or known differences are controlled for",
        "comparison_similar",
        Either(
            (
                ("comparison_similar", Is(True)),
                ("controls_adequate", Is(True)),
                ("share_imbalanced", Compare("<=", BALANCED_SHARE)),
            )
        ),
        "show that the groups are similar, or control for known differences",
    ),
)


def _ids(*names: str) -> tuple[str, ...]:
    return tuple(f"sms_sherman.{name}" for name in names)


SMS_SHERMAN_1997: Final = Standard(
    id="sms-sherman",
    version="1997",
    title="Maryland Scientific Methods Scale, Sherman 1997 as in magentabook",
    unit="contrast",
    source=RUBRIC,
    rules=RULES,
    entry=_ids("scoreable"),
    levels=(
        Level(name="1", title="SMS 1, weakest: one point in time or one group", paths=((),)),
        Level(
            name="2",
            title="SMS 2, weak: before and after with a comparison group",
            paths=(_ids("compared", "over_time"),),
        ),
        Level(
            name="3",
            title="SMS 3, moderate: several groups, chosen to be similar",
            paths=(_ids("compared", "several_groups", "comparison_similar"),),
        ),
        Level(
            name="4",
            title="SMS 4, strong: differences that nobody observed are accounted for",
            paths=(
                _ids("compared", "quasi_random", "assignment_valid"),
                _ids("compared", "differences", "parallel_trends"),
                _ids("time_series", "nothing_else_changed"),
            ),
        ),
        Level(
            name="5",
            title="SMS 5, strongest: random assignment",
            paths=(_ids("compared", "randomised", "randomisation_intact"),),
        ),
    ),
)
