"""EEF Toolkit padlocks: studies counted, and one lost for each threat."""

import pytest

from scoring.evidence import Judgement, Reporting
from scoring.published import published
from scoring.standards import standard_named
from tests.scoring.evidence import TRIAL, smd, subject

TOOLKIT = standard_named("eef-toolkit@2021")
EXPLAINED = Judgement(
    question="eef_toolkit_unexplained_variation", answer="no", event_id="judgement-1"
)
SOUND = Reporting(evaluator="independent", published_year=2020)


def study(number, **facts):
    known = {"conduct": TRIAL, "reporting": SOUND, "study": f"study {number}"}
    return smd(0.2, 0.1, number=number, **known | facts)


def padlocks(count, *, judgements=(EXPLAINED,), **facts):
    body = [study(number, **facts) for number in range(1, count + 1)]
    return published(TOOLKIT, subject(*body, judgements=judgements)).grade


@pytest.mark.parametrize(
    ("count", "level"),
    [(9, "0"), (10, "1"), (24, "1"), (25, "2"), (39, "2"), (40, "3"), (54, "3"), (55, "4")],
)
def test_padlocks_are_given_by_the_number_of_studies(count, level):
    assert padlocks(count).level == level


def test_five_padlocks_can_be_reached():
    assert [padlocks(69).level, padlocks(70).level] == ["4", "5"]


@pytest.mark.parametrize(
    "facts",
    [
        {"conduct": TRIAL.__class__(design="cohort", comparator="usual_care")},
        {"reporting": Reporting(evaluator="developer", published_year=2020)},
        {"reporting": Reporting(evaluator="independent", published_year=2009)},
    ],
)
def test_each_threat_takes_a_padlock_away(facts):
    assert padlocks(25, **facts).level == "1"


def test_two_threats_take_two_away():
    late = Reporting(evaluator="developer", published_year=2009)
    assert padlocks(40, reporting=late).level == "1"


def test_variation_that_nobody_explained_takes_a_padlock_away():
    unexplained = Judgement(
        question="eef_toolkit_unexplained_variation", answer="yes", event_id="judgement-1"
    )
    assert padlocks(25, judgements=(unexplained,)).level == "1"


def test_without_the_judgement_it_is_asked_for():
    grade = padlocks(25, judgements=())
    assert (grade.status, grade.level) == ("judgement_required", "1")
    assert grade.judgements == ("eef_toolkit_unexplained_variation",)
    assert (grade.bounds.worst, grade.bounds.best) == ("1", "2")


def test_a_study_reported_twice_counts_once():
    assert padlocks(10, study="the same study").level == "0"
