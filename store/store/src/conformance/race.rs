//! Many start at once, and one wins.

use std::sync::Arc;

use authority::Writes;
use tokio::sync::Barrier;

use super::fixture::{self, installed};
use crate::{CommitError, Conflict, Store};

/// How many start at once.
pub(super) const RACERS: usize = 64;

/// Commits the same writes from many tasks, all of which wait at a barrier
/// until the last one is there, and gives how many won.
pub(super) async fn winners(
    store: &Arc<dyn Store>,
    writes: Writes,
    lost: impl Fn(&Conflict) -> bool,
) -> usize {
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let (store, barrier, writes) = (Arc::clone(store), Arc::clone(&barrier), writes.clone());
        racers.spawn(async move {
            barrier.wait().await;
            store.commit(writes).await
        });
    }
    let answers = racers.join_all().await;
    let mut winners = 0;
    for answer in answers {
        match answer {
            Ok(_) => winners += 1,
            Err(CommitError::Conflict(conflict)) => assert!(lost(&conflict), "{conflict}"),
            Err(CommitError::Fault(fault)) => assert_eq!(fault.to_string(), "no fault"),
        }
    }
    winners
}

async fn assert_written_once(store: &dyn Store, audit: u64, revision: u64) {
    let tail = store.audit_tail(1).await.unwrap();
    let last = tail.first().map_or(0, |entry| entry.sequence);
    assert_eq!(last, audit);
    assert_eq!(store.head().borrow().number(), revision);
}

/// A key is revoked once: by one, for one reason.
pub async fn one_of_many_revokes_a_key(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    store.commit(fixture::create_api_key(1)).await.unwrap();
    let won = winners(store, fixture::revoke_api_key(1), |conflict| {
        matches!(conflict, Conflict::AlreadyRevoked { .. })
    });
    assert_eq!(won.await, 1);
    assert_written_once(store.as_ref(), 3, 2).await;
}

/// An id is taken by one.
pub async fn one_of_many_creates_a_key(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    let won = winners(store, fixture::create_api_key(1), |conflict| {
        matches!(conflict, Conflict::Exists { .. })
    });
    assert_eq!(won.await, 1);
    assert_written_once(store.as_ref(), 2, 1).await;
}

/// Operators who saw the same version cannot overwrite each other.
pub async fn one_of_many_applies_an_inventory(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    let won = winners(store, fixture::apply_inventory(1), |conflict| {
        let follows_nothing = Conflict::InventoryVersion {
            in_force: 1,
            found: 1,
        };
        *conflict == follows_nothing
    });
    assert_eq!(won.await, 1);
    assert_written_once(store.as_ref(), 2, 1).await;
}

/// A store gets one environment.
pub async fn one_of_many_installs(store: &Arc<dyn Store>) {
    let won = winners(store, fixture::install(), |conflict| {
        *conflict == Conflict::AlreadyInstalled
    });
    assert_eq!(won.await, 1);
    assert_written_once(store.as_ref(), 1, 0).await;
}
