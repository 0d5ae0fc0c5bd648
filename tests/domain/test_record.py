"""The record as a book: who may write, what is written once, what two writers do to each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from domain.errors import InvalidValue, KeyReused, MoveRefused, NotAllowed, NotFound, Stale
from domain.programme import Programme
from domain.record import RECORD_EVENTS, IdempotencyKey, Record, Trace
from domain.values import Actor, Function
from tests.domain.builders import (
    AUDITOR,
    BY_PANEL,
    BY_PROGRAMME,
    FUNDER,
    LAUNCH,
    LEAD,
    MILESTONE,
    STALL,
    STEWARD,
    STRANGER,
    approach,
    correct,
    day,
    enrol,
    ids,
    judge,
    measure,
    planned,
    register,
    register_plan,
    withdraw,
)
from tests.domain.memory import MemoryFactory

KEY = IdempotencyKey("Northby Council", "k-1", "hash-1")


class Clock:
    """Noon of the hundredth day, until somebody moves it."""

    def __init__(self):
        self.now = datetime(2020, 4, 10, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def record(clock):
    return Record(factory=MemoryFactory(RECORD_EVENTS), clock=clock, new_id=ids())


@pytest.fixture
def programme_id(record):
    """A programme that was registered and launched: versions 0 and 1."""
    made = record.register_approach(STEWARD, approach(), happened_on=day(0))
    command = register(approach_id=made.stream_id)
    receipt = record.register_programme(LEAD, command, happened_on=day(0))
    record.act(LEAD, receipt.stream_id, LAUNCH, happened_on=day(1))
    return receipt.stream_id


def types(record, stream_id):
    return [event.facts.type for event in record.events.get(stream_id)]


def written(record):
    return len(record.recorder.select_notifications(1, 100))


def test_a_receipt_says_where_it_was_written(record, programme_id):
    receipt = record.act(LEAD, programme_id, MILESTONE, happened_on=day(2))
    (event,) = record.events.get(programme_id, gt=1)
    assert (receipt.stream_id, receipt.version, receipt.position) == (programme_id, 2, 4)
    assert receipt.event_ids == (event.envelope.event_id,)
    assert not receipt.replayed


def test_every_event_carries_who_when_and_why(record, programme_id, clock):
    trace = Trace(UUID(int=5), UUID(int=6))
    record.act(LEAD, programme_id, MILESTONE, happened_on=day(2), trace=trace)
    (event,) = record.events.get(programme_id, gt=1)
    told = event.envelope
    assert (told.actor, told.function, told.organisation) == (
        "m-lead",
        "delivery",
        LEAD.organisation,
    )
    assert (told.happened_on, told.recorded_at) == (day(2), clock.now)
    assert (told.correlation_id, told.causation_id) == (UUID(int=5), UUID(int=6))


def test_without_a_trace_an_event_is_its_own_correlation(record, programme_id):
    event = next(record.events.get(programme_id))
    assert event.envelope.correlation_id == event.envelope.event_id
    assert event.envelope.causation_id is None


def test_within_a_stream_the_time_of_recording_never_runs_backwards(record, programme_id, clock):
    before = clock.now
    clock.now -= timedelta(minutes=5)
    record.act(LEAD, programme_id, MILESTONE, happened_on=day(2))
    assert list(record.events.get(programme_id))[-1].envelope.recorded_at == before


def test_a_date_in_the_future_is_refused_and_today_is_not(record, programme_id, clock):
    today = clock.now.date()
    with pytest.raises(InvalidValue, match="happened_on") as caught:
        record.act(LEAD, programme_id, STALL, happened_on=today + timedelta(days=1))
    assert str(today) in caught.value.accepted
    record.act(LEAD, programme_id, STALL, happened_on=today)


def test_a_programme_needs_an_approach_of_the_catalogue(record, programme_id):
    for wrong in (UUID(int=404), programme_id):
        with pytest.raises(InvalidValue, match="approach_id"):
            record.register_programme(LEAD, register(approach_id=wrong), happened_on=day(0))


def test_what_is_no_programme_is_not_found(record, programme_id):
    approach_id = record.register_approach(STEWARD, approach(), happened_on=day(0)).stream_id
    for wrong in (UUID(int=404), approach_id):
        with pytest.raises(NotFound, match="no programme"):
            record.act(LEAD, wrong, STALL, happened_on=day(2))


@pytest.mark.parametrize("actor", [STRANGER, FUNDER, AUDITOR, STEWARD])
def test_only_the_owner_delivers(record, programme_id, actor):
    with pytest.raises(NotAllowed):
        record.act(actor, programme_id, STALL, happened_on=day(2))


def test_only_delivery_registers_programmes_and_only_the_steward_keeps_the_catalogue(record):
    with pytest.raises(NotAllowed):
        record.register_programme(FUNDER, register(), happened_on=day(0))
    with pytest.raises(NotAllowed):
        record.register_approach(LEAD, approach(), happened_on=day(0))
    with pytest.raises(NotAllowed):
        record.enrol_member(LEAD, enrol(Function.PEER), happened_on=day(0))
    assert record.enrol_member(STEWARD, enrol(Function.PEER), happened_on=day(0)).version == 0


@pytest.mark.parametrize(
    ("decide", "permitted"),
    [
        (lambda outcome: correct(outcome, 0.2, by=BY_PROGRAMME), {LEAD}),
        (lambda outcome: withdraw(outcome, by=BY_PROGRAMME), {LEAD}),
        (lambda outcome: correct(outcome, 0.2, by=BY_PANEL), {AUDITOR, STEWARD}),
        (lambda outcome: withdraw(outcome, by=BY_PANEL), {AUDITOR, STEWARD}),
        (lambda outcome: judge(event_id=outcome), {AUDITOR, STEWARD}),
    ],
)
@pytest.mark.parametrize("actor", [LEAD, STRANGER, FUNDER, AUDITOR, STEWARD])
def test_the_owner_decides_as_the_programme_and_the_assurers_as_the_panel(
    record, programme_id, decide, permitted, actor
):
    (outcome,) = record.act(LEAD, programme_id, measure(), happened_on=day(2)).event_ids
    decision = decide(outcome)
    if actor in permitted:
        assert record.act(actor, programme_id, decision, happened_on=day(3)).version == 3
    else:
        with pytest.raises(NotAllowed):
            record.act(actor, programme_id, decision, happened_on=day(3))


def test_a_judgement_that_nobody_asks_for_is_not_written(record, programme_id, clock):
    def nobody_asks(judgement):
        raise InvalidValue("judgement.question", f"is {judgement.question}", accepted="another")

    strict = Record(factory=record.factory, clock=clock, new_id=ids(), asked=nobody_asks)
    record.act(LEAD, programme_id, register_plan(planned(domain="falls")), happened_on=day(1))
    before = written(record)
    with pytest.raises(InvalidValue, match="risk_of_bias"):
        strict.act(AUDITOR, programme_id, judge(outcome_domain="falls"), happened_on=day(2))
    assert written(record) == before


def test_nobody_judges_the_programme_of_their_own_organisation(record, programme_id):
    insider = Actor("m-inside", Function.AUDITOR, LEAD.organisation)
    with pytest.raises(NotAllowed, match="of another organisation"):
        record.act(insider, programme_id, judge(outcome_domain="falls"), happened_on=day(2))


def test_a_known_key_answers_again_and_writes_nothing(record, programme_id):
    first = record.act(LEAD, programme_id, MILESTONE, happened_on=day(2), key=KEY)
    before = written(record)
    again = record.act(LEAD, programme_id, MILESTONE, happened_on=day(2), key=KEY)
    assert again.replayed
    assert (again.stream_id, again.version, again.position, again.event_ids) == (
        first.stream_id, first.version, first.position, first.event_ids,
    )  # fmt: skip
    assert written(record) == before


def test_a_known_key_answers_even_when_the_move_is_no_longer_open(record, programme_id):
    first = record.act(LEAD, programme_id, STALL, happened_on=day(2), key=KEY)
    assert (
        record.act(LEAD, programme_id, STALL, happened_on=day(2), key=KEY).version == first.version
    )


def test_a_known_key_for_another_request_is_refused(record, programme_id):
    record.act(LEAD, programme_id, MILESTONE, happened_on=day(2), key=KEY)
    other = IdempotencyKey(KEY.organisation, KEY.key, "hash-2")
    with pytest.raises(KeyReused):
        record.act(LEAD, programme_id, STALL, happened_on=day(2), key=other)
    assert "stalled" not in types(record, programme_id)


def test_keys_of_different_organisations_are_different_keys(record, programme_id):
    (outcome,) = record.act(LEAD, programme_id, measure(), happened_on=day(2), key=KEY).event_ids
    theirs = IdempotencyKey(AUDITOR.organisation, KEY.key, "hash-2")
    decision = judge(event_id=outcome)
    assert not record.act(AUDITOR, programme_id, decision, happened_on=day(2), key=theirs).replayed


def test_a_refusal_is_not_remembered_under_its_key(record, programme_id):
    with pytest.raises(MoveRefused):
        record.act(LEAD, programme_id, LAUNCH, happened_on=day(2), key=KEY)
    assert record.act(LEAD, programme_id, STALL, happened_on=day(2), key=KEY).version == 2


def test_creating_twice_under_one_key_makes_one_stream(record, clock):
    first = record.register_approach(STEWARD, approach(), happened_on=day(0), key=KEY)
    twin = Record(factory=record.factory, clock=clock, new_id=ids())
    again = twin.register_approach(STEWARD, approach(), happened_on=day(0), key=KEY)
    assert (again.stream_id, again.replayed) == (first.stream_id, True)
    assert written(record) == 1


def test_the_stream_of_a_key_is_told_apart_however_the_key_is_cut(record):
    streams = {
        record.stream_id(IdempotencyKey(organisation, key, ""))
        for organisation, key in (("a", "b:c"), ("a:b", "c"), ("ab", "c"))
    }
    assert len(streams) == 3


def test_when_somebody_else_writes_first_it_is_decided_again(record, programme_id):
    record.recorder.before_insert.append(
        lambda: record.act(LEAD, programme_id, STALL, happened_on=day(2))
    )
    receipt = record.act(LEAD, programme_id, MILESTONE, happened_on=day(3))
    assert receipt.version == 3
    assert types(record, programme_id)[2:] == ["stalled", "milestone_reached"]


def test_deciding_again_may_end_in_a_refusal(record, programme_id):
    record.recorder.before_insert.append(
        lambda: record.act(LEAD, programme_id, STALL, happened_on=day(2))
    )
    with pytest.raises(MoveRefused):
        record.act(LEAD, programme_id, STALL, happened_on=day(3))
    assert types(record, programme_id)[2:] == ["stalled"]


def test_deciding_again_comes_to_an_end(record, programme_id, monkeypatch):
    tried = []

    def always_second(*_, **__):
        tried.append(1)
        raise IntegrityError("somebody was first")

    monkeypatch.setattr(record.recorder, "insert_events", always_second)
    with pytest.raises(Stale):
        record.act(LEAD, programme_id, STALL, happened_on=day(2))
    assert len(tried) == 5


def test_an_expected_version_that_is_not_the_version_is_stale(record, programme_id):
    with pytest.raises(Stale) as caught:
        record.act(LEAD, programme_id, STALL, happened_on=day(2), expected_version=0)
    assert caught.value.data["version"] == 1
    assert (
        record.act(LEAD, programme_id, STALL, happened_on=day(2), expected_version=1).version == 2
    )


def test_an_expected_version_is_never_decided_again(record, programme_id):
    record.recorder.before_insert.append(
        lambda: record.act(LEAD, programme_id, MILESTONE, happened_on=day(2))
    )
    with pytest.raises(Stale):
        record.act(LEAD, programme_id, STALL, happened_on=day(3), expected_version=1)
    assert types(record, programme_id)[2:] == ["milestone_reached"]


def test_two_writers_with_one_key_write_once(record, programme_id):
    def same_request():
        return record.act(LEAD, programme_id, MILESTONE, happened_on=day(2), key=KEY)

    record.recorder.before_insert.append(same_request)
    assert same_request().replayed
    assert types(record, programme_id)[2:] == ["milestone_reached"]


def test_writers_at_the_same_moment_all_get_their_turn(record, programme_id):
    # Of four writers one wins each round, so four tries are enough for the last.
    with ThreadPoolExecutor(max_workers=4) as pool:
        writes = [
            pool.submit(record.act, LEAD, programme_id, MILESTONE, happened_on=day(2))
            for _ in range(4)
        ]
    assert sorted(write.result().version for write in writes) == [2, 3, 4, 5]


@pytest.mark.parametrize("key", [None, KEY])
def test_a_lost_reply_is_not_a_lost_write(record, programme_id, key):
    def lose_the_reply():
        raise IntegrityError("sent again after the connection was lost, and already there")

    record.recorder.after_insert.append(lose_the_reply)
    receipt = record.act(LEAD, programme_id, MILESTONE, happened_on=day(2), key=key)
    assert (receipt.version, receipt.replayed) == (2, True)
    assert types(record, programme_id)[2:] == ["milestone_reached"]


def test_nothing_of_the_process_environment_reaches_a_book(monkeypatch, clock):
    for name in ("PERSISTENCE_MODULE", "COMPRESSOR_TOPIC", "IS_SNAPSHOTTING_ENABLED", "CIPHER_KEY"):
        monkeypatch.setenv(name, "nonsense:nonsense")
    book = Record(factory=MemoryFactory(RECORD_EVENTS), clock=clock, new_id=ids())
    assert dict(book.env) == Record.env
    book.register_approach(STEWARD, approach(), happened_on=day(0))


def test_a_stream_is_rebuilt_from_what_a_mapper_makes(record, programme_id):
    programme = record.load(Programme, programme_id)
    assert (programme.status, programme.launched_on, programme.version) == ("active", day(1), 1)


def test_a_member_of_the_organisation_in_another_function_does_not_deliver(record, programme_id):
    colleague = Actor("m-peer", Function.PEER, LEAD.organisation)
    with pytest.raises(NotAllowed):
        record.act(colleague, programme_id, STALL, happened_on=day(2))
