"""Decision trees as data: what is asked, where each answer leads, and what answers settle.

No question is asked twice on a path nor in two domains, so every way through a tree is a way that
answers can turn out: the leaves still open are exactly the judgements still possible.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scoring.errors import InvalidInput

Answers: TypeAlias = Mapping[str, str]
Tree: TypeAlias = "Ask | str"


@dataclass(frozen=True, slots=True)
class Branch:
    """Where these answers lead; `verified` is false where the source leaves that open."""

    answers: tuple[str, ...]
    then: Tree
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """One question, and a branch for each of its answers; a leaf of the tree is a judgement."""

    question: str
    branches: tuple[Branch, ...]

    def taken(self, answers: Answers) -> Branch | None:
        """The branch of the answer given; None without one."""
        told = answers.get(self.question)
        return next((branch for branch in self.branches if told in branch.answers), None)


def settled(tree: Tree, answers: Answers) -> Tree:
    """What is left of a tree: only questions without an answer whose answers lead apart."""
    if isinstance(tree, str):
        return tree
    taken = tree.taken(answers)
    if taken is not None:
        return settled(taken.then, answers)
    ends = [settled(branch.then, answers) for branch in tree.branches]
    return _asked_again(tree, ends)


def led(tree: Tree, onward: Callable[[str], Tree]) -> Tree:
    """The tree with each leaf replaced by where it leads, without questions that decide nothing."""
    if isinstance(tree, str):
        return onward(tree)
    return _asked_again(tree, [led(branch.then, onward) for branch in tree.branches])


def _asked_again(asked: Ask, ends: Sequence[Tree]) -> Tree:
    """The question with other ends; where its answers all come to the same, that."""
    if all(end == ends[0] for end in ends):
        return ends[0]
    branches = (
        Branch(one.answers, end, one.verified)
        for one, end in zip(asked.branches, ends, strict=True)
    )
    return Ask(asked.question, tuple(branches))


def leaves(tree: Tree) -> frozenset[str]:
    """The judgements that a tree can end in."""
    ends: set[str] = set()
    left = [tree]
    while left:
        one = left.pop()
        if isinstance(one, str):
            ends.add(one)
        else:
            left.extend(branch.then for branch in one.branches)
    return frozenset(ends)


def worse_of(first: Ask, second: Ask, scale: tuple[str, ...]) -> Ask:
    """The tree of two parts of a domain, which is judged as the worse of them."""

    def onward(one: str) -> Tree:
        return led(second, lambda other: min(one, other, key=scale.index))

    return asking(led(first, onward))


def asking(tree: Tree) -> Ask:
    """The tree, which has to ask something; raises InvalidInput where it does not."""
    if isinstance(tree, str):
        raise InvalidInput(f"is {tree} whatever is answered", field="tree", accepted="a question")
    return tree


def nodes(tree: Tree) -> Iterator[Ask]:
    """Every place where something is asked, from the root down."""
    if isinstance(tree, Ask):
        yield tree
        for branch in tree.branches:
            yield from nodes(branch.then)


def walked(tree: Tree, answers: Answers) -> tuple[tuple[Ask, Branch], ...]:
    """The answers passed from the root down, as far as they lead.

    A question without an answer is passed by where none of its answers would change the end.
    """
    if isinstance(tree, str):
        return ()
    taken = tree.taken(answers)
    if taken is not None:
        return ((tree, taken), *walked(taken.then, answers))
    rest = settled(tree, answers)
    if isinstance(rest, Ask) and rest.question == tree.question:
        return ()
    return walked(tree.branches[0].then, answers)


@dataclass(frozen=True, slots=True)
class Change:
    """Another answer to a question than the one it has, or has not."""

    question: str
    answers: tuple[str, ...]


def fewest_changes(tree: Tree, answers: Answers, ends: frozenset[str]) -> list[tuple[Change, ...]]:
    """Every smallest set of changes that takes the path to one of the ends; none if none can.

    A question on that path that nobody has answered counts as a change.
    """
    if isinstance(tree, str):
        return [()] if tree in ends else []
    taken = tree.taken(answers)
    found: list[tuple[Change, ...]] = []
    for branch in tree.branches:
        step = () if branch is taken else (Change(tree.question, branch.answers),)
        found += [(*step, *rest) for rest in fewest_changes(branch.then, answers, ends)]
    fewest = min(map(len, found), default=0)
    return [one for one in dict.fromkeys(found) if len(one) == fewest]
