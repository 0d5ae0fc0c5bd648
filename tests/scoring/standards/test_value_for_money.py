"""Value-for-money categories: both sides of every boundary."""

import pytest

from scoring.evidence import Money
from scoring.published import grade_contrast
from scoring.standards import standard_named
from tests.scoring.evidence import smd

DFT = standard_named("dft-vfm@1")


def category(benefits, costs=100.0):
    return grade_contrast(DFT, smd(0.1, 0.1, money=Money(pv_benefits=benefits, pv_costs=costs)))


@pytest.mark.parametrize(
    ("benefits", "level"),
    [
        (-0.1, "very_poor"),
        (0.0, "poor"),
        (99.9, "poor"),
        (100.0, "low"),
        (149.9, "low"),
        (150.0, "medium"),
        (199.9, "medium"),
        (200.0, "high"),
        (399.9, "high"),
        (400.0, "very_high"),
    ],
)
def test_a_category_starts_at_its_boundary(benefits, level):
    assert category(benefits).level == level


def test_without_present_values_there_is_no_category():
    grade = category(None)
    assert (grade.status, grade.level) == ("ungraded", None)
    assert grade.missing == ("Present values of costs and benefits are told",)


def test_nothing_spent_has_no_ratio():
    assert category(100.0, costs=0.0).status == "ungraded"


def test_the_next_category_is_told_with_what_it_asks():
    lifts = [lift.text for lift in category(120.0).lift]
    assert lifts[0] == (
        "Very high value for money: benefits of at least 4 pounds for each pound of cost, in "
        "present values"
    )
