"""A file of facts: JSON as the API takes it, or CSV with a dotted path for each column."""

import csv
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from domain.contrast import Contrast
from service.cli.tables_in import TableRefused

Json: TypeAlias = Any
# A type, or a construct of typing such as tuple[str, ...], which no type describes.
Hint: TypeAlias = Any

# The least columns that say what was measured, where and how.
EXAMPLE = "study, unit.site, unit.cohort, outcome.domain, design.type, result.kind"


def read_facts(path: str) -> Json:
    """The body of a preview: {"contrasts": [...], ...}; `-` reads stdin.

    A JSON list is a list of contrasts. In CSV a row is a contrast and a column a dotted path
    (outcome.domain, result.ci_low, context.setting, baseline.0.measure); blank is not known.
    """
    text = _text(path)
    if text.lstrip()[:1] in ("{", "["):
        return _json(text)
    return {"contrasts": _rows(text)}


def _text(path: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise TableRefused(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise TableRefused(f"{path}: not UTF-8 text (accepted: CSV or JSON in UTF-8)") from None


def _json(text: str) -> Json:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TableRefused(f"not valid JSON: {error}") from None
    return {"contrasts": document} if isinstance(document, list) else document


def _rows(text: str) -> list[Json]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [[cell.strip() for cell in line] for line in reader if any(map(str.strip, line))]
    except csv.Error as error:
        raise TableRefused(f"line {reader.line_num}: not valid CSV: {error}") from None
    header, *body = lines or [[]]
    if not body:
        raise TableRefused(f"no rows (accepted: a header such as {EXAMPLE}, and a row each)")
    if len(set(header)) < len(header):
        raise TableRefused("the header names a column twice (accepted: every column once)")
    kinds = [_kind(column) for column in header]
    return [_contrast(header, kinds, line, row) for row, line in enumerate(body, start=1)]


def _contrast(header: list[str], kinds: list[Hint], line: list[str], row: int) -> Json:
    if len(line) > len(header):
        raise TableRefused(f"row {row}: has {len(line)} cells (accepted: {len(header)})")
    found: dict[str, Json] = {}
    for column, kind, cell in zip(header, kinds, line, strict=False):
        if cell:
            _put(found, column.split("."), _value(cell, kind))
    return _listed(found)


def _put(found: dict[str, Json], names: list[str], value: Json) -> None:
    *parents, last = names
    for name in parents:
        found = found.setdefault(name, {})
    found[last] = value


def _listed(found: dict[str, Json]) -> Json:
    baseline = found.get("baseline")
    if isinstance(baseline, dict):
        found["baseline"] = [baseline[index] for index in sorted(baseline, key=int)]
    return found


def _kind(column: str) -> Hint:
    """The type at a dotted path of a contrast; refuses a column that leads nowhere."""
    hint: Hint = Contrast
    for name in column.split("."):
        hint = _inside(hint, name)
        if hint is None:
            raise TableRefused(f"column {column}: not a fact (accepted: such as {EXAMPLE})")
    if _objects(hint):
        raise TableRefused(f"column {column}: holds several facts (accepted: one of them each)")
    return hint


def _inside(hint: Hint, name: str) -> Hint | None:
    origin: object = get_origin(hint)
    if origin is Mapping:
        return get_args(hint)[1]
    if origin is tuple:
        return get_args(hint)[0] if name.isdecimal() and name.isascii() else None
    for member in _objects(hint):
        if name in {field.name for field in fields(member)}:
            return get_type_hints(member)[name]
    return None


def _objects(hint: Hint) -> list[Hint]:
    origin: object = get_origin(hint)
    members = get_args(hint) if origin in (Union, UnionType) else (hint,)
    return [member for member in members if is_dataclass(member)]


def _value(cell: str, kind: Hint) -> Json:
    """A cell as JSON has it; what cannot be read so stays text and is refused by its field."""
    accepted = {kind, *get_args(kind)}
    if bool in accepted and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    for number in (int, float):
        if number in accepted:
            try:
                return number(cell)
            except ValueError:
                continue
    return cell
