"""Published standards on a subject: each contrast in itself, or the body of them together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from scoring.best_contrast import best_of, best_rated
from scoring.bodies import counted, tallied_facts
from scoring.certainty_facts import certainty_facts
from scoring.evidence import (
    REMOVED_BY_PANEL,
    WITHDRAWN_BY_PROGRAMME,
    Contrast,
    Fact,
    Facts,
    Grade,
    Judgement,
    Reason,
    Subject,
)
from scoring.examined import Examined, Standing, examined
from scoring.facts import contrast_facts
from scoring.lifts import body_lifts
from scoring.pools import pooled_facts, worlds
from scoring.remembered import Memory
from scoring.standards import AnyStandard, Certainty, Standard, apply, standard_named
from scoring.standards.interpreter import ungraded
from scoring.standards.rules import Either

# Grades one result, whose facts are known, by a standard of results.
Rate: TypeAlias = Callable[[AnyStandard, Contrast, Facts], Grade]

TAKEN_BACK = (REMOVED_BY_PANEL, WITHDRAWN_BY_PROGRAMME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A result that does not stand and is not forgotten: what became of it, and its facts."""

    contrast: Contrast
    standing: Standing
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraised:
    """A subject with its standing results and the facts of each, the same for every standard.

    Facts are by event id. `past` are results that do not stand.
    """

    subject: Subject
    standing: tuple[Contrast, ...]
    facts: Mapping[str, Facts]
    past: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The grade of a subject, and under a standard of single contrasts the grade of each."""

    standard: AnyStandard
    grade: Grade
    contrasts: tuple[tuple[Contrast, Grade], ...]


def appraised(subject: Subject, memory: Memory | None = None) -> Appraised:
    """The follow-up results of a subject that nobody has taken back, with all that is known."""
    standing = tuple(c for c in subject.contrasts if stands(c))
    facts = (memory or Memory()).facts(standing, subject.judgements)
    past = tuple(
        Past(contrast=c, standing=became, facts=contrast_facts(c, subject.judgements))
        for c, became in _past(subject.contrasts)
    )
    return Appraised(subject=subject, standing=standing, facts=facts, past=past)


def published(
    standard: AnyStandard, subject: Subject | Appraised, memory: Memory | None = None
) -> Published:
    """A published standard on the follow-up results of a subject that nobody has taken back.

    A standard of single contrasts gives the subject the grade of its best-rated one; a standard of
    a body looks at all of them together. Ungraded where nothing was measured. Whoever asks several
    standards appraises the subject once, and lends each the same `memory`.
    """
    kept = memory or Memory()
    known = subject if isinstance(subject, Appraised) else appraised(subject, kept)
    standing = known.standing
    if not standing:
        return Published(standard=standard, grade=_nothing(standard), contrasts=())
    if isinstance(standard, Certainty):
        grade = _grade_certainty(standard, known, kept.rated)
        return Published(standard=standard, grade=grade, contrasts=())
    if standard.unit == "body":
        one_by_one = _one_by_one(standard, known, kept)
        grade = _grade_whole(standard, one_by_one, known.subject.judgements)
        return Published(standard=standard, grade=grade, contrasts=())
    graded = [(c, kept.rated(standard, c, known.facts[c.event_id])) for c in standing]
    return Published(standard=standard, grade=best_of(standard, graded), contrasts=tuple(graded))


def published_in_brief(
    standard: AnyStandard, known: Appraised, memory: Memory | None = None
) -> Grade:
    """The grade that `published` gives a subject, without what would lift it or what is counted.

    Status, level, bounds, what is missing and the questions for people are the same. `memory` is
    of a caller who grades one body again and again.
    """
    kept = memory or Memory()
    if not known.standing:
        return _nothing(standard)
    if isinstance(standard, Certainty):
        return _grade_certainty(standard, known, kept.applied)
    if standard.unit == "body" and isinstance(standard, Standard):
        one_by_one = _one_by_one(standard, known, kept)
        return _grade_examined(standard, one_by_one, known.subject.judgements)
    ordered = sorted(known.standing, key=lambda c: c.event_id)
    graded = [(c, kept.applied(standard, c, known.facts[c.event_id])) for c in ordered]
    return best_rated(standard, graded)[1]


def stands(contrast: Contrast) -> bool:
    """Whether it is a follow-up result that has not been taken back."""
    return contrast.timing == "follow_up" and contrast.status not in TAKEN_BACK


def _past(contrasts: Iterable[Contrast]) -> Iterator[tuple[Contrast, Standing]]:
    """What was told and does not stand, but for what a panel blind to its direction removed.

    Follow-up results that were taken back, and values that an interested party has replaced; of a
    measurement before the programme only the harm that it told of is of use.
    """
    for contrast in contrasts:
        if contrast.status == REMOVED_BY_PANEL and contrast.blind_to_direction:
            continue
        became: Standing = "taken back" if contrast.timing == "follow_up" else "told"
        gone = contrast.earlier if stands(contrast) else (*contrast.earlier, contrast)
        yield from ((value, became) for value in gone)


def _one_by_one(standard: Standard, known: Appraised, memory: Memory) -> list[Examined]:
    """Every result under the contrast rules of a standard of a body, those that stand first."""
    ordered = sorted(known.standing, key=lambda c: c.event_id)
    return [
        *(memory.examined(standard, c, known.facts[c.event_id]) for c in ordered),
        *(
            replace(examined(standard, one.contrast, facts=one.facts), standing=one.standing)
            for one in known.past
        ),
    ]


def grade_contrast(
    standard: AnyStandard,
    contrast: Contrast,
    judgements: Sequence[Judgement] = (),
    *,
    others: Sequence[Contrast] = (),
) -> Grade:
    """A standard of single contrasts on one of them, told beside `others`."""
    return apply(standard, contrast_facts(contrast, judgements, others=others))


def grade_body(
    standard: Standard, contrasts: Sequence[Contrast], judgements: Sequence[Judgement] = ()
) -> Grade:
    """A standard of a body of evidence on these contrasts, in any order.

    Where it is not known which contrasts belong to a pool the best bound is the best of every way
    that could turn out, and what is told of the pool holds in all of them.
    """
    one_by_one = [
        examined(standard, contrast, judgements, others=contrasts)
        for contrast in sorted(contrasts, key=lambda c: c.event_id)
    ]
    return _grade_whole(standard, one_by_one, judgements)


def _grade_whole(
    standard: Standard, one_by_one: Sequence[Examined], judgements: Sequence[Judgement]
) -> Grade:
    grade = _grade_examined(standard, one_by_one, judgements)
    return replace(
        grade,
        reasons=tuple(_as_verified(standard, reason) for reason in grade.reasons),
        counted=counted(standard, one_by_one),
        lift=body_lifts(standard, grade, one_by_one),
    )


def _nothing(standard: AnyStandard) -> Grade:
    return ungraded(standard.name, (), ["A measured result"])


def _grade_examined(
    standard: Standard, one_by_one: Sequence[Examined], judgements: Sequence[Judgement]
) -> Grade:
    """The level of a body whose contrasts have been examined, by the rules of the body alone."""
    possible = worlds(standard, one_by_one)
    rest = {**tallied_facts(standard, one_by_one), **_judged(judgements)}
    grade = apply(standard, {**rest, **pooled_facts(standard, one_by_one, possible)})
    if len(possible or ()) > 1:
        grade = _bounded(
            standard,
            grade,
            [
                apply(standard, {**rest, **pooled_facts(standard, one_by_one, [world])})
                for world in possible or ()
            ],
        )
    return grade


def _bounded(standard: Standard, grade: Grade, possible: Sequence[Grade]) -> Grade:
    """The same with the best that any possible world allows."""
    if grade.bounds is None:
        return grade
    names = [level.name for level in standard.levels]
    bests = [one.bounds.best for one in possible if one.bounds is not None]
    return replace(grade, bounds=replace(grade.bounds, best=max(bests, key=names.index)))


def _as_verified(standard: Standard, reason: Reason) -> Reason:
    """Verified if what is counted or pooled for it is so by rules that are."""
    rules = standard.by_id
    check = rules[reason.rule].check
    facts = {rules[reason.rule].fact}
    if isinstance(check, Either):
        facts |= {fact for fact, _ in check.alternatives}
    behind = [path for tally in standard.tallies if tally.fact in facts for path in tally.paths]
    for pool in standard.pools:
        if any(fact.startswith(f"{pool.fact}_") for fact in facts):
            behind.extend((*pool.paths, *pool.share_of))
    known = all(rules[name].verified for path in behind for name in path)
    return replace(reason, verified=reason.verified and known)


def _grade_certainty(standard: Certainty, known: Appraised, rate: Rate) -> Grade:
    def bias(name: str, contrast: Contrast) -> Grade:
        return rate(standard_named(name), contrast, known.facts[contrast.event_id])

    facts = certainty_facts(known.standing, known.subject, bias=bias, facts=known.facts)
    return apply(standard, facts)


def _judged(judgements: Sequence[Judgement]) -> Facts:
    """Answers on the whole outcome; the last told stands."""
    return {
        told.question: Fact(value=told.answer, event_ids=(told.event_id,))
        for told in judgements
        if told.about is None
    }
