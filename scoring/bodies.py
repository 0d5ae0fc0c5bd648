"""From the answers of single contrasts to the facts of a body: independent samples, and a pool."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.evidence import Answer, Contrast, Counted, Fact, Facts
from scoring.standards.rules import Pool, Standard, Tally
from scoring.synthesis import Synthesis, synthesise

State: TypeAlias = Literal["counted", "possible", "not counted"]
Paths: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One contrast with its facts and the answer of every contrast rule, by id."""

    contrast: Contrast
    facts: Facts
    answers: Mapping[str, Answer]

    @property
    def sample(self) -> str:
        """Who was studied: two contrasts of one cohort at one site are one sample."""
        return f"{_folded(self.contrast.site)}|{_folded(self.contrast.cohort)}"

    @property
    def event_ids(self) -> tuple[str, ...]:
        return self.contrast.event_ids or (self.contrast.event_id,)

    def state(self, paths: Paths) -> State:
        """Counted when a path is met, possible while one could still be."""
        answers = [{self.answers[rule] for rule in path} for path in paths]
        if any(found <= {"met"} for found in answers):
            return "counted"
        return "possible" if any("unmet" not in found for found in answers) else "not counted"


def tallied_facts(standard: Standard, examined: Sequence[Examined]) -> Facts:
    """Each tally as a fact: the samples counted, and up to how many it could still be."""
    return {tally.fact: _tallied(tally, examined) for tally in standard.tallies}


def counted(standard: Standard, examined: Sequence[Examined]) -> tuple[Counted, ...]:
    """How each contrast stands towards each tally, and what its nearest path still asks for."""
    return tuple(_standing(standard, tally, one) for tally in standard.tallies for one in examined)


def pooled_facts(standard: Standard, examined: Sequence[Examined]) -> Facts:
    """Each pool as facts; unknown where no sample meets a path, or one that might is not known."""
    return {name: fact for pool in standard.pools for name, fact in _pooled(pool, examined).items()}


def _tallied(tally: Tally, examined: Sequence[Examined]) -> Fact:
    sure = [one for one in examined if one.state(tally.paths) == "counted"]
    open_ = [one for one in examined if one.state(tally.paths) == "possible"]
    number = len(_distinct(tally, sure))
    most = len(_distinct(tally, [*sure, *open_]))
    return Fact(
        value=number,
        event_ids=_ids(sure),
        up_to=most if most > number else None,
    )


def _distinct(tally: Tally, examined: Iterable[Examined]) -> set[str]:
    if tally.distinct == "study":
        return {_folded(one.contrast.study) for one in examined}
    return {one.sample for one in examined}


def _standing(standard: Standard, tally: Tally, one: Examined) -> Counted:
    nearest = min(
        (tuple(rule for rule in path if one.answers[rule] != "met") for path in tally.paths),
        key=len,
    )
    return Counted(
        fact=tally.fact,
        title=tally.title,
        event_id=one.contrast.event_id,
        study=one.contrast.study,
        state=one.state(tally.paths),
        wanting=nearest,
        text="; and ".join(standard.by_id[rule].lift for rule in nearest),
    )


def _pooled(pool: Pool, examined: Sequence[Examined]) -> Facts:
    names = [f"{pool.fact}_{part}" for part in ("estimate", "low", "high", "people", "sites")]
    names.append(f"{pool.fact}_share_pct")
    members = _one_a_sample([one for one in examined if one.state(pool.paths) == "counted"])
    if not members:
        return {name: Fact(value=None) for name in names}
    weights = [1 / _variance(one) for one in members]
    together = _common(members)
    share = math.fsum(
        weight
        for one, weight in zip(members, weights, strict=True)
        if one.state(pool.share_of) == "counted"
    )
    people = [one.facts["analysed_people"].value for one in members]
    values = (
        together.estimate,
        together.ci_low,
        together.ci_high,
        _total(people),
        float(len({_folded(one.contrast.site) for one in members})),
        100 * share / math.fsum(weights) if pool.share_of else None,
    )
    ids = _ids(members)
    return {
        name: Fact(value=value, event_ids=ids) for name, value in zip(names, values, strict=True)
    }


def _one_a_sample(members: Iterable[Examined]) -> list[Examined]:
    """The contrast of each sample that was told first, of those with an effect in deviations."""
    told: dict[str, Examined] = {}
    usable = [one for one in members if _value(one, "effect_smd") is not None]
    for one in sorted(usable, key=lambda one: (one.contrast.recorded_at, one.contrast.event_id)):
        told.setdefault(one.sample, one)
    return sorted(told.values(), key=lambda one: one.contrast.event_id)


def _common(members: Sequence[Examined]) -> Synthesis:
    pairs = sorted((_number(one, "effect_smd"), _variance(one)) for one in members)
    return synthesise([y for y, _ in pairs], [v for _, v in pairs], method="EE", test="z")


def _variance(one: Examined) -> float:
    return _number(one, "effect_se") ** 2


def _value(one: Examined, name: str) -> float | None:
    fact = one.facts.get(name)
    return None if fact is None or fact.value is None else float(fact.value)


def _number(one: Examined, name: str) -> float:
    value = _value(one, name)
    if value is None:
        raise ValueError(f"{name} is not known of {one.contrast.event_id}")
    return value


def _total(counts: Iterable[object]) -> float | None:
    """The sum; None where one of them is not known."""
    total = 0.0
    for count in counts:
        if not isinstance(count, int | float):
            return None
        total += count
    return total


def _ids(examined: Iterable[Examined]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for one in examined for i in one.event_ids))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
