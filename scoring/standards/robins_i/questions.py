"""The questions of ROBINS-I version 2 (draft) in our own words, under the numbers of the tool."""

from typing import Final

from scoring.standards.rules import Question

TOOL: Final = "ROBINS-I version 2, draft of November 2025"

YES: Final = ("y", "py")
NO: Final = ("pn", "n")
UNTOLD: Final = ("ni",)

PLAIN: Final = (*YES, *NO, *UNTOLD)
# Where the tool wants a yes or a no.
KNOWN: Final = (*YES, *NO)
# A no that matters little, or much.
GRADED_NO: Final = (*YES, "wn", "sn", *UNTOLD)
# A yes that matters little, or much.
GRADED_YES: Final = ("sy", "wy", *NO, *UNTOLD)


def _question(number: str, text: str, answers: tuple[str, ...] = PLAIN) -> Question:
    """`number` as in the tool; `_per_protocol` after it for the effect of keeping to it."""
    printed = number.removesuffix("_per_protocol").replace("_", ".")
    variant = ", per-protocol effect" if number.endswith("_per_protocol") else ""
    return Question(
        id=f"robins_i_{number}",
        text=text,
        answers=answers,
        source=f"{TOOL}, question {printed}{variant}; our own words",
    )


CONFOUNDING: Final = (
    Question(
        id="robins_i_effect",
        text=(
            "Which effect is in question: that of being assigned to the programme, or that of "
            "keeping to it?"
        ),
        answers=("assignment", "adhering"),
        source=f"{TOOL}, preliminary considerations; our own words",
    ),
    _question("1_1", "Does the analysis allow for every confounder that matters?", GRADED_NO),
    _question("1_2", "Were the confounders it allows for measured well?", GRADED_NO),
    _question("1_3", "Does it also adjust for things the programme itself may have changed?"),
    _question(
        "1_4",
        "Do placebo outcomes or similar checks point to serious confounding that is left?",
        KNOWN,
    ),
    _question(
        "1_1_per_protocol",
        "Can the method deal with confounders that change while the programme runs?",
    ),
    _question(
        "1_2_per_protocol",
        "Does the analysis allow for every confounder that matters, at the start and later?",
        GRADED_NO,
    ),
    _question(
        "1_3_per_protocol",
        "Were the confounders at the start and later measured well?",
        GRADED_NO,
    ),
    _question(
        "1_4_per_protocol",
        "Does the analysis adjust in the ordinary way for things that came after the start?",
    ),
    _question(
        "1_5_per_protocol",
        "Do placebo outcomes or similar checks point to serious confounding that is left over?",
        KNOWN,
    ),
)

CLASSIFICATION: Final = (
    _question("2_1", "Could the groups be told apart from the day that follow-up began?"),
    _question("2_2", "Had all or nearly all outcomes still to happen once the groups were told?"),
    _question(
        "2_3",
        "Does the analysis deal with a group that was only settled after follow-up began?",
        GRADED_YES,
    ),
    _question(
        "2_4",
        "Could the outcome, or the odds of it, have swayed who was counted as in the programme?",
        GRADED_YES,
    ),
    _question("2_5", "Are there other likely mistakes in who was counted as in the programme?"),
)

SELECTION: Final = (
    _question(
        "3_1",
        "Are people followed from the day their programme, or its absence, began?",
        GRADED_NO,
    ),
    _question("3_2", "Were outcomes soon after the start left out of the analysis?"),
    _question("3_3", "Were people let in because of something that happened after the start?"),
    _question("3_4", "Does what let them in hang together with the programme?"),
    _question("3_5", "Does what let them in hang together with the outcome?"),
    _question("3_6", "Does the analysis correct for the way people were let in?"),
    _question("3_7", "Do checks show that the way people were let in matters little?"),
    _question("3_8", "Is the distortion so great that the result should not be used at all?"),
)

MISSING: Final = (
    _question("4_1", "Is it known for nearly everyone whether they got the programme?"),
    _question("4_2", "Is the outcome known for nearly everyone?"),
    _question("4_3", "Are the confounders known for nearly everyone?"),
    _question("4_4", "Does the analysis keep only the people with complete data?"),
    _question("4_5", "Could being left out for missing data hang on how the person fared?"),
    _question(
        "4_6", "Does the analysis hold all that links being left out to the outcome?", GRADED_NO
    ),
    _question("4_7", "Does the analysis fill in the missing values?"),
    _question("4_8", "Can the gaps be taken as chance, given what is known of the people?"),
    _question("4_9", "Were the missing values filled in by a sound method?", GRADED_NO),
    _question("4_10", "Were the gaps dealt with by another sound method?", GRADED_NO),
    _question("4_11", "Is there a check that the gaps do not tilt the result?"),
)

OUTCOME: Final = (
    _question("5_1", "Could one group's outcomes have been sought or recorded otherwise?"),
    _question("5_2", "Did whoever recorded the outcome know the person's group?"),
    _question("5_3", "Could knowing the group have coloured what was recorded?", GRADED_YES),
)

REPORTING: Final = (
    _question("6_1", "Does the result follow a plan that was fixed before it could be seen?"),
    _question("6_2", "Is this result likely the pick of several measures or time points?"),
    _question("6_3", "Is this result likely the pick of several ways to analyse the data?"),
    _question("6_4", "Is this result likely the pick of several groups of people?"),
)

QUESTIONS: Final = (
    *CONFOUNDING,
    *CLASSIFICATION,
    *SELECTION,
    *MISSING,
    *OUTCOME,
    *REPORTING,
)
