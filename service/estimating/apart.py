"""Estimates in a process apart: one at a time, within a time and a memory, started when needed."""

import subprocess
import sys
from contextlib import suppress
from socket import socketpair
from threading import Lock, Timer
from time import monotonic
from typing import Any

from service.estimating.documents import Document
from service.estimating.layout import Asked
from service.estimating.messages import asking, read, refusal_of, write
from service.estimating.refusals import EstimateRefused, Flaw, Reason
from service.estimating.worker import TOO_MUCH
from service.one_thread import environment_of_one_thread
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


class Line:
    """A process that estimates, and the line to it."""

    def __init__(self) -> None:
        ours, theirs = socketpair()
        with ours, theirs:
            self._talk = ours.makefile("rwb")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.estimating.worker", str(theirs.fileno())],
                env=environment_of_one_thread(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    @property
    def is_up(self) -> bool:
        """Whether the process is there; after a while without work it ends itself."""
        return self._process.poll() is None

    def ask(self, head: dict[str, Any], raw: bytes, *, seconds: float) -> dict[str, Any] | None:
        """The answer; None when there was none before the process ended, or was ended."""
        late = Timer(seconds, self._process.kill)
        late.start()
        try:
            write(self._talk, head, raw)
            message = read(self._talk)
        except (BrokenPipeError, ConnectionResetError):
            return None
        finally:
            late.cancel()
        return None if message is None else message[0]

    def ended_by(self) -> int:
        """How it ended: the signal that ended it below 0, or its own exit code."""
        return self._process.wait()

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError, ConnectionResetError):
            self._talk.close()


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
        self._line: Line | None = None

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
        if self._line is None or not self._line.is_up:
            self._end()
            self._line = Line()
        began = monotonic()
        answer = self._line.ask(asking(asked, self.limits), raw, seconds=self._most_seconds)
        if answer is None:
            code = self._line.ended_by()
            self._end()
            if code >= 0:
                raise EngineFailed(f"the process that estimates ended by itself ({code})")
            in_time = monotonic() - began < self._most_seconds
            raise EstimateRefused([TOO_MUCH if in_time else TOO_LONG], reason=Reason.LIMIT)
        return answer

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _told(answer: dict[str, Any]) -> Document:
    if "refused" in answer:
        raise refusal_of(answer["refused"])
    if "failed" in answer:
        raise EngineFailed(
            " < ".join([answer["failed"]["error"], *answer["failed"]["places"][::-1]])
        )
    found: Document = answer["found"]
    return found
