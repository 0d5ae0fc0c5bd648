"""`candour estimate`: raw outcomes in, an effect with its checks out; or one performed again."""

import argparse
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.contrast import Contrast
from domain.errors import InvalidValue
from domain.estimated import Estimated
from scoring.estimation.catalogue import DESIGNS
from service.charts.estimate import plotted, scene_of
from service.cli.analyst import Subparsers, level, refused
from service.cli.estimated_out import catalogue_in_words, estimate_in_words, verified_in_words
from service.cli.main import DIFFERENT, DONE, REFUSED, CommandRefused
from service.cli.plain import plain
from service.estimating import Asked, EstimateRefused, designs_catalogue, perform
from service.estimating.receipts import UNSIGNED
from service.estimating.verifying import Verification, contrast_in, estimates_in, verified
from service.sheets import Limits
from service.wire import from_wire, to_wire

# An analyst's own machine bounds what it can do.
LIMITS = Limits(megabytes=512, rows=5_000_000, columns=2000)

EPILOG = """\
The file is CSV or XLSX: a header, then a row for each period, place and period, or person. A column
that is called like its role (periods, outcome, units, treated) need not be named. Personal data are
refused by their shape. Nothing is recorded and nothing leaves this machine.

  candour estimate admissions.csv --design its --column outcome=admissions --column periods=month \\
      --option start=2019-04-01 --explain --plot admissions.svg
  candour estimate --list
  candour estimate admissions.csv --verify event.json

--verify performs a recorded estimate again from the file it was made of: EVENT is a JSON file of
the event (- reads stdin), or the id of an event in the database of the settings. Exit code 0 when
every figure is found again, 1 when one is not.
"""


def add_estimate(subparsers: Subparsers) -> None:
    """`candour estimate FILE --design ...`: an effect from raw outcomes."""
    parser = subparsers.add_parser(
        "estimate",
        help="estimate an effect from raw outcomes",
        description="Estimate an effect from raw outcomes. Needs no server and no database.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help="CSV or XLSX; - reads stdin")
    doing = parser.add_mutually_exclusive_group(required=True)
    doing.add_argument("--design", help="one of those that --list shows")
    doing.add_argument("--list", action="store_true", help="every design, its columns and options")
    doing.add_argument("--verify", metavar="EVENT", help="perform a recorded estimate again")
    parser.add_argument(
        "--column",
        type=_pair,
        action="append",
        default=[],
        metavar="ROLE=COLUMN",
        help="which column plays a role; again, or with commas, for a role of many",
    )
    parser.add_argument(
        "--option", type=_pair, action="append", default=[], metavar="NAME=VALUE", help="a choice"
    )
    _add_columns_said(parser)
    parser.add_argument("--level", type=level, help="95 or 0.95 (the default)")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw it as well")
    parser.add_argument("--explain", action="store_true", help="with a paragraph in plain English")
    parser.add_argument("--json", action="store_true", help="for machines, in full precision")
    parser.set_defaults(func=run)


def _add_columns_said(parser: argparse.ArgumentParser) -> None:
    """What a person says of columns that their cells do not."""
    parser.add_argument(
        "--category",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column whose numbers are names of categories",
    )
    parser.add_argument(
        "--not-personal",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column that looks like personal data and is about nobody: hospitals called like"
        " people. Recorded by its name; never for NHS numbers, dates of birth or postcodes",
    )


def run(args: argparse.Namespace) -> int:
    """Lists, estimates or verifies; returns the exit code."""
    if args.list:
        _print(args, {"designs": designs_catalogue()}, catalogue_in_words(designs_catalogue()))
        return DONE
    if args.file is None:
        refused("estimate", CommandRefused("FILE is missing (accepted: CSV or XLSX, or -)"))
        return REFUSED
    try:
        raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
        return _verify(args, raw) if args.verify is not None else _estimate(args, raw)
    except EstimateRefused as refusal:
        _tell(refusal)
        return REFUSED
    except (InvalidValue, CommandRefused, OSError) as refusal:
        refused("estimate", refusal)
        return REFUSED


def _estimate(args: argparse.Namespace, raw: bytes) -> int:
    options = dict(args.option) | ({} if args.level is None else {"level": args.level})
    asked = Asked(
        args.design,
        _columns(args),
        options,
        categories=tuple(args.category),
        not_personal=tuple(args.not_personal),
    )
    found = perform(raw, asked, LIMITS)
    if args.plot is not None:
        scenes = [scene_of(picture) for picture in found["pictures"]]
        args.plot.write_text(plotted(scenes, found["text"]), encoding="utf-8")
    _print(args, found, estimate_in_words(found, explain=args.explain))
    return DONE


def _columns(args: argparse.Namespace) -> dict[str, tuple[str, ...]]:
    """Columns by role; only a role of many has its columns parted by commas."""
    roles = DESIGNS[args.design].roles if args.design in DESIGNS else ()
    many = {role.name for role in roles if role.many}
    columns: dict[str, tuple[str, ...]] = {}
    for role, told in args.column:
        names = [name.strip() for name in told.split(",")] if role in many else [told]
        columns[role] = (*columns.get(role, ()), *names)
    return columns


def _verify(args: argparse.Namespace, raw: bytes) -> int:
    recorded, contrast = _recorded(args.verify)
    found = verified(raw, recorded, LIMITS, contrast=contrast)
    _print(args, _document(found), verified_in_words(found))
    return DONE if found.agrees else DIFFERENT


def _document(found: Verification) -> dict[str, Any]:
    told: dict[str, Any] = plain(found)
    return {"agrees": found.agrees, **told}


def _recorded(event: str) -> tuple[Estimated, Mapping[str, Any] | None]:
    """The estimate in a file, on stdin, or in the database, and the contrast around it."""
    if event != "-" and not Path(event).exists():
        try:
            event_id = UUID(event)
        except ValueError:
            accepted = "a file of JSON, -, or the id of an event"
            raise CommandRefused(f"--verify: there is no {event} (accepted: {accepted})") from None
        # Only here is a database needed: everywhere else none of it is loaded.
        found: Contrast = import_module("service.cli.estimated_in").recorded(event_id)
        return found.result, to_wire(found)  # type: ignore[return-value]  # it is an estimate
    text = sys.stdin.read() if event == "-" else Path(event).read_text(encoding="utf-8")
    try:
        document = json.loads(text)
        results = list(estimates_in(document))
    except (ValueError, RecursionError):
        raise CommandRefused("--verify: this is no JSON (accepted: an event as JSON)") from None
    if len(results) != 1:
        raise CommandRefused(
            f"--verify: {len(results)} estimates in it (accepted: an event with one)"
        )
    # What this command printed itself has no receipt yet.
    told = {"receipt": UNSIGNED, **results[0]}
    return from_wire(Estimated, told, path="result"), contrast_in(document)


def _print(args: argparse.Namespace, document: dict[str, Any], words: str) -> None:
    print(json.dumps(document, allow_nan=False, indent=2) if args.json else words)


def _tell(refusal: EstimateRefused) -> None:
    """One flaw on one line; several below each other."""
    flaws = [*map(str, refusal.flaws), *([f"and {refusal.more} more"] if refusal.more else [])]
    if refusal.fits:
        flaws.append(f"designs that would fit: {', '.join(refusal.fits)}")
    head = "candour estimate: "
    print(
        f"{head}{flaws[0]}",
        *(" " * len(head) + flaw for flaw in flaws[1:]),
        sep="\n",
        file=sys.stderr,
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: NAME=VALUE)")
    return name.strip(), value.strip()
