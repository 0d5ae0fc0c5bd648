"""No two facts of a contrast may contradict each other; what can be true together passes."""

import pytest

from domain.contrast import (
    Analysis,
    AnalysisPopulation,
    AssignmentMechanism,
    BaselineMeasure,
    Comparator,
    Design,
    Discontinuity,
    Means,
    PublicationStatus,
    Rates,
    Reporting,
    SampleFlow,
    StudyDesign,
    StudyUnit,
    Timing,
    TwoByTwo,
    check_consistent,
)
from domain.errors import InvalidValue
from tests.domain.builders import contrast

TABLE = TwoByTwo("RR", ai=10, bi=40, ci=20, di=30)
MEANS = Means("SMD", m1i=1.0, sd1i=0.5, n1i=30, m2i=0.8, sd2i=0.6, n2i=28)
RATES = Rates("IRR", x1i=3, t1i=10.0, x2i=4, t2i=10.0)
DESIGN, SAMPLE = "contrast.design", "contrast.sample"
# What is told, the field that is refused, and the other that it contradicts.
CONTRADICTIONS = [
    pytest.param(
        {"sample": SampleFlow(assigned_intervention=0, assigned_comparison=0)},
        f"{SAMPLE}.assigned_intervention",
        f"{SAMPLE}.assigned_comparison",
        id="nobody was assigned",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_intervention=0, analysed_comparison=0)},
        f"{SAMPLE}.analysed_intervention",
        f"{SAMPLE}.analysed_comparison",
        id="nobody was analysed",
    ),
    pytest.param(
        {"sample": SampleFlow(clusters_assigned_intervention=0, clusters_assigned_comparison=0)},
        f"{SAMPLE}.clusters_assigned_intervention",
        f"{SAMPLE}.clusters_assigned_comparison",
        id="no cluster was assigned",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_intervention=49), "result": TABLE},
        f"{SAMPLE}.analysed_intervention",
        "contrast.result.ai",
        id="more events than people in the intervention group",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_comparison=49), "result": TABLE},
        f"{SAMPLE}.analysed_comparison",
        "contrast.result.di",
        id="more events than people in the comparison group",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_intervention=29), "result": MEANS},
        f"{SAMPLE}.analysed_intervention",
        "contrast.result.n1i",
        id="more scores than people",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_comparison=0), "result": MEANS},
        f"{SAMPLE}.analysed_comparison",
        "contrast.result.n2i",
        id="scores of an empty group",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_intervention=0)},
        f"{SAMPLE}.analysed_intervention",
        "contrast.result",
        id="an effect of nobody",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_comparison=0), "result": RATES},
        f"{SAMPLE}.analysed_comparison",
        "contrast.result",
        id="an effect against nobody",
    ),
    pytest.param(
        {"sample": SampleFlow(assigned_comparison=5, clusters_assigned_comparison=6)},
        f"{SAMPLE}.clusters_assigned_comparison",
        f"{SAMPLE}.assigned_comparison",
        id="more clusters assigned than people",
    ),
    pytest.param(
        {"sample": SampleFlow(analysed_intervention=5, clusters_analysed_intervention=6)},
        f"{SAMPLE}.clusters_analysed_intervention",
        f"{SAMPLE}.analysed_intervention",
        id="more clusters analysed than people",
    ),
    pytest.param(
        {
            "sample": SampleFlow(analysed_comparison=50),
            "baseline": (BaselineMeasure("age"), BaselineMeasure("sex", n_comparison=51)),
        },
        "contrast.baseline.1.n_comparison",
        f"{SAMPLE}.analysed_comparison",
        id="a baseline of more than were analysed",
    ),
    pytest.param(
        {"baseline": (BaselineMeasure("age", mean_comparison=40.0, proportion_intervention=0.5),)},
        "contrast.baseline.0.proportion_intervention",
        "contrast.baseline.0.mean_comparison",
        id="a mean and a proportion of one measure",
    ),
    pytest.param(
        {"design": StudyDesign(Design.RCT, assignment_mechanism=AssignmentMechanism.TIMING)},
        f"{DESIGN}.assignment_mechanism",
        f"{DESIGN}.type",
        id="a trial that nobody drew lots for",
    ),
    pytest.param(
        {"design": StudyDesign(Design.COHORT, assignment_mechanism=AssignmentMechanism.RANDOM)},
        f"{DESIGN}.assignment_mechanism",
        f"{DESIGN}.type",
        id="a cohort that lots were drawn for",
    ),
    pytest.param(
        {
            "design": StudyDesign(
                Design.REGRESSION_DISCONTINUITY,
                assignment_mechanism=AssignmentMechanism.STAFF_SELECTED,
            )
        },
        f"{DESIGN}.assignment_mechanism",
        f"{DESIGN}.type",
        id="a cut-off that staff decided",
    ),
    pytest.param(
        {"design": StudyDesign(Design.CLUSTER_RCT, comparator=Comparator.BEFORE_PERIOD)},
        f"{DESIGN}.comparator",
        f"{DESIGN}.type",
        id="a trial against the time before",
    ),
    pytest.param(
        {"design": StudyDesign(Design.CLUSTER_RCT, assignment_unit=StudyUnit.INDIVIDUAL)},
        f"{DESIGN}.assignment_unit",
        f"{DESIGN}.type",
        id="clusters of single people",
    ),
    pytest.param(
        {"analysis": Analysis(cluster_adjusted=True)},
        "contrast.analysis.cluster_adjusted",
        f"{DESIGN}.type",
        id="clusters allowed for in a trial of single people",
    ),
    pytest.param(
        {
            "design": StudyDesign(Design.COHORT, assignment_unit=StudyUnit.INDIVIDUAL),
            "analysis": Analysis(cluster_adjusted=True),
        },
        "contrast.analysis.cluster_adjusted",
        f"{DESIGN}.assignment_unit",
        id="clusters allowed for where single people were assigned",
    ),
    pytest.param(
        {
            "design": StudyDesign(Design.RCT, units_comparison=20),
            "sample": SampleFlow(assigned_comparison=21),
        },
        f"{DESIGN}.units_comparison",
        f"{SAMPLE}.assigned_comparison",
        id="units that are not the people assigned",
    ),
    pytest.param(
        {
            "design": StudyDesign(Design.CLUSTER_RCT, units_intervention=12),
            "sample": SampleFlow(assigned_intervention=900, clusters_assigned_intervention=13),
        },
        f"{DESIGN}.units_intervention",
        f"{SAMPLE}.clusters_assigned_intervention",
        id="units that are not the clusters assigned",
    ),
    pytest.param(
        {"discontinuity": Discontinuity(fuzzy=False)},
        "contrast.discontinuity.fuzzy",
        f"{DESIGN}.type",
        id="a cut-off in a trial",
    ),
    pytest.param(
        {"design": StudyDesign(Design.RCT, instrument_f=20.0)},
        f"{DESIGN}.instrument_f",
        f"{DESIGN}.type",
        id="a first stage without an instrument",
    ),
    pytest.param(
        {"months_since_start": 6.0, "months_since_end": 7.0},
        "contrast.months_since_end",
        "contrast.months_since_start",
        id="an end before the start",
    ),
    pytest.param(
        {"timing": Timing.BASELINE, "months_since_end": 0.0},
        "contrast.months_since_end",
        "contrast.timing",
        id="a baseline after the end",
    ),
    pytest.param(
        {"reporting": Reporting(published_year=2020, publication_status=PublicationStatus.ONGOING)},
        "contrast.reporting.published_year",
        "contrast.reporting.publication_status",
        id="published while it is going on",
    ),
    pytest.param(
        {"reporting": Reporting(peer_reviewed=True, publication_status=PublicationStatus.PLANNED)},
        "contrast.reporting.peer_reviewed",
        "contrast.reporting.publication_status",
        id="reviewed before it was written",
    ),
]


