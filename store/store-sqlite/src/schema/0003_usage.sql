-- How credentials are used: sums of what gates report. No part of the audit. A
-- version that does not know it neither reads nor writes it.
CREATE TABLE usage (
    environment TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    last_at     INTEGER,
    body        TEXT    NOT NULL,
    PRIMARY KEY (environment, kind, id)
) STRICT, WITHOUT ROWID;
