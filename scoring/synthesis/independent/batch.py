"""Many subjects' effects side by side: ragged rows in, padded tables of a column a subject out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.columns import Column
from scoring.errors import InvalidInput

Table: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]

# One name a row: of the subject or unit an effect was found in, of the effect itself.
Names: TypeAlias = Sequence[object] | npt.NDArray[np.generic]

# Cells of one block of work (half a megabyte of float64): from here on numpy's overhead per call no
# longer counts, and memory does not grow with the number of subjects. Measured: from a quarter to
# twice as many, pooling 10,000 subjects takes 20 to 23 ms.
CELLS_AT_ONCE: Final = 1 << 16

# Once variances are divided by the smallest and estimates by its root, anything this far from 1
# has no figure left in double precision: squares of squares would overflow.
LARGEST_RATIO: Final = 1e50


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of n subjects: `order` sorts the rows by subject, `start` and `k` (n,) cut them.

    `labels` are in order of first appearance, and rows of a subject keep their order.
    """

    labels: tuple[object, ...]
    order: Indices
    start: Indices
    k: Indices

    @classmethod
    def of(cls, field: str, names: Names, *, rows: int) -> "Ragged":
        """The rows of each subject, from one name a row; names that are equal are one.

        Raises InvalidInput for another number of names than `rows`, and with the row for one that
        is missing (None, not a number, blank) or cannot be told from others (a list, say).
        """
        if len(names) != rows:
            raise InvalidInput(f"has {len(names)} rows", field=field, accepted=f"{rows}, as yi has")
        first = _where_names_change(names)
        listed = names[first].tolist() if isinstance(names, np.ndarray) else list(names)
        try:
            codes = {name: code for code, name in enumerate(dict.fromkeys(listed))}
        except TypeError:
            wrong = next(at for at, name in enumerate(listed) if not _is_hashable(name))
            _refuse_name(field, listed[wrong], row=int(first[wrong]) + 1)
        for name in filter(_is_missing, codes):
            _refuse_name(field, name, row=int(first[listed.index(name)]) + 1)
        code = np.fromiter(map(codes.__getitem__, listed), np.intp, len(listed))
        return cls.numbered(np.repeat(code, np.diff(first, append=rows)), tuple(codes))

    @classmethod
    def numbered(cls, owner: Indices, labels: tuple[object, ...]) -> "Ragged":
        """The rows of each subject, from the number of the subject on each row (N,)."""
        k = np.bincount(owner, minlength=len(labels))
        return cls(labels, np.argsort(owner, kind="stable"), np.cumsum(k) - k, k)

    @classmethod
    def single(cls, rows: int) -> "Ragged":
        """One subject that owns every row."""
        return cls((None,), np.arange(rows), np.zeros(1, np.intp), np.array([rows]))

    def blocks(self, among: Flags) -> Iterator[tuple[Indices, Indices]]:
        """Those `among` (n,) the subjects that are alike in size: numbers (m,) and rows (kmax, m).

        A subject with fewer than kmax rows has -1 below them. Sizes within a block differ by less
        than a factor of two, so that padding never doubles the work, and one row stands alone.
        """
        if len(self.k) == 1:  # nothing to part: most of the work below is for many subjects
            if among[0] and self.k[0]:
                yield np.zeros(1, np.intp), self.order[:, None]
            return
        wanted = np.flatnonzero(among & (self.k > 0))
        by_size = wanted[np.argsort(self.k[wanted], kind="stable")]
        sizes = self.k[by_size]
        octave = np.frexp(sizes.astype(np.float64) - 0.5)[1]
        cuts = np.flatnonzero(np.diff(octave)) + 1
        for group in np.split(by_size, cuts):
            pieces = 1 + len(group) * int(self.k[group].max(initial=1)) // CELLS_AT_ONCE
            for chosen in np.array_split(group, pieces):
                if len(chosen):
                    yield chosen, self.members(chosen)

    def owner(self) -> Indices:
        """The number of the subject that each of the caller's rows belongs to (N,)."""
        owners = np.empty(len(self.order), dtype=np.intp)
        owners[self.order] = np.repeat(np.arange(len(self.k)), self.k)
        return owners

    def repeated(self) -> tuple[int, int] | None:
        """The first of the caller's rows whose subject was named before, and where; None if none.

        Both rows count from 1: where it was named first, where it is again.
        """
        again = np.ones(len(self.order), np.bool_)
        again[self.order[self.start]] = False
        if not again.any():
            return None
        row = int(np.argmax(again))
        return int(self.order[self.start[self.owner()[row]]]) + 1, row + 1

    def members(self, chosen: Indices) -> Indices:
        """The rows (kmax, m) of these subjects in their order, -1 below those with fewer."""
        step = np.arange(int(self.k[chosen].max()))[:, None]
        place = np.minimum(self.start[chosen] + step, len(self.order) - 1)
        return np.where(step < self.k[chosen], self.order[place], -1)


