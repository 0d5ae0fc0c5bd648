"""What holds for every life of a programme, however it goes."""

from functools import reduce
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import ContrastStatus, facts_known
from domain.programme import PROGRAMME_EVENTS, Programme
from domain.views import programme_card
from tests.domain.builders import (
    BY_PANEL,
    BY_PROGRAMME,
    LAUNCH,
    MILESTONE,
    PROGRAMME_ID,
    RESUME,
    STALL,
    adapt,
    correct,
    day,
    example_of,
    measure,
    register,
    register_plan,
    stamp,
    withdraw,
)
from tests.domain.memory import JsonMapper
from tests.domain.scenario import Scenario

MAPPER = JsonMapper(PROGRAMME_EVENTS)
CHOICES = st.lists(st.integers(min_value=0, max_value=10_000), max_size=25)
DELIVERY = st.lists(st.sampled_from(["milestone", "adapt", "stall"]), max_size=6)
DECISIONS = st.sampled_from(["none", "panel", "programme", "removed", "withdrawn"])


def life(choices):
    """A programme that makes one of its open moves for each number."""
    scenario = Scenario()
    for choice in choices:
        moves = scenario.programme.open_moves
        scenario.given(example_of(moves[choice % len(moves)], scenario.programme))
    return scenario


def rebuilt(events):
    stored = [MAPPER.to_domain_event(MAPPER.to_stored_event(event)) for event in events]
    return stored, reduce(lambda programme, event: event.mutate(programme), stored, None)


@given(CHOICES)
def test_every_life_folds_the_same_from_what_was_stored(choices):
    scenario = life(choices)
    stored, programme = rebuilt(scenario.events)
    assert programme == scenario.programme
    assert facts_known(stored) == facts_known(scenario.events)
    assert reduce(programme_card, stored, None) == reduce(programme_card, scenario.events, None)


@given(CHOICES)
def test_facts_and_programme_agree_on_what_stands(choices):
    scenario = life(choices)
    facts = facts_known(scenario.events)
    taken_back = (ContrastStatus.REMOVED_BY_PANEL, ContrastStatus.WITHDRAWN_BY_PROGRAMME)
    standing = {c.event_id: c.contrast for c in facts.contrasts if c.status not in taken_back}
    live = {event_id: outcome.contrast for event_id, outcome in scenario.programme.outcomes.items()}
    assert standing == live
    assert facts.version_number == scenario.programme.version_number
    assert facts.launched_on == scenario.programme.launched_on


@given(CHOICES)
def test_facts_at_a_moment_depend_on_nothing_told_later(choices):
    events = life(choices).events
    middle = len(events) // 2 + 1
    moment = events[middle - 1].envelope.recorded_at
    assert facts_known(events, known_at=moment) == facts_known(events[:middle], known_at=moment)


STORY = (register_plan(), LAUNCH, measure(0.1), measure(0.2, site="Eastby"), measure(0.3))


def told(steps):
    """Each step under an id and a day of its own, which what is told between them never moves."""
    first = stamp(event_id=UUID(int=1), happened_on=day(0))
    programme = Programme.register(register(), first, programme_id=PROGRAMME_ID)
    for number, (event_id, step) in steps:
        envelope = stamp(event_id=event_id, happened_on=day(number))
        programme.act(step, envelope)
    return list(programme.collect_events())


def with_delivery(between):
    """The story, with stalls, adaptations and milestones told between its steps."""
    for number, step in enumerate(STORY, start=1):
        yield number, (UUID(int=number + 100), step)
        for index, kind in enumerate(between if number > 1 else ()):
            new_id = UUID(int=number * 1000 + index * 2)
            for offset, extra in enumerate(EXTRA[kind]):
                yield number, (UUID(int=new_id.int + offset), extra)


EXTRA = {"milestone": (MILESTONE,), "adapt": (adapt(),), "stall": (STALL, RESUME)}


@given(DELIVERY)
def test_stalls_adaptations_and_milestones_never_change_the_evidence(between):
    plain, busy = facts_known(told(with_delivery(()))), facts_known(told(with_delivery(between)))
    assert busy.contrasts == plain.contrasts
    assert (busy.plans, busy.unreported) == (plain.plans, plain.unreported)
    assert busy.version_number == 1


def decided(name, event_id, site):
    return {
        "none": (),
        "panel": (correct(event_id, 0.9, by=BY_PANEL),),
        "programme": (correct(event_id, 0.8, by=BY_PROGRAMME, site=site),),
        "removed": (withdraw(event_id, by=BY_PANEL, blind=True),),
        "withdrawn": (withdraw(event_id, by=BY_PROGRAMME),),
    }[name]


@settings(deadline=None)
@given(st.lists(DECISIONS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_in_which_independent_outcomes_arrive_never_matters(decisions, random):
    outcomes = [(UUID(int=100 + index), name) for index, name in enumerate(decisions)]
    shuffled = random.sample(outcomes, len(outcomes))
    assert what_stands(outcomes) == what_stands(shuffled)


def what_stands(outcomes):
    """What is known of outcomes that were told in this order, measured on days of their own."""
    first = stamp(event_id=UUID(int=1), happened_on=day(0))
    programme = Programme.register(register(), first, programme_id=PROGRAMME_ID)
    programme.act(LAUNCH, stamp(event_id=UUID(int=2), happened_on=day(1)))
    for event_id, name in outcomes:
        measured_on = day(event_id.int)
        site = f"site {event_id.int}"
        command = measure(event_id.int / 1000, site=site)
        programme.act(command, stamp(event_id=event_id, happened_on=measured_on))
        for decision in decided(name, event_id, site):
            later = stamp(event_id=UUID(int=event_id.int + 1000), happened_on=measured_on)
            programme.act(decision, later)
    facts = facts_known(programme.collect_events())
    return {known.event_id: known for known in facts.contrasts}
