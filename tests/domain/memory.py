"""An in-memory store for books: the engine's own recorder, with the two methods a book asks for."""

import json
from dataclasses import replace
from threading import RLock

from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder, POPOFactory

from domain.errors import KeyTaken
from domain.values import Envelope
from service.wire import from_wire, to_wire


class MemoryRecorder(POPOApplicationRecorder):
    """Keeps idempotency rows beside the events, both or neither."""

    def __init__(self):
        super().__init__()
        self.rows = {}
        self.before_insert = []  # what other writers do between our load and our save
        self.after_insert = []  # what happens to the reply
        self.lock = RLock()

    def insert_events(self, stored_events, *, idempotency=None, **kwargs):
        while self.before_insert:
            self.before_insert.pop()()
        with self.lock:
            name = (idempotency.organisation, idempotency.key)
            if name in self.rows:
                raise KeyTaken("taken")
            positions = super().insert_events(stored_events, **kwargs)
            self.rows[name] = replace(idempotency, position=positions[-1])
        while self.after_insert:
            self.after_insert.pop()()
        return positions

    def find_idempotency(self, organisation, key):
        return self.rows.get((organisation, key))


class JsonMapper(Mapper):
    """Events to JSON and back, as a mapper makes them: no constructor of ours is called."""

    def __init__(self, events):
        self.events = events

    def to_stored_event(self, event):
        state = {"envelope": to_wire(event.envelope), "facts": to_wire(event.facts)}
        return StoredEvent(
            event.originator_id, event.originator_version, event.TOPIC, json.dumps(state).encode()
        )

    def to_domain_event(self, stored):
        event_class, facts_type = self.events[stored.topic]
        state = json.loads(stored.state)
        envelope = from_wire(Envelope, state["envelope"])
        event = object.__new__(event_class)
        vars(event).update(
            originator_id=stored.originator_id,
            originator_version=stored.originator_version,
            timestamp=envelope.recorded_at,
            envelope=envelope,
            facts=from_wire(facts_type, state["facts"]),
        )
        return event


class MemoryFactory(POPOFactory):
    """Gives a book the recorder above and the mapper of its own events."""

    def __init__(self, events):
        super().__init__({})
        self.recorder = MemoryRecorder()
        self.events = events

    def application_recorder(self):
        return self.recorder

    def mapper(self, transcoder=None, mapper_class=None):
        return JsonMapper(self.events)
