"""Many effects -> one pooled estimate with its heterogeneity."""

from scoring.synthesis.pooling import METHODS, TESTS, Synthesis, synthesise

__all__ = ["METHODS", "TESTS", "Synthesis", "synthesise"]
