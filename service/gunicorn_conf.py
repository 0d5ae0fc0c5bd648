"""How gunicorn serves Candour: workers by database, no preload, logs that keep the lanes apart."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from service.app import close
from service.lanes import is_peer_path
from service.settings import Settings

# One process may write a SQLite file well; PostgreSQL takes as many as the machine has cores.
WORKERS_ON_SQLITE = 1
WORKERS_ON_POSTGRES = 2
# Threads wait for the database, not for the processor (event-store.md D1).
THREADS = 8
# A request under way may take this long to finish when the server is told to stop.
GRACEFUL_SECONDS = 30
# The path without its query string: what people search for is not written down.
ACCESS_LOG = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(D)s'


class LaneLogger(Logger):
    """The shared access log, which never mentions the peer lane."""

    def access(
        self,
        resp: Any,  # noqa: ANN401  gunicorn's own
        req: Any,  # noqa: ANN401  gunicorn's own
        environ: dict[str, Any],
        request_time: timedelta,
    ) -> None:
        """Writes one line for one request, unless it was made in the peer lane."""
        if not is_peer_path(environ.get("PATH_INFO", "")):
            super().access(resp, req, environ, request_time)


def leave(_: Any, worker: Any) -> None:  # noqa: ANN401  gunicorn's own
    """Stops the follower and closes the stores of a worker that ends."""
    app = getattr(worker, "wsgi", None)
    if app is not None:
        close(app)


def options(settings: Settings, *, host: str) -> dict[str, object]:
    """The options of gunicorn for these settings."""
    return {
        "bind": f"{host}:{settings.port}",
        "worker_class": "gthread",
        "workers": WORKERS_ON_SQLITE if settings.embedded else WORKERS_ON_POSTGRES,
        "threads": THREADS,
        # Connections and threads must be made after the fork (event-store.md A4).
        "preload_app": False,
        "graceful_timeout": GRACEFUL_SECONDS,
        "accesslog": "-",
        "access_log_format": ACCESS_LOG,
        "logger_class": LaneLogger,
        # gunicorn would open a control socket in the home folder; nothing here uses one.
        "control_socket_disable": True,
        "worker_exit": leave,
        "proc_name": "candour",
    }
