"""What can be about a person, told by its shape alone: numbers, addresses, names, sentences."""

import re

from service.estimating.given_names import EITHER, GIVEN_NAMES, PLACE_WORDS, TITLES, listed

E_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Outward and inward code (BS 7666); a district alone (NG2) passes.
POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.ASCII | re.IGNORECASE
)
SECTOR = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d", re.ASCII | re.IGNORECASE)
# Prefixes that HM Revenue and Customs does not give out are left out (NIM39110).
INSURANCE = re.compile(
    r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.ASCII | re.IGNORECASE
)
# National numbers have ten or eleven digits (Ofcom, National Telephone Numbering Plan).
PHONE = re.compile(r"(?<![\w.])(?:\+44|0044|0)[ ().-]{0,2}[1235789](?:[ ().-]{0,2}\d){8,9}(?!\d)")
ABROAD = re.compile(r"(?<!\w)\+[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)")
TEN_DIGITS = re.compile(r"(?<![\d.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d.])", re.ASCII)
WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SURNAME = r"[^\W\d_][\w'’-]+"
INITIALLED = re.compile(rf"(?:[A-Z](?:\. ?| )){{1,3}}{SURNAME}|{SURNAME}(?:,? [A-Z]\.|, [A-Z])+")
# W Yorkshire, N. Somerset: a quarter of the sky, or somebody's initial.
QUARTERED = re.compile(rf"[NSEW]\.? {SURNAME}")
# Words of sentences about people; a list of places has none of them.
TELLING = listed(
    """
    after are because been before but did does feels felt had has have he her hers him his i
    is lived lives me my needed needs not our said says she their them they told very wanted
    wants was we were when who
    """
)
LONGEST_NAME = 120
FEWEST_WORDS = 4


def is_nhs_number(text: str) -> bool:
    """Ten digits whose last one checks the others: modulus 11 (NHS Data Dictionary)."""
    digits = [int(letter) for letter in text if letter.isdecimal()]
    if len(digits) != 10 or not any(digits):
        return False
    total = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == digits[-1]


def identifier_in(text: str) -> str | None:
    """Which identifier of a person stands anywhere in a text, in the plural, or None."""
    if "@" in text and E_MAIL.search(text):
        return "e-mail addresses"
    if not any(letter.isdecimal() for letter in text):
        return None
    if any(is_nhs_number(found) for found in TEN_DIGITS.findall(text)):
        return "NHS numbers"
    for shape, called in (
        (INSURANCE, "National Insurance numbers"),
        (POSTCODE, "full postcodes"),
        (PHONE, "phone numbers"),
        (ABROAD, "phone numbers"),
    ):
        if shape.search(text):
            return called
    return None


def is_sentence(text: str) -> bool:
    """Whether a text tells something, instead of naming it."""
    if len(text) > LONGEST_NAME:
        return True
    words = [word.lower() for word in WORDS.findall(text)]
    return len(words) >= FEWEST_WORDS and any(word in TELLING for word in words)


def is_titled(text: str) -> bool:
    """Whether a text is a person with a title: Mrs, Dr; the surgery of one is a place."""
    words = _words(text)
    return len(words) > 1 and words[0] in TITLES and not PLACE_WORDS.intersection(words)


def is_person(text: str) -> bool | None:
    """Whether a text has the shape of a person's name; None where a place could be called so."""
    words = _words(text)
    if any(letter.isdecimal() for letter in text) or not 1 <= len(words) <= 4:
        return False
    if PLACE_WORDS.intersection(words):
        return False
    if len(words) == 1:
        return words[0] in GIVEN_NAMES
    if not GIVEN_NAMES.intersection((words[0], words[-1])):
        return _is_initialled(text)
    return None if EITHER.intersection(words) else True


def _is_initialled(text: str) -> bool | None:
    """J. Smith, J Smith, Smith, J: with a mark after it, lest Team J is a person."""
    if not INITIALLED.fullmatch(text):
        return False
    undecided = EITHER.intersection(_words(text)) or QUARTERED.fullmatch(text)
    return None if undecided else True


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORDS.findall(text)]
