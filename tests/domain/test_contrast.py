"""Facts of a contrast: each may be missing, none may be impossible, no two may contradict."""

from dataclasses import fields, is_dataclass, replace
from math import inf, nan

import pytest

from domain.contrast import (
    Analysis,
    AnalysisPopulation,
    AssignmentMechanism,
    BaselineMeasure,
    Comparator,
    Contrast,
    Design,
    Directness,
    Discontinuity,
    Harm,
    Implementation,
    Means,
    Missing,
    Money,
    PublicationStatus,
    Rates,
    Reporting,
    SampleFlow,
    Severity,
    StudyDesign,
    StudyUnit,
    Timing,
    TwoByTwo,
    check_consistent,
)
from domain.errors import InvalidValue
from tests.domain.builders import contrast, estimated_contrast

GROUPS = (Discontinuity, SampleFlow, Analysis, Directness, Reporting, Implementation, Money)
TABLE = TwoByTwo("RR", ai=10, bi=40, ci=20, di=30)
MEANS = Means("SMD", m1i=1.0, sd1i=0.5, n1i=30, m2i=0.8, sd2i=0.6, n2i=28)
RATES = Rates("IRR", x1i=3, t1i=10.0, x2i=4, t2i=10.0)


@pytest.mark.parametrize("group", GROUPS)
def test_every_fact_of_a_group_may_be_missing(group):
    assert {getattr(group(), field.name) for field in fields(group)} == {None}


def test_of_a_contrast_only_what_identifies_it_has_to_be_told():
    told = contrast()
    assert told.harms is None
    assert told.months_since_end is None
    check_consistent(told)


@pytest.mark.parametrize(
    ("value", "changes", "field"),
    [
        (
            contrast().outcome,
            {"internal_consistency": 1.1},
            "contrast.outcome.internal_consistency",
        ),
        (contrast().outcome, {"test_retest": -0.1}, "contrast.outcome.test_retest"),
        (contrast().outcome, {"inter_rater": nan}, "contrast.outcome.inter_rater"),
        (contrast().design, {"instrument_f": -1.0}, "contrast.design.instrument_f"),
        (contrast().design, {"instrument_f": inf}, "contrast.design.instrument_f"),
        (Discontinuity(), {"values_each_side": -1}, "contrast.discontinuity.values_each_side"),
        (Discontinuity(), {"density_p": 1.2}, "contrast.discontinuity.density_p"),
        (SampleFlow(), {"sites": 0}, "contrast.sample.sites"),
        (SampleFlow(), {"setting_types": 0}, "contrast.sample.setting_types"),
        (
            BaselineMeasure("age"),
            {"pre_post_correlation": 1.01},
            "contrast.baseline.pre_post_correlation",
        ),
        (
            BaselineMeasure("age"),
            {"pre_post_correlation": nan},
            "contrast.baseline.pre_post_correlation",
        ),
        (Analysis(), {"icc": 1.5}, "contrast.analysis.icc"),
        (Analysis(), {"r_squared": -0.1}, "contrast.analysis.r_squared"),
        (Analysis(), {"share_imbalanced": 5.0}, "contrast.analysis.share_imbalanced"),
        (Analysis(), {"comparisons_in_family": 0}, "contrast.analysis.comparisons_in_family"),
        (Analysis(), {"mdes": 0.0}, "contrast.analysis.mdes"),
        (Reporting(), {"published_year": 1899}, "contrast.reporting.published_year"),
        (Reporting(), {"published_year": 19}, "contrast.reporting.published_year"),
        (Implementation(), {"fidelity": 85.0}, "contrast.implementation.fidelity"),
        (Implementation(), {"reach": -0.2}, "contrast.implementation.reach"),
        (Implementation(), {"adherence": 1.2}, "contrast.implementation.adherence"),
        (Money(), {"unit_cost": -1.0}, "contrast.money.unit_cost"),
        (Money(), {"pv_costs": -1.0}, "contrast.money.pv_costs"),
        (Money(), {"pv_benefits": inf}, "contrast.money.pv_benefits"),
        (Money(), {"price_year": 22}, "contrast.money.price_year"),
        (contrast(), {"months_since_end": -1.0}, "contrast.months_since_end"),
    ],
)
def test_an_impossible_fact_is_refused_by_its_field(value, changes, field):
    with pytest.raises(InvalidValue) as caught:
        replace(value, **changes)
    assert caught.value.field == field
    assert caught.value.accepted


