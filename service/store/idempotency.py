"""The row that answers a request again: written with its events, found by its key."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.book import IdempotencyRow
from service.store.database import Row

COLUMNS = """organisation, key, request_hash, stream_id, first_version, last_version, position,
       event_ids, recorded_at"""

SELECT_IDEMPOTENCY = f"SELECT {COLUMNS} FROM idempotency WHERE organisation = ? AND key = ?"

INSERT_IDEMPOTENCY = f"INSERT INTO idempotency ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def idempotency_values(row: IdempotencyRow, *, position: int) -> tuple[object, ...]:
    """The row as the table keeps it, with the position of its last event."""
    return (
        row.organisation,
        row.key,
        row.request_hash,
        str(row.stream_id),
        row.first_version,
        row.last_version,
        position,
        event_ids_text(row),
        row.recorded_at.isoformat(),
    )


def event_ids_text(row: IdempotencyRow) -> str:
    """The ids of the events as a JSON list."""
    return msgspec.json.encode(row.event_ids).decode()


def idempotency_row(row: Row) -> IdempotencyRow:
    """A row of the table as the domain knows it."""
    organisation, key, request_hash, stream_id, first, last, position, event_ids, recorded_at = row
    return IdempotencyRow(
        organisation=organisation,
        key=key,
        request_hash=request_hash,
        stream_id=UUID(str(stream_id)),
        first_version=first,
        last_version=last,
        event_ids=msgspec.json.decode(event_ids, type=tuple[UUID, ...]),
        recorded_at=datetime.fromisoformat(recorded_at),
        position=position,
    )
