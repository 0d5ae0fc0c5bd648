"""Days in all the ways people write them, and whether a column of them is one of birthdays."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from service.estimating.cells import is_blank
from service.estimating.periods import MONTHS
from service.sheets import Cell

# Children are born over fewer years than pensioners; nothing is measured day by day on no fixed day
# for as long as either.
CHILDHOOD_DAYS, LIFETIME_DAYS = 8 * 365, 15 * 365
# From so many days nothing else than births is spread so; fewer could be elections.
CERTAIN_BIRTHS, FEWEST_BIRTHS = 8, 3
FEWEST_MONTHS = 3
OLDEST, NEWEST = 1900, 2100
# Two digits of a year past these are of the century before.
THIS_CENTURY = 30
TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?$")
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
PARTS = re.compile(r"[ /.,-]+")
EIGHT = re.compile(r"\d{8}", re.ASCII)
MONTH_ALONE = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])", re.ASCII)


def births(column: Sequence[Cell]) -> tuple[str, bool] | None:
    """What a column of days or months looks like, and whether that is beyond doubt."""
    there = [cell for cell in column if not is_blank(cell)]
    days = list(_days(there))
    if not days or len(days) * 2 < len(there):
        return None
    different = sorted(set(days))
    span = (different[-1] - different[0]).days
    if len(different) < FEWEST_BIRTHS or span < CHILDHOOD_DAYS or _is_regular(different):
        return None
    few = len(different) < CERTAIN_BIRTHS
    if few and (span < LIFETIME_DAYS or len({day.month for day in different}) < FEWEST_MONTHS):
        return None
    months_alone = all(day.day == 1 for day in different)
    return "dates of birth", not few and span >= LIFETIME_DAYS and not months_alone


def day_of(cell: Cell) -> date | None:
    """The day that a cell tells in any usual way, days first where both readings are days."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        return None
    text = ORDINAL.sub("", TIME.sub("", str(cell).strip()))
    if EIGHT.fullmatch(text):
        return _real(text[:4], text[4:6], text[6:]) or _real(text[4:], text[2:4], text[:2])
    if MONTH_ALONE.fullmatch(text):
        return _real(text[:4], text[5:], "1")
    parts = PARTS.split(text)
    return _of_parts(parts) if len(parts) == 3 and all(parts) else None


def _of_parts(parts: Sequence[str]) -> date | None:
    first, second, third = parts
    if len(first) == 4:
        return _real(first, second, third)
    return _real(third, second, first) or _real(third, first, second)


def _days(cells: Sequence[Cell]) -> Iterator[date]:
    for cell in cells:
        day = day_of(cell)
        if day is not None:
            yield day


def _real(year: str, month: str, day: str) -> date | None:
    name = month[:3].lower()
    number = str(1 + MONTHS.index(name)) if name in MONTHS and month.isalpha() else month
    if not all(part.isdecimal() for part in (year, number, day)) or len(year) not in (2, 4):
        return None
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if whole <= THIS_CENTURY else 1900
    try:
        return date(whole, int(number), int(day)) if OLDEST <= whole < NEWEST else None
    except ValueError:
        return None


def _is_regular(days: Sequence[date]) -> bool:
    """Steps that are mostly alike, ends of months, or one day in few months or steps alike."""
    steps = Counter((b - a).days for a, b in pairwise(days))
    if max(steps.values()) * 2 > len(days):
        return True
    if all(day.day >= 28 for day in days):
        return True
    if len({day.day for day in days}) == 1:
        months = [12 * day.year + day.month for day in days]
        gaps = Counter(b - a for a, b in pairwise(months))
        return (
            max(gaps.values()) * 2 > len(days) or len({day.month for day in days}) < FEWEST_MONTHS
        )
    return False
