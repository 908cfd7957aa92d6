//! The control plane's own copy of what is in force: it follows the store's
//! changes as a gate does.

use std::sync::Arc;
use std::time::Duration;

use base::Revision;
use snapshot::Snapshot;
use store::{Changes, Store, StoreFault};
use tokio::sync::watch;

/// How many changes are read at once.
const STEPS: usize = 1_000;

/// How long to wait after the store could not be read.
const PAUSE: Duration = Duration::from_millis(250);

/// How long the gate of the process may be behind before it is not waited for.
const BEHIND: Duration = Duration::from_secs(1);

/// Starts following; ends when nobody reads any more. What is read here is
/// known to the gate of this process, if it has one: a token that is signed
/// with a new key never reaches it before the key does.
pub(crate) async fn follow(
    store: Arc<dyn Store>,
    gate: Option<watch::Receiver<Revision>>,
) -> Result<watch::Receiver<Arc<Snapshot>>, StoreFault> {
    let first = store.snapshot().await?;
    let (sender, receiver) = watch::channel(Arc::new(first));
    tokio::spawn(async move {
        let mut head = store.head();
        while !sender.is_closed() {
            let current = Arc::clone(&sender.borrow());
            match catch_up(store.as_ref(), &current).await {
                Ok(Some(next)) => {
                    if let Some(mut gate) = gate.clone() {
                        let reached = gate.wait_for(|reached| *reached >= next.revision());
                        // A gate that is stuck is no reason to issue by what is outdated.
                        let _ = tokio::time::timeout(BEHIND, reached).await;
                    }
                    sender.send_replace(Arc::new(next));
                }
                Ok(None) => {
                    if head.changed().await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the store's changes cannot be read; what was in force stays");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    });
    Ok(receiver)
}

/// The snapshot after the next changes; `None` when there are none.
async fn catch_up(store: &dyn Store, current: &Snapshot) -> Result<Option<Snapshot>, StoreFault> {
    match store.changes_after(current.revision(), STEPS).await? {
        Changes::Steps(steps) if steps.is_empty() => Ok(None),
        Changes::Steps(steps) => {
            let mut next = current.clone();
            for step in steps {
                if next.apply(step).is_err() {
                    return store.snapshot().await.map(Some);
                }
            }
            Ok(Some(next))
        }
        Changes::Gap => store.snapshot().await.map(Some),
    }
}
