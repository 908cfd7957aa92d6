-- Digest keys that somebody else may have. Nothing is ever taken out. A version
-- that does not know the table accepts what stands under them: take a retired
-- key out of its configuration before going back to it.
CREATE TABLE retired_digest_key (
    environment TEXT NOT NULL,
    id          TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;
