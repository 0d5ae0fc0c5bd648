"""What only a file can do to us, and that every commit is on disk."""

import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest

from domain.record import RECORD_EVENTS
from migrations import ForeignStore, UnmigratedStore, place_of
from service.store import StoreBusy, StoreError, open_store, sqlite
from tests.store.builders import stored


def opened(address):
    return open_store(address, "record", events=RECORD_EVENTS)


def file_of(address):
    return place_of(address, "record").path


def test_a_missing_file_is_refused_and_not_made(tmp_path):
    with pytest.raises(UnmigratedStore, match="candour migrate"):
        opened(f"sqlite:{tmp_path}")
    assert list(tmp_path.iterdir()) == []


def test_commits_wait_for_the_disk(sqlite_address):
    store = opened(sqlite_address)
    with store.recorder.database.reading() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_a_file_whose_journal_would_lose_writes_is_refused(sqlite_address):
    with closing(sqlite3.connect(file_of(sqlite_address))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    store = opened(sqlite_address)
    with pytest.raises(StoreError, match="lose acknowledged writes"):
        store.recorder.insert_events([stored(uuid4(), 0)])
    store.close()


def test_a_file_that_is_damaged_while_open_is_named(sqlite_address):
    store = opened(sqlite_address)
    store.recorder.insert_events([stored(uuid4(), 0, state=b"x" * 100_000)])
    store.close()
    file = file_of(sqlite_address)
    file.write_bytes(file.read_bytes()[:4096] + b"\x00" * 4096 * 20)
    with pytest.raises(ForeignStore, match=r"record\.db"):
        opened(sqlite_address).recorder.select_rows(0, 10)


def test_a_writer_that_waits_too_long_is_told_so(sqlite_address, monkeypatch):
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.1)
    store = opened(sqlite_address)
    with closing(sqlite3.connect(file_of(sqlite_address), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            store.recorder.insert_events([stored(uuid4(), 0)])
        other.execute("ROLLBACK")
    assert store.recorder.insert_events([stored(uuid4(), 0)])
    store.close()
