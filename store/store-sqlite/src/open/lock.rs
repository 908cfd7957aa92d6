//! One process owns an embedded store.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::OpenFault;

/// The lock of a store: a file beside it, locked by the operating system, so
/// that it ends with the process however that ends. It is a file of its own
/// because closing a second handle of the store's file would drop the locks
/// that SQLite holds on it.
#[derive(Debug)]
pub(crate) struct StoreLock {
    path: PathBuf,
    file: File,
    made: bool,
}

impl StoreLock {
    /// Takes the lock, or says at once that another process has it.
    pub(crate) fn take(store: &Path) -> Result<Self, OpenFault> {
        let path = beside(store, "-lock");
        let made = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options
            .open(&path)
            .map_err(|error| OpenFault::from_io(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenFault::Locked(store.to_owned())),
            Err(TryLockError::Error(error)) => return Err(OpenFault::from_io(&error)),
        }
        // Whoever failed to create a store removes its lock file: then what we
        // hold is a file without a name, and it keeps nobody out.
        if !is_same(&file, &path) {
            return Err(OpenFault::Locked(store.to_owned()));
        }
        Ok(Self { path, file, made })
    }

    /// Removes the file, if this lock made it: for a creation that failed.
    pub(crate) fn withdraw(self) {
        if self.made {
            // What cannot be removed is an empty file that keeps nobody out.
            let _: std::io::Result<()> = std::fs::remove_file(&self.path);
        }
        drop(self.file);
    }
}

/// The file beside a store with that ending.
pub(super) fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(ending);
    PathBuf::from(path)
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    // An open file cannot be removed there.
    path.exists()
}
