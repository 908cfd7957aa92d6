//! How credentials have been used.

use rusqlite::Connection;
use snapshot::{CredentialRef, UsageReport};
use store::StoreFault;

use super::record::limit;
use crate::fault::fault;

/// The use of the credentials after one, in the order of kind and id.
pub(crate) fn page(
    connection: &Connection,
    after: Option<&CredentialRef>,
    most: usize,
) -> Result<Vec<UsageReport>, StoreFault> {
    // No kind is empty, so every one comes after the empty texts.
    let after = after.map_or(("", ""), |after| (after.kind.as_str(), after.id.as_str()));
    let sql = "SELECT kind, id, body FROM usage
               WHERE environment = (SELECT environment FROM installation)
                 AND (kind, id) > (?1, ?2)
               ORDER BY kind, id LIMIT ?3";
    read(connection, sql, (after.0, after.1, limit(most)))
}

/// The use of one credential.
pub(crate) fn one(
    connection: &Connection,
    credential: &CredentialRef,
) -> Result<Option<UsageReport>, StoreFault> {
    let sql = "SELECT kind, id, body FROM usage
               WHERE environment = (SELECT environment FROM installation)
                 AND kind = ?1 AND id = ?2 LIMIT ?3";
    let asked = (credential.kind.as_str(), credential.id.as_str(), 1_i64);
    Ok(read(connection, sql, asked)?.pop())
}

fn read(
    connection: &Connection,
    sql: &str,
    parameters: (&str, &str, i64),
) -> Result<Vec<UsageReport>, StoreFault> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(parameters).map_err(fault)?;
    let mut reports = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let kind: String = row.get(0).map_err(fault)?;
        let id: String = row.get(1).map_err(fault)?;
        let body: String = row.get(2).map_err(fault)?;
        let corrupt = |_| StoreFault::corrupt(format!("the use of {kind} {id}"));
        let kind = serde_json::from_value(kind.clone().into()).map_err(corrupt)?;
        let usage = serde_json::from_str(&body).map_err(corrupt)?;
        let credential = CredentialRef { kind, id };
        reports.push(UsageReport { credential, usage });
    }
    Ok(reports)
}
