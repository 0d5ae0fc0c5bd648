"""Columns named as metafor names them -> effects, with the rows that had to be left out."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from scoring.effects import (
    Effect,
    Printed,
    Report,
    changes,
    correlations,
    double_zeros,
    given,
    means,
    proportions,
    rates,
    reported_effects,
    two_by_two,
)
from scoring.errors import NOTHING, InvalidInput, told_among
from service.cli.tables_in import Table, TableRefused

GIVEN = (("yi", "vi"), ("yi", "sei"))
# What papers print, ratios as ratios; a row needs an estimate and one of the figures with it.
REPORTED = (
    ("estimate", "ci_low", "ci_high"),
    ("estimate", "sei"),
    ("estimate", "statistic"),
    ("estimate", "p_value"),
)
TABLES = (("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i"))
MEANS = (("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),)
RATES = (("x1i", "t1i", "x2i", "t2i"),)
PROPORTIONS = (("xi", "ni"), ("xi", "mi"))
CORRELATIONS = (("ri", "ni"),)
CHANGES = (("m1i", "m2i", "sd1i", "sd2i", "ni", "ri"),)
FIRST_DEVIATION = (("m1i", "m2i", "sd1i", "ni", "ri"),)

# The figures of a report that its row may have, one or several; its degrees of freedom are `df`.
FIGURES = ("estimate", "ci_low", "ci_high", "sei", "statistic", "p_value")
NO_ROWS = Table((), (), ())

# For each measure the sets of columns it can be computed from, the preferred one first.
COLUMNS = {
    measure: (*computed, *GIVEN, *REPORTED)
    for measures, computed in (
        (("SMD", "SMDH", "MD", "ROM"), MEANS),
        (("OR", "RR", "RD", "PETO", "AS", "COX"), TABLES),
        (("IRR", "IRD", "IRSD"), RATES),
        (("PR", "PLO", "PAS", "PFT"), PROPORTIONS),
        (("COR", "ZCOR"), CORRELATIONS),
        (("MC", "SMCC", "SMCRH"), CHANGES),
        (("SMCR",), CHANGES + FIRST_DEVIATION),
        (("HR", "GEN"), ()),
    )
    for measure in measures
}


@dataclass(frozen=True, slots=True)
class EffectRows:
    """Effects in file order, the rows they came from, and how many rows were left out.

    `names` are what the file calls the columns that scoring has names of its own for.
    """

    effects: tuple[Effect, ...]
    rows: Table
    left_out: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How effects are computed: what is done about zeros, and which variance is taken."""

    add: float | None
    to: str
    drop00: bool
    vtype: str


def read_effects(
    table: Table,
    measure: str,
    *,
    add: float | None = None,
    to: str = "only0",
    drop00: bool = False,
    vtype: str = "LS",
    ci_level: float = 0.95,
) -> EffectRows:
    """The effects of a table, from the first set of columns it has for the measure.

    `add`, `to` and `drop00` are the rules for zero cells, `vtype` the variance, as metafor names
    them; `ci_level` is that of reported intervals. Rows that lack a value are left out, and those
    that `drop00` drops.
    """
    columns = _columns(table, measure)
    names = _names(columns)
    if columns in REPORTED:
        rows = _with_precision(table)
        with rows_of_the_file(rows, names):
            effects = reported_effects(measure, _reports(rows, ci_level))
    else:
        rows = table.complete(columns)
        values = {column: rows.floats(column) for column in columns}
        choices = Choices(add=add, to=to, drop00=drop00, vtype=vtype)
        with rows_of_the_file(rows, names):
            effects = _computed(measure, values, choices)
        rows = _informative(rows, values) if drop00 else rows
    return EffectRows(effects, rows, len(table.rows) - len(rows.rows), names)


def counts_of(rows: Table, measure: str) -> tuple[list[float], ...] | None:
    """The counts that effects of the measure were computed from, None where it was not counts."""
    columns = _columns(rows, measure)
    if columns not in (*TABLES, *RATES):
        return None
    values = {column: rows.floats(column) for column in columns}
    return _cells(values) if columns in TABLES else tuple(values.values())


def inferred_measure(table: Table) -> str:
    """GEN where the file has estimates; otherwise the measure has to be named."""
    if table.has("yi"):
        return "GEN"
    raise TableRefused(
        f"--measure: needed, as the file has no column yi (accepted: one of {', '.join(COLUMNS)})"
    )


def rows_of_the_file(
    rows: Table, names: Mapping[str, str] = NOTHING
) -> AbstractContextManager[None]:
    """Refusals inside name the row of the file, not that among the rows that were kept, and the
    columns by `names` where the file has others."""
    return told_among(rows.numbers, fields=names)


def _columns(table: Table, measure: str) -> tuple[str, ...]:
    for columns in COLUMNS[measure]:
        if table.has(*columns):
            return columns
    accepted = ", or ".join(" ".join(columns) for columns in COLUMNS[measure])
    found = ", ".join(table.columns)
    raise TableRefused(f"columns for {measure}: not among {found} (accepted: {accepted})")


