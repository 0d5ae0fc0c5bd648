"""EIF (Foundations) Guidebook evidence ratings since 2017: how sure an effect is, not how large."""

from typing import Final

from scoring.standards.counting import MODERATE, WWC, Asking
from scoring.standards.rules import Compare, Either, Is, Level, OneOf, Standard, Tally

GUIDE: Final = "EIF Guidebook evidence standards (March 2017)"
ASKING: Final = Asking(
    prefix="eif", source=GUIDE, second_hand=f"{GUIDE}; how it is applied, at second hand"
)

# The fewest people measured (in each group where there are two), and how long an effect lasts.
PARTICIPANTS: Final = 20
LASTING_MONTHS: Final = 12

# Sources that do not rest on what the participants or the staff say.
OBJECTIVE: Final = ("administrative", "observed", "standardised_test")

FAVOURABLE: Final = ASKING.ids("better", "significant")
SOUND_MEASURE: Final = ASKING.ids("valid_measure", "own_measure")
BEFORE_AND_AFTER: Final = (
    *SOUND_MEASURE,
    *ASKING.ids("participants", "each_if_two", "representative"),
)
# What makes a study rigorous, whatever it found.
RIGOROUS: Final = (*SOUND_MEASURE, *ASKING.ids("rated", "each_group", "itt", "objective_measure"))
CAUSAL: Final = (*RIGOROUS, *FAVOURABLE)

PRELIMINARY: Final = Tally(
    fact="preliminary",
    title="a favourable effect by a valid measure",
    paths=((*BEFORE_AND_AFTER, *FAVOURABLE), CAUSAL),
    distinct="study",
)
COMPARED: Final = Tally(
    fact="compared",
    title="a favourable effect against a comparison group",
    paths=((*BEFORE_AND_AFTER, *ASKING.ids("compared", "each_group"), *FAVOURABLE), CAUSAL),
    distinct="study",
)
CAUSE: Final = Tally(
    fact="cause",
    title="a favourable effect in a rigorous evaluation",
    paths=(CAUSAL,),
    distinct="study",
)
INDEPENDENT: Final = Tally(
    fact="independent",
    title="a favourable effect in a rigorous evaluation, independent of the developer",
    paths=((*CAUSAL, *ASKING.ids("independent")),),
    distinct="study",
)
LASTING: Final = Tally(
    fact="lasting",
    title="an effect in a rigorous evaluation that lasts a year",
    paths=((*CAUSAL, *ASKING.ids("lasting")),),
    distinct="study",
)
OBJECTIVELY: Final = Tally(
    fact="objectively",
    title="a favourable effect in a rigorous evaluation beyond what people say of themselves",
    paths=((*CAUSAL, *ASKING.ids("objective_source")),),
    distinct="study",
)
NOTHING: Final = Tally(
    fact="nothing",
    title="no favourable effect in a rigorous evaluation",
    paths=((*RIGOROUS, *ASKING.ids("nothing_better")),),
    distinct="study",
    of="taken back",
)

NOT_INEFFECTIVE: Final = ASKING.ids("nothing_at_most_0")
LEVEL_4: Final = ASKING.ids("cause_2", "independent_1", "lasting_1", "objectively_1")

