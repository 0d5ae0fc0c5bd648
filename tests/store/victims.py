"""Programs that the crash tests start and kill: a writer and a follower."""

import json
import os
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from domain.book import IdempotencyKey
from domain.commands import ReachMilestone
from domain.record import RECORD_EVENTS, Record
from service.readstore import ReadStore
from service.store import open_database, open_store
from tests.store.builders import LEAD, TODAY
from tests.store.projecting import projection_of

SMALL_BATCH = 5


def say(*words):
    """Tells the parent at once: what was said before a kill is on record."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def opened(address):
    return open_store(address, "record", events=RECORD_EVENTS)


def write(address, name, programme):
    """Appends with a fresh key for ever; says each key before it tries and after it is told."""
    record = Record(factory=opened(address).factory, clock=lambda: datetime.now(UTC), new_id=uuid4)
    for number in count():
        key = f"{name}-{number}"
        say("tried", key)
        write_once(record, programme, key)
        say("told", key)


def write_once(record, programme, key):
    request = IdempotencyKey("north", key, "hash")
    record.act(LEAD, UUID(programme), ReachMilestone(key), happened_on=TODAY, key=request)


def follow(address):
    """Catches up in small batches."""
    projection = projection_of(
        opened(address), ReadStore(open_database(address, "read")), batch=SMALL_BATCH
    )
    say("ready")
    projection.catch_up()
    say("done")


def live(ledger, what, *arguments):
    """The life of one victim; all it says goes to its ledger, its process id first."""
    with Path(ledger).open("w", encoding="utf-8") as sys.stdout:
        say("born", str(os.getpid()))
        {"write": write, "follow": follow}[what](*arguments)


def bear(lives):
    """Forks a process for each life and stays until the last has ended: one start for them all."""
    for life in lives:
        if os.fork() == 0:
            live(*life)
            return
    for _ in lives:
        os.wait()


if __name__ == "__main__":
    bear(json.loads(sys.argv[1]))
