"""Summaries and reported estimates -> effect sizes with their sampling variances."""

from scoring.effects.measures import LOG_RATIOS, SCALES, SD_UNITS, Effect, oriented
from scoring.effects.reported import reported_effect
from scoring.effects.standardising import LOGISTIC_SD, standardise
from scoring.effects.summaries import given, means, rates, two_by_two

__all__ = [
    "LOGISTIC_SD",
    "LOG_RATIOS",
    "SCALES",
    "SD_UNITS",
    "Effect",
    "given",
    "means",
    "oriented",
    "rates",
    "reported_effect",
    "standardise",
    "two_by_two",
]
