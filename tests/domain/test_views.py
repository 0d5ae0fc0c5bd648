"""Documents folded from events."""

import json
from functools import reduce
from uuid import UUID

import pytest

from domain.approach import Approach
from domain.member import Member
from domain.plain import plain
from domain.values import Function
from domain.views import approach_card, member_card, programme_card, programme_entry
from tests.domain.builders import (
    APPROACH_ID,
    BY_PROGRAMME,
    CLOSE,
    LAUNCH,
    MILESTONE,
    RESUME,
    STALL,
    adapt,
    approach,
    core_pivot,
    day,
    enrol,
    measure,
    register_plan,
    stamp,
    withdraw,
)
from tests.domain.scenario import Scenario


def card_of(events):
    return reduce(programme_card, events, None)


def first_event(aggregate):
    (event,) = aggregate.collect_events()
    return event


def new_approach():
    made = stamp(event_id=UUID(int=2), happened_on=day(0))
    return first_event(Approach.register(approach(), made, approach_id=APPROACH_ID))


def new_member():
    made = stamp(event_id=UUID(int=3), happened_on=day(0))
    return first_event(Member.enrol(enrol(Function.PEER), made, member_id=UUID(int=9)))


def test_a_card_follows_the_life_of_its_programme():
    scenario = Scenario().given(register_plan(), LAUNCH, STALL, RESUME, core_pivot(), adapt())
    scenario.given(MILESTONE, measure(), measure())
    scenario.given(withdraw(scenario.last_id, by=BY_PROGRAMME), CLOSE)
    card = card_of(scenario.events)
    assert card["status"] == scenario.programme.status == "closed"
    assert card["version_number"] == scenario.programme.version_number == 2
    assert card["outcomes"] == len(scenario.programme.outcomes) == 1
    assert (card["plans"], card["stream_version"]) == (1, scenario.programme.version)
    assert (card["registered_on"], card["launched_on"]) == ("2020-01-01", "2020-01-03")
    assert card["closed_on"] == card["last_event_on"] == day(11).isoformat()
    assert "stalled" not in card["open_moves"]
    assert card["card"]["location"] == "Northby"


def test_every_event_of_a_programme_folds_into_a_card_and_an_entry_that_are_json():
    scenario = Scenario().given(LAUNCH, measure())
    assert json.loads(json.dumps(card_of(scenario.events))) == card_of(scenario.events)
    entries = [programme_entry(event) for event in scenario.events]
    assert json.loads(json.dumps(entries)) == entries
    assert [entry["type"] for entry in entries] == ["registered", "launched", "outcome_measured"]
    assert entries[2]["facts"]["contrast"]["result"]["kind"] == "reported"
    assert entries[2]["actor"] == "m-lead"


def test_a_fold_leaves_the_earlier_document_alone():
    scenario = Scenario().given(LAUNCH)
    before = card_of(scenario.events[:1])
    programme_card(before, scenario.events[1])
    assert before["status"] == "registered"


def test_approaches_and_members_have_cards():
    assert approach_card(None, new_approach())["core_components"] == ["a visit within 48 hours"]
    assert member_card(None, new_member())["functions"] == ["peer"]


@pytest.mark.parametrize("fold", [approach_card, member_card])
def test_an_event_of_another_kind_is_an_error(fold):
    with pytest.raises(TypeError, match="does not change"):
        fold(None, Scenario().events[0])


def test_a_programme_card_refuses_what_is_no_event_of_a_programme():
    scenario = Scenario().given(LAUNCH)
    with pytest.raises(TypeError, match="does not change a programme"):
        programme_card(card_of(scenario.events), new_approach())
    with pytest.raises(ValueError, match="before the programme was registered"):
        programme_card(None, scenario.events[1])
    with pytest.raises(TypeError, match="no event of a programme"):
        programme_entry(new_member())


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError, match="no plain form"):
        plain(object())
