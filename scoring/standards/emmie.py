"""EMMIE (College of Policing and UCL): the quality of what is known along five dimensions.

The scale is of systematic reviews; here each dimension is read from the samples of one outcome.
What each score asks for is our reading: the descriptors of the scale were seen at second hand.
"""

from typing import Final

from scoring.standards.counting import COMPARISON_DESIGNS
from scoring.standards.rules import Check, Compare, Is, Level, OneOf, Rule, Standard, Tally

PAPER: Final = "EMMIE (Johnson, Tilley and Bowers 2015); what each score asks for, at second hand"

SCORES: Final = ("none", "limited", "moderate", "strong", "very strong")


def _asks(name: str, title: str, fact: str, check: Check, lift: str) -> Rule:
    return Rule(
        id=f"emmie.{name}",
        title=title,
        fact=fact,
        check=check,
        source=PAPER,
        verified=False,
        lift=lift,
    )


def _at_least(number: int, tally: Tally) -> Rule:
    samples = "sample" if number == 1 else "samples"
    return _asks(
        f"{tally.fact}_{number}",
        f"{tally.title}: at least {number}",
        tally.fact,
        Compare(">=", number),
        f"{number} independent {samples} of this kind: {tally.title.lower()}",
    )


def _dimension(
    name: str, title: str, rules: tuple[Rule, ...], steps: tuple[tuple[Tally, int], ...]
) -> Standard:
    """One dimension: each score above 0 asks for so many samples of one kind."""
    asked = tuple(_at_least(number, tally) for tally, number in steps)
    return Standard(
        id=f"emmie-{name}",
        version="2015",
        title=f"EMMIE: {title}",
        unit="body",
        source=PAPER,
        contrast_rules=rules,
        tallies=tuple({tally.fact: tally for tally, _ in steps}.values()),
        rules=asked,
        levels=(
            Level(name="0", title=f"Quality 0 of 4: {SCORES[0]}", paths=((),)),
            *(
                Level(
                    name=str(score),
                    title=f"Quality {score} of 4: {SCORES[score]}",
                    # A dimension is cumulative: a higher score keeps what the lower ones ask.
                    paths=(tuple(rule.id for rule in asked[:score]),),
                )
                for score in range(1, len(SCORES))
            ),
        ),
    )


def _tally(fact: str, title: str, *rules: str) -> Tally:
    return Tally(fact=fact, title=title, paths=(tuple(f"emmie.{rule}" for rule in rules),))


COMPARED: Final = _tally("compared", "Samples compared with others", "comparison")
PLANNED: Final = _tally(
    "planned", "Samples whose outcome was planned in advance", "comparison", "in_advance"
)
SOUND: Final = _tally(
    "sound",
    "Samples planned in advance with a validated measure",
    "comparison",
    "in_advance",
    "validated",
)

EMMIE_EFFECT: Final = _dimension(
    "effect",
    "what the effect is known from",
    (
        _asks(
            "comparison",
            "A design with a comparison group",
            "design",
            OneOf(COMPARISON_DESIGNS),
            "a study with a comparison group",
        ),
        _asks(
            "in_advance",
            "Planned before it was measured",
            "planned_in_advance",
            Is(True),
            "an outcome planned in advance",
        ),
        _asks(
            "validated",
            "A validated measure of the outcome",
            "outcome_validated",
            Is(True),
            "a validated measure of the outcome",
        ),
    ),
    ((COMPARED, 1), (COMPARED, 2), (PLANNED, 2), (SOUND, 2)),
)

THEORY: Final = _tally("theory", "Samples with a theory of how it works", "theory_of_change")
MECHANISM: Final = _tally("mechanism", "Samples in which the mechanism was tested", "tested")

EMMIE_MECHANISM: Final = _dimension(
    "mechanism",
    "how it is known to work",
    (
        _asks(
            "theory_of_change",
            "There is a theory of change",
            "theory_of_change",
            Is(True),
            "a theory of change",
        ),
        _asks(
            "tested",
            "The mechanism was tested",
            "mechanism_evidence",
            OneOf(("tested",)),
            "a test of the mechanism",
        ),
    ),
    ((THEORY, 1), (MECHANISM, 1), (MECHANISM, 2), (MECHANISM, 3)),
)

MODERATORS: Final = _tally(
    "moderators", "Samples in which it was tested for whom and where it works", "moderators_tested"
)

EMMIE_MODERATORS: Final = _dimension(
    "moderators",
    "for whom and where it is known to work",
    (
        _asks(
            "moderators_tested",
            "For whom and where it works was tested",
            "moderators_tested",
            Is(True),
            "a test of for whom and where it works",
        ),
    ),
    ((MODERATORS, 1), (MODERATORS, 2), (MODERATORS, 3), (MODERATORS, 4)),
)

DESCRIBED: Final = _tally("described", "Samples in which the delivery is described", "description")
FOLLOWED: Final = _tally(
    "followed", "Samples in which fidelity was measured", "description", "fidelity"
)
REACHED: Final = _tally(
    "reached",
    "Samples in which fidelity, reach and adherence were measured",
    "description",
    "fidelity",
    "reach",
    "adherence",
)

EMMIE_IMPLEMENTATION: Final = _dimension(
    "implementation",
    "how it is known to be delivered",
    (
        _asks(
            "description",
            "The delivery is described",
            "described",
            Is(True),
            "a description of the delivery",
        ),
        *(
            _asks(
                name,
                f"{name.capitalize()} was measured (share)",
                name,
                Compare(">=", 0.0),
                f"a measure of {name}",
            )
            for name in ("fidelity", "reach", "adherence")
        ),
    ),
    ((DESCRIBED, 1), (FOLLOWED, 1), (FOLLOWED, 2), (REACHED, 2)),
)

COSTED: Final = _tally("costed", "Samples with a cost for each person", "unit_cost")
DATED: Final = _tally("dated", "Samples with a cost and its price year", "unit_cost", "price_year")
VALUED: Final = _tally("valued", "Samples with costs and benefits in present values", "ratio")

EMMIE_ECONOMICS: Final = _dimension(
    "economics",
    "what it is known to cost",
    (
        _asks(
            "unit_cost",
            "The cost for each person is told (pounds)",
            "unit_cost",
            Compare(">=", 0.0),
            "the cost for each person",
        ),
        _asks(
            "price_year",
            "The year of the prices is told",
            "price_year",
            Compare(">=", 0),
            "the year of the prices",
        ),
        _asks(
            "ratio",
            "Costs and benefits are told in present values (ratio)",
            "benefit_cost_ratio",
            Compare(">", float("-inf")),
            "present values of costs and benefits",
        ),
    ),
    ((COSTED, 1), (DATED, 1), (VALUED, 1), (VALUED, 2)),
)

EMMIE: Final = (
    EMMIE_EFFECT,
    EMMIE_MECHANISM,
    EMMIE_MODERATORS,
    EMMIE_IMPLEMENTATION,
    EMMIE_ECONOMICS,
)
