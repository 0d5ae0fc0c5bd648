"""People of clusters, analysed as if each had been assigned alone: what it does to the grade."""

import math
from dataclasses import replace
from itertools import product

import pytest

from scoring import explain, grade
from scoring.bounding import FROM_WORST
from scoring.clustering import COUNTS, clustered
from scoring.evidence import Analysis, Conduct, Flow
from scoring.significance import corrected_t
from scoring.standards.candour_confidence import CONFIDENCE
from tests.scoring.evidence import PLANNED, smd, subject

TRIAL = Conduct(
    design="cluster_rct",
    assignment_unit="site",
    analysis_unit="individual",
    confounding_factor=False,
    randomisation_compromised=False,
)
FLOW = Flow(
    assigned_intervention=300,
    assigned_comparison=300,
    analysed_intervention=290,
    analysed_comparison=290,
    attrition_assumption="cautious",
    clusters_assigned_intervention=3,
    clusters_assigned_comparison=3,
    clusters_analysed_intervention=3,
    clusters_analysed_comparison=3,
)
IGNORED = Analysis(cluster_adjusted=False, icc=0.2)
SILENT = replace(IGNORED, cluster_adjusted=None)
ALLOWED = replace(IGNORED, cluster_adjusted=True)
RULE = "candour.clusters_allowed_for"


def trials(analysis, *, count=6, **facts):
    known = {"conduct": TRIAL, "flow": FLOW, "promise": PLANNED, "analysis": analysis} | facts
    return [smd(0.3, 0.08, number=n, **known) for n in range(1, count + 1)]


def reason(result):
    return next((one for one in result.reasons if one.rule == RULE), None)


def test_a_known_error_of_the_unit_of_analysis_enters_the_ledger_and_the_pool():
    shrink, _ = corrected_t(people=580, clusters=6, icc=0.2)
    result = grade(subject(*trials(IGNORED)))
    assert [unit.value.sei for unit in result.units] == [pytest.approx(0.08 / shrink)] * 6
    assert [unit.shown.sei for unit in result.units] == [pytest.approx(0.08 / shrink)] * 6
    assert (result.finding, result.demonstrably_works) == ("insufficient", False)
    assert reason(result).answer == "unmet"


def test_an_analysis_that_allowed_for_clusters_is_taken_at_its_word():
    result = grade(subject(*trials(ALLOWED)))
    assert {unit.value.sei for unit in result.units} == {0.08}
    assert (result.finding, result.confidence) == ("works", "high")
    assert reason(result) is None
    assert result.clusters == {}


def test_saying_nothing_counts_as_having_ignored_them_and_says_what_would_lift_it():
    silent, ignored = (grade(subject(*trials(analysis))) for analysis in (SILENT, IGNORED))
    assert silent.monitoring == ignored.monitoring
    assert reason(silent).answer == "unknown"
    assert reason(silent).title in silent.missing
    (lift,) = [lift for lift in silent.lift if lift.changes == (RULE,)]
    assert lift.to == "works, high"
    assert lift.text.endswith("say whether the analysis allowed for people coming in groups")
    assert RULE not in {rule for lift in ignored.lift for rule in lift.changes}


@pytest.mark.parametrize(("source", "icc"), [(None, 0.10), ("standardised_test", 0.20)])
def test_without_a_correlation_that_of_the_wwc_is_supposed(source, icc):
    (one,) = trials(Analysis(), count=1)
    found = clustered(replace(one, measurement=replace(one.measurement, source=source)))
    assert (found.icc, found.supposed, found.open) == (icc, True, True)


@pytest.mark.parametrize("missing", COUNTS)
def test_what_cannot_be_widened_for_want_of_a_count_is_not_pooled(missing):
    for analysis in (SILENT, IGNORED):
        result = grade(subject(*trials(analysis, flow=replace(FLOW, **{missing: None}))))
        assert result.status == "ungraded"
        assert "people came in groups" in result.not_pooled[0].why
        graded = [lift for lift in result.lift if lift.to == "graded"]
        assert [lift.changes for lift in graded] == ([(RULE,)] if analysis is SILENT else [])


