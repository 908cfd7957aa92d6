//! A change is numbered, logged, and folded into the facts that a snapshot is
//! made of. The fold is [`snapshot::Snapshot::apply`]'s, row by row; the
//! conformance suite compares the two.

use base::{Revision, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use snapshot::{ApiKeyEntry, Change, ClientEntry, Cutoff};
use store::StoreFault;

use super::failure::Failure;
use super::heads::number;

/// The kinds of fact, as `gate_fact.kind` has them.
pub(crate) mod kind {
    pub(crate) const API_KEY: &str = "api_key";
    pub(crate) const CLIENT: &str = "client";
    pub(crate) const CUTOFF: &str = "cutoff";
    pub(crate) const DENIED_TOKEN: &str = "denied_token";
    pub(crate) const DISABLED_OWNER: &str = "disabled_owner";
    pub(crate) const INVENTORY: &str = "inventory";
    pub(crate) const RETIRED_DIGEST_KEY: &str = "retired_digest_key";
    pub(crate) const PUBLISHED_KEYS: &str = "published_keys";
}

/// Writes a change as that revision.
pub(super) fn write(
    connection: &Connection,
    revision: Revision,
    change: &Change,
) -> Result<(), Failure> {
    let body = serde_json::to_string(change)?;
    connection
        .prepare_cached("INSERT INTO change VALUES (?1, ?2)")?
        .execute((number(revision.number()), body))?;
    fold(connection, change)
}

fn fold(connection: &Connection, change: &Change) -> Result<(), Failure> {
    match change {
        Change::InventoryApplied(entry) => put(connection, kind::INVENTORY, "", None, entry),
        Change::ApiKeyPut(entry) => {
            let until = Some(entry.ends_at());
            put(connection, kind::API_KEY, entry.id.as_str(), until, entry)
        }
        Change::ApiKeyRevoked { id, at } => alter(
            connection,
            kind::API_KEY,
            id.as_str(),
            |entry: &mut ApiKeyEntry| {
                entry.revoked_at = Some(*at);
            },
        ),
        Change::ClientPut(entry) => {
            let until = Some(entry.expires_at);
            put(connection, kind::CLIENT, entry.id.as_str(), until, entry)
        }
        Change::ClientRevoked { id, at } => alter(
            connection,
            kind::CLIENT,
            id.as_str(),
            |entry: &mut ClientEntry| {
                entry.revoked_at = Some(*at);
            },
        ),
        Change::OwnerDisabled { owner, at } => {
            let body = (owner, at);
            put(
                connection,
                kind::DISABLED_OWNER,
                owner.as_str(),
                None,
                &body,
            )
        }
        Change::OwnerEnabled { owner } => remove(connection, kind::DISABLED_OWNER, owner.as_str()),
        Change::DigestKeyRetired { digest_key, at } => {
            let id = digest_key.to_string();
            // It stays retired since the first time.
            let held: Option<(String, Timestamp)> = get(connection, kind::RETIRED_DIGEST_KEY, &id)?;
            match held {
                Some(_) => Ok(()),
                None => put(connection, kind::RETIRED_DIGEST_KEY, &id, None, &(&id, at)),
            }
        }
        Change::KeysPublished { keys } => put(connection, kind::PUBLISHED_KEYS, "", None, keys),
        Change::TokenDenied { jti, expires_at } => {
            let body = (jti, expires_at);
            put(
                connection,
                kind::DENIED_TOKEN,
                jti,
                Some(*expires_at),
                &body,
            )
        }
        Change::CutOff(cutoff) => cut_off(connection, cutoff),
    }
}

fn put<B: Serialize>(
    connection: &Connection,
    kind: &str,
    id: &str,
    expires_at: Option<Timestamp>,
    body: &B,
) -> Result<(), Failure> {
    let sql = "INSERT INTO gate_fact (kind, id, expires_at, body) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (kind, id) DO UPDATE SET expires_at = ?3, body = ?4";
    let body = serde_json::to_string(body)?;
    connection.prepare_cached(sql)?.execute((
        kind,
        id,
        expires_at.map(Timestamp::unix_micros),
        body,
    ))?;
    Ok(())
}

fn remove(connection: &Connection, kind: &str, id: &str) -> Result<(), Failure> {
    let sql = "DELETE FROM gate_fact WHERE kind = ?1 AND id = ?2";
    connection.prepare_cached(sql)?.execute((kind, id))?;
    Ok(())
}

fn get<B: DeserializeOwned>(
    connection: &Connection,
    kind: &str,
    id: &str,
) -> Result<Option<B>, Failure> {
    let sql = "SELECT body FROM gate_fact WHERE kind = ?1 AND id = ?2";
    let body: Option<String> = connection
        .prepare_cached(sql)?
        .query_row((kind, id), |row| row.get(0))
        .optional()?;
    let read = |body: String| {
        serde_json::from_str(&body)
            .map_err(|_| StoreFault::corrupt(format!("the gates' {kind} {id}")).into())
    };
    body.map(read).transpose()
}

fn alter<B: Serialize + DeserializeOwned>(
    connection: &Connection,
    kind: &str,
    id: &str,
    alter: impl FnOnce(&mut B),
) -> Result<(), Failure> {
    let Some(mut entry) = get::<B>(connection, kind, id)? else {
        return Ok(());
    };
    alter(&mut entry);
    let sql = "UPDATE gate_fact SET body = ?3 WHERE kind = ?1 AND id = ?2";
    let body = serde_json::to_string(&entry)?;
    connection.prepare_cached(sql)?.execute((kind, id, body))?;
    Ok(())
}

fn cut_off(connection: &Connection, cutoff: &Cutoff) -> Result<(), Failure> {
    let id = serde_json::to_string(&cutoff.target)?;
    let held: Option<Cutoff> = get(connection, kind::CUTOFF, &id)?;
    // A cutoff only ever moves forward.
    if held.is_some_and(|held| held.not_before >= cutoff.not_before) {
        return Ok(());
    }
    let until = Some(cutoff.expires_at);
    put(connection, kind::CUTOFF, &id, until, cutoff)
}
