-- What the store belongs to.
CREATE TABLE installation (
    only_row    INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    environment TEXT    NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

-- The newest revision and the end of the audit chain. One row, updated inside
-- each transaction.
CREATE TABLE head (
    only_row       INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    revision       INTEGER NOT NULL,
    audit_sequence INTEGER NOT NULL,
    audit_digest   BLOB    NOT NULL CHECK (length(audit_digest) = 32)
) STRICT;
INSERT INTO head VALUES (1, 0, 0, zeroblob(32));

-- The records. A body is the whole record; the columns beside it are what is
-- asked for. An operator token and a signing key belong to no organisation.
CREATE TABLE api_key (
    environment  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    body         TEXT    NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_by_organisation ON api_key (environment, organisation, id);

CREATE TABLE client (
    environment  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    body         TEXT    NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_by_organisation ON client (environment, organisation, id);

CREATE TABLE operator_token (
    environment  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    organisation TEXT,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    body         TEXT    NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_key (
    environment  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    organisation TEXT,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    body         TEXT    NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inventory (
    environment TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    PRIMARY KEY (environment, version)
) STRICT;

-- The change log. Trimmed from its old end.
CREATE TABLE change (
    revision INTEGER NOT NULL PRIMARY KEY,
    body     TEXT    NOT NULL
) STRICT;

-- The fold of every change so far, including those that were trimmed: what a
-- snapshot is made of.
CREATE TABLE gate_fact (
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    expires_at INTEGER,
    body       TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE audit (
    sequence   INTEGER NOT NULL PRIMARY KEY,
    request_id TEXT    NOT NULL,
    previous   BLOB    NOT NULL,
    digest     BLOB    NOT NULL,
    body       TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_request ON audit (request_id);
