"""A simulated figure: its Monte Carlo error, what the reference says, and what it may not pass."""

import math
from dataclasses import dataclass

import numpy as np

# Errors of simulation that a figure may be off by before it is called different or too high.
ERRORS = 3.0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`reference` is the figure as printed there; `apart` the standard error of its difference.

    `limit` is what an error rate was promised not to pass; `streams` what a share is a share of.
    """

    value: float
    error: float
    reference: str = ""
    apart: float = 0.0
    limit: float = math.inf
    digits: int = 4
    streams: int = 0

    @property
    def strays(self) -> bool:
        """Whether it differs from the reference by more than both errors and rounding explain."""
        if not self.reference:
            return False
        allowed = ERRORS * self.apart + _rounding(self.reference)
        return abs(self.value - float(self.reference)) > allowed

    @property
    def too_high(self) -> bool:
        """Whether it is above its limit by more than simulation explains."""
        return self.value - ERRORS * self.error > self.limit

    def __str__(self) -> str:
        """Value, error and (reference), without the zeros that say nothing."""
        told = f"{_plain(self.value, self.digits)}±{_plain(self.error, self.digits)}"
        return f"{told} ({self.reference})" if self.reference else told


def share(hits, reference: str = "", *, of: int = 0, limit: float = math.inf) -> Figure:
    """The share of streams in which something happened; the reference had `of` streams."""
    hits = np.asarray(hits, dtype=bool)
    return Figure(
        value=float(hits.mean()),
        error=_binomial_error(float(hits.mean()), len(hits)),
        reference=reference,
        apart=_apart(reference, len(hits), of) if reference else 0.0,
        limit=limit,
        streams=len(hits),
    )


def average(values, reference: str = "", *, of: int, limit: float = math.inf, digits: int = 4):
    """A mean over replications; the reference had `of` of them with the same spread."""
    spread = float(np.std(values, ddof=1))
    return Figure(
        value=float(np.mean(values)),
        error=spread / math.sqrt(len(values)),
        reference=reference,
        apart=spread * math.sqrt(1 / len(values) + 1 / of),
        limit=limit,
        digits=digits,
    )


def median(values, reference: str = "") -> Figure:
    """The middle value; its error is half the distance between the ranks one error to each side."""
    ordered = np.sort(values)
    n = len(ordered)
    step = math.sqrt(n) / 2
    low, high = ordered[max(0, math.floor(n / 2 - step))], ordered[min(n - 1, int(n / 2 + step))]
    error = 0.0 if low == high else float(high - low) / 2
    return Figure(value=float(ordered[n // 2]), error=error, reference=reference, digits=0)


def _apart(reference: str, *streams: int) -> float:
    """Standard error of the difference of two shares, were the reference's share the true one."""
    # A share printed as 0 or 1 is only known to be within its rounding of that.
    rounding = _rounding(reference)
    p = min(max(float(reference), rounding), 1 - rounding)
    return math.hypot(*(_binomial_error(p, n) for n in streams))


def _rounding(reference: str) -> float:
    return 0.5 * 10.0 ** -len(reference.partition(".")[2])


def _binomial_error(p: float, n: int) -> float:
    return math.sqrt(p * (1 - p) / n)


def _plain(value: float, digits: int) -> str:
    if math.isinf(value):
        return "never"
    text = f"{value:.{digits}f}"
    return text.removeprefix("0") if digits and text.startswith("0.") else text
