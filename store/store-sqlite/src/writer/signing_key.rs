//! Signing keys: each step from its stage, each act from the ring that it read.

use authority::signing_key::{KeyRing, SigningKeyRecord, StageChange};
use base::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use snapshot::KeyStage;
use store::{Conflict, RecordKind, StoreFault};

use super::failure::Failure;
use super::heads::number;

/// Moves a key from stage to stage.
pub(super) fn step(
    connection: &Connection,
    environment: &str,
    change: &StageChange,
) -> Result<(), Failure> {
    let id = change.key_id.as_str();
    let (before, mut record) = load(connection, environment, id)?;
    let found = record.stage;
    if !record.step(change) {
        return Err(stage(id, found));
    }
    // The precondition once more, where it is written: the row is the one that was read.
    let sql = "UPDATE signing_key SET body = ?3, expires_at = ?4, revoked_at = ?5
               WHERE environment = ?1 AND id = ?2 AND body = ?6";
    let updated = connection.prepare_cached(sql)?.execute((
        environment,
        id,
        serde_json::to_string(&record)?,
        record.expires_at.unix_micros(),
        record.retired_at.map(Timestamp::unix_micros),
        before,
    ))?;
    match updated {
        1 => Ok(()),
        _ => Err(stage(id, found)),
    }
}

/// Removes a retired key.
pub(super) fn forget(connection: &Connection, environment: &str, id: &str) -> Result<(), Failure> {
    let (before, record) = load(connection, environment, id)?;
    if record.stage != KeyStage::Retired {
        return Err(stage(id, record.stage));
    }
    let sql = "DELETE FROM signing_key WHERE environment = ?1 AND id = ?2 AND body = ?3";
    let removed = connection
        .prepare_cached(sql)?
        .execute((environment, id, before))?;
    match removed {
        1 => Ok(()),
        _ => Err(stage(id, record.stage)),
    }
}

/// Checks that a key may sign at that time.
pub(super) fn require(
    connection: &Connection,
    environment: &str,
    id: &str,
    at: Timestamp,
) -> Result<(), Failure> {
    let (_, record) = load(connection, environment, id)?;
    match record.may_sign(at) {
        true => Ok(()),
        false => Err(stage(id, record.stage)),
    }
}

/// Makes the ring one version newer. `head` is the ring without its keys.
pub(super) fn advance(
    connection: &Connection,
    environment: &str,
    from: u64,
    head: &KeyRing,
) -> Result<(), Failure> {
    let found = version(connection, environment)?;
    if found != from {
        return Err(Conflict::KeyRing { from, found }.into());
    }
    let sql = "INSERT INTO key_ring (environment, version, body) VALUES (?1, ?2, ?3)
               ON CONFLICT (environment) DO UPDATE SET version = ?2, body = ?3
               WHERE version = ?4";
    let body = serde_json::to_string(head)?;
    let written = connection.prepare_cached(sql)?.execute((
        environment,
        number(head.version),
        body,
        number(from),
    ))?;
    match written {
        1 => Ok(()),
        _ => Err(Conflict::KeyRing { from, found }.into()),
    }
}

fn version(connection: &Connection, environment: &str) -> Result<u64, Failure> {
    let sql = "SELECT version FROM key_ring WHERE environment = ?1";
    let version: Option<i64> = connection
        .prepare_cached(sql)?
        .query_row([environment], |row| row.get(0))
        .optional()?;
    let damaged = |_| StoreFault::corrupt("the version of the signing keys");
    Ok(u64::try_from(version.unwrap_or(0)).map_err(damaged)?)
}

fn load(
    connection: &Connection,
    environment: &str,
    id: &str,
) -> Result<(String, SigningKeyRecord), Failure> {
    let kind = RecordKind::SigningKey;
    let sql = "SELECT body FROM signing_key WHERE environment = ?1 AND id = ?2";
    let body: Option<String> = connection
        .prepare_cached(sql)?
        .query_row((environment, id), |row| row.get(0))
        .optional()?;
    let body = body.ok_or_else(|| Conflict::Unknown {
        kind,
        id: id.to_owned(),
    })?;
    let record =
        serde_json::from_str(&body).map_err(|_| StoreFault::corrupt(format!("{kind} {id}")))?;
    Ok((body, record))
}

fn stage(id: &str, found: KeyStage) -> Failure {
    let id = id.to_owned();
    Conflict::SigningKeyStage { id, found }.into()
}
