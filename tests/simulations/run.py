"""One run of the simulations: its seed, its size, and a word on how far it is."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

import numpy as np

# Streams that are simulated at once, so that memory does not grow with the size of the run.
AT_ONCE = 2000


class World(Protocol):
    """Anything drawn for n streams at once."""

    def first(self, n: int) -> Self:
        """The first n streams."""


W = TypeVar("W", bound=World)


@dataclass(frozen=True, kw_only=True)
class Run:
    """`streams` is the number of useless programmes per cell; other sizes are shares of it."""

    seed: int
    streams: int
    started: float = field(default_factory=time.monotonic)

    def some(self, share: float) -> int:
        """A share of the streams, for what takes longer."""
        return max(40, round(self.streams * share))

    def chunks(self, name: str, n: int) -> Iterator[tuple[np.random.Generator, int]]:
        """Generators and sizes that add up to `n` streams, the same for each name and seed."""
        self.tell(name)
        for part, begin in enumerate(range(0, n, AT_ONCE)):
            key = [self.seed, part, *name.encode()]
            yield np.random.default_rng(key), min(AT_ONCE, n - begin)

    def gathered(
        self,
        name: str,
        n: int,
        *,
        draw: Callable[[np.random.Generator, int], W],
        rules: Mapping[str, Callable[[W], np.ndarray]],
        fewer: Mapping[str, int],
    ) -> dict[str, np.ndarray]:
        """What each rule says of `n` streams; those in `fewer` are too slow for more than that."""
        found: dict[str, list[np.ndarray]] = {rule: [] for rule in rules}
        for rng, size in self.chunks(name, n):
            world = draw(rng, size)
            for rule, says in rules.items():
                left = fewer.get(rule, n) - sum(map(len, found[rule]))
                if left > 0:
                    found[rule].append(says(world.first(left)))
        return {rule: np.concatenate(parts) for rule, parts in found.items()}

    def tell(self, what: str) -> None:
        """Progress, on the error stream, so that the tables can be kept in a file."""
        sys.stderr.write(f"{time.monotonic() - self.started:6.1f} s  {what}\n")
        sys.stderr.flush()
