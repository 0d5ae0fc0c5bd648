"""GRADE: how certain a body of evidence on one outcome is, from randomisation down and up."""

from typing import Final

from scoring.standards.certainty import Certainty, Start
from scoring.standards.rules import Check, Compare, FirstKnown, Is, OneOf, Question, Rule, Step

DOMAINS: Final = "GRADE table of domains (BMJ; Guyatt 2011)"
SECOND_HAND: Final = "GRADE guidance (Guyatt 2011), at second hand"
MATRIX: Final = "Decision matrix of Cochrane review CD009172"
# The matrix also asks for "very low p" from an I2 of 75 on, and prints no figure. I2 of 75 is
# Q = 4 df, of which p is 0.046 at the most, so that at any figure from 0.05 on it asks no more.
VERY_LOW_P: Final = f"{MATRIX}; its 'very low p' read as p below 0.05"
IMPRECISION: Final = "GRADE guidelines 6 (Guyatt 2011) and 2022 guidance, abstracts"
LARGE_EFFECT: Final = "GRADE guidelines 9 (Guyatt 2011), abstract"
CANDOUR: Final = "Candour's reading of GRADE: planned and unreported outcomes suggest it"

# "Most information" and "substantial": shares of the weight (per cent), a parameter.
MOST: Final = 50.0
SUBSTANTIAL: Final = 25.0

SERIOUSNESS: Final = ("none", "serious", "very_serious")


def _rule(
    name: str,
    title: str,
    fact: str,
    check: Check,
    *,
    source: str,
    lift: str,
    judgement: bool = False,
) -> Rule:
    return Rule(
        id=f"grade.{name}",
        title=title,
        fact=fact,
        check=check,
        source=source,
        verified=source not in (SECOND_HAND, CANDOUR, VERY_LOW_P),
        lift=lift,
        judgement=judgement,
    )


def _judged(
    domain: str,
    name: str,
    title: str,
    question: str,
    answers: tuple[str, ...],
    otherwise: tuple[str, Compare | Is],
    *,
    levels: int = 1,
    source: str,
    lift: str,
) -> Step:
    """A step that a person's answer settles, else what the data show."""
    check = FirstKnown(((question, OneOf(answers)), otherwise))
    rule = _rule(name, title, question, check, source=source, lift=lift, judgement=True)
    return Step(domain=domain, rule=rule, levels=levels)


DOWN: Final = (
    _judged(
        "risk of bias",
        "mostly_low_risk",
        "Most of the weight at low risk of bias (per cent)",
        "risk_of_bias",
        ("low",),
        ("low_risk_share_pct", Compare(">=", MOST)),
        source=SECOND_HAND,
        lift="results at low risk of bias for most of the weight",
    ),
    _judged(
        "risk of bias",
        "little_high_risk",
        "Weight at high risk of bias not substantial (per cent)",
        "risk_of_bias",
        ("low", "some_concerns"),
        ("high_risk_share_pct", Compare("<", SUBSTANTIAL)),
        levels=2,
        source=SECOND_HAND,
        lift="fewer results at high risk of bias",
    ),
    _judged(
        "inconsistency",
        "consistent",
        "Inconsistency where directions agree (I2, per cent)",
        "inconsistency",
        ("none",),
        ("i2_same_direction", Compare("<", 75.0)),
        source=VERY_LOW_P,
        lift="results that agree with one another",
    ),
    _judged(
        "inconsistency",
        "directions_agree",
        "Inconsistency where directions differ (I2, per cent)",
        "inconsistency",
        ("none",),
        ("i2_mixed_directions", Compare("<", 40.0)),
        source=MATRIX,
        lift="results that point the same way",
    ),
    _judged(
        "inconsistency",
        "directions_not_opposed",
        "Strong inconsistency where directions differ (I2, per cent)",
        "inconsistency",
        ("none", "serious"),
        ("i2_mixed_directions", Compare("<", 75.0)),
        levels=2,
        source=VERY_LOW_P,
        lift="results that do not oppose one another",
    ),
    _judged(
        "indirectness",
        "direct",
        "People, intervention, comparison, outcome and time are those in question",
        "indirectness",
        ("none",),
        ("all_direct", Is(True)),
        source=DOMAINS,
        lift="results on the people, place and outcome in question",
    ),
    _judged(
        "indirectness",
        "not_very_indirect",
        "Indirectness not very serious",
        "indirectness",
        ("none", "serious"),
        ("all_direct", Is(True)),
        levels=2,
        source=DOMAINS,
        lift="results closer to the people, place and outcome in question",
    ),
    _judged(
        "imprecision",
        "enough_information",
        "People analysed, of those that would be needed (per cent)",
        "imprecision",
        ("none",),
        ("information_pct", Compare(">=", 100.0)),
        source=IMPRECISION,
        lift="more people: as many as one trial of the smallest worthwhile effect would need",
    ),
    _judged(
        "imprecision",
        "precise",
        "No effect and a worthwhile effect not both within the interval (marks crossed)",
        "imprecision",
        ("none",),
        ("marks_crossed", Compare("<=", 1)),
        source=IMPRECISION,
        lift="a narrower interval",
    ),
    _judged(
        "imprecision",
        "not_open_both_ways",
        "A worthwhile effect and a worthwhile harm not both within the interval (marks crossed)",
        "imprecision",
        ("none", "serious"),
        ("marks_crossed", Compare("<=", 2)),
        levels=2,
        source=IMPRECISION,
        lift="an interval that does not hold both good and harm",
    ),
    _judged(
        "publication bias",
        "no_publication_bias",
        "Publication bias not suspected, and nothing planned went unreported",
        "publication_bias",
        ("undetected",),
        ("unreported", Is(False)),
        source=CANDOUR,
        lift="results of every study, the unwelcome ones included",
    ),
    _judged(
        "publication bias",
        "not_small_and_sponsored",
        "Not all of it small studies by those with an interest in the result",
        "publication_bias",
        ("undetected",),
        ("small_and_sponsored", Is(False)),
        source=SECOND_HAND,
        lift="larger studies, or studies by those without an interest in the result",
    ),
)


