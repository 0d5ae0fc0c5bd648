"""The facts of a body of evidence that confidence asks for, mostly of its best-designed part."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from scoring.anytime import Study
from scoring.contexts import smallest_p
from scoring.evidence import Contrast, Fact, Facts, Judgement, Result, Subject, Value
from scoring.folds import OF_RISK, fold_change
from scoring.measurements import Measurement
from scoring.synthesis import Synthesis
from scoring.units import Unit, best_designed, mark_of

# Answers to a judgement from best to worst; where several were given the worst counts.
SEVERITY: Final[Mapping[str, tuple[str, ...]]] = {
    "risk_of_bias": ("low", "some_concerns", "high"),
    "indirectness": ("none", "serious", "very_serious"),
    "publication_bias": ("undetected", "suspected"),
    "dose_response": ("yes", "no"),
    "opposing_confounding": ("yes", "no"),
}

# Measures that tell a change in risk, or of which one can be told.
RISKS: Final = ("RR", *OF_RISK)

# What takes confidence up may only rest on the best-designed part.
RAISING: Final = ("dose_response", "opposing_confounding")


def body_facts(
    units: Sequence[Unit],
    measured: Sequence[Measurement],
    subject: Subject,
    *,
    pooling: Callable[[tuple[Study, ...]], Synthesis],
) -> Facts:
    """Facts for the steps of confidence, mostly of the units of the best design tier present.

    Judged on those alone, so that no study of a worse design can make them look better: how the
    results agree, how precise they are, whether planned and reported as planned. Judgements that
    lower confidence count on whatever is pooled. What is worthwhile is in standard deviations.
    """
    best = best_designed(units)
    top, sesoi = best[0].tier, mark_of(units).sesoi
    together = pooling(tuple(unit.value for unit in best))
    same, mixed = _inconsistency(best, together)
    values: dict[str, Value | None] = {
        "i2_same_direction": same,
        "i2_mixed_directions": mixed,
        "context_p": smallest_p(measured, keep=lambda unit: unit.tier == top),
        "marks_crossed": sum(
            together.ci_low < mark < together.ci_high for mark in (-sesoi, 0.0, sesoi)
        ),
        "this_version": _mostly(best, lambda c: subject.version in (None, c.version)),
        "planned_in_advance": _mostly(best, lambda c: c.promise.in_advance),
        "switched": _not(_mostly(best, lambda c: _not(c.promise.switched))),
        "unreported": any(unit.programme in subject.unreported for unit in best),
    }
    ids = tuple(dict.fromkeys(i for unit in best for i in unit.event_ids))
    facts = {name: Fact(value=value, event_ids=ids) for name, value in values.items()}
    results = [_result(unit, c) for unit in best for c in unit.designated]
    facts["fold_change"] = _fold_change(results, ids)
    asked = {q: best if q in RAISING else units for q in SEVERITY}
    return facts | {q: _judged(q, over, subject.judgements) for q, over in asked.items()}


def _inconsistency(best: Sequence[Unit], together: Synthesis) -> tuple[float | None, float | None]:
    """I2 in per cent where directions agree, and where they differ; 0 for the case that is not."""
    if len(best) < 2:
        return None, None
    mixed = len({unit.value.yi > 0 for unit in best}) > 1
    return (0.0, together.i2) if mixed else (together.i2, 0.0)


def _mostly(best: Sequence[Unit], told: Callable[[Contrast], bool | None]) -> bool | None:
    """Whether it holds for at least half of the precision; None where that cannot be told."""
    answers = [(_all(told(c) for c in unit.designated), unit.value.sei**-2) for unit in best]
    total = math.fsum(weight for _, weight in answers)
    if math.fsum(weight for answer, weight in answers if answer is True) >= total / 2:
        return True
    unknown = any(answer is None for answer, _ in answers)
    return None if unknown else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    if False in known:
        return False
    return None if None in known else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _fold_change(results: Sequence[Result], ids: tuple[str, ...]) -> Fact:
    """The change in risk; not asked where a result tells nothing of one, which saves its time."""
    if all(one.kind == "two_by_two" or one.measure in RISKS for one in results):
        return fold_change(results, event_ids=ids)
    return Fact(value=None, event_ids=ids)


def _result(unit: Unit, contrast: Contrast) -> Result:
    """What a unit rests on: of a revised result the first value, where that is what counts."""
    if unit.entry.told is not None or not contrast.earlier:
        return contrast.result
    return contrast.earlier[0].result


def _judged(question: str, units: Sequence[Unit], judgements: Iterable[Judgement]) -> Fact:
    """The worst answer given about these units or the outcome as a whole."""
    about = {c.event_id for unit in units for c in unit.designated}
    given = [
        j for j in judgements if j.question == question and (j.about is None or j.about in about)
    ]
    if not given:
        return Fact(value=None)
    worst = max((j.answer for j in given), key=SEVERITY[question].index)
    return Fact(value=worst, event_ids=tuple(sorted(j.event_id for j in given)))
