"""One column at a time: what each cell says, or what is wrong with it."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from service.estimating.periods import ANY_STYLE, PeriodColumn, read_periods
from service.sheets import FORMULA, Cell

Value: TypeAlias = float | int | str | date | None

# What R, spreadsheets and people write where a value is missing.
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "#n/a", "."})
TRUE_WORDS = frozenset({"1", "yes", "y", "true", "1.0"})
FALSE_WORDS = frozenset({"0", "no", "n", "false", "0.0"})
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d+")
# A code such as 007 is a name: as a number it would lose its noughts.
CODE = re.compile(r"0\d+")
LONGEST_LABEL = 120
# Past these sizes no outcome is measured, and squares of figures lose their digits.
LARGEST, LEAST = 1e15, 1e-12
A_NUMBER, A_COUNT = "a number", "a number of 0 or more"
A_BINARY, A_LABEL = "1 or 0, or yes or no", f"a name of up to {LONGEST_LABEL} characters"


@dataclass(frozen=True, slots=True)
class Column:
    """A column read: a value or a problem for each cell; periods keep how they were written."""

    values: tuple[Value, ...]
    problems: tuple[str | None, ...]
    accepted: str
    periods: PeriodColumn | None = None


def read_column(cells: Sequence[Cell], kind: str) -> Column:
    """The cells as a role of that kind has them; blank is None and no problem here."""
    match kind:
        case "period":
            found = read_periods([None if is_blank(cell) else cell for cell in cells])
            problems = tuple(
                None if is_blank(cell) else FORMULA_FOUND if cell is FORMULA else problem
                for cell, problem in zip(cells, found.problems, strict=True)
            )
            return Column(found.values, problems, ANY_STYLE, periods=found)
        case "number":
            return _each(cells, _number, A_NUMBER)
        case "count":
            return _each(cells, _count, A_COUNT)
        case "binary":
            return _each(cells, _binary, A_BINARY)
        case "label":
            return _each(cells, _label, A_LABEL) if _has_words(cells) else _names(cells)
        case _:
            # What is known of people can be numbers or words, one of them in a column.
            words = _has_words(cells)
            return _each(cells, _label, A_LABEL) if words else _each(cells, _number, A_NUMBER)


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands there, in any of the ways people write that."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def as_number(cell: Cell) -> float | None:
    """The number a cell holds, as a number or as its digits; None for anything else."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    text = str(cell).strip().replace("\N{MINUS SIGN}", "-")
    if isinstance(cell, str) and not NUMBER.fullmatch(text):
        return None
    try:
        number = float(text.replace(",", ""))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_binary(cell: Cell) -> int | None:
    """1 for yes, 0 for no, None for anything else."""
    word = str(cell).strip().lower()
    return 1 if word in TRUE_WORDS else 0 if word in FALSE_WORDS else None


FORMULA_FOUND = "holds a formula, which is not computed here"


class _Problem(Exception):
    """What is wrong with one cell, in words that do not repeat it."""


def _each(cells: Sequence[Cell], read: Callable[[Cell], Value], accepted: str) -> Column:
    values: list[Value] = []
    problems: list[str | None] = []
    for cell in cells:
        value, problem = _one(cell, read)
        values.append(value)
        problems.append(problem)
    return Column(tuple(values), tuple(problems), accepted)


def _one(cell: Cell, read: Callable[[Cell], Value]) -> tuple[Value, str | None]:
    if is_blank(cell):
        return None, None
    if cell is FORMULA:
        return None, FORMULA_FOUND
    try:
        return read(cell), None
    except _Problem as problem:
        return None, str(problem)


def _number(cell: Cell) -> float:
    number = as_number(cell)
    if number is None:
        raise _Problem(_not_a_number(cell))
    if number and not LEAST <= abs(number) <= LARGEST:
        raise _Problem(f"is {'smaller' if abs(number) < LEAST else 'larger'} than can be measured")
    return number


def _not_a_number(cell: Cell) -> str:
    match cell:
        case date():
            return "is a date"
        case bool():
            return "is yes or no"
        case str() if as_number(cell.rstrip("% ").lstrip("£$€ ")) is not None:
            return "has a sign beside the number"
    return "is text, or no finite number"


def _count(cell: Cell) -> float:
    number = _number(cell)
    if number < 0:
        raise _Problem(f"is {number:g}, below 0")
    return number


def _binary(cell: Cell) -> int:
    found = as_binary(cell)
    if found is None:
        number = as_number(cell)
        raise _Problem("is neither" if number is None else f"is {number:g}")
    return found


def _label(cell: Cell) -> str:
    text = cell.isoformat() if isinstance(cell, date) else str(cell).strip()
    if len(text) > LONGEST_LABEL or not text.isprintable():
        raise _Problem("is too long, or cannot be shown")
    return text


def _names(cells: Sequence[Cell]) -> Column:
    """Names that are all numbers: kept as numbers, so that they come in their order."""
    read = _each(cells, _number, A_LABEL)
    whole = all(value is None or float(value) == int(float(value)) for value in read.values)  # type: ignore[arg-type]  # these are numbers
    if not whole:
        return read
    return Column(
        tuple(None if value is None else int(value) for value in read.values),  # type: ignore[arg-type]  # these are numbers
        read.problems,
        read.accepted,
    )


def _has_words(cells: Sequence[Cell]) -> bool:
    """Whether some cell is no number, or a number that only names (007)."""
    return any(
        as_number(cell) is None or (isinstance(cell, str) and CODE.fullmatch(cell.strip()))
        for cell in cells
        if not is_blank(cell) and cell is not FORMULA
    )
