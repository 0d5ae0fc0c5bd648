"""Outcomes of units over periods, checked: every unit once a period, some treated in some."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column, Numbers, check_same_length, column, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.series.series import FEWEST as FEWEST_A_SIDE
from scoring.estimation.shapes import Flags, Indices, Label, Labels, Matrix

# No comparison over time can be made of fewer units or periods.
FEWEST_UNITS: Final = 2
FEWEST_PERIODS: Final = 2

# What an outcome varies by in its last digits is rounding, not variation.
ROUNDING: Final = 1e-12

NO_COVARIATES: Final[Mapping[str, Numbers]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Outcomes `y` (units, periods), on the log scale if `log`, and who was treated when.

    `treated` (units, periods) is the share of the period in which the programme ran, 0 to 1;
    `starts` (units,) is the first period with any of it, by its place, and the number of periods
    for units that never had it. `covariates` are (units, periods) each.
    """

    units: tuple[Label, ...]
    periods: tuple[Label, ...]
    y: Matrix
    treated: Matrix
    starts: Indices
    covariates: Mapping[str, Matrix]
    log: bool

    @property
    def ever(self) -> Flags:
        """Which units were treated in some period (units,)."""
        return self.starts < len(self.periods)

    @property
    def absorbing(self) -> bool:
        """Whether the programme, once it runs in a unit, runs there in full until the end."""
        running = np.arange(len(self.periods)) >= self.starts[:, None]
        return bool((self.treated == running).all())

    @property
    def first_starts(self) -> tuple[int, ...]:
        """The places of the periods in which some unit starts, in order."""
        return tuple(sorted({int(start) for start in self.starts[self.ever]}))

    @property
    def before(self) -> int:
        """How many periods come before the first start of a unit that is seen before its own."""
        return min((start for start in self.first_starts if start > 0), default=0)

    @property
    def times(self) -> Column:
        """Periods as numbers (periods,): numbers as they are, words counted from 1.

        Dates stand at their true distances, from 1 in units of the smallest: by months where all
        are of one day of the month or its last, else by days.
        """
        days = [period for period in self.periods if isinstance(period, date)]
        if days:
            at = _calendar(days)
            return np.asarray(1.0 + (at - at[0]) / np.diff(at).min(), np.float64)
        if not self.worded:
            return np.array(self.periods, np.float64)
        return np.arange(1.0, len(self.periods) + 1)

    @property
    def worded(self) -> bool:
        """Whether periods are words, of which only the order is known."""
        return isinstance(self.periods[0], str)

    @property
    def measure(self) -> str:
        """The measure of an effect here: a difference, or the log of a ratio."""
        return "ROM" if self.log else "MD"

    def some(self, *, units: Flags | None = None, periods: Sequence[int] | None = None) -> "Panel":
        """The panel of those units and of those periods, by their places."""
        rows = np.ones(len(self.units), bool) if units is None else units
        places = range(len(self.periods)) if periods is None else periods
        keep = np.ix_(np.flatnonzero(rows), np.array(places))
        treated = self.treated[keep]
        return replace(
            self,
            units=tuple(u for u, kept in zip(self.units, rows, strict=True) if kept),
            periods=tuple(self.periods[place] for place in places),
            y=self.y[keep],
            treated=treated,
            starts=_starts(treated),
            covariates={name: values[keep] for name, values in self.covariates.items()},
        )


def read_panel(
    *,
    units: Labels,
    periods: Labels,
    outcome: Numbers,
    treated: Numbers,
    covariates: Mapping[str, Numbers] = NO_COVARIATES,
    log: bool = False,
) -> Panel:
    """Rows, one a unit and period in any order, as a panel; each argument is a column (n,).

    `treated` is 1 in rows where the programme ran, 0 where it did not, or the share of the period
    in which it did; `log` takes natural logs of the outcome. Raises InvalidInput for outcomes that
    are not finite (with `log`: not above 0) or do not vary, a unit twice in a period, a unit
    missing in one; TooLittleData for fewer than two units or periods, or a programme that never
    starts.
    """
    unit_rows, period_rows = one_kind("units", units), one_kind("periods", periods)
    y = column("outcome", outcome, above=0.0) if log else column("outcome", outcome)
    share = column("treated", treated, at_least=0.0)
    refuse_rows(share > 1, field="treated", values=share, accepted="0, 1 or a share between them")
    others = {name: column(name, values) for name, values in covariates.items()}
    check_same_length(
        outcome=y,
        treated=share,
        units=np.zeros(len(unit_rows)),
        periods=np.zeros(len(period_rows)),
        **others,
    )
    places, unit_names, period_names = _places(unit_rows, period_rows)
    shape = len(unit_names), len(period_names)
    treatment = _spread(share, places, shape)
    panel = Panel(
        units=unit_names,
        periods=period_names,
        y=_spread(np.log(y) if log else y, places, shape),
        treated=treatment,
        starts=_starts(treatment),
        covariates={name: _spread(values, places, shape) for name, values in others.items()},
        log=log,
    )
    _refuse_nothing_to_see(panel)
    return panel


