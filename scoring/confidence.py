"""How sure: where design and conduct let confidence start, and the steps down and up from there.

A study of a worse design than the grade rests on never raises confidence. At a place of its own it
cannot by construction: the start is a weighted quantile that it can only lower, the steps look at
the best tier present alone or at the worst answer anywhere, and steps up need that nothing was
taken off. At a place that was measured before, what it changes is held at what was there before.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from scoring.anytime import Entry, Study
from scoring.body import body_facts
from scoring.evidence import Answer, Fact, Facts, Reason, Subject, Value
from scoring.measurements import Measurement
from scoring.pooled import pooled
from scoring.standards.candour_confidence import (
    CAPS,
    CARRIES,
    CONFIDENCE,
    DOWN,
    HELD,
    HOUSE,
    STARTS,
    UP,
)
from scoring.standards.candour_design import RANDOMISED, TIERS
from scoring.standards.interpreter import examine
from scoring.standards.rules import Rule, Step
from scoring.synthesis import Synthesis
from scoring.units import Unit, best_designed, units_of

# How studies are pooled.
Pooling: TypeAlias = Callable[[tuple[Study, ...]], Synthesis]


def _answered(rule: Rule, value: Value | None) -> Answer:
    return examine(rule, {rule.fact: Fact(value=value)}).answer


@dataclass(frozen=True, slots=True)
class Means:
    """How studies are pooled, and how a rule is answered on a value."""

    pooling: Pooling
    answered: Callable[[Rule, Value | None], Answer]


def remembering() -> Means:
    """Means that remember for as long as they are held: bounds and lifts ask often."""
    return Means(cache(pooled), cache(_answered))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What confidence is asked for: measurements of a subject, and rules supposed to be met."""

    measured: tuple[Measurement, ...]
    subject: Subject
    supposed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The level, the tier it started from, the reasons, and how far each domain moved it."""

    level: str
    tier: str
    reasons: tuple[Reason, ...]
    steps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a level is worked out from: a start, the facts, and the answer behind every step."""

    start: str
    randomised: bool
    facts: Facts
    answers: Mapping[str, Answer]


def confidence(case: Case, means: Means) -> Confidence:
    """Confidence in the finding on these measurements; without any it is very low.

    Where its programme revised a result the body is read twice, as locked and as told, and the
    weaker of the two counts. Source of each step with it.
    """
    units = units_of(case.measured)
    if not units:
        return Confidence(level=CONFIDENCE[0], tier=TIERS[0], reasons=(), steps={})
    judged = _weaker(units, case, means)
    level = _level(judged)
    held = _held(case, means, level)
    steps, reasons = dict(_steps(judged)), _reasons(judged)
    if held < level:
        steps[HELD.domain] = held - level
        reasons.append(examine(HELD.rule, {HELD.rule.fact: Fact(value=True)}))
    return Confidence(
        level=CONFIDENCE[held],
        tier=judged.start,
        reasons=(_start_reason(units, judged.start), *reasons),
        steps=steps,
    )


def confidence_level(case: Case, means: Means, *, units: Sequence[Unit] | None = None) -> str:
    """The level alone of `confidence`; `units` are those of the case where a caller has them."""
    units = units_of(case.measured) if units is None else units
    if not units:
        return CONFIDENCE[0]
    return CONFIDENCE[_held(case, means, _level(_weaker(units, case, means)))]


def starting_tier(units: Sequence[Unit]) -> str:
    """The best tier that, with those above it, carries at least half of the precision."""
    weights = [(TIERS.index(unit.tier), unit.value.sei**-2) for unit in units]
    total = math.fsum(weight for _, weight in weights)
    for name in reversed(TIERS):
        above = [weight for position, weight in weights if position >= TIERS.index(name)]
        if math.fsum(above) >= CARRIES * total:
            return name
    raise ValueError("the lowest tier carries everything")


def wanting(found: Confidence) -> Mapping[str, tuple[Step, ...]]:
    """The steps down that were taken, by domain."""
    answers = {reason.rule: reason.answer for reason in found.reasons}
    taken = [step for step in DOWN if _cost(step, answers.get(step.rule.id, "met"))]
    domains = dict.fromkeys(step.domain for step in taken)
    return {name: tuple(step for step in taken if step.domain == name) for name in domains}


