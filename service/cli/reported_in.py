"""What papers print, in columns -> reports, as `scoring.effects` reads them."""

from scoring.effects import Printed, Report
from service.cli.tables_in import Table, TableRefused
from service.cli.words import LEVELS, share

# What papers print, ratios as ratios; a row needs an estimate and one of the figures with it.
REPORTED = (
    ("estimate", "ci_low", "ci_high"),
    ("estimate", "sei"),
    ("estimate", "statistic"),
    ("estimate", "p_value"),
)
# The figures of a report that its row may have, one or several.
FIGURES = ("estimate", "ci_low", "ci_high", "sei", "statistic", "p_value")
NO_ROWS = Table((), (), ())


def with_precision(table: Table) -> Table:
    """The rows with an estimate and at least one figure that tells how precise it is."""
    ways = [columns for columns in REPORTED if table.has(*columns)]
    return table.only({number for way in ways for number in table.complete(way).numbers})


def reports(rows: Table, ci_level: float) -> list[Report]:
    """A report a row: its figures, its degrees of freedom `df`, the level of its own interval.

    That level is the row's `ci_level`, and `ci_level` where that is blank or there is none.
    """
    printed: dict[int, dict[str, Printed]] = {number: {} for number in rows.numbers}
    for field in FIGURES:
        known = _known(rows, field)
        for number, row in zip(known.numbers, known.rows, strict=True):
            printed[number][field] = _as_printed(row[field])
    df, levels = _numbers(rows, "df"), _levels(rows)
    return [
        Report(
            estimate=figures["estimate"],
            ci_low=figures.get("ci_low"),
            ci_high=figures.get("ci_high"),
            level=levels.get(number, ci_level),
            sei=figures.get("sei"),
            statistic=figures.get("statistic"),
            p_value=figures.get("p_value"),
            df=df.get(number),
        )
        for number, figures in printed.items()
    ]


def _levels(rows: Table) -> dict[int, float]:
    """The level of each row that has its own, told as 95 or as 0.95."""
    levels = {}
    for number, told in _numbers(rows, "ci_level").items():
        level = share(told)
        if level is None:
            raise TableRefused(f"ci_level, row {number}: is {told:g} (accepted: {LEVELS})")
        levels[number] = level
    return levels


def _known(rows: Table, column: str) -> Table:
    return rows.complete((column,)) if rows.has(column) else NO_ROWS


def _numbers(rows: Table, column: str) -> dict[int, float]:
    """One column by the numbers of the rows in which it is there."""
    known = _known(rows, column)
    return dict(zip(known.numbers, known.floats(column), strict=True))


def _as_printed(cell: object) -> Printed:
    """Text as it stands, for its digits tell how it was rounded; JSON numbers do not tell."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return float(cell)
