"""Nesta: five levels, each with all that the levels below it ask for."""

import pytest

from scoring import explain_level
from scoring.evidence import Judgement
from tests.scoring.standards.samples import AGAINST, NULL, graded, level, quasi, sample

NESTA = "nesta@2013"
AT_COST = (Judgement(question="nesta_reasonable_cost", answer="yes", event_id="judged"),)
TOO_DEAR = (Judgement(question="nesta_reasonable_cost", answer="no", event_id="judged"),)
ALONE = {"design": "pre_post", "comparator": "before_period"}


@pytest.mark.parametrize(
    ("body", "reached"),
    [
        ([sample(1), sample(2)], "5"),
        ([sample(1), sample(2, implementation={"fidelity": None})], "5"),
        ([sample(i, implementation={"fidelity": None}) for i in (1, 2)], "4"),
        ([sample(i, implementation={"manual": False}) for i in (1, 2)], "4"),
        ([sample(i, implementation={"training": False}) for i in (1, 2)], "4"),
        ([sample(i, flow={"setting_types": 1}) for i in (1, 2)], "4"),
        ([sample(1), sample(2, reporting={"evaluator": "developer"})], "4"),
        ([sample(i, reporting={"evaluator": "developer"}) for i in (1, 2)], "3"),
        ([sample(1)], "3"),
        ([sample(1), sample(2), sample(3, AGAINST)], "3"),
        ([quasi(1)], "3"),
        ([sample(1, conduct={"confounding_factor": True})], "2"),
        ([sample(1, conduct=ALONE)], "2"),
        ([sample(1, NULL)], "1"),
        ([sample(1, implementation={"theory_of_change": False})], "0"),
    ],
)
def test_the_levels_are_cumulative(body, reached):
    assert level(NESTA, *body, judgements=AT_COST) == reached


def test_whether_the_cost_is_reasonable_only_a_person_can_say():
    body = [sample(1), sample(2)]
    waiting = graded(NESTA, *body)
    assert (waiting.level, waiting.status) == ("3", "judgement_required")
    assert waiting.judgements == ("nesta_reasonable_cost",)
    assert level(NESTA, *body, judgements=TOO_DEAR) == "3"
    assert graded(NESTA, *body, judgements=TOO_DEAR).status == "determined"


def test_one_sample_is_no_replication():
    again = sample(2, site="Town 1")
    assert level(NESTA, sample(1), again, judgements=AT_COST) == "3"


@pytest.mark.parametrize(("error", "reached"), [(0.15, "3"), (0.16, "1")])
def test_an_effect_that_could_be_chance_is_no_change(error, reached):
    assert level(NESTA, sample(1, (0.3, error))) == reached


def test_a_study_against_it_that_may_have_no_comparison_leaves_replication_open():
    unknown = sample(3, (-0.3, None))
    grade = graded(NESTA, sample(1), sample(2), unknown, judgements=AT_COST)
    assert (grade.level, grade.bounds.best) == ("3", "5")


def test_what_the_report_prints_is_verified():
    verified = {reason.rule: reason.verified for reason in graded(NESTA, sample(1)).reasons}
    assert verified["nesta.account_1"]
    assert not verified["nesta.cause_1"]
    assert not verified["nesta.elsewhere_1"]


def test_the_level_in_words():
    assert explain_level(graded(NESTA, sample(1, NULL))) == (
        "Nesta 1: account of impact (nesta@2013). What would lift it to Nesta 3: causation: 1 "
        "more independent sample (a change for the better among users; a favourable effect "
        "against a comparison group)."
    )
