//! The change log, the snapshot and the wake-up.

use std::sync::Arc;
use std::time::Duration;

use base::Revision;
use snapshot::{Change, Cutoff, CutoffTarget};

use super::fixture::{self, canonical, folded, installed};
use crate::{Changes, Store};

fn denied(number: u64) -> Change {
    Change::TokenDenied {
        jti: format!("token-{number}"),
        expires_at: fixture::at(number + 600),
    }
}

/// Who waits on the head learns of a commit, and finds its changes there.
pub async fn a_commit_wakes_who_waits(store: &dyn Store) {
    let store = installed(store).await;
    let mut head = store.head();
    head.mark_unchanged();
    // An audit event alone is no news for a gate.
    let mut silent = fixture::create_operator_token(1);
    silent.effects.clear();
    store.commit(silent).await.unwrap();
    assert_eq!(*head.borrow(), Revision::ZERO);

    // The number is copied: who held on to the borrowed one would block the writer.
    let woken = async { head.wait_for(|now| now.number() > 0).await.map(|now| *now) };
    let (woken, committed) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(10), woken),
        store.commit(fixture::create_api_key(1)),
    );
    assert_eq!(woken.unwrap().unwrap(), Revision::new(1));
    assert_eq!(committed, Ok(Revision::new(1)));
    let changes = store.changes_after(Revision::ZERO, 10).await.unwrap();
    assert!(matches!(changes, Changes::Steps(steps) if steps.len() == 1));
}

/// The snapshot is the fold of the log, for every kind of change.
pub async fn folding_the_changes_gives_the_snapshot(store: &dyn Store) {
    let store = installed(store).await;
    let (_, create_signing_key) = fixture::signing_key(1);
    let cutoff = |target| {
        Change::CutOff(Cutoff {
            target,
            not_before: fixture::at(30),
            expires_at: fixture::at(630),
        })
    };
    let commits = [
        create_signing_key,
        fixture::apply_inventory(1),
        fixture::create_api_key(1),
        fixture::create_api_key(2),
        fixture::revoke_api_key(1),
        fixture::create_client(1),
        fixture::create_client(2),
        fixture::revoke_client(2),
        fixture::only(denied(1)),
        fixture::only(denied(2)),
        fixture::only(denied(1)),
        fixture::only(cutoff(CutoffTarget::Environment)),
        fixture::only(cutoff(CutoffTarget::Organisation("acme".parse().unwrap()))),
        fixture::only(cutoff(CutoffTarget::Client(fixture::client(1).id))),
        fixture::only(cutoff(CutoffTarget::Subject("alice \"x\"".to_owned()))),
        // A revocation of what no gate knows folds into nothing.
        fixture::only(Change::ApiKeyRevoked {
            id: fixture::api_key(77).id,
            at: fixture::at(1),
        }),
    ];
    for (writes, expected) in commits.into_iter().zip(1..) {
        assert_eq!(store.commit(writes).await, Ok(Revision::new(expected)));
        let snapshot = store.snapshot().await.unwrap();
        assert_eq!(snapshot.revision(), Revision::new(expected));
        assert_eq!(canonical(&snapshot), canonical(&folded(store).await));
    }
    let snapshot = store.snapshot().await.unwrap();
    let entry = snapshot.api_key(fixture::api_key(1).id.as_str()).unwrap();
    assert_eq!(entry.revoked_at(), Some(fixture::at(50)));
    let entry = snapshot.client(fixture::client(2).id.as_str()).unwrap();
    assert_eq!(entry.revoked_at, Some(fixture::at(51)));
    assert!(snapshot.is_token_denied("token-2"));
    assert_eq!(snapshot.published_keys().len(), 1);
    assert_eq!(snapshot.inventory().version, 1);
    let target = CutoffTarget::Subject("alice \"x\"".to_owned());
    assert_eq!(snapshot.cutoff(&target), Some(fixture::at(30)));
}

