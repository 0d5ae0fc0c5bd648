"""Periods as people write them: days, months, quarters, years, or numbers; never guessed."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from service.sheets import Cell

Period: TypeAlias = date | int

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00)?", re.ASCII)
PARTED_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
SHORT_YEAR = re.compile(
    r"\d{1,2}[/.-](?:\d{1,2}|[A-Za-z]{3})[/.-]\d{2}|[A-Za-z]{3}-\d{2}", re.ASCII
)
ISO_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})[ -](\d{4})", re.ASCII)
QUARTER = re.compile(r"(\d{4})[ -]?Q([1-4])|Q([1-4])[ -]?(\d{4})", re.ASCII | re.IGNORECASE)
FINANCIAL_YEAR = re.compile(r"(\d{4})[/-](\d{2})", re.ASCII)
WHOLE = re.compile(r"-?\d{1,9}(?:\.0+)?", re.ASCII)


class Style(StrEnum):
    """How a column writes its periods."""

    DAY = "a day such as 2019-04-01"
    MONTH = "a month such as 2019-04"
    QUARTER = "a quarter such as 2019-Q2"
    FINANCIAL_YEAR = "a financial year such as 2019/20"
    WHOLE = "a whole number, one more each period"


ANY_STYLE = "one of: " + "; ".join(Style)
AMBIGUOUS = "could be day/month or month/day"
# Where months and quarters are written, the periods in a year are plain.
CYCLES = {Style.MONTH: 12, Style.QUARTER: 4}
# Days between one period and the next -> periods in a cycle: weeks, months, quarters, years.
GAPS = ((1, 1, 7), (7, 7, 52), (28, 31, 12), (89, 92, 4), (365, 366, 1))


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """A column read: a period for each cell, or the problem with it, and how all are written."""

    values: tuple[Period | None, ...]
    problems: tuple[str | None, ...]
    style: Style | None
    day_first: bool = False

    @property
    def cycle(self) -> int | None:
        """How many of these periods make a year (or days a week); None where nothing tells."""
        if self.style in CYCLES:
            return CYCLES[self.style]
        days = sorted({value for value in self.values if isinstance(value, date)})
        gaps = Counter((later - day).days for day, later in pairwise(days))
        usual = max(gaps, key=lambda gap: (gaps[gap], -gap), default=0)
        return next((cycle for low, high, cycle in GAPS if low <= usual <= high), None)


def read_periods(cells: Sequence[Cell]) -> PeriodColumn:
    """A whole column, since one cell alone does not tell how the others are to be read."""
    texts = [_text(cell) for cell in cells]
    style = _style(texts)
    if style is None:
        return PeriodColumn(
            values=(None,) * len(texts),
            problems=tuple(_unreadable(text) for text in texts),
            style=None,
        )
    found = [_read(text, style) if text else None for text in texts]
    problems: list[str | None] = [
        None if value is not None else _unlike(text, style)
        for text, value in zip(texts, found, strict=True)
    ]
    parted = [index for index, text in enumerate(texts) if PARTED_DAY.fullmatch(text)]
    problem = _order_problem([texts[index] for index in parted]) if style is Style.DAY else None
    for index in parted if problem else ():
        found[index], problems[index] = None, problem
    return PeriodColumn(tuple(found), tuple(problems), style, day_first=bool(parted))


def read_period(cell: Cell, like: PeriodColumn) -> Period | None:
    """One period told apart from the column, in any style that names the same kind of period."""
    text = _text(cell)
    numbered = any(isinstance(value, int) for value in like.values)
    styles = (Style.WHOLE, Style.FINANCIAL_YEAR) if numbered else (*CYCLES, Style.DAY)
    if PARTED_DAY.fullmatch(text) and _order_problem([text]) and not like.day_first:
        return None
    return next((found for style in styles if (found := _read(text, style)) is not None), None)


def label_of(number: int, cycle: int) -> str:
    """What a period of a dated series is called that the engine has numbered by its cycle."""
    match cycle:
        case 1:
            return str(number)
        case 4:
            year, quarter = divmod(number - 1, 4)
            return f"{year} Q{quarter + 1}"
        case 12:
            year, month = divmod(number - 1, 12)
            return f"{year}-{month + 1:02}"
        case 52:
            return date.fromordinal(7 * number + 1).isoformat()
        case _:
            return date.fromordinal(number).isoformat()


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return "" if cell is None else "?"
    return str(cell)


def _style(texts: Sequence[str]) -> Style | None:
    """The style of most cells; of those that fit alike, the first that is listed."""
    filled = [text for text in texts if text]
    fitting = {style: sum(_read(text, style) is not None for text in filled) for style in Style}
    best = max(fitting, key=lambda style: fitting[style])
    if best is Style.MONTH and fitting[Style.FINANCIAL_YEAR] == len(filled) > 1:
        # 2009-10, 2010-11 in a row are years: as months they would be thirteen apart.
        return Style.FINANCIAL_YEAR if len(set(filled)) > 1 else best
    return best if fitting[best] else None


def _read(text: str, style: Style) -> Period | None:
    match style:
        case Style.DAY:
            return _day(text)
        case Style.MONTH:
            return _month(text)
        case Style.QUARTER:
            found = QUARTER.fullmatch(text)
            return None if found is None else _quarter(found)
        case Style.FINANCIAL_YEAR:
            return _financial_year(text)
        case Style.WHOLE:
            return int(float(text)) if WHOLE.fullmatch(text) else None


def _day(text: str) -> date | None:
    """ISO, or day first, else month first: `_order_problem` refuses where that could be wrong."""
    if iso := ISO_DAY.fullmatch(text):
        return _real(*map(int, iso.groups()))
    if parted := PARTED_DAY.fullmatch(text):
        first, second, year = map(int, parted.groups())
        return _real(year, second, first) or _real(year, first, second)
    return None


def _month(text: str) -> date | None:
    iso, named = ISO_MONTH.fullmatch(text), NAMED_MONTH.fullmatch(text)
    if iso:
        return _real(int(iso[1]), int(iso[2]), 1)
    if named and named[1][:3].lower() in MONTHS:
        return _real(int(named[2]), 1 + MONTHS.index(named[1][:3].lower()), 1)
    return None


def _quarter(found: re.Match[str]) -> date | None:
    year, quarter = found[1] or found[4], found[2] or found[3]
    return _real(int(year), 3 * int(quarter) - 2, 1)


def _financial_year(text: str) -> int | None:
    found = FINANCIAL_YEAR.fullmatch(text)
    if found is None or int(found[2]) != (int(found[1]) + 1) % 100:
        return None
    return int(found[1])


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _order_problem(texts: Sequence[str]) -> str | None:
    """Why day/month/year cannot be taken for granted in these dates, or None where it can."""
    days = [tuple(map(int, re.split(r"[/.-]", text)[:2])) for text in texts]
    firsts, seconds = {first for first, _ in days}, {second for _, second in days}
    if any(second > 12 for second in seconds):
        return "is written month first"
    told_apart = any(first > 12 for first in firsts)
    either_way = all(first == second for first, second in days)
    # Read month first, the firsts of several months would all lie in the same Januaries.
    monthly = firsts == {1} and len(seconds) > 1
    return None if told_apart or either_way or monthly else AMBIGUOUS


def _unlike(text: str, style: Style) -> str:
    known = any(_read(text, other) is not None for other in Style)
    return f"is not {style.value}, as most others are" if known else _unreadable(text)


def _unreadable(text: str) -> str:
    if not text:
        return "is blank"
    if SHORT_YEAR.fullmatch(text):
        return "has a year of two digits"
    return "is no period"
