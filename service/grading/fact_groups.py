"""How many published standards ask any of some recorded facts."""

from collections.abc import Collection

from scoring import STANDARDS
from service.grading.asking import facts_read
from service.grading.fact_words import paths_of

HOW_MANY_STANDARDS = len(STANDARDS)
# The dotted paths from which each standard reads its facts, or works them out.
PATHS_READ = tuple(paths_of(facts_read(standard)) for standard in STANDARDS.values())


def standards_asking(paths: Collection[str]) -> int:
    """How many standards read at least one of these paths."""
    return sum(not read.isdisjoint(paths) for read in PATHS_READ)
