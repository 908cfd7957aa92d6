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
    pace: Pace,
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
            pace: Pace::new(limit),
        };
        Ok((checkpoints, thread))
    }

    /// After a transaction: has the log copied when it is time.
    pub(crate) fn consider(&mut self, writer: &Connection) {
        let length = std::fs::metadata(&self.log).map_or(0, |metadata| metadata.len());
        match self.pace.after(length) {
            Copying::No => {}
            // A full channel means that it is awake already.
            Copying::Beside => {
                let _: Result<(), _> = self.wake.try_send(());
            }
            Copying::Now => {
                // A timeout that cannot be set is the longer one of every statement.
                let _: rusqlite::Result<()> = writer.busy_timeout(PATIENCE);
                checkpoint(writer, "TRUNCATE");
                let _: rusqlite::Result<()> = writer.busy_timeout(BUSY);
            }
        }
    }
}

/// What to do about the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copying {
    No,
    Beside,
    Now,
}

/// Decides by the log's length when it is copied: beside the writer each time
/// that it has grown by a step, as long as that keeps up; and by the writer
/// itself once it has reached its limit, because commits that never pause must
/// not let it eat the disk.
#[derive(Debug)]
struct Pace {
    limit: u64,
    /// How long it was before.
    last: u64,
    /// The length at which something is done next.
    next: u64,
}

impl Pace {
    const fn new(limit: u64) -> Self {
        Self {
            limit,
            last: 0,
            next: step(limit),
        }
    }

    fn after(&mut self, length: u64) -> Copying {
        if length < self.last {
            // It began anew.
            self.next = step(self.limit);
        }
        self.last = length;
        if length < self.next {
            return Copying::No;
        }
        if length < self.limit {
            self.next = length.saturating_add(step(self.limit));
            return Copying::Beside;
        }
        // If a reader of an old state holds it up, the next wait is a good while away.
        self.next = length.saturating_add(self.limit / 4);
        Copying::Now
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_copied_at_each_step_and_awaited_at_the_limit() {
        let mut pace = Pace::new(160);
        let lengths = [9, 10, 15, 20, 25, 159, 160, 170, 199, 200, 5, 10, 11];
        let found = lengths.map(|length| pace.after(length));
        use Copying::{Beside, No, Now};
        let expected = [
            No, Beside, No, Beside, No, Beside, No, Now, No, No, No, Beside, No,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_reader_that_never_ends_costs_few_waits() {
        let mut pace = Pace::new(1_600);
        let waits = (0..16_000).filter(|&length| pace.after(length) == Copying::Now);
        assert_eq!(waits.count(), 36);
    }
}
