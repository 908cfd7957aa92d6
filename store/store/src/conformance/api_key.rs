//! The acts on an API key, one after the other.

use std::sync::Arc;

use authority::api_key::{Rotation, Successor};
use authority::audit::Action;
use authority::{Effect, Writes};
use snapshot::Change;

use super::fixture::{self, everything, installed, json};
use super::race::winners;
use crate::{CommitError, Conflict, RecordKind, Store};

/// The commit of an act that read version `from` and gives the key that owner.
fn replace(number: u64, from: u64, owner: &str) -> Writes {
    let mut record = fixture::api_key(number);
    record.version = from.saturating_add(1);
    record.accountability.owner = owner.parse().unwrap();
    Writes {
        audit: vec![fixture::event(
            &format!("replace{number}v{from}"),
            Action::ApiKeyCreated,
        )],
        changes: vec![Change::ApiKeyPut(Box::new(record.entry()))],
        effects: vec![Effect::ReplaceApiKey {
            from,
            record: Box::new(record),
        }],
    }
}

async fn assert_refused(store: &dyn Store, writes: Writes, conflict: Conflict) {
    let before = everything(store).await;
    let answer = store.commit(writes).await;
    assert_eq!(answer, Err(CommitError::Conflict(conflict)));
    assert_eq!(everything(store).await, before);
}

/// An act is written over the version that it read, and over no other one.
pub async fn an_act_replaces_the_version_that_it_read(store: &dyn Store) {
    let store = installed(store).await;
    let id = fixture::api_key(1).id.to_string();
    let kind = RecordKind::ApiKey;
    let unknown = Conflict::Unknown {
        kind,
        id: id.clone(),
    };
    assert_refused(store, replace(1, 0, "alex"), unknown).await;
    store.commit(fixture::create_api_key(1)).await.unwrap();
    store.commit(fixture::create_api_key(2)).await.unwrap();
    store.commit(replace(1, 0, "alex")).await.unwrap();
    for from in [0, 2, u64::MAX] {
        let conflict = Conflict::ApiKeyVersion {
            id: id.clone(),
            from,
            found: 1,
        };
        assert_refused(store, replace(1, from, "kim"), conflict).await;
    }
    store.commit(replace(1, 1, "kim")).await.unwrap();
    let held = store.api_key(&id).await.unwrap().unwrap();
    assert_eq!(
        (held.version, held.accountability.owner.as_str()),
        (2, "kim")
    );
    let snapshot = store.snapshot().await.unwrap();
    let entry = snapshot.api_key(&id).unwrap();
    assert_eq!(json(&entry), json(&held.entry()));
    let other = fixture::api_key(2);
    let untouched = store.api_key(other.id.as_str()).await.unwrap().unwrap();
    assert_eq!(json(&untouched), json(&other));
}

/// Nothing is made of a key that was revoked: not even by an act that read it
/// before.
pub async fn what_is_revoked_is_not_replaced(store: &dyn Store) {
    let store = installed(store).await;
    store.commit(fixture::create_api_key(1)).await.unwrap();
    store.commit(fixture::revoke_api_key(1)).await.unwrap();
    let conflict = Conflict::AlreadyRevoked {
        kind: RecordKind::ApiKey,
        id: fixture::api_key(1).id.to_string(),
    };
    assert_refused(store, replace(1, 0, "alex"), conflict).await;
}

/// Many acts read one version: one is written.
pub async fn one_of_many_acts_happens(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    store.commit(fixture::create_api_key(1)).await.unwrap();
    let won = winners(store, replace(1, 0, "alex"), |conflict| {
        matches!(conflict, Conflict::ApiKeyVersion { .. })
    });
    assert_eq!(won.await, 1);
}

/// The commit that rotates a key until then, or ends its rotation.
fn rotate(number: u64, from: u64, until: Option<u64>) -> Writes {
    let mut writes = replace(number, from, "alex");
    let Some(Effect::ReplaceApiKey { record, .. }) = writes.effects.first_mut() else {
        return writes;
    };
    record.rotation = until.map(|until| Rotation {
        staged_at: fixture::at(1),
        successor: Successor {
            digest: fixture::api_key(number + 100).digest,
            digest_key: record.digest_key.unwrap(),
            generation: 2,
            expires_at: fixture::at(until + 1),
        },
        ends_at: fixture::at(until),
        cut_over_at: None,
        used_before: 0,
    });
    writes.changes = vec![Change::ApiKeyPut(Box::new(record.entry()))];
    writes
}

/// Whoever looks after rotations reads those alone, the most urgent first.
pub async fn those_that_are_rotated_come_in_the_order_of_their_ends(store: &dyn Store) {
    let store = installed(store).await;
    for number in 1..=6 {
        store.commit(fixture::create_api_key(number)).await.unwrap();
    }
    for (number, until) in [(1, 500), (2, 300), (3, 400), (4, 300), (5, 200)] {
        store.commit(rotate(number, 0, Some(until))).await.unwrap();
    }
    // One was revoked, and the rotation of one is over.
    store.commit(fixture::revoke_api_key(5)).await.unwrap();
    store.commit(rotate(3, 1, None)).await.unwrap();
    let mut expected: Vec<(u64, String)> = [(500, 1), (300, 2), (300, 4)]
        .map(|(end, number)| (end, fixture::api_key(number).id.to_string()))
        .into();
    expected.sort();
    for limit in [1, 2, 3, 9] {
        let found = store.api_keys_by_rotation_end(limit).await.unwrap();
        let found: Vec<String> = found.iter().map(|key| key.id.to_string()).collect();
        let expected = expected.iter().take(limit).map(|(_, id)| id.clone());
        assert_eq!(found, expected.collect::<Vec<_>>(), "at most {limit}");
    }
}
