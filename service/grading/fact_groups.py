"""How many published standards ask any of some recorded facts."""

from collections.abc import Collection

from scoring import STANDARDS
from service.grading.asking import facts_read
from service.grading.fact_words import FACT_WORDS

HOW_MANY_STANDARDS = len(STANDARDS)


def _paths_read(facts: frozenset[str]) -> frozenset[str]:
    """The dotted paths from which a standard reads its facts, or works them out."""
    known = (FACT_WORDS[fact] for fact in facts if fact in FACT_WORDS)
    return frozenset(path for words in known for path in words.paths)


PATHS_READ = tuple(_paths_read(facts_read(standard)) for standard in STANDARDS.values())


def standards_asking(paths: Collection[str]) -> int:
    """How many standards read at least one of these paths."""
    return sum(not read.isdisjoint(paths) for read in PATHS_READ)
