"""Pathways to Work: two studies, one, mixed news, too little, or no support."""

import pytest

from scoring import explain_level
from scoring.standards import standard_named
from tests.scoring.standards.samples import AGAINST, NULL, graded, level, quasi, sample

PATHWAYS = "pathways@2021"
UNRATED = {"conduct": {"confounding_factor": True}}


# The glossary's levels (pathwaystowork.acf.gov): only null or unfavourable is not supported.
@pytest.mark.parametrize(
    ("body", "support"),
    [
        ([sample(1), quasi(2)], "well_supported"),
        ([sample(1), sample(2, NULL)], "supported"),
        ([sample(1), sample(2, **UNRATED)], "supported"),
        ([sample(1)], "supported"),
        ([quasi(1)], "supported"),
        ([sample(1), sample(2, AGAINST)], "mixed"),
        ([sample(1), sample(2), sample(3, AGAINST)], "mixed"),
        ([sample(1), sample(2), sample(3, AGAINST, **UNRATED)], "well_supported"),
        ([sample(1, NULL)], "not_supported"),
        ([sample(1, AGAINST)], "not_supported"),
        ([sample(1, NULL), sample(2, AGAINST)], "not_supported"),
        ([sample(1, NULL), sample(2, NULL)], "not_supported"),
    ],
)
def test_support_counts_studies_for_and_against(body, support):
    assert level(PATHWAYS, *body) == support


@pytest.mark.parametrize(("estimate", "support"), [(0.196, "supported"), (0.195, "not_supported")])
def test_a_finding_is_favourable_below_five_per_cent(estimate, support):
    assert level(PATHWAYS, sample(1, (estimate, 0.1))) == support


def test_two_outcomes_of_one_study_are_one_study():
    assert level(PATHWAYS, sample(1), sample(2, study="Study 1")) == "supported"


def test_without_a_study_rated_moderate_or_high_nothing_can_be_assessed():
    grade = graded(PATHWAYS, sample(1, **UNRATED))
    assert grade.status == "ungraded"
    assert grade.missing == ("Studies with a comparison rated moderate or high",)


def test_a_result_that_nobody_told_is_not_called_unsupported():
    grade = graded(PATHWAYS, sample(1, (0.3, None)))
    assert grade.status == "ungraded"


def test_the_rating_of_another_scheme_is_told_as_such():
    rules = standard_named(PATHWAYS).by_id
    assert rules["pathways.favourable_2"].verified
    assert not rules["pathways.favourable_settled"].verified
    assert not rules["pathways.rated"].verified
    assert not any(reason.verified for reason in graded(PATHWAYS, sample(1)).reasons)


def test_support_in_words():
    assert explain_level(graded(PATHWAYS, sample(1, NULL), sample(2, NULL))) == (
        "Not supported (pathways@2021). What would lift it to Supported: 1 more study (a "
        "significant favourable effect, rated moderate or high)."
    )
