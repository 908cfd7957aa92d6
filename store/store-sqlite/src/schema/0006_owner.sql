-- Owners about whom something was decided. A version that does not know them
-- does not refuse what they own: it is a version from before there was any.
CREATE TABLE owner (
    environment TEXT NOT NULL,
    id          TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;
