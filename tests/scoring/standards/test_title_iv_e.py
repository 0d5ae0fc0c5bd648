"""Title IV-E: independent samples in practice, and how long their effects last."""

import pytest

from scoring import explain_level
from scoring.standards import standard_named
from tests.scoring.standards.samples import (
    AGAINST,
    HARMED,
    NULL,
    SERIOUS,
    graded,
    level,
    quasi,
    sample,
)

IV_E = "title-iv-e@2.0"
ELSEWHERE = {"conduct": {"usual_care_setting": False}}


@pytest.mark.parametrize(
    ("body", "rating"),
    [
        ([sample(1), quasi(2, months_since_end=0.0)], "well_supported"),
        ([sample(1, months_since_end=12.0), sample(2, months_since_end=1.0)], "well_supported"),
        ([sample(1, months_since_end=11.9), sample(2, months_since_end=6.0)], "supported"),
        ([sample(1)], "supported"),
        ([sample(1, months_since_end=6.0)], "supported"),
        ([sample(1, months_since_end=5.9)], "promising"),
        ([sample(1), sample(2, **ELSEWHERE)], "supported"),
        ([sample(i, **ELSEWHERE) for i in (1, 2)], "promising"),
        ([sample(1), sample(2, NULL)], "supported"),
        ([sample(1), sample(2, AGAINST)], "does_not_meet"),
        ([sample(1), sample(2, AGAINST, conduct={"confounding_factor": True})], "supported"),
        ([sample(1, NULL)], "does_not_meet"),
        ([sample(1, conduct={"confounding_factor": True})], "does_not_meet"),
        ([sample(1), sample(2, harms=HARMED)], "does_not_meet"),
        ([sample(1), sample(2, NULL, harms=SERIOUS)], "does_not_meet"),
    ],
)
def test_the_rating_counts_samples_in_practice_and_months(body, rating):
    assert level(IV_E, *body) == rating


@pytest.mark.parametrize(("year", "rating"), [(1990, "supported"), (1989, "does_not_meet")])
def test_studies_are_eligible_from_1990(year, rating):
    assert level(IV_E, sample(1, reporting={"published_year": year})) == rating


def test_two_contrasts_of_one_sample_are_one():
    same = sample(2, site="Town 1", study="Another report")
    assert level(IV_E, sample(1), same) == "supported"


def test_harm_that_nobody_looked_for_is_never_better_than_harm_found():
    unknown = graded(IV_E, sample(1), sample(2, harms=None))
    assert (unknown.level, unknown.bounds.best) == ("does_not_meet", "well_supported")
    assert unknown.missing == ("Samples with harm",)


def test_what_the_handbook_prints_is_verified():
    rules = standard_named(IV_E).by_id
    assert rules["title_iv_e.in_practice_2"].verified
    assert not rules["title_iv_e.rated"].verified
    assert not rules["title_iv_e.harm_at_most_0"].verified
    assert not rules["title_iv_e.against_at_most_0"].verified
    assert not any(reason.verified for reason in graded(IV_E, sample(1)).reasons)


def test_the_rating_in_words():
    assert explain_level(graded(IV_E, sample(1, months_since_end=None))) == (
        "Promising (title-iv-e@2.0). With what is not known, it could be as good as Supported. "
        "What would lift it to Supported: 1 more independent sample (a favourable effect in usual "
        "care or practice that lasts 6 months); or instead, of Study 1 (Town 1): measured 6 "
        "months or more after the programme ended."
    )
