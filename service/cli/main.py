"""The `candour` command: finds the module of a subcommand, runs it, and says errors in one line."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module

from service.one_thread import compute_in_one_thread

# Where each subcommand lives; only the one that is asked for is imported, so that `candour pool`
# on a laptop loads neither web framework nor database driver.
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "serve": ("service.cli.serve", "add_serve", "serve the API and the pages"),
    "migrate": ("service.cli.migrate", "add_migrate", "bring the databases to the newest tables"),
    "demo": ("service.cli.demo", "add_demo", "load the demonstration portfolio"),
    "follow": ("service.cli.follow", "add_follow", "keep the read models up to date"),
    "regrade": ("service.cli.regrade", "add_regrade", "fill in the history of a new standard"),
    "replay": ("service.cli.replay", "add_replay", "re-perform every grade and report differences"),
    "estimate": ("service.cli.estimate", "add_estimate", "estimate an effect from raw outcomes"),
    "pool": ("service.cli.pool", "add_pool", "pool a table of studies"),
    "anytime": ("service.cli.anytime", "add_anytime", "what studies say, however often one looks"),
    "grade": ("service.cli.grade", "add_grade", "grade a file of facts by a standard"),
}
DONE, DIFFERENT, REFUSED = 0, 1, 2
INTERRUPTED = 130
# Rooms of ours and drivers of databases: their errors say in words what is the matter.
NAMED = ("service", "domain", "migrations", "scoring", "psycopg", "psycopg_pool", "eventsourcing")


class CommandRefused(Exception):
    """A command that cannot be carried out: the message is one line for a person."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0 it is done, 1 it found differences, 2 it was refused."""
    if arguments is None:  # the process is ours alone
        compute_in_one_thread()
    given = sys.argv[1:] if arguments is None else list(arguments)
    parsed = _parser(given).parse_args(given)
    try:
        code: int = parsed.func(parsed)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads has read enough
        with suppress(BrokenPipeError):
            sys.stdout.close()
        return DONE
    except Exception as error:  # whatever it is, a person reads one line
        if not is_refusal(error):
            raise
        print(f"candour {given[0]}: {' '.join(str(error).split())}", file=sys.stderr)
        return REFUSED
    return code


def is_refusal(error: BaseException) -> bool:
    """Whether an error is one we name ourselves, or one of the machine that needs no traceback."""
    return type(error).__module__.partition(".")[0] in NAMED or isinstance(error, OSError)


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candour", description="Evaluation with its reasons.")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in given if word in COMMANDS), None)
    for name, (module, adder, purpose) in COMMANDS.items():
        if name == wanted:
            getattr(import_module(module), adder)(subparsers)
        else:
            subparsers.add_parser(name, help=purpose)
    return parser


if __name__ == "__main__":
    sys.exit(main())
