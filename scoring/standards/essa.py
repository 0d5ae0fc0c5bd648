"""ESSA tiers of evidence (US Every Student Succeeds Act 2015) as the WWC implements them."""

from typing import Final

from scoring.standards.counting import HIGH, MODERATE, WWC, Asking
from scoring.standards.rules import Compare, Is, Level, OneOf, Standard, Tally

ACT: Final = "Every Student Succeeds Act 2015, tiers as implemented by the WWC (ies.ed.gov)"
ASKING: Final = Asking(prefix="essa", source=ACT, second_hand=f"{ACT}, at second hand")

# People and sites of one study for tiers 1 and 2.
PEOPLE: Final = 350
SITES: Final = 2

# Comparisons that control for who chose to take part without being rated by the WWC: our reading.
CORRELATIONAL: Final = (
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
    "cross_section",
)

FAVOURABLE: Final = ASKING.ids("better", "significant")
LARGE: Final = ASKING.ids("people", "sites")

TIER_1: Final = Tally(
    fact="tier_1_samples",
    title="a favourable effect, without reservations, in a large sample on several sites",
    paths=((*ASKING.ids("without_reservations"), *FAVOURABLE, *LARGE),),
)
TIER_2: Final = Tally(
    fact="tier_2_samples",
    title="a favourable effect, with or without reservations, in a large sample on several sites",
    paths=((*ASKING.ids("meets"), *FAVOURABLE, *LARGE),),
)
TIER_3: Final = Tally(
    fact="tier_3_samples",
    title="a favourable effect that meets standards, or allows for who took part",
    paths=(
        (*ASKING.ids("meets"), *FAVOURABLE),
        (*ASKING.ids("correlational", "controlled"), *FAVOURABLE),
    ),
)
OVERRIDING: Final = Tally(
    fact="overriding",
    title="a significant effect against that meets standards",
    paths=(ASKING.ids("meets", "worse", "significant"),),
    of="taken back",
)
RATIONALE: Final = Tally(
    fact="rationale",
    title="a theory of change informed by research, and an evaluation under way",
    paths=(ASKING.ids("theory", "informed", "evaluated"),),
)

NOT_OVERRIDDEN: Final = ASKING.ids("overriding_at_most_0")

ESSA_2015: Final = Standard(
    id="essa",
    version="2015",
    title="ESSA tiers of evidence",
    unit="body",
    source=ACT,
    ratings=(WWC,),
    contrast_rules=(
        ASKING.rated("without_reservations", HIGH, "without reservations", verified=True),
        ASKING.rated("meets", MODERATE, "with or without reservations", verified=True),
        # As the WWC calls it significant: among all that was tested in the domain.
        *ASKING.favourable(p="p_family"),
        ASKING.worse(verified=False),
        ASKING.rule(
            "people",
            "People analysed",
            ("analysed_people", Compare(">=", PEOPLE)),
            f"{PEOPLE} people or more analysed",
            fixed=True,
        ),
        ASKING.rule(
            "sites",
            "Sites of the study",
            ("sites", Compare(">=", SITES)),
            f"{SITES} sites or more",
            fixed=True,
        ),
        ASKING.rule(
            "correlational",
            "A comparison across people or over time",
            ("design", OneOf(CORRELATIONAL)),
            "a comparison across people or over time",
            verified=False,
            fixed=True,
        ),
        ASKING.rule(
            "controlled",
            "Known differences are controlled for",
            ("controls_adequate", Is(True)),
            "control for known differences",
            verified=False,
        ),
        ASKING.told(
            "theory", "There is a theory of change", "theory_of_change", "a theory of change"
        ),
        ASKING.rule(
            "informed",
            "Research or theory stands behind how it is meant to work",
            ("mechanism_evidence", OneOf(("theory", "tested"))),
            "research or theory behind how it is meant to work",
            verified=False,
        ),
        ASKING.rule(
            "evaluated",
            "An evaluation is under way",
            ("publication_status", OneOf(("ongoing",))),
            "an evaluation under way",
        ),
    ),
    tallies=(TIER_1, TIER_2, TIER_3, OVERRIDING, RATIONALE),
    rules=(
        ASKING.at_least(1, RATIONALE),
        ASKING.at_least(1, TIER_3, verified=False),
        ASKING.at_least(1, TIER_2),
        ASKING.at_least(1, TIER_1),
        ASKING.at_most(0, OVERRIDING, verified=False),
    ),
    levels=(
        Level(name="none", title="No ESSA tier", paths=((),)),
        Level(
            name="tier_4",
            title="ESSA tier 4: demonstrates a rationale",
            paths=(ASKING.ids("rationale_1"),),
        ),
        Level(
            name="tier_3",
            title="ESSA tier 3: promising evidence",
            paths=((*ASKING.ids("tier_3_samples_1"), *NOT_OVERRIDDEN),),
        ),
        Level(
            name="tier_2",
            title="ESSA tier 2: moderate evidence",
            paths=((*ASKING.ids("tier_2_samples_1"), *NOT_OVERRIDDEN),),
        ),
        Level(
            name="tier_1",
            title="ESSA tier 1: strong evidence",
            paths=((*ASKING.ids("tier_1_samples_1"), *NOT_OVERRIDDEN),),
        ),
    ),
)
