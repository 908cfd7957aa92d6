//! Records with a version: people, sessions, grants, codes and token families.

use std::sync::Arc;

use authority::account::{Account, AccountId};
use authority::session::Session;
use authority::versioned::{Lookup, Versioned, VersionedKind};
use authority::{Effect, Writes};
use base::{Digest, SeededEntropy, Timestamp};
use credential::{DigestKey, SessionId};

use super::fixture::{at, environment, everything, installed};
use super::race::winners;
use crate::{CommitError, Conflict, Store, record, records};

fn account(number: u64, login_name: &str, version: u64) -> Account {
    Account {
        id: AccountId::generate(&mut SeededEntropy::new(number)),
        environment: environment().name,
        organisation: "acme".parse().unwrap(),
        login_name: login_name.parse().unwrap(),
        display_name: login_name.to_owned(),
        email: None,
        password: None,
        subject_version: version,
        created_at: at(1),
        disabled: None,
        version,
    }
}

fn session(number: u64, of: &Account, expires_at: Timestamp) -> Session {
    Session {
        id: SessionId::generate(&mut SeededEntropy::new(number)),
        environment: environment().name,
        account: of.id.clone(),
        subject_version: 1,
        digest: Digest::new([7; 32]),
        digest_key: DigestKey::new([7; 32]).id(),
        authenticated_at: at(1),
        methods: Vec::new(),
        user_agent: None,
        created_at: at(1),
        expires_at,
        ended: None,
        version: 1,
    }
}

fn put(from: u64, record: impl Versioned) -> Writes {
    Writes {
        effects: vec![Effect::PutRecord {
            from,
            record: Box::new(record.into_record()),
        }],
        ..Writes::default()
    }
}

/// An act is written over the version that it read, and over no other.
pub async fn a_record_is_replaced_by_its_next_version(store: &dyn Store) {
    let store = installed(store).await;
    let alice = account(1, "alice", 1);
    store.commit(put(0, alice.clone())).await.unwrap();
    for (from, version) in [(0, 1), (1, 1), (1, 3), (2, 3), (u64::MAX, u64::MAX)] {
        let before = everything(store).await;
        let changed = account(1, "alice", version);
        let conflict = Conflict::RecordVersion {
            kind: VersionedKind::Account,
            id: changed.id.to_string(),
            from,
            found: 1,
        };
        let answer = store.commit(put(from, changed)).await;
        assert_eq!(answer, Err(CommitError::Conflict(conflict)));
        assert_eq!(everything(store).await, before);
    }
    store.commit(put(1, account(1, "alice", 2))).await.unwrap();
    let held: Account = record(store, alice.id.as_str()).await.unwrap().unwrap();
    assert_eq!((held.version, held.subject_version), (2, 2));
    let none: Option<Session> = record(store, alice.id.as_str()).await.unwrap();
    assert!(none.is_none(), "no look-up crosses kinds");
}

/// Two people do not have one login name, also not in one commit.
pub async fn a_unique_look_up_has_one_record(store: &dyn Store) {
    let store = installed(store).await;
    store.commit(put(0, account(1, "alice", 1))).await.unwrap();
    let conflict = Conflict::NotUnique {
        kind: VersionedKind::Account,
        lookup: Lookup::LoginName,
    };
    let second = store.commit(put(0, account(2, "Alice", 1))).await;
    assert_eq!(second, Err(CommitError::Conflict(conflict.clone())));
    let mut both = put(0, account(3, "bob", 1));
    both.effects.extend(put(0, account(4, "bob", 1)).effects);
    let answer = store.commit(both).await;
    assert_eq!(answer, Err(CommitError::Conflict(conflict)));
    let named = |name: &'static str| records::<Account>(store, (Lookup::LoginName, name), None, 9);
    assert_eq!(named("alice").await.unwrap().len(), 1);
    assert!(named("bob").await.unwrap().is_empty());
    // A later version of the same record keeps its name.
    store.commit(put(1, account(1, "alice", 2))).await.unwrap();
}

/// What belongs to somebody is found page by page; what is over is forgotten,
/// with all that it was found by.
pub async fn records_are_found_and_forgotten(store: &dyn Store) {
    let store = installed(store).await;
    let (alice, bob) = (account(1, "alice", 1), account(2, "bob", 1));
    for (number, of, end) in [
        (1, &alice, 100),
        (2, &alice, 200),
        (3, &bob, 100),
        (4, &alice, 300),
    ] {
        store
            .commit(put(0, session(number, of, at(end))))
            .await
            .unwrap();
    }
    store.commit(put(0, alice.clone())).await.unwrap();
    let of = async |account: &Account, after: Option<&str>, limit: usize| -> Vec<String> {
        let found_by = (Lookup::Account, account.id.as_str());
        let found: Vec<Session> = records(store, found_by, after, limit).await.unwrap();
        found.iter().map(|session| session.id.to_string()).collect()
    };
    let all = of(&alice, None, 9).await;
    assert_eq!((all.len(), of(&bob, None, 9).await.len()), (3, 1));
    assert!(all.is_sorted());
    let (first, last) = all.split_at(2);
    assert_eq!(of(&alice, None, 2).await, first);
    let after = first.last().map(String::as_str);
    assert_eq!(of(&alice, after, 9).await, last);

    store.forget_records(at(99), 9).await.unwrap();
    assert_eq!(of(&alice, None, 9).await.len(), 3);
    store.forget_records(at(200), 1).await.unwrap();
    let left = of(&alice, None, 9).await.len() + of(&bob, None, 9).await.len();
    assert_eq!(left, 3, "one at most");
    store.forget_records(at(200), 9).await.unwrap();
    assert_eq!(
        (
            of(&alice, None, 9).await.len(),
            of(&bob, None, 9).await.len()
        ),
        (1, 0)
    );
    assert!(
        record::<Account>(store, alice.id.as_str())
            .await
            .unwrap()
            .is_some()
    );
    // What was forgotten may come again.
    store
        .commit(put(0, session(3, &bob, at(900))))
        .await
        .unwrap();
    assert_eq!(of(&bob, None, 9).await.len(), 1);
}

/// Of many acts on one version, one is written.
pub async fn one_of_many_replaces_a_record(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    store.commit(put(0, account(1, "alice", 1))).await.unwrap();
    let won = winners(store, put(1, account(1, "alice", 2)), |conflict| {
        matches!(conflict, Conflict::RecordVersion { .. })
    });
    assert_eq!(won.await, 1);
    let won = winners(store, put(0, account(2, "bob", 1)), |conflict| {
        matches!(
            conflict,
            Conflict::RecordVersion { .. } | Conflict::NotUnique { .. }
        )
    });
    assert_eq!(won.await, 1);
}
