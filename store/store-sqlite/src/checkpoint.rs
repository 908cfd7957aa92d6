//! Check-points: copying the write-ahead log into the file, beside the writer.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::open::BUSY;

/// How long the writer waits at most for readers of an old state when it has
/// the log copied itself. After that it goes on, and tries again later.
const PATIENCE: Duration = Duration::from_millis(200);

/// The writer's end of the check-point thread.
pub(crate) struct Checkpoints {
    log: PathBuf,
    wake: SyncSender<()>,
    /// The length that the log may reach.
    limit: u64,
    /// The length at which something is done next.
    next: u64,
}

impl Checkpoints {
    /// Starts the thread on its own connection. It ends when this is dropped.
    pub(crate) fn start(
        connection: Connection,
        store: &Path,
        limit: u64,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&connection, &woken))?;
        let mut log = store.as_os_str().to_owned();
        log.push("-wal");
        let checkpoints = Self {
            log: PathBuf::from(log),
            wake,
            limit,
            next: step(limit),
        };
        Ok((checkpoints, thread))
    }

    /// After a transaction: has the log copied each time that it has grown by
    /// a step. Beside the writer as long as that keeps up; the writer itself
    /// waits for the rest of it once the log has reached its limit, because
    /// commits that never pause must not let it eat the disk.
    pub(crate) fn consider(&mut self, writer: &Connection) {
        let length = std::fs::metadata(&self.log).map_or(0, |metadata| metadata.len());
        let step = step(self.limit);
        if length.saturating_add(step) < self.next {
            // It began anew.
            self.next = step;
        }
        if length < self.next {
            return;
        }
        self.next = length.saturating_add(step);
        if length < self.limit {
            // A full channel means that it is awake already.
            let _: Result<(), _> = self.wake.try_send(());
            return;
        }
        // If an old reader holds it up, the next wait is a good while away.
        self.next = length.saturating_add(self.limit / 4);
        // A timeout that cannot be set is the longer one of every statement.
        let _: rusqlite::Result<()> = writer.busy_timeout(PATIENCE);
        checkpoint(writer, "TRUNCATE");
        let _: rusqlite::Result<()> = writer.busy_timeout(BUSY);
    }
}

const fn step(limit: u64) -> u64 {
    limit / 16
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
