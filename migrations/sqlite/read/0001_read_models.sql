-- Read models: documents folded from events, with the columns that lists are filtered by.

CREATE TABLE programmes (
    id TEXT PRIMARY KEY,
    approach_id TEXT NOT NULL,
    organisation TEXT NOT NULL,
    area TEXT NOT NULL,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What a search looks through, folded to one case by the program, alike on both databases.
    search TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX programmes_by_name ON programmes (name, id);
CREATE INDEX programmes_by_approach ON programmes (approach_id, name, id);
CREATE INDEX programmes_by_area ON programmes (area, name, id);

CREATE TABLE programme_sectors (
    programme_id TEXT NOT NULL,
    sector TEXT NOT NULL,
    PRIMARY KEY (sector, programme_id)
);

CREATE TABLE programme_events (
    position INTEGER PRIMARY KEY,
    programme_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX programme_events_by_programme ON programme_events (programme_id, position);
CREATE INDEX programme_events_by_recorded_at ON programme_events (recorded_at, position);

CREATE TABLE approaches (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX approaches_by_name ON approaches (name, id);

CREATE TABLE members (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    document TEXT NOT NULL
);

-- One row for each stretch of the log during which a grade stood; to_position NULL: it stands.
CREATE TABLE grades (
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    standard TEXT NOT NULL,
    outcome TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_headline INTEGER NOT NULL,
    finding TEXT,
    confidence TEXT,
    demonstrably_works INTEGER NOT NULL,
    document TEXT NOT NULL,
    from_position INTEGER NOT NULL,
    to_position INTEGER,
    PRIMARY KEY (subject_kind, subject_id, standard, outcome, version, from_position)
);
-- The portfolio as known at any position: one range of this index (2^63 - 1 stands for "still").
CREATE INDEX grades_by_stretch ON grades (
    subject_kind, standard, is_headline, coalesce(to_position, 9223372036854775807), from_position
);

CREATE TABLE tracking (
    projection TEXT PRIMARY KEY,
    position INTEGER NOT NULL
);
