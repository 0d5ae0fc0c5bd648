"""`candour regrade`: fills in what a new standard says of all that was told before it came."""

import argparse
import sys
from contextlib import closing
from functools import partial
from uuid import uuid4

from service.app import open_record_lane, utc_now
from service.cli.main import DONE
from service.cli.progress import rewritten
from service.context import RecordLane
from service.filling import fill, not_filled
from service.settings import Settings


def add_regrade(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`candour regrade`."""
    parser = subparsers.add_parser(
        "regrade",
        help="fill in the history of a new standard",
        description="Grades by a standard all that was told before the standard came, as if it had"
        " been there from the first event on. A standard never replaces another: each version"
        " stands beside the others under its own name. Start the servers and the worker of this"
        " version first. A run that was stopped goes on where it was; a second one does nothing.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--standard", metavar="NAME", help="such as wwc@4.1")
    which.add_argument("--all", action="store_true", help="every standard whose history has gaps")
    which.add_argument("--check", action="store_true", help="only say which those are")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Fills, and says of what."""
    settings = Settings.from_environment()
    with closing(open_record_lane(settings, now=utc_now, new_id=uuid4)) as lane:
        if arguments.check:
            print(told_of(lane) or "every standard grades from the first event on")
            return DONE
        lane.projection.catch_up()
        wanted = not_filled(lane.readstore) if arguments.all else [arguments.standard]
        for standard in wanted:
            _fill(lane, standard)
        if not wanted:
            print("nothing to fill in: every standard grades from the first event on")
    return DONE


def told_of(lane: RecordLane) -> str:
    """Which standards have gaps, in a sentence; nothing where none has."""
    wanting = not_filled(lane.readstore)
    if not wanting:
        return ""
    told = ", ".join(
        f"{name} (after position {position})" if position > 0 else f"{name} (nothing yet)"
        for name, position in wanting.items()
    )
    return f"not graded from the first event on: {told}; run candour regrade --all"


def warn_of_gaps(lane: RecordLane) -> None:
    """Says at the start of a process which standards have gaps: never silently."""
    if told := told_of(lane):
        print(f"candour: {told}", file=sys.stderr, flush=True)


def _fill(lane: RecordLane, standard: str) -> None:
    filled = fill(lane.store, lane.readstore, standard, progress=partial(_tell, standard))
    if not filled.approaches:
        print(f"{standard}: nothing to fill in")
        return
    programmes = "1 programme" if filled.programmes == 1 else f"{filled.programmes} programmes"
    approaches = "1 approach" if filled.approaches == 1 else f"{filled.approaches} approaches"
    print(f"{standard}: filled in {programmes} of {approaches}")


def _tell(standard: str, done: int, total: int) -> None:
    rewritten(f"{standard}: {done} of {total} programmes", end="\n" if done == total else "")
