"""Columns named as metafor names them -> effects, with the rows that had to be left out."""

import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from scoring.effects import (
    Effect,
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
from service.cli.reported_in import REPORTED, reports, with_precision
from service.cli.tables_in import Table, TableRefused

GIVEN = (("yi", "vi"), ("yi", "sei"))
TABLES = (("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i"))
MEANS = (("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),)
RATES = (("x1i", "t1i", "x2i", "t2i"),)
PROPORTIONS = (("xi", "ni"), ("xi", "mi"))
CORRELATIONS = (("ri", "ni"),)
CHANGES = (("m1i", "m2i", "sd1i", "sd2i", "ni", "ri"),)
FIRST_DEVIATION = (("m1i", "m2i", "sd1i", "ni", "ri"),)

# Group sizes that rows with effects may tell: corrections for clusters and conversions use them.
SIZES = ("n1i", "n2i")

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

    @property
    def yi(self) -> list[float]:
        """The effects (k,)."""
        return [effect.yi for effect in self.effects]

    @property
    def vi(self) -> list[float]:
        """Their sampling variances (k,)."""
        return [effect.vi for effect in self.effects]


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
    columns = columns_of(table, measure)
    names = _names(columns, measure)
    rows = usable(table, measure)
    with rows_of_the_file(rows, names):
        if columns in REPORTED:
            effects = reported_effects(measure, reports(rows, ci_level))
        else:
            values = {column: rows.floats(column) for column in columns}
            choices = Choices(add=add, to=to, drop00=drop00, vtype=vtype)
            effects = _computed(measure, values, choices)
            rows = _informative(rows, values) if drop00 else rows
    if columns in (*GIVEN, *REPORTED):
        effects = _with_sizes(effects, rows)
    return EffectRows(effects, rows, len(table.rows) - len(rows.rows), names)


def usable(table: Table, measure: str) -> Table:
    """The rows that have the values from which effects of the measure are computed."""
    columns = columns_of(table, measure)
    return with_precision(table) if columns in REPORTED else table.complete(columns)


def counts_of(rows: Table, measure: str) -> tuple[list[float], ...] | None:
    """The counts that effects of the measure were computed from, None where it was not counts."""
    columns = columns_of(rows, measure)
    if columns not in (*TABLES, *RATES):
        return None
    values = {column: rows.floats(column) for column in columns}
    return _cells(values) if columns in TABLES else tuple(values.values())


def has_zeros(rows: Table, measure: str) -> bool:
    """Whether a count from which effects of the measure are computed is 0."""
    counts = counts_of(rows, measure)
    columns = columns_of(rows, measure)
    if counts is None and columns in PROPORTIONS:
        xi, others = (rows.floats(column) for column in columns)
        rest = others if "mi" in columns else [n - x for n, x in zip(others, xi, strict=True)]
        counts = (xi, rest)
    tables = counts if columns not in RATES or counts is None else (counts[0], counts[2])
    return any(0 in column for column in tables or ())


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


def columns_found(table: Table, measure: str) -> tuple[str, ...] | None:
    """The first set of columns for the measure that the table has; None where it has none."""
    return next((columns for columns in COLUMNS[measure] if table.has(*columns)), None)


def columns_of(table: Table, measure: str) -> tuple[str, ...]:
    """The set of columns that effects of the measure are computed from; refused without one."""
    columns = columns_found(table, measure)
    if columns is not None:
        return columns
    accepted = ", or ".join(" ".join(columns) for columns in COLUMNS[measure])
    found = ", ".join(table.columns)
    raise TableRefused(f"columns for {measure}: not among {found} (accepted: {accepted})")


def _names(columns: Sequence[str], measure: str) -> Mapping[str, str]:
    """What stands in the file for the effects and variances, and for cells that it implies; and
    the flags for what they say."""
    whole = " ".join(columns)
    if columns in GIVEN:
        effect, variance = columns
    elif columns in REPORTED:
        effect = variance = "estimate"
    else:
        effect = variance = whole
    names = {"yi": effect, "vi": variance, "v": variance, "interval": "ci_low ci_high"}
    names |= {flag: f"--{flag}" for flag in ("add", "to", "vtype") if flag not in columns}
    names |= {f"vtype of {measure}": f"--vtype for {measure}", "level": "--ci-level"}
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


def _with_sizes(effects: Sequence[Effect], rows: Table) -> tuple[Effect, ...]:
    """The effects with the sizes of their groups, in the rows that tell both."""
    if not rows.has(*SIZES):
        return tuple(effects)
    known = rows.complete(SIZES)
    n1i, n2i = (_sizes(known, column) for column in SIZES)
    return tuple(
        replace(effect, n1i=n1i.get(number), n2i=n2i.get(number))
        for number, effect in zip(rows.numbers, effects, strict=True)
    )


def _sizes(known: Table, column: str) -> dict[int, float]:
    """Sizes of groups by the number of their row."""
    sizes = dict(zip(known.numbers, known.floats(column), strict=True))
    for row, size in sizes.items():
        if not 0 < size < math.inf:
            raise TableRefused(f"{column}, row {row}: is {size:g} (accepted: a number above 0)")
    return sizes


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
    return rows.only({n for n, drop in zip(rows.numbers, dropped, strict=True) if not drop})
