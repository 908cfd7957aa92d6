//! The change log.

use base::Revision;
use rusqlite::Connection;
use snapshot::NumberedChange;
use store::{Changes, StoreFault};

use super::record::limit;
use crate::fault::fault;
use crate::writer::{Heads, number};

/// The changes after a revision, at most `most`.
pub(crate) fn changes_after(
    connection: &Connection,
    after: Revision,
    most: usize,
) -> Result<Changes, StoreFault> {
    let head = Heads::read(connection)?.revision;
    if after.number() == head {
        return Ok(Changes::Steps(Vec::new()));
    }
    if after.number() > head || !is_kept(connection, after.next())? {
        return Ok(Changes::Gap);
    }
    let sql = "SELECT revision, body FROM change WHERE revision > ?1 ORDER BY revision LIMIT ?2";
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement
        .query((number(after.number()), limit(most)))
        .map_err(fault)?;
    let mut steps = Vec::new();
    let mut expected = after;
    while let Some(row) = rows.next().map_err(fault)? {
        expected = expected.next();
        let found: i64 = row.get(0).map_err(fault)?;
        let body: String = row.get(1).map_err(fault)?;
        let damaged = || StoreFault::corrupt(format!("change {expected}"));
        // A hole inside the log is damage, not a gap: the log is trimmed at its end only.
        if found != number(expected.number()) {
            return Err(damaged());
        }
        steps.push(NumberedChange {
            revision: expected,
            change: serde_json::from_str(&body).map_err(|_| damaged())?,
        });
    }
    Ok(Changes::Steps(steps))
}

fn is_kept(connection: &Connection, revision: Revision) -> Result<bool, StoreFault> {
    connection
        .prepare_cached("SELECT 1 FROM change WHERE revision = ?1")
        .and_then(|mut statement| statement.exists([number(revision.number())]))
        .map_err(fault)
}
