//! A snapshot, made ready for judging.

use std::sync::Arc;

use base::Timestamp;
use jose::{Algorithm, AllowList};
use snapshot::Snapshot;

use crate::route::RouteTable;

/// A snapshot and what is compiled from it once instead of per request. Cheap
/// to clone.
#[derive(Debug, Clone)]
pub struct View {
    snapshot: Arc<Snapshot>,
    routes: Arc<RouteTable>,
    algorithms: Option<AllowList>,
    first_key_expiry: Option<Timestamp>,
}

impl View {
    /// Makes `snapshot` ready.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let routes = RouteTable::compile(&snapshot.inventory().inventory);
        Self::of(snapshot, Arc::new(routes))
    }

    /// Makes the snapshot that follows ready; the routes are compiled again
    /// only if the inventory is another one.
    #[must_use]
    pub fn next(&self, snapshot: Arc<Snapshot>) -> Self {
        let held = &self.snapshot.inventory().inventory;
        if Arc::ptr_eq(held, &snapshot.inventory().inventory) {
            Self::of(snapshot, Arc::clone(&self.routes))
        } else {
            Self::new(snapshot)
        }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The algorithms of the accepted keys; nothing if no key is accepted. RFC
    /// 8725 section 3.1: they come from the published keys, never from a token.
    pub fn algorithms(&self) -> Option<AllowList> {
        self.algorithms
    }

    pub(crate) fn routes(&self) -> &RouteTable {
        &self.routes
    }

    /// Whether some accepted key has ended at `now`, so that a token's key has
    /// to be looked at before its signature counts.
    pub(crate) fn has_ended_keys(&self, now: Timestamp) -> bool {
        self.first_key_expiry.is_some_and(|expiry| expiry <= now)
    }

    fn of(snapshot: Arc<Snapshot>, routes: Arc<RouteTable>) -> Self {
        let accepted = snapshot.accepted_keys().keys();
        let algorithms: Vec<Algorithm> = accepted.iter().map(|key| key.algorithm()).collect();
        let published = snapshot.published_keys().iter();
        let first_key_expiry = published
            .filter(|key| key.is_accepted())
            .map(|key| key.expires_at)
            .min();
        Self {
            algorithms: AllowList::new(&algorithms).ok(),
            first_key_expiry,
            snapshot,
            routes,
        }
    }
}
