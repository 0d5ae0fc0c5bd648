"""The default funding policy: what demonstrably works, and what would be worthwhile."""

from dataclasses import replace

import pytest

from scoring import grade
from tests.scoring.evidence import PLANNED, ratio, smd, subject, trials

# G5 of the golden values: (effect, standard error).
WORKS = [(0.21, 0.10), (0.35, 0.15), (0.08, 0.07), (0.27, 0.12)]
WORKS += [(0.19, 0.20), (0.31, 0.09), (0.12, 0.11), (0.24, 0.06)]


def test_promising_is_demonstrable_only_from_a_credible_design_whose_approach_works():
    few = trials([(0.5, 0.05), (0.45, 0.06), (0.55, 0.05)])
    assert not grade(subject(*few)).demonstrably_works
    assert grade(subject(*few, approach_finding="works")).demonstrably_works
    assert not grade(subject(*few, approach_finding="harmful")).demonstrably_works
    weaker = [replace(c, flow=smd(0, 1).flow) for c in few]
    assert not grade(subject(*weaker, approach_finding="works")).demonstrably_works


def test_an_effect_below_the_registered_worthwhile_one_does_not_demonstrably_work():
    promise = replace(PLANNED, smallest_worthwhile=0.5)
    result = grade(subject(*trials(WORKS, promise=promise)))
    assert (result.finding, result.small, result.demonstrably_works) == ("works", True, False)


def test_a_worthwhile_ratio_is_brought_to_the_scale_of_the_effects():
    promise = replace(PLANNED, measure_scale="RR", smallest_worthwhile=0.9)
    state = grade(subject(ratio(0.7, 0.6, 0.8, promise=promise))).monitoring
    assert state.sesoi == pytest.approx(0.0580882, abs=1e-6)
    late = replace(promise, in_advance=False)
    assert grade(subject(ratio(0.7, 0.6, 0.8, promise=late))).monitoring.sesoi_is_default


def test_an_approach_that_did_harm_anywhere_is_a_veto_for_one_that_works():
    for found in ("harmful", "concerning"):
        assert not grade(subject(*trials(WORKS), approach_finding=found)).demonstrably_works
    assert grade(subject(*trials(WORKS), approach_finding="insufficient")).demonstrably_works


def test_a_null_is_reasoned_by_every_bound_on_both_sides():
    promise = replace(PLANNED, smallest_worthwhile=0.2)
    result = grade(subject(*trials([(0.0, 0.05)] * 10, promise=promise)))
    answers = {reason.rule: reason.answer for reason in result.reasons}
    assert result.finding == "no detectable effect"
    for bound in ("no_worthwhile_harm", "no_worthwhile_good"):
        assert answers[f"candour.{bound}"] == "met"
        assert answers[f"candour.{bound}_where_tried"] == "met"
