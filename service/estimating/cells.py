"""One column at a time: what each cell says, or what is wrong with it."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from service.estimating.numerals import POINTED, Marks, with_points
from service.estimating.periods import ANY_STYLE, PeriodColumn, read_periods
from service.sheets import FORMULA, Cell

Value: TypeAlias = float | int | str | date | None

# What R, spreadsheets and people write where a value is missing: among numbers, but among names
# each is one (nobody has the qualification "none" by being unknown).
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "#n/a", "."})
TRUE_WORDS = frozenset({"1", "yes", "y", "true", "1.0"})
FALSE_WORDS = frozenset({"0", "no", "n", "false", "0.0"})
# A truth that is not known; "none" would be one of its words.
MISSING_TRUTH = MISSING - {"none"}
# How tables of official statistics tell small counts without telling them (Government Analysis
# Function, symbols in tables; NHS England, disclosure control).
BOUNDS, SUPPRESSED = "<>≤≥~", frozenset({"*", "**", "-", "–", "..", ":", "c", "x", "[c]", "[x]"})
# A code such as 007 is a name: as a number it would lose its noughts.
CODE = re.compile(r"0\d+")
# Names that are numbers as they are written: nothing else is written so, and they have an order.
WHOLE = re.compile(r"0|-?[1-9]\d{0,14}", re.ASCII)
# From this share of numbers among words, a column is one of numbers with slips in it: a convention
# of this project, the same as for moderators of a pool.
MOSTLY_NUMBERS = 0.8
LONGEST_LABEL = 120
# Past these sizes no outcome is measured, and squares of figures lose their digits.
LARGEST, LEAST = 1e15, 1e-12
A_NUMBER, A_COUNT = "a number", "a number of 0 or more"
A_MARK = "numbers with one decimal mark, a point, and nothing between thousands"
A_BINARY, A_LABEL = "1 or 0, or yes or no", f"a name of up to {LONGEST_LABEL} characters"


@dataclass(frozen=True, slots=True)
class Column:
    """A column read: a value or a problem for each cell; periods keep how they were written."""

    values: tuple[Value, ...]
    problems: tuple[str | None, ...]
    accepted: str
    periods: PeriodColumn | None = None


def read_column(
    cells: Sequence[Cell], kind: str, *, marks: Marks = Marks.POINT, category: bool = False
) -> Column:
    """The cells as a role of that kind has them; blank is None and no problem here.

    `marks` is the decimal mark where the column's own numbers do not tell, `category` says that
    numbers are names here.
    """
    match kind:
        case "period":
            found = read_periods([None if is_blank(cell) else cell for cell in cells])
            problems = tuple(
                None if is_blank(cell) else FORMULA_FOUND if cell is FORMULA else problem
                for cell, problem in zip(cells, found.problems, strict=True)
            )
            return Column(found.values, problems, ANY_STYLE, periods=found)
        case "number":
            return _numbers(cells, _number, A_NUMBER, marks=marks)
        case "count":
            return _numbers(cells, _count, A_COUNT, marks=marks)
        case "binary":
            return _each(cells, _binary, A_BINARY, missing=MISSING_TRUTH)
        case "label":
            return _names(cells)
        case _:
            return _words(cells) if category else _characteristic(cells, marks)


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands there, in any of the ways people write that among numbers."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def is_empty(cell: Cell) -> bool:
    """Whether nothing stands there at all."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_number(cell: Cell) -> float | None:
    """The number a cell holds, as a number or as its digits; None for anything else."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    text = str(cell).strip().replace("\N{MINUS SIGN}", "-")
    if isinstance(cell, str) and not POINTED.fullmatch(text):
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
BOTH_BLANKS = "is a word for what is not known, while other cells of the column are blank"
ONE_WAY = "a blank cell where it is not known, or another word where it is a category"
A_NUMBER_THERE = "a number, blank where it is not known; or the column said to hold categories"


class _Problem(Exception):
    """What is wrong with one cell, in words that do not repeat it."""


def _each(
    cells: Sequence[Cell],
    read: Callable[[Cell], Value],
    accepted: str,
    *,
    missing: frozenset[str] = MISSING,
) -> Column:
    values: list[Value] = []
    problems: list[str | None] = []
    for cell in cells:
        value, problem = _one(cell, read, missing)
        values.append(value)
        problems.append(problem)
    return Column(tuple(values), tuple(problems), accepted)


def _one(
    cell: Cell, read: Callable[[Cell], Value], missing: frozenset[str]
) -> tuple[Value, str | None]:
    if cell is None or (isinstance(cell, str) and cell.strip().lower() in missing):
        return None, None
    if cell is FORMULA:
        return None, FORMULA_FOUND
    try:
        return read(cell), None
    except _Problem as problem:
        return None, str(problem)


def _numbers(
    cells: Sequence[Cell], read: Callable[[Cell], Value], accepted: str, *, marks: Marks
) -> Column:
    """Numbers once their decimal mark is known; where it is not, those that it matters for."""
    numerals = with_points(cells, marks)
    found = _each(numerals.cells, read, accepted)
    problems = tuple(numerals.problems.get(n, told) for n, told in enumerate(found.problems))
    return Column(found.values, problems, A_MARK if numerals.problems else accepted)


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
        case str() if cell.strip()[:1] in BOUNDS or cell.strip().lower() in SUPPRESSED:
            return "is a bound, or a mark for a figure that is withheld"
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


def written(cell: Cell) -> str:
    """A name as it stands in a file: whole numbers of a workbook without their point."""
    match cell:
        case date():
            return cell.isoformat()
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < LARGEST:
            return str(int(cell))
    return str(cell).strip()


def _label(cell: Cell) -> str:
    text = written(cell)
    if len(text) > LONGEST_LABEL or not text.isprintable():
        raise _Problem("is too long, or cannot be shown")
    return text


def _names(cells: Sequence[Cell]) -> Column:
    """Names as they are written; where all are whole numbers, these, so that they have an order."""
    read = _words(cells)
    told = [value for value in read.values if value is not None]
    if any(read.problems) or not all(WHOLE.fullmatch(str(name)) for name in told):
        return read
    whole = tuple(None if value is None else int(str(value)) for value in read.values)
    return Column(whole, read.problems, read.accepted)


def _words(cells: Sequence[Cell]) -> Column:
    return _either_blank_or_word(cells, _each(cells, _label, A_LABEL, missing=frozenset({""})))


def _either_blank_or_word(cells: Sequence[Cell], read: Column) -> Column:
    """Beside cells that are blank, a word for what is not known is not taken for a category."""
    if not any(map(is_empty, cells)):
        return read
    problems = tuple(
        BOTH_BLANKS if isinstance(value, str) and value.lower() in MISSING else problem
        for value, problem in zip(read.values, read.problems, strict=True)
    )
    return Column(read.values, problems, ONE_WAY if BOTH_BLANKS in problems else read.accepted)


def _characteristic(cells: Sequence[Cell], marks: Marks) -> Column:
    """What is known of people can be numbers or words; a word among mostly numbers is a slip."""
    numerals = with_points(cells, marks)
    there = [(n, cell) for n, cell in enumerate(numerals.cells) if not is_blank(cell)]
    odd = [n for n, cell in there if not _is_numeral(cell)]
    if not odd:
        return _numbers(cells, _number, A_NUMBER, marks=marks)
    if len(there) - len(odd) < MOSTLY_NUMBERS * len(there):
        return _words(cells)
    found = _each(numerals.cells, _number, A_NUMBER_THERE)
    odd_ones = frozenset(odd)
    counted = f"is no number, where {len(there) - len(odd)} of {len(there)} are"
    problems = tuple(counted if n in odd_ones else told for n, told in enumerate(found.problems))
    return Column(found.values, problems, A_NUMBER_THERE)


def _is_numeral(cell: Cell) -> bool:
    """Whether a cell is a number, and not one that only names (007), or a formula."""
    named = isinstance(cell, str) and CODE.fullmatch(cell.strip())
    return cell is FORMULA or (as_number(cell) is not None and not named)
