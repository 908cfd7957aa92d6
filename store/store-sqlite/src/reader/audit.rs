//! The audit: read by place or by request, and verified.

use rusqlite::{Connection, Params, Row};
use snapshot::RequestId;
use store::StoreFault;
use store::audit::{AuditEntry, AuditVerdict, EntryDigest, StoredEntry, Verifier};

use super::pool::Pool;
use super::record::limit;
use crate::fault::fault;
use crate::writer::{Heads, number};

/// How many entries are verified in one read transaction: a longer one would
/// keep the log from being copied.
const VERIFIED_AT_ONCE: usize = 1_000;

const COLUMNS: &str = "sequence, request_id, previous, digest, body";

/// The entries after a sequence, at most `most`.
pub(crate) fn audit_after(
    connection: &Connection,
    after: u64,
    most: usize,
) -> Result<Vec<AuditEntry>, StoreFault> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
    entries(connection, &sql, (number(after), limit(most)))
}

/// The newest entries, the oldest of them first.
pub(crate) fn audit_tail(
    connection: &Connection,
    most: usize,
) -> Result<Vec<AuditEntry>, StoreFault> {
    let sql = format!("SELECT {COLUMNS} FROM audit ORDER BY sequence DESC LIMIT ?1");
    let mut newest = entries(connection, &sql, [limit(most)])?;
    newest.reverse();
    Ok(newest)
}

/// Every entry about a request.
pub(crate) fn audit_of_request(
    connection: &Connection,
    request_id: &RequestId,
) -> Result<Vec<AuditEntry>, StoreFault> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE request_id = ?1 ORDER BY sequence");
    entries(connection, &sql, [request_id.as_str()])
}

/// The entries about what a credential did, after a sequence, at most `most`.
pub(crate) fn audit_of_credential(
    connection: &Connection,
    name: &str,
    after: u64,
    most: usize,
) -> Result<Vec<AuditEntry>, StoreFault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE credential = ?1 AND sequence > ?2
         ORDER BY sequence LIMIT ?3"
    );
    entries(connection, &sql, (name, number(after), limit(most)))
}

/// Walks the whole chain, page by page, then the index by which requests are
/// found. What is appended meanwhile is walked too.
pub(crate) async fn verify(pool: &std::sync::Arc<Pool>) -> Result<AuditVerdict, StoreFault> {
    let mut verifier = Verifier::new();
    loop {
        let page = pool.read(move |connection| verify_page(connection, verifier));
        match page.await? {
            Page::More(onward) => verifier = onward,
            Page::End(AuditVerdict::Intact(head)) => {
                pool.read(check_index).await?;
                return Ok(AuditVerdict::Intact(head));
            }
            Page::End(broken) => return Ok(broken),
        }
    }
}

enum Page {
    More(Verifier),
    End(AuditVerdict),
}

fn verify_page(connection: &Connection, mut verifier: Verifier) -> Result<Page, StoreFault> {
    let kept = match Heads::read(connection) {
        Ok(heads) => heads.audit,
        Err(fault) => return Err(fault),
    };
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
    let mut rows = statement
        .query((first_row(&verifier), limit(VERIFIED_AT_ONCE)))
        .map_err(fault)?;
    let mut walked = 0;
    while let Some(row) = rows.next().map_err(fault)? {
        let checked = match stored(row) {
            Some((sequence, previous, digest)) => verifier.check(StoredEntry {
                sequence,
                previous,
                digest,
                request_id: text(row, 1).unwrap_or(""),
                body: text(row, 4).unwrap_or(""),
            }),
            None => Err(verifier.unreadable()),
        };
        if let Err(broken) = checked {
            return Ok(Page::End(AuditVerdict::Broken(broken)));
        }
        walked += 1;
    }
    match walked < VERIFIED_AT_ONCE {
        true => Ok(Page::End(verifier.finish(kept))),
        false => Ok(Page::More(verifier)),
    }
}

/// From the very first row on, so that one before number 1 is found too.
fn first_row(verifier: &Verifier) -> i64 {
    match verifier.sequence() {
        0 => i64::MIN,
        sequence => number(sequence),
    }
}

/// The parts of a row that cannot be read as such make it unreadable.
fn stored(row: &Row<'_>) -> Option<(u64, EntryDigest, EntryDigest)> {
    let sequence = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    text(row, 1)?;
    text(row, 4)?;
    Some((sequence, digest(row, 2)?, digest(row, 3)?))
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a str> {
    row.get_ref(column).ok()?.as_str().ok()
}

fn digest(row: &Row<'_>, column: usize) -> Option<EntryDigest> {
    row.get(column).ok().map(EntryDigest::new)
}

fn check_index(connection: &Connection) -> Result<(), StoreFault> {
    let found: String = connection
        .query_row("PRAGMA integrity_check(audit)", [], |row| row.get(0))
        .map_err(fault)?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreFault::corrupt(format!(
            "the index of the audit ({found})"
        ))),
    }
}

fn entries(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<AuditEntry>, StoreFault> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(parameters).map_err(fault)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let place: i64 = row.get(0).map_err(fault)?;
        let entry = read(row);
        entries.push(entry.ok_or_else(|| StoreFault::corrupt(format!("audit entry {place}")))?);
    }
    Ok(entries)
}

fn read(row: &Row<'_>) -> Option<AuditEntry> {
    let (sequence, previous, digest) = stored(row)?;
    Some(AuditEntry {
        sequence,
        previous,
        digest,
        body: serde_json::from_str(text(row, 4)?).ok()?,
    })
}
