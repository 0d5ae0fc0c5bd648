"""How far long work has come, on standard error, where a person may be waiting for it."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

# Seconds: nothing is said of work that takes less, and no more often than so.
PATIENCE: Final = 5.0


def rewritten(line: str, *, end: str = "") -> None:
    """A line of progress over the one before it, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{line}\x1b[K", end=end, file=sys.stderr, flush=True)


def counted(items: Sequence[T], what: str) -> Iterator[T]:
    """The items one by one, telling now and then how many have been done."""
    told = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - told >= PATIENCE:
            told = time.monotonic()
            print(f"{done} of {len(items)} {what}", file=sys.stderr, flush=True)
        yield item
