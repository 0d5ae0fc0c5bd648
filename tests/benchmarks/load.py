"""Requests a second of a real gunicorn under keep-alive clients, a thread and connection each."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def free_port() -> int:
    """A loopback port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(application: str, *, workers: int, environment: dict[str, str]) -> Iterator[int]:
    """Run `application` (module:callable) under gunicorn as in production; yields its port."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", "8",
        "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        wait_until_up(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_up(port: int, process: subprocess.Popen) -> None:
    """Returns once the port is open; RuntimeError when the server ends or takes over 30 s."""
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up within 30 s")


def requests_per_second(
    port: int,
    request: Callable[[int, int], tuple[str, str, bytes, dict[str, str]]],
    *,
    clients: int,
    seconds: float,
) -> float:
    """Completed requests a second; `request(client, number)` gives method, path, body, headers."""
    done = [0] * clients
    stop_at = time.monotonic() + seconds
    faults: list[str] = []

    def run(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < stop_at:
            method, path, body, headers = request(client, done[client])
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 400:
                faults.append(f"{answer.status} {text[:300]!r}")
                return
            done[client] += 1

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return sum(done) / (time.monotonic() - started)
