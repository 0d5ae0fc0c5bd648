"""Effects with their variances -> one pooled effect and how far it can be trusted."""

from scoring.synthesis.heterogeneity import METHODS
from scoring.synthesis.inference import PREDICTIONS, TESTS
from scoring.synthesis.intervals import VarianceInterval, between_study_variance
from scoring.synthesis.pooling import synthesise, synthesise_many
from scoring.synthesis.results import Columns, Intervals, Syntheses, Synthesis

__all__ = [
    "METHODS",
    "PREDICTIONS",
    "TESTS",
    "Columns",
    "Intervals",
    "Syntheses",
    "Synthesis",
    "VarianceInterval",
    "between_study_variance",
    "synthesise",
    "synthesise_many",
]
