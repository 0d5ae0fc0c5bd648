-- The keys that seal words, each wrapped by a key outside the database; wrapped NULL: destroyed.

CREATE TABLE organisation_keys (
    id TEXT PRIMARY KEY,
    -- A keyed hash: who reads this table does not learn which organisations share lessons.
    organisation TEXT NOT NULL,
    wrapped TEXT,
    made_at TEXT NOT NULL,
    destroyed_at TEXT,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_living_key_an_organisation
    ON organisation_keys (organisation) WHERE wrapped IS NOT NULL;
