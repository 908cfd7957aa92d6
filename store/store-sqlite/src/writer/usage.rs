//! What gates report of a credential's use is added to what is known of it.

use base::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use snapshot::{Usage, UsageReport};
use store::StoreFault;

use super::failure::Failure;

/// Adds one report, in the store of that environment.
pub(super) fn add(
    connection: &Connection,
    environment: &str,
    report: &UsageReport,
) -> Result<(), Failure> {
    let credential = &report.credential;
    let (kind, id) = (credential.kind.as_str(), credential.id.as_str());
    let sql = "SELECT body FROM usage WHERE environment = ?1 AND kind = ?2 AND id = ?3";
    let body: Option<String> = connection
        .prepare_cached(sql)?
        .query_row((environment, kind, id), |row| row.get(0))
        .optional()?;
    let mut sum = match body {
        None => Usage::default(),
        Some(body) => serde_json::from_str(&body)
            .map_err(|_| StoreFault::corrupt(format!("the use of {kind} {id}")))?,
    };
    sum.add(&report.usage);
    let last_at = sum.seen.map(|seen| Timestamp::unix_micros(seen.last_at));
    let sql = "INSERT INTO usage (environment, kind, id, last_at, body) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (environment, kind, id) DO UPDATE SET last_at = ?4, body = ?5";
    let body = serde_json::to_string(&sum)?;
    connection
        .prepare_cached(sql)?
        .execute((environment, kind, id, last_at, body))?;
    Ok(())
}
