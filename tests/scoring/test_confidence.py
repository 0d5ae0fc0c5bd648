"""Confidence of the house grade: where it starts, and what steps it down and up."""

from dataclasses import replace

import pytest

from scoring import grade
from scoring.evidence import Baseline, Judgement, Promise, Result
from tests.scoring.evidence import (
    LOW_ATTRITION,
    PLANNED,
    TRIAL,
    conducted,
    contrast,
    ratio,
    smd,
    subject,
    trial,
    trials,
)
from tests.scoring.explained import WORKS


@pytest.mark.parametrize(
    ("facts", "tier"),
    [
        ({"conduct": TRIAL, "flow": LOW_ATTRITION}, "credible"),
        ({"conduct": TRIAL}, "indicative"),
        (
            {"conduct": TRIAL, "baseline": (Baseline(measure="a", standardised_difference=0.04),)},
            "credible with reservations",
        ),
        ({}, "credible with reservations"),
        ({"conduct": {"controls_adequate": None}}, "indicative"),
        ({"conduct": {"confounding_factor": None}}, "not causal"),
        ({"conduct": {"design": "difference_in_differences"}}, "indicative"),
        (
            {"conduct": {"design": "controlled_its", "parallel_trends": True}},
            "credible with reservations",
        ),
        ({"conduct": {"design": "instrumental_variable", "assignment_valid": True}}, "credible"),
        (
            {"conduct": {"design": "interrupted_time_series", "comparator": "before_period"}},
            "indicative",
        ),
    ],
)
def test_design_and_conduct_decide_where_confidence_starts(facts, tier):
    conduct = facts.get("conduct")
    if isinstance(conduct, dict):
        facts = facts | {"conduct": conducted(smd(0.1, 0.1), **conduct).conduct}
    assert grade(subject(smd(0.3, 0.05, **facts))).tier == tier


def test_worse_designs_set_the_start_once_they_carry_more_than_half_of_the_weight():
    light = trial(0.3, 0.10)
    heavy = smd(0.3, 0.05, number=2)
    assert grade(subject(light, heavy)).tier == "credible with reservations"
    assert grade(subject(replace(light, result=heavy.result), heavy)).tier == "credible"


def test_weight_is_precision_and_not_the_number_of_results():
    # 1 / 0.05^2 = 400 against 3 / 0.1^2 = 300.
    light = trials([(0.3, 0.10)] * 3)
    assert grade(subject(*light, smd(0.3, 0.05, number=9))).tier == "credible with reservations"


def test_the_start_is_met_only_by_the_best_tier():
    told = grade(subject(trial(0.3, 0.1))).reasons
    assert [r.answer for r in told if r.rule == "candour.start"] == ["met"]
    start = next(r for r in grade(subject(smd(0.3, 0.1))).reasons if r.rule == "candour.start")
    assert (start.answer, start.observed, start.threshold, start.verified) == (
        "unmet",
        "credible with reservations",
        "credible",
        True,
    )
    assert start.title == "Design and conduct of the results that carry at least half of the weight"
    assert start.text == (
        "Design and conduct: credible with reservations, so confidence starts at moderate."
    )


def judged(question, answer, about=None):
    return Judgement(question=question, answer=answer, event_id="judgement", about=about)


@pytest.mark.parametrize(
    ("judgement", "confidence"),
    [
        (judged("risk_of_bias", "low"), "high"),
        (judged("risk_of_bias", "some_concerns"), "moderate"),
        (judged("risk_of_bias", "high", "event-3"), "low"),
        (judged("risk_of_bias", "high", "event-99"), "high"),
        (judged("indirectness", "serious"), "moderate"),
        (judged("indirectness", "very_serious"), "low"),
        (judged("publication_bias", "suspected"), "moderate"),
    ],
)
def test_a_judgement_steps_confidence_down(judgement, confidence):
    assert grade(subject(*trials(WORKS), judgements=(judgement,))).confidence == confidence


@pytest.mark.parametrize(
    ("promise", "unreported", "confidence"),
    [
        (PLANNED, (), "high"),
        (Promise(), (), "moderate"),
        (replace(PLANNED, in_advance=False), (), "moderate"),
        (replace(PLANNED, switched=True), (), "moderate"),
        (replace(PLANNED, switched=None), (), "moderate"),
        (PLANNED, ("programme",), "moderate"),
        (PLANNED, ("another",), "high"),
        (replace(PLANNED, in_advance=False), ("programme",), "moderate"),
    ],
)
def test_missing_or_switched_outcomes_step_confidence_down_once(promise, unreported, confidence):
    result = grade(subject(*trials(WORKS, promise=promise), unreported=frozenset(unreported)))
    assert result.confidence == confidence


def test_evidence_of_earlier_versions_alone_is_indirect():
    assert grade(subject(*trials(WORKS), version=2)).confidence == "moderate"
    last_only = [*trials(WORKS[:-1]), replace(trials(WORKS)[-1], version=2)]
    assert grade(subject(*last_only, version=2)).confidence == "moderate"
    mostly = [*trials(WORKS[:2]), *(replace(one, version=2) for one in trials(WORKS)[2:])]
    assert grade(subject(*mostly, version=2)).confidence == "high"


