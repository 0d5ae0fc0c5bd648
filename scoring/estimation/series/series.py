"""One outcome over numbered periods, checked: in order, each period once, long enough, varying."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.columns import Column, Numbers, check_same_length, column, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.series.series_fit import steps_of

Period: TypeAlias = int | float | date
Periods: TypeAlias = Sequence[int] | Sequence[float] | Sequence[date] | npt.NDArray[np.generic]

# Fewer periods on a side cannot tell a level and a slope from chance. Cochrane's EPOC group admits
# series from three on a side; Penfold and Zhang 2013 (Acad. Pediatr. 13:S38) ask for eight.
FEWEST: Final = 8

# How dates are numbered, by the number of periods in a cycle.
DATED_CYCLES: Final = "1 (years), 4 (quarters), 12 (months), 52 (weeks), 7 (days)"

# The terms of a segmented regression.
SEGMENTS: Final = ("(Intercept)", "time", "level", "trend")

# What an outcome varies by in its last digits is rounding, not variation.
ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is taken for granted of an outcome's course: its seasons, and what it can be at all."""

    seasons: str
    cycle: int | None
    pairs: int
    floor: float | None
    ceiling: float | None

    @property
    def told(self) -> dict[str, float | int | str | None]:
        """All of it, by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An outcome `y` (n,) in periods (n,) that rise; the programme runs from period `start` on.

    `labels` (n,) say what the caller called the periods.
    """

    periods: Steps
    y: Column
    labels: tuple[str, ...]
    start: int

    @property
    def after(self) -> npt.NDArray[np.bool_]:
        """Which periods have the programme (n,)."""
        return self.periods >= self.start

    @property
    def n_before(self) -> int:
        """Periods before the start."""
        return int((~self.after).sum())

    @property
    def n_after(self) -> int:
        """Periods from the start on."""
        return int(self.after.sum())

    @property
    def missing(self) -> int:
        """How many periods between the first and the last are not there."""
        return int(self.periods[-1] - self.periods[0]) + 1 - len(self.periods)

    def at(self, periods: Steps) -> "Series":
        """The series in those of its periods alone, refused where too few are left."""
        kept = np.flatnonzero(np.isin(self.periods, periods))
        some = replace(
            self,
            periods=self.periods[kept],
            y=self.y[kept],
            labels=tuple(self.labels[row] for row in kept.tolist()),
        )
        refuse_short(some)
        return some

    @property
    def steps(self) -> Steps:
        """Periods since the row before (n,), 0 in the first row."""
        return steps_of(self.periods)

    def segments(self, origin: int | None = None) -> dict[str, Column]:
        """The columns of segmented regression: time from 1, level change, and slope change from 0.

        `time` is 1 in period `origin`, the first one of the series unless given.
        Source: Wagner et al. 2002, J. Clin. Pharm. Ther. 27:299, with the slope change counted so
        that `level` is the change in the first period of the programme.
        """
        since = self.periods - self.start
        first = self.periods[0] if origin is None else origin
        columns = (
            np.ones(len(self.y)),
            (self.periods - first + 1).astype(np.float64),
            self.after.astype(np.float64),
            np.where(self.after, since, 0).astype(np.float64),
        )
        return dict(zip(SEGMENTS, columns, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows as they came (n,), with their periods numbered."""

    numbers: Steps
    y: Column
    labels: tuple[str, ...]
    start: int

    def series(self, which: npt.NDArray[np.bool_] | None = None) -> Series:
        """The rows of one series, in order; errors name the row as it came.

        Raises InvalidInput for a period twice, a start outside, or an outcome that does not vary;
        TooLittleData for fewer than 8 periods on a side.
        """
        rows = np.flatnonzero(np.ones(len(self.y), bool) if which is None else which)
        rows = rows[np.argsort(self.numbers[rows], kind="stable")]
        again = np.flatnonzero(np.diff(self.numbers[rows]) == 0)
        if len(again):
            row = int(rows[again[0] + 1])
            raise InvalidInput(
                f"{self.labels[row]} is there twice",
                field="periods",
                row=row + 1,
                accepted="one row a period; add up or average what belongs together",
            )
        series = Series(
            periods=self.numbers[rows],
            y=self.y[rows],
            labels=tuple(self.labels[row] for row in rows.tolist()),
            start=self.start,
        )
        refuse_short(series)
        return series


def read_rows(
    *, periods: Periods, outcome: Numbers, start: Period, course: Course, log: bool
) -> Rows:
    """Columns (n,) in any order, and the first period of the programme, as numbered rows.

    Periods are whole numbers one apart, or dates, which the cycle of `course` numbers: 12 by
    months, 4 by quarters, 52 by weeks from Monday, 7 by days, 1 by years. Raises InvalidInput with
    the row for what is neither, or an outcome that is not finite or past the floor or ceiling of
    `course` (with `log`: not above 0).
    """
    floor = -math.inf if course.floor is None else course.floor
    y = column("outcome", outcome, above=0.0 if log else -math.inf, at_least=floor)
    if course.ceiling is not None:
        accepted = f"at most its ceiling, {course.ceiling:g}"
        refuse_rows(y > course.ceiling, field="outcome", values=y, accepted=accepted)
    listed: list[Period] = list(periods)
    numbers = [
        _number(period, cycle=course.cycle, field="periods", row=row)
        for row, period in enumerate(listed, start=1)
    ]
    at = np.array(numbers, np.int64)
    check_same_length(outcome=y, periods=at.astype(np.float64))
    labels = tuple(label_of(period, cycle=course.cycle) for period in listed)
    first = _number(start, cycle=course.cycle, field="start", row=None)
    if numbers and isinstance(start, date) != isinstance(listed[0], date):
        raise InvalidInput(f"is {start}", field="start", accepted="a period as the others are told")
    return Rows(numbers=at, y=y, labels=labels, start=first)


def label_of(period: Period, *, cycle: int | None) -> str:
    """What a period is called: the year, the year and month, the day, or its number."""
    if not isinstance(period, date):
        return str(int(period))
    return period.isoformat()[: {1: 4, 4: 7, 12: 7}.get(cycle or 0, 10)]


def refuse_short(series: Series) -> None:
    """Refuse a start without two sides, fewer than 8 periods on one, or no variation.

    Also refused are numbers that are not one apart: more periods missing than there are.
    """
    if not series.n_before or not series.n_after:
        raise InvalidInput(
            "no period is at or past it" if series.n_before else "no period is before it",
            field="start",
            accepted="the first period with the programme, with periods on both sides of it",
        )
    for side, count in (("before", series.n_before), ("from", series.n_after)):
        if count < FEWEST:
            raise TooLittleData(
                f"{count} {side} the start",
                field="periods",
                accepted=f"at least {FEWEST} on each side; no design fits one shorter series: "
                "longer ones are needed, or places without the programme, measured too",
            )
    if series.missing > len(series.y):
        raise InvalidInput(
            f"{series.missing} are missing between {series.periods[0]} and {series.periods[-1]}",
            field="periods",
            accepted="whole numbers one apart (12 year + month for months, not 202604), or dates",
        )
    if np.ptp(series.y) <= ROUNDING * np.abs(series.y).max():
        raise InvalidInput(
            "is the same in every period",
            field="outcome",
            accepted="an outcome that varies; no design finds an effect in one that does not",
        )


def _number(period: Period, *, cycle: int | None, field: str, row: int | None) -> int:
    if isinstance(period, date):
        return _dated(period, cycle)
    if not math.isfinite(period) or period != int(period):
        raise InvalidInput(
            f"is {period}",
            field=field,
            row=row,
            accepted="whole numbers one apart (12 year + month for months), or dates",
        )
    return int(period)


def _dated(day: date, cycle: int | None) -> int:
    match cycle:
        case 1:
            return day.year
        case 4:
            return 4 * day.year + (day.month - 1) // 3 + 1
        case 12:
            return 12 * day.year + day.month
        case 52:
            # Day 1 of the calendar that dates count from was a Monday.
            return (day.toordinal() - 1) // 7
        case 7:
            return day.toordinal()
        case _:
            raise InvalidInput(
                "is missing" if cycle is None else f"is {cycle}",
                field="cycle",
                accepted=f"for periods told as dates one of {DATED_CYCLES}",
            )
