"""Which facts a rule reads, and a standard with all that stands behind it."""

from collections.abc import Iterator

from scoring import STANDARDS
from scoring.certainty_facts import BIAS
from scoring.standards import AnyStandard, Certainty, TreeStandard
from scoring.standards.rules import Boundary, Compare, Either, FirstKnown, Rule

# What a pool of results and a body graded by steps read of each result besides their rules.
OF_A_POOL = ("effect", "effect_smd", "effect_se", "analysed_people", "sites")


def facts_of(rule: Rule) -> tuple[str, ...]:
    """Every fact that can decide a rule, the one it is named after first."""
    match rule.check:
        case Either(alternatives=alternatives) | FirstKnown(alternatives=alternatives):
            named = [rule.fact, *(fact for fact, _ in alternatives)]
        case Boundary(at=at, column=column):
            named = [rule.fact, at, column]
        case Compare(threshold=str() as threshold):
            named = [rule.fact, threshold]
        case _:
            named = [rule.fact]
    return tuple(dict.fromkeys(named))


def rules_behind(standard: AnyStandard) -> Iterator[tuple[AnyStandard, Rule]]:
    """Every rule a standard tries, with those of the standards whose levels it takes over."""
    for rule in standard.every_rule:
        yield standard, rule
    for other in taken_over(standard):
        yield from rules_behind(other)


def taken_over(standard: AnyStandard) -> tuple[AnyStandard, ...]:
    """The standards whose level on each result is a fact of this one."""
    if isinstance(standard, Certainty):
        return tuple(STANDARDS[name] for name in BIAS)
    return tuple(STANDARDS[rating.standard] for rating in standard.ratings)


def facts_read(standard: AnyStandard) -> frozenset[str]:
    """The names of all facts that can move a standard, questions among them."""
    read = {fact for _, rule in rules_behind(standard) for fact in facts_of(rule)}
    for one in (standard, *taken_over(standard)):
        read |= {question.id for question in one.questions}
        if isinstance(one, TreeStandard):
            read |= {fact for told in one.recorded for fact in facts_of(told.rule)}
    if isinstance(standard, Certainty) or standard.pools:
        read |= set(OF_A_POOL)
    return frozenset(read)


def made_up(standard: AnyStandard) -> frozenset[str]:
    """The facts that a standard of a body makes itself: counts, pools and others' levels."""
    if isinstance(standard, Certainty):
        return frozenset()
    counted = {tally.fact for tally in standard.tallies}
    rated = {rating.fact for rating in standard.ratings}
    pooled = {
        fact
        for rule in standard.rules
        for fact in facts_of(rule)
        if any(fact.startswith(f"{pool.fact}_") for pool in standard.pools)
    }
    return frozenset(counted | rated | pooled)
