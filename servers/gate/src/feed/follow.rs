//! The one task that folds changes into the view.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use access::View;
use base::{Revision, Timestamp};
use snapshot::{NumberedChange, Snapshot};

use super::{Feed, FeedFault, Knowledge, Steps};

/// How long one look waits for a change. The knowledge is confirmed once per
/// look, so it is never older than this and the way to the feed and back.
const WAIT: Duration = Duration::from_millis(250);
/// After a fault.
const PAUSE: Duration = Duration::from_millis(200);
/// How often what has expired is dropped from the snapshot.
const TIDY: Duration = Duration::from_secs(600);
/// How long it is kept beyond its end: the most that clocks may differ, so
/// that nothing revoked is forgotten while some leeway still accepts it.
const KEPT: Duration = Duration::from_secs(60);
/// Beyond this a look has failed: a feed that is silent is not fresh.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ends when nobody holds the knowledge any more.
pub(super) async fn follow(feed: Arc<dyn Feed>, knowledge: Weak<Knowledge>) {
    let mut follower = Follower {
        feed,
        view: None,
        tidied_at: Timestamp::EPOCH,
        wait: Duration::ZERO,
    };
    while let Some(knowledge) = knowledge.upgrade() {
        if let Err(fault) = follower.look(&knowledge).await {
            tracing::warn!(%fault, "what was in force stays, and grows stale");
            tokio::time::sleep(PAUSE).await;
            follower.wait = Duration::ZERO;
        }
    }
}

struct Follower {
    feed: Arc<dyn Feed>,
    view: Option<View>,
    tidied_at: Timestamp,
    /// None while behind or while somebody waits.
    wait: Duration,
}

impl Follower {
    async fn look(&mut self, knowledge: &Knowledge) -> Result<(), FeedFault> {
        let begun = Instant::now();
        let Some(view) = self.view.clone() else {
            let snapshot = within(self.feed.snapshot()).await?;
            // There is no view yet that this could make look fresh; the other
            // way round the first requests would find one that is endlessly old.
            knowledge.confirm(begun);
            self.take_whole(snapshot, knowledge);
            return Ok(());
        };
        let after = view.snapshot().revision();
        // An answer confirms what was known when it was asked for, also one
        // that waited: when the feed last looked is its own affair.
        let (steps, begun) = tokio::select! {
            biased;
            // Somebody needs to know now: the look that waits is given up.
            () = knowledge.nudge.notified() => {
                let begun = Instant::now();
                (within(self.feed.changes_after(after, Duration::ZERO)).await?, begun)
            }
            steps = within(self.feed.changes_after(after, self.wait)) => (steps?, begun),
        };
        self.digest(steps, begun, knowledge).await
    }

    async fn digest(
        &mut self,
        steps: Steps,
        known_at: Instant,
        knowledge: &Knowledge,
    ) -> Result<(), FeedFault> {
        match steps {
            Steps::Changes(changes) if changes.is_empty() => {
                self.tidy(knowledge);
                knowledge.confirm(known_at);
                self.wait = WAIT;
            }
            Steps::Changes(changes) => {
                // There may be more: the next look does not wait.
                self.wait = Duration::ZERO;
                let Some(view) = &self.view else {
                    return Ok(());
                };
                let mut next = view.snapshot().clone();
                for change in &changes {
                    if let Err(gap) = next.apply(change.clone()) {
                        tracing::warn!(%gap, "fetching a whole snapshot");
                        return self.refetch(knowledge).await;
                    }
                }
                self.put(view.next(Arc::new(next)), Some(&changes), knowledge);
            }
            Steps::Gap => return self.refetch(knowledge).await,
        }
        Ok(())
    }

    async fn refetch(&mut self, knowledge: &Knowledge) -> Result<(), FeedFault> {
        let begun = Instant::now();
        let snapshot = within(self.feed.snapshot()).await?;
        self.take_whole(snapshot, knowledge);
        // It was whole at some moment after it was asked for.
        knowledge.confirm(begun);
        Ok(())
    }

    fn take_whole(&mut self, snapshot: Snapshot, knowledge: &Knowledge) {
        let held = self
            .view
            .as_ref()
            .map_or(Revision::ZERO, |view| view.snapshot().revision());
        if snapshot.revision() < held {
            // A store that was restored from a copy: what it forgot is gone.
            tracing::error!(%held, found = %snapshot.revision(), "the feed went back");
        }
        let view = match &self.view {
            Some(view) => view.next(Arc::new(snapshot)),
            None => View::new(Arc::new(snapshot)),
        };
        self.wait = Duration::ZERO;
        self.put(view, None, knowledge);
    }

    fn put(&mut self, view: View, changes: Option<&[NumberedChange]>, knowledge: &Knowledge) {
        self.view = Some(view.clone());
        knowledge.put(view, changes);
    }

    fn tidy(&mut self, knowledge: &Knowledge) {
        let now = knowledge.now();
        if now.since(self.tidied_at) < TIDY {
            return;
        }
        self.tidied_at = now;
        if let Some(view) = &self.view {
            let mut next = view.snapshot().clone();
            next.forget_expired(now.before(KEPT));
            self.put(view.next(Arc::new(next)), Some(&[]), knowledge);
        }
    }
}

async fn within<T>(looking: impl Future<Output = Result<T, FeedFault>>) -> Result<T, FeedFault> {
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| Err(FeedFault("it does not answer".to_owned())))
}
