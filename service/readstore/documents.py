"""Documents as the tables keep them: JSON text, the same bytes for the same document."""

from collections.abc import Mapping
from typing import Any

import msgspec

Document = dict[str, Any]


def text_of(document: Mapping[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces."""
    return msgspec.json.encode(document, order="sorted").decode()


def document_of(text: str) -> Document:
    """The document of a text."""
    document: Document = msgspec.json.decode(text)
    return document


def column(value: object) -> str:
    """A text column; PostgreSQL has no form for NUL, and one bad name must not stop the log."""
    return str(value).replace("\x00", "\ufffd")
