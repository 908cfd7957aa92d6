//! The control plane's own copy of what is in force: it follows the store's
//! changes as a gate does.

use std::sync::Arc;
use std::time::Duration;

use snapshot::Snapshot;
use store::{Changes, Store, StoreFault};
use tokio::sync::watch;

/// How many changes are read at once.
const STEPS: usize = 1_000;

/// How long to wait after the store could not be read.
const PAUSE: Duration = Duration::from_millis(250);

/// Starts following; ends when nobody reads any more.
pub(crate) async fn follow(
    store: Arc<dyn Store>,
) -> Result<watch::Receiver<Arc<Snapshot>>, StoreFault> {
    let first = store.snapshot().await?;
    let (sender, receiver) = watch::channel(Arc::new(first));
    tokio::spawn(async move {
        let mut head = store.head();
        while !sender.is_closed() {
            let current = Arc::clone(&sender.borrow());
            match catch_up(store.as_ref(), &current).await {
                Ok(Some(next)) => {
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
