"""What the mapper writes, byte for byte, and everything it refuses to write or to read."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from domain.commands import Launch, MeasureOutcome, ReachMilestone
from domain.plan import Cost
from domain.programme import Programme
from domain.record import RECORD_EVENTS
from domain.values import Envelope, Function
from migrations.upcasting import upcast
from service.store import EventMapper, StoredRow
from service.store.errors import (
    EventRefused,
    MissingField,
    NewerSchema,
    UnknownField,
    UnknownTopic,
    UnreadableState,
    WrongValue,
)
from tests.store.builders import (
    MIDNIGHT,
    TODAY,
    a_programme,
    an_outcome,
    milestones,
    record_on,
    registered_programme,
)

STREAM = UUID(int=1)
ENVELOPE = Envelope(
    event_id=UUID(int=2),
    recorded_at=datetime(2026, 1, 1, 12, 30, tzinfo=UTC),
    happened_on=TODAY,
    actor="lead",
    function=Function.DELIVERY,
    organisation="north",
    correlation_id=UUID(int=3),
)


def event_of(event_class, facts, *, envelope=ENVELOPE, version=4):
    return event_class(
        originator_id=STREAM,
        originator_version=version,
        timestamp=envelope.recorded_at,
        envelope=envelope,
        facts=facts,
    )


@pytest.fixture
def mapper():
    return EventMapper(RECORD_EVENTS)


@pytest.fixture
def launched(mapper):
    return mapper.to_stored_event(event_of(Programme.Launched, Launch("off we go – naïvely")))


def changed(event, **changes):
    """The stored event with other fields in its state; None removes a field."""
    state = {**json.loads(event.state), **changes}
    kept = {name: value for name, value in state.items() if value is not ...}
    return replace(event, state=json.dumps(kept).encode())


def test_the_state_is_canonical_json(launched):
    assert launched.topic == "programme.launched"
    assert launched.state.decode() == (
        '{"actor":"lead","causation_id":null,'
        '"correlation_id":"00000000-0000-0000-0000-000000000003",'
        '"event_id":"00000000-0000-0000-0000-000000000002",'
        '"facts":{"note":"off we go – naïvely"},"function":"delivery","happened_on":"2026-01-01",'
        '"organisation":"north","recorded_at":"2026-01-01T12:30:00Z","schema":1}'
    )


@pytest.mark.parametrize(
    ("event_class", "facts"),
    [
        (Programme.Registered, a_programme(uuid4())),
        (Programme.Launched, Launch()),
        (Programme.OutcomeMeasured, an_outcome()),
    ],
)
def test_an_event_is_read_as_it_was_written(mapper, event_class, facts):
    event = event_of(event_class, facts)
    stored = mapper.to_stored_event(event)
    assert mapper.to_domain_event(stored) == event
    assert mapper.to_stored_event(mapper.to_domain_event(stored)) == stored


def test_a_whole_number_where_a_measure_stands_has_one_spelling(mapper):
    whole = an_outcome()
    result = replace(whole.contrast.result, estimate=1, ci_low=0.5, ci_high=2)
    facts = MeasureOutcome(replace(whole.contrast, result=result))
    stored = mapper.to_stored_event(event_of(Programme.OutcomeMeasured, facts))
    assert mapper.to_stored_event(mapper.to_domain_event(stored)) == stored


def test_a_topic_off_the_list_is_refused_and_never_imported(mapper, launched):
    with pytest.raises(UnknownTopic, match="os:system"):
        mapper.to_domain_event(replace(launched, topic="os:system"))


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"schema": 2}, NewerSchema, "schema"),
        ({"schema": 0}, WrongValue, "schema"),
        ({"schema": True}, WrongValue, "schema"),
        ({"schema": ...}, MissingField, "schema"),
        ({"facts": ...}, MissingField, "facts"),
        ({"facts": {}}, MissingField, "facts.note"),
        ({"facts": {"note": None, "mood": "good"}}, UnknownField, "facts.mood"),
        ({"facts": {"note": 7}}, WrongValue, "facts.note"),
        ({"actor": ...}, MissingField, "actor"),
        ({"causation_id": ...}, MissingField, "causation_id"),
        ({"password": "x"}, UnknownField, "password"),
        ({"function": "spy"}, WrongValue, "function"),
        ({"recorded_at": "yesterday"}, WrongValue, "recorded_at"),
    ],
)
def test_a_state_that_is_not_its_schema_is_refused_by_name(
    mapper, launched, changes, refusal, field
):
    with pytest.raises(refusal) as refused:
        mapper.to_domain_event(changed(launched, **changes))
    assert type(refused.value) is refusal
    assert refused.value.field == field


def test_a_missing_part_of_a_contrast_is_named_by_its_path(mapper):
    stored = mapper.to_stored_event(event_of(Programme.OutcomeMeasured, an_outcome()))
    facts = json.loads(stored.state)["facts"]
    del facts["contrast"]["result"]["ci_level"]
    with pytest.raises(MissingField) as refused:
        mapper.to_domain_event(changed(stored, facts=facts))
    assert refused.value.field == "facts.contrast.result.ci_level"


@pytest.mark.parametrize("state", [b"", b"{", b"\xff", b"[]", b'{"schema":1,"facts":NaN}'])
def test_bytes_that_are_no_state_are_refused(mapper, launched, state):
    with pytest.raises(UnreadableState):
        mapper.to_domain_event(replace(launched, state=state))


def test_a_refusal_says_where_it_was_met(mapper, launched):
    row = StoredRow(77, STREAM, 4, launched.topic, b"{")
    with pytest.raises(EventRefused, match="position 77") as refused:
        mapper.to_domain_event(row)
    assert (refused.value.position, refused.value.version) == (77, 4)


def test_a_number_that_json_cannot_hold_is_not_written(mapper):
    whole = an_outcome()
    facts = MeasureOutcome(replace(whole.contrast, months_since_start=3.0))
    object.__setattr__(facts.contrast, "months_since_start", float("nan"))
    with pytest.raises(WrongValue) as refused:
        mapper.to_stored_event(event_of(Programme.OutcomeMeasured, facts))
    assert refused.value.field == "facts.contrast.months_since_start"


@pytest.mark.parametrize("note", [7, b"bytes", "\ud800"])
def test_a_value_of_another_type_is_not_written(mapper, note):
    with pytest.raises(WrongValue):
        mapper.to_stored_event(event_of(Programme.Launched, Launch(note)))


def test_facts_of_another_event_are_not_written(mapper):
    with pytest.raises(EventRefused):
        mapper.to_stored_event(event_of(Programme.Launched, Cost(1.0, "GBP", 2026, "all", "NHS")))


def test_an_event_whose_clock_disagrees_with_its_envelope_is_not_written(mapper):
    event = event_of(Programme.Launched, Launch())
    object.__setattr__(event, "timestamp", MIDNIGHT)
    with pytest.raises(WrongValue, match="timestamp"):
        mapper.to_stored_event(event)


def test_an_older_schema_is_read_through_its_upcasters(launched):
    def to_second(state):
        return {**state, "facts": {"note": state["facts"]["remark"]}}

    mapper = EventMapper(
        RECORD_EVENTS,
        schemas={"programme.launched": 2},
        upcasters={("programme.launched", 1): to_second},
    )
    old = changed(launched, facts={"remark": "as it was called"})
    assert mapper.to_domain_event(old).facts == Launch("as it was called")
    assert json.loads(mapper.to_stored_event(mapper.to_domain_event(old)).state)["schema"] == 2


def test_upcasting_goes_step_by_step_and_leaves_the_given_state_alone():
    steps = {
        ("thing", 1): lambda state: {**state, "facts": [*state["facts"], "second"]},
        ("thing", 2): lambda state: {**state, "facts": [*state["facts"], "third"]},
    }
    given = {"schema": 1, "facts": ["first"]}
    read = upcast("thing", given, schema=3, upcasters=steps)
    assert read == {"schema": 3, "facts": ["first", "second", "third"]}
    assert given == {"schema": 1, "facts": ["first"]}


class Drawer:
    """A cipher that only remembers where a state belongs."""

    def seal(self, plain, *, associated, organisation):
        return b"|".join((organisation.encode(), associated.hex().encode(), plain[::-1]))

    def unseal(self, sealed, *, associated):
        _, place, backwards = sealed.split(b"|", 2)
        if place != associated.hex().encode():
            raise PermissionError("this state belongs elsewhere")
        return backwards[::-1]


def test_a_sealed_state_opens_only_in_its_own_row():
    mapper = EventMapper(RECORD_EVENTS, cipher=Drawer())
    event = event_of(Programme.MilestoneReached, ReachMilestone("a word that stays inside"))
    stored = mapper.to_stored_event(event)
    assert stored.state.startswith(b"north|")
    assert b"a word" not in stored.state
    assert mapper.to_domain_event(stored) == event
    for other in (replace(stored, originator_version=5), replace(stored, originator_id=uuid4())):
        with pytest.raises(PermissionError):
            mapper.to_domain_event(other)


def test_a_record_is_read_again_by_another_process(store):
    record = record_on(store)
    _, programme = registered_programme(record)
    milestones(record, programme, 2)
    read = [store.mapper.to_domain_event(row) for row in store.recorder.select_rows(0, 100)]
    assert [event.facts.type for event in read] == [
        "registered", "registered", "launched", "milestone_reached", "milestone_reached",
    ]  # fmt: skip
    assert record.repository.get(programme).launched_on == TODAY
    assert isinstance(store.recorder.select_events(programme)[0], StoredEvent)
