-- The signing keys as one thing: how many acts have made them what they are,
-- and which lane is the default. A version that does not know it reads and
-- writes signing keys as before.
CREATE TABLE key_ring (
    environment TEXT    NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
