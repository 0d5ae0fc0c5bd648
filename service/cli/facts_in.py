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

# Facts that come in lists, and what says of one that there is none of them.
LISTS = ("baseline", "harms")
NONE_FOUND = "none"
# Facts told by a name of the file's own: a subgroup, or the path of a fact that is not there.
NAMED = ("context", "missing")

# The least columns that say what was measured, where and how.
EXAMPLE = "study, unit.site, unit.cohort, outcome.domain, design.type, result.kind"


def read_facts(path: str) -> Json:
    """The body of a preview: {"contrasts": [...], ...}; `-` reads stdin.

    A JSON list is a list of contrasts. In CSV a row is a contrast and a column a dotted path
    (outcome.domain, result.ci_low, context.setting, baseline.0.measure, harms.0.severity); blank is
    not known, and `none` in the column harms says that harm was looked for and not found.
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
            _put(found, _names(column), _value(cell, kind))
    return _listed(found)


def _names(column: str) -> list[str]:
    """The steps of a dotted path; what is told by name is named by all that follows."""
    first, _, rest = column.partition(".")
    return [first, rest] if first in NAMED and rest else column.split(".")


def _put(found: dict[str, Json], names: list[str], value: Json) -> None:
    *parents, last = names
    for name in parents:
        found = found.setdefault(name, {})
        if not isinstance(found, dict):
            raise TableRefused(f"column {'.'.join(names)}: and none of them, in one row")
    if last in found:
        raise TableRefused(f"column {last}: none of them, and some, in one row")
    found[last] = value


def _listed(found: dict[str, Json]) -> Json:
    """Numbered entries become lists, in their order."""
    for name in LISTS:
        entries = found.get(name)
        if isinstance(entries, dict):
            found[name] = [entries[index] for index in sorted(entries, key=int)]
    return found


def _kind(column: str) -> Hint:
    """The type at a dotted path of a contrast; refuses a column that leads nowhere."""
    hint: Hint = Contrast
    for name in _names(column):
        hint = _inside(hint, name)
        if hint is None:
            raise TableRefused(f"column {column}: not a fact (accepted: such as {EXAMPLE})")
    if _objects(hint):
        raise TableRefused(f"column {column}: holds several facts (accepted: one of them each)")
    return hint


def _inside(hint: Hint, name: str) -> Hint | None:
    for member in _members(hint):
        origin: object = get_origin(member)
        if origin is Mapping:
            return get_args(member)[1]
        if origin is tuple:
            return get_args(member)[0] if name.isdecimal() and name.isascii() else None
        if is_dataclass(member) and name in {field.name for field in fields(member)}:
            return get_type_hints(member)[name]
    return None


def _members(hint: Hint) -> tuple[Hint, ...]:
    origin: object = get_origin(hint)
    return get_args(hint) if origin in (Union, UnionType) else (hint,)


def _objects(hint: Hint) -> list[Hint]:
    return [member for member in _members(hint) if is_dataclass(member)]


def _value(cell: str, kind: Hint) -> Json:
    """A cell as JSON has it; what cannot be read so stays text and is refused by its field."""
    accepted = set(_members(kind))
    if cell.lower() == NONE_FOUND and any(get_origin(one) is tuple for one in accepted):
        return []
    if bool in accepted and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    for number in (int, float):
        if number in accepted:
            try:
                return number(cell)
            except ValueError:
                continue
    return cell
