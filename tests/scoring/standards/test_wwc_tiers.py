"""WWC 5.0: the tier of a domain, from the common effect of what meets standards."""

from dataclasses import replace

import pytest

from scoring import explain_level
from tests.scoring.standards.samples import AGAINST, FOR, NULL, graded, level, quasi, sample

WWC = "wwc@5.0"


def small(number, people, sites, make=sample):
    flow = {
        "sites": sites,
        "analysed_intervention": people // 2,
        "assigned_intervention": people // 2,
    }
    arm = people - people // 2
    return make(number, flow=flow | {"analysed_comparison": arm, "assigned_comparison": arm})


@pytest.mark.parametrize(
    ("body", "tier"),
    [
        ([sample(1)], "strong"),
        ([quasi(1)], "moderate"),
        ([sample(1, NULL)], "uncertain"),
        ([sample(1, AGAINST)], "negative"),
        ([quasi(1, AGAINST)], "negative"),
        ([sample(1), sample(2, AGAINST)], "uncertain"),
        ([small(1, 350, 2)], "strong"),
        ([small(1, 349, 2)], "promising"),
        ([small(1, 350, 1)], "promising"),
        ([small(1, 175, 1), small(2, 175, 1)], "strong"),
    ],
)
def test_the_tier_follows_effect_people_and_sites(body, tier):
    assert level(WWC, *body) == tier


@pytest.mark.parametrize(
    ("error", "tier"), [(0.0999, "strong"), (0.1, "moderate"), (0.1001, "moderate")]
)
def test_a_strong_tier_rests_on_studies_without_reservations(error, tier):
    """Both weigh alike at an error of 0.1; a strong tier asks for more than half."""
    assert level(WWC, sample(1, (0.3, error)), quasi(2, (0.3, 0.1))) == tier


@pytest.mark.parametrize(("estimate", "tier"), [(0.19, "uncertain"), (0.20, "strong")])
def test_the_common_effect_is_significant_past_its_interval(estimate, tier):
    assert level(WWC, sample(1, (estimate, 0.1))) == tier


@pytest.mark.parametrize(("estimate", "tier"), [(-0.19, "uncertain"), (-0.20, "negative")])
def test_a_common_effect_against_is_significant_past_its_interval(estimate, tier):
    assert level(WWC, sample(1, (estimate, 0.1))) == tier


def test_without_a_study_that_meets_standards_there_is_no_tier():
    grade = graded(WWC, sample(1, conduct={"confounding_factor": True}))
    assert (grade.status, grade.level) == ("ungraded", None)
    assert "Studies with a comparison that meets WWC standards" in grade.missing


def test_an_effect_that_cannot_be_pooled_is_not_called_negative():
    unpooled = sample(1)
    result = replace(unpooled.result, measure="MD")
    grade = graded(WWC, replace(unpooled, result=result), sample(2))
    assert grade.status == "ungraded"
    assert grade.missing == ("It is known whether the common effect is negative",)


def test_a_study_that_may_meet_standards_leaves_open_what_it_would_change():
    unknown = sample(2, (-0.1, 0.1), conduct={"confounding_factor": None})
    grade = graded(WWC, sample(1), unknown)
    assert (grade.level, grade.bounds.worst, grade.bounds.best) == (
        "uncertain",
        "uncertain",
        "strong",
    )


def test_what_may_be_negative_is_not_called_so_before_it_is_known():
    unknown = sample(2, (-0.9, 0.05), conduct={"confounding_factor": None})
    assert graded(WWC, sample(1), unknown).status == "ungraded"


def test_places_within_a_study_count_and_one_place_counts_once():
    again = replace(small(2, 400, 1), site="Town 1", cohort="another")
    assert level(WWC, small(1, 400, 1), again) == "promising"
    assert level(WWC, small(1, 400, 1), replace(again, site="Town 2")) == "strong"


def test_every_rule_is_told_as_known_at_second_hand():
    assert not any(reason.verified for reason in graded(WWC, sample(1)).reasons)


def test_the_tier_in_words():
    assert explain_level(graded(WWC, sample(1, NULL))) == (
        "Uncertain effects (wwc@5.0). What would lift it to Strong evidence: a common effect that "
        "is significantly positive."
    )


def test_what_is_seen_is_told_with_its_threshold():
    reasons = {reason.rule: reason for reason in graded(WWC, sample(1, FOR)).reasons}
    assert reasons["wwc.positive"].text == (
        "Lower end of the interval of the common effect (standard deviations): 0.104, asked > 0; "
        "met."
    )
    assert reasons["wwc.people"].margin == 450
