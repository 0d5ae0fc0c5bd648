"""The answers that a grade rests on: a person's, else what the recorded facts answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scoring.evidence import Fact, Facts
from scoring.standards.interpreter import examine
from scoring.standards.rules import Question
from scoring.standards.trees.domains import TreeStandard
from scoring.wording import words

# Answers as a reader has them; a word that is not among them stands for itself.
SPOKEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "y": "yes",
        "py": "probably yes",
        "pn": "probably no",
        "n": "no",
        "ni": "no information",
        "na": "does not apply",
        "sy": "yes, strongly",
        "wy": "yes, weakly",
        "wn": "no, weakly",
        "sn": "no, strongly",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer to a question and where it comes from: a person, or the recorded facts."""

    question: Question
    answer: str
    event_ids: tuple[str, ...]
    source: str
    verified: bool = True
    recorded: bool = False

    @property
    def text(self) -> str:
        """Question and answer in words."""
        where = ", from the recorded facts" if self.recorded else ""
        return f"{self.question.text} {spoken(self.answer).capitalize()}{where}."


def spoken(answer: str) -> str:
    """An answer as a reader has it."""
    return SPOKEN.get(answer, words(answer))


def either(alternatives: Iterable[str]) -> str:
    """One of them, in words."""
    *most, last = alternatives
    return f"{', '.join(most)} or {last}" if most else last


def all_told(standard: TreeStandard, facts: Facts) -> Mapping[str, Told]:
    """Every answer by question; what is not among a question's answers is no answer to it."""
    asked = {question.id: question for question in standard.questions}
    seen = [(one, examine(one.rule, facts)) for one in standard.recorded]
    recorded = {
        one.question: Told(
            question=asked[one.question],
            answer=one.answer,
            event_ids=reason.event_ids,
            source=reason.source,
            verified=reason.verified,
            recorded=True,
        )
        for one, reason in seen
        if reason.answer == "met"
    }
    judged = {
        question.id: Told(
            question=question,
            answer=str(fact.value),
            event_ids=fact.event_ids,
            source=question.source,
        )
        for question in standard.questions
        if (fact := facts.get(question.id, Fact(value=None))).value in question.answers
    }
    return {**recorded, **judged}
