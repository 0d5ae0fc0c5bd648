"""Answers to standards judged by trees, and every way in which open ones can be answered."""

from itertools import product

from scoring.evidence import Fact
from scoring.standards.trees.tree import nodes


def told(design="rct", **answers):
    """Facts: the design, and each answer by an event of its own."""
    facts = {name: Fact(value=value, event_ids=(f"e-{name}",)) for name, value in answers.items()}
    return {"design": Fact(value=design, event_ids=("event",)), **facts}


def reason(grade, rule):
    return next(one for one in grade.reasons if one.rule == rule)


def followed(tree, answers):
    """Where a full set of answers leads, read off the data by itself."""
    while not isinstance(tree, str):
        (tree,) = (b.then for b in tree.branches if answers[tree.question] in b.answers)
    return tree


def every_way(choices):
    """Every choice of one answer for each question."""
    return (dict(zip(choices, one, strict=True)) for one in product(*choices.values()))


def kinds_of_answer(*trees):
    """For each question one answer of every kind that the trees tell apart anywhere."""
    kinds = {}
    for node in (node for tree in trees for node in nodes(tree)):
        branches = [set(branch.answers) for branch in node.branches]
        before = kinds.get(node.question, [set().union(*branches)])
        kinds[node.question] = [one & two for one, two in product(before, branches) if one & two]
    return {name: tuple(sorted(min(kind) for kind in parts)) for name, parts in kinds.items()}


def completions(choices, known):
    """Every way to answer what is not known, beside what is."""
    return every_way({name: (known[name],) if name in known else choices[name] for name in choices})
