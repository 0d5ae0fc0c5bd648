"""The house grade candour@1 as data: what its findings rest on, and the default funding policy."""

from typing import Final

from scoring.anytime import ANYTIME_1
from scoring.standards.rules import Check, Compare, Is, Level, OneOf, Rule, Standard

NAME: Final = "candour@1"
TITLE: Final = "Candour house grade"
HOUSE: Final = "Candour house rule (design, section 5.6)"
ANYTIME: Final = "Candour anytime-valid grades (anytime/1), section 3.7"


def _rule(name: str, title: str, fact: str, check: Check, *, source: str, lift: str) -> Rule:
    return Rule(
        id=f"candour.{name}",
        title=title,
        fact=fact,
        check=check,
        source=source,
        lift=lift,
    )


# E that bounds the error of each direction by alpha over any number of looks (Ville).
ENOUGH: Final = 1 / ANYTIME_1.alpha

MORE_UNITS: Final = "results from more independent sites or cohorts"

# Read in the order of section 3.7; `scoring.anytime` decides, these say what it saw.
FINDINGS: Final = (
    _rule(
        "harm_elsewhere",
        "Evidence of harm across independent units",
        "e_minus",
        Compare(">=", ENOUGH),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "works_elsewhere",
        "Evidence of good across independent units",
        "e_plus",
        Compare(">=", ENOUGH),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "interval_above_zero",
        "Lower end of the shown interval (standard deviations)",
        "shown_low",
        Compare(">", 0.0),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "no_worthwhile_harm",
        "Lower bound elsewhere against the smallest worthwhile harm (standard deviations)",
        "lower",
        Compare(">", "minus_sesoi"),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "no_worthwhile_good",
        "Upper bound elsewhere against the smallest worthwhile effect (standard deviations)",
        "upper",
        Compare("<", "sesoi"),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "harm_where_tried",
        "Evidence of harm where it was tried",
        "e_plural_minus",
        Compare(">=", ENOUGH),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "works_where_tried",
        "Evidence of good where it was tried",
        "e_plural_plus",
        Compare(">=", ENOUGH),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "no_worthwhile_harm_where_tried",
        "Lower bound where tried against the smallest worthwhile harm (standard deviations)",
        "lower_plural",
        Compare(">", "minus_sesoi"),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
    _rule(
        "no_worthwhile_good_where_tried",
        "Upper bound where tried against the smallest worthwhile effect (standard deviations)",
        "upper_plural",
        Compare("<", "sesoi"),
        source=ANYTIME,
        lift=MORE_UNITS,
    ),
)


# Told beside the finding. That nobody said whether anybody looked is no harm, and is flagged.
HARMS: Final = (
    _rule(
        "harm_looked_for",
        "Every result says whether anybody looked for harm",
        "harm_looked_for",
        Is(True),
        source=HOUSE,
        lift="a report of what was done to look for harm, and of what was found",
    ),
)


CLUSTER_SOURCE: Final = "WWC Standards Handbook 4.1 (Hedges 2007), as encoded in WWCr"

# Told beside the finding: what was not allowed for has widened the errors that it rests on.
CLUSTERS: Final = _rule(
    "clusters_allowed_for",
    "Where people came in groups, the analysis allowed for that",
    "clusters_allowed_for",
    Is(True),
    source=CLUSTER_SOURCE,
    lift="say whether the analysis allowed for people coming in groups",
)


def _policy_rule(name: str, title: str, fact: str, check: Check, lift: str) -> Rule:
    return _rule(name, title, fact, check, source=HOUSE, lift=lift)


ALWAYS: Final = (
    "candour.confident",
    "candour.past_worthwhile",
    "candour.above_zero",
    "candour.no_harm",
    "candour.no_serious_harm",
)

POLICY: Final = Standard(
    id="candour-funding",
    version="1",
    title="Default funding policy: demonstrably works",
    unit="house grade",
    source=HOUSE,
    rules=(
        _policy_rule("works", "Found to work", "finding", OneOf(("works",)), MORE_UNITS),
        _policy_rule("promising", "Found promising", "finding", OneOf(("promising",)), MORE_UNITS),
        _policy_rule(
            "from_credible_design",
            "Carried by a credible design",
            "tier",
            OneOf(("credible",)),
            "results from a credible design",
        ),
        _policy_rule(
            "approach_works",
            "The approach is found to work",
            "approach_finding",
            OneOf(("works",)),
            "an approach that is found to work elsewhere",
        ),
        _policy_rule(
            "confident",
            "Confidence at least moderate",
            "confidence",
            OneOf(("moderate", "high")),
            "confidence of at least moderate",
        ),
        _policy_rule(
            "past_worthwhile",
            "Shown effect against the smallest worthwhile one (standard deviations)",
            "shown_estimate",
            Compare(">", "sesoi"),
            "an effect past the smallest worthwhile one",
        ),
        _policy_rule(
            "above_zero",
            "Lower end of the shown interval (standard deviations)",
            "shown_low",
            Compare(">", 0.0),
            "an interval above no effect",
        ),
        _policy_rule(
            "no_harm", "No harm found", "harm_found", Is(False), "an approach without found harm"
        ),
        _policy_rule(
            "no_serious_harm",
            "No serious harm was reported that was not ruled out as the programme's",
            "serious_harm",
            Is(False),
            "show that the serious harm was not the programme's",
        ),
    ),
    levels=(
        Level(name="not demonstrably working", title="Not shown to work", paths=((),)),
        Level(
            name="demonstrably works",
            title="Demonstrably works",
            paths=(
                ("candour.works", *ALWAYS),
                (
                    "candour.promising",
                    "candour.from_credible_design",
                    "candour.approach_works",
                    *ALWAYS,
                ),
            ),
        ),
    ),
)
