"""2x2 tables side by side: their margins, and the tests over all of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_same_length, column, refuse_rows
from scoring.effects import two_by_two
from scoring.errors import TooLittleData

# What the corrected Cochran-Mantel-Haenszel test takes off |sum(ai - E)|, as counts come in whole
# steps of 1. Source: Mantel and Haenszel 1959, J. Natl Cancer Inst. 22:719.
CONTINUITY: Final = 0.5

# Double precision does not tell a count beyond this from the next one.
LARGEST_COUNT: Final = 2.0**53


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquared:
    """A test on the chi-squared distribution with `df` degrees of freedom."""

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Tables:
    """Cells (k,) of 2x2 tables and their margins: groups n1, n2, events m, non-events f, all n."""

    a: Column
    b: Column
    c: Column
    d: Column

    @classmethod
    def read(cls, ai: Numbers, bi: Numbers, ci: Numbers, di: Numbers) -> "Tables":
        """The tables, checked: counts of 0 or more, somebody in every group, one study or more."""
        named = {"ai": ai, "bi": bi, "ci": ci, "di": di}
        cells = {field: column(field, values, at_least=0.0) for field, values in named.items()}
        check_same_length(**cells)
        check_countable(**cells)
        tables = cls(*cells.values())
        for field, size in (("ai + bi", tables.n1), ("ci + di", tables.n2)):
            refuse_rows(size == 0, field=field, values=size, accepted="a group with somebody in it")
        refuse_rows(
            tables.n <= 1,
            field="ai + bi + ci + di",
            values=tables.n,
            accepted="a table of more than one person",
        )
        check_some(tables.a, field="ai")
        return tables

    @property
    def n1(self) -> Column:
        return self.a + self.b

    @property
    def n2(self) -> Column:
        return self.c + self.d

    @property
    def m(self) -> Column:
        return self.a + self.c

    @property
    def f(self) -> Column:
        return self.b + self.d

    @property
    def n(self) -> Column:
        return self.n1 + self.n2

    @property
    def expected(self) -> Column:
        """The events of group 1 if there were no effect."""
        return self.m * (self.n1 / self.n)

    @property
    def variance(self) -> Column:
        """The hypergeometric variance of the events of group 1."""
        return self.m * self.f * (self.n1 / self.n) * (self.n2 / self.n) / (self.n - 1)

    def effects(self, measure: str) -> tuple[Column, Column]:
        """Each study's own effect and variance, where it has some event and some non-event."""
        told = (self.m > 0) & (self.f > 0)
        cells = (cell[told] for cell in (self.a, self.b, self.c, self.d))
        found = two_by_two(measure, *cells)
        return np.array([e.yi for e in found]), np.array([e.vi for e in found])


def check_countable(**columns: Column) -> None:
    """Raise InvalidInput, with the row, for a count or an exposure past double precision."""
    for field, values in columns.items():
        refuse_rows(
            values > LARGEST_COUNT,
            field=field,
            values=values,
            accepted=f"at most {LARGEST_COUNT:.0f}",
        )


def check_some(events: Column, *, field: str) -> None:
    """Raise TooLittleData where there is no study at all."""
    if not len(events):
        raise TooLittleData("there is nothing to pool", field=field, accepted="at least one study")


def association(excess: float, variance: float, *, correct: bool) -> ChiSquared:
    """The test of no effect: (|excess| - 1/2)^2 / variance, not below 0; `excess` is sum(ai - E).

    Without the 1/2 where `correct` is False. Source: Mantel and Haenszel 1959.
    """
    beyond = max(0.0, abs(excess) - (CONTINUITY if correct else 0.0))
    return chi_squared(beyond**2 / variance, df=1)


def homogeneity(tables: Tables, psi: float) -> tuple[ChiSquared | None, ChiSquared | None]:
    """The tests of Breslow and Day, and with Tarone's correction, that every odds ratio is psi.

        sum((ai - x)^2 / V)     less sum(ai - x)^2 / sum V with the correction
    x is the ai at which the table's odds ratio is psi, 1/V the sum of 1 / its four cells then. Both
    are None with fewer than two tables that have some event and some non-event.
    Source: Breslow and Day 1980, section 4.4; Tarone 1985, Biometrika 72:91.
    """
    told = (tables.m > 0) & (tables.f > 0)
    if told.sum() < 2:
        return None, None
    m, n1, n2 = (margin[told] for margin in (tables.m, tables.n1, tables.n2))
    # The events of group 1 at which the table's odds ratio is psi: the smaller root of
    # (psi - 1) x^2 - linear x + psi n1 m = 0, in the form that does not cancel near psi = 1.
    linear = psi * (n1 + m) + (n2 - m)
    fitted = 2 * psi * n1 * m / (linear + np.sqrt(linear**2 - 4 * psi * (psi - 1) * n1 * m))
    information = 1 / fitted + 1 / (n1 - fitted) + 1 / (m - fitted) + 1 / (n2 - m + fitted)
    beyond = tables.a[told] - fitted
    breslow_day = float((beyond**2 * information).sum())
    correction = float(beyond.sum() ** 2 / (1 / information).sum())
    df = int(told.sum()) - 1
    corrected = max(0.0, breslow_day - correction)
    return chi_squared(breslow_day, df=df), chi_squared(corrected, df=df)


def chi_squared(statistic: float, *, df: int) -> ChiSquared:
    """The statistic with its upper tail; p is 1 where there are no degrees of freedom."""
    p_value = float(special.chdtrc(df, statistic)) if df else 1.0
    return ChiSquared(statistic=statistic, df=df, p_value=p_value)
