//! Records with a version.

use authority::versioned::{Lookup, VersionedKind, VersionedRecord};
use rusqlite::{Connection, Params};
use store::StoreFault;

use super::record::{OURS, limit};
use crate::fault::fault;
use crate::writer::number;

/// The record of that kind and id.
pub(crate) fn one(
    connection: &Connection,
    kind: VersionedKind,
    id: &str,
) -> Result<Option<VersionedRecord>, StoreFault> {
    let sql =
        format!("SELECT id, version, body FROM versioned WHERE {OURS} AND kind = ?1 AND id = ?2");
    Ok(several(connection, &sql, kind, (kind.as_str(), id))?.pop())
}

/// Those that a look-up finds, in the order of their ids.
pub(crate) fn by(
    connection: &Connection,
    kind: VersionedKind,
    (lookup, value): (Lookup, &str),
    after: Option<&str>,
    most: usize,
) -> Result<Vec<VersionedRecord>, StoreFault> {
    // No id is empty, so every one comes after the empty text.
    let sql = format!(
        "SELECT id, version, body FROM versioned_lookup
         JOIN versioned USING (environment, kind, id)
         WHERE {OURS} AND kind = ?1 AND lookup = ?2 AND value = ?3 AND id > ?4
         ORDER BY id LIMIT ?5"
    );
    let named = (kind.as_str(), lookup.as_str(), value);
    let page = (after.unwrap_or(""), limit(most));
    let parameters = (named.0, named.1, named.2, page.0, page.1);
    several(connection, &sql, kind, parameters)
}

fn several(
    connection: &Connection,
    sql: &str,
    kind: VersionedKind,
    parameters: impl Params,
) -> Result<Vec<VersionedRecord>, StoreFault> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(parameters).map_err(fault)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let id: String = row.get(0).map_err(fault)?;
        let version: i64 = row.get(1).map_err(fault)?;
        let body: String = row.get(2).map_err(fault)?;
        match serde_json::from_str::<VersionedRecord>(&body) {
            // A body under another name would answer for a record that it is not.
            Ok(record)
                if record.kind() == kind
                    && record.id() == id
                    && number(record.version()) == version =>
            {
                records.push(record);
            }
            _ => return Err(StoreFault::corrupt(format!("{kind} {id}"))),
        }
    }
    Ok(records)
}
