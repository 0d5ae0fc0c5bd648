"""A table of studies pooled whole or group by group, each answer with all that was asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.errors import ScoringError, TooLittleData
from scoring.synthesis import Synthesis, synthesise_many
from service.cli.answers import Answer
from service.cli.asked import Asked
from service.cli.diagnostics import Diagnostics, diagnosed
from service.cli.effects_in import EffectRows, read_effects, rows_of_the_file
from service.cli.plain import plain
from service.cli.questions import Result, answered
from service.cli.sentences import sentence
from service.cli.tables_in import Table, TableRefused

# Columns by which studies are called, where --label names none.
LABELS = ("study", "author", "trial", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One answer: what was pooled, how, and what came of it; a `refusal` where nothing did."""

    measure: str
    asked: Asked
    by: object = None
    grouped: bool = False
    left_out: int = 0
    names: tuple[str, ...] = ()
    yi: tuple[float, ...] = ()
    vi: tuple[float, ...] = ()
    result: Result | None = None
    diagnostics: Diagnostics | None = None
    refusal: str | None = None
    status: str = "ok"

    @property
    def document(self) -> Answer:
        """The answer for machines, infinities as null."""
        head: Answer = {"by": plain(self.by)} if self.grouped else {}
        head |= {"measure": self.measure, "left_out": self.left_out, "status": self.status}
        if self.result is None:
            return {**head, "refusal": self.refusal}
        more = {} if self.diagnostics is None else self.diagnostics.document
        summary = sentence(self.result, self.measure)
        return {**head, **plain(self.result), **more, "summary": summary}


def pooled_whole(table: Table, measure: str, asked: Asked) -> Pooled:
    """The whole table as one answer."""
    data = read_effects(table, measure, **asked.effects)
    with rows_of_the_file(data.rows):
        return _described(data, measure, asked, answered(data, measure, asked))


def pooled_groups(table: Table, measure: str, asked: Asked, *, by: str) -> list[Pooled]:
    """One answer a group, in order of first appearance; a group's bad data refuse it alone."""
    groups = list(table.split(by))
    if not asked.is_plain:
        return [_tried(value, group, measure, asked) for value, group in groups]
    read: list[tuple[object, EffectRows | Exception]] = []
    for value, group in groups:
        try:
            read.append((value, read_effects(group, measure, **asked.effects)))
        except (ScoringError, TableRefused) as refusal:
            read.append((value, refusal))
    return _together(read, measure, asked)


def _together(
    read: Sequence[tuple[object, EffectRows | Exception]], measure: str, asked: Asked
) -> list[Pooled]:
    """The groups that could be read, pooled in one call."""
    known = [data for _, data in read if isinstance(data, EffectRows)]
    subject = np.repeat(np.arange(len(known)), [len(data.effects) for data in known])
    pooled = synthesise_many(
        [e.yi for data in known for e in data.effects],
        [e.vi for data in known for e in data.effects],
        subject,
        method=asked.method,
        test=asked.test,
        level=asked.level,
        prediction=asked.prediction,
    )
    place = {number: at for at, number in enumerate(pooled.subjects)}
    answers, number = [], 0
    for value, data in read:
        if isinstance(data, Exception):
            answers.append(_refused(value, measure, asked, data))
            continue
        try:
            result = pooled.at(place[number]) if number in place else _nothing()
            done = _described(data, measure, asked, result)
            answers.append(replace(done, by=value, grouped=True))
        except ScoringError as refusal:
            answers.append(_refused(value, measure, asked, refusal, left_out=data.left_out))
        number += 1
    return answers


def _nothing() -> Synthesis:
    raise TooLittleData("there is nothing to pool", field="yi", accepted="at least one study")


def _tried(value: object, group: Table, measure: str, asked: Asked) -> Pooled:
    try:
        return replace(pooled_whole(group, measure, asked), by=value, grouped=True)
    except (ScoringError, TableRefused) as refusal:
        return _refused(value, measure, asked, refusal)


def _refused(
    value: object, measure: str, asked: Asked, refusal: Exception, *, left_out: int = 0
) -> Pooled:
    return Pooled(
        measure=measure,
        asked=asked,
        by=value,
        grouped=True,
        left_out=left_out,
        refusal=str(refusal),
        status=refusal.code if isinstance(refusal, ScoringError) else "invalid_input",
    )


def _described(data: EffectRows, measure: str, asked: Asked, result: Result) -> Pooled:
    yi, vi = [e.yi for e in data.effects], [e.vi for e in data.effects]
    return Pooled(
        measure=measure,
        asked=asked,
        left_out=data.left_out,
        names=_named(data.rows, asked.label),
        yi=tuple(yi),
        vi=tuple(vi),
        result=result,
        diagnostics=diagnosed(yi, vi, result, test=asked.test)
        if asked.diagnostics and isinstance(result, Synthesis)
        else None,
    )


def _named(rows: Table, label: str | None) -> tuple[str, ...]:
    if label is not None and not rows.has(label):
        accepted = ", ".join(rows.columns)
        raise TableRefused(f"--label: no column {label} (accepted: one of {accepted})")
    column = label or next((name for name in LABELS if rows.has(name)), None)
    if column is None:
        return tuple(f"row {number}" for number in rows.numbers)
    cells = zip(rows.numbers, rows.cells(column), strict=True)
    return tuple(f"row {number}" if cell is None else f"{cell}" for number, cell in cells)
