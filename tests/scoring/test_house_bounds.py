"""The bounds of the house grade: no way to know the unknown facts leads past them."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import grade
from scoring.bounding import FROM_WORST, MOST_GRADED
from scoring.evidence import Baseline, Flow, Promise
from scoring.standards.candour_confidence import CONFIDENCE
from tests.scoring.evidence import (
    LOW_ATTRITION,
    PLANNED,
    TRIAL,
    conducted,
    smd,
    subject,
    trial,
    trials,
)
from tests.scoring.generated import bodies, bodies_of, completed, crowded, judgements

HEAVY_LOSS = replace(LOW_ATTRITION, analysed_intervention=200)
SHOWN_EQUAL = (Baseline(measure="age", standardised_difference=0.0),)
FAR_APART = (Baseline(measure="age", standardised_difference=2.0),)


def position(told):
    finding, _, level = told.rpartition(", ")
    return FROM_WORST.index(finding), CONFIDENCE.index(level)


def within(result, bounds):
    worst, best = position(bounds.worst), position(bounds.best)
    here = FROM_WORST.index(result.finding), CONFIDENCE.index(result.confidence)
    return all(low <= value <= high for low, value, high in zip(worst, here, best, strict=True))


@settings(max_examples=120, deadline=None)
@given(st.one_of(bodies_of(3), crowded, bodies), judgements, st.data())
def test_every_completion_lies_within_the_bounds(body, told, data):
    result = grade(subject(*body, judgements=told))
    known = [data.draw(completed(contrast)) for contrast in body]
    assert within(result, result.bounds)
    assert within(grade(subject(*known, judgements=told)), result.bounds)


@settings(max_examples=60, deadline=None)
@given(bodies_of(3), st.data())
def test_once_all_is_known_there_is_nothing_between_the_bounds(body, data):
    known = [data.draw(completed(contrast)) for contrast in body]
    result = grade(subject(*known))
    told = f"{result.finding}, {result.confidence}"
    assert (result.bounds.worst, result.bounds.best) == (told, told)
    assert result.bounds_exact


def every_completion(contrast):
    """All that can be known of a trial of which nothing was told but its design and its result."""
    answers = product(
        (True, False),
        (True, False),
        (LOW_ATTRITION, HEAVY_LOSS),
        (SHOWN_EQUAL, FAR_APART),
        (PLANNED, replace(PLANNED, switched=True)),
    )
    for confounded, compromised, flow, baseline, promise in answers:
        known = conducted(
            contrast, confounding_factor=confounded, randomisation_compromised=compromised
        )
        plain = replace(promise, measure=None, smallest_worthwhile=None)
        yield replace(known, flow=flow, baseline=baseline, promise=plain)


@pytest.mark.parametrize(("yi", "se"), [(0.5, 0.05), (-0.3, 0.05), (0.0, 0.01), (0.1, 0.2)])
def test_each_bound_is_reached_by_some_completion(yi, se):
    silent = smd(
        yi, se, conduct=replace(TRIAL, confounding_factor=None, randomisation_compromised=None)
    )
    result = grade(subject(silent))
    reached = [grade(subject(known)) for known in every_completion(silent)]
    places = [(FROM_WORST.index(r.finding), CONFIDENCE.index(r.confidence)) for r in reached]
    assert result.bounds_exact
    assert position(result.bounds.worst) == tuple(map(min, zip(*places, strict=True)))
    assert position(result.bounds.best) == tuple(map(max, zip(*places, strict=True)))


def test_a_mixture_of_answers_can_be_worse_than_all_of_them_bad():
    good = trials([(0.5, 0.05)] * 5)
    bad = [conducted(trial(-0.9, 0.05, number=n), confounding_factor=None) for n in (6, 7)]
    shield = conducted(trial(0.5, 0.05, number=8), confounding_factor=None)
    result = grade(subject(*good, *bad, shield))
    mixed = grade(subject(*good, *(conducted(c, confounding_factor=False) for c in bad)))
    assert within(mixed, result.bounds)
    assert position(result.bounds.worst)[0] <= FROM_WORST.index(mixed.finding)


def test_past_what_is_graded_whole_the_bounds_say_that_they_may_be_wider():
    silent = [replace(one, flow=Flow()) for one in trials([(0.3, 0.1)] * 6)]
    result = grade(subject(*silent))
    assert 3 ** len(silent) > MOST_GRADED
    assert not result.bounds_exact
    # Nobody can be left out of the pool by what is unknown here, so the finding is not in doubt.
    assert result.bounds.worst == f"{result.finding}, very low"
    assert result.bounds.best == f"{result.finding}, high"


@pytest.mark.parametrize(
    ("value", "worst", "best"),
    [
        (0.3, "no detectable effect", "works"),
        (-0.3, "harmful", "insufficient"),
        (0.0, "no detectable effect", "insufficient"),
    ],
)
def test_past_what_is_graded_nothing_is_found_that_no_result_points_to(value, worst, best):
    silent = [conducted(one, confounding_factor=None) for one in trials([(value, 0.1)] * 8)]
    result = grade(subject(*silent))
    assert result.bounds.worst.startswith(f"{worst}, ")
    assert result.bounds.best.startswith(f"{best}, ")
    few = [replace(one, flow=Flow()) for one in silent[:4]]
    assert grade(subject(*few)).bounds.best.rpartition(", ")[0] in ("promising", "insufficient")


def test_an_attrition_that_only_the_looser_assumption_allows_is_open_until_it_is_told():
    # 12 % lost, 7 points apart: above the cautious line and below the optimistic one.
    flow = Flow(
        assigned_intervention=1000,
        assigned_comparison=1000,
        analysed_intervention=845,
        analysed_comparison=915,
    )
    told = {
        column: grade(subject(trial(0.3, 0.05, flow=replace(flow, attrition_assumption=column))))
        for column in (None, "cautious", "optimistic")
    }
    assert told[None].tier == told["cautious"].tier == "indicative"
    assert told["optimistic"].tier == "credible"
    assert position(told[None].bounds.best)[1] >= CONFIDENCE.index(told["optimistic"].confidence)
    assert "candour.low_attrition" in {rule for lift in told[None].lift for rule in lift.changes}


def test_an_unknown_plan_widens_only_how_sure_one_is():
    result = grade(subject(*trials([(0.3, 0.05)] * 3, promise=Promise())))
    assert result.bounds_exact
    assert (result.bounds.worst, result.bounds.best) == ("promising, moderate", "promising, high")


def test_a_plan_that_may_have_been_made_late_puts_what_it_names_in_doubt():
    promise = replace(PLANNED, in_advance=None, smallest_worthwhile=0.6)
    result = grade(subject(*trials([(0.0, 0.05)] * 6, promise=promise)))
    known = [
        grade(subject(*trials([(0.0, 0.05)] * 6, promise=replace(promise, in_advance=answer))))
        for answer in (True, False)
    ]
    assert all(within(one, result.bounds) for one in known)
