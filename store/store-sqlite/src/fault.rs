//! What SQLite and the file system say, in the store's words.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use store::StoreFault;

/// Why a store could not be opened or created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// The directory is not there.
    #[error("the directory {} is not there: create it first", .0.display())]
    NoDirectory(PathBuf),
    /// There is no store.
    #[error("there is no store at {}: make one with doorward init", .0.display())]
    Missing(PathBuf),
    /// There is something already where a store was to be created.
    #[error("{} is there already: nothing was changed", .0.display())]
    Exists(PathBuf),
    /// The file is something else.
    #[error("{} is not a store of doorward", .0.display())]
    NotAStore(PathBuf),
    /// Others may read the file.
    #[error(
        "{} can be read by others than its owner: run chmod 600 on it, and think of what they saw",
        .0.display()
    )]
    Exposed(PathBuf),
    /// The file may not be written.
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// Another process has it open.
    #[error("another process has the store at {} open: it serves one process", .0.display())]
    Locked(PathBuf),
    /// It was written by a newer version that this one cannot understand.
    #[error(
        "the store needs schema {needed} and this version of doorward knows {known}: start the newer version again"
    )]
    NewerSchema {
        /// The oldest schema that may still use it.
        needed: u32,
        /// The newest schema that this version knows.
        known: u32,
    },
    /// The first commit of a new store was refused.
    #[error("the new store could not be installed: {0}")]
    Install(store::CommitError),
    /// The store has a fault that it could have at any time.
    #[error("{0}")]
    Fault(#[from] StoreFault),
}

impl OpenFault {
    pub(crate) fn from_sqlite(error: rusqlite::Error) -> Self {
        Self::Fault(fault(error))
    }

    pub(crate) fn from_io(error: &std::io::Error) -> Self {
        Self::Fault(match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreFault::Full,
            std::io::ErrorKind::ReadOnlyFilesystem => StoreFault::ReadOnly,
            _ => StoreFault::unavailable(error.to_string()),
        })
    }
}

/// A fault in the store's words. SQLite's messages name tables and files,
/// never what is bound to a statement.
pub(crate) fn fault(error: rusqlite::Error) -> StoreFault {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::DiskFull => StoreFault::Full,
            ErrorCode::ReadOnly => StoreFault::ReadOnly,
            ErrorCode::DatabaseCorrupt => StoreFault::corrupt("a page of the file"),
            ErrorCode::NotADatabase => StoreFault::corrupt("the head of the file"),
            // Our own constraints hold as long as the rows are those that we wrote.
            ErrorCode::ConstraintViolation => StoreFault::corrupt("a constraint of the schema"),
            code => {
                let text = message.unwrap_or_else(|| failure.to_string());
                StoreFault::unavailable(format!("{code:?}: {text}"))
            }
        },
        rusqlite::Error::FromSqlConversionFailure(column, ..)
        | rusqlite::Error::IntegralValueOutOfRange(column, _)
        | rusqlite::Error::InvalidColumnType(column, ..) => {
            StoreFault::corrupt(format!("column {column} of a row"))
        }
        rusqlite::Error::Utf8Error(column, _) => {
            StoreFault::corrupt(format!("the text of column {column} of a row"))
        }
        rusqlite::Error::QueryReturnedNoRows => StoreFault::corrupt("a row that is always there"),
        other => StoreFault::unavailable(other.to_string()),
    }
}
