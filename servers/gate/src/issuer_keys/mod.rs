//! The keys of trusted issuers, fetched and kept fresh by the gate itself: no
//! store and no issuer of ours is needed for it.
//!
//! | what | where |
//! |---|---|
//! | which addresses may be reached | `address` |
//! | one GET, with everything bounded | `fetch` |
//! | from discovery, a URL or a file to a key set | `source` |
//! | when it is looked at again | `schedule` |
//! | whether a key that is not known is worth a look | `cool_down` |
//! | one issuer, one task, one look at a time | `kept` |
//!
//! Nothing of it happens while a request is judged. A request that was denied
//! for want of a key may wait a moment for the one look that is due, and is
//! then judged once more.

mod address;
mod cool_down;
mod fault;
mod fetch;
mod kept;
mod schedule;
mod source;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use access::{KeyOrigin, View, WantedKey};
use base::{Clock, Entropy};
use boundary::KeySource;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

pub use fault::KeyFault;
pub use kept::KeyReport;

use self::kept::{Kept, Shared, look_after};
use crate::feed::Knowledge;
use crate::upstream::Trust;

/// Keeps the keys of every issuer that the inventory in force trusts.
pub struct KeyKeeper {
    tasks: Mutex<Vec<(Arc<Kept>, AbortHandle)>>,
    shared: Arc<Shared>,
    runtime: Handle,
    jitter: u8,
}

impl std::fmt::Debug for KeyKeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyKeeper").finish_non_exhaustive()
    }
}

impl KeyKeeper {
    /// Starts on the present runtime, and follows the inventory from then on.
    /// `trust` is what `https` hosts are checked against; without it, what the
    /// operating system trusts.
    pub fn start(
        knowledge: &Arc<Knowledge>,
        trust: Option<Trust>,
        clock: Arc<dyn Clock>,
        entropy: &mut dyn Entropy,
    ) -> Arc<Self> {
        let [jitter] = entropy.bytes();
        let keeper = Arc::new(Self {
            tasks: Mutex::default(),
            shared: Arc::new(Shared {
                knowledge: Arc::downgrade(knowledge),
                clock,
                trust: trust.map(Some).map(OnceLock::from).unwrap_or_default(),
            }),
            runtime: Handle::current(),
            jitter,
        });
        tokio::spawn(follow(Arc::downgrade(&keeper), Arc::downgrade(knowledge)));
        keeper
    }

    /// Has the keys looked for in which the wanted one might be, if that is
    /// due, and waits a moment for it. Whether that is worth judging again.
    pub async fn refresh(&self, wanted: &WantedKey) -> bool {
        let kept = self.kept(&wanted.origin).or_else(|| {
            // The inventory is in force, and the task that follows it has not
            // come to it yet.
            let knowledge = self.shared.knowledge.upgrade()?;
            self.reconcile(knowledge.view().as_deref()?);
            self.kept(&wanted.origin)
        });
        match kept {
            Some(kept) => kept.refresh(wanted.key_id.as_ref()).await,
            None => false,
        }
    }

    /// What is known about each issuer's keys.
    pub fn reports(&self) -> Vec<KeyReport> {
        self.tasks().iter().map(|(kept, _)| kept.report()).collect()
    }

    fn kept(&self, origin: &KeyOrigin) -> Option<Arc<Kept>> {
        let tasks = self.tasks();
        let mut kept = tasks.iter().map(|(kept, _)| kept);
        kept.find(|kept| kept.origin == *origin).cloned()
    }

    /// Starts what is missing and ends what is not trusted any more.
    fn reconcile(&self, view: &View) {
        let issuers = view.trusted_issuers().iter();
        let wanted: Vec<&KeyOrigin> = issuers
            .map(access::ForeignIssuer::origin)
            .filter(|origin| !matches!(origin.source, KeySource::Inline(_)))
            .collect();
        let mut tasks = self.tasks();
        let mut ended = Vec::new();
        tasks.retain(|(kept, task)| {
            let stays = wanted.contains(&&kept.origin);
            if !stays {
                task.abort();
                ended.push(kept.origin.clone());
            }
            stays
        });
        for origin in wanted {
            if !tasks.iter().any(|(kept, _)| kept.origin == *origin) {
                let kept = Arc::new(Kept::new(origin.clone()));
                let shared = Arc::clone(&self.shared);
                let task = look_after(Arc::clone(&kept), shared, self.jitter);
                // Not on the runtime of the worker that may be asking.
                let task = self.runtime.spawn(task);
                tasks.push((kept, task.abort_handle()));
            }
        }
        drop(tasks);
        if let Some(knowledge) = self.shared.knowledge.upgrade() {
            for origin in ended {
                knowledge.put_issuer_keys(&origin, None);
            }
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<(Arc<Kept>, AbortHandle)>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeyKeeper {
    fn drop(&mut self) {
        for (_, task) in self.tasks().iter() {
            task.abort();
        }
    }
}

/// Ends when nobody holds the keeper or the knowledge any more.
async fn follow(keeper: Weak<KeyKeeper>, knowledge: Weak<Knowledge>) {
    let Some(mut in_force) = knowledge.upgrade().map(|knowledge| knowledge.in_force()) else {
        return;
    };
    loop {
        in_force.mark_unchanged();
        {
            let (Some(keeper), Some(knowledge)) = (keeper.upgrade(), knowledge.upgrade()) else {
                return;
            };
            if let Some(view) = knowledge.view().as_deref() {
                keeper.reconcile(view);
            }
        }
        if in_force.changed().await.is_err() {
            return;
        }
    }
}
