"""What was known of a programme's outcomes at a moment, and who decided it."""

import pytest

from domain.contrast import Timing
from domain.facts import facts_known
from tests.domain.builders import (
    BY_PANEL,
    BY_PROGRAMME,
    CLOSE,
    COST,
    LAUNCH,
    adapt,
    baseline,
    contrast,
    core_pivot,
    correct,
    day,
    judge,
    measure,
    withdraw,
)
from tests.domain.scenario import Scenario


def measured(*decisions):
    """An outcome of 0.3 and what was decided on it: its facts."""
    scenario = Scenario().given(LAUNCH, measure(0.3))
    outcome = scenario.last_id
    scenario.given(*(decision(outcome) for decision in decisions))
    (known,) = facts_known(scenario.events).contrasts
    assert known.event_id == outcome
    assert len(known.decisive_event_ids) == 1 + len(decisions)
    assert known.decisive_event_ids[-1] == scenario.last_id
    return known


def panel_says(value):
    return lambda outcome: correct(outcome, value, by=BY_PANEL)


def programme_says(value):
    return lambda outcome: correct(outcome, value, by=BY_PROGRAMME)


def panel_removes(*, blind):
    return lambda outcome: withdraw(outcome, by=BY_PANEL, blind=blind)


def programme_withdraws(outcome):
    return withdraw(outcome, by=BY_PROGRAMME)


def values(contrasts):
    return [known.result.estimate for known in contrasts]


@pytest.mark.parametrize(
    ("decisions", "status", "value", "previous", "contested"),
    [
        ([], "live", 0.3, [], []),
        ([panel_says(0.2)], "corrected_by_panel", 0.2, [0.3], []),
        ([programme_says(0.4)], "revised_by_programme", 0.4, [0.3], [0.3]),
        ([programme_says(0.4)] * 2, "revised_by_programme", 0.4, [0.3, 0.4], [0.3, 0.4]),
        ([programme_says(0.4), panel_says(0.2)], "corrected_by_panel", 0.2, [0.3, 0.4], []),
        ([panel_says(0.2), programme_says(0.4)], "revised_by_programme", 0.4, [0.3, 0.2], [0.2]),
        ([programme_withdraws], "withdrawn_by_programme", 0.3, [], []),
        ([programme_says(0.4), programme_withdraws], "withdrawn_by_programme", 0.4, [0.3], [0.3]),
        ([panel_removes(blind=False)], "removed_by_panel", 0.3, [], []),
    ],
)  # fmt: skip
def test_an_outcome_stands_by_its_last_decision(decisions, status, value, previous, contested):
    known = measured(*decisions)
    assert known.status == status
    assert values([known.contrast]) == [value]
    assert values(known.previous) == previous
    assert values(known.contested) == contested
    assert not known.blind_to_direction


def test_a_removal_says_whether_its_reason_is_blind_to_the_direction():
    assert measured(panel_removes(blind=True)).blind_to_direction


def test_as_of_cuts_on_the_day_in_the_world_and_known_at_on_the_day_of_telling():
    scenario = Scenario().given((LAUNCH, day(0)), (measure(0.3), day(50)))
    told = scenario.events[-1].envelope.recorded_at
    scenario.given((correct(scenario.last_id, 0.1, by=BY_PANEL), day(60)))

    assert values(c.contrast for c in facts_known(scenario.events).contrasts) == [0.1]
    assert facts_known(scenario.events, as_of=day(49)).contrasts == ()
    for moment in ({"as_of": day(50)}, {"as_of": day(59)}, {"known_at": told}):
        (known,) = facts_known(scenario.events, **moment).contrasts
        assert (known.status, known.contrast) == ("live", contrast(0.3))
    assert facts_known(scenario.events, as_of=day(60), known_at=told).contrasts[0].status == "live"


def test_what_was_known_at_a_moment_is_what_a_shorter_stream_says():
    scenario = Scenario().given(LAUNCH, measure(), core_pivot(), measure(0.1), COST, CLOSE)
    for length, event in enumerate(scenario.events, start=1):
        moment = event.envelope.recorded_at
        shorter = facts_known(scenario.events[:length], known_at=moment)
        assert facts_known(scenario.events, known_at=moment) == shorter


def test_evidence_belongs_to_the_version_it_was_measured_on_however_late_it_is_told():
    scenario = Scenario().given(LAUNCH, (core_pivot(), day(100)))
    scenario.given((measure(), day(99)), (measure(), day(101)), (measure(), day(100)))
    facts = facts_known(scenario.events)
    assert facts.version_number == 2
    assert [known.version_number for known in facts.contrasts] == [1, 2, 2]
    assert facts_known(scenario.events, as_of=day(99)).version_number == 1


def test_on_the_day_of_a_pivot_the_order_of_telling_decides():
    scenario = Scenario().given(LAUNCH, (measure(), day(9)), (core_pivot(), day(9)))
    scenario.given((measure(), day(9)))
    known = facts_known(scenario.events).contrasts
    assert [contrast.version_number for contrast in known] == [1, 2]


def test_an_adaptation_is_no_boundary():
    assert facts_known(Scenario().given(LAUNCH, adapt()).events).core_pivots == ()


def test_judgements_costs_and_the_launch_are_known_with_their_events():
    scenario = Scenario().given(baseline(), LAUNCH, measure(), COST)
    scenario.given(judge(event_id=scenario.events[3].envelope.event_id))
    facts = facts_known(scenario.events)
    assert facts.launched_on == day(2)
    assert [cost.report for cost in facts.costs] == [COST]
    assert [judgement.event_id for judgement in facts.judgements] == [scenario.last_id]
    assert [known.contrast.timing for known in facts.contrasts] == [
        Timing.BASELINE,
        Timing.FOLLOW_UP,
    ]


def test_who_it_is_does_not_depend_on_the_moment():
    facts = facts_known(Scenario().given(LAUNCH).events, as_of=day(-1))
    assert (facts.name, facts.organisation) == ("Home from hospital", "Northby Council")
    assert facts.launched_on is None


def test_a_stream_that_does_not_start_with_its_registration_is_an_error():
    with pytest.raises(ValueError, match="starts with its registration"):
        facts_known([])
    with pytest.raises(ValueError, match="starts with its registration"):
        facts_known(Scenario().given(LAUNCH).events[1:])
