//! The gate's journal in the process of the store: the audit itself.

use std::sync::Arc;

use async_trait::async_trait;
use gate::journal::{Journal, JournalEntry, JournalFault};
use snapshot::UsageReport;
use store::Store;
use store::audit::AuditBody;

/// The store as a journal.
pub(super) struct StoreJournal(pub(super) Arc<dyn Store>);

#[async_trait]
impl Journal for StoreJournal {
    async fn record(&self, entries: Vec<JournalEntry>) -> Result<(), JournalFault> {
        let bodies = entries
            .into_iter()
            .map(|entry| match entry {
                JournalEntry::Decision(decision) => AuditBody::Decision(decision),
                JournalEntry::Outcome(outcome) => AuditBody::Outcome(outcome),
            })
            .collect();
        self.0
            .record_decisions(bodies)
            .await
            .map_err(|fault| JournalFault(fault.to_string()))
    }

    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), JournalFault> {
        let recorded = self.0.record_usage(reports).await;
        recorded.map_err(|fault| JournalFault(fault.to_string()))
    }
}
