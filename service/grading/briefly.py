"""Grades as their history keeps them: the house grade whole, each published one in brief."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.facts import ProgrammeFacts
from scoring import STANDARDS, grade
from scoring.evidence import Grade, Subject
from scoring.published import appraised, published_in_brief
from scoring.remembered import Memory
from scoring.standards.candour import NAME as HOUSE
from service.grading.documents import bounds_document, house_document, subject_document
from service.grading.translation import joined, outcomes_of, subject_of_programme

Document = dict[str, Any]
# What is kept of a published grade. Its reasons are performed again from the facts known then.
BRIEF = ("subject", "standard", "status", "grade", "title", "bounds", "missing", "judgements")
KEPT = (*BRIEF, "headline")
# What every grade is asked for in a list; a published standard has no such thing.
OF_THE_HOUSE: Mapping[str, Any] = {
    "finding": None,
    "confidence": None,
    "demonstrably_works": False,
    "estimate": None,
    "anytime": None,
}


class Remembering:
    """What was translated and found of each programme and result of an approach, until it changes.

    Facts are known by identity: whoever asks again hands over the same facts, or new ones.
    """

    def __init__(self) -> None:
        self.results = Memory()
        self._subjects: dict[tuple[UUID, str], tuple[ProgrammeFacts, Subject]] = {}

    def subject(self, facts: ProgrammeFacts, domain: str) -> Subject:
        """An outcome domain of a programme, as scoring has it."""
        key = facts.programme_id, domain
        known = self._subjects.get(key)
        if known is None or known[0] is not facts:
            subject = subject_of_programme(str(facts.programme_id), facts, domain)
            known = self._subjects[key] = facts, subject
        return known[1]


def programme_in_brief(
    facts: ProgrammeFacts, standards: Collection[str], *, approach: Mapping[str, str] | None = None
) -> list[Document]:
    """A programme's grades by these standards, as the history keeps them.

    `approach` gives by outcome domain what the programme's approach was found to do.
    """
    found = approach or {}
    programme = str(facts.programme_id)
    return [
        document
        for domain in outcomes_of([facts])
        for document in _documents(
            subject_of_programme(programme, facts, domain, approach_finding=found.get(domain)),
            standards,
        )
    ]


def approach_in_brief(
    approach_id: UUID | str,
    facts: Sequence[ProgrammeFacts],
    standards: Collection[str],
    *,
    memory: Remembering | None = None,
) -> list[Document]:
    """The same of an approach, over every programme that tries it.

    `memory` is of a caller who asks again after each event, and spares what no event has changed.
    """
    kept = memory or Remembering()
    return [
        document
        for domain in outcomes_of(facts)
        for document in _documents(
            joined(str(approach_id), [kept.subject(one, domain) for one in facts], domain),
            standards,
            memory=kept.results,
        )
    ]


def in_brief(document: Mapping[str, Any]) -> Document:
    """A whole grade as the history keeps it: the house grade as it is, others in brief."""
    if document["standard"] == HOUSE:
        return dict(document)
    return {name: document[name] for name in KEPT if name in document}


def as_listed(document: Mapping[str, Any]) -> Document:
    """A kept grade with what only the house grade has, so that all can be listed alike."""
    return {**OF_THE_HOUSE, **document}


def _documents(
    subject: Subject, standards: Collection[str], *, memory: Memory | None = None
) -> Iterator[Document]:
    """The house grade, then the published ones, which share the facts of the contrasts."""
    if HOUSE in standards:
        yield house_document(grade(subject)) | {"as_of": None, "known_at": None}
    asked = [standard for name, standard in STANDARDS.items() if name in standards]
    if asked:
        kept = memory or Memory()
        known = appraised(subject, kept)
        yield from _brief(
            subject, (published_in_brief(standard, known, kept) for standard in asked)
        )


def _brief(subject: Subject, grades: Iterable[Grade]) -> Iterator[Document]:
    who = subject_document(subject)
    for one in grades:
        yield {
            "subject": who,
            "standard": one.standard,
            "status": one.status,
            "grade": one.level,
            "title": one.title,
            "bounds": bounds_document(one.bounds),
            "missing": list(one.missing),
            "judgements": list(one.judgements),
        }
