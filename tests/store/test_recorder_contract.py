"""What both recorders keep: order, versions, keys, bytes, and everything that was acknowledged."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.errors import KeyTaken
from domain.record import RECORD_EVENTS
from migrations import migrate
from service.store import open_store
from tests.store.builders import idempotency, stored

AWKWARD_BYTES = bytes(range(256)) + "naïve \u0000 ' \" \\ 🙂".encode()


def test_events_come_back_in_the_order_of_their_versions(recorder):
    stream = uuid4()
    recorder.insert_events([stored(stream, 0, state=b"a"), stored(stream, 1, state=b"b")])
    recorder.insert_events([stored(stream, 2, state=b"c"), stored(uuid4(), 0)])
    assert [event.state for event in recorder.select_events(stream)] == [b"a", b"b", b"c"]
    assert [event.originator_version for event in recorder.select_events(stream, gt=0)] == [1, 2]
    assert [event.originator_version for event in recorder.select_events(stream, lte=1)] == [0, 1]
    last = recorder.select_events(stream, desc=True, limit=1)
    assert last == [stored(stream, 2, state=b"c")]


def test_a_stream_that_was_never_written_has_no_events(recorder):
    assert recorder.select_events(uuid4()) == []


def test_an_empty_log_has_no_last_position(recorder):
    assert recorder.max_notification_id() is None
    assert recorder.select_rows(0, 10) == []


def test_nothing_to_write_writes_nothing(recorder):
    assert recorder.insert_events([]) == []


def test_positions_rise_with_every_event(recorder):
    stream = uuid4()
    first = recorder.insert_events([stored(stream, 0), stored(stream, 1)])
    second = recorder.insert_events([stored(stream, 2)])
    assert [*first, *second] == sorted({*first, *second})
    assert recorder.max_notification_id() == second[-1]


def test_rows_come_back_byte_for_byte(recorder):
    stream = uuid4()
    event = StoredEvent(stream, 0, "thing.happened", AWKWARD_BYTES)
    [position] = recorder.insert_events([event])
    assert recorder.select_rows(0, 10) == [(position, stream, 0, "thing.happened", AWKWARD_BYTES)]


def test_rows_are_read_in_pages(recorder):
    stream = uuid4()
    positions = recorder.insert_events([stored(stream, version) for version in range(7)])
    page = recorder.select_rows(positions[1], 3)
    assert [row.position for row in page] == positions[2:5]


def test_the_engine_reads_the_log_from_and_to_a_position_and_by_topic(recorder):
    stream = uuid4()
    events = [StoredEvent(stream, index, f"topic.{index % 2}", b"") for index in range(6)]
    positions = recorder.insert_events(events)

    def read(*asked, **how):
        return [found.id for found in recorder.select_notifications(*asked, **how)]

    assert read(positions[2], 2) == positions[2:4]
    assert read(positions[2], 2, inclusive_of_start=False) == positions[3:5]
    assert read(None, 10, stop=positions[1]) == positions[:2]
    assert read(None, 2, topics=["topic.1"]) == [positions[1], positions[3]]


def test_a_version_is_written_once_and_a_clash_leaves_nothing(recorder):
    stream, other = uuid4(), uuid4()
    recorder.insert_events([stored(stream, 0)])
    row = idempotency("key", stream)
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored(other, 0), stored(stream, 0)], idempotency=row)
    assert recorder.select_events(other) == []
    assert recorder.find_idempotency("north", "key") is None
    assert len(recorder.select_rows(0, 10)) == 1


def test_the_answer_to_a_key_is_kept_with_its_events(recorder):
    stream = uuid4()
    row = idempotency("key", stream, last=1)
    positions = recorder.insert_events([stored(stream, 0), stored(stream, 1)], idempotency=row)
    found = recorder.find_idempotency("north", "key")
    assert found.position == positions[-1]
    for name in ("request_hash", "stream_id", "event_ids", "recorded_at", "last_version"):
        assert getattr(found, name) == getattr(row, name)


def test_a_key_is_answered_once_and_a_clash_leaves_nothing(recorder):
    stream, other = uuid4(), uuid4()
    recorder.insert_events([stored(stream, 0)], idempotency=idempotency("key", stream))
    with pytest.raises(KeyTaken):
        recorder.insert_events([stored(other, 0)], idempotency=idempotency("key", other))
    assert recorder.select_events(other) == []
    assert recorder.find_idempotency("north", "key").stream_id == stream


def test_a_key_belongs_to_its_organisation(recorder):
    first, second = uuid4(), uuid4()
    recorder.insert_events([stored(first, 0)], idempotency=idempotency("key", first))
    row = idempotency("key", second, organisation="south")
    recorder.insert_events([stored(second, 0)], idempotency=row)
    assert recorder.find_idempotency("south", "key").stream_id == second
    assert recorder.find_idempotency("west", "key") is None


CHANGES = (
    "UPDATE stored_events SET topic = 'other'",
    "UPDATE stored_events SET state = state WHERE position = 1",
    "DELETE FROM stored_events",
)


def assert_refused(recorder, change):
    recorder.insert_events([stored(uuid4(), 0)])
    before = recorder.select_rows(0, 10)
    with (
        pytest.raises(IntegrityError, match=r"append-only|already written"),
        recorder.database.writing(lock="tamper") as cursor,
    ):
        cursor.execute(change)
    assert recorder.select_rows(0, 10) == before


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_an_event(recorder, change):
    assert_refused(recorder, change)


def test_sqlite_refuses_to_replace_an_event(sqlite_address):
    store = open_store(sqlite_address, "record", events=RECORD_EVENTS)
    assert_refused(
        store.recorder, "INSERT OR REPLACE INTO stored_events SELECT * FROM stored_events"
    )
    store.close()


def test_postgresql_refuses_to_empty_the_log(fresh_postgres):
    migrate(fresh_postgres, "record")
    store = open_store(fresh_postgres, "record", events=RECORD_EVENTS)
    assert_refused(store.recorder, "TRUNCATE stored_events")
    store.close()


def test_sixteen_writers_of_one_stream_lose_no_update(recorder):
    stream, each = uuid4(), 5
    recorder.insert_events([stored(stream, 0)])

    def write(_):
        done = 0
        while done < each:
            last = recorder.select_events(stream, desc=True, limit=1)[0].originator_version
            try:
                recorder.insert_events([stored(stream, last + 1)])
            except IntegrityError:
                continue
            done += 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(16)))
    versions = [event.originator_version for event in recorder.select_events(stream)]
    assert versions == list(range(1 + 16 * each))


def test_a_reader_that_follows_eight_writers_skips_nothing(recorder):
    writers, each = 8, 260
    seen, done = [], threading.Event()

    def follow():
        while True:
            finished = done.is_set()
            rows = recorder.select_rows(seen[-1] if seen else 0, 100)
            seen.extend(row.position for row in rows)
            if finished and not rows:
                return

    def write(_):
        stream = uuid4()
        for version in range(each):
            recorder.insert_events([stored(stream, version)])

    reader = threading.Thread(target=follow)
    reader.start()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    done.set()
    reader.join()
    written = [row.position for row in recorder.select_rows(0, 10_000)]
    assert len(written) == writers * each
    assert seen == written


def test_a_store_that_is_opened_again_has_everything(address, store):
    stream = uuid4()
    store.recorder.insert_events([stored(stream, 0)], idempotency=idempotency("key", stream))
    rows = store.recorder.select_rows(0, 10)
    store.close()
    again = open_store(address, "record", events=RECORD_EVENTS)
    assert again.recorder.select_rows(0, 10) == rows
    assert again.recorder.find_idempotency("north", "key") is not None
    again.close()


def test_a_big_batch_is_one_transaction_in_its_given_order(recorder):
    streams = [UUID(int=2**127 - index) for index in range(3)]
    events = [stored(streams[index % 3], index // 3, state=b"x" * 2000) for index in range(3000)]
    positions = recorder.insert_events(events)
    rows = recorder.select_rows(0, 5000)
    assert [row.position for row in rows] == positions
    assert [(row.originator_id, row.originator_version) for row in rows] == [
        (event.originator_id, event.originator_version) for event in events
    ]


def test_nobody_subscribes_because_followers_pull(recorder):
    with pytest.raises(NotImplementedError):
        recorder.subscribe()
