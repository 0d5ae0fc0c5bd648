"""Answers as aligned tables with a sentence each, for people."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from scoring.effects import SCALES
from scoring.synthesis import (
    Aggregated,
    Multilevel,
    PooledTables,
    Regression,
    SubgroupTest,
    Synthesis,
)
from service.cli.pooled import Pooled
from service.cli.sentences import sentence
from service.cli.words import NATURAL, aligned, cell

SYNTHESIS = {
    "k": "k",
    "estimate": "estimate",
    "se": "se",
    "ci_low": "low",
    "ci_high": "high",
    "p_value": "p",
    "tau2": "tau2",
    "i2": "I2 %",
    "q": "Q",
    "q_p": "p(Q)",
    "pi_low": "next low",
    "pi_high": "next high",
}
COUNTS = {
    name: head for name, head in SYNTHESIS.items() if name not in ("tau2", "pi_low", "pi_high")
}
COEFFICIENT = {
    "term": "term",
    "estimate": "estimate",
    "se": "se",
    "df": "df",
    "ci_low": "low",
    "ci_high": "high",
    "p_value": "p",
}


def told(answers: Sequence[Pooled]) -> str:
    """A table for each run of answers that share their columns, the scale of its figures, then a
    sentence for each answer."""
    tables = []
    shown = [(one, rows) for one in answers if (rows := list(_rows(one)))]
    for head, group in groupby(shown, key=lambda pair: pair[1][0]):
        body = [row for _, rows in group for row in rows[1:]]
        tables.append("\n".join(aligned([head, *body])))
    scales = dict.fromkeys(one.measure for one, _ in shown if one.measure in NATURAL)
    under = "; ".join(f"{one} as it is analysed: {SCALES[one]}" for one in scales)
    told = [f"({under})" if under else "", *(_labelled(one) for one in answers)]
    return "\n".join(["\n\n".join(tables), *told]).lstrip("\n")


def _rows(one: Pooled) -> Iterator[list[str]]:
    """A heading and the rows of one answer; nothing where it was refused."""
    match one.result:
        case Synthesis():
            yield from _grid(one, SYNTHESIS, [one.result])
        case PooledTables():
            yield from _grid(one, COUNTS, [one.result])
        case Regression():
            yield from _grid(one, COEFFICIENT, [*one.result.coefficients, *one.contrasts])
        case Multilevel():
            robust = one.result.robust.coefficients
            yield from _grid(one, COEFFICIENT, [*robust, *one.contrasts])
        case Aggregated():
            yield from _grid(one, SYNTHESIS, [one.result.pooled])
        case SubgroupTest():
            names = [group.name for group in one.result.subgroups]
            differences = [f"{d.first} - {d.second}" for d in one.result.differences]
            parts = [group.pooled for group in one.result.subgroups]
            parts += [difference.contrast for difference in one.result.differences]
            yield from _grid(one, COEFFICIENT, parts, names=[*names, *differences])


def _grid(
    one: Pooled,
    columns: dict[str, str],
    parts: Sequence[object],
    *,
    names: Sequence[str] = (),
) -> Iterator[list[str]]:
    yield [*([] if one.by is None else ["by"]), *columns.values()]
    for number, part in enumerate(parts):
        cells = [cell(getattr(part, name)) for name in columns]
        if names:
            cells[0] = names[number]
        yield [*([] if one.by is None else [one.by]), *cells]


def _labelled(one: Pooled) -> str:
    label = "" if one.by is None else f"{one.by}: "
    left_out = f" Rows left out: {one.left_out}." if one.left_out else ""
    if one.result is None:
        return f"{label}not pooled: {one.refusal}{left_out}"
    notes = "".join(f"\n{label}Note: {note}" for note in one.notes)
    return f"{label}{sentence(one.result, one.measure)}{left_out}{notes}"
