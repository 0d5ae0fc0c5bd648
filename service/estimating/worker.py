"""The process that reads files and estimates: bounded in memory, and it keeps nothing."""

import contextlib
import resource
import select
import signal
import sys
import traceback
from socket import socket
from typing import Any

from service.estimating.engine import perform
from service.estimating.messages import asked_of, read, refusing, write
from service.estimating.refusals import EstimateRefused, Flaw, Reason

# Twice what the largest panel within the limits of rows was seen to take.
MOST_MEMORY = 2 * 1024**3
# With nothing to do for so long the process ends, and its memory is free.
IDLE_SECONDS = 600
TOO_MUCH = Flaw(
    "file",
    "takes more memory than one estimate may",
    "fewer rows: units or periods that are added up or averaged",
)


def main() -> None:
    """Answers one message after another until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service ends it, not the keyboard
    with contextlib.suppress(ValueError, OSError):  # a lower limit may already stand
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    # A line of its own: libraries of numbers print to the standard output when it suits them.
    with socket(fileno=int(sys.argv[1])) as line, line.makefile("rwb") as talk:
        while select.select([line], [], [], IDLE_SECONDS)[0]:
            message = read(talk)
            if message is None:
                return
            write(talk, answer(*message))


def answer(head: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """The estimate, the refusal, or where it failed; never a word of what was in the file."""
    try:
        return {"found": perform(raw, *asked_of(head))}
    except EstimateRefused as refusal:
        return {"refused": refusing(refusal)}
    except MemoryError:
        return {"refused": refusing(EstimateRefused([TOO_MUCH], reason=Reason.LIMIT))}
    except Exception as failure:  # its message may hold what a row holds: only the place is told
        places = traceback.extract_tb(failure.__traceback__)
        lines = [f"{place.filename}:{place.lineno} in {place.name}" for place in places]
        return {"failed": {"error": type(failure).__name__, "places": lines}}


if __name__ == "__main__":
    main()
