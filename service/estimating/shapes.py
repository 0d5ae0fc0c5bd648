"""What can be about a person, told by its shape alone: numbers, addresses, names, sentences."""

import re

from service.estimating.given_names import (
    ALONE,
    EITHER,
    GIVEN_NAMES,
    PLACE_WORDS,
    SURNAMES,
    TITLES,
    listed,
)
from service.estimating.identifiers import INSURANCE, POSTCODE, PUPIL, plainly

E_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
SPOKEN_MAIL = re.compile(r"\S+ at \S+\.(?:com|net|org|uk)\b", re.IGNORECASE)
E_MAILS, POSTCODES = "e-mail addresses", "full postcodes"
# National numbers have ten or eleven digits (Ofcom, National Telephone Numbering Plan).
PHONE = re.compile(r"(?<![\w.])(?:\+44|0044|0)[ ().-]{0,2}[1235789](?:[ ().-]{0,2}\d){8,9}(?!\d)")
PARTED_PHONE = re.compile(r"(?<![\w.])0[1235789]\d{1,3}/\d{6,7}(?!\d)")
ABROAD = re.compile(r"(?<!\w)\+[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)")
WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SURNAME = r"[^\W\d_][\w'’-]+"
# John Smith 1: the second of a name, and no place.
NUMBERED = re.compile(r"(?<=[^\W\d_])[ _-]?\d{1,3}$")
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
ADDRESS = re.compile(
    r"(?:flat \w+,? )?\d+[a-z]?,? (?:[^\W\d]+[ '’-]?){1,4} ?(?:street|st|road|rd|lane|avenue|ave"
    r"|close|drive|way|court|crescent|gardens|terrace|place|grove|square|row|mews|walk|hill)\b.*",
    re.IGNORECASE,
)
LONGEST_NAME = 120
FEWEST_WORDS = 4


def identifier_in(text: str) -> str | None:
    """Which identifier of a person stands anywhere in a text, in the plural, or None.

    An NHS number is told from any ten digits by the column that it stands in.
    """
    plain = plainly(text)
    if ("@" in plain and E_MAIL.search(plain)) or SPOKEN_MAIL.search(plain):
        return E_MAILS
    if not any(letter.isdecimal() for letter in plain):
        return None
    for shape, called in (
        (POSTCODE, POSTCODES),
        (INSURANCE, "National Insurance numbers"),
        (PUPIL, "unique pupil numbers"),
        (PHONE, "phone numbers"),
        (PARTED_PHONE, "phone numbers"),
        (ABROAD, "phone numbers"),
    ):
        if shape.search(plain):
            return called
    return None


def is_address(text: str) -> bool:
    """Whether a text is a house in a street."""
    return ADDRESS.fullmatch(text) is not None


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
    bare = NUMBERED.sub("", text)
    words = _words(bare)
    if any(letter.isdecimal() for letter in bare) or not 1 <= len(words) <= 4:
        return False
    if PLACE_WORDS.intersection(words) or (bare != text and len(words) == 1):
        return False
    if len(words) == 1:
        return None if words[0] in ALONE else words[0] in GIVEN_NAMES
    if not GIVEN_NAMES.intersection((words[0], words[-1])):
        return _is_initialled(text)
    return None if EITHER.intersection(words) else True


def is_surname(text: str) -> bool | None:
    """Whether a text is a common surname, alone or after another word; None as `is_person`."""
    words = _words(text)
    if any(letter.isdecimal() for letter in text) or PLACE_WORDS.intersection(words):
        return False
    if len(words) == 1:
        return None if words[0] in ALONE | EITHER else words[0] in SURNAMES
    return len(words) == 2 and words[1] in SURNAMES and words[0] not in EITHER


def _is_initialled(text: str) -> bool | None:
    """J. Smith, J Smith, Smith, J: with a mark after it, lest Team J is a person."""
    if not INITIALLED.fullmatch(text):
        return False
    undecided = EITHER.intersection(_words(text)) or QUARTERED.fullmatch(text)
    return None if undecided else True


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORDS.findall(text)]
