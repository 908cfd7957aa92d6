//! Rotation drills.

use authority::drill::Drill;
use rusqlite::{Connection, Params};
use snapshot::CredentialRef;
use store::StoreFault;

use super::record::{OURS, limit};
use crate::fault::fault;

/// The newest drills, of one credential or of all, the newest first.
pub(crate) fn newest(
    connection: &Connection,
    credential: Option<&CredentialRef>,
    most: usize,
) -> Result<Vec<Drill>, StoreFault> {
    match credential {
        None => {
            let sql = format!(
                "SELECT id, body FROM drill WHERE {OURS}
                 ORDER BY started_at DESC, id DESC LIMIT ?1"
            );
            read(connection, &sql, [limit(most)])
        }
        Some(credential) => {
            let sql = format!(
                "SELECT id, body FROM drill WHERE {OURS} AND kind = ?1 AND credential = ?2
                 ORDER BY started_at DESC, id DESC LIMIT ?3"
            );
            let asked = (credential.kind.as_str(), credential.id.as_str());
            read(connection, &sql, (asked.0, asked.1, limit(most)))
        }
    }
}

/// The newest drill of each credential after one, in their order.
pub(crate) fn last_of_each(
    connection: &Connection,
    after: Option<&CredentialRef>,
    most: usize,
) -> Result<Vec<Drill>, StoreFault> {
    // No kind is empty, so every one comes after the empty texts.
    let after = after.map_or(("", ""), |after| (after.kind.as_str(), after.id.as_str()));
    let sql = format!(
        "SELECT id, body FROM drill WHERE {OURS} AND (kind, credential) > (?1, ?2)
           AND NOT EXISTS (
             SELECT 1 FROM drill AS newer
             WHERE newer.environment = drill.environment
               AND newer.kind = drill.kind AND newer.credential = drill.credential
               AND (newer.started_at, newer.id) > (drill.started_at, drill.id))
         ORDER BY kind, credential LIMIT ?3"
    );
    read(connection, &sql, (after.0, after.1, limit(most)))
}

fn read(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<Drill>, StoreFault> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(parameters).map_err(fault)?;
    let mut drills = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let id: String = row.get(0).map_err(fault)?;
        let body: String = row.get(1).map_err(fault)?;
        match serde_json::from_str::<Drill>(&body) {
            Ok(drill) if drill.id.as_str() == id => drills.push(drill),
            _ => return Err(StoreFault::corrupt(format!("drill {id}"))),
        }
    }
    Ok(drills)
}
