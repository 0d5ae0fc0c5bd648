"""What a list of programmes can be narrowed by, and where its next page begins."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from domain.errors import InvalidValue
from service.readstore.documents import Document

# From the weakest up (design section 2).
CONFIDENCES = ("very low", "low", "moderate", "high")

IN_SECTOR = """
EXISTS (SELECT 1 FROM programme_sectors s WHERE s.sector = ? AND s.programme_id = p.id)
"""

Condition = tuple[str, tuple[object, ...]]


class Page(NamedTuple):
    """Documents in order, and the cursor of those that follow, if any."""

    documents: list[Document]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Every filter narrows; None leaves all in. Findings are those of the headline grade."""

    approach: str | None = None
    sector: str | None = None
    area: str | None = None
    status: str | None = None
    organisation: str | None = None
    q: str | None = None
    finding: str | None = None
    min_confidence: str | None = None

    def of_programme(self) -> list[Condition]:
        """Conditions on the table `programmes p`."""
        equal = (
            ("p.approach_id = ?", self.approach),
            ("p.area = ?", self.area),
            ("p.status = ?", self.status),
            ("p.organisation = ?", self.organisation),
            (IN_SECTOR, self.sector),
            ("p.search LIKE ? ESCAPE '!'", None if self.q is None else _pattern(self.q)),
        )
        return [(condition, (value,)) for condition, value in equal if value is not None]

    def of_grade(self) -> list[Condition]:
        """Conditions on the table `grades g`."""
        conditions: list[Condition] = []
        if self.finding is not None:
            conditions.append(("g.finding = ?", (self.finding,)))
        if self.min_confidence is not None:
            enough = _at_least(self.min_confidence)
            conditions.append((f"g.confidence IN ({', '.join('?' * len(enough))})", enough))
        return conditions


def joined(conditions: Sequence[Condition]) -> Condition:
    """All of them at once."""
    values = tuple(value for _, some in conditions for value in some)
    return " AND ".join(condition for condition, _ in conditions) or "1 = 1", values


def cursor_after(name: str, programme_id: str) -> str:
    """An opaque place in a list sorted by name and id."""
    return base64.urlsafe_b64encode(msgspec.json.encode((name, programme_id))).decode("ascii")


def after_cursor(cursor: str) -> tuple[str, str]:
    """The name and id that a cursor stands for."""
    try:
        plain = base64.urlsafe_b64decode(cursor.encode("ascii"))
        name, programme_id = msgspec.json.decode(plain, type=tuple[str, str])
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError, UnicodeDecodeError):
        accepted = "the cursor of an earlier page, as it was given"
        raise InvalidValue("cursor", "is no cursor of ours", accepted=accepted) from None
    return name, programme_id


def folded(*texts: object) -> str:
    """Text as searches compare it."""
    return " ".join(str(text) for text in texts).casefold()


def _pattern(q: str) -> str:
    escaped = folded(q)
    for special in "!%_":
        escaped = escaped.replace(special, "!" + special)
    return f"%{escaped}%"


def _at_least(confidence: str) -> tuple[str, ...]:
    if confidence not in CONFIDENCES:
        accepted = "one of " + ", ".join(CONFIDENCES)
        raise InvalidValue("min_confidence", f"is {confidence}", accepted=accepted)
    return CONFIDENCES[CONFIDENCES.index(confidence) :]
