"""The worst and the best that the house grade could be, once every unknown fact were known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, product
from math import floor, prod
from operator import itemgetter
from typing import Final, TypeAlias

from scoring.anytime import ANYTIME_1, Entry, Finding, Study
from scoring.confidence import Case, Means, confidence_level
from scoring.evidence import Bounds, Grade, Promise, Subject
from scoring.measurements import Measurement, Tier, Weighed, measurements
from scoring.standards.candour_confidence import CAPS, CONFIDENCE
from scoring.standards.candour_design import DESIGN, TIERS
from scoring.standards.rules import level_reached
from scoring.units import Mark, Unit, ledger_of, monitored, units_of
from scoring.worthwhile import worthwhile

# Findings from the worst news for a programme to the best.
FROM_WORST: Final[tuple[Finding, ...]] = (
    "harmful",
    "concerning",
    "no detectable effect",
    "no effect where tried",
    "insufficient",
    "promising",
    "works",
)

# How many ways to know what is unknown are graded whole, one by one: all of four questions with two
# answers each, in a few hundredths of a second.
MOST_GRADED: Final = 16

# The fewest units with which anything can hold elsewhere: each adds at most ln(1 + stake).
FEWEST_ELSEWHERE: Final = floor(ANYTIME_1.ln_threshold / ANYTIME_1.ln_cap) + 1

# Rules that follow from others: equal at baseline is less than what can be adjusted for, and what a
# cross-section must control for to be pooled are the differences that the other rule asks about.
FOLLOWS: Final = (
    ("candour.equal_baseline", "candour.adjustable_baseline"),
    ("candour.controlled_cross_section", "candour.controls"),
)

# What one contrast may turn out to be: its tier, None for out of the pool, its plan, its effect.
Way: TypeAlias = tuple[Tier, Promise, Study | None]

# What is known of one place: its measurements and the unit they make, if any.
Known: TypeAlias = tuple[tuple[Measurement, ...], tuple[Unit, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The bounds, and whether each is reached by a way to know the unknown facts."""

    bounds: Bounds
    exact: bool


def bounds(
    weighed: Sequence[Weighed], subject: Subject, *, means: Means, found: tuple[Finding, str]
) -> Range:
    """The worst and best finding, and the worst and best confidence, that unknown facts allow.

    Unknown are the facts by which a contrast is let into the pool and given its tier, whether its
    analysis allowed for clusters, and whether its outcome was planned in advance and switched; not
    the judgements of people, and not a result that was not reported. Of each contrast only what
    matters is tried: the tiers that its unknown facts can reach, its error and its plan. Every
    combination is graded whole, finding and confidence, up to MOST_GRADED of them; beyond that, or
    where an error is open, the bounds hold and may be wider than what can be reached.
    """
    ways = [_ways(one) for one in weighed]
    beyond = prod(len(one) for one in ways) > MOST_GRADED
    if beyond or any(one.is_open for one in weighed):
        return Range(bounds=_outer(weighed, ways, found), exact=False)
    known, finding = ledger_of(units_of(_as_told(weighed))), cache(_finding)
    findings, levels = [found[0]], [found[1]]
    for places in _resolutions(weighed, ways):
        measured = tuple(m for told, _ in places for m in told)
        units = tuple(unit for _, found_there in places for unit in found_there)
        ledger = ledger_of(units)
        findings.append(found[0] if ledger == known else finding(*ledger))
        case = Case(measured=measured, subject=subject)
        levels.append(confidence_level(case, means, units=units))
    return Range(bounds=_told(findings, levels), exact=True)


def attainable(design: Grade) -> tuple[Tier, ...]:
    """The tiers that the unknown answers allow, None for out of the pool.

    A tier can be reached if the unknown rules of one of its paths, met alone, lead there: whatever
    else reaches it meets a path of it too, and rules only ever raise a tier.
    """
    met = {reason.rule for reason in design.reasons if reason.answer == "met"}
    unknown = {reason.rule for reason in design.reasons if reason.answer == "unknown"}
    entry = set(DESIGN.entry)
    if not entry <= met | unknown:
        return (None,)
    reached: list[Tier] = [] if entry <= met else [None]
    for level in DESIGN.levels:
        asked = [entry | set(path) for path in level.paths if met | unknown >= set(path)]
        closed = (met | needed | _following(needed & unknown, unknown) for needed in asked)
        if any(level_reached(DESIGN, frozenset(rules)) is level for rules in closed):
            reached.append(level.name)
    return tuple(reached)


def _following(chosen: set[str], unknown: set[str]) -> set[str]:
    return {weaker for rule, weaker in FOLLOWS if rule in chosen and weaker in unknown}


def _ways(one: Weighed) -> tuple[Way, ...]:
    readings = one.readings
    tiers = (one.design.level,) if readings == (None,) else attainable(one.design)
    return tuple(product(tiers, _plans(one.contrast.promise), readings))


