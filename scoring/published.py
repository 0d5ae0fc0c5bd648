"""Published standards on a subject: each contrast in itself, or the body of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.bodies import Examined, counted, pooled_facts, tallied_facts
from scoring.certainty_facts import certainty_facts
from scoring.evidence import (
    REMOVED_BY_PANEL,
    WITHDRAWN_BY_PROGRAMME,
    Contrast,
    Fact,
    Facts,
    Grade,
    Judgement,
    Subject,
)
from scoring.facts import contrast_facts
from scoring.standards import AnyStandard, Certainty, Standard, apply, examine, standard_named
from scoring.standards.interpreter import ungraded

TAKEN_BACK = (REMOVED_BY_PANEL, WITHDRAWN_BY_PROGRAMME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The grade of a subject, and under a standard of single contrasts the grade of each."""

    standard: AnyStandard
    grade: Grade
    contrasts: tuple[tuple[Contrast, Grade], ...]


def published(standard: AnyStandard, subject: Subject) -> Published:
    """A published standard on the follow-up results of a subject that nobody has taken back.

    A standard of single contrasts gives the subject the grade of its best-rated one; a standard of
    a body looks at all of them together. Ungraded where nothing was measured.
    """
    standing = [c for c in subject.contrasts if stands(c)]
    if not standing:
        nothing = ungraded(standard.name, (), ["A measured result"])
        return Published(standard=standard, grade=nothing, contrasts=())
    if isinstance(standard, Certainty):
        grade = _grade_certainty(standard, standing, subject)
        return Published(standard=standard, grade=grade, contrasts=())
    if standard.unit == "body":
        grade = grade_body(standard, standing, subject.judgements)
        return Published(standard=standard, grade=grade, contrasts=())
    graded = [(c, grade_contrast(standard, c, subject.judgements)) for c in standing]
    best = max(graded, key=lambda one: (rank(standard, one[1]), one[0].event_id))[1]
    return Published(standard=standard, grade=best, contrasts=tuple(graded))


def stands(contrast: Contrast) -> bool:
    """Whether it is a follow-up result that has not been taken back."""
    return contrast.timing == "follow_up" and contrast.status not in TAKEN_BACK


def rank(standard: AnyStandard, grade: Grade) -> int:
    """The place of a grade's level from the worst (0); -1 without one."""
    names = [level.name for level in standard.levels]
    return -1 if grade.level is None else names.index(grade.level)


def grade_contrast(
    standard: AnyStandard, contrast: Contrast, judgements: Sequence[Judgement] = ()
) -> Grade:
    """A standard of single contrasts on one of them."""
    return apply(standard, contrast_facts(contrast, judgements))


def grade_body(
    standard: Standard, contrasts: Sequence[Contrast], judgements: Sequence[Judgement] = ()
) -> Grade:
    """A standard of a body of evidence on these contrasts, in any order."""
    examined = [
        _examined(standard, contrast, judgements)
        for contrast in sorted(contrasts, key=lambda c: c.event_id)
    ]
    facts: dict[str, Fact] = {
        **tallied_facts(standard, examined),
        **pooled_facts(standard, examined),
        **_judged(judgements),
    }
    grade = apply(standard, facts)
    return replace(grade, counted=counted(standard, examined))


def _grade_certainty(standard: Certainty, standing: Sequence[Contrast], subject: Subject) -> Grade:
    def bias(name: str, contrast: Contrast) -> Grade:
        return grade_contrast(standard_named(name), contrast, subject.judgements)

    return apply(standard, certainty_facts(standing, subject, bias=bias))


def _examined(standard: Standard, contrast: Contrast, judgements: Sequence[Judgement]) -> Examined:
    facts: Mapping[str, Fact] = {
        **contrast_facts(contrast, judgements),
        **{
            r.fact: _rating(standard_named(r.standard), contrast, judgements)
            for r in standard.ratings
        },
    }
    answers = {rule.id: examine(rule, facts).answer for rule in standard.contrast_rules}
    return Examined(contrast=contrast, facts=facts, answers=answers)


def _rating(standard: AnyStandard, contrast: Contrast, judgements: Sequence[Judgement]) -> Fact:
    """The level another standard gives, and the best that the unknown facts allow it."""
    grade = grade_contrast(standard, contrast, judgements)
    ids = contrast.event_ids or (contrast.event_id,)
    if grade.bounds is None:
        return Fact(value="ungraded", event_ids=ids)
    return Fact(value=grade.bounds.worst, event_ids=ids, up_to=grade.bounds.best)


def _judged(judgements: Sequence[Judgement]) -> Facts:
    """Answers on the whole outcome; the last told stands."""
    return {
        told.question: Fact(value=told.answer, event_ids=(told.event_id,))
        for told in judgements
        if told.about is None
    }
