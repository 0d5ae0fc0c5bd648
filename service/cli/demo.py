"""`candour demo`: loads the demonstration portfolio through the API's own path."""

import argparse
import sys
from dataclasses import replace

from migrations import check_current
from service.app import close, create_app
from service.cli.main import DONE
from service.cli.migrate import stores_of
from service.cli.sign_ins import demo_tokens, print_sign_ins
from service.demo.load import load
from service.settings import Settings

# How often the line of progress is written anew, in items.
STEP = 10


def add_demo(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`candour demo`."""
    parser = subparsers.add_parser("demo", help="load the demonstration portfolio")
    parser.set_defaults(func=run)


def run(_: argparse.Namespace) -> int:
    """Posts what is not there yet; a second run finds everything and adds nothing."""
    # The portfolio speaks in both lanes, and the reader of the demonstration wants its grades.
    settings = replace(Settings.from_environment(), lane="both", follow="inline")
    for address, store in stores_of(settings):
        check_current(address, store)
    app = create_app(settings)
    try:
        load(app.test_client(), tokens=demo_tokens(settings), progress=_tell)
        lane = app.extensions["candour"].record_lane
        last = lane.store.recorder.max_notification_id() or 0
        lane.follower.wait_for(last, GRADED_WITHIN_SECONDS)
    finally:
        close(app)
    print(
        f"The demonstration is loaded. Served at http://127.0.0.1:{settings.port} (candour serve)"
    )
    print("Sign in, or use the API, with one of these tokens:")
    print_sign_ins(settings)
    return DONE


# The whole portfolio is graded well within this; when it is not, the server goes on with it.
GRADED_WITHIN_SECONDS = 120.0


def _tell(done: int, total: int, name: str) -> None:
    if sys.stderr.isatty() and (done % STEP == 0 or done == total):
        end = "\n" if done == total else ""
        print(
            f"\rloading {done} of {total}: {name:.50}\x1b[K", end=end, file=sys.stderr, flush=True
        )