def running(*, periods: Labels, treated_from: Sequence[Label | None]) -> tuple[float, ...]:
    """The column `treated` from one that says from which period on a row's unit is treated.

    Both are (n,), `treated_from` None in rows of units that never are; 1 from that period on.
    Raises InvalidInput, with the row, for what is no period.
    """
    named_periods = one_kind("periods", periods)
    if len(treated_from) != len(named_periods):
        raise InvalidInput(
            f"has {len(treated_from)} rows",
            field="treated_from",
            accepted=f"{len(named_periods)} rows, as periods has",
        )
    for row, start in enumerate(treated_from, start=1):
        if start is not None and _kind(start) != _kind(named_periods[0]):
            raise InvalidInput(
                f"is {start!r}", field="treated_from", row=row, accepted="a period, or nothing"
            )
    known = [start for start in treated_from if start is not None]
    at = {label: place for place, label in enumerate(sorted({*named_periods, *known}))}
    rows = zip(named_periods, treated_from, strict=True)
    return tuple(float(start is not None and at[period] >= at[start]) for period, start in rows)


def one_kind(field: str, values: Labels) -> list[Label]:
    """Names in rows (n,), all words, all numbers or all dates; InvalidInput with the row if not."""
    labels: list[Label] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    for row, label in enumerate(labels, start=1):
        if _kind(label) is None or _kind(label) != _kind(labels[0]):
            raise InvalidInput(
                f"is {label!r}",
                field=field,
                row=row,
                accepted="words, numbers or dates, one kind in all rows",
            )
    return labels


def _kind(label: Label) -> str | None:
    match label:
        case str():
            return "words"
        case date():
            return "dates"
        case int() | float() if math.isfinite(label):
            return "numbers"
        case _:
            return None


def _places(
    units: list[Label], periods: list[Label]
) -> tuple[Indices, tuple[Label, ...], tuple[Label, ...]]:
    unit_names, unit_at = _ordered(units)
    period_names, period_at = _ordered(periods)
    for field, names, fewest in (
        ("units", unit_names, FEWEST_UNITS),
        ("periods", period_names, FEWEST_PERIODS),
    ):
        if len(names) < fewest:
            raise TooLittleData(
                f"{len(names)} in all",
                field=field,
                accepted=f"at least {fewest}{_else(len(unit_names), len(period_names))}",
            )
    places = unit_at * len(period_names) + period_at
    _refuse_twice(places, units, periods)
    _refuse_holes(places, unit_names, period_names)
    return places, unit_names, period_names


def _else(units: int, periods: int) -> str:
    """What fits one unit or one period, as the end of a refusal."""
    if units == 1 and periods >= 2 * FEWEST_A_SIDE:
        return "; interrupted_time_series takes one unit over so many periods"
    if periods == 1 and units > 2:
        return "; many units in one period can only be compared as two groups"
    return "; more units or periods are needed for any design"


def _ordered(labels: list[Label]) -> tuple[tuple[Label, ...], Indices]:
    names = sorted(set(labels))
    at = {name: place for place, name in enumerate(names)}
    return tuple(names), np.array([at[label] for label in labels], np.intp)


def _refuse_twice(places: Indices, units: list[Label], periods: list[Label]) -> None:
    first = np.unique(places, return_index=True)[1]
    if len(first) < len(places):
        row = int(np.setdiff1d(np.arange(len(places)), first)[0])
        raise InvalidInput(
            f"{units[row]} has a second row for {periods[row]}",
            field="periods",
            row=row + 1,
            accepted="one row a unit and period; people within areas are units with `clusters`",
        )


def _refuse_holes(places: Indices, units: tuple[Label, ...], periods: tuple[Label, ...]) -> None:
    missing = np.setdiff1d(np.arange(len(units) * len(periods)), places)
    if len(missing):
        unit, period = divmod(int(missing[0]), len(periods))
        raise InvalidInput(
            f"{units[unit]} has no row for {periods[period]}, one of {len(missing)} holes",
            field="outcome",
            accepted="every unit in every period: add the rows, or leave out the unit or the "
            "period for all",
        )


def _calendar(days: Sequence[date]) -> Column:
    """Dates (n,) as months since the year 0 where they are one day of each, else as days."""
    last = all((day + timedelta(days=1)).day == 1 for day in days)
    if last or len({day.day for day in days}) == 1:
        return np.array([12.0 * day.year + day.month for day in days])
    return np.array([float(day.toordinal()) for day in days])


def _spread(values: Column, places: Indices, shape: tuple[int, int]) -> Matrix:
    spread = np.empty(len(values))
    spread[places] = values
    return spread.reshape(shape)


def _starts(treated: Matrix) -> Indices:
    some = treated > 0
    starts: Indices = np.where(some.any(axis=1), some.argmax(axis=1), treated.shape[1])
    return starts


def _refuse_nothing_to_see(panel: Panel) -> None:
    if np.ptp(panel.y) <= ROUNDING * np.abs(panel.y).max():
        raise InvalidInput(
            "is the same in every row",
            field="outcome",
            accepted="an outcome that varies; no design finds an effect in one that does not",
        )
    if not panel.ever.any():
        raise TooLittleData(
            "the programme never starts",
            field="treated",
            accepted="rows with treated above 0; without them there is no effect to estimate, and "
            "the figures are monitoring",
        )


def named(labels: Iterable[Label], *, most: int = 5) -> str:
    """Labels in a sentence: all of them, or the first few and how many more."""
    listed = [str(label) for label in labels]
    more = len(listed) - most
    return ", ".join(listed) if more <= 0 else f"{', '.join(listed[:most])} and {more} more"
