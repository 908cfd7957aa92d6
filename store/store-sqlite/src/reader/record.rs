//! Records, by id and page by page. Only those of the store's environment.

use authority::api_key::ApiKey;
use authority::client::Client;
use authority::inventory::InventoryVersion;
use authority::signing_key::{KeyRing, SigningKeyRecord};
use rusqlite::{Connection, OptionalExtension, Params};
use store::StoreFault;

use crate::fault::fault;
use crate::record::Kept;
use crate::writer::number;

pub(super) const OURS: &str = "environment = (SELECT environment FROM installation)";

/// The record with that id.
pub(crate) fn one<R: Kept>(connection: &Connection, id: &str) -> Result<Option<R>, StoreFault> {
    let kind = R::KIND;
    let sql = format!("SELECT environment, id, body FROM {kind} WHERE {OURS} AND id = ?1");
    let mut found = several(connection, &sql, [id])?;
    Ok(found.pop())
}

/// The client whose secret has that digest, in hexadecimal.
pub(crate) fn client_with_secret(
    connection: &Connection,
    digest: &str,
) -> Result<Option<Client>, StoreFault> {
    let kind = Client::KIND;
    // As the index has it, and by its name: without statistics the planner
    // would rather read every client.
    let sql = format!(
        "SELECT environment, id, body FROM {kind} INDEXED BY client_by_secret WHERE {OURS}
         AND CASE WHEN json_valid(body) THEN body ->> '$.secret_digest' END = ?1"
    );
    let mut found = several(connection, &sql, [digest])?;
    Ok(found.pop())
}

/// The records after an id, in order, at most `limit`.
pub(crate) fn page<R: Kept>(
    connection: &Connection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<R>, StoreFault> {
    let kind = R::KIND;
    let sql = format!(
        "SELECT environment, id, body FROM {kind} WHERE {OURS} AND id > ?1 ORDER BY id LIMIT ?2"
    );
    // No id is empty, so every one comes after the empty text.
    several(connection, &sql, (after.unwrap_or(""), self::limit(limit)))
}

/// The API keys with a rotation, the one that ends first at the front.
pub(crate) fn by_rotation_end(
    connection: &Connection,
    most: usize,
) -> Result<Vec<ApiKey>, StoreFault> {
    // In the words of the index, and by its name: the others are not read.
    let ends_at = "CASE WHEN json_valid(body) THEN body ->> '$.rotation.ends_at' END";
    let sql = format!(
        "SELECT environment, id, body FROM api_key INDEXED BY api_key_by_rotation_end
         WHERE {OURS} AND revoked_at IS NULL AND {ends_at} IS NOT NULL
         ORDER BY {ends_at}, id LIMIT ?1"
    );
    several(connection, &sql, [limit(most)])
}

/// Every signing key, the oldest first, at one version.
pub(crate) fn key_ring(connection: &Connection) -> Result<KeyRing, StoreFault> {
    let kind = SigningKeyRecord::KIND;
    let sql =
        format!("SELECT environment, id, body FROM {kind} WHERE {OURS} ORDER BY created_at, id");
    let keys = several(connection, &sql, [])?;
    let sql = format!("SELECT version, body FROM key_ring WHERE {OURS}");
    let row: Option<(i64, String)> = connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(fault)?;
    let Some((version, body)) = row else {
        // Written by a version that had no rings.
        return Ok(KeyRing {
            keys,
            ..KeyRing::default()
        });
    };
    match serde_json::from_str::<KeyRing>(&body) {
        Ok(head) if number(head.version) == version => Ok(KeyRing { keys, ..head }),
        _ => Err(StoreFault::corrupt("the version of the signing keys")),
    }
}

/// That version of the inventory; the one in force if none is named.
pub(crate) fn inventory(
    connection: &Connection,
    version: Option<u64>,
) -> Result<Option<InventoryVersion>, StoreFault> {
    let sql = format!(
        "SELECT version, body FROM inventory WHERE {OURS} AND (?1 IS NULL OR version = ?1)
         ORDER BY version DESC LIMIT 1"
    );
    let row: Option<(i64, String)> = connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement
                .query_row([version.map(number)], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(fault)?;
    let Some((version, body)) = row else {
        return Ok(None);
    };
    match serde_json::from_str::<InventoryVersion>(&body) {
        Ok(record) if number(record.version) == version => Ok(Some(record)),
        _ => Err(StoreFault::corrupt(format!("inventory {version}"))),
    }
}

/// A limit as SQLite takes it.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn several<R: Kept>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<R>, StoreFault> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(parameters).map_err(fault)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let environment: String = row.get(0).map_err(fault)?;
        let id: String = row.get(1).map_err(fault)?;
        let body: String = row.get(2).map_err(fault)?;
        match serde_json::from_str::<R>(&body) {
            // A body under another name would answer for a record that it is not.
            Ok(record) if record.id() == id && record.environment().as_str() == environment => {
                records.push(record);
            }
            _ => return Err(StoreFault::corrupt(format!("{} {id}", R::KIND))),
        }
    }
    Ok(records)
}
