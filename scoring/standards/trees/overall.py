"""How judged domains add up to a level, what could still change it, and what would lift it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

from scoring.standards.trees.domains import Several, TreeStandard
from scoring.standards.trees.tree import (
    Answers,
    Ask,
    Change,
    Tree,
    fewest_changes,
    leaves,
    led,
)

# The place of the worst judgement on the scale, and how many domains share the one that adds up.
State: TypeAlias = tuple[int, int]
Ends: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class Target:
    """What each domain may end in to reach a level, and what else has to be answered otherwise."""

    ends: tuple[Ends, ...]
    also: tuple[Change, ...] = ()


def possible_levels(standard: TreeStandard, trees: Iterable[Tree], answers: Answers) -> Ends:
    """Every level that the questions still open allow."""
    states = _states(standard, [leaves(tree) for tree in trees])
    return frozenset().union(*(_outcomes(standard, state, answers) for state in states))


def still_matters(
    standard: TreeStandard, rests: Sequence[Tree], answers: Answers
) -> Iterator[Tree]:
    """What is left to ask of each domain once judgements that come to the same are not told apart.

    Two judgements come to the same where no outcome of the other domains makes them differ.
    """
    possible = [leaves(rest) for rest in rests]
    for place, rest in enumerate(rests):
        others = sorted(_states(standard, [*possible[:place], *possible[place + 1 :]]))
        yield led(rest, _alike(standard, others, answers))


def _alike(
    standard: TreeStandard, states: Sequence[State], answers: Answers
) -> Callable[[str], str]:
    """From a judgement to the one that stands for all that come to the same in these states."""
    first: dict[tuple[Ends, ...], str] = {}
    stands: dict[str, str] = {}
    for judgement in standard.scale:
        reached = (_joined(standard, state, judgement) for state in states)
        come_to = tuple(_outcomes(standard, state, answers) for state in reached)
        stands[judgement] = first.setdefault(come_to, judgement)
    return stands.__getitem__


def smallest_lifts(
    standard: TreeStandard, trees: Sequence[Ask], answers: Answers, level: str
) -> list[tuple[str, tuple[Change, ...]]]:
    """The fewest changes of answers that reach a higher level, the highest first."""
    names = [one.name for one in standard.levels]
    found: dict[tuple[Change, ...], str] = {}
    for higher in reversed(names[names.index(level) + 1 :]):
        for target in _targets(standard, higher, answers):
            per_domain = [
                fewest_changes(tree, answers, ends)
                for tree, ends in zip(trees, target.ends, strict=True)
            ]
            for parts in product(*per_domain):
                changes = tuple(change for part in parts for change in part) + target.also
                found.setdefault(changes, higher)
    fewest = min(map(len, found), default=0)
    return [(to, changes) for changes, to in found.items() if len(changes) == fewest]


def _states(standard: TreeStandard, possible: Iterable[Ends]) -> set[State]:
    states = {(len(standard.scale) - 1, 0)}
    for ends in possible:
        states = {_joined(standard, state, one) for state in states for one in ends}
    return states


def _joined(standard: TreeStandard, state: State, judgement: str) -> State:
    adds_up = standard.several is not None and judgement == standard.several.judgement
    return min(state[0], standard.scale.index(judgement)), state[1] + adds_up


def _outcomes(standard: TreeStandard, state: State, answers: Answers) -> Ends:
    """One level; two where only a person can say what several domains add up to, and has not."""
    judgement, several = standard.scale[state[0]], standard.several
    if several is None or judgement != several.judgement:
        return frozenset((standard.level_of(judgement),))
    said = _adds_up(several, state[1], answers)
    names = {True: (several.becomes,), False: (judgement,), None: (several.becomes, judgement)}
    return frozenset(map(standard.level_of, names[said]))


def _adds_up(several: Several, number: int, answers: Answers) -> bool | None:
    if several.always_from is not None and number >= several.always_from:
        return True
    if number < several.number:
        return False
    told = answers.get(several.question)
    return None if told is None else told == "yes"


def _targets(standard: TreeStandard, level: str, answers: Answers) -> Iterator[Target]:
    """Each way in which the domains can make the level or a better one."""
    names = [one.name for one in standard.levels]
    good = names[names.index(level) :]
    ends = frozenset(one for one in standard.scale if standard.level_of(one) in good)
    number, several = len(standard.domains), standard.several
    if several is None or several.judgement not in ends:
        yield Target((ends,) * number)
        return
    for few in combinations(range(number), several.number - 1):
        yield Target(_spared(ends, several, few, number))
    denied = answers.get(several.question) == "no"
    also = () if denied else (Change(several.question, ("no",)),)
    most = number if several.always_from is None else several.always_from - 1
    for many in combinations(range(number), most):
        yield Target(_spared(ends, several, many, number), also)


def _spared(ends: Ends, several: Several, places: tuple[int, ...], number: int) -> tuple[Ends, ...]:
    """Only the domains in these places may end in the judgement that adds up."""
    better = ends - {several.judgement}
    return tuple(ends if place in places else better for place in range(number))
