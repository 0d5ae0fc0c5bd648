"""Columns of numbers: read once at the door, refused with the row that is wrong."""

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.errors import InvalidInput, UnknownMethod

Column: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = Sequence[float] | Column

# Digits lost to a variance ratio r are half of its own: past this one fewer than eight are left.
LARGEST_RATIO: Final = 1e14


def column(
    field: str, values: Numbers, *, above: float = -math.inf, at_least: float = -math.inf
) -> Column:
    """One column as a vector of float64, every entry finite, > `above` and >= `at_least`.

    Raises InvalidInput with the field, the row (from 1) and the range that is accepted.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise InvalidInput("is not one column of numbers", field=field, accepted="a flat list")
    fits = np.isfinite(numbers) & (numbers > above) & (numbers >= at_least)
    refuse_rows(
        ~fits, field=field, values=numbers, accepted=_range_in_words(above=above, at_least=at_least)
    )
    return numbers


def number(field: str, value: float, *, above: float = -math.inf, below: float = math.inf) -> float:
    """One finite number strictly between `above` and `below`; raises InvalidInput otherwise."""
    if not (math.isfinite(value) and above < value < below):
        raise InvalidInput(
            f"is {value}", field=field, accepted=_range_in_words(above=above, below=below)
        )
    return float(value)


def refuse_rows(wrong: npt.NDArray[np.bool_], *, field: str, values: Column, accepted: str) -> None:
    """Raise InvalidInput at the first row where `wrong` holds; `values` (k,) are quoted."""
    if wrong.any():
        first = int(np.argmax(wrong))
        raise InvalidInput(f"is {values[first]}", field=field, row=first + 1, accepted=accepted)


def odd_one(values: Column) -> int:
    """The place of the entry that is farthest from the median, the first of those equally far."""
    # Halves never overflow, and the lower of two medians is an entry itself.
    halves = np.nan_to_num(values) / 2
    middle = np.sort(halves)[(len(halves) - 1) // 2]
    return int(np.argmax(np.abs(halves - middle)))


def check_comparable(field: str, variances: Column) -> None:
    """Raise InvalidInput, naming the odd row, for variances (k,) too far apart for doubles."""
    if len(variances) and variances.max() > LARGEST_RATIO * variances.min():
        row = odd_one(np.log(variances))
        raise InvalidInput(
            f"is {variances[row]}, too far from the others",
            field=field,
            row=row + 1,
            accepted=f"variances within a factor of {LARGEST_RATIO:g} of one another",
        )


def check_same_length(**columns: Column) -> None:
    """Raise InvalidInput naming the first column whose length differs from the first one's."""
    lengths = {field: len(values) for field, values in columns.items()}
    first, expected = next(iter(lengths.items()))
    for field, length in lengths.items():
        if length != expected:
            raise InvalidInput(
                f"has {length} rows", field=field, accepted=f"{expected} rows, as {first} has"
            )


def check_known(field: str, name: str, accepted: Iterable[str]) -> None:
    """Raise UnknownMethod, naming what is accepted, unless `name` is among `accepted`."""
    known = tuple(accepted)
    if name not in known:
        raise UnknownMethod(f"is {name!r}", field=field, accepted=f"one of {', '.join(known)}")


def _range_in_words(
    *, above: float = -math.inf, at_least: float = -math.inf, below: float = math.inf
) -> str:
    bounds = (
        ("above", above, -math.inf),
        ("of at least", at_least, -math.inf),
        ("below", below, math.inf),
    )
    limits = [f"{word} {bound:g}" for word, bound, unbounded in bounds if bound != unbounded]
    return " ".join(["a finite number", " and ".join(limits)]).strip()
