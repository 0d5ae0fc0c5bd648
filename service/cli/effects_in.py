"""Columns named as metafor names them -> effects, with the rows that had to be left out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from scoring.effects import Effect, given, means, rates, two_by_two
from scoring.errors import InvalidInput, ScoringError
from service.cli.tables_in import Table, TableRefused

GIVEN = (("yi", "vi"), ("yi", "sei"))
TABLES = (("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i"))
MEANS = (("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),)
RATES = (("x1i", "t1i", "x2i", "t2i"),)

# For each measure the sets of columns it can be computed from, the preferred one first.
COLUMNS = {
    "SMD": MEANS + GIVEN,
    "MD": MEANS + GIVEN,
    "OR": TABLES + GIVEN,
    "RR": TABLES + GIVEN,
    "RD": TABLES + GIVEN,
    "IRR": RATES + GIVEN,
    "GEN": GIVEN,
}


@dataclass(frozen=True, slots=True)
class EffectRows:
    """Effects in file order, the rows they came from, and how many rows lacked a value."""

    effects: tuple[Effect, ...]
    rows: Table
    left_out: int


def read_effects(table: Table, measure: str) -> EffectRows:
    """The effects of a table, from the first set of columns it has for the measure."""
    columns = _columns(table, measure)
    rows = table.complete(columns)
    values = [rows.floats(column) for column in columns]
    with rows_of_the_file(rows):
        effects = _computed(measure, columns, values)
    return EffectRows(effects, rows, len(table.rows) - len(rows.rows))


def inferred_measure(table: Table) -> str:
    """GEN where the file has estimates; otherwise the measure has to be named."""
    if table.has("yi"):
        return "GEN"
    raise TableRefused(
        f"--measure: needed, as the file has no column yi (accepted: one of {', '.join(COLUMNS)})"
    )


@contextmanager
def rows_of_the_file(rows: Table) -> Iterator[None]:
    """Refusals inside name the row of the file, not that among the rows that were kept."""
    try:
        yield
    except ScoringError as refusal:
        if refusal.row is None:
            raise
        raise refusal.at(rows.numbers[refusal.row - 1]) from None


def _columns(table: Table, measure: str) -> tuple[str, ...]:
    for columns in COLUMNS[measure]:
        if table.has(*columns):
            return columns
    accepted = ", or ".join(" ".join(columns) for columns in COLUMNS[measure])
    found = ", ".join(table.columns)
    raise TableRefused(f"columns for {measure}: not among {found} (accepted: {accepted})")


def _computed(
    measure: str, columns: Sequence[str], values: Sequence[list[float]]
) -> tuple[Effect, ...]:
    match columns:
        case ("yi", "vi"):
            return given(values[0], vi=values[1], measure=measure)
        case ("yi", "sei"):
            return given(values[0], sei=values[1], measure=measure)
        case ("ai", "n1i", "ci", "n2i"):
            a, n1, c, n2 = values
            return two_by_two(measure, a, _rest("n1i", n1, a), c, _rest("n2i", n2, c))
        case ("ai", *_):
            return two_by_two(measure, *values)
        case ("m1i", *_):
            return means(measure, *values)
        case _:
            return rates(measure, *values)


def _rest(field: str, sizes: Sequence[float], events: Sequence[float]) -> list[float]:
    for row, (size, count) in enumerate(zip(sizes, events, strict=True), start=1):
        if size < count:
            accepted = f"at least the {count:g} events of the group"
            raise InvalidInput(f"is {size:g}", field=field, row=row, accepted=accepted)
    return [size - count for size, count in zip(sizes, events, strict=True)]
