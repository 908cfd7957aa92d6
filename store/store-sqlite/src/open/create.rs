//! Creating a store: whole, or not at all.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use authority::Writes;
use store::StoreFault;

use super::connect::{Role, connect};
use super::lock::beside;
use super::{Opened, Options, StoreLock, inspect, open_locked};
use crate::writer::Writer;
use crate::{OpenFault, schema};

/// Creates a store that is not there, with a first commit in it if one is
/// given. It is built under another name and gets its own when it is complete
/// and durable: a failure leaves nothing behind.
pub(crate) fn create(
    path: &Path,
    first: Option<Writes>,
    options: &Options,
) -> Result<Opened, OpenFault> {
    inspect::directory(path)?;
    if path.symlink_metadata().is_ok() {
        return Err(OpenFault::Exists(path.to_owned()));
    }
    let path = &real(path)?;
    let lock = StoreLock::take(path)?;
    let draft = beside(path, "-new");
    if let Err(fault) = build(path, &draft, first, options) {
        clear(&draft);
        lock.withdraw();
        return Err(fault);
    }
    open_locked(path, lock, options)
}

/// The path without links in it, so that one store has one lock.
fn real(path: &Path) -> Result<PathBuf, OpenFault> {
    let directory = inspect::parent(path).canonicalize();
    let directory = directory.map_err(|error| OpenFault::from_io(&error))?;
    match path.file_name() {
        Some(name) => Ok(directory.join(name)),
        None => Err(OpenFault::Exists(path.to_owned())),
    }
}

fn build(
    path: &Path,
    draft: &Path,
    first: Option<Writes>,
    options: &Options,
) -> Result<(), OpenFault> {
    // Looked at again under the lock: another process may have been quicker.
    if path.symlink_metadata().is_ok() {
        return Err(OpenFault::Exists(path.to_owned()));
    }
    // What a creation left that was killed. The lock says that it is nobody's.
    clear(draft);
    let io = |error: std::io::Error| OpenFault::from_io(&error);
    make_file(draft).map_err(io)?;
    let mut writer = connect(draft, Role::Writer(options.size_limit))?;
    writer
        .pragma_update(None, "application_id", schema::APPLICATION_ID)
        .map_err(OpenFault::from_sqlite)?;
    schema::migrate(&mut writer)?;
    if let Some(writes) = first {
        writer = Writer::write_first(writer, writes)?;
    }
    // Closing copies the log into the file and removes it.
    writer
        .close()
        .map_err(|(_, error)| OpenFault::from_sqlite(error))?;
    if beside(draft, "-wal").exists() {
        return Err(StoreFault::unavailable("the new store could not be completed").into());
    }
    File::open(draft)
        .and_then(|file| file.sync_all())
        .map_err(io)?;
    std::fs::rename(draft, path).map_err(io)?;
    // From here on it is there; without this, a loss of power could take its name away.
    sync_directory(inspect::parent(path)).map_err(io)
}

/// Makes an empty file that is its owner's alone from the first instant.
fn make_file(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A umask can only take away from the mode above; this says it outright.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    file.sync_all()
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> std::io::Result<()> {
    // A directory cannot be opened as a file there; the rename is journalled.
    Ok(())
}

fn clear(draft: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        // Most of them are not there.
        let _: std::io::Result<()> = std::fs::remove_file(beside(draft, ending));
    }
}
