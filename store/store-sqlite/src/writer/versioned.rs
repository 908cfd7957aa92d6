//! Records with a version, under the precondition of it.

use authority::versioned::{Lookup, VersionedRecord};
use base::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use store::{Conflict, StoreFault, wall};

use super::failure::Failure;
use super::heads::number;

pub(super) fn put(
    connection: &Connection,
    environment: &str,
    from: u64,
    record: &VersionedRecord,
) -> Result<(), Failure> {
    let (kind, id) = (record.kind().as_str(), record.id());
    let sql = "SELECT version FROM versioned WHERE environment = ?1 AND kind = ?2 AND id = ?3";
    let held: Option<i64> = connection
        .prepare_cached(sql)?
        .query_row((environment, kind, &id), |row| row.get(0))
        .optional()?;
    let found = u64::try_from(held.unwrap_or(0));
    let found = found.map_err(|_| StoreFault::corrupt(format!("{kind} {id}")))?;
    wall::check_record(found, from, record)?;
    if from == 0 {
        for (lookup, value) in record.lookups() {
            find_by(connection, environment, record, (lookup, &value))?;
        }
    }
    let sql = "INSERT INTO versioned VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (environment, kind, id)
               DO UPDATE SET version = ?4, forget_at = ?5, body = ?6";
    connection.prepare_cached(sql)?.execute((
        environment,
        kind,
        id,
        number(record.version()),
        record.forget_at().map(Timestamp::unix_micros),
        serde_json::to_string(record)?,
    ))?;
    Ok(())
}

/// Makes a new record to be found by one look-up.
fn find_by(
    connection: &Connection,
    environment: &str,
    record: &VersionedRecord,
    (lookup, value): (Lookup, &str),
) -> Result<(), Failure> {
    let kind = record.kind();
    if lookup.is_unique() {
        let sql = "SELECT 1 FROM versioned_lookup
                   WHERE environment = ?1 AND kind = ?2 AND lookup = ?3 AND value = ?4";
        let is_taken = connection.prepare_cached(sql)?.exists((
            environment,
            kind.as_str(),
            lookup.as_str(),
            value,
        ))?;
        if is_taken {
            return Err(Conflict::NotUnique { kind, lookup }.into());
        }
    }
    let sql = "INSERT INTO versioned_lookup VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute((
        environment,
        kind.as_str(),
        lookup.as_str(),
        value,
        record.id(),
    ))?;
    Ok(())
}

/// Forgets what may be forgotten.
pub(super) fn forget(
    connection: &Connection,
    environment: &str,
    now: Timestamp,
    limit: usize,
) -> Result<(), Failure> {
    let sql = "SELECT kind, id, body FROM versioned INDEXED BY versioned_by_end
               WHERE environment = ?1 AND forget_at IS NOT NULL AND forget_at <= ?2
               ORDER BY forget_at LIMIT ?3";
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((environment, now.unix_micros(), most))?;
    let mut ended: Vec<(String, String, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        ended.push((row.get(0)?, row.get(1)?, row.get(2)?));
    }
    for (kind, id, body) in &ended {
        let corrupt = |_| StoreFault::corrupt(format!("{kind} {id}"));
        let record: VersionedRecord = serde_json::from_str(body).map_err(corrupt)?;
        for (lookup, value) in record.lookups() {
            let sql = "DELETE FROM versioned_lookup WHERE environment = ?1 AND kind = ?2
                       AND lookup = ?3 AND value = ?4 AND id = ?5";
            let named = (environment, kind, lookup.as_str(), value, id);
            connection.prepare_cached(sql)?.execute(named)?;
        }
        let sql = "DELETE FROM versioned WHERE environment = ?1 AND kind = ?2 AND id = ?3";
        connection
            .prepare_cached(sql)?
            .execute((environment, kind, id))?;
    }
    Ok(())
}