/// A reader that follows the log while many commit sees every revision once
/// and in order, and whatever the head or an acknowledgement promised.
pub async fn a_reader_never_skips_a_revision(store: &Arc<dyn Store>) {
    const WRITERS: u64 = 8;
    const EACH: u64 = 25;
    installed(store.as_ref()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..WRITERS {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            for step in 0..EACH {
                commit_and_find(store.as_ref(), denied(number * EACH + step)).await;
            }
        });
    }
    for _ in 0..3 {
        let store = Arc::clone(store);
        tasks.spawn(async move { follow(store.as_ref(), WRITERS * EACH).await });
    }
    tasks.join_all().await;
    let snapshot = store.snapshot().await.unwrap();
    let folded = folded(store.as_ref()).await;
    assert_eq!(canonical(&snapshot), canonical(&folded));
}

/// What is acknowledged is at the head and there to be read.
async fn commit_and_find(store: &dyn Store, change: Change) {
    let revision = store.commit(fixture::only(change)).await.unwrap();
    assert!(*store.head().borrow() >= revision);
    let before = Revision::new(revision.number() - 1);
    let changes = store.changes_after(before, 1).await.unwrap();
    let found = matches!(&changes, Changes::Steps(steps)
        if steps.first().is_some_and(|step| step.revision == revision));
    assert!(found, "{changes:?}");
}

async fn follow(store: &dyn Store, end: u64) {
    let mut head = store.head();
    let mut seen = Revision::ZERO;
    while seen.number() < end {
        let promised = *head.borrow_and_update();
        let changes = store.changes_after(seen, 16).await.unwrap();
        let Changes::Steps(steps) = changes else {
            assert_eq!(Some(seen), None, "a gap in a log that was not trimmed");
            return;
        };
        for step in &steps {
            assert_eq!(step.revision, seen.next());
            seen = step.revision;
        }
        if steps.is_empty() {
            assert!(promised <= seen, "the head ran ahead of the log");
            let woken = tokio::time::timeout(Duration::from_secs(10), head.changed());
            woken.await.unwrap().unwrap();
        }
    }
}

/// What was trimmed cannot be followed, and a snapshot still can be had.
pub async fn a_trimmed_log_is_a_gap(store: &dyn Store) {
    let store = installed(store).await;
    for number in 0..10 {
        store.commit(fixture::only(denied(number))).await.unwrap();
    }
    store.trim_changes(4).await.unwrap();
    for (after, expected) in [
        (0, None),
        (5, None),
        (6, Some(4)),
        (9, Some(1)),
        (10, Some(0)),
    ] {
        let changes = store
            .changes_after(Revision::new(after), 100)
            .await
            .unwrap();
        let steps = match changes {
            Changes::Steps(steps) => Some(steps.len()),
            Changes::Gap => None,
        };
        assert_eq!(steps, expected, "after {after}");
    }
    let snapshot = store.snapshot().await.unwrap();
    assert_eq!(snapshot.revision(), Revision::new(10));
    assert!(snapshot.is_token_denied("token-0"));

    store.trim_changes(0).await.unwrap();
    let at_head = store.changes_after(Revision::new(10), 1).await.unwrap();
    assert!(matches!(at_head, Changes::Steps(steps) if steps.is_empty()));
    let behind = store.changes_after(Revision::new(9), 1).await.unwrap();
    assert!(matches!(behind, Changes::Gap));
    // Numbers go on where they were.
    let next = store.commit(fixture::only(denied(11))).await;
    assert_eq!(next, Ok(Revision::new(11)));
}

/// A gate that knows more than the store followed another store.
pub async fn a_revision_of_the_future_is_a_gap(store: &dyn Store) {
    let store = installed(store).await;
    store.commit(fixture::only(denied(1))).await.unwrap();
    for after in [2, 1_000, u64::MAX] {
        let changes = store.changes_after(Revision::new(after), 1).await.unwrap();
        assert!(matches!(changes, Changes::Gap), "after {after}");
    }
}

/// An older cutoff must not reopen what a newer one closed.
pub async fn a_cutoff_does_not_go_back(store: &dyn Store) {
    let store = installed(store).await;
    for second in [50, 40, 50, 60, 10] {
        let change = Change::CutOff(Cutoff {
            target: CutoffTarget::Environment,
            not_before: fixture::at(second),
            expires_at: fixture::at(second + 600),
        });
        store.commit(fixture::only(change)).await.unwrap();
    }
    let snapshot = store.snapshot().await.unwrap();
    let cutoff = snapshot.cutoff(&CutoffTarget::Environment);
    assert_eq!(cutoff, Some(fixture::at(60)));
    assert_eq!(canonical(&snapshot), canonical(&folded(store).await));
}
