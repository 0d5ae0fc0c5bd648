"""One state of every event and schema version that was ever shipped is read for ever."""

from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain.record import RECORD_EVENTS
from migrations.upcasting import SCHEMAS
from service.store import EventMapper

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))


def test_every_version_of_every_event_has_its_golden_state():
    shipped = {
        f"{topic}.{schema}.json"
        for topic in RECORD_EVENTS
        for schema in range(1, SCHEMAS.get(topic, 1) + 1)
    }
    assert {file.name for file in FILES} == shipped


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_state_is_read_and_the_newest_is_written_alike(file):
    topic, schema = file.stem.rsplit(".", 1)
    state = file.read_bytes().rstrip(b"\n")
    stored = StoredEvent(originator_id=UUID(int=1), originator_version=0, topic=topic, state=state)
    mapper = EventMapper(RECORD_EVENTS)

    event = mapper.to_domain_event(stored)

    assert isinstance(event, RECORD_EVENTS[topic].event_class)
    if int(schema) == SCHEMAS.get(topic, 1):
        assert mapper.to_stored_event(event).state == state
