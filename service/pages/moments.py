"""The moment a page is asked for: what had happened by a day, what we had been told by a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

from service.pages.forms import DATE_PARTS, Form
from service.reading import Moment


def query_of(moment: Moment) -> str:
    """The moment as the end of an address, empty for now."""
    asked = {}
    if moment.as_of is not None:
        asked["as_of"] = moment.as_of.isoformat()
    if moment.known_at is not None:
        asked["known_at"] = moment.known_at.isoformat()
    return f"?{urlencode(asked)}" if asked else ""


def moment_of(arguments: Mapping[str, str]) -> tuple[Moment, Form]:
    """The moment that an address names, in one field or three boxes, and the form that says so."""
    form = Form.blank(_boxes(arguments))
    as_of = form.day("as_of", "the day") if _asked(form, "as_of") else None
    known_on = form.day("known_at", "the day") if _asked(form, "known_at") else None
    exact = _instant(arguments.get("known_at", ""))
    end = datetime.combine(known_on, time.max, tzinfo=UTC) if known_on else None
    return Moment(as_of, exact or end), form


def _asked(form: Form, name: str) -> bool:
    return any(form.value(f"{name}-{part}") for part in DATE_PARTS)


def _boxes(arguments: Mapping[str, str]) -> dict[str, str]:
    """A day given in one field fills the three boxes."""
    boxes = dict(arguments)
    for name in ("as_of", "known_at"):
        given = arguments.get(name, "")
        try:
            known = date.fromisoformat(given[:10])
        except ValueError:
            if given:
                boxes[f"{name}-day"] = given
            continue
        parts = zip(DATE_PARTS, (known.day, known.month, known.year), strict=True)
        boxes |= {f"{name}-{part}": str(value) for part, value in parts}
    return boxes


def _instant(given: str) -> datetime | None:
    """An instant with its offset; a bare day is left to the three boxes."""
    try:
        known = datetime.fromisoformat(given) if len(given) > len("2024-01-01") else None
    except ValueError:
        return None
    if known is None:
        return None
    return known if known.tzinfo is not None else known.replace(tzinfo=UTC)
