"""The one seam between record and scoring: recorded facts in, grade documents out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.contrast import Contrast, check_consistent
from domain.errors import InvalidValue
from domain.facts import ProgrammeFacts
from domain.plan import EvaluationPlan, Judgement
from scoring import STANDARDS, UnknownStandard, grade
from scoring.evidence import Subject
from scoring.standards.candour import NAME as HOUSE
from service.grading.catalogue import standards_catalogue
from service.grading.documents import house_document, level_document
from service.grading.questions import QUESTIONS, check_judgement
from service.grading.translation import (
    Preview,
    outcomes_of,
    previewed,
    subject_of_approach,
    subject_of_programme,
)
from service.wire import from_wire

__all__ = [
    "HOUSE",
    "QUESTIONS",
    "STANDARD_NAMES",
    "check_judgement",
    "check_standard",
    "grade_approach",
    "grade_programme",
    "preview",
    "standards_catalogue",
]

Document = dict[str, Any]

STANDARD_NAMES = (HOUSE, *STANDARDS)


def check_standard(standard: str) -> None:
    """Refuse a standard that is not shipped, naming those that are."""
    if standard not in STANDARD_NAMES:
        raise UnknownStandard(
            f"is {standard!r}", field="standard", accepted=f"one of {', '.join(STANDARD_NAMES)}"
        )


def grade_programme(
    programme_id: UUID,
    facts: ProgrammeFacts,
    *,
    outcome: str | None = None,
    standard: str = HOUSE,
    approach: Mapping[str, str] | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Document]:
    """A grade document for each outcome domain that was planned or measured, or for one of them.

    `approach` gives by outcome domain what the programme's approach was found to do, which the
    default funding policy asks for where a programme is promising.
    """
    check_standard(standard)
    found = approach or {}
    subjects = [
        subject_of_programme(str(programme_id), facts, domain, approach_finding=found.get(domain))
        for domain in outcomes_of([facts])
        if outcome in (None, domain)
    ]
    return [
        _document(s, standard, as_of=as_of or facts.as_of, known_at=known_at or facts.known_at)
        for s in subjects
    ]


def grade_approach(
    approach_id: UUID,
    facts: Sequence[ProgrammeFacts],
    *,
    outcome: str | None = None,
    standard: str = HOUSE,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Document]:
    """The same over every programme that tries the approach, whatever its version."""
    check_standard(standard)
    return [
        _document(
            subject_of_approach(str(approach_id), facts, domain),
            standard,
            as_of=as_of,
            known_at=known_at,
        )
        for domain in outcomes_of(facts)
        if outcome in (None, domain)
    ]


def preview(body: object, *, standard: str = HOUSE, outcome: str | None = None) -> list[Document]:
    """Grade documents of facts that are recorded nowhere.

    `body` is JSON: {"contrasts": [...], "plan": {...}?, "judgements": [...]?}. The contrasts are
    taken in their order; a plan given here counts as made in advance, which the answer supposes.
    Raises InvalidValue with the path of the field.
    """
    check_standard(standard)
    told = _read(body)
    return [
        _document(previewed(told, domain), standard, as_of=None, known_at=None)
        for domain in dict.fromkeys(c.outcome.domain for c in told.contrasts)
        if outcome in (None, domain)
    ]


def _read(body: object) -> Preview:
    if not isinstance(body, Mapping):
        raise InvalidValue("body", "is not an object", accepted="an object with contrasts")
    for name in body:
        if name not in PREVIEW_FIELDS:
            raise InvalidValue(
                str(name), "is not a field here", accepted=f"one of {', '.join(PREVIEW_FIELDS)}"
            )
    contrasts = body.get("contrasts")
    if not isinstance(contrasts, list | tuple) or not contrasts:
        raise InvalidValue("contrasts", "is empty or no list", accepted="one or more contrasts")
    plan, judgements = body.get("plan"), body.get("judgements") or ()
    return Preview(
        contrasts=tuple(
            _contrast(item, path=f"contrasts[{i}]") for i, item in enumerate(contrasts)
        ),
        plan=None if plan is None else from_wire(EvaluationPlan, plan, path="plan"),
        judgements=_judgements(judgements),
    )


def _contrast(told: object, *, path: str) -> Contrast:
    """What the record would refuse is refused here, at its place in the list."""
    try:
        contrast = from_wire(Contrast, told, path=path)
        check_consistent(contrast)
    except InvalidValue as refusal:
        raise refusal.within("contrast", path) from None
    return contrast


def _judgements(told: object) -> tuple[Judgement, ...]:
    judgements: tuple[Judgement, ...] = from_wire(tuple[Judgement, ...], told, path="judgements")
    for i, judgement in enumerate(judgements):
        try:
            check_judgement(judgement)
        except InvalidValue as refusal:
            raise refusal.within("judgement", f"judgements[{i}]") from None
    return judgements


PREVIEW_FIELDS = ("contrasts", "plan", "judgements")


def _document(
    subject: Subject, standard: str, *, as_of: date | None, known_at: datetime | None
) -> Document:
    if standard == HOUSE:
        document = house_document(grade(subject))
    else:
        document = level_document(subject, STANDARDS[standard])
    moment = {
        "as_of": None if as_of is None else as_of.isoformat(),
        "known_at": None if known_at is None else known_at.isoformat(),
    }
    return document | moment
