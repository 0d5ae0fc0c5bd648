"""Grades of facts that are recorded nowhere: read strictly, graded, forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.contrast import Contrast, check_consistent
from domain.door import check_years
from domain.errors import InvalidValue
from domain.plan import EvaluationPlan, Judgement
from scoring.evidence import Subject
from scoring.standards.candour import NAME as HOUSE
from service.grading.differences import differences_document
from service.grading.graded import graded
from service.grading.questions import check_judgement
from service.grading.translation import previewed
from service.grading.unrecorded import Preview
from service.wire import from_wire

Document = dict[str, Any]
PREVIEW_FIELDS = ("contrasts", "plan", "judgements")


def preview(
    body: object, *, standards: Sequence[str] = (HOUSE,), outcome: str | None = None
) -> list[Document]:
    """Grade documents of facts that are recorded nowhere.

    `body` is JSON: {"contrasts": [...], "plan": {...}?, "judgements": [...]?}. The contrasts are
    taken in their order; a plan given here counts as made in advance, which the answer supposes.
    Raises InvalidValue with the path of the field.
    """
    return [
        document for subject in _subjects(body, outcome) for document in graded(subject, standards)
    ]


def preview_differences(
    body: object, *, standards: Sequence[str], outcome: str | None = None
) -> list[Document]:
    """Where the standards differ on facts that are recorded nowhere, an outcome at a time."""
    return [differences_document(subject, standards) for subject in _subjects(body, outcome)]


def _subjects(body: object, outcome: str | None) -> Iterator[Subject]:
    told = _read(body)
    for domain in told.outcomes:
        if outcome in (None, domain):
            yield previewed(told, domain)


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
        check_years(contrast, told_in=datetime.now(UTC).year)
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
