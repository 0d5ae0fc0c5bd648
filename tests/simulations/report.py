"""Tables of figures, what strays from the reference, and the verdict."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.simulations.figures import ERRORS, Figure


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rule, or one truth, and its figures in the order of the table's columns."""

    name: str
    figures: Sequence[Figure | None]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as the reference has it, with a note on what its figures are."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Row]

    def lines(self) -> list[str]:
        """The table, its columns aligned; an asterisk marks what strays from the reference."""
        cells = [[row.name, *map(_cell, row.figures)] for row in self.rows]
        grid = [["", *self.columns], *cells]
        widths = [max(len(row[i]) for row in grid) for i in range(len(self.columns) + 1)]
        aligned = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in grid
        ]
        return [self.title, self.note, *aligned, ""]

    def named(self) -> Iterator[tuple[str, Figure]]:
        """Every figure with the words that find it again."""
        for row in self.rows:
            for column, figure in zip(self.columns, row.figures, strict=True):
                if figure is not None:
                    yield f"{self.title}; {row.name}; {column}", figure


def summary(tables: Iterable[Table]) -> tuple[list[str], bool]:
    """What strays from the reference, what is too high, and whether the promise was kept."""
    named = [pair for table in tables for pair in table.named()]
    compared = sum(bool(figure.reference) for _, figure in named)
    strays = [f"  {name}: {figure}" for name, figure in named if figure.strays]
    limited = [pair for pair in named if pair[1].limit < 1]
    too_high = [f"  {name}: {figure}" for name, figure in limited if figure.too_high]
    kept = not too_high
    told = (
        f"{'PASS' if kept else 'FAIL'}: {len(limited) - len(too_high)} of {len(limited)} error "
        f"rates of e-processes are within their limit, up to {ERRORS:g} Monte Carlo errors."
    )
    differ = (
        f"{compared} figures have one in the reference; {len(strays)} differ by more than "
        f"{ERRORS:g} Monte Carlo errors of both and rounding{':' if strays else '.'}"
    )
    above = ["Above their limit:", *too_high] if too_high else []
    return [differ, *strays, *above, told], kept


def _cell(figure: Figure | None) -> str:
    return "-" if figure is None else f"{figure}{'*' if figure.strays else ' '}"
