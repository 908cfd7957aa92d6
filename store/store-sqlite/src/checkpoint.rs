//! Check-points: copying the write-ahead log into the file, beside the writer.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

/// From here on the log is copied, beside the writer.
const WORTH_COPYING: u64 = 4 << 20;

/// From here on the writer waits for the copy: the log must not eat the disk
/// when commits never pause.
const TOO_LONG: u64 = 256 << 20;

/// The writer's end of the check-point thread.
pub(crate) struct Checkpoints {
    log: PathBuf,
    wake: SyncSender<()>,
}

impl Checkpoints {
    /// Starts the thread on its own connection. It ends when this is dropped.
    pub(crate) fn start(
        connection: Connection,
        store: &Path,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&connection, &woken))?;
        let mut log = store.as_os_str().to_owned();
        log.push("-wal");
        let log = PathBuf::from(log);
        Ok((Self { log, wake }, thread))
    }

    /// After a transaction: has the log copied when it has grown.
    pub(crate) fn consider(&self, writer: &Connection) {
        let length = std::fs::metadata(&self.log).map_or(0, |metadata| metadata.len());
        if length >= TOO_LONG {
            checkpoint(writer, "RESTART");
        } else if length >= WORTH_COPYING {
            // A full channel means that it is awake already.
            let _: Result<(), _> = self.wake.try_send(());
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        checkpoint(connection, "PASSIVE");
    }
}

/// A check-point that fails loses nothing: the log keeps what it has, and the
/// next one tries again.
fn checkpoint(connection: &Connection, mode: &str) {
    let pragma = format!("PRAGMA wal_checkpoint({mode})");
    let _: Result<(), rusqlite::Error> = connection.query_row(&pragma, [], |_| Ok(()));
}
