"""How we read the levels of standards side by side: coarse, with a reason, and never averaged.

The words of bodies differ, and so do their questions: some say whether a thing works, others how
far a result can be relied on, others what it costs. Only standards of one question are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scoring.standards.candour import NAME as HOUSE

EFFECT, RELIANCE, CERTAINTY, OTHER = "effect", "reliance", "certainty", "other"
# What each question is, in words; of OTHER nothing is compared.
QUESTIONS_READ: Mapping[str, str] = MappingProxyType(
    {
        EFFECT: "Does it work?",
        RELIANCE: "How far can one result be relied on?",
        CERTAINTY: "How sure is all of the evidence together?",
        OTHER: "Something else: not about effect",
    }
)
HARM, AGAINST, OPEN, FOR = "speaks of harm", "does not support", "cannot say", "supports"
NO, PARTLY, YES = "not to be relied on", "with reservations", "to be relied on"
NOT_EFFECT = "not about effect"
# From the worst to the best, so that the two ends of a difference have names.
ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        EFFECT: (HARM, AGAINST, OPEN, FOR),
        RELIANCE: (NO, OPEN, PARTLY, YES),
        CERTAINTY: (NO, OPEN, PARTLY, YES),
        OTHER: (NOT_EFFECT,),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Our reading of a standard: its question, and by level what it comes to; `why` says why so."""

    about: str
    levels: Mapping[str, str]
    why: str

    def of(self, level: str | None) -> str:
        """What a level comes to; without one a body cannot say."""
        if self.about == OTHER:
            return NOT_EFFECT
        return OPEN if level is None else self.levels[level]


def _reading(about: str, why: str, **levels: tuple[str, ...]) -> Reading:
    """`levels` names the levels of each reading, in the words of that reading's constant."""
    words = {"harm": HARM, "against": AGAINST, "open": OPEN, "for_": FOR}
    words |= {"no": NO, "partly": PARTLY, "yes": YES, "other": NOT_EFFECT}
    by_level = {level: words[word] for word, names in levels.items() for level in names}
    return Reading(about=about, levels=MappingProxyType(by_level), why=why)


SCORES = ("0", "1", "2", "3", "4")

READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        HOUSE: _reading(
            EFFECT,
            "Works and promising speak for it, here or elsewhere; no effect is a finding too.",
            for_=("works", "promising"),
            against=("no detectable effect", "no effect where tried"),
            harm=("harmful", "concerning"),
            open=("insufficient",),
        ),
        "wwc@5.0": _reading(
            EFFECT,
            "Its three tiers are all of favourable effects; uncertain says neither.",
            for_=("promising", "moderate", "strong"),
            open=("uncertain",),
            harm=("negative",),
        ),
        "essa@2015": _reading(
            EFFECT,
            "Tiers 1 to 3 ask for a favourable effect, tier 4 only for a reason to expect one.",
            for_=("tier_1", "tier_2", "tier_3"),
            open=("none", "tier_4"),
        ),
        "nesta@2013": _reading(
            EFFECT,
            "From level 3 on the programme is shown to be the cause; below it is not.",
            for_=("3", "4", "5"),
            open=("0", "1", "2"),
        ),
        "eif@2017": _reading(
            EFFECT,
            "Level 2 is preliminary, and no cause can be drawn from it; NE is a rigorous study that"
            " found nothing.",
            for_=("3", "3+", "4", "4+"),
            open=("NL2", "2", "2+"),
            against=("NE",),
        ),
        "pathways@2021": _reading(
            EFFECT,
            "Mixed support has findings both ways; not supported has studies that found nothing.",
            for_=("supported", "well_supported"),
            open=("mixed",),
            against=("not_supported",),
        ),
        "title-iv-e@2.0": _reading(
            EFFECT,
            "What does not meet its criteria may lack studies as well as effects.",
            for_=("promising", "supported", "well_supported"),
            open=("does_not_meet",),
        ),
        "cebc@1": _reading(
            EFFECT,
            "Ratings 1 to 3 are of practices with evidence behind them; 5 is of concern.",
            for_=("1", "2", "3"),
            against=("4",),
            harm=("5",),
        ),
        "blueprints@1": _reading(
            EFFECT,
            "A certificate asks for a favourable effect; without one nothing is said against it.",
            for_=("promising", "model", "model_plus"),
            open=("not_certified",),
        ),
        "wwc@4.1": _reading(
            RELIANCE,
            "It rates how the study was made, whatever it found.",
            yes=("MEETS_WITHOUT",),
            partly=("MEETS_WITH",),
            no=("DOES_NOT_MEET",),
        ),
        "sms-wwg@2016": _reading(
            RELIANCE,
            "Below 3 there is no credible comparison; 4 and 5 are as good as random.",
            yes=("4", "5"),
            partly=("3",),
            no=("1", "2"),
        ),
        "sms-sherman@1997": _reading(
            RELIANCE,
            "Its authors draw conclusions from level 3 on; only 5 is random.",
            yes=("5",),
            partly=("3", "4"),
            no=("1", "2"),
        ),
        "eef-trial@2019": _reading(
            RELIANCE,
            "Five padlocks are the most secure; we take two and three as reservations.",
            yes=("4", "5"),
            partly=("2", "3"),
            no=("0", "1"),
        ),
        "eef-toolkit@2021": _reading(
            CERTAINTY,
            "Its padlocks say how secure the body of studies is, not what it found.",
            yes=("4", "5"),
            partly=("2", "3"),
            no=("0", "1"),
        ),
        "chi-campbell@1": _reading(
            RELIANCE,
            "It says how much confidence a study's findings deserve.",
            yes=("high",),
            partly=("medium",),
            no=("low",),
        ),
        "grade@2011": _reading(
            CERTAINTY,
            "Moderate is probably close to the truth; low and very low may be far from it.",
            yes=("high",),
            partly=("moderate",),
            no=("low", "very low"),
        ),
        "rob2@2019": _reading(
            RELIANCE,
            "It says how likely it is that the way a trial was done bent its result.",
            yes=("low",),
            partly=("some_concerns",),
            no=("high",),
        ),
        "robins-i@2016": _reading(
            RELIANCE,
            "Moderate is sound for a study that is no trial; serious and critical are not.",
            yes=("low",),
            partly=("moderate",),
            open=("no_information",),
            no=("serious", "critical"),
        ),
        "robins-i@2-draft-2025": _reading(
            RELIANCE,
            "As the version of 2016, which it is to follow.",
            yes=("low",),
            partly=("moderate",),
            no=("serious", "critical"),
        ),
        "dft-vfm@1": _reading(
            OTHER,
            "Value for money, which supposes the effect.",
            other=("very_poor", "poor", "low", "medium", "high", "very_high"),
        ),
        "eif-cost@2017": _reading(OTHER, "What it costs.", other=("1", "2", "3", "4", "5")),
        "emmie-effect@2015": _reading(
            OTHER, "How well the evidence of effect was gathered, by an index.", other=SCORES
        ),
        "emmie-mechanism@2015": _reading(OTHER, "How it is known to work.", other=SCORES),
        "emmie-moderators@2015": _reading(OTHER, "For whom and where it works.", other=SCORES),
        "emmie-implementation@2015": _reading(OTHER, "How it was delivered.", other=SCORES),
        "emmie-economics@2015": _reading(OTHER, "What is known of its money.", other=SCORES),
    }
)
NOTE = (
    "These readings are ours, so that conclusions can be laid side by side; no body made them."
    " Standards measure different things and are never averaged."
)