@pytest.mark.parametrize(("told", "field", "other"), CONTRADICTIONS)
def test_facts_that_contradict_each_other_are_refused_by_both_names(told, field, other):
    value = contrast(**told)
    with pytest.raises(InvalidValue) as caught:
        check_consistent(value)
    assert caught.value.field == field
    assert other in caught.value.message
    assert caught.value.accepted


@pytest.mark.parametrize(
    "told",
    [
        {"sample": SampleFlow(assigned_intervention=10, assigned_comparison=0)},
        {"sample": SampleFlow(analysed_intervention=50, analysed_comparison=50), "result": TABLE},
        {"sample": SampleFlow(analysed_intervention=30, analysed_comparison=28), "result": MEANS},
        {"sample": SampleFlow(analysed_comparison=0), "design": StudyDesign(Design.PRE_POST)},
        {
            "sample": SampleFlow(analysed_comparison=0),
            "design": StudyDesign(Design.COHORT, comparator=Comparator.NONE),
        },
        {"sample": SampleFlow(assigned_comparison=6, clusters_assigned_comparison=6)},
        {
            "sample": SampleFlow(analysed_comparison=50),
            "baseline": (BaselineMeasure("age", n_comparison=50),),
        },
        {"design": StudyDesign(Design.RCT, assignment_mechanism=AssignmentMechanism.RANDOM)},
        {
            "design": StudyDesign(
                Design.INSTRUMENTAL_VARIABLE,
                assignment_mechanism=AssignmentMechanism.RANDOM,
                instrument_f=12.0,
            )
        },
        {
            "design": StudyDesign(Design.CLUSTER_RCT, assignment_unit=StudyUnit.PRACTICE),
            "analysis": Analysis(cluster_adjusted=True),
        },
        {"analysis": Analysis(cluster_adjusted=False)},
        {
            "design": StudyDesign(Design.MATCHED_COMPARISON, units_comparison=4),
            "sample": SampleFlow(assigned_comparison=900, clusters_assigned_comparison=9),
        },
        {
            "design": StudyDesign(Design.REGRESSION_DISCONTINUITY, instrument_f=3.0),
            "discontinuity": Discontinuity(fuzzy=True, values_each_side=4),
        },
        {
            "design": StudyDesign(Design.RCT, instrument_f=30.0),
            "analysis": Analysis(population=AnalysisPopulation.CACE),
        },
        {"months_since_start": 6.0, "months_since_end": 6.0},
        {"months_since_end": 6.0},
        {"reporting": Reporting(peer_reviewed=False, publication_status=PublicationStatus.ONGOING)},
        {
            "reporting": Reporting(
                published_year=2020, publication_status=PublicationStatus.COMPLETE
            )
        },
    ],
)
def test_facts_that_can_be_true_together_pass(told):
    check_consistent(contrast(**told))
