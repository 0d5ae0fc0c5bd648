"""Blueprints: promising, model, model plus."""

import pytest

from scoring import explain_level
from scoring.standards import standard_named
from tests.scoring.standards.samples import AGAINST, HARMED, NULL, graded, level, quasi, sample

BLUEPRINTS = "blueprints@1"
BY_DEVELOPER = {"reporting": {"evaluator": "developer_involved"}}
SHORT = {"months_since_end": 11.9}


@pytest.mark.parametrize(
    ("body", "certified"),
    [
        ([sample(1), sample(2)], "model_plus"),
        ([sample(1), quasi(2)], "model_plus"),
        ([sample(1, **BY_DEVELOPER), quasi(2)], "model_plus"),
        ([sample(1, **BY_DEVELOPER), quasi(2, **BY_DEVELOPER)], "model"),
        ([sample(1, **SHORT), sample(2, months_since_end=12.0, **BY_DEVELOPER)], "model_plus"),
        ([sample(1, **SHORT), sample(2, **SHORT)], "promising"),
        ([sample(1)], "promising"),
        ([quasi(1), quasi(2)], "promising"),
        ([quasi(1)], "not_certified"),
        ([sample(1, NULL)], "not_certified"),
        ([sample(1), sample(2, NULL, harms=HARMED)], "not_certified"),
        ([sample(1), sample(2), sample(3, AGAINST)], "not_certified"),
        ([sample(1), sample(2), sample(3, NULL)], "model_plus"),
        ([sample(1), sample(2, AGAINST, conduct={"confounding_factor": True})], "promising"),
        ([sample(1, implementation={"manual": False})], "not_certified"),
        ([sample(1, implementation={"training": False})], "not_certified"),
        ([sample(1, implementation={"theory_of_change": False})], "not_certified"),
        ([sample(1, implementation={"described": False})], "not_certified"),
    ],
)
def test_certification_counts_trials_and_comparisons(body, certified):
    assert level(BLUEPRINTS, *body) == certified


def test_a_trial_with_reservations_counts_as_a_comparison():
    lossy = {"analysed_comparison": 200}
    assert level(BLUEPRINTS, sample(1, flow=lossy)) == "not_certified"
    assert level(BLUEPRINTS, sample(1, flow=lossy), quasi(2)) == "promising"


def test_unknown_harm_holds_certification_back_and_leaves_it_open():
    grade = graded(BLUEPRINTS, sample(1, harms=None))
    assert (grade.level, grade.bounds.best) == ("not_certified", "promising")


def test_counts_are_printed_and_the_rating_behind_them_is_second_hand():
    rules = standard_named(BLUEPRINTS).by_id
    assert rules["blueprints.trials_1"].verified
    assert not rules["blueprints.high"].verified
    assert not rules["blueprints.against_at_most_0"].verified
    verified = {reason.rule: reason.verified for reason in graded(BLUEPRINTS, sample(1)).reasons}
    assert verified["blueprints.harm_at_most_0"]
    assert not verified["blueprints.trials_1"]


def test_certification_in_words():
    assert explain_level(graded(BLUEPRINTS, sample(1, harms=None))) == (
        "Not certified by Blueprints criteria (blueprints@1). With what is not known, it could be "
        "as good as Blueprints promising. What would lift it to Blueprints promising: tell of "
        "every study whether there is harm, and find none (not known of Study 1 (Town 1))."
    )
