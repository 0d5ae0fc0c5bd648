"""What only a person can answer: the questions of every standard, and what may be recorded."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from domain.errors import InvalidValue
from domain.plan import Judgement
from scoring import STANDARDS
from scoring.standards.candour import NAME as HOUSE
from scoring.standards.rules import Question

DOMAINS = "GRADE table of domains (BMJ; Guyatt 2011)"
UPWARD = "GRADE guidelines 9 (Guyatt 2011), abstract"

# What the house grade asks, in our own words.
HOUSE_QUESTIONS = (
    Question(
        id="risk_of_bias",
        text="How likely is it that the way the study was done bent its result?",
        answers=("low", "some_concerns", "high"),
        source=DOMAINS,
    ),
    Question(
        id="indirectness",
        text="How far are the people, the programme, the comparison or the outcome from those in"
        " question?",
        answers=("none", "serious", "very_serious"),
        source=DOMAINS,
    ),
    Question(
        id="publication_bias",
        text="Is there reason to suspect that results which exist were not published?",
        answers=("undetected", "suspected"),
        source=DOMAINS,
    ),
    Question(
        id="dose_response",
        text="Does more of the programme go with more of the effect?",
        answers=("no", "yes"),
        source=UPWARD,
    ),
    Question(
        id="opposing_confounding",
        text="Would whatever was not allowed for have made the effect look smaller than it is?",
        answers=("no", "yes"),
        source=UPWARD,
    ),
)

# Each standard with what it asks of a person, the house grade first.
QUESTIONS: Mapping[str, Sequence[Question]] = MappingProxyType(
    {HOUSE: HOUSE_QUESTIONS, **{name: one.questions for name, one in STANDARDS.items()}}
)


def check_judgement(judgement: Judgement) -> None:
    """Refuse a question that its standard does not ask, and an answer that the question does not
    accept, naming the field and what is accepted."""
    if judgement.standard not in QUESTIONS:
        raise InvalidValue(
            "judgement.standard",
            f"is {judgement.standard!r:.60}",
            accepted=_one_of([name for name, asked in QUESTIONS.items() if asked]),
        )
    asked = {question.id: question.answers for question in QUESTIONS[judgement.standard]}
    if judgement.question not in asked:
        raise InvalidValue(
            "judgement.question",
            f"is {judgement.question}, which judgement.standard ({judgement.standard})"
            " does not ask",
            accepted=_one_of(list(asked)) if asked else _asking(judgement.question),
        )
    answers = asked[judgement.question]
    if judgement.answer not in answers:
        raise InvalidValue(
            "judgement.answer",
            f"is {judgement.answer}, which judgement.question ({judgement.question})"
            " does not accept",
            accepted=_one_of(answers),
        )


def _asking(question: str) -> str:
    """The standards that do ask it, or those that ask anything."""
    asking = [name for name, asked in QUESTIONS.items() if question in {q.id for q in asked}]
    others = [name for name, asked in QUESTIONS.items() if asked]
    return f"the standard {_one_of(asking or others)}: this one asks nothing of a person"


def _one_of(words: Sequence[str]) -> str:
    return "one of " + ", ".join(words)
