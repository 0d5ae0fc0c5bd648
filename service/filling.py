"""Fills in what a new standard would have said of everything that was told before it came."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from service.grading import STANDARD_NAMES, check_standard
from service.projections import PROJECTION
from service.readstore import GradeChange, Queries, ReadStore
from service.regrading import MOVES_GRADES, Pool
from service.store import Store

# Says after each approach how many programmes are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What one run did: `approaches` and `programmes` of it; none where nothing was wanting."""

    approaches: int
    programmes: int


def not_filled(readstore: Queries) -> dict[str, int]:
    """The standards whose history is not whole, each with the position after which it grades.

    A standard that no follower has met yet grades nothing so far: it has no position, told as -1.
    """
    held = readstore.standards_held()
    if not held:  # nothing was ever folded: whatever comes will be graded by all of them
        return {}
    since = {name: held.get(name, -1) for name in STANDARD_NAMES}
    return {name: position for name, position in since.items() if position}


def fill(store: Store, readstore: ReadStore, standard: str, *, progress: Progress) -> Filled:
    """Grades by a standard all that was told before it came, approach by approach.

    The rows are those that a follower would have written from the first event on. Each approach is
    kept whole or not at all, so that a run that was killed goes on where it stopped, and a second
    run finds nothing to do. Readers and followers go on meanwhile; other standards are not touched.
    """
    check_standard(standard)
    with readstore.writing() as transaction:
        transaction.hold([standard], transaction.position(PROJECTION))
    if not readstore.standards_held()[standard]:
        return Filled(0, 0)
    wanting = _wanting(readstore, standard)
    total = done = sum(wanting.values())
    for approach_id, programmes in wanting.items():
        done -= programmes
        _fill_approach(store, readstore, standard, approach_id)
        progress(total - done, total)
    with readstore.writing() as transaction:
        transaction.save_whole(standard)
    return Filled(len(wanting), total)


def _wanting(readstore: ReadStore, standard: str) -> dict[str, int]:
    """The approaches that are not filled yet, and how many programmes each has."""
    filled = readstore.approaches_filled(standard)
    ids = [card["id"] for card in readstore.list_approaches() if card["id"] not in filled]
    return {one: len(readstore.programmes_of_approach(one)) for one in ids}


def _fill_approach(store: Store, readstore: ReadStore, standard: str, approach_id: str) -> None:
    """Most of it is computed while followers go on; what they brought meanwhile, under the lock."""
    pool = Pool(store, approach_id, [standard])
    changes = list(_changes(pool, readstore))
    with readstore.writing() as transaction:
        changes += _changes(pool, transaction)
        transaction.forget_grades(standard, approach_id)
        transaction.save_grades(changes)
        transaction.save_filled(standard, approach_id)


def _changes(pool: Pool, view: Queries) -> Iterator[GradeChange]:
    told = view.told_of_approach(pool.approach_id, after=pool.position)
    yield from pool.after_each(view, [one for one in told if one.type in MOVES_GRADES])


def graded_since(readstore: Queries, standards: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Since when each standard grades: `whole` from the first event on, else `since` a moment."""
    held = readstore.standards_held()
    return {name: _since(readstore, held.get(name, -1)) for name in standards}


def _since(readstore: Queries, position: int) -> dict[str, Any]:
    told = readstore.recorded_at(position) if position > 0 else None
    return {"whole": position == 0, "position": max(position, 0), "since": told}
