//! What the gate decided, on its way to the audit.
//!
//! One task writes; what waits meanwhile is written together. Nothing is
//! dropped silently: a full queue slows whoever decides, and what is lost in
//! the end is counted and said aloud.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use base::Entropy;
use serde::Serialize;
use snapshot::{DecisionRecord, OutcomeRecord, UsageReport};
use tokio::sync::{mpsc, oneshot};

use crate::use_report::{Collector, Tally};

/// Entries that may wait.
const QUEUE: usize = 8192;
/// Entries written at once.
const BATCH: usize = 512;
/// How long a decision waits for room or for durability.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts to write what nobody waits for.
const PAUSE: Duration = Duration::from_millis(250);

/// One entry, as the admin API takes it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "record")]
pub enum JournalEntry {
    /// A decision.
    Decision(Box<DecisionRecord>),
    /// How a permitted request ended.
    Outcome(OutcomeRecord),
}

/// The entries were not made durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalFault(
    /// For the log.
    pub String,
);

impl std::fmt::Display for JournalFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the journal cannot be written: {}", self.0)
    }
}

impl std::error::Error for JournalFault {}

/// Where entries become durable: the store of the same process, or the admin API.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Makes all of them durable, in this order, or none.
    async fn record(&self, entries: Vec<JournalEntry>) -> Result<(), JournalFault>;

    /// Adds what was seen of credentials to what is known of their use: all of
    /// it, or none. A report that comes twice counts twice.
    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), JournalFault>;
}

struct Waiting {
    entry: JournalEntry,
    /// Told when it is durable, or that it will not be.
    told: Option<oneshot::Sender<bool>>,
}

/// The gate's side of a journal. Cheap to clone; every worker has one.
#[derive(Debug, Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Waiting>,
    lost: Arc<AtomicU64>,
    use_reports: Arc<Collector>,
}

impl Recorder {
    /// Starts the tasks that write to `journal`, on the present runtime.
    pub fn start(journal: Arc<dyn Journal>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let use_reports = Collector::start(Arc::clone(&journal));
        tokio::spawn(write(journal, waiting));
        Self {
            queue,
            lost: Arc::default(),
            use_reports,
        }
    }

    /// Hands an entry over without waiting for it to be durable. Waits only
    /// while the queue is full, and not for ever.
    pub async fn note(&self, entry: JournalEntry) {
        let waiting = Waiting { entry, told: None };
        let Err(full) = self.queue.try_send(waiting) else {
            return;
        };
        let sent = tokio::time::timeout(PATIENCE, self.queue.send(full.into_inner())).await;
        if !matches!(sent, Ok(Ok(()))) {
            let lost = self.lost.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(
                lost,
                "a decision could not be journalled: the journal is full"
            );
        }
    }

    /// Whether the entry is durable.
    pub async fn record(&self, entry: JournalEntry) -> bool {
        let (told, durable) = oneshot::channel();
        let waiting = Waiting {
            entry,
            told: Some(told),
        };
        let recorded = async {
            self.queue.send(waiting).await.ok()?;
            durable.await.ok()
        };
        matches!(
            tokio::time::timeout(PATIENCE, recorded).await,
            Ok(Some(true))
        )
    }

    /// Hands over what the workers have seen of credentials, which otherwise
    /// happens every two seconds: for the end of a process, after its workers.
    /// Whether nothing is left.
    pub async fn report_use(&self) -> bool {
        self.use_reports.hand_over().await
    }

    /// What a worker counts the use of credentials with. Public for the bench.
    #[doc(hidden)]
    pub fn tally(&self, entropy: &mut dyn Entropy) -> Tally {
        self.use_reports.tally(entropy)
    }

    /// Entries that were lost since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

async fn write(journal: Arc<dyn Journal>, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    // Entries that nobody waits for and that could not be written yet.
    let mut kept: Vec<JournalEntry> = Vec::new();
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        // Whoever stopped waiting has answered 503: what it asked for never happened.
        batch.retain(|waiting| {
            !waiting
                .told
                .as_ref()
                .is_some_and(oneshot::Sender::is_closed)
        });
        let entries: Vec<_> = kept
            .iter()
            .chain(batch.iter().map(|waiting| &waiting.entry))
            .cloned()
            .collect();
        let written = journal.record(entries).await;
        if let Err(fault) = &written {
            tracing::error!(%fault, kept = kept.len(), "decisions wait for the journal");
        } else {
            kept.clear();
        }
        for waiting in batch.drain(..) {
            match waiting.told {
                Some(told) => drop(told.send(written.is_ok())),
                None if written.is_err() => kept.push(waiting.entry),
                None => {}
            }
        }
        while kept.len() >= BATCH {
            // No more is taken from the queue meanwhile, so it fills and slows
            // the workers down.
            tokio::time::sleep(PAUSE).await;
            if journal.record(kept.clone()).await.is_ok() {
                kept.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Timestamp;
    use snapshot::UpstreamOutcome;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    #[derive(Default)]
    struct Disk {
        broken: AtomicBool,
        written: Mutex<Vec<u64>>,
    }

    #[async_trait]
    impl Journal for Disk {
        async fn record(&self, entries: Vec<JournalEntry>) -> Result<(), JournalFault> {
            if self.broken.load(Ordering::SeqCst) {
                return Err(JournalFault("full".to_owned()));
            }
            let mut written = self.written.lock().unwrap();
            written.extend(entries.iter().map(|entry| match entry {
                JournalEntry::Outcome(outcome) => outcome.latency_us,
                JournalEntry::Decision(_) => 0,
            }));
            Ok(())
        }

        async fn record_usage(&self, _: Vec<UsageReport>) -> Result<(), JournalFault> {
            Ok(())
        }
    }

    fn entry(number: u64) -> JournalEntry {
        JournalEntry::Outcome(OutcomeRecord {
            request_id: "r".parse().unwrap(),
            at: Timestamp::EPOCH,
            upstream: UpstreamOutcome::Status(200),
            latency_us: number,
        })
    }

    #[tokio::test]
    async fn what_is_recorded_is_written_in_order() {
        let disk = Arc::new(Disk::default());
        let recorder = Recorder::start(Arc::clone(&disk) as Arc<dyn Journal>);
        for number in 1..=3 {
            recorder.note(entry(number)).await;
        }
        assert!(recorder.record(entry(4)).await);
        assert_eq!(*disk.written.lock().unwrap(), [1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn a_broken_journal_gives_no_durable_record_and_keeps_what_nobody_waits_for() {
        let disk = Arc::new(Disk::default());
        let recorder = Recorder::start(Arc::clone(&disk) as Arc<dyn Journal>);
        disk.broken.store(true, Ordering::SeqCst);
        recorder.note(entry(1)).await;
        assert!(!recorder.record(entry(2)).await);
        disk.broken.store(false, Ordering::SeqCst);
        assert!(recorder.record(entry(3)).await);
        assert_eq!(
            *disk.written.lock().unwrap(),
            [1, 3],
            "2 was not permitted, so it is not there"
        );
        assert_eq!(recorder.lost(), 0);
    }
}
