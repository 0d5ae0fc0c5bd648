"""`candour serve`: gunicorn, with the application built in each worker after the fork."""

import argparse
import socket
from contextlib import closing
from dataclasses import replace
from typing import Any
from uuid import uuid4

from gunicorn.app.base import BaseApplication

from migrations import check_current
from service.app import create_app, open_record_lane, utc_now
from service.cli.main import DONE, CommandRefused
from service.cli.migrate import stores_of
from service.cli.regrade import warn_of_gaps
from service.cli.sign_ins import print_sign_ins
from service.gunicorn_conf import options
from service.settings import LANES, Settings

LOCAL = "127.0.0.1"


class Server(BaseApplication):
    """gunicorn without a command line of its own."""

    def __init__(self, settings: Settings, *, host: str) -> None:
        self.settings = settings
        self.host = host
        super().__init__()

    def load_config(self) -> None:
        """Takes our options; nothing is read from files or gunicorn's own variables."""
        for name, value in options(self.settings, host=self.host).items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401  gunicorn's own signature
        """The application; gunicorn calls this in the worker."""
        return create_app(self.settings)


def add_serve(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`candour serve`."""
    parser = subparsers.add_parser("serve", help="serve the API and the pages")
    parser.add_argument("--host", default=LOCAL, help=f"address to listen on (default {LOCAL})")
    parser.add_argument("--port", help="port to listen on (default: PORT, or 8000)")
    parser.add_argument("--lane", choices=LANES, help="serve one lane only (default: CANDOUR_LANE)")
    parser.add_argument("--demo", action="store_true", help="print the demonstration sign-ins")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Checks the stores, then serves until told to stop."""
    chosen = {name: value for name in ("port", "lane") if (value := getattr(arguments, name))}
    settings = replace(Settings.from_environment(), **chosen)
    for address, store in stores_of(settings):
        check_current(address, store)
    _check_free(arguments.host, int(settings.port))
    if arguments.demo:
        print_sign_ins(settings)
    if settings.serves_record:
        with closing(open_record_lane(settings, now=utc_now, new_id=uuid4)) as lane:
            warn_of_gaps(lane)
    Server(settings, host=arguments.host).run()
    return DONE


def _check_free(host: str, port: int) -> None:
    """Says so at once when the port is taken: gunicorn would try for five seconds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandRefused(
                f"cannot listen on {host}:{port} ({error.strerror}): choose another port with PORT"
            ) from error
