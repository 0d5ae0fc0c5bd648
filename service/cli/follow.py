"""`candour follow`: keeps the read models up to date, one worker beside any number of servers."""

import argparse
import signal
from contextlib import closing
from threading import Event
from types import FrameType
from uuid import uuid4

from service.app import open_record_lane, utc_now
from service.cli.main import DONE, CommandRefused
from service.cli.regrade import warn_of_gaps
from service.context import RecordLane
from service.settings import Settings

# How often the worker looks whether its follower still runs.
LOOK_SECONDS = 1.0


def add_follow(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`candour follow`."""
    parser = subparsers.add_parser("follow", help="keep the read models up to date")
    parser.add_argument("--once", action="store_true", help="catch up and stop")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Follows until told to stop; an event that cannot be projected ends it, loudly."""
    settings = Settings.from_environment()
    with closing(open_record_lane(settings, now=utc_now, new_id=uuid4)) as lane:
        if arguments.once:
            print(f"caught up at position {lane.projection.catch_up()}")
            warn_of_gaps(lane)
        else:
            warn_of_gaps(lane)
            _follow(lane)
    return DONE


def _follow(lane: RecordLane) -> None:
    stopping = Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    lane.follower.start()
    while not stopping.wait(LOOK_SECONDS):
        if lane.follower.failure is not None:
            raise CommandRefused(str(lane.follower.failure))
