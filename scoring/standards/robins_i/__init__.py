"""ROBINS-I: the risk of bias in one result of a study without randomisation.

The version of 2016 takes the judgements of a person for its seven domains; the draft of its second
version judges six domains by trees. The questions are in our own words and keep their numbers.
"""

from typing import Final

from scoring.standards.robins_i import judged_2016 as first
from scoring.standards.robins_i import questions as asked
from scoring.standards.robins_i.domains import DOMAINS
from scoring.standards.robins_i.levels import CRITICAL, LOW, LOW_EXCEPT, MODERATE, SCALE, SERIOUS
from scoring.standards.rules import Is, OneOf, Rule
from scoring.standards.trees import Recorded, TreeStandard, domain_rules, tree_levels

# Designs with a comparison made otherwise than by drawing lots: our reading.
NOT_RANDOMISED: Final = (
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
)


def _entry(source: str) -> Rule:
    return Rule(
        id="robins-i.not_randomised",
        title="A comparison without randomisation",
        fact="design",
        check=OneOf(NOT_RANDOMISED),
        source=f"{source}; which designs it fits, at second hand",
        verified=False,
        lift="a study that compares groups made without randomisation",
        fixed=True,
    )


ENTRY_2016: Final = _entry(first.TOOL)

ROBINS_I_2016: Final = TreeStandard(
    id="robins-i",
    version="2016",
    title="ROBINS-I, risk of bias in studies without randomisation",
    unit="contrast",
    source=first.TOOL,
    rules=(ENTRY_2016, *domain_rules(first.DOMAINS, (LOW,))),
    entry=(ENTRY_2016.id,),
    levels=tree_levels(
        (
            (CRITICAL, "Critical risk of bias"),
            (SERIOUS, "Serious risk of bias"),
            (first.NO_INFORMATION, "No information to judge the risk of bias"),
            (MODERATE, "Moderate risk of bias"),
            (LOW, "Low risk of bias"),
        ),
        first.DOMAINS,
    ),
    questions=first.QUESTIONS,
    provisional=False,
    domains=first.DOMAINS,
    scale=first.SCALE,
    # Which domains are the key ones is left to judgement there: here each of them is.
    overall_source=f"{first.TOOL}, overall judgement; what missing information does, second hand",
    overall_verified=False,
)

ENTRY_2: Final = _entry(asked.TOOL)

# What was done about missing data, as recorded: complete cases, or values filled in.
COMPLETE_CASES: Final = ("complete_case",)
FILLED_IN: Final = ("multiple_imputation", "last_observation")
OTHERWISE: Final = ("inverse_probability", "full_information")


def _dealt_with(question: str, answer: str, methods: tuple[str, ...]) -> Recorded:
    """What the recorded method answers; where nobody recorded one a person is asked."""
    name = question.removeprefix("robins_i_")
    return Recorded(
        question=question,
        answer=answer,
        rule=Rule(
            id=f"robins-i.missing_data_{name}_{answer}",
            title="How missing data were dealt with",
            fact="missing_data_method",
            check=OneOf(methods),
            source=asked.TOOL,
            lift="another way to deal with missing data",
        ),
    )


MISSING_DATA: Final = (
    _dealt_with("robins_i_4_4", "y", COMPLETE_CASES),
    _dealt_with("robins_i_4_4", "n", (*FILLED_IN, *OTHERWISE)),
    _dealt_with("robins_i_4_7", "y", FILLED_IN),
    _dealt_with("robins_i_4_7", "n", OTHERWISE),
)

BLINDING: Final = tuple(
    Recorded(
        question="robins_i_5_2",
        answer=answer,
        rule=Rule(
            id=f"robins-i.assessor_{name}",
            title="Whoever measured the outcome did not know the group",
            fact="outcome_assessor_blind",
            check=Is(blind),
            source=asked.TOOL,
            lift="an outcome measured by someone who does not know the group",
        ),
    )
    for name, blind, answer in (("blind", True, "n"), ("aware", False, "y"))
)

EFFECT: Final = tuple(
    Recorded(
        question="robins_i_effect",
        answer=answer,
        rule=Rule(
            id=f"robins-i.effect_of_{answer}",
            title="Who was analysed",
            fact="analysis_population",
            check=OneOf(populations),
            source=f"{asked.TOOL}, at second hand",
            verified=False,
            lift="an analysis of the people that the effect in question is about",
        ),
    )
    # An effect on compliers is an effect of adhering: our reading.
    for answer, populations in (
        ("assignment", ("itt", "mitt")),
        ("adhering", ("per_protocol", "as_treated", "cace")),
    )
)

ROBINS_I_2_DRAFT: Final = TreeStandard(
    id="robins-i",
    version="2-draft-2025",
    title="ROBINS-I version 2 (draft), risk of bias in studies without randomisation",
    unit="contrast",
    source=asked.TOOL,
    rules=(ENTRY_2, *domain_rules(DOMAINS, (LOW, LOW_EXCEPT))),
    entry=(ENTRY_2.id,),
    levels=tree_levels(
        (
            (CRITICAL, "Critical risk of bias"),
            (SERIOUS, "Serious risk of bias"),
            (MODERATE, "Moderate risk of bias"),
            (LOW, "Low risk of bias, except for uncontrolled confounding"),
        ),
        DOMAINS,
    ),
    questions=asked.QUESTIONS,
    provisional=False,
    domains=DOMAINS,
    scale=SCALE,
    # However well confounding is judged, a low overall risk is shown with this reservation.
    reads_as=((LOW_EXCEPT, LOW),),
    overall_source=f"{asked.TOOL}, overall judgement",
    recorded=(*EFFECT, *MISSING_DATA, *BLINDING),
)