EIF_2017: Final = Standard(
    id="eif",
    version="2017",
    title="EIF Guidebook evidence rating",
    unit="body",
    source=GUIDE,
    ratings=(WWC,),
    contrast_rules=(
        *ASKING.favourable(verified=False),
        ASKING.nothing_better(),
        ASKING.reliable("valid_measure", verified=False),
        ASKING.rule(
            "own_measure",
            "The measure is not tailored to the programme",
            ("outcome_over_aligned", Is(False)),
            "a measure that is not tailored to the programme",
            verified=False,
        ),
        ASKING.rule(
            "participants",
            "Participants measured",
            ("analysed_intervention", Compare(">=", PARTICIPANTS)),
            f"{PARTICIPANTS} participants or more measured",
            verified=False,
            fixed=True,
        ),
        ASKING.rule(
            "each_group",
            "People measured in the smaller group",
            ("smallest_arm_analysed", Compare(">=", PARTICIPANTS)),
            f"{PARTICIPANTS} people or more measured in each group",
            verified=False,
            fixed=True,
        ),
        ASKING.rule(
            "each_if_two",
            "People measured in the smaller group, where there are two",
            (
                "smallest_arm_analysed",
                Either(
                    (
                        ("smallest_arm_analysed", Compare(">=", PARTICIPANTS)),
                        ("compared_with_others", Is(False)),
                    )
                ),
            ),
            f"{PARTICIPANTS} people or more measured in each group",
            verified=False,
        ),
        ASKING.rule(
            "representative",
            "The participants are like those the programme is for",
            ("same_population", OneOf(("same", "similar"))),
            "participants like those the programme is for",
            verified=False,
            fixed=True,
        ),
        ASKING.compared(verified=False),
        ASKING.rated("rated", MODERATE, "with or without reservations", verified=False),
        ASKING.rule(
            "itt",
            "Analysed as assigned",
            ("analysis_population", OneOf(("itt",))),
            "an analysis of everybody as assigned",
            verified=False,
        ),
        ASKING.rule(
            "objective_measure",
            "Measured blind, or not by what people say",
            (
                "outcome_assessor_blind",
                Either(
                    (
                        ("outcome_assessor_blind", Is(True)),
                        ("outcome_source", OneOf(OBJECTIVE)),
                    )
                ),
            ),
            "a measure taken blind or not by what people say",
            verified=False,
        ),
        ASKING.rule(
            "independent",
            "Evaluated independently of the developer",
            ("evaluator", OneOf(("independent",))),
            "an evaluation independent of the developer",
            verified=False,
            fixed=True,
        ),
        ASKING.rule(
            "lasting",
            "Months from the end of the programme to the measurement",
            ("months_since_end", Compare(">=", LASTING_MONTHS)),
            f"measured {LASTING_MONTHS} months or more after the programme ended",
        ),
        ASKING.rule(
            "objective_source",
            "Measured otherwise than by what people say of themselves",
            ("outcome_source", OneOf(OBJECTIVE)),
            "a measure beyond what people say of themselves",
            verified=False,
        ),
    ),
    tallies=(PRELIMINARY, COMPARED, CAUSE, INDEPENDENT, LASTING, OBJECTIVELY, NOTHING),
    rules=(
        ASKING.rule(
            "nothing_settled",
            "It is known whether a rigorous evaluation found no effect",
            (
                NOTHING.fact,
                Either(
                    (
                        (NOTHING.fact, Compare("<=", 0)),
                        (CAUSE.fact, Compare(">=", 1)),
                        (NOTHING.fact, Compare(">=", 1)),
                    )
                ),
            ),
            "know of every study how rigorous it is and what it found",
            verified=False,
        ),
        ASKING.at_most(0, NOTHING),
        ASKING.at_least(1, PRELIMINARY),
        ASKING.at_least(1, COMPARED, verified=False),
        ASKING.at_least(1, CAUSE),
        ASKING.at_least(2, PRELIMINARY, verified=False),
        ASKING.at_least(2, CAUSE),
        ASKING.at_least(1, INDEPENDENT, verified=False),
        ASKING.at_least(1, LASTING),
        ASKING.at_least(1, OBJECTIVELY, verified=False),
        ASKING.at_least(3, CAUSE, verified=False),
        ASKING.at_least(2, INDEPENDENT, verified=False),
    ),
    entry=ASKING.ids("nothing_settled"),
    levels=(
        Level(name="NE", title="EIF NE: found not to be effective", paths=((),)),
        Level(name="NL2", title="EIF NL2: not level 2", paths=(NOT_INEFFECTIVE,)),
        Level(
            name="2",
            title="EIF 2: preliminary evidence",
            paths=((*NOT_INEFFECTIVE, *ASKING.ids("preliminary_1")),),
        ),
        Level(
            name="2+",
            title="EIF 2+: preliminary evidence against a comparison group",
            paths=((*NOT_INEFFECTIVE, *ASKING.ids("compared_1")),),
        ),
        Level(
            name="3",
            title="EIF 3: evidence of a short-term effect",
            paths=(ASKING.ids("cause_1"),),
        ),
        Level(
            name="3+",
            title="EIF 3+: evidence of an effect, and consistent with more",
            paths=(ASKING.ids("cause_1", "preliminary_2"),),
        ),
        Level(name="4", title="EIF 4: evidence of a long-term effect", paths=(LEVEL_4,)),
        Level(
            name="4+",
            title="EIF 4+: evidence of a long-term effect, replicated",
            paths=((*LEVEL_4, *ASKING.ids("cause_3", "independent_2")),),
        ),
    ),
)
