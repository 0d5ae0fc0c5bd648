"""RoB 2 (2019): the risk of bias in one result of a randomised trial, domain by domain.

The questions are in our own words and keep the numbers of the tool, whose own wording may not be
changed or passed on in other words (CC BY-NC-ND). Cluster trials have a variant of the tool with
one more domain, which is not included.
"""

from typing import Final

from scoring.standards.rob2.domains import DOMAINS, HIGH, LOW, SCALE, SOME
from scoring.standards.rob2.questions import QUESTIONS, SEVERAL, TOOL
from scoring.standards.rules import Compare, Is, OneOf, Rule
from scoring.standards.trees import Recorded, Several, TreeStandard, domain_rules, tree_levels

GUIDANCE: Final = "Guidance to RoB 2 (Higgins and others 2019), at second hand"

# The guidance calls 95 per cent of the people often enough for an outcome that is a number.
NEARLY_ALL_MISSING_PCT: Final = 5.0

RANDOMISED: Final = Rule(
    id="rob2.randomised",
    title="A randomised trial",
    fact="design",
    check=OneOf(("rct", "cluster_rct")),
    source=f"{TOOL}; cluster trials at second hand",
    verified=False,
    lift="a randomised trial",
    fixed=True,
)

EFFECT: Final = tuple(
    Recorded(
        question="rob2_effect",
        answer=answer,
        rule=Rule(
            id=f"rob2.effect_of_{answer}",
            title="Who was analysed",
            fact="analysis_population",
            check=OneOf(populations),
            source=GUIDANCE,
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

RECORDED: Final = (
    *EFFECT,
    Recorded(
        question="rob2_2_6",
        answer="py",
        rule=Rule(
            id="rob2.analysed_as_assigned",
            title="Analysed as assigned",
            fact="analysis_population",
            check=OneOf(("itt",)),
            source=GUIDANCE,
            verified=False,
            lift="an analysis of everyone as assigned",
        ),
    ),
    Recorded(
        question="rob2_3_1",
        answer="py",
        rule=Rule(
            id="rob2.nearly_all_followed",
            title="Overall attrition (per cent)",
            fact="attrition_overall_pct",
            check=Compare("<=", NEARLY_ALL_MISSING_PCT),
            source=GUIDANCE,
            verified=False,
            lift=f"overall attrition of at most {NEARLY_ALL_MISSING_PCT:g} per cent",
        ),
    ),
    *(
        Recorded(
            question="rob2_4_3",
            answer=answer,
            rule=Rule(
                id=f"rob2.assessor_{name}",
                title="Whoever measured the outcome did not know the group",
                fact="outcome_assessor_blind",
                check=Is(blind),
                source=TOOL,
                lift="an outcome measured by someone who does not know the group",
            ),
        )
        for name, blind, answer in (("blind", True, "n"), ("aware", False, "y"))
    ),
)

ROB2_2019: Final = TreeStandard(
    id="rob2",
    version="2019",
    title="RoB 2, risk of bias in randomised trials",
    unit="contrast",
    source=TOOL,
    rules=(RANDOMISED, *domain_rules(DOMAINS, (LOW,))),
    entry=(RANDOMISED.id,),
    levels=tree_levels(
        (
            (HIGH, "High risk of bias"),
            (SOME, "Some concerns about bias"),
            (LOW, "Low risk of bias"),
        ),
        DOMAINS,
    ),
    questions=QUESTIONS,
    provisional=False,
    domains=DOMAINS,
    scale=SCALE,
    overall_source=f"{TOOL}, overall judgement",
    # Nobody but a person says that several concerns add up to a high risk: no number does
    # (the parameter some_concerns_to_high of the reference, never unless it is set).
    several=Several(judgement=SOME, becomes=HIGH, number=2, question=SEVERAL),
    recorded=RECORDED,
)
