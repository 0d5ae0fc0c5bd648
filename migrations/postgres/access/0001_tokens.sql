-- Sign-ins by bearer token. Only the hash is kept: who reads this table cannot sign in.

CREATE TABLE access.tokens (
    id text PRIMARY KEY,
    hash text NOT NULL UNIQUE,
    member_id text NOT NULL,
    function text NOT NULL,
    organisation text NOT NULL,
    label text NOT NULL,
    issued_at text NOT NULL,
    expires_at text NOT NULL,
    revoked_at text
);
