//! Opening and creating a store, and every way in which that is refused.

mod connect;
mod create;
mod inspect;
mod lock;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::OpenFault;
use crate::schema;
use crate::writer::Heads;

pub(crate) use connect::{BUSY, Role, connect};
pub(crate) use create::create;
pub(crate) use lock::StoreLock;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many reads may run at once.
    pub readers: usize,
    /// How many commits may wait for the writer; who comes then, waits for a place.
    pub queue: usize,
    /// How many commits share one transaction at most.
    pub batch: usize,
    /// The size that the file may reach, in bytes; commits beyond it are
    /// refused with [`store::StoreFault::Full`]. `None`: what the disk has.
    pub size_limit: Option<u64>,
    /// How long the write-ahead log may become, in bytes, before the writer
    /// waits for its copy. It is copied all along, beside the writer.
    pub log_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            queue: 1_024,
            batch: 256,
            size_limit: None,
            log_limit: 64 << 20,
        }
    }
}

/// A store that was found sound, with the writer's connection on it.
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    pub(crate) lock: StoreLock,
    pub(crate) writer: Connection,
    pub(crate) heads: Heads,
}

/// Opens a store that is there.
pub(crate) fn open(path: &Path, options: &Options) -> Result<Opened, OpenFault> {
    inspect::directory(path)?;
    inspect::file(path)?;
    // One store has one lock, whatever links lead to it.
    let real = path
        .canonicalize()
        .map_err(|error| OpenFault::from_io(&error))?;
    open_locked(&real, StoreLock::take(&real)?, options)
}

/// The same for who holds the lock already.
pub(crate) fn open_locked(
    path: &Path,
    lock: StoreLock,
    options: &Options,
) -> Result<Opened, OpenFault> {
    inspect::file(path)?;
    inspect::header(path)?;
    let mut writer = connect(path, Role::Writer(options.size_limit))?;
    inspect::soundness(path, &writer)?;
    schema::migrate(&mut writer)?;
    let heads = Heads::load(&writer)?;
    Ok(Opened {
        path: path.to_owned(),
        lock,
        writer,
        heads,
    })
}
