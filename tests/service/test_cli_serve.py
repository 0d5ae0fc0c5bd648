"""`candour demo` and `candour serve`: a real server on a real port, twice, and nothing lost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from service.cli.main import main
from service.cli.sign_ins import FILE

START_SECONDS = 20


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("CANDOUR_DATABASE", f"sqlite:{tmp_path / 'stores'}")
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path))
    return tmp_path


@contextmanager
def running(folder):
    """A server of its own; gives its address and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "service.cli.main", "serve", "--port", str(port), "--demo"],
            env=os.environ | {"PYTHONPATH": "."},
            stdout=written,
            stderr=written,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, log)
        yield address, log
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(START_SECONDS) == 0


def _wait(address, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/healthz").close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


def read(address, token):
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer), answer.headers


@pytest.mark.slow
def test_the_demonstration_is_loaded_once_and_served_again_and_again(place, capsys):
    assert main(["migrate"]) == 0
    assert main(["demo"]) == 0
    first = capsys.readouterr().out
    assert "http://127.0.0.1:8000" in first
    tokens = json.loads((place / FILE).read_text())
    assert (place / FILE).stat().st_mode & 0o777 == 0o600
    for function in ("delivery", "peer", "funder", "auditor", "policy", "steward"):
        assert f"\n  {function:<9} candour_" in first
    assert main(["demo"]) == 0
    assert capsys.readouterr().out.splitlines()[-6:] == first.splitlines()[-6:]
    assert json.loads((place / FILE).read_text()) == tokens

    with running(place) as (address, log):
        grades, headers = read(f"{address}/v1/grades", tokens["demo-funder"])
        assert headers["Candour-Function"] == "funder"
        assert len(grades["items"]) > 10
        lessons, _ = read(f"{address}/v1/lessons?q=night", tokens["fernshire-peer"])
        assert lessons["limits"]
    said = log.read_text()
    assert "GET /v1/grades" in said
    assert "lessons" not in said
    assert "q=night" not in said

    with running(place) as (address, _):
        assert read(f"{address}/v1/grades", tokens["demo-funder"])[0] == grades
    assert main(["replay"]) == 0


def test_a_port_in_use_is_said_in_one_line(place, capsys):
    assert main(["migrate"]) == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in said[0]