def test_two_clusters_cannot_be_told_from_the_programme():
    two = replace(FLOW, clusters_analysed_intervention=1, clusters_analysed_comparison=1)
    assert grade(subject(*trials(IGNORED, flow=two))).status == "ungraded"
    assert grade(subject(*trials(IGNORED, flow=two))).bounds.best == "insufficient, very low"


def position(told):
    finding, _, level = told.rpartition(", ")
    return FROM_WORST.index(finding), CONFIDENCE.index(level)


def test_each_bound_of_a_silent_analysis_is_reached_once_it_speaks():
    silent = trials(SILENT, count=3)
    result = grade(subject(*silent))
    spoken = [
        grade(subject(*(replace(c, analysis=a) for c, a in zip(silent, said, strict=True))))
        for said in product((ALLOWED, IGNORED), repeat=3)
    ]
    reached = [position(f"{one.finding}, {one.confidence}") for one in spoken]
    assert result.bounds_exact
    assert position(result.bounds.worst) == tuple(map(min, zip(*reached, strict=True)))
    assert position(result.bounds.best) == tuple(map(max, zip(*reached, strict=True)))


@pytest.mark.parametrize("icc", [0.0, 0.01, 0.2, 0.9])
@pytest.mark.parametrize("count", [3, 20, 100])
def test_no_correlation_and_no_count_leads_past_the_bounds_of_one_that_was_not_told(icc, count):
    arms = ("clusters_analysed_intervention", "clusters_analysed_comparison")
    untold = trials(Analysis(cluster_adjusted=False), flow=replace(FLOW, **dict.fromkeys(arms)))
    result = grade(subject(*untold))
    assert not result.bounds_exact
    flow = replace(FLOW, **dict.fromkeys(arms, count))
    known = grade(subject(*trials(replace(IGNORED, icc=icc), flow=flow)))
    worst, best = position(result.bounds.worst), position(result.bounds.best)
    here = position(f"{known.finding}, {known.confidence}")
    assert all(low <= value <= high for low, value, high in zip(worst, here, best, strict=True))


def test_a_first_value_is_widened_by_what_was_told_with_it():
    (first,) = trials(IGNORED, count=1)
    revised = replace(first, analysis=ALLOWED, status="revised_by_programme", earlier=(first,))
    (unit,) = grade(subject(revised)).units
    assert unit.entry.locked.sei > unit.entry.told.sei == 0.08


def test_single_people_and_groups_analysed_as_groups_need_no_allowance():
    (one,) = trials(Analysis(), count=1)
    as_groups = replace(one, conduct=replace(TRIAL, analysis_unit="site"))
    single = replace(one, conduct=replace(TRIAL, design="rct", assignment_unit="individual"))
    assert clustered(as_groups) is None
    assert clustered(single) is None


@pytest.mark.parametrize(
    ("analysis", "why", "by"),
    [
        (IGNORED, "the analysis did not allow for that", "0.20, as told"),
        (Analysis(), "nobody said whether the analysis allowed for that", "0.10, supposed"),
    ],
)
def test_the_explanation_says_what_was_made_of_it(analysis, why, by):
    assert (
        f"6 results were made less certain, since people came in groups and {why} "
        f"(correlation within groups {by})."
    ) in explain(grade(subject(*trials(analysis))))


def test_the_error_is_never_smaller_for_the_correction():
    for icc, count in product((0.0, 0.05, 0.5, 1.0), (2, 10, 145)):
        flow = replace(
            FLOW, clusters_analysed_intervention=count, clusters_analysed_comparison=count
        )
        (one,) = trials(replace(IGNORED, icc=icc), count=1, flow=flow)
        error = clustered(one).error
        assert error >= 0.08 or math.isclose(error, 0.08)
