"""The interpreter of standards judged by trees: answers settle domains, domains the level."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from scoring.evidence import Bounds, Facts, Grade, Lift, Reason
from scoring.standards.interpreter import examine, ungraded
from scoring.standards.trees.answers import Told, all_told, either, spoken
from scoring.standards.trees.domains import TreeStandard
from scoring.standards.trees.overall import possible_levels, smallest_lifts, still_matters
from scoring.standards.trees.reasons import domain_reasons, overall_reason, used_answers
from scoring.standards.trees.tree import Answers, Ask, Change, Tree, settled

# Equally small sets of changes that are shown at most: more than a reader takes in (our choice).
SHOWN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One subject under a standard: its answers, the tree of each domain and what is left of it."""

    standard: TreeStandard
    told: Mapping[str, Told]
    answers: Answers
    trees: tuple[Ask, ...]
    rests: tuple[Tree, ...]


def apply_trees(standard: TreeStandard, facts: Facts) -> Grade:
    """Grade one subject by its domains; no level is told that an open question could change.

    `bounds` are exact: the worst and the best of every way in which the open questions can be
    answered. `judgements` asks only what could still change the level, one question a domain.
    """
    entry = tuple(examine(rule, facts) for rule in standard.rules if rule.id in standard.entry)
    shut = [reason.title for reason in entry if reason.answer != "met"]
    case = _case(standard, facts)
    if shut:
        return ungraded(standard.name, (*entry, *_reasons(case)), shut)
    possible = possible_levels(standard, case.rests, case.answers)
    reached = [level for level in standard.levels if level.name in possible]
    asked = _asked(case) if len(reached) > 1 else ()
    overall = overall_reason(standard, reached, _said_of_several(case, possible))
    return Grade(
        standard=standard.name,
        status="judgement_required" if asked else "determined",
        level=None if asked else reached[0].name,
        title="Judgement required" if asked else reached[0].title,
        reasons=(*entry, *_reasons(case), overall),
        bounds=Bounds(worst=reached[0].name, best=reached[-1].name),
        lift=() if asked else _lifts(case, reached[0].name),
        missing=tuple(standard.question(name).text for name in asked),
        judgements=asked,
    )


def _case(standard: TreeStandard, facts: Facts) -> Case:
    told = all_told(standard, facts)
    answers = {name: one.answer for name, one in told.items()}
    trees = tuple(domain.tree for domain in standard.domains)
    # Without an answer all of a tree is left: none ships with a question that decides nothing.
    rests = tuple(settled(tree, answers) if answers else tree for tree in trees)
    return Case(standard=standard, told=told, answers=answers, trees=trees, rests=rests)


def _asked(case: Case) -> tuple[str, ...]:
    """The next question of each domain that could change the level; else of several together."""
    left = still_matters(case.standard, case.rests, case.answers)
    asked = tuple(rest.question for rest in left if isinstance(rest, Ask))
    several = case.standard.several
    return asked if asked or several is None else (several.question,)


def _reasons(case: Case) -> Iterator[Reason]:
    for domain, tree, rest in zip(case.standard.domains, case.trees, case.rests, strict=True):
        used = used_answers(tree, rest, case.told)
        yield from domain_reasons(case.standard, domain, rest, used)


def _said_of_several(case: Case, possible: frozenset[str]) -> Told | None:
    """What a person said that several domains add up to, where it makes a difference."""
    several = case.standard.several
    said = case.told.get(several.question) if several else None
    if several is None or said is None:
        return None
    unsaid = {name: one for name, one in case.answers.items() if name != several.question}
    differs = possible_levels(case.standard, case.rests, unsaid) != possible
    return said if differs else None


def _lifts(case: Case, level: str) -> tuple[Lift, ...]:
    titles = {one.name: one.title for one in case.standard.levels}
    found = smallest_lifts(case.standard, case.trees, case.answers, level)
    return tuple(
        Lift(
            to=to,
            changes=tuple(change.question for change in changes),
            text=f"{titles[to]}: " + "; and ".join(_changed(case.standard, c) for c in changes),
        )
        for to, changes in found[:SHOWN]
    )


def _changed(standard: TreeStandard, change: Change) -> str:
    answers = either(map(spoken, change.answers))
    return f'the answer {answers} to "{standard.question(change.question).text}"'
