//! The digest keys that were retired.

use authority::digest_key::RetiredDigestKey;
use rusqlite::Connection;
use store::StoreFault;

use super::record::OURS;
use crate::fault::fault;

/// All of them, in the order of their ids.
pub(crate) fn retired(connection: &Connection) -> Result<Vec<RetiredDigestKey>, StoreFault> {
    let sql = format!("SELECT id, body FROM retired_digest_key WHERE {OURS} ORDER BY id");
    let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
    let mut rows = statement.query([]).map_err(fault)?;
    let mut retired = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let id: String = row.get(0).map_err(fault)?;
        let body: String = row.get(1).map_err(fault)?;
        let record: Option<RetiredDigestKey> = serde_json::from_str(&body).ok();
        // A row that says one thing and holds another is damaged.
        let record = record.filter(|record| record.digest_key.to_string() == id);
        let damaged = || StoreFault::corrupt(format!("retired_digest_key {id}"));
        retired.push(record.ok_or_else(damaged)?);
    }
    Ok(retired)
}
