"""XLSX workbooks: one sheet, values only, and nothing that unpacks into more than it should."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook

from service.sheets.sheet import FORMULA, TOO_WIDE, Cell, Limits, SheetRefused

# A workbook of one sheet has about ten parts.
MOST_PARTS = 500
ENCRYPTED = 0x1
# No workbook has a column past XFD (Excel specifications and limits).
LAST_COLUMN = 16_384
# No part of a workbook declares entities; what does is made to multiply (or to read files).
DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
UNREADABLE = "the workbook cannot be read (accepted: an Excel workbook .xlsx, or CSV)"


def lines_of_workbook(raw: bytes, limits: Limits) -> Iterator[list[Cell]]:
    """The lines of the one sheet that is not empty; raises SheetRefused for what is not so."""
    try:
        _check_parts(raw, limits)
        with warnings.catch_warnings():
            # It warns of styles and extensions that have nothing to do with values.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        try:
            yield from _lines(_only_sheet(book, limits), limits)
        finally:
            book.close()
    except (SheetRefused, MemoryError):
        raise
    except Exception:  # whatever the reader makes of parts that are missing, misplaced or damaged
        raise SheetRefused(UNREADABLE) from None


def _check_parts(raw: bytes, limits: Limits) -> None:
    """Sizes are those that the archive declares, past which its reader does not unpack."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked:
            raise SheetRefused("the workbook unpacks into too much (accepted: one plain sheet)")
        if any(part.flag_bits & ENCRYPTED for part in parts):
            raise SheetRefused("the workbook is encrypted (accepted: one without a password)")
        for part in parts:
            text = archive.read(part)
            if any(word in text for word in DECLARATIONS):
                raise SheetRefused(UNREADABLE)


def _only_sheet(book: Any, limits: Limits) -> Any:  # noqa: ANN401  openpyxl has no types
    filled = [sheet for sheet in book.worksheets if _has_cells(sheet, limits)]
    if len(filled) > 1:
        raise SheetRefused(
            f"{len(filled)} sheets hold something, hidden ones included (accepted: one sheet)"
        )
    if not filled:
        raise SheetRefused("every sheet is empty (accepted: a header, and a row below it)")
    return filled[0]


def _has_cells(sheet: Any, limits: Limits) -> bool:  # noqa: ANN401  openpyxl has no types
    return any(cell is not None for line in _lines(sheet, limits) for cell in line)


def _lines(sheet: Any, limits: Limits) -> Iterator[list[Cell]]:  # noqa: ANN401  openpyxl has no types
    # What a sheet says of its own size need not be so.
    sheet.reset_dimensions()
    for number, line in enumerate(sheet.iter_rows(max_col=LAST_COLUMN)):
        if number > limits.rows + 1:
            raise SheetRefused(f"there are more than {limits.rows:,} rows (accepted: as many)")
        if any(cell.value is not None for cell in line[limits.columns :]):
            raise SheetRefused(TOO_WIDE.format(limits.columns))
        yield [_cell(cell) for cell in line[: limits.columns]]


def _cell(cell: Any) -> Cell:  # noqa: ANN401  openpyxl has no types
    if cell.data_type == "f":
        return FORMULA
    match cell.value:
        case None | str() | bool() | int() | float() as plain:
            return plain
        case datetime() as moment if moment.time() == time():
            return moment.date()
        case date() as day if not isinstance(day, datetime):
            return day
        case datetime() | time() | timedelta() as clock:
            return str(clock)
    raise ValueError(type(cell.value).__name__)
