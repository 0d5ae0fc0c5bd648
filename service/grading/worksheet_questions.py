"""The judgements that a standard still asks, and what each answer would make of the level."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scoring import STANDARDS, grade
from scoring.evidence import Bounds, Contrast, Judgement, Subject
from scoring.facts import contrast_facts
from scoring.published import Appraised, published
from scoring.standards import apply
from scoring.standards.candour import NAME as HOUSE
from scoring.standards.rules import Question
from service.grading.documents import bounds_document
from service.grading.questions import QUESTIONS

Document = dict[str, Any]
# The id of an answer that nobody has given, only tried.
TRIED = "tried"


def questions_of_a_result(contrast: Contrast, known: Appraised, name: str) -> list[Document]:
    """The judgements of one result that could still change its level, and what each answer does."""
    standard = STANDARDS.get(name)
    if standard is None or standard.unit != "contrast":
        return []
    asked = apply(standard, known.facts[contrast.event_id]).judgements

    def bounds(question: str, answer: str) -> Bounds | None:
        tried = Judgement(question=question, answer=answer, event_id=TRIED, about=contrast.event_id)
        told = (*known.subject.judgements, tried)
        return apply(standard, contrast_facts(contrast, told, others=known.standing)).bounds

    return [
        _question(one, about=contrast, answers={a: bounds(one.id, a) for a in one.answers})
        for one in standard.questions
        if one.id in asked
    ]


def questions_of_the_whole(subject: Subject, name: str) -> list[Document]:
    """The judgements of the outcome as a whole that nobody has given."""
    if name != HOUSE and STANDARDS[name].unit == "contrast":
        return []
    given = {told.question for told in subject.judgements}
    return [
        _question(
            one,
            about=None,
            answers={a: bounds_of(_judged(subject, one, a), name) for a in one.answers},
        )
        for one in QUESTIONS[name]
        if one.id not in given
    ]


def _judged(subject: Subject, question: Question, answer: str) -> Subject:
    tried = Judgement(question=question.id, answer=answer, event_id=TRIED)
    return replace(subject, judgements=(*subject.judgements, tried))


def bounds_of(subject: Subject, name: str) -> Bounds | None:
    if name == HOUSE:
        found = grade(subject)
        return None if found.status == "ungraded" else found.bounds
    return published(STANDARDS[name], subject).grade.bounds


def _question(
    question: Question, *, about: Contrast | None, answers: Mapping[str, Bounds | None]
) -> Document:
    return {
        "question": question.id,
        "text": question.text,
        "source": question.source,
        "about": about.event_id if about else None,
        "study": about.study if about else None,
        "answers": [
            {"answer": answer, "bounds": bounds_document(bounds)}
            for answer, bounds in answers.items()
        ],
        "matters": len({_ends(bounds) for bounds in answers.values()}) > 1,
    }


def _ends(bounds: Bounds | None) -> tuple[str, str] | None:
    return None if bounds is None else (bounds.worst, bounds.best)
