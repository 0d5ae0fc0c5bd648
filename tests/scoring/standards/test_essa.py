"""ESSA tiers: one sound, favourable, large study; a rationale where there is none."""

import pytest

from scoring import explain_level
from tests.scoring.standards.samples import AGAINST, NULL, graded, level, quasi, sample

ESSA = "essa@2015"
# A logic model that research informs, and an evaluation under way.
RATIONALE = {
    "implementation": {"mechanism_evidence": "theory"},
    "reporting": {"publication_status": "ongoing"},
}


def null(**changes):
    """A study that found nothing of a programme with a rationale, but for what is changed."""
    return sample(3, NULL, **{name: RATIONALE[name] | changes.get(name, {}) for name in RATIONALE})


WEAK = {"measurement": {"validated": False, "internal_consistency": 0.1}}


def sized(people, sites=2, make=sample):
    arms = {
        "assigned_intervention": people - 100,
        "analysed_intervention": people - 100,
        "assigned_comparison": 100,
        "analysed_comparison": 100,
    }
    return make(1, flow=arms | {"sites": sites})


# The table of tiers as the WWC implements them (ies.ed.gov/ncee/wwc/essa).
@pytest.mark.parametrize(
    ("body", "tier"),
    [
        ([sample(1)], "tier_1"),
        ([quasi(1)], "tier_2"),
        ([sized(350)], "tier_1"),
        ([sized(349)], "tier_3"),
        ([sized(350, sites=1)], "tier_3"),
        ([sized(350, make=quasi)], "tier_2"),
        ([sized(349, make=quasi)], "tier_3"),
        ([quasi(1, **WEAK)], "tier_3"),
        ([quasi(1, **WEAK, conduct={"controls_adequate": False})], "none"),
        ([quasi(1, **WEAK, conduct={"controls_adequate": False}, **RATIONALE)], "tier_4"),
        ([null()], "tier_4"),
        ([null(implementation={"theory_of_change": False})], "none"),
        ([null(implementation={"mechanism_evidence": "tested"})], "tier_4"),
        ([null(implementation={"mechanism_evidence": "none"})], "none"),
        ([null(reporting={"publication_status": None})], "none"),
        ([null(reporting={"publication_status": "planned"})], "none"),
        ([null(reporting={"publication_status": "complete"})], "none"),
        ([sample(1), sample(2, AGAINST), null()], "tier_4"),
        ([sample(1), sample(2, AGAINST, conduct={"confounding_factor": True})], "tier_1"),
        ([sample(1), sample(2, NULL)], "tier_1"),
    ],
)
def test_the_tier_is_that_of_the_best_study_unless_another_overrides_it(body, tier):
    assert level(ESSA, *body) == tier


def test_an_effect_is_significant_among_all_that_was_tested_with_it():
    assert level(ESSA, sample(1, (0.3, 0.1), analysis={"comparisons_in_family": 18})) == "tier_1"
    assert level(ESSA, sample(1, (0.3, 0.1), analysis={"comparisons_in_family": 19})) == "none"
    silent = graded(ESSA, sample(1, analysis={"comparisons_in_family": None}))
    assert (silent.level, silent.bounds.best) == ("none", "tier_1")


def test_two_small_studies_do_not_make_a_large_one():
    assert level(ESSA, sized(349), sample(2, flow={"sites": 1})) == "tier_3"


def test_what_is_not_known_is_not_counted_and_left_open():
    grade = graded(ESSA, sample(1, flow={"sites": None}))
    assert (grade.level, grade.bounds.best) == ("tier_3", "tier_1")


def test_what_the_table_says_is_verified_and_what_is_read_into_it_is_not():
    verified = {reason.rule: reason.verified for reason in graded(ESSA, sample(1)).reasons}
    assert verified["essa.tier_1_samples_1"]
    assert not verified["essa.tier_3_samples_1"]
    assert not verified["essa.rationale_1"]
    assert not verified["essa.overriding_at_most_0"]


def test_the_tier_in_words():
    assert explain_level(graded(ESSA, quasi(1, flow={"sites": None}))) == (
        "ESSA tier 3: promising evidence (essa@2015). With what is not known, it could be as good "
        "as ESSA tier 2: moderate evidence. What would lift it to ESSA tier 2: moderate evidence: "
        "1 more independent sample (a favourable effect, with or without reservations, in a large "
        "sample on several sites); or instead, of Study 1 (Town 1): 2 sites or more."
    )
