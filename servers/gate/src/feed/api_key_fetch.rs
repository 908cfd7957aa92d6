//! The one look for an API key that the snapshot has no place for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use credential::ApiKeyId;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{Feed, Knowledge};

/// How long a request waits for the look that may bring its key.
const PATIENCE: Duration = Duration::from_secs(1);
/// Beyond this a look has failed.
const LONGEST_LOOK: Duration = Duration::from_secs(2);
/// How many looks may be made at once, after a pause.
const BURST: u32 = 128;
/// In what time one more may be made. Whoever makes up ids causes no more looks
/// than this, whatever he sends.
const REFILL: Duration = Duration::from_millis(20);
/// How many requests wait at a time; the others are answered at once.
const MOST_WAITING: usize = 1_024;

/// Asks the feed for single keys: for each id one look at a time, and for all
/// together not more than a bounded number in a time.
pub(super) struct ApiKeyFetch {
    feed: Arc<dyn Feed>,
    runtime: Handle,
    looks: Mutex<Looks>,
}

struct Looks {
    /// Those under way; each ends when its sender is dropped.
    under_way: HashMap<ApiKeyId, watch::Receiver<()>>,
    waiting: usize,
    tokens: u32,
    filled_at: Instant,
}

impl ApiKeyFetch {
    pub(super) fn new(feed: Arc<dyn Feed>, runtime: Handle) -> Self {
        Self {
            feed,
            runtime,
            looks: Mutex::new(Looks {
                under_way: HashMap::new(),
                waiting: 0,
                tokens: BURST,
                filled_at: Instant::now(),
            }),
        }
    }

    /// Has the key looked for, if it is not known by now, and waits a moment
    /// for it. Whether that is worth judging again.
    pub(super) async fn fetch(&self, id: &ApiKeyId, knowledge: &Arc<Knowledge>) -> bool {
        let mut look = {
            let mut looks = locked(&self.looks);
            if looks.waiting >= MOST_WAITING {
                return false;
            }
            let joined = looks.under_way.get(id).cloned();
            let look = match joined {
                Some(look) => look,
                // A look that is over has told what it found before it was: the
                // request was judged before that, and is judged again.
                None if knowledge.knows_api_key(id) => return true,
                None if !looks.take(Instant::now()) => return false,
                None => {
                    let (over, look) = watch::channel(());
                    looks.under_way.insert(id.clone(), look.clone());
                    let feed = Arc::clone(&self.feed);
                    let knowledge = Arc::downgrade(knowledge);
                    // Its own task: whoever asked first may go away.
                    self.runtime.spawn(find(id.clone(), feed, knowledge, over));
                    look
                }
            };
            looks.waiting += 1;
            look
        };
        let _waiting = Waiting(&self.looks);
        tokio::time::timeout(PATIENCE, look.changed()).await.is_ok()
    }

    fn end(&self, id: &ApiKeyId) {
        locked(&self.looks).under_way.remove(id);
    }
}

async fn find(
    id: ApiKeyId,
    feed: Arc<dyn Feed>,
    knowledge: Weak<Knowledge>,
    over: watch::Sender<()>,
) {
    let found = tokio::time::timeout(LONGEST_LOOK, feed.api_key(&id)).await;
    let Some(knowledge) = knowledge.upgrade() else {
        return;
    };
    match found {
        Ok(Ok(answer)) => knowledge.learn_api_key(id.clone(), answer),
        Ok(Err(fault)) => tracing::warn!(api_key = %id, %fault, "the key is refused"),
        Err(_) => tracing::warn!(api_key = %id, "the feed is silent: the key is refused"),
    }
    // What was found is in force before anybody can start another look.
    if let Some(fetch) = &knowledge.api_key_fetch {
        fetch.end(&id);
    }
    drop(over);
}

impl Looks {
    fn take(&mut self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.filled_at).as_nanos();
        let more = u32::try_from(since / REFILL.as_nanos()).unwrap_or(u32::MAX);
        if more > 0 {
            // What is left of a step is not lost, unless it is full anyhow.
            self.filled_at = match self.tokens.saturating_add(more) < BURST {
                true => self.filled_at + REFILL * more,
                false => now,
            };
            self.tokens = self.tokens.saturating_add(more).min(BURST);
        }
        match self.tokens.checked_sub(1) {
            Some(left) => self.tokens = left,
            None => return false,
        }
        true
    }
}

/// One request that waits.
struct Waiting<'a>(&'a Mutex<Looks>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut looks = locked(self.0);
        looks.waiting = looks.waiting.saturating_sub(1);
    }
}

fn locked(looks: &Mutex<Looks>) -> MutexGuard<'_, Looks> {
    looks.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_bounded_in_any_time() {
        let begun = Instant::now();
        let mut looks = Looks {
            under_way: HashMap::new(),
            waiting: 0,
            tokens: BURST,
            filled_at: begun,
        };
        let mut taken = 0;
        for millis in 0..10_000 {
            let now = begun + Duration::from_millis(millis);
            taken += u32::from(looks.take(now)) + u32::from(looks.take(now));
        }
        assert_eq!(taken, BURST + 9_999 / 20);
        // After a long pause not more than a burst.
        let later = begun + Duration::from_secs(3_600);
        assert_eq!((0..1_000).filter(|_| looks.take(later)).count(), 128);
    }
}
