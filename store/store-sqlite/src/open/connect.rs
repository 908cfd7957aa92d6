//! One connection, with the settings that durability and trust need.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::OpenFault;

/// What a connection is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    /// The one that writes, up to a size of the file in bytes.
    Writer(Option<u64>),
    /// The one that copies the log.
    Checkpoint,
    /// One of those that read.
    Reader,
}

/// How long a statement waits for another connection of this process. Only a
/// check-point that the writer asks for ever does.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

/// Connects to a file that is there: SQLite never creates one for us, because
/// it would not choose the file's mode.
pub(crate) fn connect(path: &Path, role: Role) -> Result<Connection, OpenFault> {
    let access = match role {
        Role::Reader => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Role::Writer(_) | Role::Checkpoint => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(OpenFault::from_sqlite)?;
    set_up(&connection, role).map_err(OpenFault::from_sqlite)?;
    Ok(connection)
}

fn set_up(connection: &Connection, role: Role) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    // A file that somebody prepared must not run functions or triggers of theirs.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    if let Role::Writer(size_limit) = role {
        let mode: String =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(rusqlite::Error::InvalidQuery);
        }
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        // A log that begins anew is as long as what is in it: see `checkpoint`.
        connection.pragma_update(None, "journal_size_limit", 0)?;
        limit(connection, size_limit)?;
    }
    // An acknowledged commit survives a loss of power. With less than FULL it might not.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Where a flush of the operating system stops at the drive's own memory.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)
}

fn limit(connection: &Connection, size_limit: Option<u64>) -> rusqlite::Result<()> {
    let Some(bytes) = size_limit else {
        return Ok(());
    };
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let pages = bytes.checked_div(page).unwrap_or(i64::MAX).max(1);
    let pragma = format!("PRAGMA max_page_count = {pages}");
    connection.query_row(&pragma, [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_is_as_durable_and_as_distrustful_as_it_has_to_be() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        std::fs::File::create(&path).unwrap();
        for role in [Role::Writer(None), Role::Checkpoint, Role::Reader] {
            let connection = connect(&path, role).unwrap();
            let number = |pragma: &str| -> i64 {
                let sql = format!("PRAGMA {pragma}");
                connection.query_row(&sql, [], |row| row.get(0)).unwrap()
            };
            // 2 is FULL: a flush of the log at each commit.
            assert_eq!(number("synchronous"), 2, "{role:?}");
            assert_eq!(number("trusted_schema"), 0, "{role:?}");
            assert_eq!(number("cell_size_check"), 1, "{role:?}");
            let mode: String = connection
                .query_row("PRAGMA journal_mode", [], |row| row.get(0))
                .unwrap();
            assert_eq!(mode, "wal", "{role:?}");
            let written = connection
                .execute_batch("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)");
            assert_eq!(written.is_err(), matches!(role, Role::Reader), "{role:?}");
        }
    }
}
