"""EIF cost rating: five bands of what a unit costs."""

from dataclasses import replace

import pytest

from scoring import explain_level
from scoring.evidence import Money
from tests.scoring.standards.samples import graded, level, sample


def costing(pounds):
    return sample(1, money=Money(unit_cost=pounds))


# Bands as printed (foundations.org.uk).
@pytest.mark.parametrize(
    ("pounds", "rating"),
    [
        (0.0, "1"),
        (99.99, "1"),
        (100.0, "2"),
        (499.99, "2"),
        (500.0, "3"),
        (999.99, "3"),
        (1000.0, "4"),
        (2000.0, "4"),
        (2000.01, "5"),
    ],
)
def test_the_band_follows_the_cost_of_a_unit(pounds, rating):
    assert level("eif-cost@2017", costing(pounds)) == rating


def test_a_cost_that_nobody_told_has_no_rating():
    grade = graded("eif-cost@2017", sample(1))
    assert grade.status == "ungraded"
    assert grade.missing == ("The cost of a unit is told (pounds)",)


def test_the_rating_in_words():
    assert explain_level(graded("eif-cost@2017", costing(1500.0))) == (
        "Cost rating 4: 1,000 to 2,000 pounds a unit (eif-cost@2017). What would lift it to Cost "
        "rating 1: less than 100 pounds a unit: a cost below 100 pounds a unit."
    )


@pytest.mark.parametrize("standard", ["eif-cost@2017", "dft-vfm@1"])
def test_the_latest_result_that_tells_of_money_speaks(standard):
    dear = Money(unit_cost=2500.0, pv_costs=100.0, pv_benefits=50.0)
    cheap = Money(unit_cost=50.0, pv_costs=100.0, pv_benefits=900.0)
    before, after = (sample(n, money=money) for n, money in ((1, cheap), (2, dear)))
    silent = sample(3)
    alone = graded(standard, after)
    for body in ((before, after), (after, before), (before, after, silent)):
        found = graded(standard, *body)
        assert (found.level, found.bounds, found.lift) == (alone.level, alone.bounds, alone.lift)
    assert level(standard, replace(before, recorded_at="2030")) == level(standard, before)
    assert level(standard, replace(before, recorded_at="2030"), after) == level(standard, before)
    assert graded(standard, silent, sample(4)).status == "ungraded"
