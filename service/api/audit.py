"""The audit: the record row by row, exactly as it is stored, with the hash an auditor can redo."""

from typing import Any

from flask import Response

from domain.access import Action
from service.api.web import Blueprint, page_of
from service.auth import guarded
from service.context import context
from service.reading import leaf_hash
from service.schemas.documents import AuditPage
from service.schemas.queries import EntriesQuery
from service.store import StoredRow

audit = Blueprint(
    "audit",
    __name__,
    url_prefix="/v1/audit",
    description="The record exactly as it is stored, for those who check it.",
)


@audit.route("/entries")
@guarded(Action.READ_AUDIT)
@audit.arguments(EntriesQuery, location="query")
@audit.response(200, AuditPage)
def list_entries(query: dict[str, Any]) -> Response:
    """Read stored rows in the order of the log.

    A leaf is the RFC 6962 leaf hash of the five fields as stored, each preceded by its length in
    bytes as a big-endian 64-bit number: position, originator_id, originator_version and topic as
    text, then the state.
    """
    after, limit = query["after"], query["limit"]
    rows = context().record_lane.store.recorder.select_rows(after, limit)
    cursor = str(rows[-1].position) if len(rows) == limit else None
    return page_of([_entry(row) for row in rows], cursor=cursor, cursor_name="after")


def _entry(row: StoredRow) -> dict[str, Any]:
    return {
        "position": row.position,
        "originator_id": str(row.originator_id),
        "originator_version": row.originator_version,
        "topic": row.topic,
        "state": bytes(row.state).decode(),
        "leaf_hash": leaf_hash(row),
    }
