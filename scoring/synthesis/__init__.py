"""Effects with their variances -> one pooled effect and how far it can be trusted."""

from scoring.synthesis.asymmetry import Egger, RankCorrelation, egger, rank_test
from scoring.synthesis.dependence import Aggregated, aggregated
from scoring.synthesis.funnel import Funnel, funnel
from scoring.synthesis.heterogeneity import METHODS
from scoring.synthesis.inference import PREDICTIONS, TESTS
from scoring.synthesis.influence import Influence, cumulative, influence, leave_one_out
from scoring.synthesis.intervals import VarianceInterval, between_study_variance
from scoring.synthesis.moderators import Design, design_matrix
from scoring.synthesis.multilevel import multilevel
from scoring.synthesis.nested_results import Multilevel
from scoring.synthesis.pooling import synthesise, synthesise_many
from scoring.synthesis.regression import Regression, regress
from scoring.synthesis.results import Columns, Intervals, Syntheses, Synthesis
from scoring.synthesis.selection import Selection, select
from scoring.synthesis.subgroups import SubgroupTest, compare, subgroup_test
from scoring.synthesis.tables import PooledTables, mantel_haenszel, mantel_haenszel_rates, peto
from scoring.synthesis.trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "METHODS",
    "PREDICTIONS",
    "TESTS",
    "Aggregated",
    "Columns",
    "Design",
    "Egger",
    "Funnel",
    "Influence",
    "Intervals",
    "Multilevel",
    "PooledTables",
    "RankCorrelation",
    "Regression",
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
    "leave_one_out",
    "mantel_haenszel",
    "mantel_haenszel_rates",
    "multilevel",
    "peto",
    "rank_test",
    "regress",
    "select",
    "subgroup_test",
    "synthesise",
    "synthesise_many",
    "trim_and_fill",
]