def _plans(promise: Promise) -> tuple[Promise, ...]:
    """The plan with `in_advance` known either way, where that decides more than one step."""
    said = (promise.measure, promise.horizon_months, promise.smallest_worthwhile)
    if promise.in_advance is not None or said == (None, None, None):
        return (promise,)
    return tuple(replace(promise, in_advance=answer) for answer in (True, False))


def _resolutions(
    weighed: Sequence[Weighed], ways: Sequence[Sequence[Way]]
) -> Iterator[tuple[Known, ...]]:
    """Every way to know what is unknown, place by place; nothing where all is known.

    What is unknown of a plan and moves one step alone is tried all good and all bad.
    """
    told = [one.contrast.promise for one in weighed]
    unsaid = any(p.in_advance is None or p.switched is None for p in told)
    if not unsaid and all(len(one) == 1 for one in ways):
        return
    for planned in (True, False) if unsaid else (True,):
        counted = [
            (one.contrast.sample, [_counted(one, way, planned=planned) for way in told])
            for one, told in zip(weighed, ways, strict=True)
        ]
        counted.sort(key=itemgetter(0))
        # Places do not touch each other: what can be known of one is worked out once.
        places = (
            [_known(chosen) for chosen in product(*(options for _, options in members))]
            for _, members in groupby(counted, key=itemgetter(0))
        )
        yield from product(*places)


def _counted(one: Weighed, way: Way, *, planned: bool) -> Measurement | None:
    tier, promise, told = way
    return one.counted(tier, _settled(promise, planned=planned), told)


def _known(chosen: Iterable[Measurement | None]) -> Known:
    measured = tuple(measurement for measurement in chosen if measurement is not None)
    return measured, units_of(measured)


def _settled(promise: Promise, *, planned: bool) -> Promise:
    if promise.in_advance is not None and promise.switched is not None:
        return promise
    in_advance = planned if promise.in_advance is None else promise.in_advance
    switched = (not planned) if promise.switched is None else promise.switched
    return replace(promise, in_advance=in_advance, switched=switched)


def _finding(entries: tuple[Entry, ...], latest: tuple[Study, ...], mark: Mark) -> Finding:
    return monitored(entries, latest, mark).finding


def _told(findings: Sequence[Finding], levels: Sequence[str]) -> Bounds:
    found, sure = sorted(findings, key=FROM_WORST.index), sorted(levels, key=CONFIDENCE.index)
    return Bounds(worst=f"{found[0]}, {sure[0]}", best=f"{found[-1]}, {sure[-1]}")


def _outer(
    weighed: Sequence[Weighed], ways: Sequence[Sequence[Way]], found: tuple[Finding, str]
) -> Bounds:
    """Bounds that hold whatever the unknown facts are, without trying them."""
    tiers = {tier for one in ways for tier, *_ in one if tier is not None}
    highest = CAPS[max(tiers, key=TIERS.index, default=TIERS[0])]
    # Without a doubt who is pooled and what was planned, all that can move is the mark.
    fixed = all(len(_ledgers(one)) == 1 for one in ways)
    findings = _by_mark(weighed) if fixed else _by_direction(weighed, ways)
    return _told([found[0], *findings], [found[1], CONFIDENCE[0], highest])


def _ledgers(ways: Sequence[Way]) -> set[tuple[bool, Promise, Study | None]]:
    return {(tier is None, promise, told) for tier, promise, told in ways}


def _as_told(weighed: Sequence[Weighed]) -> tuple[Measurement, ...]:
    return measurements(weighed)[0]


def _by_mark(weighed: Sequence[Weighed]) -> list[Finding]:
    measured = _as_told(weighed)
    entries, shown, mark = ledger_of(units_of(measured))
    told = {worthwhile(m.contrast.promise) for m in measured}
    measures = {m.contrast.result.measure for m in measured}
    marks = [Mark(registered=value, measure=mark.measure) for value in told if value is not None]
    marks += [Mark(registered=None, measure=measure) for measure in (*measures, "SMD")]
    return [_finding(entries, shown, mark) for mark in marks]


def _by_direction(weighed: Sequence[Weighed], ways: Sequence[Sequence[Way]]) -> list[Finding]:
    """Nothing is found to be good without a good result, nor harmful without a bad one."""
    possible = [
        measurement
        for one, told in zip(weighed, ways, strict=True)
        for tier, promise, study in told
        if (measurement := one.counted(tier, promise, study)) is not None
    ]
    values = [
        study.yi for m in possible for study in (m.entry.locked, m.entry.told) if study is not None
    ]
    many = len({m.place for m in possible}) >= FEWEST_ELSEWHERE
    found: list[Finding] = ["insufficient", "no effect where tried"]
    found += ["no detectable effect"] if many else []
    if min(values, default=0.0) < 0:
        found += ["concerning", "harmful"] if many else ["concerning"]
    if max(values, default=0.0) > 0:
        found += ["promising", "works"] if many else ["promising"]
    return found