def _before_worse(measured: Sequence[Measurement]) -> list[tuple[Measurement, ...]]:
    """The bodies that later results of a worse design must not seem to better.

    Only a result reported later at a place that was measured before can change what was there. It
    holds until a result arrives of no worse a design than what the grade rested on before it.
    """
    arrived = sorted(measured, key=lambda m: m.arrival)
    places = [m.place for m in arrived]
    if len(set(places)) == len(places):
        return []
    held: list[tuple[Measurement, ...]] = []
    bar = 0
    for position in range(1, len(arrived)):
        before = tuple(arrived[:position])
        rested_on = max(bar, TIERS.index(starting_tier(units_of(before))))
        if TIERS.index(arrived[position].tier) >= rested_on:
            held, bar = [], 0
        elif places[position] in places[:position]:
            held, bar = [*held, before], rested_on
    return held


def _held(case: Case, means: Means, level: int) -> int:
    """The level, held at what it was before later results of a worse design."""
    earlier = (replace(case, measured=before) for before in _before_worse(case.measured))
    levels = (_level(_weaker(units_of(one.measured), one, means)) for one in earlier)
    return min((level, *levels))


def _weaker(units: Sequence[Unit], case: Case, means: Means) -> _Judged:
    """The judgement of the body as told and as locked, whichever gives less."""
    told = _judge(units, case, means)
    if all(unit.entry.told is None for unit in units):
        return told
    locked = _judge([_as_locked(unit) for unit in units], case, means)
    return min(told, locked, key=_level)


def _as_locked(unit: Unit) -> Unit:
    return unit if unit.entry.told is None else replace(unit, entry=Entry(unit.entry.locked))


def _judge(units: Sequence[Unit], case: Case, means: Means) -> _Judged:
    facts = body_facts(units, case.measured, case.subject, pooling=means.pooling)
    answers = {
        step.rule.id: means.answered(step.rule, facts[step.rule.fact].value)
        for step in (*DOWN, *UP)
    }
    return _Judged(
        start=starting_tier(units),
        randomised=any(
            c.conduct.design in RANDOMISED for unit in best_designed(units) for c in unit.designated
        ),
        facts=facts,
        answers=answers | dict.fromkeys(case.supposed, "met"),
    )


def _reasons(judged: _Judged) -> list[Reason]:
    return [examine(step.rule, judged.facts) for step in (*DOWN, *UP)]


def _level(judged: _Judged) -> int:
    """Position in CONFIDENCE: the start less the steps down, or plus the steps up to the cap."""
    start, cap = CONFIDENCE.index(STARTS[judged.start]), CONFIDENCE.index(CAPS[judged.start])
    steps = _steps(judged)
    down = -sum(taken for taken in steps.values() if taken < 0)
    if down:
        return max(0, start - down)
    return max(start, min(cap, start + sum(steps.values())))


def _steps(judged: _Judged) -> Mapping[str, int]:
    """Levels by domain, negative downwards; the longest step of a domain counts."""
    moved: dict[str, int] = {}
    for step in DOWN:
        cost = _cost(step, judged.answers[step.rule.id])
        moved[step.domain] = min(moved.get(step.domain, 0), -cost)
    if not any(moved.values()) and not judged.randomised:
        for step in UP:
            gained = step.levels if judged.answers[step.rule.id] == "met" else 0
            moved[step.domain] = max(moved.get(step.domain, 0), gained)
    return {domain: taken for domain, taken in moved.items() if taken}


def _cost(step: Step, answer: Answer) -> int:
    match answer:
        case "met":
            return 0
        case "unmet":
            return step.levels
        case "unknown":
            return step.when_unknown


def _start_reason(units: Sequence[Unit], tier: str) -> Reason:
    resting = [u for u in units if TIERS.index(u.tier) >= TIERS.index(tier)]
    ids = tuple(dict.fromkeys(i for u in resting for i in u.event_ids))
    text = f"Design and conduct: {tier}, so confidence starts at {STARTS[tier]}."
    return Reason(
        rule="candour.start",
        title="Design and conduct of the results that carry at least half of the weight",
        answer="met" if tier == TIERS[-1] else "unmet",
        observed=tier,
        threshold=TIERS[-1],
        margin=None,
        event_ids=ids,
        source=HOUSE,
        verified=True,
        text=text,
    )
