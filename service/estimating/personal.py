"""Personal data is refused by its shape before anything else is looked at, and never repeated.

Shapes err: a hospital can be called like a person. So a person may say that a column is about
nobody, which is recorded; never of what no other thing looks like.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from service.estimating.birthdays import births
from service.estimating.cells import FORMULA_FOUND, as_number, is_blank
from service.estimating.headers import NAMES, header_says
from service.estimating.identifiers import SECTOR, are_nhs_numbers
from service.estimating.refusals import EstimateRefused, Flaw, Reason
from service.estimating.shapes import (
    E_MAILS,
    POSTCODES,
    identifier_in,
    is_address,
    is_person,
    is_sentence,
    is_surname,
    is_titled,
)
from service.sheets import FORMULA, Cell, Sheet

# A name that some of a column's values have makes it a column of people; a place may be called so.
SHARE_OF_PEOPLE = 0.3
# Alone, a given name or a surname is as often a ward: more of them have to be names.
SHARE_OF_WORDS = 0.6
# What no place, code or figure looks like: nobody can say that it is something else.
CERTAIN = frozenset({E_MAILS, POSTCODES, "NHS numbers"})
TAKE_OUT = (
    "a file without that column; nobody has to be recognisable, and a code of your own can stand"
    " for a person"
)
OR_SAY = (
    "{}; or, where the column is about nobody, that said of it (not personal: a tick on the page,"
    " not_personal in the API, --not-personal COLUMN on the command line)"
)
NO_HEADER = "a first row with the names of the columns"


@dataclass(frozen=True, slots=True)
class Found:
    """What a column looks like, and whether that is beyond doubt."""

    called: str
    certain: bool = False


def check_nobody_is_named(
    sheet: Sheet, *, numeric: Collection[str], not_personal: Collection[str] = ()
) -> None:
    """Raises EstimateRefused naming every column that looks like personal data.

    `numeric` are columns that are used as numbers, `not_personal` those that a person says are
    about nobody.
    """
    flaws = [*_header_flaws(sheet)]
    for place, name in enumerate(sheet.header):
        column = sheet.column(name)
        found = [*_of_header(name, column), *_of_cells(column, numeric=name in numeric)]
        if name in not_personal:
            found = [one for one in found if one.certain]
        if found:
            told = next((one for one in found if one.certain), found[0])
            flaws.append(_flaw(sheet, place, told))
    if flaws:
        raise EstimateRefused(flaws, reason=Reason.PERSONAL)


def _flaw(sheet: Sheet, place: int, found: Found) -> Flaw:
    name = sheet.header[place]
    sayable = _is_plain(name) and not found.certain
    return Flaw(
        "file",
        f"looks like {found.called}",
        OR_SAY.format(TAKE_OUT) if sayable else TAKE_OUT,
        column=name if _is_plain(name) else f"number {place + 1}",
        sayable=sayable,
    )


def _header_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """A file without a header has somebody's data where the names of columns should be."""
    for place, name in enumerate(sheet.header):
        if not _is_plain(name):
            problem = "has data where the name of the column should be"
            yield Flaw("file", problem, NO_HEADER, column=f"number {place + 1}")


def _is_plain(header: str) -> bool:
    """Whether a header can be repeated: it names a column, and nobody."""
    person = identifier_in(header) or is_titled(header) or is_sentence(header)
    return not person and not are_nhs_numbers([header]) and is_person(header) is not True


def _of_header(name: str, column: Sequence[Cell]) -> Iterator[Found]:
    told = header_says(name, column)
    if told is not None:
        yield Found(told)


def _of_cells(column: Sequence[Cell], *, numeric: bool) -> Iterator[Found]:
    different = [cell for cell in dict.fromkeys(column) if not is_blank(cell)]
    if are_nhs_numbers(_written(different)):
        yield Found("NHS numbers", certain=True)
    texts = [cell for cell in different if isinstance(cell, str)]
    for text in texts:
        if numeric and as_number(text) is not None:
            continue
        if (called := identifier_in(text)) is not None:
            yield Found(called, certain=called in CERTAIN)
    if not numeric:
        yield from _of_texts(texts)
        born = births(column)
        if born is not None:
            yield Found(*born)


def _written(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        match cell:
            case str():
                yield cell
            case int() | float() if cell == int(cell):
                yield str(int(cell))


def _of_texts(texts: Sequence[str]) -> Iterator[Found]:
    if any(map(is_sentence, texts)):
        yield Found("sentences, which can name people")
    if _are_people(texts):
        yield Found(NAMES)
    for shape, called in (
        (is_address, "addresses"),
        (SECTOR.fullmatch, "postcodes finer than a district"),
    ):
        if sum(bool(shape(text)) for text in texts) * 2 > len(texts):
            yield Found(called)


def _are_people(texts: Sequence[str]) -> bool:
    """By those names that are whole; words that stand alone count only where most are names."""
    whole = [_is_named(text) for text in texts if not text.strip().isalpha()]
    alone = [_is_named(text) for text in texts if text.strip().isalpha()]
    judged = [person for person in whole if person is not None]
    if sum(judged) and sum(judged) >= SHARE_OF_PEOPLE * len(judged):
        return True
    return bool(alone) and sum(map(bool, alone)) >= SHARE_OF_WORDS * len(texts)


def _is_named(text: str) -> bool | None:
    if is_titled(text):
        return True
    person, surname = is_person(text), is_surname(text)
    if person or surname:
        return True
    return None if person is None or surname is None else False


def formulas_in(sheet: Sheet) -> Iterator[Flaw]:
    """Every cell with a formula, wherever it stands: what it would show is not known."""
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        for name, cell in zip(sheet.header, row, strict=True):
            if cell is FORMULA:
                yield Flaw("file", FORMULA_FOUND, "its value: copy, paste values", number, name)
