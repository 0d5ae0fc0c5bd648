"""Facts of a contrast: each may be missing with a reason, and none may be impossible."""

from dataclasses import fields, is_dataclass, replace
from math import inf, nan

import pytest

from domain.contrast import (
    Analysis,
    BaselineMeasure,
    Contrast,
    Directness,
    Discontinuity,
    Harm,
    Implementation,
    Missing,
    Money,
    Reporting,
    SampleFlow,
    Severity,
    check_consistent,
)
from domain.errors import InvalidValue
from tests.domain.builders import contrast, estimated_contrast

GROUPS = (Discontinuity, SampleFlow, Analysis, Directness, Reporting, Implementation, Money)


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
