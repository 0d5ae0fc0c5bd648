"""EIF: from found not to be effective to a lasting effect, replicated."""

import pytest

from scoring import explain_level
from scoring.standards import standard_named
from tests.scoring.standards.samples import AGAINST, NULL, graded, level, quasi, sample

EIF = "eif@2017"
ALONE = {"design": "pre_post", "comparator": "before_period"}
SHORT = {"months_since_end": 11.9}
BY_DEVELOPER = {"reporting": {"evaluator": "developer"}}
SELF_REPORT = {"measurement": {"source": "self_report"}}
NOT_ITT = {"analysis": {"population": "per_protocol"}}
UNRATED = {"conduct": {"confounding_factor": True}}


def alone(number=1, **facts):
    return sample(number, conduct=ALONE, **facts)


def arms(number, intervention, comparison):
    return {
        "assigned_intervention": number or intervention,
        "analysed_intervention": intervention,
        "assigned_comparison": comparison,
        "analysed_comparison": comparison,
    }


@pytest.mark.parametrize(
    ("body", "rating"),
    [
        ([sample(i) for i in (1, 2, 3)], "4+"),
        ([sample(1), sample(2, **BY_DEVELOPER), sample(3, **BY_DEVELOPER)], "4"),
        ([sample(1), sample(2)], "4"),
        ([sample(1, months_since_end=12.0), sample(2, **SHORT)], "4"),
        ([sample(i, **SHORT) for i in (1, 2)], "3+"),
        ([sample(i, **BY_DEVELOPER) for i in (1, 2)], "3+"),
        ([sample(i, **SELF_REPORT) for i in (1, 2)], "3+"),
        ([sample(1), alone(2)], "3+"),
        ([sample(1)], "3"),
        ([quasi(1)], "3"),
        ([sample(1), sample(2, NULL)], "3"),
        ([sample(1, **NOT_ITT)], "2+"),
        ([sample(1, **UNRATED)], "2+"),
        ([sample(1, **NOT_ITT), sample(2, NULL, **NOT_ITT)], "2+"),
        ([alone()], "2"),
        ([alone(measurement={"validated": False, "internal_consistency": 0.49})], "NL2"),
        ([alone(measurement={"validated": False, "internal_consistency": 0.5})], "2"),
        ([alone(measurement={"validated": None, "test_retest": 0.4})], "2"),
        ([alone(measurement={"over_aligned": True})], "NL2"),
        ([alone(directness={"population": "different"})], "NL2"),
        ([sample(1, NULL, **NOT_ITT)], "NL2"),
        ([sample(1, NULL)], "NE"),
        ([sample(1, AGAINST)], "NE"),
        ([alone(1), sample(2, NULL)], "NE"),
    ],
)
def test_the_rating_rests_on_the_best_evidence(body, rating):
    assert level(EIF, *body) == rating


@pytest.mark.parametrize(("people", "rating"), [(20, "2"), (19, "NL2")])
def test_preliminary_evidence_has_twenty_participants(people, rating):
    assert level(EIF, alone(flow=arms(None, people, people))) == rating


@pytest.mark.parametrize(("people", "rating"), [(20, "2"), (19, "NL2")])
def test_so_has_the_smaller_of_two_groups(people, rating):
    weak = sample(1, **NOT_ITT, flow=arms(None, 400, people), conduct={"comparator": None})
    told = sample(1, flow=arms(None, 400, people), conduct={"confounding_factor": True})
    assert level(EIF, told) == ("2+" if rating == "2" else rating)
    assert level(EIF, weak) == ("2+" if rating == "2" else rating)
    assert level(EIF, alone(flow=arms(None, 400, people))) == "2"


@pytest.mark.parametrize(("people", "rating"), [(20, "3"), (19, "NL2")])
def test_a_rigorous_evaluation_has_twenty_in_each_group(people, rating):
    assert level(EIF, sample(1, flow=arms(None, 400, people))) == rating


def test_a_measure_taken_blind_is_objective_whoever_reports():
    blind = {"source": "self_report", "assessor_blind": True}
    seen = {"source": "self_report", "assessor_blind": False}
    assert level(EIF, sample(1, measurement=blind)) == "3"
    assert level(EIF, sample(1, measurement=seen)) == "2+"


def test_two_reports_of_one_study_are_not_two_evaluations():
    assert level(EIF, sample(1), sample(2, study="Study 1")) == "3"


def test_what_nobody_has_told_is_not_called_ineffective():
    grade = graded(EIF, sample(1, (0.3, None)))
    assert (grade.status, grade.level) == ("ungraded", None)
    assert grade.missing == ("It is known whether a rigorous evaluation found no effect",)


def test_one_that_works_settles_it_whatever_else_is_open():
    grade = graded(EIF, sample(1), sample(2, (0.3, None)))
    assert (grade.level, grade.bounds.best) == ("3", "4")


def test_how_a_rating_is_applied_is_told_as_second_hand():
    rules = standard_named(EIF).by_id
    assert rules["eif.cause_2"].verified
    assert not rules["eif.independent_1"].verified
    assert not rules["eif.cause_3"].verified
    assert not any(reason.verified for reason in graded(EIF, sample(1)).reasons)


def test_the_rating_in_words():
    assert explain_level(graded(EIF, sample(1), sample(2, analysis={"population": None}))) == (
        "EIF 3+: evidence of an effect, and consistent with more (eif@2017). With what is not "
        "known, it could be as good as EIF 4: evidence of a long-term effect. What would lift it "
        "to EIF 4: evidence of a long-term effect: 1 more study (a favourable effect in a "
        "rigorous evaluation); or instead, of Study 2 (Town 2): an analysis of everybody as "
        "assigned; and analyse people as they were assigned, or show a first-stage F statistic of "
        "at least 16."
    )