def _up(
    domain: str,
    name: str,
    title: str,
    fact: str,
    check: Check,
    *,
    levels: int = 1,
    source: str = DOMAINS,
    lift: str,
) -> Step:
    rule = _rule(
        name, title, fact, check, source=source, lift=lift, judgement=isinstance(check, OneOf)
    )
    return Step(domain=domain, rule=rule, levels=levels)


UP: Final = (
    _up(
        "large effect",
        "large_effect",
        "Change in risk (risk ratio, as a fold)",
        "fold_change",
        Compare(">=", 2.0),
        source=LARGE_EFFECT,
        lift="a risk ratio of at least 2, or at most 0.5",
    ),
    _up(
        "large effect",
        "very_large_effect",
        "Very large change in risk (risk ratio, as a fold)",
        "fold_change",
        Compare(">=", 5.0),
        levels=2,
        source=LARGE_EFFECT,
        lift="a risk ratio of at least 5, or at most 0.2",
    ),
    _up(
        "dose response",
        "dose_response",
        "More of the programme, more of the effect",
        "dose_response",
        OneOf(("yes",)),
        lift="a judgement that the effect grows with the dose",
    ),
    _up(
        "opposing confounding",
        "opposing_confounding",
        "What is not controlled for would hide the effect",
        "opposing_confounding",
        OneOf(("yes",)),
        lift="a judgement that remaining confounding would hide the effect",
    ),
)


def _question(name: str, text: str, answers: tuple[str, ...]) -> Question:
    return Question(id=name, text=text, answers=answers, source=DOMAINS)


GRADE_2011: Final = Certainty(
    id="grade",
    version="2011",
    title="GRADE certainty of evidence",
    source=DOMAINS,
    names=(
        ("very low", "Very low certainty"),
        ("low", "Low certainty"),
        ("moderate", "Moderate certainty"),
        ("high", "High certainty"),
    ),
    entry_rule=_rule(
        "pooled",
        "Results that can be pooled",
        "pooled_samples",
        Compare(">=", 1),
        source=DOMAINS,
        lift="a result with a comparison and its uncertainty",
    ),
    starts=(
        Start(
            rule=_rule(
                "randomised",
                "Randomised",
                "body_randomised",
                Is(True),
                source=DOMAINS,
                lift="randomised trials",
            ),
            level="high",
        ),
        Start(
            rule=_rule(
                "observational",
                "Not randomised",
                "body_randomised",
                Is(False),
                source=DOMAINS,
                lift="studies with a comparison",
            ),
            level="low",
        ),
    ),
    down=DOWN,
    up=UP,
    up_only=_rule(
        "may_rise",
        "Not randomised, so that what speaks for the effect may count",
        "body_randomised",
        Is(False),
        source=DOMAINS,
        lift="studies without randomisation",
    ),
    questions=(
        _question(
            "risk_of_bias",
            "All in all, how likely is it that the way these studies were done bent their results?",
            ("low", "some_concerns", "high"),
        ),
        _question(
            "inconsistency",
            "How serious is it that the studies differ in what they found?",
            SERIOUSNESS,
        ),
        _question(
            "indirectness",
            "How serious is the distance from these studies to the people, programme, comparison "
            "and outcome you have in mind?",
            SERIOUSNESS,
        ),
        _question(
            "imprecision", "How serious is it that the effect is not known closely?", SERIOUSNESS
        ),
        _question(
            "publication_bias",
            "Do you suspect that studies with unwelcome results are missing?",
            ("undetected", "suspected"),
        ),
        _question(
            "dose_response", "Does more of the programme go with more of the effect?", ("no", "yes")
        ),
        _question(
            "opposing_confounding",
            "Would what was not controlled for have hidden the effect rather than made it?",
            ("no", "yes"),
        ),
    ),
)
