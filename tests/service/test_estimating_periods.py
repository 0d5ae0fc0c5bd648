"""Periods are read as they are written, or refused where two readings are possible."""

from datetime import date

import pytest

from service.estimating.periods import Style, read_period, read_periods

APRIL = date(2019, 4, 1)


def months(form, *, first=2018, count=24):
    """So many months in a row, each written in a form of year, month and day."""
    return [form.format(y=first + n // 12, m=n % 12 + 1, d=1) for n in range(count)]


@pytest.mark.parametrize(
    ("cells", "value", "style", "cycle"),
    [
        (months("{y}-{m:02}-01"), date(2018, 1, 1), Style.DAY, 12),
        (months("{y}-{m:02}"), date(2018, 1, 1), Style.MONTH, 12),
        (months("01/{m:02}/{y}"), date(2018, 1, 1), Style.DAY, 12),
        (["1/4/2019", "1.5.2019", "1-6-2019"], APRIL, Style.DAY, 12),
        (["Apr 2019", "May 2019"], APRIL, Style.MONTH, 12),
        (["April 2019", "June-2019"], APRIL, Style.MONTH, 12),
        (["2019-Q2", "Q3 2019", "2019 q4"], APRIL, Style.QUARTER, 4),
        (["2019/20", "2020/21"], 2019, Style.FINANCIAL_YEAR, None),
        (["2009-10", "2010-11", "2011-12"], 2009, Style.FINANCIAL_YEAR, None),
        (["2019-10", "2019-11"], date(2019, 10, 1), Style.MONTH, 12),
        (["2010", "2011"], 2010, Style.WHOLE, None),
        ([1, 2, 3.0], 1, Style.WHOLE, None),
        ([date(2019, 4, 1), date(2019, 4, 8)], APRIL, Style.DAY, 52),
        ([date(2019, 4, 1), date(2019, 4, 2)], APRIL, Style.DAY, 7),
        ([date(2019, 4, 1), date(2020, 4, 1), date(2021, 4, 1)], APRIL, Style.DAY, 1),
        ([date(2019, 4, 1), date(2019, 7, 1), date(2019, 10, 1)], APRIL, Style.DAY, 4),
        ([date(2019, 4, 1), date(2020, 1, 3)], APRIL, Style.DAY, None),
    ],
)
def test_periods_are_read_with_the_cycle_that_they_are_written_in(cells, value, style, cycle):
    found = read_periods(cells)
    assert not any(found.problems)
    assert (found.values[0], found.style, found.cycle) == (value, style, cycle)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["03/04/2019", "05/06/2019"], "could be day/month or month/day"),
        (["04/13/2019", "04/14/2019"], "is written month first"),
        (["01/04/19", "01/05/19"], "has a year of two digits"),
        (["Apr-19", "May-19"], "has a year of two digits"),
        (["spring", "summer"], "is no period"),
        ([True, False], "is no period"),
        (["2019-02-30", "2019-02-31"], "is no period"),
    ],
)
def test_periods_that_can_be_read_in_two_ways_or_none_are_refused(cells, problem):
    assert read_periods(cells).problems == (problem, problem)


def test_one_day_past_the_twelfth_tells_the_whole_column_apart():
    found = read_periods(["03/04/2019", "13/04/2019"])
    assert found.values == (date(2019, 4, 3), date(2019, 4, 13))


def test_a_period_unlike_the_others_is_named():
    assert read_periods(["2019-01", "2019-02", "2019"]).problems == (
        None, None, "is not a month such as 2019-04, as most others are",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "cells", "value"),
    [
        ("2019-04", months("{y}-{m:02}-01"), APRIL),
        ("2019-04-01", months("{y}-{m:02}"), APRIL),
        ("2019-Q2", months("{y}-{m:02}"), APRIL),
        ("01/04/2019", months("01/{m:02}/{y}"), APRIL),
        ("13/04/2019", months("{y}-{m:02}-01"), date(2019, 4, 13)),
        (5, ["1", "2"], 5),
        ("2019/20", ["2018/19", "2019/20"], 2019),
    ],
)
def test_one_period_is_told_as_those_of_the_column_are(told, cells, value):
    assert read_period(told, read_periods(cells)) == value


@pytest.mark.parametrize(
    ("told", "cells"),
    [
        ("03/04/2019", months("{y}-{m:02}-01")),
        ("2019-04-01", ["1", "2"]),
        ("five", ["1", "2"]),
        ("2019-13", months("{y}-{m:02}")),
    ],
)
def test_one_period_of_another_kind_is_not_understood(told, cells):
    assert read_period(told, read_periods(cells)) is None
