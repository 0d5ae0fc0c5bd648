"""CEBC: from concerning to well-supported, and what cannot be rated."""

import pytest

from scoring import explain_level
from scoring.evidence import Judgement
from scoring.standards import standard_named
from tests.scoring.standards.samples import AGAINST, HARMED, NULL, graded, level, quasi, sample

CEBC = "cebc@1"
UNREVIEWED = {"reporting": {"peer_reviewed": False}}


def weighed(answer):
    return (Judgement(question="cebc_weight_of_evidence", answer=answer, event_id="judged"),)


@pytest.mark.parametrize(
    ("body", "rating"),
    [
        ([sample(1), sample(2, months_since_end=0.0)], "1"),
        ([sample(1, months_since_end=11.9), sample(2, months_since_end=11.9)], "2"),
        ([sample(1), quasi(2)], "2"),
        ([sample(1, months_since_end=6.0)], "2"),
        ([sample(1, months_since_end=5.9)], "3"),
        ([sample(1, conduct={"usual_care_setting": False})], "3"),
        ([sample(1, measurement={"validated": False, "internal_consistency": 0.49})], "3"),
        ([sample(1, measurement={"validated": False, "internal_consistency": 0.5})], "2"),
        ([sample(1, implementation={"manual": False})], "3"),
        ([quasi(1)], "3"),
        ([sample(1, NULL), sample(2, NULL)], "4"),
        ([sample(1), sample(2, harms=HARMED)], "5"),
        ([sample(1, NULL, harms=HARMED)], "5"),
    ],
)
def test_the_rating_counts_trials_in_practice_and_months(body, rating):
    assert level(CEBC, *body) == rating


@pytest.mark.parametrize(
    "body",
    [
        [sample(1, NULL)],
        [sample(1, **UNREVIEWED)],
        [quasi(1, NULL), quasi(2, NULL)],
        [sample(1, conduct={"design": "pre_post", "comparator": "before_period"})],
    ],
)
def test_too_little_is_not_able_to_be_rated(body):
    assert graded(CEBC, *body).status == "ungraded"


def test_harm_that_nobody_looked_for_leaves_it_unrated_and_not_concerning():
    grade = graded(CEBC, sample(1), sample(2, harms=None))
    assert grade.status == "ungraded"
    assert grade.missing == ("It is known whether there is a sample with harm",)


@pytest.mark.parametrize(
    ("unwelcome", "answer", "rating"),
    [
        (sample(2, AGAINST), "supports", "2"),
        (sample(2, AGAINST), "no_effect", "4"),
        (sample(2, AGAINST), "against", "5"),
        (quasi(2, AGAINST), "supports", "2"),
        (sample(2, NULL), "supports", "2"),
        (sample(2, NULL), "no_effect", "4"),
        (quasi(2, NULL), "no_effect", "4"),
    ],
)
def test_a_study_that_found_no_benefit_has_to_be_weighed_by_a_person(unwelcome, answer, rating):
    body = [sample(1), unwelcome]
    waiting = graded(CEBC, *body)
    assert (waiting.level, waiting.status) == (None, "judgement_required")
    assert waiting.judgements == ("cebc_weight_of_evidence",)
    assert level(CEBC, *body, judgements=weighed(answer)) == rating


def test_a_study_that_shows_nothing_rigorously_is_not_weighed():
    weak = quasi(2, NULL, conduct={"confounding_factor": True})
    assert level(CEBC, sample(1), weak) == "2"


def test_what_is_said_of_the_weight_of_evidence_is_what_was_counted():
    reasons = {r.rule: r.text for r in graded(CEBC, sample(1)).reasons}
    assert reasons["cebc.evidence_supports"] == (
        "No rigorous study went without benefit, or the weight of the evidence supports it: 0, "
        "asked <= 0; met."
    )
    waiting = {r.rule: r.text for r in graded(CEBC, sample(1), sample(2, NULL)).reasons}
    assert waiting["cebc.evidence_supports"] == (
        "No rigorous study went without benefit, or the weight of the evidence supports it: not "
        "known, so not counted as met."
    )


def test_harm_found_is_not_weighed_away():
    assert level(CEBC, sample(1), sample(2, harms=HARMED), judgements=weighed("supports")) == "5"


def test_what_the_scale_prints_is_verified():
    rules = standard_named(CEBC).by_id
    assert rules["cebc.trials_2"].verified
    assert not rules["cebc.lasting_trials_1"].verified
    verified = {reason.rule: reason.verified for reason in graded(CEBC, sample(1)).reasons}
    assert verified["cebc.manual_1"]
    assert not verified["cebc.trials_2"]


def test_the_rating_in_words():
    assert explain_level(
        graded(CEBC, sample(1), sample(2, months_since_end=0.0, **UNREVIEWED))
    ) == (
        "CEBC 2: supported by research evidence (cebc@1). What would lift it to CEBC 1: "
        "well-supported by research evidence: 1 more independent sample (a favourable effect in a "
        "rigorous randomised trial in usual care, peer-reviewed); or instead, of Study 2 (Town "
        "2): publication after review."
    )
