"""Effects with their variances -> one pooled effect and how far it can be trusted."""

from scoring.synthesis.bias.asymmetry import (
    ENOUGH_STUDIES,
    Egger,
    RankCorrelation,
    egger,
    rank_test,
)
from scoring.synthesis.bias.funnel import Funnel, funnel
from scoring.synthesis.bias.selection import Selection, select
from scoring.synthesis.bias.trim_and_fill import TrimAndFill, trim_and_fill
from scoring.synthesis.counts.tables import (
    PooledTables,
    mantel_haenszel,
    mantel_haenszel_rates,
    peto,
)
from scoring.synthesis.independent.heterogeneity import METHODS
from scoring.synthesis.independent.inference import PREDICTIONS, TESTS
from scoring.synthesis.independent.influence import (
    Influence,
    cumulative,
    influence,
    influence_in,
    leave_one_out,
)
from scoring.synthesis.independent.intervals import (
    VarianceInterval,
    between_study_variance,
    likelihoods,
    q_profile_at,
)
from scoring.synthesis.independent.pooling import synthesise, synthesise_many
from scoring.synthesis.independent.results import Columns, Intervals, Syntheses, Synthesis
from scoring.synthesis.moderated.coefficients import Coefficient
from scoring.synthesis.moderated.moderators import Design, Moderator, design_matrix
from scoring.synthesis.moderated.regression import Regression, regress
from scoring.synthesis.moderated.subgroups import SubgroupTest, compare, subgroup_test
from scoring.synthesis.nested.dependence import Aggregated, aggregated
from scoring.synthesis.nested.multilevel import multilevel
from scoring.synthesis.nested.nested_results import Multilevel
from scoring.synthesis.nested.robust import RobustCoefficient

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
