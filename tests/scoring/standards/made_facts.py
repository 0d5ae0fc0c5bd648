"""Facts made to measure: values on both sides of everything that the rules of a standard ask."""

import math
from itertools import islice, product

from scoring.evidence import Fact
from scoring.standards import apply, examine
from scoring.standards.rules import Boundary, Compare, Either, FirstKnown, Is, OneOf

# A row of the attrition table in which both columns still have an entry.
ROW = 10
# Ways to meet the alternatives of a path that are tried at most.
TRIED = 400


def parts(rule):
    """The plain checks of a rule with the facts they are on."""
    match rule.check:
        case Either(alternatives=several) | FirstKnown(alternatives=several):
            return list(several)
        case check:
            return [(rule.fact, check)]


def asked(rule):
    """Every fact that a rule looks at."""
    names = {rule.fact} if not isinstance(rule.check, Either) else set()
    for name, check in parts(rule):
        names.add(name)
        match check:
            case Compare(threshold=str() as other):
                names.add(other)
            case Boundary(at=at, column=column):
                names |= {at, column}
            case _:
                pass
    return names


def pool(rules):
    """For each fact the values worth trying: both sides of every threshold, every word."""
    tried = {}
    for name, check in (part for rule in rules for part in parts(rule)):
        match check:
            case Compare(threshold=str() as other):
                tried.setdefault(other, []).append(1.0)
                tried.setdefault(name, []).extend((0.5, 1.0, 1.5))
            case Compare(threshold=limit) if math.isinf(limit):
                # Every number passes: the rule asks that there is one.
                tried.setdefault(name, []).extend((0.0, None))
            case Compare(threshold=limit):
                tried.setdefault(name, []).extend((limit - 1e-3, limit, limit + 1e-3, limit + 1))
            case Is():
                tried.setdefault(name, []).extend((True, False))
            case OneOf(values=values):
                tried.setdefault(name, []).extend((*values, "none of these"))
            case Boundary(at=at, column=column, default=default, table=table):
                limit = table[default][ROW]
                tried.setdefault(at, []).append(float(ROW))
                tried.setdefault(column, []).append(default)
                tried.setdefault(name, []).extend((limit, limit + 1e-3, 100.0))
    return {name: list(dict.fromkeys(values)) for name, values in tried.items()}


def as_facts(values):
    return {name: Fact(value=value, event_ids=("event",)) for name, value in values.items()}


def met(rules, values):
    """The ids of the rules that these values meet."""
    facts = as_facts(values)
    return {rule.id for rule in rules if examine(rule, facts).answer == "met"}


def worst(rules, tried):
    """Values that meet as few of the rules as can be, one fact after another."""
    chosen = {name: values[-1] for name, values in tried.items()}
    for name, values in tried.items():
        touching = [rule for rule in rules if name in asked(rule)]
        chosen[name] = min(values, key=lambda v: len(met(touching, chosen | {name: v})))
    return chosen


def rank(standard, values):
    """The place of the level that a standard surely gives, from the worst; -1 where ungraded."""
    bounds = apply(standard, as_facts(values)).bounds
    names = [level.name for level in standard.levels]
    return -1 if bounds is None else names.index(bounds.worst)


def meeting(standard, wanted, start, tried):
    """Every way, up to a number, to change the start so that these rules are met, and few more."""
    rules = [standard.by_id[name] for name in wanted]
    for ways in islice(product(*(parts(rule) for rule in rules)), TRIED):
        changed = dict(start)
        for name in dict.fromkeys(name for name, _ in ways):
            here = [check for other, check in ways if other == name]
            fitting = [v for v in tried[name] if all(_passes(name, c, v, changed) for c in here)]
            touching = [rule for rule in standard.rules if name in asked(rule)]
            if fitting:
                changed[name] = min(
                    fitting,
                    key=lambda v: (
                        rank(standard, changed | {name: v}),
                        len(met(touching, changed | {name: v})),
                    ),
                )
        if set(wanted) <= met(rules, changed):
            yield changed


def reached(standard, level):
    """Facts that a standard grades at exactly this level; None where none were found."""
    tried = pool(standard.rules)
    start = worst(standard.rules, tried)
    for path in level.paths:
        for values in meeting(standard, dict.fromkeys((*standard.entry, *path)), start, tried):
            if apply(standard, as_facts(values)).level == level.name:
                return values
    return None


def reachable(tree):
    """Every end of a tree."""
    if isinstance(tree, str):
        return {tree}
    return {end for branch in tree.branches for end in reachable(branch.then)}


def leading(tree, end):
    """Answers that lead a tree to an end; None where none do."""
    if isinstance(tree, str):
        return {} if tree == end else None
    for branch in tree.branches:
        rest = leading(branch.then, end)
        if rest is not None:
            return {tree.question: branch.answers[0], **rest}
    return None


def _passes(name, check, value, others):
    """Whether a plain check passes at this value."""
    facts = as_facts(others | {name: value})
    if value is None:
        return False
    match check:
        case Compare(threshold=limit):
            limit = facts[limit].value if isinstance(limit, str) else limit
            return isinstance(value, int | float) and {
                "<=": value <= limit, "<": value < limit, ">=": value >= limit, ">": value > limit
            }[check.operator]  # fmt: skip
        case Is(value=wanted):
            return value is wanted
        case OneOf(values=values):
            return value in values
        case _:
            return value <= check.table[others[check.column]][ROW]
