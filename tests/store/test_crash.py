"""Killed without warning, again and again: nothing told is lost, nothing is there twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from domain.commands import ReachMilestone
from domain.programme import Programme
from domain.record import RECORD_EVENTS
from migrations import migrate
from service.projections import PROJECTION
from service.readstore import ReadStore
from service.store import open_database, open_store
from tests.store.builders import LEAD, TODAY, record_on, registered_programme
from tests.store.projecting import everything_in, projection_of
from tests.store.victims import write_once

ROOT = Path(__file__).parent.parent.parent
ROUNDS, AT_ONCE = 5, 4
LONGEST_LIFE_SECONDS = 0.25


def killed_soon(chance, folder, *lives):
    """Starts the lives together and kills each at a moment of its own; what each one said."""
    ledgers = [folder / f"{uuid4()}.ledger" for _ in lives]
    told = [[str(ledger), *life] for ledger, life in zip(ledgers, lives, strict=True)]
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.store.victims", json.dumps(told)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for ledger in ledgers:
        pid = born(ledger)
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, problems = nursery.communicate(timeout=30)
    assert (nursery.returncode, problems) == (0, "")
    return [ledger.read_text(encoding="utf-8").splitlines(keepends=True) for ledger in ledgers]


def born(ledger):
    """The process id of a victim, once it has said it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if ledger.exists() and (said := ledger.read_text(encoding="utf-8")).count("\n"):
            return int(said.split()[1])
        time.sleep(0.005)
    raise AssertionError("the victim was not born")


def keys_that_were(word, said):
    """A line that was cut short by the kill was never told."""
    lines = [line.split() for lines in said for line in lines if line.endswith("\n")]
    return {words[1] for words in lines if words[0] == word}


def test_no_acknowledged_event_is_lost_or_doubled_by_twenty_kills(sqlite_address, tmp_path):
    chance = random.Random(20)
    store = open_store(sqlite_address, "record", events=RECORD_EVENTS)
    record = record_on(store)
    programmes = [str(registered_programme(record)[1]) for _ in range(AT_ONCE)]
    tried, told, home = set(), set(), {}
    for turn in range(ROUNDS):
        names = [f"{turn}.{index}" for index in range(AT_ONCE)]
        lives = [
            ("write", sqlite_address, name, programme)
            for name, programme in zip(names, programmes, strict=True)
        ]
        home |= dict(zip(names, programmes, strict=True))
        said = killed_soon(chance, tmp_path, *lives)
        tried |= keys_that_were("tried", said)
        told |= keys_that_were("told", said)

    assert len(told) > ROUNDS * AT_ONCE
    written = Counter(_milestones(store))
    assert told - set(written) == set()
    assert set(written) - tried == set()
    for key in tried - told:  # the client never heard: it asks again with the same key
        write_once(record, home[key.rpartition("-")[0]], key)
    assert Counter(_milestones(store)) == Counter(tried)
    store.close()


def _milestones(store):
    for row in store.recorder.select_rows(0, 10**6):
        event = store.mapper.to_domain_event(row)
        if isinstance(event, Programme.MilestoneReached):
            yield event.facts.milestone


def test_read_models_stay_whole_through_twenty_kills(address, tmp_path):
    chance = random.Random(20)
    store = open_store(address, "record", events=RECORD_EVENTS)
    fill(store, programmes=120, milestones=30)
    readstore = ReadStore(open_database(address, "read"))
    places = set()
    for _ in range(ROUNDS):
        killed_soon(chance, tmp_path, *[("follow", address)] * AT_ONCE)
        places.add(assert_whole(store, readstore))

    last = projection_of(store, readstore).catch_up()
    assert last == store.recorder.max_notification_id()
    assert max(places) > 0
    assert everything_in(readstore) == everything_in(rebuilt(store, f"sqlite:{tmp_path / 'new'}"))
    readstore.close()
    store.close()


def fill(store, *, programmes, milestones):
    """Writes whole streams at once, as the programmes themselves would decide them."""
    record = record_on(store)
    for _ in range(programmes):
        _, programme_id = registered_programme(record)
        programme = record.repository.get(programme_id)
        for number in range(milestones):
            stamp = record.stamp(LEAD, TODAY)
            programme.act(ReachMilestone(f"milestone {number}"), stamp)
        record.save(programme)


def assert_whole(store, readstore):
    """What is in the read models is exactly what lies up to the position they name."""
    position = readstore.position(PROJECTION)
    rows = [row for row in store.recorder.select_rows(0, 10**6) if row.position <= position]
    of_programmes = [row for row in rows if row.topic.startswith("programme.")]
    entries = readstore.run("SELECT position FROM programme_events ORDER BY position")
    assert [row[0] for row in entries] == [row.position for row in of_programmes]
    versions = {str(row.originator_id): row.originator_version for row in of_programmes}
    for programme, version in versions.items():
        assert readstore.get_programme(programme)["stream_version"] == version
    return position


def rebuilt(store, address):
    migrate(address, "read")
    readstore = ReadStore(open_database(address, "read"))
    projection_of(store, readstore).catch_up()
    return readstore
