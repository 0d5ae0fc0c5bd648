"""Every recorded fact reaches the scoring under its own name: nothing is dropped on the way."""

from dataclasses import fields, is_dataclass, replace
from typing import get_args, get_type_hints

import pytest

from domain import contrast as recorded
from domain.commands import Launch, MeasureOutcome
from domain.contrast import (
    Analysis,
    AnalysisPopulation,
    AssignmentMechanism,
    BaselineMeasure,
    Comparator,
    Design,
    Directness,
    Discontinuity,
    Evaluator,
    Harm,
    Implementation,
    Likeness,
    MechanismEvidence,
    Money,
    OutcomeSource,
    Reporting,
    SampleFlow,
    Severity,
    StudyDesign,
    StudyUnit,
)
from domain.facts import facts_known
from scoring import evidence
from service.grading.translation import (
    GROUPS,
    OF_THE_CONTRAST,
    previewed,
    subject_of_programme,
)
from service.grading.unrecorded import Preview
from tests.domain.builders import PROGRAMME_ID, contrast, plan, planned
from tests.domain.scenario import Scenario

# Each group of the record, its twin in scoring, and what is told elsewhere of the contrast.
TWINS = [
    (recorded.Discontinuity, evidence.Discontinuity, set()),
    (recorded.SampleFlow, evidence.Flow, set()),
    (recorded.BaselineMeasure, evidence.Baseline, set()),
    (recorded.OutcomeMeasure, evidence.Measurement, set(OF_THE_CONTRAST)),
    (recorded.StudyDesign, evidence.Conduct, {"type", "design"}),
    (recorded.Analysis, evidence.Analysis, set()),
    (recorded.Directness, evidence.Directness, set()),
    (recorded.Reporting, evidence.Reporting, set()),
    (recorded.Implementation, evidence.Implementation, set()),
    (recorded.Money, evidence.Money, set()),
    (recorded.Harm, evidence.Harm, set()),
]


@pytest.mark.parametrize(("told", "scored", "elsewhere"), TWINS)
def test_the_fields_of_a_group_are_those_of_its_twin(told, scored, elsewhere):
    assert names(told) - elsewhere == names(scored) - elsewhere


def names(shape):
    return {field.name for field in fields(shape)}


def test_every_group_of_facts_of_a_contrast_has_its_twin():
    hints = get_type_hints(recorded.Contrast)
    groups = {shape for hint in hints.values() for shape in shapes(hint)}
    elsewhere = {recorded.UnitOfEvidence, *get_args(recorded.Result)}
    titles = {shape for shape in groups if shape.__module__ == "domain.values"}
    assert groups - elsewhere - titles == {told for told, _, _ in TWINS}
    assert {name for name in GROUPS if name in names(recorded.Contrast)} == set(GROUPS)


def shapes(hint):
    """The dataclasses that a type holds."""
    if is_dataclass(hint):
        return {hint}
    return {shape for part in get_args(hint) for shape in shapes(part)}


TOLD = {
    "design": StudyDesign(
        Design.RCT,
        comparator=Comparator.WAITLIST,
        assignment_mechanism=AssignmentMechanism.RANDOM,
        assignment_unit=StudyUnit.INDIVIDUAL,
        usual_care_setting=True,
    ),
    "sample": SampleFlow(analysed_intervention=50, sites=3, setting_types=2),
    "baseline": (BaselineMeasure("age", mean_comparison=40.0, required=True),),
    "analysis": Analysis(AnalysisPopulation.ITT, icc=0.05, comparisons_in_family=4),
    "directness": Directness(population=Likeness.SIMILAR),
    "reporting": Reporting(Evaluator.INDEPENDENT, peer_reviewed=True, published_year=2020),
    "implementation": Implementation(fidelity=0.8, mechanism_evidence=MechanismEvidence.THEORY),
    "money": Money(unit_cost=88.0, pv_costs=100.0, pv_benefits=-1.0, price_year=2020),
    "harms": (Harm(Severity.SERIOUS, attributed=False),),
    "months_since_start": 12.0,
    "months_since_end": 6.0,
}


def test_what_is_told_arrives_as_words_and_numbers():
    told = replace(
        contrast(**TOLD),
        outcome=replace(
            contrast().outcome, validated=True, inter_rater=0.9, source=OutcomeSource.OBSERVED
        ),
    )
    arrived = translated(told)
    assert arrived.conduct == evidence.Conduct(
        design="rct",
        comparator="waitlist",
        assignment_mechanism="random",
        assignment_unit="individual",
        usual_care_setting=True,
    )
    assert arrived.flow == evidence.Flow(analysed_intervention=50, sites=3, setting_types=2)
    assert arrived.baseline == (
        evidence.Baseline(measure="age", mean_comparison=40.0, required=True),
    )
    assert arrived.measurement == evidence.Measurement(
        kind="rate", source="observed", validated=True, inter_rater=0.9
    )
    assert arrived.analysis == evidence.Analysis(
        population="itt", icc=0.05, comparisons_in_family=4
    )
    assert arrived.directness == evidence.Directness(population="similar")
    assert arrived.reporting == evidence.Reporting(
        evaluator="independent", peer_reviewed=True, published_year=2020
    )
    assert arrived.implementation == evidence.Implementation(
        fidelity=0.8, mechanism_evidence="theory"
    )
    assert arrived.money == evidence.Money(
        unit_cost=88.0, pv_costs=100.0, pv_benefits=-1.0, price_year=2020
    )
    assert arrived.harms == (evidence.Harm(severity="serious", attributed=False),)
    assert (arrived.months_since_start, arrived.months_since_end) == (12.0, 6.0)
    assert (arrived.domain, arrived.direction_good) == ("emergency admissions", -1)


def translated(told):
    """The contrast as scoring has it, which is the same from a preview and from the record."""
    (from_preview,) = previewed(Preview((told,), None, ()), told.outcome.domain).contrasts
    facts = facts_known(Scenario().given(Launch(), MeasureOutcome(told)).events)
    subject = subject_of_programme(str(PROGRAMME_ID), facts, told.outcome.domain)
    (from_record,) = subject.contrasts
    placed = ("event_id", "event_ids", "programme", "recorded_at")
    assert all(
        getattr(from_preview, name) == getattr(from_record, name)
        for name in names(evidence.Contrast)
        if name not in placed
    )
    return from_record


def test_a_cut_off_arrives_with_the_design_that_has_one():
    cut_off = Discontinuity(strict=True, fuzzy=False, values_each_side=6, density_p=0.4)
    arrived = translated(contrast(design=Design.REGRESSION_DISCONTINUITY, discontinuity=cut_off))
    assert arrived.discontinuity == evidence.Discontinuity(
        strict=True, fuzzy=False, values_each_side=6, density_p=0.4
    )


def test_no_harm_found_is_not_the_same_as_nobody_looked():
    assert translated(contrast()).harms is None
    assert translated(contrast(harms=())).harms == ()


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("told", [True, False, None])
def test_an_outcome_told_in_another_rank_than_planned_arrives_as_switched(said, told):
    held = Preview((contrast(primary=told),), plan(planned(primary=said)), ())
    (arrived,) = previewed(held, "emergency admissions").contrasts
    assert arrived.promise.in_advance
    assert arrived.promise.switched is (told not in (None, said))


def test_a_measure_spelt_otherwise_is_not_switched():
    held = Preview((contrast(measure="ANY  fall"),), plan(planned("Any fall")), ())
    (arrived,) = previewed(held, "emergency admissions").contrasts
    assert arrived.promise.switched is False
