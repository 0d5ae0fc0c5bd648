"""Effects and significance as the WWC computes them, corrected for clusters and for families."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.best_contrast import rank
from scoring.certainty_facts import certainty_facts
from scoring.effects import COX_DIVISOR, means
from scoring.errors import InvalidInput
from scoring.evidence import Analysis, Conduct, Flow, Measurement, Result
from scoring.facts import contrast_facts
from scoring.significance import (
    corrected_t,
    mismatched,
    significance,
    supposed_icc,
    within_family,
)
from scoring.standards import standard_named
from scoring.standards.interpreter import ungraded
from scoring.wwc_effects import cox_index, improvement_index, small_sample_factor
from tests.scoring.evidence import contrast, smd, subject
from tests.scoring.standards.samples import graded, sample

UNJUDGED = ungraded("rob2@2019", (), ["answers"])


# Reference, section 1.5, effect-size vectors (computed from the formulas WWCr encodes).
def test_hedges_g_differs_from_the_vector_only_by_the_exact_factor():
    (g,) = means("SMD", [105], [15], [100], [100], [14], [90])
    assert small_sample_factor(190) == pytest.approx(0.996005, abs=5e-7)
    (d,) = means("SMD", [105], [15], [100], [100], [14], [90], correct=False)
    assert small_sample_factor(190) * d.yi == pytest.approx(0.342619, abs=5e-7)
    assert g.yi == pytest.approx(0.342619, abs=5e-6)


def test_the_cox_index_with_and_without_the_small_sample_factor():
    assert cox_index(0.60, 0.50) == pytest.approx(0.245736, abs=5e-7)
    assert cox_index(0.60, 0.50, people=200) == pytest.approx(0.244804, abs=5e-7)
    assert cox_index(0.60, 0.60) == 0
    assert (cox_index(1.0, 1.0), cox_index(1.0, 0.5)) == (0.0, None)
    assert COX_DIVISOR == 1.65


def test_the_improvement_index_is_in_percentile_points():
    assert improvement_index(0.25) == pytest.approx(9.8706, abs=5e-5)
    assert improvement_index(0.0) == pytest.approx(0.0, abs=1e-12)
    assert improvement_index(-0.25) == pytest.approx(-9.8706, abs=5e-5)


@pytest.mark.parametrize("people", [3, 0, -1])
def test_a_factor_for_fewer_than_four_people_is_refused(people):
    with pytest.raises(InvalidInput, match="people"):
        small_sample_factor(people)


# g = 0.25 with 200 people in each group, analysed as they were assigned.
GROUPS = {"m1i": 0.0, "sd1i": 1.0, "n1i": 200, "m2i": 0.0, "sd2i": 1.0, "n2i": 200}
CLUSTERED = Conduct(design="cluster_rct", analysis_unit="individual", assignment_unit="site")
TWENTY = Flow(
    analysed_intervention=200,
    analysed_comparison=200,
    clusters_analysed_intervention=10,
    clusters_analysed_comparison=10,
)


# People analysed as if each had been assigned, and said so.
IGNORED = Analysis(cluster_adjusted=False)


def of_means(g=0.25, **facts):
    (unit,) = means("SMD", [1.0], [1.0], [200], [0.0], [1.0], [200])
    numbers = GROUPS | {"m1i": g / unit.yi}
    result = Result(kind="means", measure="SMD", numbers=numbers)
    return contrast(result=result, direction_good=1, **facts)


def test_an_uncorrected_difference_of_means_is_judged_by_t():
    told = significance(of_means())
    assert told.deviations / told.error == pytest.approx(2.490291, abs=5e-7)
    assert told.p == pytest.approx(0.013171, abs=5e-7)
    assert told.icc is None


@pytest.mark.parametrize(
    ("icc", "t", "df", "p"),
    [(0.20, 1.125752, 231.657588, 0.261435), (0.10, 1.455352, 338.415523, 0.146499)],
)
def test_people_analysed_in_clusters_lose_significance(icc, t, df, p):
    told = significance(
        of_means(conduct=CLUSTERED, flow=TWENTY, analysis=replace(IGNORED, icc=icc))
    )
    assert told.deviations / told.error == pytest.approx(t, abs=5e-7)
    assert told.p == pytest.approx(p, abs=5e-7)
    assert corrected_t(people=400, clusters=20, icc=icc)[1] == pytest.approx(df, abs=5e-7)


def test_where_no_correlation_is_told_the_wwc_supposes_one():
    test = Measurement(source="standardised_test")
    ignored = {"conduct": CLUSTERED, "flow": TWENTY, "analysis": IGNORED}
    assert supposed_icc(of_means(measurement=test, **ignored)) == 0.20
    assert supposed_icc(of_means(**ignored)) == 0.10
    told = Analysis(cluster_adjusted=True)
    assert supposed_icc(of_means(conduct=CLUSTERED, flow=TWENTY, analysis=told)) is None
    assert supposed_icc(of_means()) is None


def test_without_the_numbers_of_clusters_a_mismatch_has_no_p():
    assert significance(of_means(conduct=CLUSTERED, analysis=IGNORED)) is None


def test_what_nobody_said_of_clusters_leaves_the_p_between_both():
    for conduct in (CLUSTERED, replace(CLUSTERED, analysis_unit=None, assignment_unit=None)):
        facts = contrast_facts(of_means(conduct=conduct, flow=TWENTY))
        assert facts["cluster_mismatch"].value is None
        assert facts["p_value"].value == pytest.approx(0.013171, abs=5e-7)
        assert facts["p_value"].up_to == pytest.approx(0.146499, abs=5e-7)
        assert facts["effect_se"].up_to > facts["effect_se"].value


def test_nor_is_more_known_of_it_where_the_clusters_are_not_counted():
    facts = contrast_facts(of_means(conduct=CLUSTERED))
    assert (facts["p_value"].up_to, facts["effect_se"].up_to) == (1.0, math.inf)


@pytest.mark.parametrize(
    ("conduct", "adjusted", "expected"),
    [
        ({}, None, None),
        ({}, True, False),
        ({}, False, True),
        ({"analysis_unit": "site"}, None, False),
        ({"analysis_unit": "individual"}, True, False),
        ({"assignment_unit": "individual"}, None, False),
        ({"design": "rct"}, None, False),
        ({"design": "cohort", "assignment_unit": "site"}, None, None),
    ],
)
def test_groups_analysed_as_people_are_a_mismatch_once_that_is_told(conduct, adjusted, expected):
    told = Conduct(**{"design": "cluster_rct"} | conduct)
    one = of_means(conduct=told, analysis=Analysis(cluster_adjusted=adjusted))
    assert mismatched(one) is expected


@pytest.mark.parametrize("standard", ["essa@2015", "pathways@2021", "wwc@5.0", "title-iv-e@2.0"])
def test_a_trial_silent_on_its_clusters_counts_no_more_than_one_that_ignored_them(standard):
    def told(adjusted, number):
        clusters = {
            "clusters_assigned_intervention": 10,
            "clusters_assigned_comparison": 10,
            "clusters_analysed_intervention": 10,
            "clusters_analysed_comparison": 10,
        }
        return sample(
            number,
            (0.25, 0.1),
            conduct={"design": "cluster_rct", "assignment_unit": "site"},
            flow=clusters,
            analysis={"cluster_adjusted": adjusted},
        )

    known_good, silent, known_bad = (
        graded(standard, told(adjusted, 1), told(adjusted, 2)) for adjusted in (True, None, False)
    )
    good, open_, bad = (rank(standard_named(standard), g) for g in (known_good, silent, known_bad))
    assert open_ <= bad < good


def test_the_certainty_of_a_body_is_open_where_clusters_are():
    def told(**facts):
        one = of_means(conduct=CLUSTERED, flow=replace(TWENTY, **facts))
        return certainty_facts([one], subject(one), bias=lambda name, c: UNJUDGED)

    counted, uncounted = told(), told(clusters_analysed_comparison=None)
    assert counted["pooled_samples"] == replace(counted["pooled_samples"], value=1, up_to=None)
    assert counted["marks_crossed"].up_to > counted["marks_crossed"].value
    assert (uncounted["pooled_samples"].value, uncounted["pooled_samples"].up_to) == (0, 1)


# Reference: of (.001, .012, .02, .04, .2) the first four pass at 5 %.
def test_of_five_results_of_a_family_the_first_four_pass():
    adjusted = within_family([0.001, 0.012, 0.02, 0.04, 0.2], family=5)
    assert [p <= 0.05 for p in adjusted] == [True, True, True, True, False]
    assert adjusted == pytest.approx([0.005, 0.03, 0.1 / 3, 0.05, 0.2])


p_values = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(p_values)
def test_adjustment_agrees_with_the_step_up_rule(values):
    adjusted = within_family(values, family=len(values))
    ranked = sorted(values)
    m = len(values)
    passing = [k for k in range(1, m + 1) if ranked[k - 1] <= k * 0.05 / m]
    limit = ranked[max(passing) - 1] if passing else -1.0
    for p, q in zip(values, adjusted, strict=True):
        if abs(q - 0.05) > 1e-9:
            assert (q <= 0.05) == (p <= limit)


@given(p_values, st.integers(0, 20))
def test_more_comparisons_never_make_a_result_more_significant(values, more):
    few = within_family(values, family=len(values))
    many = within_family(values, family=len(values) + more)
    assert all(p <= q + 1e-12 for p, q in zip(few, many, strict=True))
    assert all(p <= q + 1e-12 for p, q in zip(values, few, strict=True))


def family(*p, told=None, **facts):
    """Results of one study and domain with these p, told as one estimate of 1 a standard error."""
    from_p = [
        contrast(
            number=number,
            result=Result(
                kind="reported", measure="SMD", numbers={"estimate": 0.2, "p_value": value}
            ),
            direction_good=1,
            analysis=Analysis(comparisons_in_family=told),
            **facts,
        )
        for number, value in enumerate(p, start=1)
    ]
    return [contrast_facts(one, others=from_p)["p_family"] for one in from_p]


def test_a_family_is_the_results_of_a_study_in_a_domain():
    facts = family(0.001, 0.012, 0.02, 0.04, 0.2, told=5)
    assert [fact.value for fact in facts] == pytest.approx(
        [0.005, 0.03, 0.1 / 3, 0.05, 0.2], abs=1e-9
    )
    assert all(fact.up_to is None for fact in facts)
    assert facts[0].event_ids == tuple(f"event-{number}" for number in range(1, 6))


def test_until_somebody_says_how_many_were_compared_a_p_could_be_anything_up_to_one():
    (alone,) = family(0.01)
    assert (alone.value, alone.up_to) == (pytest.approx(0.01), 1.0)
    (one_of_three,) = family(0.01, told=3)
    assert (one_of_three.value, one_of_three.up_to) == (pytest.approx(0.03), None)


def test_results_of_other_studies_and_domains_are_not_of_the_family():
    own = smd(0.2, 0.1, analysis=Analysis(comparisons_in_family=1))
    alone = contrast_facts(own)["p_family"]
    others = [
        replace(smd(0.0, 0.1, number=2), study="another study"),
        replace(smd(0.0, 0.1, number=3), domain="another domain"),
        own,
    ]
    assert contrast_facts(own, others=others)["p_family"] == alone
    sibling = smd(0.0, 0.1, number=4)
    assert contrast_facts(own, others=[sibling])["p_family"].value > alone.value


def test_a_result_of_the_family_without_a_p_leaves_the_others_open():
    own = smd(0.2, 0.1, analysis=Analysis(comparisons_in_family=2))
    silent = smd(0.2, None, number=2)
    fact = contrast_facts(own, others=[silent])["p_family"]
    assert fact.value == pytest.approx(0.0455, abs=1e-4)
    # The other one could be the more significant of the two, or chance alone.
    assert fact.up_to == pytest.approx(2 * fact.value)
    assert contrast_facts(silent, others=[own])["p_family"].value is None
