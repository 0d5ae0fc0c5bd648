"""What only a server can do to us: go away, come back, keep us waiting."""

from uuid import uuid4

import psycopg
import pytest

from domain.record import RECORD_EVENTS
from migrations import migrate
from service.store import StoreBusy, open_store, postgres
from tests.store.builders import milestones, record_on, registered_programme, stored


@pytest.fixture
def store(fresh_postgres):
    migrate(fresh_postgres, "record")
    opened = open_store(fresh_postgres, "record", events=RECORD_EVENTS)
    yield opened
    opened.close()


def break_connections(dsn):
    """As a restart of the server does: every other connection to this database ends."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_no_connection_is_made_before_it_is_needed(store):
    assert store.recorder.database._pool.closed


def test_a_recorder_outlives_the_loss_of_its_connections(store, fresh_postgres):
    stream = uuid4()
    store.recorder.insert_events([stored(stream, 0)])
    break_connections(fresh_postgres)
    assert len(store.recorder.select_events(stream)) == 1
    break_connections(fresh_postgres)
    store.recorder.insert_events([stored(stream, 1)])
    assert len(store.recorder.select_events(stream)) == 2


def test_a_lost_answer_to_a_save_is_not_a_lost_write(store, monkeypatch):
    """The connection breaks after the commit and before its answer: the event is there once."""
    record = record_on(store)
    _, programme = registered_programme(record)
    sent = []

    def send_and_lose(values):
        positions = real_send(values)
        sent.append(positions)
        if len(sent) == 1:
            raise postgres.persistence.OperationalError("the answer was lost")
        return positions

    real_send = store.recorder._send
    monkeypatch.setattr(store.recorder, "_send", send_and_lose)
    milestones(record, programme, 1)
    topics = [event.topic for event in store.recorder.select_events(programme)]
    assert topics.count("programme.milestone_reached") == 1


def test_a_writer_that_waits_too_long_is_told_so(fresh_postgres, monkeypatch):
    monkeypatch.setattr(postgres, "WAIT_SECONDS", 1)
    migrate(fresh_postgres, "record")
    store = open_store(fresh_postgres, "record", events=RECORD_EVENTS)
    with psycopg.connect(fresh_postgres) as other:
        other.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('candour record.stored_events', 0))"
        )
        with pytest.raises(StoreBusy):
            store.recorder.insert_events([stored(uuid4(), 0)])
    assert store.recorder.insert_events([stored(uuid4(), 0)])
    store.close()
