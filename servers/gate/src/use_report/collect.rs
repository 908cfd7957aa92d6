//! Takes the workers' sheets, sums them and hands them over.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Entropy;
use snapshot::{CredentialRef, Usage, UsageReport};

use super::sheet::{Sheet, Tally};
use crate::journal::Journal;

/// Between two reports.
const PERIOD: Duration = Duration::from_secs(2);
/// How many credentials wait while no report can be handed over.
const MOST_KEPT: usize = 65_536;
/// How many credentials one report has at most.
const BATCH: usize = 500;
/// How many networks, fingerprints, endpoints and so on one report has at most:
/// it stays below the 4 MiB that the admin API takes.
const BATCH_TOLD: usize = 10_000;
/// How long one report may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is on its way from the workers to the journal.
pub(crate) struct Collector {
    sheets: Mutex<Vec<Arc<Mutex<Sheet>>>>,
    /// What could not be handed over yet. Held while it is tried.
    kept: tokio::sync::Mutex<BTreeMap<CredentialRef, Usage>>,
    journal: Arc<dyn Journal>,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Collector")
    }
}

impl Collector {
    /// Starts the task that hands over to `journal`, on the present runtime. It
    /// ends with the collector.
    pub(crate) fn start(journal: Arc<dyn Journal>) -> Arc<Self> {
        let collector = Arc::new(Self {
            sheets: Mutex::default(),
            kept: tokio::sync::Mutex::default(),
            journal,
        });
        let weak = Arc::downgrade(&collector);
        tokio::spawn(async move {
            let mut period = tokio::time::interval(PERIOD);
            period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                period.tick().await;
                let Some(collector) = weak.upgrade() else {
                    return;
                };
                collector.hand_over().await;
            }
        });
        collector
    }

    /// A worker's side.
    pub(crate) fn tally(&self, entropy: &mut dyn Entropy) -> Tally {
        let sheet = Arc::new(Mutex::new(Sheet::default()));
        let mut sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        sheets.push(Arc::clone(&sheet));
        Tally::new(sheet, entropy)
    }

    /// Hands over everything that was counted until now; whether nothing is left.
    pub(crate) async fn hand_over(&self) -> bool {
        let mut kept = self.kept.lock().await;
        let mut untold = 0_u64;
        for sheet in self.take() {
            untold = untold.saturating_add(sheet.untold());
            for report in sheet.into_reports() {
                untold = untold.saturating_add(keep(&mut kept, report));
            }
        }
        if untold > 0 {
            tracing::warn!(
                requests = untold,
                "more credentials are in use than a report tells apart: these requests are in none"
            );
        }
        while let Some(reports) = next_batch(&mut kept) {
            let handed = self.journal.record_usage(reports.clone());
            let handed = tokio::time::timeout(PATIENCE, handed).await;
            if !matches!(handed, Ok(Ok(()))) {
                for report in reports {
                    keep(&mut kept, report);
                }
                let credentials = kept.len();
                match handed {
                    Ok(Err(fault)) => tracing::warn!(%fault, credentials, "use reports wait"),
                    _ => tracing::warn!(credentials, "use reports wait: nobody takes them"),
                }
                return false;
            }
        }
        true
    }

    /// Every worker's sheet, in exchange for an empty one.
    fn take(&self) -> Vec<Sheet> {
        let mut sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = sheets.iter().map(|sheet| {
            let lock = || sheet.lock().unwrap_or_else(PoisonError::into_inner);
            // Made before it is exchanged: a worker waits for no allocation.
            let fresh = Sheet::like(lock().len());
            std::mem::replace(&mut *lock(), fresh)
        });
        let taken = taken.collect();
        // The worker of a sheet that nobody else holds has ended.
        sheets.retain(|sheet| Arc::strong_count(sheet) > 1);
        taken
    }
}

/// Adds a report to those that wait; gives the requests for which there was no
/// room.
fn keep(kept: &mut BTreeMap<CredentialRef, Usage>, report: UsageReport) -> u64 {
    if let Some(known) = kept.get_mut(&report.credential) {
        known.add(&report.usage);
    } else if kept.len() < MOST_KEPT {
        kept.insert(report.credential, report.usage);
    } else {
        return report.usage.seen.map_or(0, |seen| seen.requests);
    }
    0
}

/// Takes the first of those that wait, as many as one report may have.
fn next_batch(kept: &mut BTreeMap<CredentialRef, Usage>) -> Option<Vec<UsageReport>> {
    let mut reports = Vec::new();
    let mut told = 0;
    while reports.len() < BATCH && told < BATCH_TOLD {
        let Some((credential, usage)) = kept.pop_first() else {
            break;
        };
        told += told_in(&usage);
        reports.push(UsageReport { credential, usage });
    }
    (!reports.is_empty()).then_some(reports)
}

fn told_in(usage: &Usage) -> usize {
    usage.generations.len()
        + usage.networks.len()
        + usage.fingerprints.len()
        + usage.endpoints.len()
        + usage.exposures.len()
}
