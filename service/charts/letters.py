"""How much room words take before a font is at hand: guessed, rather too much than too little."""

import re
import unicodedata

# Shares of the font's size: those of Arial and of its twin Liberation Sans, rounded up.
NARROW, USUAL, FOREIGN, CAPITAL, WIDE = 0.32, 0.57, 0.65, 0.74, 0.96
NARROW_LETTERS = frozenset(" \u00a0!'(),-./:;I[]fijlrt|")
WIDE_LETTERS = frozenset("%@MWmw—…")
BOLD = 1.08
# Of the width of a page for running words, so that they fit in DejaVu Sans, the widest stand-in.
PROSE = 0.88
# White space at which words may be parted; the unbreakable space is none of it.
BREAKS = re.compile(r"[ \t\r\n\f\v]+")
UNBREAKABLE = "\u00a0"
# Scripts past the Latin, Greek, Cyrillic, Hebrew and Arabic blocks; pictures start at U+1F000.
FIRST_BROAD, BROAD = "\u0900", 1.1
FIRST_PICTURE, PICTURE = "\U0001f000", 1.4
# Marks that stand on the letter before them, and signs that are not drawn.
WITHOUT_ROOM = frozenset({"Mn", "Me", "Cf"})
JOINERS = "\u200d\ufe0e\ufe0f"


def width_of(words: str, font: float, *, bold: bool = False) -> float:
    """The width of the words on one line, rather too large than too small."""
    share = sum(_share(letter) for letter in words)
    return font * share * (BOLD if bold else 1.0)


def in_lines(words: str, *, room: float, font: float, most: int) -> list[str]:
    """The words on at most `most` lines, broken between words where possible, the rest left out."""
    lines: list[str] = []
    rest = plain(words)
    while rest and len(lines) < most - 1:
        line = _first_line(rest, room, font)
        lines.append(line)
        rest = rest[len(line) :].strip()
    if rest or not lines:
        lines.append(fitted(rest, room=room, font=font))
    return lines


def fitted(words: str, *, room: float, font: float) -> str:
    """The words on one line, cut with an ellipsis where they would not fit."""
    whole = plain(words)
    if width_of(whole, font) <= room:
        return whole
    return _prefix(whole, room - width_of("…", font), font).rstrip() + "…"


def plain(words: str) -> str:
    """The words with one space between them."""
    return BREAKS.sub(" ", words).strip(" ")


def unbroken(words: str) -> str:
    """The words so that they stay on one line."""
    return words.replace(" ", UNBREAKABLE)


def _first_line(words: str, room: float, font: float) -> str:
    if width_of(words, font) <= room:
        return words
    start = _prefix(words, room, font)
    if words[len(start) :].startswith(" "):
        return start
    return start[: max(start.rfind(" "), start.rfind("-") + 1)] or start


def _prefix(words: str, room: float, font: float) -> str:
    """As many letters as fit, at least one; never between a letter and the marks on it."""
    taken, width = 0, 0.0
    for letter in words:
        width += font * _share(letter)
        if width > room and taken:
            break
        taken += 1
    while 1 < taken < len(words) and _clings(words, taken):
        taken -= 1
    return words[:taken]


def _clings(words: str, at: int) -> bool:
    return unicodedata.category(words[at]) in WITHOUT_ROOM or words[at - 1] in JOINERS


def _share(letter: str) -> float:
    if letter in NARROW_LETTERS:
        return NARROW
    if letter in WIDE_LETTERS:
        return WIDE
    if letter.isascii():
        return CAPITAL if letter.isupper() else USUAL
    if unicodedata.category(letter) in WITHOUT_ROOM:
        return 0.0
    if letter >= FIRST_BROAD:
        return PICTURE if letter >= FIRST_PICTURE else BROAD
    return CAPITAL if letter.isupper() else FOREIGN
