"""The common effect of a body's samples, over every way that what is not known could turn out."""

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import Final, TypeAlias

from scipy import special

from scoring.evidence import Fact, Facts
from scoring.examined import Examined, Paths
from scoring.facts import known_number
from scoring.standards.rules import Pool, Standard

# Contrasts that may or may not belong, of which every combination is tried; with more of them the
# pool counts as not known at all, which is never better for a grade. 2^6 pools take a moment.
TRIED_AT_MOST: Final = 6

# 95 % intervals, two-sided, of a normal distribution.
QUANTILE: Final = float(special.ndtri(0.975))

# Contrasts, by event id and what they were asked, that are taken to belong in one possible world.
Admitted: TypeAlias = frozenset[tuple[str, Paths]]

# The least and the most that a fact could be; None: anything at all.
Range: TypeAlias = tuple[float, float] | None

PARTS: Final = ("estimate", "low", "high", "people", "sites", "share_pct")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One sample in a pool; `yi` and `weight` are None where it has no effect in deviations."""

    examined: Examined
    yi: float | None
    weight: float


def worlds(standard: Standard, examined: Sequence[Examined]) -> list[Admitted] | None:
    """Each way in which contrasts of which that is not known may belong; None if too many."""
    paths = {pool.paths for pool in standard.pools}
    open_ = [
        (one.contrast.event_id, asked)
        for asked in sorted(paths)
        for one in examined
        if one.standing == "standing" and one.state(asked) == "possible"
    ]
    if len(open_) > TRIED_AT_MOST:
        return None
    sizes = range(len(open_) + 1)
    return [frozenset(some) for some in chain(*(combinations(open_, k) for k in sizes))]


def pooled_facts(
    standard: Standard, examined: Sequence[Examined], possible: Sequence[Admitted] | None
) -> Facts:
    """Each pool as facts that hold in all of these worlds: the least and the most of them.

    The common effect weighs each sample by the inverse of its variance, yi = sum(w yi) / sum(w),
    with an interval of 1.96 standard errors. A sample of several contrasts gives the one told
    first. The effect counts an unfavourable result that the programme took back. Without an effect
    in standard deviations of one of them, or its error, the estimate is not known.
    """
    facts: dict[str, Fact] = {}
    for pool in standard.pools:
        hull = _hull([_pooled(pool, examined, world) for world in possible or ()])
        ids = tuple(dict.fromkeys(i for one in _first_told(pool, examined) for i in one.event_ids))
        for part in PARTS:
            facts[f"{pool.fact}_{part}"] = _fact(hull.get(part), ids)
    return facts


def _fact(known: Range, event_ids: tuple[str, ...]) -> Fact:
    if known is None:
        return Fact(value=None, event_ids=event_ids)
    return Fact.between(*known, event_ids)


def _hull(pools: Sequence[Mapping[str, Range]]) -> Mapping[str, Range]:
    """From the least of the least to the most of the most; not known once it is not in one."""
    together: dict[str, Range] = {}
    for part in PARTS if pools else ():
        ranges = [pool[part] for pool in pools]
        known = [found for found in ranges if found is not None]
        if len(known) == len(ranges):
            together[part] = (min(low for low, _ in known), max(high for _, high in known))
    return together


def _pooled(
    pool: Pool, examined: Sequence[Examined], admitted: Admitted = frozenset()
) -> Mapping[str, Range]:
    members = list(_members(pool, examined, admitted))
    if not members:
        return dict.fromkeys(PARTS)
    return {
        **_effect([*members, *_against(pool, examined, members)]),
        "people": _people(members),
        "sites": _sites(members),
        "share_pct": _share(pool, members) if pool.share_of else None,
    }


def _first_told(
    pool: Pool, examined: Sequence[Examined], admitted: Admitted = frozenset()
) -> list[Examined]:
    """The contrast of each sample that was told first; one with an effect in deviations if any."""
    belong = [
        one
        for one in examined
        if one.standing == "standing"
        and (one.state(pool.paths) == "counted" or (one.contrast.event_id, pool.paths) in admitted)
    ]
    told: dict[Hashable, Examined] = {}
    for one in sorted(belong, key=_telling):
        told.setdefault(one.contrast.sample, one)
    return sorted(told.values(), key=lambda one: one.contrast.event_id)


def _telling(one: Examined) -> tuple[bool, str, str]:
    unusable = known_number(one.facts, "effect_smd") is None
    return unusable, one.contrast.recorded_at, one.contrast.event_id


def _members(
    pool: Pool, examined: Sequence[Examined], admitted: Admitted = frozenset()
) -> Iterator[_Member]:
    return (_member(one) for one in _first_told(pool, examined, admitted))


def _member(one: Examined) -> _Member:
    yi, error = known_number(one.facts, "effect_smd"), _error(one)
    if yi is None or error is None:
        return _Member(examined=one, yi=None, weight=0.0)
    return _Member(examined=one, yi=yi, weight=error**-2)


def _against(
    pool: Pool, examined: Sequence[Examined], members: Sequence[_Member]
) -> Iterator[_Member]:
    """Unfavourable results that the programme took back, of samples of which nothing stands."""
    standing = {member.examined.contrast.sample for member in members}
    gone = [replace(one, standing="standing") for one in examined if one.standing == "taken back"]
    for member in _members(pool, gone):
        told = member.examined.contrast.sample not in standing
        if told and member.yi is not None and member.yi < 0:
            yield member


def _effect(members: Sequence[_Member]) -> dict[str, Range]:
    parts = ("estimate", "low", "high")
    pairs = sorted((m.yi, m.weight) for m in members if m.yi is not None)
    if len(pairs) < len(members):
        return dict.fromkeys(parts)
    total = math.fsum(weight for _, weight in pairs)
    estimate = math.fsum(weight * yi for yi, weight in pairs) / total
    reach = QUANTILE / math.sqrt(total)
    values = (estimate, estimate - reach, estimate + reach)
    return {part: (value, value) for part, value in zip(parts, values, strict=True)}


def _people(members: Iterable[_Member]) -> Range:
    counts = [known_number(m.examined.facts, "analysed_people") for m in members]
    known = math.fsum(count for count in counts if count is not None)
    return known, math.inf if None in counts else known


def _sites(members: Iterable[_Member]) -> Range:
    """Places, and within one place as many as its largest study tells."""
    told: dict[str, float] = {}
    partial = False
    for member in members:
        _, site, _ = member.examined.contrast.sample
        count = known_number(member.examined.facts, "sites")
        partial = partial or count is None
        told[site] = max(told.get(site, 1.0), count or 1.0)
    known = math.fsum(told.values())
    return known, math.inf if partial else known


def _share(pool: Pool, members: Sequence[_Member]) -> Range:
    """Per cent of the weight that surely meets `share_of`, and that could."""
    total = math.fsum(m.weight for m in members)
    states = [(m, m.examined.state_if(pool.paths, pool.share_of)) for m in members]
    sure = math.fsum(m.weight for m, state in states if state == "counted")
    most = math.fsum(m.weight for m, state in states if state != "not counted")
    unweighed = [state for m, state in states if m.yi is None]
    if not unweighed:
        return 100 * sure / total, 100 * most / total
    # A weight that is not known could be next to nothing, or next to everything.
    least = 100 * sure / total if total else 100.0
    largest = 100 * most / total if total else 0.0
    return (
        least if all(state == "counted" for state in unweighed) else 0.0,
        largest if all(state == "not counted" for state in unweighed) else 100.0,
    )


def _error(one: Examined) -> float | None:
    """The standard error; None too where nobody said whether clusters were allowed for."""
    fact = one.facts.get("effect_se")
    return None if fact is None or fact.up_to is not None else known_number(one.facts, "effect_se")
