"""Personal data is refused by its shape before anything else is looked at, and never repeated."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from service.estimating.cells import as_number, is_blank
from service.estimating.periods import ISO_DAY, PARTED_DAY, read_periods
from service.estimating.refusals import EstimateRefused, Flaw, Reason
from service.estimating.shapes import (
    SECTOR,
    identifier_in,
    is_nhs_number,
    is_person,
    is_sentence,
    is_titled,
)
from service.sheets import FORMULA, Cell, Sheet

NAMES, PHONES = "people’s names", "phone numbers"
# What a header says of the column below it, once its words are parted by single spaces.
PEOPLE = (
    "patient|client|person|pupil|student|child|carer|staff|worker|tenant|resident|service user"
    "|participant|claimant|member|contact"
)
HEADERS: tuple[tuple[str, str], ...] = (
    (r"dob|d o b|date of birth|birth ?da(te|y)|born", "dates of birth"),
    (r"dod|date of death|death date", "dates of death"),
    (r"(sur|((fore|first|last|middle|given|family|full|maiden) ?))names?|initials", NAMES),
    (rf"({PEOPLE})s? names?|names? of (the )?({PEOPLE})s?", NAMES),
    (r"nhs( ?(no|num|number|id))?|chi ?(no|number)", "NHS numbers"),
    (r"ni ?(no|number)|nino|national insurance( number)?", "National Insurance numbers"),
    (r"e ?mail( address)?", "e-mail addresses"),
    (r"((mobile|tele|home|work) ?)?phone( no| number)?|(mobile|tel)( no| number)?", PHONES),
    (r"((home|street|full) )?address( line)?( \d)?|uprn", "addresses"),
)
HEADER_SHAPES = tuple((re.compile(words), called) for words, called in HEADERS)
# A name that some of a column's values have makes it a column of people; a place may be called so.
SHARE_OF_PEOPLE = 0.3
# People are born over a longer time than anything is measured day by day, and on no fixed day.
LIFETIME_DAYS = 15 * 365
FEWEST_BIRTHS = 3
TAKE_OUT = (
    "a file without that column; nobody has to be recognisable, and a code of your own can stand"
    " for a person"
)
NO_HEADER = "a first row with the names of the columns"


def check_nobody_is_named(sheet: Sheet, *, numeric: frozenset[str], periods: str | None) -> None:
    """Raises EstimateRefused naming every column that looks like personal data.

    `numeric` are columns that are used as numbers, `periods` the one that tells when.
    """
    flaws = [*_header_flaws(sheet)]
    for place, name in enumerate(sheet.header):
        column = tuple(row[place] for row in sheet.rows)
        found = _of_header(name) if any(not is_blank(cell) for cell in column) else None
        found = found or _of_cells(column, numeric=name in numeric, is_periods=name == periods)
        if found is not None:
            flaws.append(_flaw(sheet, place, found))
    if flaws:
        raise EstimateRefused(flaws, reason=Reason.PERSONAL)


def _flaw(sheet: Sheet, place: int, found: str) -> Flaw:
    name = sheet.header[place]
    shown = name if _is_plain(name) else f"number {place + 1}"
    return Flaw("file", f"looks like {found}", TAKE_OUT, column=shown)


def _header_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """A file without a header has somebody's data where the names of columns should be."""
    for place, name in enumerate(sheet.header):
        if not _is_plain(name):
            problem = "has data where the name of the column should be"
            yield Flaw("file", problem, NO_HEADER, column=f"number {place + 1}")


def _is_plain(header: str) -> bool:
    """Whether a header can be repeated: it names a column, and nobody."""
    person = identifier_in(header) or is_titled(header) or is_sentence(header)
    return not person and is_person(header) is not True


def _of_header(name: str) -> str | None:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = " ".join(re.sub(r"[\W_]+", " ", parted).lower().split())
    return next((called for shape, called in HEADER_SHAPES if shape.fullmatch(words)), None)


def _of_cells(column: Sequence[Cell], *, numeric: bool, is_periods: bool) -> str | None:
    different = [cell for cell in dict.fromkeys(column) if not is_blank(cell)]
    texts = [cell for cell in different if isinstance(cell, str)]
    if numeric:
        return _numbers_of_people(different)
    found = next(filter(None, map(identifier_in, _written(different))), None)
    return found or _of_texts(texts) or _births(column, is_periods=is_periods)


def _written(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        match cell:
            case str():
                yield cell
            case int() | float() if cell == int(cell):
                yield str(int(cell))


def _numbers_of_people(cells: Sequence[Cell]) -> str | None:
    """Of a column of numbers: one of eleven would pass the check by chance."""
    identified = [
        found
        for cell in cells
        if isinstance(cell, str) and as_number(cell) is None and (found := identifier_in(cell))
    ]
    if identified:
        return identified[0]
    ten = [
        text for text in _written(cells) if len(text.replace(" ", "")) == 10 and text.isdecimal()
    ]
    return "NHS numbers" if ten and sum(map(is_nhs_number, ten)) * 2 >= len(ten) else None


def _of_texts(texts: Sequence[str]) -> str | None:
    if any(map(is_titled, texts)):
        return NAMES
    if any(map(is_sentence, texts)):
        return "sentences, which can name people"
    judged = [person for text in texts if (person := is_person(text)) is not None]
    if sum(judged) and sum(judged) >= SHARE_OF_PEOPLE * len(judged):
        return NAMES
    sectors = sum(SECTOR.fullmatch(text) is not None for text in texts)
    return "postcodes finer than a district" if sectors * 2 > len(texts) else None


def _births(column: Sequence[Cell], *, is_periods: bool) -> str | None:
    """Days spread over a lifetime, on no fixed day of month or week, as birthdays are."""
    days = [cell for cell in column if _is_day(cell)]
    if len(days) * 2 < sum(not is_blank(cell) for cell in column):
        return None
    read = read_periods(tuple(days))
    different = sorted({day for day in read.values if isinstance(day, date)})
    if len(different) < FEWEST_BIRTHS or (different[-1] - different[0]).days < LIFETIME_DAYS:
        return None
    return None if _is_regular(different) else "dates of birth"


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    text = cell if isinstance(cell, str) else ""
    return bool(ISO_DAY.fullmatch(text) or PARTED_DAY.fullmatch(text))


def _is_regular(days: Sequence[date]) -> bool:
    """One day of the month (its last counts as one), or steps that are mostly alike."""
    if len({day.day for day in days}) == 1 or all(day.day >= 28 for day in days):
        return True
    gaps = Counter((b - a).days for a, b in pairwise(days))
    return max(gaps.values()) * 2 > len(days)


def formulas_in(sheet: Sheet) -> Iterator[Flaw]:
    """Every cell with a formula, wherever it stands: what it would show is not known."""
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        for name, cell in zip(sheet.header, row, strict=True):
            if cell is FORMULA:
                problem = "holds a formula, which is not computed here"
                yield Flaw("file", problem, "its value: copy, paste values", number, name)
