"""Tables an analyst hands over: CSV, JSON or a workbook in, named columns of numbers out."""

import csv
import io
import json
import math
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from service.cli.labels import label
from service.sheets import FORMULA, Limits, SheetRefused, read_sheet
from service.sheets.reading import ZIP
from service.sheets.text import delimiter_of

# How large a workbook may be on an analyst's own machine.
WORKBOOK = Limits(megabytes=64, rows=1_000_000)
# What R, spreadsheets and JSON write where a value is missing.
MISSING = ("", "na", "nan", "null")
# Half of a pair of code units: no character, and no encoding writes one alone.
HALF: Final = re.compile("[\ud800-\udfff]")

# A row as it was read, with its number: from 1 below the header, blank rows included.
Numbered: TypeAlias = tuple[int, Mapping[str, object]]


class TableRefused(Exception):
    """A file that cannot be read as a table, told in one line."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they were read; `numbers` count from 1 below the header, blank rows included."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]
    numbers: tuple[int, ...]

    def has(self, *columns: str) -> bool:
        """Whether the file has all these columns."""
        return set(columns) <= set(self.columns)

    def complete(self, columns: Sequence[str]) -> "Table":
        """The rows in which none of these columns is missing."""
        return self.only(
            {
                number
                for number, row in zip(self.numbers, self.rows, strict=True)
                if not any(_is_missing(row.get(column)) for column in columns)
            }
        )

    def floats(self, column: str) -> list[float]:
        """One column as numbers; refuses what is not one, naming row and column."""
        return [
            _as_float(row.get(column), column=column, row=number)
            for number, row in zip(self.numbers, self.rows, strict=True)
        ]

    def cells(self, column: str) -> list[str | float | None]:
        """One column as numbers where all that is there are numbers, else as words."""
        there = [None if _is_missing(row.get(column)) else row.get(column) for row in self.rows]
        try:
            return [
                None if cell is None else _as_float(cell, column=column, row=number)
                for number, cell in zip(self.numbers, there, strict=True)
            ]
        except TableRefused:
            return [None if cell is None else str(cell) for cell in there]

    def labels(self, column: str) -> list[str | None]:
        """What each row is called in a column, None where it is blank."""
        cells = (row.get(column) for row in self.rows)
        return [None if _is_missing(cell) else label(cell) for cell in cells]

    def split(self, column: str) -> Iterator[tuple[str, "Table"]]:
        """One table for each label of a column, in order of first appearance; none for blanks."""
        if not self.has(column):
            raise TableRefused(f"column {column}: not in the file (accepted: {self._columns()})")
        groups: dict[str, list[int]] = {}
        for position, name in enumerate(self.labels(column)):
            if name is not None:
                groups.setdefault(name, []).append(position)
        if not groups:
            raise TableRefused(f"column {column}: blank in every row (accepted: a name in some)")
        for name, positions in groups.items():
            rows = tuple(self.rows[p] for p in positions)
            yield name, Table(self.columns, rows, tuple(self.numbers[p] for p in positions))

    def blank(self, columns: Sequence[str]) -> list[int]:
        """The numbers of the rows that lack one of these columns."""
        return sorted(set(self.numbers) - set(self.complete(columns).numbers))

    def only(self, numbers: Collection[int]) -> "Table":
        """The rows of these numbers."""
        pairs = zip(self.numbers, self.rows, strict=True)
        kept = [(number, row) for number, row in pairs if number in numbers]
        return Table(self.columns, tuple(row for _, row in kept), tuple(n for n, _ in kept))

    def _columns(self) -> str:
        return f"one of {', '.join(self.columns)}"


def read_table(path: str) -> Table:
    """A CSV file with a header, a workbook of one such sheet (.xlsx), or JSON: a list of objects or
    {"rows": [...]}; `-` reads stdin."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        read = _workbook(raw) if raw.startswith(ZIP) else _text(raw.decode("utf-8-sig"))
    except OSError as error:
        raise TableRefused(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise TableRefused(f"{path}: not UTF-8 text (accepted: CSV or JSON in UTF-8)") from None
    except SheetRefused as refusal:
        raise TableRefused(f"{path}: {refusal}") from None
    columns = tuple(dict.fromkeys(column for _, row in read for column in row))
    if not columns:
        raise TableRefused(f"{path}: no rows (accepted: a header and at least one row)")
    return Table(columns, tuple(row for _, row in read), tuple(number for number, _ in read))


def _workbook(raw: bytes) -> list[Numbered]:
    """The rows of a workbook; a formula is not computed here, and so no figure."""
    sheet = read_sheet(raw, WORKBOOK)
    rows: list[Numbered] = []
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        if FORMULA in row:
            raise TableRefused(f"row {number}: holds a formula (accepted: its value, pasted)")
        rows.append((number, dict(zip(sheet.header, map(_as_json, row), strict=True))))
    return rows


def _as_json(cell: object) -> object:
    """A cell as JSON would have it: a day as text."""
    return cell.isoformat() if isinstance(cell, date) else cell


def _text(text: str) -> list[Numbered]:
    return _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)


def _json_rows(text: str) -> list[Numbered]:
    try:
        document = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise TableRefused(f"not valid JSON: {error}") from None
    rows = document.get("rows") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise TableRefused('no rows (accepted: a list of objects, or {"rows": [...]})')
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise TableRefused(f"row {number}: not an object (accepted: one object a row)")
        for column, cell in row.items():
            _refuse_halves(column, cell, number)
    return list(enumerate(rows, start=1))


def _unique(pairs: Sequence[tuple[str, object]]) -> Mapping[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice = next(name for name, _ in pairs if [n for n, _ in pairs].count(name) > 1)
        raise ValueError(f"an object names {twice!r} twice")
    return members


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number (accepted: null where a value is missing)")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits} is too large a number (accepted: up to 1.8e308)")
    return value


def _refuse_halves(column: str, cell: object, number: int) -> None:
    """Refuse halves of characters, which JSON can spell out and nothing can print."""
    for text in (column, str(cell)):
        if HALF.search(text):
            name = ascii(column)[1:-1]
            raise TableRefused(
                f"{name}, row {number}: holds half a character (accepted: text in Unicode)"
            )


def _csv_rows(text: str) -> list[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    try:
        lines = [[cell.strip() for cell in line] for line in reader]
    except csv.Error as error:
        raise TableRefused(f"line {reader.line_num}: not valid CSV: {error}") from None
    first = next((at for at, line in enumerate(lines) if any(line)), 0)
    header, *body = lines[first:] or [[]]
    if len(set(header)) < len(header):
        raise TableRefused("the header names a column twice (accepted: every column once)")
    rows = [(number, line) for number, line in enumerate(body, start=1) if any(line)]
    for number, line in rows:
        if len(line) > len(header):
            raise TableRefused(
                f"row {number}: has {len(line)} cells (accepted: {len(header)}, as the header)"
            )
    return [(number, dict(zip(header, line, strict=False))) for number, line in rows]


def _is_missing(value: object) -> bool:
    return value is None or str(value).strip().lower() in MISSING


def _as_float(value: object, *, column: str, row: int) -> float:
    # float() would also take booleans and digits grouped by underscores.
    if not isinstance(value, bool) and "_" not in str(value):
        try:
            return float(str(value))
        except ValueError:
            pass
    raise TableRefused(f"{column}, row {row}: is {value!r} (accepted: a number, or blank)")
