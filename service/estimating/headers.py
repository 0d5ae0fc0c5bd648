"""What the name of a column says of the cells below it: whose they are."""

import re
from collections.abc import Sequence

from service.estimating.cells import as_number, is_blank
from service.sheets import Cell

PEOPLE = (
    "patient|client|person|pupil|student|child|carer|staff|worker|tenant|resident|service user"
    "|participant|claimant|member|contact"
)
NAMES, PHONES, BIRTHS = "people’s names", "phone numbers", "dates of birth"
# What a header says anywhere in it, or (with an end) as a whole, once its words are parted by
# single spaces: `patient_nhs_number` is "patient nhs number".
ANYWHERE: tuple[tuple[str, str], ...] = (
    (r"dobs?|d o b|dates? (of )?birth|birth ?da(te|y)|birth (dt|month)", BIRTHS),
    (r"nhs ?(no|num|number|id|ref|reference)|(hospital|hosp) (no|num|number|id)|mrn",
     "NHS or hospital numbers"),
    (r"upn|unique pupil (no|number)", "unique pupil numbers"),
    (r"(sur|((fore|first|last|middle|given|family|full|maiden) ?))names?( s)?|initials", NAMES),
    (rf"({PEOPLE})s? names?|names? of (the )?({PEOPLE})s?", NAMES),
    (r"nino|national insurance( (no|number))?|ni (no|number)", "National Insurance numbers"),
    (r"e ?mail", "e-mail addresses"),
    (r"date of death|death date|dod", "dates of death"),
    (r"((home|street|full) )address|uprn", "addresses"),
)  # fmt: skip
WHOLE: tuple[tuple[str, str], ...] = (
    (r"born( on)?|date born", BIRTHS),
    (r"(\w+ )?nhs", "NHS or hospital numbers"),
    (r"chi ?(no|number)", "NHS or hospital numbers"),
    (r"((mobile|tele|home|work) ?)?phone( no| number)?|(mobile|tel)( no| number)?", PHONES),
    (r"address( line)?( \d)?", "addresses"),
)
SHAPES = (
    *((re.compile(rf"\b(?:{words})\b"), called) for words, called in ANYWHERE),
    *((re.compile(rf"^(?:{words})$"), called) for words, called in WHOLE),
)
# Fewer digits than a phone number has without its area, or an identifier has.
FEWEST_DIGITS = 6
# How many mobiles, how many staff by name: counts. Words under "born" are countries.
COUNTABLE = frozenset({PHONES, NAMES})
OF_DIGITS = re.compile(r"chi ?(no|number)")


def header_says(name: str, column: Sequence[Cell]) -> str | None:
    """What a header says that the column holds of people, unless its cells cannot be that."""
    there = [cell for cell in column if not is_blank(cell)]
    words = _parted(name)
    for shape, called in SHAPES:
        if there and shape.search(words) and not _cannot_be(called, words, there):
            return called
    return None


def _parted(name: str) -> str:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", parted).lower().split())


def _cannot_be(called: str, words: str, cells: Sequence[Cell]) -> bool:
    if called == BIRTHS and words == "born":
        return not any(letter.isdecimal() for cell in cells for letter in str(cell))
    if called in COUNTABLE or OF_DIGITS.fullmatch(words):
        return all(as_number(cell) is not None and _digits(cell) < FEWEST_DIGITS for cell in cells)
    return False


def _digits(cell: Cell) -> int:
    return sum(letter.isdecimal() for letter in str(cell))
