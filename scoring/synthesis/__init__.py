"""Effects with their variances -> one pooled effect and how far it can be trusted."""

from scoring.synthesis.heterogeneity import METHODS
from scoring.synthesis.inference import PREDICTIONS, TESTS
from scoring.synthesis.influence import Influence, cumulative, influence, leave_one_out
from scoring.synthesis.intervals import VarianceInterval, between_study_variance
from scoring.synthesis.pooling import synthesise, synthesise_many
from scoring.synthesis.results import Columns, Intervals, Syntheses, Synthesis

__all__ = [
    "METHODS",
    "PREDICTIONS",
    "TESTS",
    "Columns",
    "Influence",
    "Intervals",
    "Syntheses",
    "Synthesis",
    "VarianceInterval",
    "between_study_variance",
    "cumulative",
    "influence",
    "leave_one_out",
    "synthesise",
    "synthesise_many",
]
