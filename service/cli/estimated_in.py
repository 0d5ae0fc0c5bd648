"""Recorded estimates by the id of their event, from the database of the settings."""

from contextlib import closing
from uuid import UUID

import msgspec

from domain.contrast import Contrast
from domain.estimated import Estimated
from service.cli.main import CommandRefused
from service.settings import Settings
from service.store import open_record_store

OUTCOMES = ("programme.outcome_measured", "programme.outcome_corrected")
# Rows read at once.
AT_ONCE = 2000


def recorded(event_id: UUID) -> Contrast:
    """The contrast of an event of the record that holds an estimate; refused where none does."""
    with closing(open_record_store(Settings.from_environment())) as store:
        after, rows = 0, store.recorder.select_rows(0, AT_ONCE)
        while rows:
            for row in rows:
                after = row.position
                if row.topic in OUTCOMES and _id_of(bytes(row.state)) == str(event_id):
                    contrast: Contrast = store.mapper.to_domain_event(row).facts.contrast
                    if isinstance(contrast.result, Estimated):
                        return contrast
                    kind = contrast.result.kind
                    raise CommandRefused(f"the result of {event_id} is {kind}, no estimate")
            rows = store.recorder.select_rows(after, AT_ONCE)
    raise CommandRefused(f"no measured outcome stands under the event id {event_id}")


def _id_of(state: bytes) -> object:
    return msgspec.json.decode(state).get("event_id")
