"""Columns of moderators, in words or numbers -> a design matrix with named terms."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from scoring.columns import check_known
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.moderated.designs import check_independent
from scoring.synthesis.moderated.spectrum import Table

Level: TypeAlias = str | float
Cell: TypeAlias = Level | None
Row: TypeAlias = Mapping[str, Cell]

# What the column of ones is called.
INTERCEPT: Final = "intercept"

# From this share of numerals among words, a column is one of numbers with slips in it, and not a
# category: a convention of this project. One slip in five rows is the least that shows as one.
MOSTLY_NUMBERS: Final = 0.8

NOTHING: Final[Mapping[str, Level]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """One moderator; `levels`, the reference first, are those of a category, None for numbers."""

    name: str
    levels: tuple[Level, ...] | None

    def with_reference(self, level: Level) -> "Moderator":
        """The same category with that level as its reference.

        Raises UnknownMethod for a level that is not there, and where there are no levels.
        """
        levels = () if self.levels is None else self.levels
        if level not in levels:
            known = ", ".join(map(str, levels)) or "none: it is a number"
            raise UnknownMethod(f"has no level {level!r}", field=self.name, accepted=known)
        others = tuple(other for other in levels if other != level)
        return replace(self, levels=(level, *others))

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of its columns: its own, or `name: level` for each level but the reference."""
        if self.levels is None:
            return (self.name,)
        return tuple(f"{self.name}: {level}" for level in self.levels[1:])

    def encoded(self, row: int, cell: Cell) -> tuple[float, ...]:
        """Its entries in a row of the design: the number, or 1 for the level that it has.

        Raises InvalidInput with the row for a level that was never seen or what is not a number.
        """
        if self.levels is not None:
            if cell not in self.levels:
                known = ", ".join(str(level) for level in self.levels)
                raise InvalidInput(
                    f"is {cell!r}", field=self.name, row=row, accepted=f"one of {known}"
                )
            return tuple(float(cell == level) for level in self.levels[1:])
        if isinstance(cell, str) or cell is None or not math.isfinite(cell):
            raise InvalidInput(
                f"is {cell!r}", field=self.name, row=row, accepted="a finite number, as elsewhere"
            )
        return (float(cell),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A design matrix: `x` (k, p) with a name for each column in `terms`, the intercept first.

    `kept` and `left_out` are row numbers (from 1) of the table it was made from: rows with a
    missing moderator are left out.
    """

    x: tuple[tuple[float, ...], ...]
    terms: tuple[str, ...]
    moderators: tuple[Moderator, ...]
    interactions: tuple[tuple[str, str], ...]
    kept: tuple[int, ...]
    left_out: tuple[int, ...]

    @property
    def matrix(self) -> Table:
        """`x` as an array."""
        return np.array(self.x)

    @property
    def references(self) -> Mapping[str, Level]:
        """The reference level of each category, to which its terms are differences."""
        return {m.name: m.levels[0] for m in self.moderators if m.levels is not None}

    def rows(self, at: Sequence[Row]) -> Table:
        """Rows of this design at other values of the moderators, as `predict` takes them.

        Raises InvalidInput with the row for a moderator that is missing or a level never seen.
        """
        return np.array(
            [
                _row(self.moderators, self.interactions, number, cells)
                for number, cells in enumerate(at, start=1)
            ]
        )


def design_matrix(
    moderators: Mapping[str, Sequence[Cell]],
    *,
    categorical: Collection[str] = (),
    references: Mapping[str, Level] = NOTHING,
    interactions: Sequence[tuple[str, str]] = (),
) -> Design:
    """The design of an intercept, each moderator (k rows), and products of pairs of them.

    Words are categories; so are numbers where the moderator is named in `categorical`. Words among
    which 4 in 5 or more are numerals are refused as slips, unless the moderator is named there or
    in `references`. A category gets a column of 0 and 1 for each level but its reference: the first
    in order unless `references` names another. A cell that is None, NaN or blank is missing, and
    its row left out.
    Raises InvalidInput for columns of different lengths, words among numbers (with the row), a
    level on every row, and columns that do not vary or are collinear, by name; UnknownMethod for
    names of moderators or levels that are not there; TooLittleData where no row is complete.
    Source: R's `model.matrix` with treatment contrasts (Chambers and Hastie 1992).
    """
    for names in (categorical, references, *interactions):
        for name in names:
            check_known("moderator", name, moderators)
    kept, left_out = _complete(moderators)
    columns = {name: [cells[row - 1] for row in kept] for name, cells in moderators.items()}
    for name, cells in columns.items():
        if name not in categorical and name not in references:
            _refuse_slips(name, cells, kept)
    read = tuple(
        _moderator(name, cells, kept, categorical=name in categorical)
        for name, cells in columns.items()
    )
    read = tuple(m.with_reference(references[m.name]) if m.name in references else m for m in read)
    pairs = tuple((first, second) for first, second in interactions)
    x = tuple(
        _row(read, pairs, row, {name: cells[row - 1] for name, cells in moderators.items()})
        for row in kept
    )
    terms = _terms(read, pairs)
    check_independent(np.array(x), terms)
    return Design(
        x=x, terms=terms, moderators=read, interactions=pairs, kept=kept, left_out=left_out
    )


def _complete(moderators: Mapping[str, Sequence[Cell]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    lengths = {name: len(cells) for name, cells in moderators.items()}
    if not lengths:
        raise TooLittleData("are not there", field="moderators", accepted="at least one")
    first, rows = next(iter(lengths.items()))
    for name, length in lengths.items():
        if length != rows:
            raise InvalidInput(
                f"has {length} rows", field=name, accepted=f"{rows} rows, as {first} has"
            )
    missing = [any(_missing(cells[row]) for cells in moderators.values()) for row in range(rows)]
    kept = tuple(row for row, gone in enumerate(missing, start=1) if not gone)
    if not kept:
        raise TooLittleData(
            "leave no complete row", field="moderators", accepted="rows with every moderator"
        )
    return kept, tuple(row for row, gone in enumerate(missing, start=1) if gone)


def _missing(cell: Cell) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or math.isnan(cell)


def _moderator(
    name: str, cells: Sequence[Cell], kept: Sequence[int], *, categorical: bool
) -> Moderator:
    words = [isinstance(cell, str) for cell in cells]
    if not (categorical or any(words)):
        return Moderator(name=name, levels=None)
    if any(words) and not all(words):
        at = words.index(False)
        raise InvalidInput(
            f"is {cells[at]!r} among words", field=name, row=kept[at], accepted="a word, as there"
        )
    found = {cell for cell in cells if cell is not None}
    levels = sorted(found, key=str) if any(words) else sorted(found, key=float)
    if len(levels) == 1:
        raise InvalidInput("does not vary", field=name, accepted="a moderator that varies")
    if len(levels) >= len(cells):
        raise TooLittleData(
            f"has {len(levels)} levels on {len(cells)} rows",
            field=name,
            accepted="fewer levels than rows",
        )
    return Moderator(name=name, levels=tuple(levels))


def _refuse_slips(name: str, cells: Sequence[Cell], kept: Sequence[int]) -> None:
    numerals = [not isinstance(cell, str) or _is_numeral(cell) for cell in cells]
    if MOSTLY_NUMBERS * len(cells) <= sum(numerals) < len(cells):
        at = numerals.index(False)
        raise InvalidInput(
            f"is {cells[at]!r} where {sum(numerals)} of {len(cells)} are numbers",
            field=name,
            row=kept[at],
            accepted="a number; for a category, the name of its reference level",
        )


def _is_numeral(word: str) -> bool:
    # float() would also take digits grouped by underscores.
    try:
        return "_" not in word and math.isfinite(float(word))
    except ValueError:
        return False


def _row(
    moderators: Sequence[Moderator],
    interactions: Sequence[tuple[str, str]],
    number: int,
    cells: Row,
) -> tuple[float, ...]:
    entries = {m.name: m.encoded(number, cells.get(m.name)) for m in moderators}
    products = [
        a * b for first, second in interactions for b in entries[second] for a in entries[first]
    ]
    return (1.0, *(entry for m in moderators for entry in entries[m.name]), *products)


def _terms(
    moderators: Sequence[Moderator], interactions: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    own = {m.name: m.terms for m in moderators}
    products = [
        f"{a} * {b}" for first, second in interactions for b in own[second] for a in own[first]
    ]
    return (INTERCEPT, *(term for m in moderators for term in m.terms), *products)
