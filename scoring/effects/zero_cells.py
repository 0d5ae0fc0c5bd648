"""What is done about counts of 0, which have no logarithm: rules named as metafor names them."""

import math
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_known, check_same_length, column
from scoring.effects.assembly import Rows
from scoring.errors import InvalidInput

# Who gets `add`: those with a zero (metafor's default), everybody, everybody as soon as one of
# them has a zero, or nobody.
ZERO_RULES: Final = ("only0", "all", "if0all", "none")

# What is added unless told otherwise; measures that are finite at 0 get nothing (metafor 3.8,
# `escalc`: "add" is 0 for these).
DEFAULT_ADD: Final = 0.5
FINITE_AT_ZERO: Final = ("AS", "IRSD", "PAS", "PFT")


def double_zeros(*counts: Numbers) -> tuple[bool, ...]:
    """Which rows `drop00` leaves out: no event, or nothing but events, in either group; (k,).

    `counts` are ai bi ci di of tables, or x1i x2i of rates. Source: metafor 3.8, `escalc(drop00)`.
    """
    columns = [column(f"count {i}", values) for i, values in enumerate(counts, start=1)]
    check_same_length(**{f"count {i}": c for i, c in enumerate(columns, start=1)})
    return tuple(double_zero_rows(np.stack(columns)).tolist())


def double_zero_rows(counts: Column) -> Rows:
    """The same for counts that are read already, (4, k) or (2, k)."""
    zero: Rows = counts == 0
    rows: Rows = zero[0] & zero[1] if len(zero) == 2 else zero[0] & zero[2] | zero[1] & zero[3]
    return rows


def without_zeros(
    measure: str, counts: Column, *, add: float | None, to: str, kept: Rows | None = None
) -> Column:
    """Counts (m, k) with `add` added to the studies that `to` names, None for the default amount.

    Studies that are not `kept` do not set off `if0all`. Raises UnknownMethod for other rules and
    InvalidInput for an amount below 0.
    """
    check_known("to", to, ZERO_RULES)
    if add is None:
        add = 0.0 if measure in FINITE_AT_ZERO else DEFAULT_ADD
    if not (math.isfinite(add) and add >= 0):
        raise InvalidInput(f"is {add}", field="add", accepted="a finite number of at least 0")
    with_zero = (counts == 0).any(axis=0)
    if kept is not None:
        with_zero &= kept
    chosen = {"only0": with_zero, "all": True, "if0all": with_zero.any(), "none": False}[to]
    return counts + np.where(chosen, add, 0.0)
