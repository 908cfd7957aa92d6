-- Who did what an entry of the audit tells of, and which client a secret is of:
-- read out of the bodies, so that every row has it that any version wrote. What
-- is no JSON has none; verifying the chain names it.
ALTER TABLE audit ADD COLUMN credential TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(body) THEN coalesce(
        body ->> '$.record.principal.trusted_issuer' || '/'
            || (body ->> '$.record.principal.client'),
        body ->> '$.record.principal.client',
        body ->> '$.record.principal.credential_id',
        CASE WHEN body ->> '$.record.actor.kind' IN ('operator', 'client', 'holder')
            THEN body ->> '$.record.actor.id' END
    ) END
) VIRTUAL;
CREATE INDEX audit_by_credential ON audit (credential, sequence)
    WHERE credential IS NOT NULL;

CREATE INDEX client_by_secret ON client (
    environment, CASE WHEN json_valid(body) THEN body ->> '$.secret_digest' END
);
