-- The events of this store, in the order they were committed; and the answers given to requests.

-- AUTOINCREMENT: a position is never used twice, and VACUUM never renumbers it.
CREATE TABLE stored_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL CHECK (originator_version >= 0),
    topic TEXT NOT NULL,
    state BLOB NOT NULL CHECK (typeof(state) = 'blob'),
    UNIQUE (originator_id, originator_version)
);

CREATE TRIGGER stored_events_are_never_updated BEFORE UPDATE ON stored_events
BEGIN
    SELECT RAISE(ABORT, 'stored_events is append-only');
END;

CREATE TRIGGER stored_events_are_never_deleted BEFORE DELETE ON stored_events
BEGIN
    SELECT RAISE(ABORT, 'stored_events is append-only');
END;

-- INSERT OR REPLACE deletes without firing the trigger on deletion.
CREATE TRIGGER stored_events_are_never_replaced BEFORE INSERT ON stored_events
WHEN EXISTS (
    SELECT 1 FROM stored_events
    WHERE position = NEW.position
       OR (originator_id = NEW.originator_id AND originator_version = NEW.originator_version)
)
BEGIN
    SELECT RAISE(ABORT, 'stored_events: this version of the stream is already written');
END;

CREATE TABLE idempotency (
    organisation TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    first_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    event_ids TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (organisation, key)
) WITHOUT ROWID;