def _names(columns: Sequence[str]) -> Mapping[str, str]:
    """What stands in the file for the effects and variances, and for cells that it implies."""
    whole = " ".join(columns)
    if columns in GIVEN:
        effect, variance = columns
    elif columns in REPORTED:
        effect = variance = "estimate"
    else:
        effect = variance = whole
    names = {"yi": effect, "vi": variance, "v": variance, "interval": "ci_low ci_high"}
    if "n1i" in columns and columns in TABLES:
        names |= {"bi": "n1i", "di": "n2i", "ai + bi": "n1i", "ci + di": "n2i"}
    return names


def _computed(
    measure: str, values: Mapping[str, list[float]], choices: Choices
) -> tuple[Effect, ...]:
    add, to, drop00, vtype = choices.add, choices.to, choices.drop00, choices.vtype
    columns = tuple(values.values())
    match tuple(values):
        case ("yi", *_):
            return given(values["yi"], vi=values.get("vi"), sei=values.get("sei"), measure=measure)
        case ("ai", *_):
            cells = _cells(values)
            return two_by_two(measure, *cells, add=add, to=to, drop00=drop00, vtype=vtype)
        case ("x1i", *_):
            return rates(measure, *columns, add=add, to=to, drop00=drop00)
        case ("xi", *_):
            ni, mi = values.get("ni"), values.get("mi")
            return proportions(measure, values["xi"], ni=ni, mi=mi, add=add, to=to, vtype=vtype)
        case ("ri", *_):
            return correlations(measure, *columns, vtype=vtype)
        case ("m1i", "sd1i", *_):
            return means(measure, *columns, vtype=vtype)
        case _:
            return _changes(measure, values, vtype)


def _changes(measure: str, values: Mapping[str, list[float]], vtype: str) -> tuple[Effect, ...]:
    return changes(
        measure,
        values["m1i"],
        values["m2i"],
        values["sd1i"],
        values.get("sd2i"),
        values["ni"],
        values["ri"],
        vtype=vtype,
    )


def _cells(values: Mapping[str, list[float]]) -> tuple[list[float], ...]:
    if "bi" in values:
        return tuple(values.values())
    a, n1, c, n2 = values.values()
    return a, _rest("n1i", n1, a), c, _rest("n2i", n2, c)


def _rest(field: str, sizes: Sequence[float], events: Sequence[float]) -> list[float]:
    for row, (size, count) in enumerate(zip(sizes, events, strict=True), start=1):
        if size < count:
            accepted = f"at least the {count:g} events of the group"
            raise InvalidInput(f"is {size:g}", field=field, row=row, accepted=accepted)
    return [size - count for size, count in zip(sizes, events, strict=True)]


def _informative(rows: Table, values: Mapping[str, list[float]]) -> Table:
    """The rows that are left when those without events, or with nothing else, are dropped."""
    if "ai" in values:
        dropped = double_zeros(*_cells(values))
    elif "x1i" in values:
        dropped = double_zeros(values["x1i"], values["x2i"])
    else:
        return rows
    return _only(
        rows, [number for number, drop in zip(rows.numbers, dropped, strict=True) if not drop]
    )


def _with_precision(table: Table) -> Table:
    """The rows with an estimate and at least one figure that tells how precise it is."""
    ways = [columns for columns in REPORTED if table.has(*columns)]
    return _only(table, {number for way in ways for number in table.complete(way).numbers})


def _only(table: Table, numbers: Collection[int]) -> Table:
    kept = [(n, row) for n, row in zip(table.numbers, table.rows, strict=True) if n in numbers]
    return Table(table.columns, tuple(row for _, row in kept), tuple(n for n, _ in kept))


def _reports(rows: Table, ci_level: float) -> list[Report]:
    printed: dict[int, dict[str, Printed]] = {number: {} for number in rows.numbers}
    for field in FIGURES:
        known = rows.complete((field,)) if rows.has(field) else NO_ROWS
        for number, row in zip(known.numbers, known.rows, strict=True):
            printed[number][field] = _as_printed(row[field])
    known = rows.complete(("df",)) if rows.has("df") else NO_ROWS
    df = dict(zip(known.numbers, known.floats("df"), strict=True))
    return [
        Report(
            estimate=figures["estimate"],
            ci_low=figures.get("ci_low"),
            ci_high=figures.get("ci_high"),
            level=ci_level,
            sei=figures.get("sei"),
            statistic=figures.get("statistic"),
            p_value=figures.get("p_value"),
            df=df.get(number),
        )
        for number, figures in printed.items()
    ]


def _as_printed(cell: object) -> Printed:
    """Text as it stands, for its digits tell how it was rounded; JSON numbers do not tell."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return float(cell)
