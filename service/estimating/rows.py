"""The columns of a file, cell by cell and then together: everything that is wrong, all at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.estimation.catalogue import LABEL, Design, Role
from service.estimating.cells import Column, read_column
from service.estimating.layout import Columns, Label, may_be_blank
from service.estimating.numerals import usual_marks
from service.estimating.periods import PeriodColumn
from service.estimating.refusals import Flaw, refuse_if_any
from service.sheets import Sheet

# Roles that together say which row is which, where a design has periods.
IDENTITY = ("units", "group", "periods")
# A panel has every unit in every period.
PANEL = frozenset({"units", "periods", "treated"})


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """Columns by role as a design takes them (those of many by name), and the periods' style.

    `names` are the labels of the file by how they are written.
    """

    values: Mapping[str, Any]
    periods: PeriodColumn | None
    names: Mapping[str, Label]


def read_columns(
    sheet: Sheet, columns: Columns, design: Design, *, categories: Collection[str] = ()
) -> ReadColumns:
    """Raises EstimateRefused with every cell that cannot be used, rows that are there twice, and
    units that are not there in every period."""
    marks = usual_marks(sheet)
    read = {
        (role.name, name): read_column(
            sheet.column(name), role.kind, marks=marks, category=name in categories
        )
        for role in design.roles
        for name in columns.get(role.name, ())
    }
    refuse_if_any(_wrong_cells(read, sheet, design))
    single = {role: column for (role, _), column in read.items() if not design.role(role).many}
    refuse_if_any(_wrong_rows(single, sheet, columns))
    values: dict[str, Any] = {role: list(column.values) for role, column in single.items()}
    for role in design.roles:
        if role.many and columns.get(role.name):
            names = columns[role.name]
            values[role.name] = {name: list(read[role.name, name].values) for name in names}
    periods = next((column.periods for column in single.values() if column.periods), None)
    return ReadColumns(values, periods, _labels(single, design))


def _labels(single: Mapping[str, Column], design: Design) -> dict[str, Label]:
    labels = [role for role in single if design.role(role).kind == LABEL]
    told = {value for role in labels for value in single[role].values}
    return {str(value): value for value in told if isinstance(value, str | int)}


def _wrong_cells(
    read: Mapping[tuple[str, str], Column], sheet: Sheet, design: Design
) -> Iterator[Flaw]:
    for (role_name, name), column in read.items():
        role = design.role(role_name)
        for number, value, problem in zip(
            sheet.numbers, column.values, column.problems, strict=True
        ):
            found = problem or _gap(value, role, design)
            if found:
                yield Flaw(role_name, found, column.accepted, row=number, column=name)


def _gap(value: object, role: Role, design: Design) -> str | None:
    return "is blank" if value is None and not may_be_blank(design, role) else None


def _wrong_rows(single: Mapping[str, Column], sheet: Sheet, columns: Columns) -> Iterator[Flaw]:
    """Duplicates, and holes in a panel."""
    identity = [role for role in IDENTITY if role in single]
    if "periods" not in identity:
        return
    keys = list(zip(*(single[role].values for role in identity), strict=True))
    yield from _twice(keys, identity, sheet, columns)
    if single.keys() >= PANEL:
        yield from _holes(keys, sheet, columns)


def _twice(
    keys: Sequence[tuple[object, ...]], identity: Sequence[str], sheet: Sheet, columns: Columns
) -> Iterator[Flaw]:
    first: dict[tuple[object, ...], int] = {}
    named = " and ".join(columns[role][0] for role in identity)
    for number, key in zip(sheet.numbers, keys, strict=True):
        if key in first:
            yield Flaw(
                "periods",
                f"has the same {named} as row {first[key]}",
                "one row each; add up or average what belongs together",
                row=number,
                column=columns["periods"][0],
            )
        first.setdefault(key, number)


def _holes(keys: Sequence[tuple[Any, ...]], sheet: Sheet, columns: Columns) -> Iterator[Flaw]:
    """Units without a row in some period; each is told by its first row, never by its name.

    The first of a key is its unit, the last its period.
    """
    of_unit: dict[Any, set[Any]] = {}
    first: dict[Any, int] = {}
    for number, key in zip(sheet.numbers, keys, strict=True):
        of_unit.setdefault(key[0], set()).add(key[-1])
        first.setdefault(key[0], number)
    periods = sorted({key[-1] for key in keys})
    for unit, there in of_unit.items():
        if len(there) < len(periods):
            missing = next(period for period in periods if period not in there)
            yield Flaw(
                "units",
                f"the unit of this row has none for {len(periods) - len(there)} of"
                f" {len(periods)} periods, {missing} the first",
                "every unit in every period, before the start and after it: add the rows, or leave"
                " out the unit or the period for all",
                row=first[unit],
                column=columns["units"][0],
            )
