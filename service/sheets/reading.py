"""Bytes to a table, by what the bytes are and not by what the file is called."""

from dataclasses import replace

from service.sheets.sheet import Limits, Sheet, SheetRefused, sheet_of
from service.sheets.text import decoded, delimiter_of, lines_of_text
from service.sheets.workbook import lines_of_workbook

# How files begin: a ZIP (XLSX is one), a workbook of before 2007, a PDF.
ZIP, OLD_WORKBOOK, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


def read_sheet(raw: bytes, limits: Limits) -> Sheet:
    """The table in a CSV or XLSX file; raises SheetRefused for anything else."""
    if len(raw) > limits.packed:
        raise SheetRefused(f"the file is larger than {limits.megabytes} MB (accepted: up to that)")
    if raw.startswith(ZIP):
        return sheet_of(lines_of_workbook(raw, limits), limits)
    for beginning, what in ((OLD_WORKBOOK, "a workbook of before 2007"), (PDF, "a PDF")):
        if raw.startswith(beginning):
            raise SheetRefused(f"this is {what} (accepted: CSV, or an Excel workbook .xlsx)")
    text = decoded(raw)
    delimiter = delimiter_of(text)
    sheet = sheet_of(lines_of_text(text, delimiter), limits)
    return replace(sheet, semicolons=delimiter == ";")