def without_each(rows: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Blocks of the same subjects with each of their rows left out in turn.

    Of `rows` (k, m) with -1 for none: the row that is left out (M,) and what remains (k, M).
    """
    place, column = np.nonzero(rows >= 0)
    pieces = 1 + len(place) * len(rows) // CELLS_AT_ONCE
    for chosen in np.array_split(np.arange(len(place)), pieces):
        remaining = rows[:, column[chosen]]
        out = remaining[place[chosen], np.arange(len(chosen))]
        remaining[place[chosen], np.arange(len(chosen))] = -1
        yield out, remaining


def up_to_each(rows: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Blocks of the same subjects as their rows come in one by one.

    Of `rows` (k, m) with -1 for none: the row that comes last (M,) and all up to it (k, M).
    """
    place, column = np.nonzero(rows >= 0)
    pieces = 1 + len(place) * len(rows) // CELLS_AT_ONCE
    step = np.arange(len(rows))[:, None]
    for chosen in np.array_split(np.arange(len(place)), pieces):
        so_far = np.where(step <= place[chosen], rows[:, column[chosen]], -1)
        yield rows[place[chosen], column[chosen]], so_far


@dataclass(frozen=True, slots=True)
class Batch:
    """n subjects with up to k studies, one column a subject, the most precise study first.

    `y` (k, n) are estimates less that study's (`origin`), in units of `unit`; `v` (k, n) variances
    in unit^2, inf where there is no study, so that it has no weight. `rows` (k, n) tells where a
    study stands in the caller's rows (-1: nowhere), `k` (n,) how many there are. Units are powers
    of two near the smallest standard error: nothing is rounded by scaling, and no threshold depends
    on the caller's units.
    """

    y: Table
    v: Table
    k: Column
    origin: Column
    unit: Column
    rows: Indices

    @classmethod
    def of(cls, yi: Column, vi: Column, rows: Indices) -> "Batch":
        """The batch of subjects whose studies stand in `rows` (k, n) of `yi` and `vi` (N,)."""
        absent = rows < 0
        variances = np.where(absent, np.inf, vi[rows])
        rows = _first_of_all(rows, np.argmin(variances, axis=0))
        absent = rows < 0
        origin, smallest = yi[rows[0]], vi[rows[0]]
        unit = np.ldexp(1.0, np.frexp(smallest)[1] // 2)
        with np.errstate(over="ignore", invalid="ignore"):
            y = np.where(absent, 0.0, (yi[rows] - origin) / unit)
            v = np.where(absent, np.inf, vi[rows] / unit / unit)
        return cls(y, v, rows.shape[0] - absent.sum(axis=0, dtype=np.float64), origin, unit, rows)

    @property
    def present(self) -> Flags:
        """Where there is a study (k, n)."""
        return self.rows >= 0

    def beyond_precision(self) -> Flags:
        """Studies so far from the most precise one that no figure would be left (k, n)."""
        bad = ~(np.abs(self.y) < LARGEST_RATIO) | ~(self.v < LARGEST_RATIO)
        return bad & self.present

    def tables(self, which: Indices) -> tuple[Table, Table]:
        """y and v (k, m) of these subjects, each as often as it is named."""
        return self.y.take(which, axis=1), self.v.take(which, axis=1)

    def kept(self, which: Flags | Indices) -> "Batch":
        """Only these subjects."""
        return Batch(
            self.y[:, which],
            self.v[:, which],
            self.k[which],
            self.origin[which],
            self.unit[which],
            self.rows[:, which],
        )


def _first_of_all(rows: Indices, lead: Indices) -> Indices:
    """The rows of each subject with the one at `lead` (n,) in the first place."""
    swapped, column = rows.copy(), np.arange(rows.shape[1])
    swapped[lead, column] = rows[0]
    swapped[0] = rows[lead, column]
    return swapped


def _where_names_change(names: Names) -> Indices:
    """The first row of each run of one name; of names that numpy cannot compare, every row."""
    if not isinstance(names, np.ndarray) or names.dtype == object or names.ndim != 1:
        return np.arange(len(names))
    return np.flatnonzero(np.append(np.ones(min(1, len(names)), np.bool_), names[1:] != names[:-1]))


def _is_hashable(name: object) -> bool:
    try:
        hash(name)
    except TypeError:
        return False
    return True


def _is_missing(name: object) -> bool:
    return name is None or name != name or (isinstance(name, str) and not name.strip())


def _refuse_name(field: str, name: object, *, row: int) -> NoReturn:
    told = f"is {name!r}, which names nothing" if not _is_hashable(name) else "is missing"
    raise InvalidInput(told, field=field, row=row, accepted="a name in every row")
