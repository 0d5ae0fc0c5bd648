-- Published grades in brief, evidence as a column, and which standards grade since when.

-- Read models are thrown away and folded again from the record: the follower starts anew.
DELETE FROM read.programmes;
DELETE FROM read.programme_sectors;
DELETE FROM read.programme_events;
DELETE FROM read.approaches;
DELETE FROM read.members;
DELETE FROM read.grades;
DELETE FROM read.tracking;

-- ln E that the programme works (candour@1): a list controls its false-discovery rate by it.
ALTER TABLE read.grades ADD COLUMN ln_e double precision;

-- The portfolio as known at any position: one range of this index (2^63 - 1 stands for "still").
DROP INDEX read.grades_by_stretch;
CREATE INDEX grades_by_stretch ON read.grades (
    subject_kind, standard, is_headline, coalesce(to_position, 9223372036854775807), from_position,
    ln_e, subject_id
);

-- Each standard that grades, and the position after which it graded every event; 0: from the first.
CREATE TABLE read.standards (
    standard text PRIMARY KEY,
    since_position bigint NOT NULL
);

-- Where filling in the earlier history of a standard has come to; empty when it has come to the end.
CREATE TABLE read.filled_approaches (
    standard text NOT NULL,
    approach_id text NOT NULL,
    PRIMARY KEY (standard, approach_id)
);
