//! What is checked before a file is trusted.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rusqlite::Connection;
use store::StoreFault;

use crate::OpenFault;
use crate::schema::APPLICATION_ID;

/// The first bytes of every SQLite file (its file format, section 1.3).
const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Up to this size the whole structure is walked at each start; it takes less
/// than a second. Larger stores are left to be checked on demand.
const WALKED_AT_START: u64 = 256 << 20;

/// The directory has to be there.
pub(super) fn directory(path: &Path) -> Result<(), OpenFault> {
    let directory = parent(path);
    match std::fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        _ => Err(OpenFault::NoDirectory(directory.to_owned())),
    }
}

/// The directory of a file; the current one if the path has none.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The file has to be there, to be ours alone, and to be writable.
pub(super) fn file(path: &Path) -> Result<(), OpenFault> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OpenFault::Missing(path.to_owned()));
        }
        Err(error) => return Err(OpenFault::from_io(&error)),
    };
    if !metadata.is_file() {
        return Err(OpenFault::NotAStore(path.to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(OpenFault::Exposed(path.to_owned()));
        }
    }
    if metadata.permissions().readonly() {
        return Err(OpenFault::ReadOnly(path.to_owned()));
    }
    Ok(())
}

/// Where a SQLite file names its application: four bytes, the highest first.
const APPLICATION_ID_PLACE: usize = 68;

/// The file has to begin as SQLite's do, and name our application: looked at
/// before SQLite opens it, since opening another program's file would already
/// change it.
pub(super) fn header(path: &Path) -> Result<(), OpenFault> {
    let mut found = [0; APPLICATION_ID_PLACE + 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut found));
    match read {
        Ok(()) if found.starts_with(HEADER) && found.ends_with(&APPLICATION_ID.to_be_bytes()) => {
            Ok(())
        }
        Ok(()) => Err(OpenFault::NotAStore(path.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(OpenFault::NotAStore(path.to_owned()))
        }
        Err(error) => Err(OpenFault::from_io(&error)),
    }
}

/// The file has to be a store, one that may be written, and in good order.
pub(super) fn soundness(path: &Path, connection: &Connection) -> Result<(), OpenFault> {
    let read_only = connection.is_readonly("main");
    if read_only.map_err(OpenFault::from_sqlite)? {
        return Err(OpenFault::ReadOnly(path.to_owned()));
    }
    let ours: i32 = connection
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(OpenFault::from_sqlite)?;
    if ours != APPLICATION_ID {
        return Err(OpenFault::NotAStore(path.to_owned()));
    }
    let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if length > WALKED_AT_START {
        return Ok(());
    }
    let found: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(OpenFault::from_sqlite)?;
    if found == "ok" {
        return Ok(());
    }
    Err(StoreFault::corrupt(format!("the structure of the file ({found})")).into())
}
