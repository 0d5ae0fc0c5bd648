"""The seven domains of ROBINS-I 2016, each judged by a person."""

from typing import Final

from scoring.standards.robins_i.levels import CRITICAL, LOW, MODERATE, SERIOUS
from scoring.standards.rules import Question
from scoring.standards.trees import Ask, Branch, Domain

TOOL: Final = "ROBINS-I (Sterne and others, BMJ 2016)"

NO_INFORMATION: Final = "no_information"

# From worst to best. Missing information tells only where nothing is known to be serious, and is
# never taken for a moderate or a low risk.
SCALE: Final = (CRITICAL, SERIOUS, NO_INFORMATION, MODERATE, LOW)

ANSWERS: Final = (LOW, MODERATE, SERIOUS, CRITICAL, NO_INFORMATION)

# Number, title and what is asked.
PARTS: Final = (
    ("1", "Confounding", "differences between the groups that also bear on the outcome"),
    ("2", "Selection of people", "who was let into the study or its analysis, and from when on"),
    ("3", "Classification of interventions", "how it was told who got the programme"),
    ("4", "Departures from the intended programme", "what people got apart from what was meant"),
    ("5", "Missing data", "people or facts that are missing"),
    ("6", "Measurement of the outcome", "how the outcome was measured"),
    ("7", "Choice of the reported result", "which of several possible results was reported"),
)

QUESTIONS: Final = tuple(
    Question(
        id=f"robins_i_2016_{number}",
        text=f"How large is the risk of bias from {asked}?",
        answers=ANSWERS,
        source=f"{TOOL}, domain {number}; our own words",
    )
    for number, _, asked in PARTS
)

DOMAINS: Final = tuple(
    Domain(
        id=f"robins-i.d{number}",
        title=title,
        source=f"{TOOL}, domain {number}",
        tree=Ask(f"robins_i_2016_{number}", tuple(Branch((answer,), answer) for answer in ANSWERS)),
    )
    for number, title, _ in PARTS
)
