"""`candour migrate`: brings every store to the newest tables, and makes the keys once."""

import argparse

from migrations import check_current, migrate
from service.cli.main import DONE
from service.keyfiles import read_or_make_key
from service.settings import Settings


def add_migrate(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`candour migrate`."""
    parser = subparsers.add_parser("migrate", help="bring the databases to the newest tables")
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Applies what is missing, or says what is."""
    settings = Settings.from_environment()
    for address, store in stores_of(settings):
        if arguments.check:
            check_current(address, store)
            continue
        applied = migrate(address, store)
        print(f"{store}: {', '.join(applied) if applied else 'up to date'}")
    if settings.serves_peer and not arguments.check:
        read_or_make_key(settings.lane_key_path)
    return DONE


def stores_of(settings: Settings) -> list[tuple[str, str]]:
    """The address and name of each store that this process uses."""
    record = [(settings.database, "record"), (settings.database, "read")]
    peer = [(settings.peer_address, "peer")]
    return [
        (settings.database, "access"),
        *(record if settings.serves_record else []),
        *(peer if settings.serves_peer else []),
    ]