def test_the_ends_of_what_is_possible_are_possible():
    Money(pv_costs=0.0, unit_cost=0.0, pv_benefits=-5.0, price_year=1900)
    BaselineMeasure("age", pre_post_correlation=-1.0)
    BaselineMeasure("age", pre_post_correlation=1.0)
    Implementation(fidelity=0.0, reach=1.0)


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


REASON = Missing.NOT_REPORTED


@pytest.mark.parametrize(
    "path",
    [
        "design.comparator",
        "outcome.primary",
        "result.ci_low",
        "baseline",
        "harms",
        "source",
        "months_since_end",
        "analysis",
        "analysis.icc",
        "directness.time",
    ],
)
def test_a_reason_may_be_given_for_any_fact_or_group_that_is_not_told(path):
    check_consistent(contrast(missing={path: REASON}))


def test_a_reason_may_be_given_for_a_fact_of_one_baseline_measure():
    told = contrast(
        baseline=(BaselineMeasure("age", mean_comparison=40.0),),
        missing={"baseline.0.mean_intervention": REASON},
    )
    check_consistent(told)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("design.type", {}),
        ("result.estimate", {}),
        ("unit", {}),
        ("study", {}),
        ("design", {}),
        ("harms", {"harms": ()}),
        ("harms.0.severity", {"harms": (Harm(Severity.MINOR),)}),
        ("baseline", {"baseline": (BaselineMeasure("age"),)}),
        ("baseline.0.measure", {"baseline": (BaselineMeasure("age"),)}),
        ("analysis", {"analysis": Analysis(power_calculation=False)}),
        ("analysis.power_calculation", {"analysis": Analysis(power_calculation=False)}),
        ("sample.sites", {"sample": SampleFlow(sites=1)}),
        ("context", {"context": {"setting": "nursing"}}),
    ],
)
def test_a_reason_why_a_fact_is_missing_that_is_told_is_refused(path, told):
    with pytest.raises(InvalidValue, match=f"contrast.{path} is told") as caught:
        check_consistent(contrast(missing={path: REASON}, **told))
    assert caught.value.field == f"contrast.missing.{path:.100}"


@pytest.mark.parametrize(
    "path",
    ["nothing", "design.colour", "design.", "", "baseline.0", "baseline.00", "baseline.-1",
     "harms.0", "study.title", "design.type.name", "result.ai", "result.__class__",
     "context.setting", "baseline." + "9" * 5000],
)  # fmt: skip
def test_a_reason_for_what_is_no_fact_is_refused(path):
    with pytest.raises(InvalidValue, match="is no fact") as caught:
        check_consistent(contrast(missing={path: REASON}))
    assert caught.value.field == f"contrast.missing.{path:.100}"


def test_an_estimate_tells_what_its_data_showed_and_may_lack_the_rest():
    check_consistent(replace(estimated_contrast(), missing={"design.comparator": REASON}))


def test_the_refusal_of_a_part_can_be_told_from_where_it_stands():
    with pytest.raises(InvalidValue) as caught:
        check_consistent(contrast(analysis=Analysis(cluster_adjusted=True)))
    moved = caught.value.within("contrast", "contrasts[2]")
    assert moved.field == "contrasts[2].analysis.cluster_adjusted"
    assert "contrasts[2].design.type" in moved.message
    assert moved.accepted == caught.value.accepted


def test_every_group_of_a_contrast_is_a_value_of_its_own():
    groups = {
        field.name for field in fields(Contrast) if is_dataclass(getattr(contrast(), field.name))
    }
    assert groups == {
        "unit", "outcome", "design", "result", "sample", "discontinuity", "analysis", "directness",
        "reporting", "implementation", "money",
    }  # fmt: skip
