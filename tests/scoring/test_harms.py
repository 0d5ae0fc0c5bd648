"""Harm is told whatever the finding, and a serious one that was not ruled out is a veto."""

from dataclasses import replace

import pytest

from scoring import explain, grade
from scoring.evidence import Harm
from tests.scoring.evidence import conducted, smd, subject, trials
from tests.scoring.explained import WORKS


def harmed(*harms, **facts):
    first, *rest = trials(WORKS, harms=())
    return grade(subject(replace(first, harms=harms, **facts), *rest))


def answers(result):
    return {reason.rule: reason.answer for reason in result.reasons}


@pytest.mark.parametrize(
    ("severity", "attributed", "works"),
    [
        ("serious", True, False),
        ("serious", None, False),
        ("serious", False, True),
        ("minor", True, True),
        ("minor", None, True),
        ("minor", False, True),
    ],
)
def test_only_a_serious_harm_that_was_not_ruled_out_is_a_veto(severity, attributed, works):
    result = harmed(Harm(severity=severity, attributed=attributed))
    assert (result.finding, result.demonstrably_works) == ("works", works)
    assert answers(result)["candour.no_serious_harm"] == ("met" if works else "unmet")
    assert " harm was reported" in explain(result)


def test_the_veto_names_the_events_that_told_of_harm_and_what_would_lift_it():
    result = harmed(Harm(severity="serious"), Harm(severity="minor"))
    veto = next(r for r in result.reasons if r.rule == "candour.no_serious_harm")
    assert veto.event_ids == ("event-1",)
    assert ("candour.no_serious_harm",) in [lift.changes for lift in result.lift]
    assert [(told.severity, told.vetoes) for told in result.harms.told] == [
        ("minor", False),
        ("serious", True),
    ]


def test_harm_told_of_a_result_that_is_not_pooled_counts_all_the_same():
    counted = conducted(smd(0.1, 0.1, number=20), design="monitoring")
    hurt = replace(counted, harms=(Harm(severity="serious"),))
    assert not grade(subject(*trials(WORKS), hurt)).demonstrably_works
    assert "serious harm" in explain(grade(subject(hurt)))


@pytest.mark.parametrize(
    ("facts", "works"),
    [
        ({"status": "withdrawn_by_programme"}, False),
        ({"status": "removed_by_panel", "blind_to_direction": False}, False),
        ({"status": "removed_by_panel", "blind_to_direction": True}, True),
        ({"status": "corrected_by_panel"}, False),
    ],
)
def test_only_an_independent_panel_blind_to_the_direction_takes_harm_away(facts, works):
    kept = trials(WORKS)
    hurt = smd(0.2, 0.1, number=30, harms=(Harm(severity="serious"),), **facts)
    assert grade(subject(*kept, hurt)).demonstrably_works is works


def test_a_programme_cannot_revise_harm_away():
    first, *rest = trials(WORKS, harms=())
    hurt = replace(first, harms=(Harm(severity="serious"),))
    revised = replace(first, status="revised_by_programme", earlier=(hurt,))
    assert not grade(subject(revised, *rest)).demonstrably_works


def test_that_nobody_said_whether_harm_was_looked_for_is_flagged_and_no_veto():
    silent = grade(subject(*trials(WORKS)))
    assert silent.demonstrably_works
    assert answers(silent)["candour.harm_looked_for"] == "unknown"
    assert "Every result says whether anybody looked for harm" in silent.missing
    looked = grade(subject(*trials(WORKS, harms=())))
    assert answers(looked)["candour.harm_looked_for"] == "met"
    one, *rest = trials(WORKS, harms=())
    partly = grade(subject(replace(one, harms=None), *rest))
    assert answers(partly)["candour.harm_looked_for"] == "unknown"
    assert (partly.harms.looked, partly.harms.results) == (len(WORKS) - 1, len(WORKS))


def test_without_any_result_nobody_can_say_that_harm_was_looked_for():
    assert grade(subject()).harms.looked_for is None


def test_the_same_harm_told_twice_of_one_event_is_one():
    assert len(harmed(Harm(severity="minor"), Harm(severity="minor")).harms.told) == 1
