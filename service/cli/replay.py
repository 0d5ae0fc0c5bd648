"""`candour replay`: folds the record afresh, performs every grade again, tells what differs."""

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from service.app import open_record_lane, utc_now
from service.cli.main import DIFFERENT, DONE, CommandRefused
from service.cli.progress import rewritten
from service.cli.regrade import warn_of_gaps
from service.context import RecordLane
from service.reading import NOW, Moment
from service.replay import Difference, differences, differences_then, grades_then, replayed
from service.settings import Settings

# Steps of the progress line, so that a fast replay is not slowed by its own report.
STEPS = 50


def add_replay(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`candour replay`."""
    parser = subparsers.add_parser(
        "replay",
        help="re-perform every grade and report differences",
        description="Folds the record afresh, performs every grade again, and reports whatever is"
        " served otherwise, one by one. Exit code 1 when anything differs. Writes nothing.",
    )
    parser.add_argument(
        "--as-of", type=_day, metavar="DAY", help="show the grades by what had happened by a day"
    )
    parser.add_argument(
        "--known-at",
        type=_instant,
        metavar="INSTANT",
        help="show the grades by what had been recorded by an instant (a day: until its end, UTC)",
    )
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Replays, and prints what differs."""
    moment = Moment(arguments.as_of, arguments.known_at)
    settings = Settings.from_environment()
    with closing(open_record_lane(settings, now=utc_now, new_id=uuid4)) as lane:
        warn_of_gaps(lane)
        if lane.projection.lag():
            raise CommandRefused("the read models are behind the record: run candour follow --once")
        with replayed(lane, progress=_tell) as afresh:
            found = list(differences(lane.readstore, afresh))
        found += differences_then(lane, NOW)
        if moment.known_at is not None:
            found += differences_then(lane, Moment(known_at=moment.known_at))
        grades = [] if moment.is_now else list(grades_then(lane, moment))
        report = _report(lane, found, grades)
    if arguments.json:
        _print_json(report)
    else:
        _print_words(report, found, moment)
    return DIFFERENT if found else DONE


def _report(
    lane: RecordLane, found: list[Difference], grades: list[dict[str, Any]]
) -> dict[str, Any]:
    counted = ("SELECT count(*) FROM programmes", "SELECT count(*) FROM grades")
    programmes, graded = (lane.readstore.run(statement)[0][0] for statement in counted)
    return {
        "events": lane.store.recorder.max_notification_id() or 0,
        "programmes": programmes,
        "grades_performed": graded,
        "differences": [asdict(one) for one in found],
        "grades": grades,
    }


def _print_json(report: dict[str, Any]) -> None:
    print(json.dumps(report, indent=1, ensure_ascii=False, default=str))


def _print_words(report: dict[str, Any], found: list[Difference], moment: Moment) -> None:
    for grade in report["grades"]:
        subject = grade["subject"]
        print(
            f"{subject['kind']} {subject['id']} {grade['standard']} {subject['outcome']}:"
            f" {grade['grade'] or grade['status']}"
        )
    for difference in found:
        print(difference)
    counted = f"{report['programmes']} programmes, {report['grades_performed']} grades"
    told = "nothing differs" if not found else f"{len(found)} differences"
    at = "" if moment == NOW else " (and at the moment asked for)"
    print(f"Replayed up to position {report['events']}: {counted}{at}; {told}.")


def _tell(position: int, last: int) -> None:
    if position == last or position % max(last // STEPS, 1) == 0:
        rewritten(f"replaying {position} of {last}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2019-03-31") from None


def _instant(text: str) -> datetime:
    try:
        return _read_instant(text)
    except ValueError:
        accepted = "2019-03-31 or 2019-03-31T12:00:00Z"
        raise argparse.ArgumentTypeError(f"{text!r} is no instant such as {accepted}") from None


def _read_instant(text: str) -> datetime:
    if len(text) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(text), datetime.max.time(), tzinfo=UTC)
    given = datetime.fromisoformat(text)
    return given if given.tzinfo else given.replace(tzinfo=UTC)
