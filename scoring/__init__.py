"""How much to believe it: pure functions over plain data."""

from scoring.anytime import monitor
from scoring.errors import ScoringError, UnknownStandard
from scoring.explanation import explain, explain_level
from scoring.grading import HouseGrade, grade
from scoring.standards import STANDARDS, apply, standard_named
from scoring.synthesis import synthesise

__all__ = [
    "STANDARDS",
    "HouseGrade",
    "ScoringError",
    "UnknownStandard",
    "apply",
    "explain",
    "explain_level",
    "grade",
    "monitor",
    "standard_named",
    "synthesise",
]
