"""What the facts of a study's conduct amount to."""

import pytest

from scoring.conduct import compared_with_others, comparison_made
from scoring.evidence import Conduct
from tests.scoring.standards.made_contrasts import DESIGNS

BY_DEFINITION = (
    "rct",
    "cluster_rct",
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_that_is_no_comparison_by_its_name_leaves_open_whom_it_compares_with(design):
    expected = True if design in BY_DEFINITION else None
    assert compared_with_others(Conduct(design=design)) is expected


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(
    ("comparator", "expected"),
    [("usual_care", True), ("waitlist", True), ("before_period", False), ("none", False)],
)
def test_whom_a_study_compares_with_is_believed_as_told(design, comparator, expected):
    assert compared_with_others(Conduct(design=design, comparator=comparator)) is expected


@pytest.mark.parametrize("comparator", [None, "before_period", "usual_care"])
def test_a_long_series_before_is_a_comparison_whoever_else_is_compared(comparator):
    series = Conduct(design="interrupted_time_series", comparator=comparator)
    assert comparison_made(series) is True


def test_nothing_else_is_one_before_it_is_told():
    assert comparison_made(Conduct(design="cohort")) is None
    assert comparison_made(Conduct(design="pre_post", comparator="before_period")) is False
