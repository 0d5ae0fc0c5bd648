"""EEF security rating of one trial: the weakest of three, less padlocks for threats."""

from typing import Final

from scoring.standards.counting import RANDOMISED
from scoring.standards.rules import (
    Check,
    Compare,
    Either,
    Is,
    Level,
    OneOf,
    Question,
    Rule,
    Standard,
)
from scoring.threats import PADLOCKS_LOST, RATINGS, SETTLED, THREATS

TABLE: Final = "EEF security rating, table of initial padlocks (2019), known at second hand"
THREATENED: Final = "Oxford Education Deanery, calculating the final EEF rating"
SEVEN: Final = f"{THREATENED}; which seven threats, at second hand"

TITLES: Final = {
    5: "very high security",
    4: "high security",
    3: "moderate to high security",
    2: "moderate to low security",
    1: "low security",
    0: "very low security",
}

# The smallest effect that could be detected (standard deviations), by initial padlocks: at most
# 0.2 for 5, and below the next band for the others ("0.21-0.29" is read as below 0.30).
DETECTABLE: Final = {
    5: Compare("<=", 0.20),
    4: Compare("<", 0.30),
    3: Compare("<", 0.40),
    2: Compare("<", 0.50),
    1: Compare("<", 0.60),
}
# People lost from randomisation to analysis (per cent), at most.
LOST: Final = {5: 10.0, 4: 20.0, 3: 30.0, 2: 40.0, 1: 50.0}

# Designs that handle some selection on what nobody observed; the table names the first and the
# second, the others are our reading.
UNOBSERVED: Final = (
    "regression_discontinuity",
    "difference_in_differences",
    "instrumental_variable",
    "controlled_its",
    "synthetic_control",
    "panel_fixed_effects",
)
BETTER: Final = (*RANDOMISED, *UNOBSERVED)


def _rule(name: str, title: str, fact: str, check: Check, lift: str) -> Rule:
    return Rule(
        id=f"eef_trial.{name}",
        title=title,
        fact=fact,
        check=check,
        source=TABLE,
        verified=False,
        lift=lift,
        fixed=isinstance(check, OneOf) or fact == "compared_with_others",
    )


DESIGNS: Final = {
    5: _rule(
        "randomised", "Random assignment", "design", OneOf(RANDOMISED), "a study that randomises"
    ),
    4: _rule(
        "some_unobserved",
        "A design that handles differences nobody observed",
        "design",
        OneOf(BETTER),
        "a study with a cut-off, or one that compares changes",
    ),
    3: _rule(
        "all_observed",
        "Every known reason why people got the programme is allowed for",
        "controls_adequate",
        Either((("controls_adequate", Is(True)), ("design", OneOf(BETTER)))),
        "allow for every known reason why people got the programme",
    ),
    2: _rule(
        "some_observed",
        "Some known reasons why people got the programme are allowed for",
        "adjusted_for_baseline",
        Either(
            (
                ("adjusted_for_baseline", Is(True)),
                ("controls_adequate", Is(True)),
                ("design", OneOf((*BETTER, "matched_comparison"))),
            )
        ),
        "allow for differences between the groups at the start",
    ),
    1: _rule(
        "compared",
        "People without the programme are compared",
        "compared_with_others",
        Is(True),
        "a study with a comparison group",
    ),
}

BANDS: Final = {
    **{
        ("mdes", padlocks): _rule(
            f"detectable_{padlocks}",
            "Smallest effect the study could detect (standard deviations)",
            "mdes",
            check,
            f"a study large enough to detect {check.operator} {check.threshold:g} standard "
            "deviations",
        )
        for padlocks, check in DETECTABLE.items()
    },
    **{
        ("lost", padlocks): _rule(
            f"attrition_{padlocks}",
            "People lost between assignment and analysis (per cent)",
            "attrition_overall_pct",
            Compare("<=", most),
            f"at most {most:g} per cent of people lost",
        )
        for padlocks, most in LOST.items()
    },
}

# What each threat asks, in our words.
ASKED: Final = dict(
    zip(
        THREATS,
        (
            "something other than the programme, such as unlike groups at the start,",
            "other services that one group got and the other did not",
            "people knowing which group they were in",
            "a programme delivered otherwise than meant",
            "results that are missing",
            "the way the outcome was measured",
            "the choice of results that were reported",
        ),
        strict=True,
    )
)

RATED: Final = tuple(
    Rule(
        id=f"eef_trial.{threat.removeprefix('eef_')}_rated",
        title=f"Rated: may {asked.rstrip(',')} have moved the result",
        fact=threat,
        check=OneOf(RATINGS),
        source=SEVEN,
        verified=False,
        lift=f"have reviewers rate whether {asked} may have moved the result",
        judgement=True,
    )
    for threat, asked in ASKED.items()
)


def _lost(name: str, most: int, lift: str) -> Rule:
    """The threats' cost; where the rule is silent only the reviewers can tell it."""
    return Rule(
        id=f"eef_trial.{name}",
        title="Padlocks lost to threats",
        fact=PADLOCKS_LOST,
        check=Either((("eef_drop", Compare("<=", most)),)),
        source=THREATENED,
        lift=lift,
        judgement=True,
    )


NONE_LOST: Final = _lost("none_lost", 0, "threats that cost no padlock")
ONE_LOST: Final = _lost("one_lost", 1, "threats that cost no more than one padlock")

QUESTIONS: Final = (
    *(
        Question(
            id=threat,
            text=f"How likely is it that {asked} moved the result, and if moderately, which way?",
            answers=RATINGS,
            source=SEVEN,
        )
        for threat, asked in ASKED.items()
    ),
    Question(
        id=PADLOCKS_LOST,
        text="Where all seven threats are rated and the EEF's rule does not say what they cost "
        "together: how many padlocks are lost?",
        answers=SETTLED,
        source=THREATENED,
    ),
)


def _initial(padlocks: int) -> tuple[str, ...]:
    """The rules that give so many padlocks before threats: design, smallest effect, attrition."""
    rules = (DESIGNS[padlocks], BANDS["mdes", padlocks], BANDS["lost", padlocks])
    compared = () if padlocks == 1 else (DESIGNS[1].id,)
    return (*compared, *(rule.id for rule in rules))


def _paths(padlocks: int) -> tuple[tuple[str, ...], ...]:
    """As many at first and none lost, one more and one lost, or two more: never more are lost."""
    none_lost = (*_initial(padlocks), *(rule.id for rule in RATED), NONE_LOST.id)
    one_lost = [(*_initial(first), ONE_LOST.id) for first in (padlocks + 1,) if first in DESIGNS]
    two_lost = [_initial(first) for first in (padlocks + 2,) if first in DESIGNS]
    return (none_lost, *one_lost, *two_lost)


EEF_TRIAL_2019: Final = Standard(
    id="eef-trial",
    version="2019",
    title="EEF security rating of one trial",
    unit="contrast",
    source=TABLE,
    rules=(*DESIGNS.values(), *BANDS.values(), *RATED, NONE_LOST, ONE_LOST),
    questions=QUESTIONS,
    levels=(
        Level(name="0", title=f"0 of 5 padlocks: {TITLES[0]}", paths=((),)),
        *(
            Level(
                name=str(padlocks),
                title=f"{padlocks} of 5 padlocks: {TITLES[padlocks]}",
                paths=_paths(padlocks),
            )
            for padlocks in range(1, 6)
        ),
    ),
)
