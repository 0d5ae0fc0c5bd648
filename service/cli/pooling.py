"""A table of studies pooled whole or group by group, each answer with all that was asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from scoring.effects import Effect
from scoring.errors import ScoringError, TooLittleData, told_among
from scoring.synthesis import Syntheses, Synthesis, synthesise_many
from service.cli import notes
from service.cli.answers import Answer
from service.cli.asked import Asked
from service.cli.diagnostics import Diagnostics, diagnosed, undone
from service.cli.effects_in import EffectRows, read_effects, rows_of_the_file
from service.cli.plain import plain
from service.cli.prepared import prepared
from service.cli.questions import Result, answered, subgroups_of
from service.cli.sentences import sentence
from service.cli.tables_in import Table, TableRefused
from service.cli.words import name

# Columns by which studies are called, where --label names none.
LABELS = ("study", "author", "trial", "id")
# What of an effect is told row by row: its measure and scale are those of the whole answer.
TOLD = tuple(field.name for field in fields(Effect) if field.name not in ("measure", "scale"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One answer: what was pooled, how, and what came of it; a `refusal` where nothing did.

    `rows`, `names`, `effects` and, where there are subgroups, `groups` have an entry a study.
    """

    measure: str
    asked: Asked
    by: object = None
    grouped: bool = False
    left_out: int = 0
    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    groups: tuple[str, ...] = ()
    result: Result | None = None
    diagnostics: Diagnostics | None = None
    notes: tuple[str, ...] = ()
    refusal: str | None = None
    status: str = "ok"

    @property
    def yi(self) -> list[float]:
        """The effects (k,) as they were pooled."""
        return [effect.yi for effect in self.effects]

    @property
    def vi(self) -> list[float]:
        """Their sampling variances (k,)."""
        return [effect.vi for effect in self.effects]

    @property
    def document(self) -> Answer:
        """The answer for machines, infinities as null."""
        head: Answer = {"by": plain(self.by)} if self.grouped else {}
        head |= {"measure": self.measure, "left_out": self.left_out, "status": self.status}
        if self.result is None:
            return {**head, "refusal": self.refusal}
        more = {} if self.diagnostics is None else self.diagnostics.document
        tail: Answer = {"oriented": any(effect.direction_good for effect in self.effects)}
        tail |= {"effects": self._effects(), "notes": list(self.notes)}
        tail["summary"] = sentence(self.result, self.measure)
        return {**head, **plain(self.result), **more, **tail}

    def _effects(self) -> list[Answer]:
        """A row of the file each, with what is known of its effect."""
        told = zip(self.rows, self.names, self.effects, strict=True)
        return [
            {
                "row": row,
                "study": study,
                **{
                    key: plain(value) for key in TOLD if (value := getattr(effect, key)) is not None
                },
            }
            for row, study, effect in told
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Effects as they are pooled, with the notes on how they came to be."""

    data: EffectRows
    notes: tuple[str, ...]


def pooled_whole(table: Table, measure: str, asked: Asked) -> Pooled:
    """The whole table as one answer."""
    read = _read(table, measure, asked)
    with rows_of_the_file(read.data.rows, _names(read.data, asked)):
        return _described(read, measure, asked, answered(read.data, measure, asked))


def pooled_groups(table: Table, measure: str, asked: Asked, *, by: str) -> list[Pooled]:
    """One answer a group, in order of first appearance; a group's bad data refuse it alone."""
    groups = list(table.split(by))
    if not asked.is_plain:
        return [_tried(value, group, measure, asked) for value, group in groups]
    read: list[tuple[object, _Read | Exception]] = []
    for value, group in groups:
        try:
            read.append((value, _read(group, measure, asked)))
        except (ScoringError, TableRefused) as refusal:
            read.append((value, refusal))
    return _together(read, measure, asked)


def _read(table: Table, measure: str, asked: Asked) -> _Read:
    """The effects of the rows that have all that is needed, as they are to be pooled."""
    needed = {flag: columns for flag, columns in asked.needed.items() if columns}
    whole = table.complete([column for columns in needed.values() for column in columns])
    data = read_effects(whole, measure, **asked.effects)
    effects = prepared(data.effects, data.rows, asked.preparing)
    numbers = data.rows.numbers
    blank = {
        flag: sorted(set(table.numbers) - set(table.complete(columns).numbers))
        for flag, columns in needed.items()
    }
    return _Read(
        data=replace(data, effects=effects, left_out=len(table.rows) - len(data.rows.rows)),
        notes=(
            *notes.of_blank_cells(blank),
            *notes.of_effects(effects, numbers, asked.preparing),
        ),
    )


def _together(
    read: Sequence[tuple[object, _Read | Exception]], measure: str, asked: Asked
) -> list[Pooled]:
    """The groups that could be read, pooled in one call."""
    known = [one.data for _, one in read if isinstance(one, _Read)]
    sizes = np.array([len(data.effects) for data in known], dtype=np.intp)
    pooled = synthesise_many(
        [e.yi for data in known for e in data.effects],
        [e.vi for data in known for e in data.effects],
        np.repeat(np.arange(len(known)), sizes),
        method=asked.method,
        test=asked.test,
        level=asked.level,
        prediction=asked.prediction,
    )
    rows = [number for data in known for number in data.rows.numbers]
    place = {number: at for at, number in enumerate(pooled.subjects)}
    answers, number = [], 0
    for value, one in read:
        if isinstance(one, Exception):
            answers.append(_refused(value, measure, asked, one))
            continue
        try:
            with told_among(rows, fields=one.data.names):
                result = _own(pooled, place.get(number))
            done = _described(one, measure, asked, result)
            answers.append(replace(done, by=value, grouped=True))
        except ScoringError as refusal:
            left_out = one.data.left_out
            answers.append(_refused(value, measure, asked, refusal, left_out=left_out))
        number += 1
    return answers


def _names(data: EffectRows, asked: Asked) -> Mapping[str, str]:
    """What the file calls the columns that models have names of their own for."""
    told = {"unit": asked.unit, "effect": asked.effect, "groups": asked.subgroup}
    own = {argument: column for argument, column in told.items() if column is not None}
    return {**data.names, "x": "--mods", **own}


def _own(pooled: Syntheses, place: int | None) -> Synthesis:
    """One group's answer, or its refusal."""
    if place is None:
        raise TooLittleData("there is nothing to pool", field="yi", accepted="at least one study")
    return pooled.at(place)


def _tried(value: object, group: Table, measure: str, asked: Asked) -> Pooled:
    try:
        return replace(pooled_whole(group, measure, asked), by=value, grouped=True)
    except (ScoringError, TableRefused) as refusal:
        return _refused(value, measure, asked, refusal)


def _refused(
    value: object, measure: str, asked: Asked, refusal: Exception, *, left_out: int = 0
) -> Pooled:
    return Pooled(
        measure=asked.preparing.to or measure,
        asked=asked,
        by=value,
        grouped=True,
        left_out=left_out,
        refusal=str(refusal),
        status=refusal.code if isinstance(refusal, ScoringError) else "invalid_input",
    )


def _described(read: _Read, measure: str, asked: Asked, result: Result) -> Pooled:
    data = read.data
    names = _named(data.rows, asked.label)
    alike = () if asked.unit is not None or names is None else notes.of_names(names)
    agreement = notes.of_agreement(result) if isinstance(result, Synthesis) else ()
    one = Pooled(
        measure=asked.preparing.to or measure,
        asked=asked,
        left_out=data.left_out,
        rows=data.rows.numbers,
        names=names or tuple(f"row {number}" for number in data.rows.numbers),
        effects=data.effects,
        groups=tuple(subgroups_of(data.rows, asked)),
        result=result,
        notes=(*read.notes, *alike, *agreement, *getattr(result, "notes", ())),
    )
    return replace(one, diagnostics=_diagnosed(one, result)) if asked.diagnostics else one


def _diagnosed(one: Pooled, result: Result) -> Diagnostics:
    if isinstance(result, Synthesis):
        return diagnosed(one.yi, one.vi, result, test=one.asked.test)
    return undone(one.asked.model)


def _named(rows: Table, label: str | None) -> tuple[str, ...] | None:
    """What studies are called; None where no column tells."""
    column = label or next((known for known in LABELS if rows.has(known)), None)
    if column is None:
        return None
    cells = zip(rows.numbers, rows.cells(column), strict=True)
    return tuple(f"row {number}" if cell is None else name(cell) for number, cell in cells)
