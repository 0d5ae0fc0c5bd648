-- Published grades in brief, evidence as a column, and which standards grade since when.

-- Read models are thrown away and folded again from the record: the follower starts anew.
DELETE FROM programmes;
DELETE FROM programme_sectors;
DELETE FROM programme_events;
DELETE FROM approaches;
DELETE FROM members;
DELETE FROM grades;
DELETE FROM tracking;

-- ln E that the programme works (candour@1): a list controls its false-discovery rate by it.
ALTER TABLE grades ADD COLUMN ln_e REAL;

-- The portfolio as known at any position: one range of this index (2^63 - 1 stands for "still").
DROP INDEX grades_by_stretch;
CREATE INDEX grades_by_stretch ON grades (
    subject_kind, standard, is_headline, coalesce(to_position, 9223372036854775807), from_position,
    ln_e, subject_id
);

-- Each standard that grades, and the position after which it graded every event; 0: from the first.
CREATE TABLE standards (
    standard TEXT PRIMARY KEY,
    since_position INTEGER NOT NULL
);

-- Where filling in the earlier history of a standard has come to; empty when it has come to the end.
CREATE TABLE filled_approaches (
    standard TEXT NOT NULL,
    approach_id TEXT NOT NULL,
    PRIMARY KEY (standard, approach_id)
);
