"""Copies the GOV.UK Design System's stylesheet beside our pages, without its crown and typeface.

Both are reserved for services on the GOV.UK domain, and this one is not. `make setup` runs it.
"""

import re
import sys
from pathlib import Path

FONT_FACE = re.compile(r"@font-face\s*\{[^{}]*\}")
FONT_STACK = re.compile(r'"?GDS Transport"?,\s*arial,\s*sans-serif')
SYSTEM_STACK = '"Helvetica Neue",Arial,sans-serif'
CROWN_RULE = re.compile(r"[^{}]*(?:govuk-footer__crown[^{}]*\{[^{}]*|\{[^{}]*govuk-crest[^{}]*)\}")
EMPTY_AT_RULE = re.compile(r"@(?:media|supports)[^{}]*\{\s*\}")
SOURCE_MAP = re.compile(r"/\*#.*?\*/\s*")
CHARSET = '@charset "UTF-8";'
VERSION = re.compile(r'--govuk-frontend-version:"(6\.[^"]+)"')
FORBIDDEN = ("GDS Transport", "@font-face", "govuk-crest", "crown", "/assets/", "url(")
NOTICE = "/* govuk-frontend {}, MIT licence, (c) Crown Copyright (Government Digital Service) */"


class UnexpectedFrontEnd(Exception):
    """The govuk-frontend package is not laid out as this module knows it."""


def without_crown_and_typeface(css: str) -> str:
    """The stylesheet with a system font, and with no reference to crown, crest or font files."""
    version = VERSION.search(css)
    if version is None or not FONT_FACE.search(css) or not FONT_STACK.search(css):
        raise UnexpectedFrontEnd("this is not the stylesheet of govuk-frontend 6")
    css = FONT_STACK.sub(SYSTEM_STACK, FONT_FACE.sub("", css))
    css = CROWN_RULE.sub("", SOURCE_MAP.sub("", css))
    while EMPTY_AT_RULE.search(css):
        css = EMPTY_AT_RULE.sub("", css)
    left = [word for word in FORBIDDEN if word in css]
    if left:
        raise UnexpectedFrontEnd(f"the stylesheet still refers to {', '.join(left)}")
    return CHARSET + NOTICE.format(version[1]) + css.removeprefix(CHARSET)


def install(package: Path, target: Path) -> Path:
    """Writes the stylesheet of the npm package in `package` into the folder `target`."""
    source = package / "dist" / "govuk" / "govuk-frontend.min.css"
    if not source.is_file():
        raise UnexpectedFrontEnd(f"{source} is missing: run npm ci, or make clean setup")
    stylesheet = without_crown_and_typeface(source.read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    written = target / source.name
    written.write_text(stylesheet, encoding="utf-8")
    return written


if __name__ == "__main__":
    try:
        install(Path(sys.argv[1]), Path(sys.argv[2]))
    except (UnexpectedFrontEnd, OSError, IndexError) as error:
        sys.exit(f"front end: {error}")
