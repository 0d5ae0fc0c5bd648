-- Sign-ins by bearer token. Only the hash is kept: who reads this table cannot sign in.

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    member_id TEXT NOT NULL,
    function TEXT NOT NULL,
    organisation TEXT NOT NULL,
    label TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT
);
