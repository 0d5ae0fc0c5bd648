"""A table of studies pooled whole or group by group, each answer with all that was asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np

from scoring.errors import ScoringError, TooLittleData, told_among
from scoring.synthesis import Synthesis, synthesise_many
from service.cli import notes
from service.cli.asked import Asked
from service.cli.diagnostics import Diagnostics, Studies, Worked, diagnosed, undone
from service.cli.effects_in import EffectRows, read_effects, usable
from service.cli.idle import of_idle_flags
from service.cli.labels import confusable
from service.cli.pooled import Overall, Pooled
from service.cli.prepared import prepared
from service.cli.progress import counted
from service.cli.questions import Answered, answered, names_of, subgroups_of
from service.cli.tables_in import Table, TableRefused

# Columns by which studies are called, where --label names none.
LABELS: Final = ("study", "author", "trial", "id")

# Every refusal of a group's data: it is told, and the other groups are pooled.
REFUSALS: Final = (ScoringError, TableRefused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Effects as they are pooled, with the notes on how they came to be."""

    data: EffectRows
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """One group's rows and what came of reading them."""

    name: str
    table: Table
    read: _Read | Exception


# The diagnostics that were worked out already, by name.
Known: TypeAlias = Mapping[str, Any]


def pooled_whole(table: Table, measure: str, asked: Asked) -> Pooled:
    """The whole table as one answer."""
    read = _read(table, measure, asked)
    return _described(read, measure, asked, answered(read.data, measure, asked), known={})


def pooled_groups(table: Table, measure: str, asked: Asked, *, by: str) -> list[Pooled]:
    """One answer a group, in order of first appearance; a group's bad data refuse it alone."""
    groups = list(table.split(by))
    if not asked.is_plain:
        return [_alone(*group, measure, asked) for group in counted(groups, "groups pooled")]
    read = [
        _Group(name=name, table=group, read=_tried(group, measure, asked))
        for name, group in counted(groups, "groups read")
    ]
    return _together(read, measure, asked)


def _read(table: Table, measure: str, asked: Asked) -> _Read:
    """The effects of the rows that have all that is needed, as they are to be pooled."""
    whole = _needed(table, asked)
    data = read_effects(whole, measure, **asked.effects)
    effects = prepared(data, asked.preparing)
    told = [
        *notes.of_blank_cells({flag: table.blank(c) for flag, c in asked.needed.items() if c}),
        *(note for c in asked.named for note in confusable(c, data.rows.labels(c))),
        *notes.of_effects(effects, data.rows.numbers, asked.preparing),
        *notes.of_scale(data, measure),
        *of_idle_flags(data, whole, measure, asked),
    ]
    left_out = len(table.rows) - len(data.rows.rows)
    return _Read(data=replace(data, effects=effects, left_out=left_out), notes=tuple(told))


def _needed(table: Table, asked: Asked) -> Table:
    """The rows that have a value in every column that a flag names."""
    return table.complete([column for columns in asked.needed.values() for column in columns])


def _tried(table: Table, measure: str, asked: Asked) -> _Read | Exception:
    try:
        return _read(table, measure, asked)
    except REFUSALS as refusal:
        return refusal


def _together(groups: Sequence[_Group], measure: str, asked: Asked) -> list[Pooled]:
    """The groups that could be read, pooled in one call with what is asked of every one."""
    known = [group.read.data for group in groups if isinstance(group.read, _Read)]
    sizes = np.array([len(data.effects) for data in known], dtype=np.intp)
    yi = [y for data in known for y in data.yi]
    vi = [v for data in known for v in data.vi]
    wanted = asked.diagnostics
    pooled = synthesise_many(
        yi,
        vi,
        np.repeat(np.arange(len(known)), sizes),
        method=asked.method,
        test=asked.test,
        level=asked.level,
        prediction=asked.prediction,
        leave_one_out=bool(wanted & {"leave_one_out", "influence"}),
        cumulative="cumulative" in wanted,
        intervals="tau2_q_profile" in wanted,
    )
    worked = Worked.of(pooled, yi, vi)
    rows = [number for data in known for number in data.rows.numbers]
    place = {number: at for at, number in enumerate(pooled.subjects)}
    answers, number = [], 0
    for group in counted(groups, "groups told"):
        if isinstance(group.read, Exception):
            answers.append(_refused(group.name, group.table, measure, asked, group.read))
            continue
        at = place.get(number)
        answers.append(_of_many(group, group.read, measure, asked, worked=worked, at=at, rows=rows))
        number += 1
    return answers


