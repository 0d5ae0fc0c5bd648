-- The keys that seal words, each wrapped by a key outside the database; wrapped NULL: destroyed.

CREATE TABLE peer.organisation_keys (
    id text PRIMARY KEY,
    -- A keyed hash: who reads this table does not learn which organisations share lessons.
    organisation text NOT NULL,
    wrapped text,
    made_at text NOT NULL,
    destroyed_at text,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_living_key_an_organisation
    ON peer.organisation_keys (organisation) WHERE wrapped IS NOT NULL;
