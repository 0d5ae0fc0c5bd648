"""Columns of numbers: read once at the door, refused with the row that is wrong."""

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.errors import InvalidInput, UnknownMethod

Column: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = Sequence[float] | Column


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
