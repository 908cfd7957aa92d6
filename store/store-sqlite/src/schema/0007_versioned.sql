-- Records with a version: people, their sessions, what they granted and what
-- came of it. A version that does not know them neither reads nor writes them.
CREATE TABLE versioned (
    environment TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    forget_at   INTEGER,
    body        TEXT    NOT NULL,
    PRIMARY KEY (environment, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX versioned_by_end ON versioned (environment, forget_at)
    WHERE forget_at IS NOT NULL;

-- By what they are found. A look-up of a record never changes.
CREATE TABLE versioned_lookup (
    environment TEXT NOT NULL,
    kind        TEXT NOT NULL,
    lookup      TEXT NOT NULL,
    value       TEXT NOT NULL,
    id          TEXT NOT NULL,
    PRIMARY KEY (environment, kind, lookup, value, id)
) STRICT, WITHOUT ROWID;
