"""Points and commas in numbers: which is the decimal mark of a column, and never a guess."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from service.sheets import Cell, Sheet

EXPONENT = r"(?:[eE][+-]?\d{1,3})?"
POINTED = re.compile(
    rf"[+-]?(?:(?:\d+|[1-9]\d{{0,2}}(?:,\d{{3}})+)(?:\.\d*)?|\.\d+){EXPONENT}", re.ASCII
)
COMMAED = re.compile(
    rf"[+-]?(?:(?:\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+)(?:,\d*)?|,\d+){EXPONENT}", re.ASCII
)
# 1,234 and 1.234: three digits behind one mark, which thousands and decimals both have.
EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
MIXED = "is written with another decimal mark than others of the column"


class Marks(Enum):
    """What a comma and a point in a number are; UNTOLD where nothing tells."""

    POINT = auto()
    COMMA = auto()
    UNTOLD = auto()


@dataclass(frozen=True, slots=True)
class Numerals:
    """Cells with points alone for decimal marks, and what is wrong with some, by their index."""

    cells: tuple[Cell, ...]
    problems: dict[int, str]


def usual_marks(sheet: Sheet) -> Marks:
    """The decimal mark of a whole file: what its numbers show, else what parts its cells.

    Files that part cells by semicolons do so because a comma is their decimal mark, mostly.
    """
    point, comma = _evidence(cell for row in sheet.rows for cell in row)
    if bool(point) != bool(comma):
        return Marks.POINT if point else Marks.COMMA
    return Marks.UNTOLD if sheet.semicolons else Marks.POINT


def with_points(cells: Sequence[Cell], usual: Marks) -> Numerals:
    """A column's numbers with decimal points: as its own cells show, else as usual in the file."""
    point, comma = _evidence(cells)
    if point and comma:
        fewer = min((comma, point), key=len)
        return Numerals(tuple(cells), dict.fromkeys(fewer, MIXED))
    marks = Marks.POINT if point else Marks.COMMA if comma else usual
    if marks is Marks.UNTOLD:
        return Numerals(tuple(cells), dict(_either(cells)))
    if marks is Marks.POINT:
        return Numerals(tuple(cells), {})
    return Numerals(tuple(_pointed(cell) for cell in cells), {})


def _evidence(cells: Iterable[Cell]) -> tuple[list[int], list[int]]:
    """Where a mark can only be a decimal point (or commas thousands), and the other way round."""
    point, comma = [], []
    for index, cell in enumerate(cells):
        if not isinstance(cell, str) or not ("," in cell or "." in cell):
            continue
        text = _text(cell)
        pointed, commaed = POINTED.fullmatch(text), COMMAED.fullmatch(text)
        if pointed and not commaed:
            point.append(index)
        elif commaed and not pointed:
            comma.append(index)
    return point, comma


def _either(cells: Sequence[Cell]) -> Iterable[tuple[int, str]]:
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and EITHER.fullmatch(text := _text(cell)):
            whole, decimal = re.sub("[.,]", "", text), text.replace(",", ".")
            yield index, f"could be {whole} or {decimal}, and no other number tells which"


def _pointed(cell: Cell) -> Cell:
    if not isinstance(cell, str) or not COMMAED.fullmatch(_text(cell)):
        return cell
    return _text(cell).replace(".", "").replace(",", ".")


def _text(cell: str) -> str:
    return cell.strip().replace("\N{MINUS SIGN}", "-")
