"""A ratio of two interleaved measurements, with its spread over the rounds."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """`subject` over `baseline`, round by round, and what was promised of it."""

    name: str
    subject: tuple[float, ...]
    baseline: tuple[float, ...]
    unit: str
    promise: str

    @property
    def rounds(self) -> list[float]:
        """Each round's ratio: the two sides of a round ran one after the other."""
        return [ours / base for ours, base in zip(self.subject, self.baseline, strict=True)]

    def line(self) -> str:
        """One line of the report."""
        rounds, median = self.rounds, statistics.median
        return (
            f"{self.name:<52} {median(rounds):8.2f}  ({min(rounds):.2f} to {max(rounds):.2f})  "
            f"{median(self.subject):10.1f} against {median(self.baseline):10.1f} {self.unit}; "
            f"promised {self.promise}"
        )


def interleaved(
    name: str,
    *,
    subject: Callable[[], float],
    baseline: Callable[[], float],
    rounds: int,
    unit: str,
    promise: str,
) -> Ratio:
    """Measure both sides in turn, so that a noisy machine disturbs both alike."""
    ours, base = [], []
    for _ in range(rounds):
        base.append(baseline())
        ours.append(subject())
    return Ratio(name, tuple(ours), tuple(base), unit, promise)
