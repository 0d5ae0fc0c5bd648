"""Effects with their variances -> one pooled effect and how far it can be trusted."""

from scoring.synthesis.asymmetry import (
    ENOUGH_STUDIES,
    Egger,
    RankCorrelation,
    egger,
    rank_test,
)
from scoring.synthesis.coefficients import Coefficient
from scoring.synthesis.dependence import Aggregated, aggregated
from scoring.synthesis.funnel import Funnel, funnel
from scoring.synthesis.heterogeneity import METHODS
from scoring.synthesis.inference import PREDICTIONS, TESTS
from scoring.synthesis.influence import (
    Influence,
    cumulative,
    influence,
    influence_in,
    leave_one_out,
)
from scoring.synthesis.intervals import (
    VarianceInterval,
    between_study_variance,
    likelihoods,
    q_profile_at,
)
from scoring.synthesis.moderators import Design, Moderator, design_matrix
from scoring.synthesis.multilevel import multilevel
from scoring.synthesis.nested_results import Multilevel
from scoring.synthesis.pooling import synthesise, synthesise_many
from scoring.synthesis.regression import Regression, regress
from scoring.synthesis.results import Columns, Intervals, Syntheses, Synthesis
from scoring.synthesis.robust import RobustCoefficient
from scoring.synthesis.selection import Selection, select
from scoring.synthesis.subgroups import SubgroupTest, compare, subgroup_test
from scoring.synthesis.tables import PooledTables, mantel_haenszel, mantel_haenszel_rates, peto
from scoring.synthesis.trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "ENOUGH_STUDIES",
    "METHODS",
    "PREDICTIONS",
    "TESTS",
    "Aggregated",
    "Coefficient",
    "Columns",
    "Design",
    "Egger",
    "Funnel",
    "Influence",
    "Intervals",
    "Moderator",
    "Multilevel",
    "PooledTables",
    "RankCorrelation",
    "Regression",
    "RobustCoefficient",
    "Selection",
    "SubgroupTest",
    "Syntheses",
    "Synthesis",
    "TrimAndFill",
    "VarianceInterval",
    "aggregated",
    "between_study_variance",
    "compare",
    "cumulative",
    "design_matrix",
    "egger",
    "funnel",
    "influence",
    "influence_in",
    "leave_one_out",
    "likelihoods",
    "mantel_haenszel",
    "mantel_haenszel_rates",
    "multilevel",
    "peto",
    "q_profile_at",
    "rank_test",
    "regress",
    "select",
    "subgroup_test",
    "synthesise",
    "synthesise_many",
    "trim_and_fill",
]
