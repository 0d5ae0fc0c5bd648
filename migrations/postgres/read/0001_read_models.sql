-- Read models: documents folded from events, with the columns that lists are filtered by.

CREATE TABLE read.programmes (
    id text PRIMARY KEY,
    approach_id text NOT NULL,
    organisation text NOT NULL,
    area text NOT NULL,
    status text NOT NULL,
    name text NOT NULL,
    -- What a search looks through, folded to one case by the program, alike on both databases.
    search text NOT NULL,
    document text NOT NULL
);
CREATE INDEX programmes_by_name ON read.programmes (name, id);
CREATE INDEX programmes_by_approach ON read.programmes (approach_id, name, id);
CREATE INDEX programmes_by_area ON read.programmes (area, name, id);

CREATE TABLE read.programme_sectors (
    programme_id text NOT NULL,
    sector text NOT NULL,
    PRIMARY KEY (sector, programme_id)
);

CREATE TABLE read.programme_events (
    position bigint PRIMARY KEY,
    programme_id text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    happened_on text NOT NULL,
    recorded_at text NOT NULL,
    document text NOT NULL
);
CREATE INDEX programme_events_by_programme ON read.programme_events (programme_id, position);
CREATE INDEX programme_events_by_recorded_at ON read.programme_events (recorded_at, position);

CREATE TABLE read.approaches (
    id text PRIMARY KEY,
    name text NOT NULL,
    document text NOT NULL
);
CREATE INDEX approaches_by_name ON read.approaches (name, id);

CREATE TABLE read.members (
    id text PRIMARY KEY,
    organisation text NOT NULL,
    document text NOT NULL
);

-- One row for each stretch of the log during which a grade stood; to_position NULL: it stands.
CREATE TABLE read.grades (
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    standard text NOT NULL,
    outcome text NOT NULL,
    version integer NOT NULL,
    is_headline integer NOT NULL,
    finding text,
    confidence text,
    demonstrably_works integer NOT NULL,
    document text NOT NULL,
    from_position bigint NOT NULL,
    to_position bigint,
    PRIMARY KEY (subject_kind, subject_id, standard, outcome, version, from_position)
);
-- The portfolio as known at any position: one range of this index (2^63 - 1 stands for "still").
CREATE INDEX grades_by_stretch ON read.grades (
    subject_kind, standard, is_headline, coalesce(to_position, 9223372036854775807), from_position
);

CREATE TABLE read.tracking (
    projection text PRIMARY KEY,
    position bigint NOT NULL
);
