"""Standards judged by decision trees: the trees as data, and the interpreter that is exact."""

from scoring.standards.trees.domains import (
    Domain,
    Recorded,
    Several,
    TreeStandard,
    domain_questions,
    domain_rules,
    tree_levels,
)
from scoring.standards.trees.interpreter import apply_trees
from scoring.standards.trees.tree import Ask, Branch, Tree, asking, led, worse_of

__all__ = [
    "Ask",
    "Branch",
    "Domain",
    "Recorded",
    "Several",
    "Tree",
    "TreeStandard",
    "apply_trees",
    "asking",
    "domain_questions",
    "domain_rules",
    "led",
    "tree_levels",
    "worse_of",
]
