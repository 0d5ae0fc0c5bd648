"""Confidence of the house grade: where it starts, and the steps down and up, after GRADE."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scoring.standards.rules import Check, Compare, Is, OneOf, Rule, Step

HOUSE: Final = "Candour house rule (design, section 5.6)"
GRADE_DOMAINS: Final = "GRADE table of domains (BMJ; Guyatt 2011)"
SECOND_HAND: Final = "GRADE guidance (Guyatt 2011), at second hand"
MATRIX: Final = "Decision matrix of Cochrane review CD009172"
IMPRECISION: Final = "GRADE guidelines 6 (Guyatt 2011) and 2022 guidance, abstracts"
LARGE_EFFECT: Final = "GRADE guidelines 9 (Guyatt 2011), abstract"

# Confidence from worst to best, where each design tier starts, and how far steps up may carry it.
CONFIDENCE: Final = ("very low", "low", "moderate", "high")
STARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not causal": "very low",
        "indicative": "low",
        "credible with reservations": "moderate",
        "credible": "high",
    }
)
CAPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not causal": "very low",
        "indicative": "moderate",
        "credible with reservations": "high",
        "credible": "high",
    }
)

# Chance below which contexts are said to differ (the usual two-sided 5 %).
CONTEXT_P: Final = 0.05

# Share of the precision that a tier and the better ones must carry for confidence to start there.
CARRIES: Final = 0.5


def _rule(name: str, title: str, fact: str, check: Check, *, source: str, lift: str) -> Rule:
    return Rule(
        id=f"candour.{name}",
        title=title,
        fact=fact,
        check=check,
        source=source,
        verified=source != SECOND_HAND,
        lift=lift,
    )


DOWN: Final = (
    Step(
        domain="risk of bias",
        rule=_rule(
            "low_risk_of_bias",
            "Risk of bias judged low",
            "risk_of_bias",
            OneOf(("low",)),
            source=SECOND_HAND,
            lift="results judged at low risk of bias",
        ),
    ),
    Step(
        domain="risk of bias",
        rule=_rule(
            "no_high_risk_of_bias",
            "Risk of bias not judged high",
            "risk_of_bias",
            OneOf(("low", "some_concerns")),
            source=SECOND_HAND,
            lift="results not judged at high risk of bias",
        ),
        levels=2,
    ),
    Step(
        domain="inconsistency",
        rule=_rule(
            "consistent",
            "Inconsistency where directions agree (I2, per cent)",
            "i2_same_direction",
            Compare("<", 75.0),
            source=MATRIX,
            lift="results that agree with one another",
        ),
    ),
    Step(
        domain="inconsistency",
        rule=_rule(
            "directions_agree",
            "Inconsistency where directions differ (I2, per cent)",
            "i2_mixed_directions",
            Compare("<", 40.0),
            source=MATRIX,
            lift="results that point the same way",
        ),
    ),
    Step(
        domain="inconsistency",
        rule=_rule(
            "directions_not_opposed",
            "Strong inconsistency where directions differ (I2, per cent)",
            "i2_mixed_directions",
            Compare("<", 75.0),
            source=MATRIX,
            lift="results that do not oppose one another",
        ),
        levels=2,
    ),
    Step(
        domain="inconsistency",
        rule=_rule(
            "same_in_every_context",
            "Chance of so large a difference between contexts, were there none (p)",
            "context_p",
            Compare(">=", CONTEXT_P),
            source=HOUSE,
            lift="a separate verdict for each context",
        ),
    ),
    Step(
        domain="imprecision",
        rule=_rule(
            "precise",
            "No effect and a worthwhile effect not both within the interval (marks crossed)",
            "marks_crossed",
            Compare("<=", 1),
            source=IMPRECISION,
            lift="a narrower interval: more people, or more sites of the same design",
        ),
    ),
    Step(
        domain="imprecision",
        rule=_rule(
            "not_open_both_ways",
            "A worthwhile effect and a worthwhile harm not both within the interval",
            "marks_crossed",
            Compare("<=", 2),
            source=IMPRECISION,
            lift="an interval that does not hold both good and harm",
        ),
        levels=2,
    ),
    Step(
        domain="indirectness",
        rule=_rule(
            "direct",
            "Indirectness judged none",
            "indirectness",
            OneOf(("none",)),
            source=GRADE_DOMAINS,
            lift="results on the people, place and outcome in question",
        ),
    ),
    Step(
        domain="indirectness",
        rule=_rule(
            "not_very_indirect",
            "Indirectness not judged very serious",
            "indirectness",
            OneOf(("none", "serious")),
            source=GRADE_DOMAINS,
            lift="results closer to the people, place and outcome in question",
        ),
        levels=2,
    ),
    Step(
        domain="indirectness",
        rule=_rule(
            "this_version",
            "Measured on the version that runs now",
            "this_version",
            Is(True),
            source=HOUSE,
            lift="a result on the version that runs now",
        ),
    ),
    Step(
        domain="reporting",
        rule=_rule(
            "planned_in_advance",
            "Planned before it was measured",
            "planned_in_advance",
            Is(True),
            source=HOUSE,
            lift="results of outcomes planned and registered in advance",
        ),
        when_unknown=1,
    ),
    Step(
        domain="reporting",
        rule=_rule(
            "as_planned",
            "Reported as planned, not switched",
            "switched",
            Is(False),
            source=HOUSE,
            lift="the outcome that was planned",
        ),
        when_unknown=1,
    ),
    Step(
        domain="reporting",
        rule=_rule(
            "nothing_missing",
            "No primary outcome is due and unreported",
            "unreported",
            Is(False),
            source=HOUSE,
            lift="report the primary outcomes that are due",
        ),
    ),
    Step(
        domain="reporting",
        rule=_rule(
            "no_publication_bias",
            "Publication bias not suspected",
            "publication_bias",
            OneOf(("undetected",)),
            source=GRADE_DOMAINS,
            lift="results of every study, the unwelcome ones included",
        ),
    ),
)

# Told only where it was needed: how many levels it takes off is what the later results would add.
HELD: Final = Step(
    domain="later results of a worse design",
    rule=_rule(
        "not_raised_by_worse",
        "Later results of a worse design would raise confidence",
        "raised_by_worse",
        Is(False),
        source=HOUSE,
        lift="another result of no worse a design",
    ),
)

# Only for designs without randomisation, and only where nothing was taken off.
UP: Final = (
    Step(
        domain="large effect",
        rule=_rule(
            "large_effect",
            "Change in risk (fold)",
            "fold_change",
            Compare(">=", 2.0),
            source=LARGE_EFFECT,
            lift="a change in risk of at least two-fold",
        ),
    ),
    Step(
        domain="large effect",
        rule=_rule(
            "very_large_effect",
            "Very large change in risk (fold)",
            "fold_change",
            Compare(">=", 5.0),
            source=LARGE_EFFECT,
            lift="a change in risk of at least five-fold",
        ),
        levels=2,
    ),
    Step(
        domain="dose response",
        rule=_rule(
            "dose_response",
            "More of the programme, more of the effect",
            "dose_response",
            OneOf(("yes",)),
            source=GRADE_DOMAINS,
            lift="a judgement that the effect grows with the dose",
        ),
    ),
    Step(
        domain="opposing confounding",
        rule=_rule(
            "opposing_confounding",
            "What is not controlled for would hide the effect",
            "opposing_confounding",
            OneOf(("yes",)),
            source=GRADE_DOMAINS,
            lift="a judgement that remaining confounding would hide the effect",
        ),
    ),
)
