"""The process apart: one estimate at a time, within its limits, and it tells nothing of a file."""

import io
import json
import shutil
import subprocess
import sys
from socket import socketpair
from threading import Event, Thread

import pytest

from service.estimating import Asked, EstimateRefused, Reason, apart, worker
from service.estimating.apart import EngineFailed, Estimator
from service.estimating.messages import LENGTHS, asked_of, asking, read, write
from service.sheets import Limits
from tests.service.raw_outcomes import EXAMPLES

ITS = EXAMPLES["its"]
ASKED = Asked("its", {"periods": ("month",), "outcome": ("admissions",)}, ITS.options)


@pytest.fixture(scope="module")
def estimator():
    made = Estimator()
    yield made
    made.close()


def test_estimates_come_one_after_another_from_one_process(estimator):
    first = estimator.perform(ITS.raw, ASKED)
    line = estimator._line
    assert estimator.perform(ITS.raw, ASKED) == first
    assert estimator._line is line


def test_a_refusal_arrives_as_it_was_made(estimator):
    with pytest.raises(EstimateRefused) as caught:
        estimator.perform(b"surname,periods,outcome\nx,1,2\n", Asked("its", {}, {"start": 1}))
    assert caught.value.reason is Reason.PERSONAL
    assert caught.value.flaws[0].column == "surname"
    short = b"periods,outcome\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(9))
    with pytest.raises(EstimateRefused) as caught:
        estimator.perform(short, Asked("its", {}, {"start": 5}))
    assert caught.value.fits == ()


def test_a_process_that_was_ended_is_started_again(estimator):
    estimator.perform(ITS.raw, ASKED)
    estimator._line._process.kill()
    estimator._line._process.wait()
    assert estimator.perform(ITS.raw, ASKED)["design"] == "its"


def test_what_takes_too_long_is_ended_and_told():
    hasty = Estimator(most_seconds=0.01)
    try:
        with pytest.raises(EstimateRefused, match="takes longer") as caught:
            hasty.perform(ITS.raw, ASKED)
        assert caught.value.reason is Reason.LIMIT
        assert hasty._line is None
    finally:
        hasty.close()


def test_who_waits_too_long_is_told_to_come_again():
    waiting, started, go_on = Estimator(wait_seconds=0.05), Event(), Event()

    def slow(*_):
        started.set()
        go_on.wait(10)
        return {"found": {}}

    waiting._answer = slow
    first = Thread(target=waiting.perform, args=(b"", ASKED))
    first.start()
    started.wait(10)
    with pytest.raises(EstimateRefused) as caught:
        waiting.perform(b"", ASKED)
    assert caught.value.reason is Reason.BUSY
    go_on.set()
    first.join()
    waiting.close()


def test_a_file_past_the_limits_is_refused(estimator):
    large = b"periods,outcome\n" + b"1,2\n" * 20_001
    with pytest.raises(EstimateRefused, match="more than 20,000 rows"):
        estimator.perform(large, Asked("its", {}, {"start": 1}))


def test_a_bug_is_told_by_its_place_and_not_by_what_it_read(monkeypatch):
    def perform(*_):
        raise RuntimeError("row 7 is 12 High Street")

    monkeypatch.setattr(worker, "perform", perform)
    told = worker.answer(asking(ASKED, Limits(megabytes=1, rows=1)), b"")
    assert told["failed"]["error"] == "RuntimeError"
    assert any("worker.py" in place for place in told["failed"]["places"])
    assert "High Street" not in json.dumps(told)
    broken = Estimator()
    broken._answer = lambda *_: told
    with pytest.raises(EngineFailed, match=r"RuntimeError < .*worker\.py"):
        broken.perform(b"", ASKED)


def test_memory_that_runs_out_is_a_refusal(monkeypatch):
    def perform(*_):
        raise MemoryError

    monkeypatch.setattr(worker, "perform", perform)
    told = worker.answer(asking(ASKED, Limits(megabytes=1, rows=1)), b"")
    assert told["refused"]["reason"] == "limit"


def test_the_process_ends_with_those_who_ask():
    ours, theirs = socketpair()
    with ours, theirs:
        command = [sys.executable, "-m", "service.estimating.worker", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    assert process.wait(60) == 0


def test_a_process_that_cannot_even_start_is_a_failure_and_not_a_large_file(monkeypatch):
    monkeypatch.setattr(apart.sys, "executable", shutil.which("false"))
    broken = Estimator()
    with pytest.raises(EngineFailed, match="ended by itself"):
        broken.perform(ITS.raw, ASKED)
    broken.close()


def test_messages_cross_whole_or_not_at_all():
    stream = io.BytesIO()
    limits = Limits(megabytes=3, rows=7)
    write(stream, asking(ASKED, limits), b"\x00raw")
    whole = stream.getvalue()
    head, raw = read(io.BytesIO(whole))
    assert (asked_of(head), raw) == ((ASKED, limits), b"\x00raw")
    for cut in (0, 3, LENGTHS.size, len(whole) - 1):
        assert read(io.BytesIO(whole[:cut])) is None
