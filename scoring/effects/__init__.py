"""Summaries and reported estimates -> effect sizes with their sampling variances."""

from scoring.effects.assembly import given
from scoring.effects.changes import changes
from scoring.effects.clusters import cluster_size, clustered, design_effect, effective
from scoring.effects.conversion import convert
from scoring.effects.correlations import correlations
from scoring.effects.means import means
from scoring.effects.measures import (
    LOG_RATIOS,
    ONE_GROUP,
    SCALES,
    SD_UNITS,
    Effect,
    Rounding,
    oriented,
)
from scoring.effects.printed import Printed
from scoring.effects.proportions import proportions
from scoring.effects.rates import rates
from scoring.effects.reported import Report, reported_effect, reported_effects
from scoring.effects.scales import to_analysis_scale, to_natural_scale
from scoring.effects.standardising import LOGISTIC_SD, standardise
from scoring.effects.tables import COX_DIVISOR, two_by_two
from scoring.effects.zero_cells import ZERO_RULES, double_zeros

__all__ = [
    "COX_DIVISOR",
    "LOGISTIC_SD",
    "LOG_RATIOS",
    "ONE_GROUP",
    "SCALES",
    "SD_UNITS",
    "ZERO_RULES",
    "Effect",
    "Printed",
    "Report",
    "Rounding",
    "changes",
    "cluster_size",
    "clustered",
    "convert",
    "correlations",
    "design_effect",
    "double_zeros",
    "effective",
    "given",
    "means",
    "oriented",
    "proportions",
    "rates",
    "reported_effect",
    "reported_effects",
    "standardise",
    "to_analysis_scale",
    "to_natural_scale",
    "two_by_two",
]
