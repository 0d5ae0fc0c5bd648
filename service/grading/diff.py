"""What changed from one standard to another: rules, levels and the ways to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.standards import standard_named
from scoring.standards.candour import NAME as HOUSE
from scoring.standards.candour import POLICY, TITLE
from scoring.standards.candour_design import DESIGN
from scoring.standards.rules import Level, Rule
from service.grading.asking import facts_of, taken_over
from service.grading.conclusions import HOUSE_RULES
from service.grading.fact_words import fact_text
from service.grading.plain import check_words, level_words, rule_words

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is compared of a standard; `leans_on` names those whose levels it takes over."""

    name: str
    title: str
    unit: str
    source: str
    rules: Mapping[str, Rule]
    levels: tuple[Level, ...]
    leans_on: tuple[str, ...] = ()


def standards_diff(earlier: str, later: str) -> Document:
    """Rules and levels added, removed and changed; raises UnknownStandard for an unknown name."""
    one, other = _side(earlier), _side(later)
    before, after = one.rules, other.rules
    shared = [name for name in before if name in after]
    return {
        "from": _head(one),
        "to": _head(other),
        "shared_rules": len(shared),
        "note": _note(one, other, shared),
        "rules": {
            "added": [_rule(rule) for name, rule in after.items() if name not in before],
            "removed": [_rule(rule) for name, rule in before.items() if name not in after],
            "changed": [
                _changed(before[name], after[name])
                for name in shared
                if _told(before[name]) != _told(after[name])
            ],
        },
        "levels": _levels(one, other),
        "of_the_same_facts": [] if shared else _same_facts(one, other),
    }


def _side(name: str) -> Side:
    if name == HOUSE:
        return Side(
            name=HOUSE,
            title=TITLE,
            unit="outcome",
            source=DESIGN.source,
            rules={rule.id: rule for rule in HOUSE_RULES},
            levels=(*DESIGN.levels, *POLICY.levels),
        )
    standard = standard_named(name)
    return Side(
        name=name,
        title=standard.title,
        unit=standard.unit,
        source=standard.source,
        rules=standard.by_id,
        levels=standard.levels,
        leans_on=tuple(one.name for one in taken_over(standard)),
    )


def _head(standard: Side) -> Document:
    return {
        "id": standard.name,
        "title": standard.title,
        "unit": standard.unit,
        "source": standard.source,
    }


def _note(one: Side, other: Side, shared: Sequence[str]) -> str:
    told = [_in_common(one, other, shared)]
    if one.unit != other.unit:
        told.append(f"{one.name} grades one {one.unit}, {other.name} one {other.unit}.")
    for side, by in ((one, other), (other, one)):
        if side.name in by.leans_on:
            told.append(f"{by.name} takes over the level that {side.name} gives each result.")
    return " ".join(told)


def _in_common(one: Side, other: Side, shared: Sequence[str]) -> str:
    if shared:
        return f"They have {len(shared)} rules in common by id."
    return (
        f"{one.name} and {other.name} share no rule by id: nothing of one is a changed rule of the"
        " other, so what both ask of the same facts is laid side by side."
    )


def _told(rule: Rule) -> Document:
    """What of a rule can change, with how it is told."""
    return {
        "title": rule.title,
        "asks": rule_words(rule),
        "fact": rule.fact,
        "check": check_words(rule.check),
        "source": rule.source,
        "verified": rule.verified,
        "judgement": rule.judgement,
    }


def _rule(rule: Rule) -> Document:
    return {"id": rule.id, **_told(rule)}


def _changed(before: Rule, after: Rule) -> Document:
    was, now = _told(before), _told(after)
    return {
        "id": before.id,
        "title": after.title,
        "changes": [
            {"what": name, "from": was[name], "to": now[name]}
            for name in was
            if was[name] != now[name]
        ],
    }


def _levels(one: Side, other: Side) -> Document:
    before = {level.name: level for level in one.levels}
    after = {level.name: level for level in other.levels}
    return {
        "added": [_level(v, other) for name, v in after.items() if name not in before],
        "removed": [_level(v, one) for name, v in before.items() if name not in after],
        "changed": [
            {"name": name, "from": _level(before[name], one), "to": _level(after[name], other)}
            for name in before
            if name in after and _level(before[name], one) != _level(after[name], other)
        ],
    }


def _level(level: Level, standard: Side) -> Document:
    return {
        "name": level.name,
        "title": level.title,
        "asks": level_words(level.paths, standard.rules),
    }


def _same_facts(one: Side, other: Side) -> list[Document]:
    """By fact what each asks of it, where both do."""
    before, after = _by_fact(one), _by_fact(other)
    return [
        {
            "fact": fact,
            "text": fact_text(fact),
            "from": [_rule(r) for r in rules],
            "to": [_rule(r) for r in after[fact]],
        }
        for fact, rules in before.items()
        if fact in after
    ]


def _by_fact(standard: Side) -> Mapping[str, list[Rule]]:
    asked: dict[str, list[Rule]] = {}
    for rule in standard.rules.values():
        for fact in facts_of(rule):
            asked.setdefault(fact, []).append(rule)
    return asked
