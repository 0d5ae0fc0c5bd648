"""EMMIE: five dimensions, each from 0 to 4, each score on both of its sides."""

import pytest

from scoring.evidence import Implementation, Measurement, Money, Promise
from scoring.published import published
from scoring.standards import standard_named
from tests.scoring.evidence import smd, subject

THEORY = {"implementation": Implementation(theory_of_change=True)}
TESTED = {"implementation": Implementation(theory_of_change=True, mechanism_evidence="tested")}
MODERATED = {"implementation": Implementation(moderators_tested=True)}
DESCRIBED = {"implementation": Implementation(described=True)}
FOLLOWED = {"implementation": Implementation(described=True, fidelity=0.0)}
REACHED = {"implementation": Implementation(described=True, fidelity=0.9, reach=0.5, adherence=0.8)}
COSTED = {"money": Money(unit_cost=0.0)}
DATED = {"money": Money(unit_cost=120.0, price_year=2024)}
VALUED = {"money": Money(unit_cost=120.0, price_year=2024, pv_costs=1.0, pv_benefits=-1.0)}
PLANNED = {"promise": Promise(in_advance=True)}
SOUND = PLANNED | {"measurement": Measurement(validated=True)}


def score(dimension, *samples):
    body = [smd(0.2, 0.1, number=n, **facts) for n, facts in enumerate(samples, start=1)]
    return published(standard_named(f"emmie-{dimension}@2015"), subject(*body)).grade.level


@pytest.mark.parametrize(
    ("dimension", "samples", "level"),
    [
        ("effect", [{}], "1"),
        ("effect", [{}, {}], "2"),
        ("effect", [PLANNED, {}], "2"),
        ("effect", [PLANNED, PLANNED], "3"),
        ("effect", [SOUND, PLANNED], "3"),
        ("effect", [SOUND, SOUND], "4"),
        ("mechanism", [{}], "0"),
        ("mechanism", [THEORY, THEORY], "1"),
        ("mechanism", [TESTED], "2"),
        ("mechanism", [TESTED, TESTED], "3"),
        ("mechanism", [TESTED, TESTED, TESTED], "4"),
        ("moderators", [{}], "0"),
        ("moderators", [MODERATED], "1"),
        ("moderators", [MODERATED] * 2, "2"),
        ("moderators", [MODERATED] * 3, "3"),
        ("moderators", [MODERATED] * 4, "4"),
        ("implementation", [{}], "0"),
        ("implementation", [DESCRIBED], "1"),
        ("implementation", [FOLLOWED], "2"),
        ("implementation", [FOLLOWED, FOLLOWED], "3"),
        ("implementation", [REACHED, FOLLOWED], "3"),
        ("implementation", [REACHED, REACHED], "4"),
        ("economics", [{}], "0"),
        ("economics", [COSTED], "1"),
        ("economics", [DATED], "2"),
        ("economics", [VALUED], "3"),
        ("economics", [VALUED, VALUED], "4"),
    ],
)
def test_a_score_is_reached_by_what_it_asks_and_not_before(dimension, samples, level):
    assert score(dimension, *samples) == level


def test_a_comparison_with_nobody_is_no_evidence_of_an_effect():
    alone = {"conduct": smd(0.1, 0.1).conduct.__class__(design="monitoring")}
    assert score("effect", alone) == "0"


def test_every_dimension_says_that_it_is_known_at_second_hand():
    for dimension in ("effect", "mechanism", "moderators", "implementation", "economics"):
        standard = standard_named(f"emmie-{dimension}@2015")
        assert not any(rule.verified for rule in standard.every_rule)
