"""Migrations go forwards, once, all or nothing, whoever else tries at the same moment."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest

from migrations import (
    AlteredMigration,
    ForeignStore,
    NewerStore,
    UnmigratedStore,
    check_current,
    migrate,
    pending,
    place_of,
)
from migrations.files import FOLDER
from migrations.places import STORES

DATABASES = ("sqlite", "postgres")


@pytest.fixture(params=DATABASES)
def address(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'stores'}"
    return request.getfixturevalue("fresh_postgres")


@pytest.fixture
def folder(tmp_path):
    """A copy of the migrations that a test may change."""
    copied = tmp_path / "migrations"
    for database in DATABASES:
        shutil.copytree(FOLDER / database, copied / database)
    return copied


def add(folder, statement, *, number=2):
    for database in DATABASES:
        path = folder / database / "access" / f"{number:04}_more.sql"
        path.write_text(statement, encoding="utf-8")


@pytest.mark.parametrize("store", STORES)
def test_a_store_is_migrated_once(address, store):
    expected = pending(address, store)
    assert expected
    assert migrate(address, store) == expected
    assert migrate(address, store) == ()
    assert pending(address, store) == ()
    check_current(address, store)


def test_asking_what_is_pending_makes_nothing(address, tmp_path):
    pending(address, "record")
    assert not (tmp_path / "stores").exists()


def test_a_store_that_is_not_migrated_is_refused_with_the_command_to_run(address, folder):
    with pytest.raises(UnmigratedStore, match=r"0001_tokens.*candour migrate"):
        check_current(address, "access")
    migrate(address, "access", folder=folder)
    add(folder, "CREATE TABLE access_more (words TEXT);")
    with pytest.raises(UnmigratedStore, match="0002_more"):
        check_current(address, "access", folder=folder)
    assert migrate(address, "access", folder=folder) == ("0002_more",)


def test_a_store_ahead_of_the_program_is_refused(address, folder):
    add(folder, "CREATE TABLE access_more (words TEXT);")
    migrate(address, "access", folder=folder)
    for attempt in (check_current, migrate, pending):
        with pytest.raises(NewerStore, match="0002_more"):
            attempt(address, "access")


def test_a_migration_changed_after_it_was_applied_is_refused(address, folder):
    migrate(address, "access", folder=folder)
    for database in DATABASES:
        path = folder / database / "access" / "0001_tokens.sql"
        path.write_text(path.read_text(encoding="utf-8") + "-- better\n", encoding="utf-8")
    for attempt in (check_current, migrate, pending):
        with pytest.raises(AlteredMigration, match="0001_tokens"):
            attempt(address, "access", folder=folder)


def test_a_migration_that_fails_leaves_nothing(address, folder):
    add(folder, "CREATE TABLE access_more (words TEXT);")
    add(folder, "CREATE TABLE broken (;", number=3)
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        migrate(address, "access", folder=folder)
    assert len(pending(address, "access", folder=folder)) == 3


def test_numbers_without_a_gap_are_required(address, folder):
    add(folder, "SELECT 1;", number=3)
    with pytest.raises(ValueError, match=r"\[1, 3\]"):
        migrate(address, "access", folder=folder)


def test_twelve_runs_at_once_apply_each_migration_once(address):
    program = "import sys; from migrations import migrate; print(len(migrate(*sys.argv[1:])))"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", program, address, "record"],
            cwd=FOLDER.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(12)
    ]  # fmt: skip
    answers = [(*run.communicate(timeout=60), run.returncode) for run in runs]
    assert [error for _, error, code in answers if code] == []
    applied = sorted(int(output) for output, _, _ in answers)
    assert applied == [0] * 11 + [1]
    check_current(address, "record")


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00" * 300])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / "record.db").write_bytes(content)
    for attempt in (migrate, pending, check_current):
        with pytest.raises(ForeignStore, match=r"record\.db"):
            attempt(f"sqlite:{tmp_path}", "record")
    assert (tmp_path / "record.db").read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "record.db")) as connection:
        connection.execute("CREATE TABLE theirs (words TEXT)")
    for attempt in (migrate, pending, check_current):
        with pytest.raises(ForeignStore, match="another program"):
            attempt(f"sqlite:{tmp_path}", "record")


def test_a_truncated_file_is_refused(tmp_path):
    migrate(f"sqlite:{tmp_path}", "record")
    file = tmp_path / "record.db"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ForeignStore, match="malformed"):
        check_current(f"sqlite:{tmp_path}", "record")


def test_the_file_of_another_store_is_refused(tmp_path):
    migrate(f"sqlite:{tmp_path}", "access")
    (tmp_path / "access.db").rename(tmp_path / "record.db")
    with pytest.raises(ForeignStore, match="it is the access store"):
        check_current(f"sqlite:{tmp_path}", "record")


def test_the_peer_lane_has_the_tables_of_the_record_under_its_own_name():
    for database in DATABASES:
        record, peer = (
            (FOLDER / database / store / "0001_events.sql").read_text(encoding="utf-8")
            for store in ("record", "peer")
        )
        assert record.replace("record.", "peer.") == peer


def test_both_databases_have_the_same_migrations():
    names = [
        sorted(file.relative_to(FOLDER / database) for file in FOLDER.glob(f"{database}/*/*.sql"))
        for database in DATABASES
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize("address", ["sqlite:", "mysql://host/name", "just words"])
def test_an_address_of_no_known_form_is_refused_without_repeating_it(address):
    with pytest.raises(ValueError, match="sqlite:FOLDER") as refused:
        place_of(address, "record")
    assert address not in str(refused.value).replace("sqlite:FOLDER", "")


def test_a_store_of_no_known_name_is_refused():
    with pytest.raises(ValueError, match="'secrets' is no store"):
        place_of("sqlite:var", "secrets")
