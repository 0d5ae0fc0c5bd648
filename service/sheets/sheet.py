"""What a file holds once it is read: named columns, numbered rows, cells as they were typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias


class SheetRefused(Exception):
    """A file that cannot be read as a table, told in one line that repeats nothing of its cells."""


class Formula:
    """What stands where a formula was: nothing of ours computes it."""

    def __repr__(self) -> str:
        return "a formula"


FORMULA: Final = Formula()

LONGEST_NAME = 200
TOO_WIDE = "there are more than {} columns (accepted: only those that are needed)"

# A blank cell is None.
Cell: TypeAlias = str | float | int | bool | date | Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be: its bytes, packed and unpacked, and its table."""

    megabytes: int
    rows: int
    columns: int = 200

    @property
    def packed(self) -> int:
        return self.megabytes * 1024 * 1024

    @property
    def unpacked(self) -> int:
        """Spreadsheets shrink about eightfold; what unpacks to far more was made to."""
        return 12 * self.packed


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as they were read; `numbers` count from 1 below the header, blank rows included.

    `semicolons` says that these part the cells, as where a comma is the decimal mark.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...]
    semicolons: bool = False

    def column(self, name: str) -> tuple[Cell, ...]:
        """The cells of a column."""
        place = self.header.index(name)
        return tuple(row[place] for row in self.rows)


def sheet_of(lines: Iterable[Sequence[Cell]], limits: Limits) -> Sheet:
    """The table of lines that come one by one: the first that is not blank is the header.

    Raises SheetRefused for what has no header or no row, a header that is blank or there twice
    over a column that is not empty, and for more rows or columns than may be.
    """
    header: list[str] | None = None
    rows, numbers = [], []
    for number, line in enumerate(_bounded(lines, limits)):
        cells = [_trimmed(cell) for cell in line]
        if header is None:
            if any(cell is not None for cell in cells):
                header, first = _header(cells, limits), number
        elif any(cell is not None for cell in cells):
            rows.append(_row(cells, header, number - first))
            numbers.append(number - first)
    if header is None or not rows:
        raise SheetRefused("there are no rows (accepted: a header, and at least one row below it)")
    return _named(header, rows, tuple(numbers))


def _bounded(lines: Iterable[Sequence[Cell]], limits: Limits) -> Iterable[Sequence[Cell]]:
    """Blank lines count as well: a file can be made of nothing else."""
    for number, line in enumerate(lines):
        if number > limits.rows:
            raise SheetRefused(f"there are more than {limits.rows:,} rows (accepted: as many)")
        yield line


def _trimmed(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return " ".join(cell.split()) or None
    return cell


def _header(cells: Sequence[Cell], limits: Limits) -> list[str]:
    while cells and cells[-1] is None:
        cells = cells[:-1]
    if len(cells) > limits.columns:
        raise SheetRefused(TOO_WIDE.format(limits.columns))
    names = ["" if cell is None else str(cell) for cell in cells]
    for place, name in enumerate(names):
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise SheetRefused(
                f"the name of column {place + 1} is too long, or cannot be shown (accepted: names"
                f" of up to {LONGEST_NAME} characters)"
            )
    return names


def _row(cells: Sequence[Cell], header: Sequence[str], number: int) -> tuple[Cell, ...]:
    if any(cell is not None for cell in cells[len(header) :]):
        raise SheetRefused(
            f"row {number} has cells beyond the header (accepted: a name above every column)"
        )
    padded = [*cells, *[None] * (len(header) - len(cells))]
    return tuple(padded[: len(header)])


def _named(header: list[str], rows: list[tuple[Cell, ...]], numbers: tuple[int, ...]) -> Sheet:
    for place, name in enumerate(header):
        if not name and any(row[place] is not None for row in rows):
            raise SheetRefused(
                f"column {place + 1} has no name (accepted: a name above every column)"
            )
    kept = [place for place, name in enumerate(header) if name]
    names = tuple(header[place] for place in kept)
    if len(set(names)) < len(names):
        twice = next(place for place, name in enumerate(names) if name in names[:place])
        raise SheetRefused(
            f"column {kept[twice] + 1} has the name of another (accepted: every name once)"
        )
    return Sheet(names, tuple(tuple(row[place] for place in kept) for row in rows), numbers)
