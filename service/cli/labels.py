"""What a cell names: the one rule by which rows belong to a group, a unit or a study."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

LABELS_HELP: Final = """\
Groups, units and the effects of a unit are told apart as they are written: 1, 1.0 and 01 of a CSV
file are three. Numbers of JSON and of workbooks are written as short as they can be, so that 1.0
there is 1, and the same as the text 1. Case counts; blanks around a name do not.
"""

# From here on a float has no digit left behind the point, and is written with an exponent.
LONGEST: Final = 1e16


def label(cell: object) -> str:
    """The name that a cell has: text as it is written, a number as short as it can be."""
    match cell:
        case str():
            return cell.strip()
        case float() if cell.is_integer() and abs(cell) < LONGEST:
            return str(int(cell))
        case _:
            return json.dumps(cell, ensure_ascii=False, sort_keys=True)


def confusable(column: str, labels: Iterable[str | None]) -> Iterator[str]:
    """Names that are not one although they are one number, or one word but for its case."""
    alike: dict[object, list[str]] = {}
    for name in dict.fromkeys(labels):
        if name is not None:
            alike.setdefault(_meaning(name), []).append(name)
    for names in alike.values():
        if len(names) > 1:
            yield f"In the column {column}, {told_apart(names)} were told apart as written."


def told_apart(names: Sequence[str]) -> str:
    """Names as they are written, each in quotes."""
    return " and ".join(f"'{name}'" for name in names)


def _meaning(name: str) -> object:
    try:
        return float(name)
    except ValueError:
        return " ".join(name.split()).casefold()
