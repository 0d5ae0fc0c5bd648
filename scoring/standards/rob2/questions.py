"""The questions of RoB 2 in our own words, under the numbers of the tool."""

from typing import Final

from scoring.standards.rules import Question

TOOL: Final = "RoB 2 (Sterne and others, BMJ 2019)"

ANSWERS: Final = ("y", "py", "pn", "n", "ni")

# Questions that the tool asks only where they apply take that they do not as an answer.
WHERE_IT_APPLIES: Final = (*ANSWERS, "na")

SEVERAL: Final = "rob2_overall_several"


def _question(number: str, text: str, *, answers: tuple[str, ...] = ANSWERS) -> Question:
    """`number` as in the tool; `_adhering` after it for the effect of adhering."""
    printed = number.removesuffix("_adhering").replace("_", ".")
    variant = ", effect of adhering" if number.endswith("_adhering") else ""
    return Question(
        id=f"rob2_{number}",
        text=text,
        answers=answers,
        source=f"{TOOL}, question {printed}{variant}; our own words",
    )


QUESTIONS: Final = (
    _question("1_1", "Did chance alone decide which group each person joined?"),
    _question(
        "1_2",
        "Was it impossible to foresee or sway someone's group before they were irrevocably in?",
    ),
    _question(
        "1_3", "Do the groups differ at the start by more than a fair draw would make likely?"
    ),
    Question(
        id="rob2_effect",
        text=(
            "Which effect is in question: that of being assigned to the programme, or that of "
            "keeping to it?"
        ),
        answers=("assignment", "adhering"),
        source=f"{TOOL}, aim for this result; our own words",
    ),
    _question("2_1", "Did the people in the trial know their own group while it ran?"),
    _question("2_2", "Did those who delivered the programme know who belonged to which group?"),
    _question(
        "2_3",
        "Did anyone act differently than planned because a trial was on, and not as they would "
        "have in everyday practice?",
    ),
    _question("2_4", "Could acting differently in this way have moved the outcome?"),
    _question("2_5", "Did acting differently in this way happen about as often in each group?"),
    _question("2_6", "Does the analysis count everyone in the group they were drawn for?"),
    _question(
        "2_7",
        "Were so many people left out or counted in another group that the result could shift "
        "noticeably?",
    ),
    _question(
        "2_3_adhering",
        "Was other help, on top of what was planned, about equal in both groups?",
        answers=WHERE_IT_APPLIES,
    ),
    _question(
        "2_4_adhering",
        "Did delivery fall short in a way that could have moved the outcome?",
        answers=WHERE_IT_APPLIES,
    ),
    _question(
        "2_5_adhering",
        "Did people stray from what their group was to do in a way that could have moved the "
        "outcome?",
        answers=WHERE_IT_APPLIES,
    ),
    _question(
        "2_6_adhering",
        "Is the method of analysis one that can tell the effect on those who kept to the "
        "programme?",
    ),
    _question("3_1", "Is the outcome known for everyone who was assigned, or all but a few?"),
    _question(
        "3_2", "Is there a check which shows that the missing people do not tilt the result?"
    ),
    _question("3_3", "Could how someone fared have decided whether their outcome is missing?"),
    _question("3_4", "Is it likely that how people fared decided whose outcome is missing?"),
    _question("4_1", "Is the measure a poor way to capture this outcome?"),
    _question("4_2", "Could one group's outcomes have been sought or recorded otherwise?"),
    _question("4_3", "Did whoever recorded the outcome know the person's group?"),
    _question("4_4", "Is the outcome open to being coloured by knowledge of the group?"),
    _question("4_5", "Is it likely that knowledge of the group coloured what was recorded?"),
    _question(
        "5_1", "Was the analysis fixed before outcomes by group could be seen, and then followed?"
    ),
    _question("5_2", "Is this result likely the pick of several measures or time points?"),
    _question("5_3", "Is this result likely the pick of several ways to analyse the data?"),
    Question(
        id=SEVERAL,
        text="Do the concerns in several domains together leave little trust in the result?",
        answers=("yes", "no"),
        source=f"{TOOL}, overall judgement; our own words",
    ),
)