def _of_many(
    group: _Group,
    read: _Read,
    measure: str,
    asked: Asked,
    *,
    worked: Worked,
    at: int | None,
    rows: Sequence[int],
) -> Pooled:
    """One group of those that were pooled in one call, or its refusal."""
    try:
        with told_among(rows, fields=read.data.names):
            if at is None:
                accepted = "at least one study"
                raise TooLittleData("there is nothing to pool", field="yi", accepted=accepted)
            result = worked.pooled.at(at)
        known = worked.of_group(at)
        done = _described(read, measure, asked, Answered(result=result), known=known)
        return replace(done, by=group.name)
    except ScoringError as refusal:
        return _refused(group.name, group.table, measure, asked, refusal)


def _alone(name: str, group: Table, measure: str, asked: Asked) -> Pooled:
    try:
        return replace(pooled_whole(group, measure, asked), by=name)
    except REFUSALS as refusal:
        return _refused(name, group, measure, asked, refusal)


def _refused(name: str, group: Table, measure: str, asked: Asked, refusal: Exception) -> Pooled:
    return Pooled(
        measure=asked.preparing.to or measure,
        asked=asked,
        by=name,
        left_out=len(group.rows) - len(usable(_needed(group, asked), measure).rows),
        refusal=str(refusal),
        status=refusal.code if isinstance(refusal, ScoringError) else "invalid_input",
    )


def _described(read: _Read, measure: str, asked: Asked, found: Answered, *, known: Known) -> Pooled:
    data = read.data
    names = _named(data.rows, asked.label)
    related = asked.unit is not None or asked.aggregate is not None
    alike = () if related or names is None else notes.of_names(names)
    result = _predicting(found.result)
    measure = asked.preparing.to or measure
    studies = Studies(
        yi=data.yi,
        vi=data.vi,
        rows=data.rows.numbers,
        measure=measure,
        names=names_of(data, asked),
    )
    told = () if not isinstance(result, Synthesis) else notes.of_pooled(result, data.yi, data.vi)
    return Pooled(
        measure=measure,
        asked=asked,
        left_out=data.left_out,
        rows=data.rows.numbers,
        names=names or tuple(f"row {number}" for number in data.rows.numbers),
        effects=data.effects,
        groups=tuple(subgroups_of(data.rows, asked)),
        result=result,
        contrasts=found.contrasts,
        overall=_overall(found.overall, studies, asked),
        diagnostics=_diagnosed(result, studies, asked, known=known),
        notes=(*read.notes, *alike, *told, *getattr(result, "notes", ())),
    )


def _predicting(result: Any) -> Any:  # noqa: ANN401  whatever it is, it comes back
    """The same, without a prediction from one study alone: nothing tells how studies differ."""
    if isinstance(result, Synthesis) and result.k < 2:
        return replace(result, pi_low=None, pi_high=None)
    return result


def _overall(pooled: Synthesis | None, studies: Studies, asked: Asked) -> Overall | None:
    if pooled is None:
        return None
    found = diagnosed(studies, pooled, asked, known={}) if asked.diagnostics else None
    return Overall(result=pooled, diagnostics=found)


def _diagnosed(
    result: object, studies: Studies, asked: Asked, *, known: Known
) -> Diagnostics | None:
    if not asked.diagnostics:
        return None
    if isinstance(result, Synthesis):
        return diagnosed(studies, result, asked, known=known)
    return undone(asked)


def _named(rows: Table, column: str | None) -> tuple[str, ...] | None:
    """What studies are called; None where no column tells."""
    called = column or next((known for known in LABELS if rows.has(known)), None)
    if called is None:
        return None
    pairs = zip(rows.numbers, rows.labels(called), strict=True)
    return tuple(name or f"row {number}" for number, name in pairs)
