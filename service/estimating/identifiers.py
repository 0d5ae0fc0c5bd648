"""Numbers that identify a person, however their digits are parted: NHS, insurance, postcodes."""

import re
import unicodedata
from collections.abc import Iterable

# The 124 areas there are (Royal Mail, Postcode Address File), and GIR for Girobank.
AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E"
    "|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL"
    "|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM"
    "|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
APART = r"[ \-_./]{0,2}"
# Outward and inward code (BS 7666); a district alone (NG2) passes.
POSTCODE = re.compile(
    rf"(?<![A-Za-z0-9])(?:GIR{APART}0AA|(?:{AREAS})[1-9][A-Z\d]?{APART}\d[ABD-HJLNP-UW-Z]{{2}})"
    r"(?![A-Za-z0-9])",
    re.ASCII | re.IGNORECASE,
)
SECTOR = re.compile(
    rf"(?:{AREAS})[1-9][A-Z\d]?[ \-_./]{{1,2}}\d[ABD-HJLNP-UW-Z]?", re.ASCII | re.IGNORECASE
)
# Prefixes that HM Revenue and Customs does not give out are left out (NIM39110).
INSURANCE = re.compile(
    rf"(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{APART}\d{{2}}{APART}\d{{2}}{APART}\d{{2}}"
    rf"{APART}[A-D](?![A-Za-z0-9])",
    re.ASCII | re.IGNORECASE,
)
# A letter that checks eleven digits, and one more (Department for Education, unique pupil numbers).
PUPIL = re.compile(r"(?<![A-Za-z0-9])[A-HJ-NP-RT-Z]\d{11}[0-9A-Z](?![A-Za-z0-9])", re.ASCII)
# Ten digits, parted in any way; each place where they could begin is looked at.
TEN_DIGITS = re.compile(r"(?<!\d)(?=((?:\d[ .,/_-]{0,2}){9}\d)(?!\d))", re.ASCII)
DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
# One number of eleven passes the check by chance: of so many the half has to pass, and of more,
# where chance is told apart sooner, so large a share.
FEW, SHARE_OF_MANY = 10, 0.3


def plainly(text: str) -> str:
    """A text with digits, dashes and spaces of one kind each (Unicode's compatibility forms)."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def is_nhs_number(text: str) -> bool:
    """Ten digits whose last one checks the others: modulus 11 (NHS Data Dictionary)."""
    digits = [int(letter) for letter in text if letter.isdecimal()]
    if len(digits) != 10 or not any(digits):
        return False
    total = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == digits[-1]


def are_nhs_numbers(texts: Iterable[str]) -> bool:
    """Whether more of the ten-digit numbers in texts pass the check than would by chance."""
    found = [TEN_DIGITS.findall(plainly(text)) for text in texts]
    checked = [any(map(is_nhs_number, numbers)) for numbers in found if numbers]
    if len(checked) < FEW:
        return any(checked) and sum(checked) * 2 >= len(checked)
    return sum(checked) >= SHARE_OF_MANY * len(checked)
