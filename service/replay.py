"""Replays the record into read models of its own and sets them against those that are served."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from domain.errors import NotFound
from migrations import migrate
from service.context import RecordLane
from service.grades import grades_performed, levels_at
from service.grading import STANDARD_NAMES, in_brief
from service.projections import Projection, Regrade, Touch
from service.reading import Moment
from service.readstore import GradeChange, Queries, ReadStore
from service.regrading import APPROACH, PROGRAMME, regrade_with
from service.store import open_database

Progress = Callable[[int, int], None]
# What is compared: each table, the columns that name a row, and the columns that it says.
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "programmes": (("id",), ("document",)),
    "programme_events": (("position",), ("document",)),
    "approaches": (("id",), ("document",)),
    "members": (("id",), ("document",)),
    "grades": (
        ("subject_kind", "subject_id", "standard", "outcome", "version", "from_position"),
        ("to_position", "is_headline", "ln_e", "document"),
    ),
    "standards": (("standard",), ("since_position",)),
}
ABSENT = "(not there)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is served otherwise than the record says."""

    where: str
    field: str
    served: object
    replayed: object

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.field} is served as {self.served!r}, replays as {self.replayed!r}"
        )


@contextmanager
def replayed(lane: RecordLane, *, progress: Progress) -> Iterator[ReadStore]:
    """Read models folded afresh, every grade performed again; gone when the block ends."""
    with TemporaryDirectory(prefix="candour-replay-") as folder:
        address = f"sqlite:{Path(folder)}"
        migrate(address, "read")
        afresh = ReadStore(open_database(address, "read"))
        last = lane.store.recorder.max_notification_id() or 0
        regrade = _telling(regrade_with(lane.store), lambda position: progress(position, last))
        try:
            Projection(
                lane.store.recorder,
                lane.store.mapper,
                afresh,
                regrade=regrade,
                standards=STANDARD_NAMES,
            ).catch_up()
            yield afresh
        finally:
            afresh.close()


def differences(served: Queries, afresh: Queries) -> Iterator[Difference]:
    """Every value that the two read models do not share, table by table."""
    for table, (names, values) in TABLES.items():
        ours, theirs = _rows(served, table, names, values), _rows(afresh, table, names, values)
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            where = f"{table} {' '.join(map(str, key))}"
            yield from _apart(where, ours.get(key), theirs.get(key), values)


def grades_then(lane: RecordLane, moment: Moment) -> Iterator[dict[str, Any]]:
    """Every grade as it was at a moment, performed again from the facts known then."""
    for subject in _subjects(lane):
        yield from grades_performed(lane, subject, STANDARD_NAMES, moment)


def differences_then(lane: RecordLane, known: Moment) -> Iterator[Difference]:
    """Grades that the history remembers otherwise than the whole ones say that facts then give."""
    for kind, subject_id in _subjects(lane):
        subject = kind, subject_id
        ours = _by_name(_remembered(lane, subject, known))
        theirs = _by_name(map(in_brief, grades_performed(lane, subject, STANDARD_NAMES, known)))
        for name in sorted(ours.keys() | theirs.keys()):
            where = f"{kind} {subject_id} {' '.join(name)}"
            yield from _documents_apart(where, ours.get(name), theirs.get(name))


def _remembered(lane: RecordLane, subject: tuple[str, UUID], known: Moment) -> list[Any]:
    """Nothing is remembered of a subject that was not there yet."""
    try:
        return [in_brief(one) for one in levels_at(lane, subject, moment=known)]
    except NotFound:
        return []


def _telling(regrade: Regrade, tell: Callable[[int], None]) -> Regrade:
    def telling(view: Queries, touched: Sequence[Touch]) -> Iterable[GradeChange]:
        for change in regrade(view, touched):
            tell(change.position)
            yield change

    return telling


def _subjects(lane: RecordLane) -> Iterator[tuple[str, UUID]]:
    for approach in lane.readstore.list_approaches():
        yield APPROACH, UUID(approach["id"])
        for programme_id in lane.readstore.programmes_of_approach(approach["id"]):
            yield PROGRAMME, UUID(programme_id)


def _by_name(grades: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The grades by standard and outcome."""
    return {(grade["standard"], grade["subject"]["outcome"]): grade for grade in grades}


def _rows(
    view: Queries, table: str, names: Sequence[str], values: Sequence[str]
) -> dict[tuple[object, ...], tuple[object, ...]]:
    found = view.run(f"SELECT {', '.join((*names, *values))} FROM {table}")
    return {tuple(row[: len(names)]): tuple(row[len(names) :]) for row in found}


def _apart(
    where: str,
    served: Sequence[object] | None,
    afresh: Sequence[object] | None,
    columns: Sequence[str],
) -> Iterator[Difference]:
    if served is None or afresh is None:
        there, not_there = "a row", ABSENT
        pair = (not_there, there) if served is None else (there, not_there)
        yield Difference(where, "row", *pair)
        return
    for column, ours, theirs in zip(columns, served, afresh, strict=True):
        if ours == theirs:
            continue
        if column == "document":
            yield from _documents_apart(where, json.loads(str(ours)), json.loads(str(theirs)))
        else:
            yield Difference(where, column, ours, theirs)


def _documents_apart(where: str, served: Any, afresh: Any, path: str = "") -> Iterator[Difference]:  # noqa: ANN401  JSON of any depth
    """The innermost values that differ."""
    if isinstance(served, dict) and isinstance(afresh, dict):
        for name in sorted(served.keys() | afresh.keys()):
            below = f"{path}.{name}".lstrip(".")
            ours, theirs = served.get(name, ABSENT), afresh.get(name, ABSENT)
            yield from _documents_apart(where, ours, theirs, below)
    elif isinstance(served, list) and isinstance(afresh, list) and len(served) == len(afresh):
        for index, (ours, theirs) in enumerate(zip(served, afresh, strict=True)):
            yield from _documents_apart(where, ours, theirs, f"{path}[{index}]")
    elif served != afresh:
        yield Difference(where, path or "document", served, afresh)
