-- The events of this store, in the order they were committed; and the answers given to requests.

CREATE TABLE peer.stored_events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    originator_id uuid NOT NULL,
    originator_version integer NOT NULL CHECK (originator_version >= 0),
    topic text NOT NULL,
    state bytea NOT NULL,
    CONSTRAINT stored_events_version UNIQUE (originator_id, originator_version)
);

CREATE TABLE peer.idempotency (
    organisation text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    stream_id uuid NOT NULL,
    first_version integer NOT NULL,
    last_version integer NOT NULL,
    position bigint NOT NULL,
    event_ids text NOT NULL,
    recorded_at text NOT NULL,
    CONSTRAINT idempotency_key PRIMARY KEY (organisation, key)
);

CREATE FUNCTION peer.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'stored_events is append-only';
END
$$;

CREATE TRIGGER stored_events_are_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON peer.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION peer.refuse_change();

-- One round trip per save. The lock is held until the commit is visible, so positions become
-- visible in their order and no reader that follows the log ever skips an event.
CREATE FUNCTION peer.append_events(
    ids uuid[],
    versions integer[],
    topics text[],
    states bytea[],
    of_organisation text DEFAULT NULL,
    of_key text DEFAULT NULL,
    of_request_hash text DEFAULT NULL,
    of_stream_id uuid DEFAULT NULL,
    of_first_version integer DEFAULT NULL,
    of_last_version integer DEFAULT NULL,
    of_event_ids text DEFAULT NULL,
    of_recorded_at text DEFAULT NULL
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    positions bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('candour peer.stored_events', 0));
    -- The key is asked first: a retry of a write that landed must learn that, not that it clashed.
    IF EXISTS (
        SELECT 1 FROM peer.idempotency WHERE organisation = of_organisation AND key = of_key
    ) THEN
        RAISE unique_violation
            USING MESSAGE = 'this key is already answered', CONSTRAINT = 'idempotency_key';
    END IF;
    WITH inserted AS (
        INSERT INTO peer.stored_events (originator_id, originator_version, topic, state)
        SELECT id, version, topic, state
        FROM unnest(ids, versions, topics, states) WITH ORDINALITY
            AS given (id, version, topic, state, place)
        ORDER BY place
        RETURNING position
    )
    SELECT array_agg(position ORDER BY position) INTO positions FROM inserted;
    IF of_key IS NOT NULL THEN
        INSERT INTO peer.idempotency
        VALUES (of_organisation, of_key, of_request_hash, of_stream_id, of_first_version,
                of_last_version, positions[cardinality(positions)], of_event_ids, of_recorded_at);
    END IF;
    RETURN positions;
END
$$;
