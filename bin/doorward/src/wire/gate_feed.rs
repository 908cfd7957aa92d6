//! The gate's feed in the process of the store: the change log itself.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base::Revision;
use credential::ApiKeyId;
use gate::feed::{Feed, FeedFault, FoundApiKey, Steps};
use snapshot::Snapshot;
use store::{Changes, Store, StoreFault};

/// How many changes are read at once.
const STEPS: usize = 1_000;

/// The store as a feed.
pub(super) struct StoreFeed(pub(super) Arc<dyn Store>);

#[async_trait]
impl Feed for StoreFeed {
    async fn snapshot(&self) -> Result<Snapshot, FeedFault> {
        self.0.snapshot().await.map_err(fault)
    }

    async fn changes_after(&self, after: Revision, wait: Duration) -> Result<Steps, FeedFault> {
        let mut head = self.0.head();
        if *head.borrow_and_update() <= after {
            // Woken or not, the log is read: only what it says confirms anything.
            let _ = tokio::time::timeout(wait, head.changed()).await;
        }
        match self.0.changes_after(after, STEPS).await.map_err(fault)? {
            Changes::Steps(steps) => Ok(Steps::Changes(steps)),
            Changes::Gap => Ok(Steps::Gap),
        }
    }

    async fn api_key(&self, id: &ApiKeyId) -> Result<FoundApiKey, FeedFault> {
        // Before the read: the answer is as new as this at least.
        let revision = *self.0.head().borrow();
        let found = self.0.api_key(id.as_str()).await.map_err(fault)?;
        Ok(FoundApiKey {
            revision,
            api_key: found.map(|api_key| api_key.entry()),
        })
    }
}

fn fault(fault: StoreFault) -> FeedFault {
    FeedFault(fault.to_string())
}
