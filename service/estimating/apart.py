"""Estimates in a process apart: one at a time, within a time and a memory, started when needed."""

import subprocess
import sys
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

from service.estimating.documents import Document
from service.estimating.layout import Asked
from service.estimating.messages import asking, read, refusal_of, write
from service.estimating.refusals import EstimateRefused, Flaw, Reason
from service.estimating.worker import TOO_MUCH
from service.sheets import Limits

# What can be uploaded: five years of months for 300 areas, or a trial of 20,000 people.
LIMITS = Limits(megabytes=4, rows=20_000)
# Twice the slowest estimate seen within these limits, on one busy core.
MOST_SECONDS = 90.0
# So long a request waits for another one's estimate; then it is told to come again.
WAIT_SECONDS = 20.0
TOO_LONG = Flaw(
    "file",
    "takes longer to estimate than the service waits",
    "fewer rows: units or periods that are added up or averaged",
)
BUSY = Flaw("file", "has to wait: others are being estimated", "the same again in a minute")


class EngineFailed(Exception):
    """The engine failed in a way that nobody foresaw; the message tells where, and no figures."""


class Estimator:
    """Hands files to the process apart, and its answers back."""

    def __init__(
        self,
        *,
        limits: Limits = LIMITS,
        most_seconds: float = MOST_SECONDS,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.limits = limits
        self._most_seconds, self._wait_seconds = most_seconds, wait_seconds
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def perform(self, raw: bytes, asked: Asked) -> Document:
        """The estimate; raises EstimateRefused with all that is wrong, EngineFailed for a bug."""
        if not self._turn.acquire(timeout=self._wait_seconds):
            raise EstimateRefused([BUSY], reason=Reason.BUSY)
        try:
            return _told(self._answer(raw, asked))
        finally:
            self._turn.release()

    def close(self) -> None:
        """Ends the process, if there is one."""
        with self._turn:
            self._end()

    def _answer(self, raw: bytes, asked: Asked) -> dict[str, Any]:
        process = self._running()
        late = Timer(self._most_seconds, process.kill)
        late.start()
        try:
            write(cast("BinaryIO", process.stdin), asking(asked, self.limits), raw)
            message = read(cast("BinaryIO", process.stdout))
        except BrokenPipeError:
            message = None
        finally:
            in_time = late.is_alive()
            late.cancel()
        if message is None:
            self._end()
            raise EstimateRefused([TOO_MUCH if in_time else TOO_LONG], reason=Reason.LIMIT)
        return message[0]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.estimating.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _told(answer: dict[str, Any]) -> Document:
    if "refused" in answer:
        raise refusal_of(answer["refused"])
    if "failed" in answer:
        raise EngineFailed(
            " < ".join([answer["failed"]["error"], *answer["failed"]["places"][::-1]])
        )
    found: Document = answer["found"]
    return found