@pytest.mark.parametrize(
    ("values", "domain", "steps"),
    [
        ([(0.05, 0.06)], "imprecision", -1),
        ([(0.0, 0.2)], "imprecision", -2),
        ([(0.0, 0.01)], "imprecision", 0),
        ([(0.3, 0.05)], "imprecision", 0),
        ([(0.5, 0.02), (0.1, 0.02), (0.3, 0.02)], "inconsistency", -1),
        ([(0.5, 0.02), (-0.1, 0.02), (0.3, 0.02)], "inconsistency", -2),
        ([(0.31, 0.1), (0.29, 0.1), (0.3, 0.1)], "inconsistency", 0),
    ],
)
def test_what_the_numbers_leave_open_steps_confidence_down(values, domain, steps):
    assert grade(subject(*trials(values))).steps.get(domain, 0) == steps


def test_a_large_effect_lifts_a_design_without_randomisation_but_never_past_its_cap():
    promise = replace(PLANNED, measure_scale="RR", smallest_worthwhile=1.1)
    sound = ratio(0.3, 0.25, 0.36, promise=promise)
    assert grade(subject(sound)).confidence == "high"
    indicative = conducted(sound, controls_adequate=None)
    assert grade(subject(indicative)).confidence == "moderate"
    randomised = replace(sound, conduct=TRIAL)
    assert grade(subject(randomised)).steps == {}


def test_one_trial_among_the_best_designed_is_enough_to_keep_steps_up_away():
    promise = replace(PLANNED, measure_scale="RR", smallest_worthwhile=1.1)
    equal = (Baseline(measure="age", standardised_difference=0.0),)
    matched = ratio(0.3, 0.25, 0.36, promise=promise)
    trial_too = ratio(0.3, 0.25, 0.36, number=2, promise=promise, conduct=TRIAL, baseline=equal)
    both = grade(subject(matched, trial_too))
    assert (both.tier, both.steps, both.confidence) == (
        "credible with reservations",
        {},
        "moderate",
    )


def test_the_largest_effect_that_any_plan_called_worthwhile_is_the_mark():
    plans = [replace(PLANNED, smallest_worthwhile=value) for value in (0.1, 0.3, 0.2)]
    told = [trial(0.3, 0.1, number=n, promise=plan) for n, plan in enumerate(plans, 1)]
    assert grade(subject(*told)).monitoring.sesoi == 0.3


def test_a_step_up_needs_that_nothing_was_taken_off():
    assert grade(subject(ratio(0.3, 0.25, 0.36))).confidence == "low"


def odds(estimate, risk, *, measure="OR", **facts):
    """A ratio told with a narrow interval, and the risk without the programme."""
    numbers = {"estimate": estimate, "ci_low": estimate * 0.97, "ci_high": estimate * 1.03}
    result = Result(kind="reported", measure=measure, numbers=numbers | {"baseline_risk": risk})
    promise = replace(PLANNED, measure_scale="RR", smallest_worthwhile=1.1)
    known = {"direction_good": 1, "result": result, "promise": promise}
    return contrast(**known | facts)


@pytest.mark.parametrize(
    ("told", "steps"),
    [
        (odds(2.1, 0.4, measure="RR"), {"large effect": 1}),
        (odds(1.9, 0.4, measure="RR"), {}),
        # At a risk of 40 % odds that double are a risk half as large again; at 1 % nearly double.
        (odds(2.1, 0.4), {}),
        (odds(2.1, 0.01), {"large effect": 1}),
        (odds(9.0, None), {}),
        (odds(2.1, 0.4, measure="HR"), {}),
        (odds(9.0, None, measure="IRR"), {}),
    ],
)
def test_a_large_effect_is_a_change_in_risk_and_not_in_odds(told, steps):
    assert grade(subject(told)).steps == steps


def test_odds_without_a_risk_may_be_a_large_change_and_are_not_counted_as_one():
    result = grade(subject(odds(9.0, None)))
    answers = {reason.rule: reason.answer for reason in result.reasons}
    assert answers["candour.large_effect"] == "unknown"


def test_a_revised_result_is_no_large_effect_unless_its_first_value_was():
    first = odds(1.5, 0.4, measure="RR")
    larger = odds(2.5, 0.4, measure="RR", status="revised_by_programme", earlier=(first,))
    assert grade(subject(first)).confidence == grade(subject(larger)).confidence == "moderate"
    assert grade(subject(odds(2.5, 0.4, measure="RR"))).confidence == "high"


@pytest.mark.parametrize("about", ["event-1", "event-8", None])
def test_the_worst_judgement_of_any_result_counts_for_all(about):
    told = [
        Judgement(question="risk_of_bias", answer="low", event_id="general"),
        Judgement(question="risk_of_bias", answer="high", event_id="own", about=about),
    ]
    for judged in (told, told[::-1]):
        result = grade(subject(*trials(WORKS), judgements=tuple(judged)))
        assert result.steps == {"risk of bias": -2}
        reason = next(r for r in result.reasons if r.rule == "candour.no_high_risk_of_bias")
        assert (reason.observed, reason.event_ids) == ("high", ("general", "own"))
