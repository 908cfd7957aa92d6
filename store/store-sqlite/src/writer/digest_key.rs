//! A digest key is retired once.

use authority::digest_key::RetiredDigestKey;
use rusqlite::Connection;
use store::{Conflict, RecordKind};

use super::failure::Failure;

pub(super) fn retire(connection: &Connection, record: &RetiredDigestKey) -> Result<(), Failure> {
    let sql = "INSERT INTO retired_digest_key VALUES (?1, ?2, ?3)
               ON CONFLICT (environment, id) DO NOTHING";
    let body = serde_json::to_string(record)?;
    let id = record.digest_key.to_string();
    let inserted =
        connection
            .prepare_cached(sql)?
            .execute((record.environment.as_str(), &id, body))?;
    if inserted == 1 {
        return Ok(());
    }
    let kind = RecordKind::DigestKey;
    Err(Conflict::AlreadyRevoked { kind, id }.into())
}
