"""CSV as spreadsheets write it: commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252."""

import csv
import io
from collections.abc import Iterator

from service.sheets.sheet import FORMULA, Cell, SheetRefused

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection); a sign before a
# number is none.
STARTS, SIGNS = ("=", "@"), ("+", "-")
DELIMITERS = ",;\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def lines_of_text(text: str, delimiter: str) -> Iterator[list[Cell]]:
    """The lines one by one, each as cells of text; raises SheetRefused for what is no CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for line in reader:
            yield [_cell(cell) for cell in line]
    except csv.Error:
        # The words of the reader can repeat what it read.
        raise SheetRefused(
            f"line {reader.line_num} is not valid CSV (accepted: quotes closed, one row a line)"
        ) from None


def decoded(raw: bytes) -> str:
    """The bytes as text; raises SheetRefused for what is none."""
    encodings = ("utf-16",) if raw.startswith(UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetRefused("this is not text (accepted: CSV in UTF-8, or an Excel workbook .xlsx)")


def delimiter_of(text: str) -> str:
    """What parts the cells of the header: some countries' spreadsheets write semicolons."""
    header = text.lstrip().partition("\n")[0]
    return next((mark for mark in DELIMITERS if mark in header), ",")


def _cell(text: str) -> Cell:
    cell = text.strip()
    if cell.startswith(STARTS) or (cell.startswith(SIGNS) and cell[1:2].isalpha()):
        return FORMULA
    return cell
