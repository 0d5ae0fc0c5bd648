"""How sure: where design and conduct let confidence start, and the steps down and up from there.

True by construction: a study of a worse design than the grade rests on never raises confidence.
The start is a weighted quantile that such a study can only lower; the steps look at the best tier
present alone, or at the worst answer anywhere; steps up need that nothing was taken off.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

from scoring.body import best_designed, body_facts
from scoring.evidence import Lift, Reason, Subject
from scoring.standards.candour_confidence import (
    CAPS,
    CARRIES,
    CONFIDENCE,
    DOWN,
    HOUSE,
    STARTS,
    UP,
)
from scoring.standards.candour_design import DESIGN, RANDOMISED, TIERS
from scoring.standards.interpreter import examine
from scoring.standards.rules import Step
from scoring.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The level, the tier it started from, the reasons, and how far each domain moved it."""

    level: str
    tier: str
    reasons: tuple[Reason, ...]
    steps: Mapping[str, int]
    best: str
    lift: tuple[Lift, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What confidence is worked out from: a start, and the reason behind every step."""

    start: str
    randomised: bool
    down: tuple[Reason, ...]
    up: tuple[Reason, ...]


def confidence(units: Sequence[Unit], subject: Subject, *, sesoi: float) -> Confidence:
    """Confidence in the finding on these units; `sesoi` is in standard deviations.

    Without units it is very low. `best` is what it would be were every unknown fact good; `lift`
    the smallest changes, alone or in pairs, that would raise it. Source of each step with it.
    """
    if not units:
        return Confidence(
            level=CONFIDENCE[0], tier=TIERS[0], reasons=(), steps={}, best=CONFIDENCE[0], lift=()
        )
    judged = _judge(units, subject, sesoi=sesoi, tier=lambda unit: unit.tier)
    best = _judge(units, subject, sesoi=sesoi, tier=lambda unit: unit.best_tier)
    level = _level(judged)
    # A better tier shows the pool in another light; the bound is never below what is there.
    highest = max(level, _level(_unknown_as_met(best)), _level(_unknown_as_met(judged)))
    return Confidence(
        level=CONFIDENCE[level],
        tier=judged.start,
        reasons=(_start_reason(units, judged.start), *judged.down, *judged.up),
        steps=_steps(judged),
        best=CONFIDENCE[highest],
        lift=_lifts(judged, units),
    )


def starting_tier(units: Sequence[Unit], tier: Callable[[Unit], str]) -> str:
    """The best tier that, with those above it, carries at least half of the precision."""
    weights = [(TIERS.index(tier(unit)), unit.value.sei**-2) for unit in units]
    total = math.fsum(weight for _, weight in weights)
    for name in reversed(TIERS):
        above = [weight for position, weight in weights if position >= TIERS.index(name)]
        if math.fsum(above) >= CARRIES * total:
            return name
    raise ValueError("the lowest tier carries everything")


def _judge(
    units: Sequence[Unit], subject: Subject, *, sesoi: float, tier: Callable[[Unit], str]
) -> _Judged:
    best = best_designed(units, tier)
    facts = body_facts(units, subject, sesoi=sesoi, tier=tier)
    return _Judged(
        start=starting_tier(units, tier),
        randomised=any(c.conduct.design in RANDOMISED for u in best for c in u.designated),
        down=tuple(examine(step.rule, facts) for step in DOWN),
        up=tuple(examine(step.rule, facts) for step in UP),
    )


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
    for step, reason in zip(DOWN, judged.down, strict=True):
        moved[step.domain] = min(moved.get(step.domain, 0), -_cost(step, reason))
    if not any(moved.values()) and not judged.randomised:
        for step, reason in zip(UP, judged.up, strict=True):
            gained = step.levels if reason.answer == "met" else 0
            moved[step.domain] = max(moved.get(step.domain, 0), gained)
    return {domain: taken for domain, taken in moved.items() if taken}


def _cost(step: Step, reason: Reason) -> int:
    match reason.answer:
        case "met":
            return 0
        case "unmet":
            return step.levels
        case "unknown":
            return step.when_unknown


def _unknown_as_met(judged: _Judged) -> _Judged:
    return replace(judged, down=_met(judged.down, answer="unknown"))


def _met(reasons: Iterable[Reason], *, answer: str) -> tuple[Reason, ...]:
    return tuple(replace(r, answer="met") if r.answer == answer else r for r in reasons)


def _lifts(judged: _Judged, units: Sequence[Unit]) -> tuple[Lift, ...]:
    """Single changes that raise the level, else pairs: a domain put right, or a better tier."""
    now = _level(judged)
    changes = _changes(judged, units)
    for size in (1, 2):
        found = []
        for chosen in combinations(changes, size):
            changed = judged
            for _, _, change in chosen:
                changed = change(changed)
            if _level(changed) > now:
                ids = tuple(i for names, _, _ in chosen for i in names)
                text = "; and ".join(words for _, words, _ in chosen)
                to = CONFIDENCE[_level(changed)]
                found.append(Lift(to=to, changes=ids, text=f"confidence {to}: {text}"))
        if found:
            return tuple(found)
    return ()


Change: TypeAlias = tuple[tuple[str, ...], str, Callable[[_Judged], _Judged]]


def _changes(judged: _Judged, units: Sequence[Unit]) -> list[Change]:
    changes: list[Change] = []
    for domain in dict.fromkeys(step.domain for step in DOWN):
        failing = [
            step
            for step, reason in zip(DOWN, judged.down, strict=True)
            if step.domain == domain and _cost(step, reason)
        ]
        if failing:
            ids = tuple(step.rule.id for step in failing)
            # Of several thresholds on one fact, the first asks the most.
            asked = {step.rule.fact: step.rule.lift for step in reversed(failing)}
            words = "; and ".join(asked.values())
            changes.append((ids, words, _putting_right(ids)))
    resting = [design for u in units if u.tier == judged.start for design in u.designs]
    lift = next((lift for design in resting for lift in design.lift), None)
    if lift is not None and judged.start != TIERS[-1]:
        better = lift.to
        changes.append((lift.changes, _tier_words(lift), lambda j: replace(j, start=better)))
    return changes


def _putting_right(ids: tuple[str, ...]) -> Callable[[_Judged], _Judged]:
    def change(judged: _Judged) -> _Judged:
        right = (replace(r, answer="met") if r.rule in ids else r for r in judged.down)
        return replace(judged, down=tuple(right))

    return change


def _tier_words(lift: Lift) -> str:
    rules = DESIGN.by_id
    changes = "; and ".join(rules[change].lift for change in lift.changes)
    return f"for the results that carry the grade, {changes}"


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
