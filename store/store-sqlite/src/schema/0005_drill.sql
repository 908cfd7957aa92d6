-- Rotation drills. A version that does not know them neither reads nor writes
-- them.
CREATE TABLE drill (
    environment TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    credential  TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    PRIMARY KEY (environment, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX drill_by_credential ON drill (environment, kind, credential, started_at, id);
CREATE INDEX drill_by_time ON drill (environment, started_at, id);

-- The API keys that are being rotated, so that whoever ends rotations does not
-- read all the others. Over the body itself: it holds whichever version writes.
-- What is no JSON is in no rotation, and hurts nobody who does not need it.
CREATE INDEX api_key_by_rotation_end ON api_key (
    environment,
    CASE WHEN json_valid(body) THEN body ->> '$.rotation.ends_at' END,
    id
) WHERE revoked_at IS NULL
    AND CASE WHEN json_valid(body) THEN body ->> '$.rotation.ends_at' END IS NOT NULL;
