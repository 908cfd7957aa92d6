//! The audit chain.

use std::sync::Arc;

use authority::Writes;
use authority::audit::{Action, Actor};
use credential::CredentialKind;
use snapshot::PrincipalRecord;

use super::fixture::{self, installed, request_id};
use crate::Store;
use crate::audit::{AuditBody, AuditVerdict, EntryDigest, link};

async fn assert_intact(store: &dyn Store, entries: u64) {
    match store.verify_audit().await.unwrap() {
        AuditVerdict::Intact(head) => assert_eq!(head.sequence, entries),
        AuditVerdict::Broken(broken) => assert_eq!(broken.to_string(), "intact"),
    }
}

/// An event is there when its commit is acknowledged, in the commit's order.
pub async fn events_commit_with_their_change(store: &dyn Store) {
    assert_intact(store, 0).await;
    let store = installed(store).await;
    let mut writes = fixture::create_api_key(1);
    let second = fixture::event("second", Action::TokenIssued);
    writes.audit.push(second.clone());
    store.commit(writes.clone()).await.unwrap();
    let entries = store.audit_after(1, 10).await.unwrap();
    let bodies: Vec<_> = entries.into_iter().map(|entry| entry.body).collect();
    let expected: Vec<_> = writes.audit.into_iter().map(AuditBody::Event).collect();
    assert_eq!(bodies, expected);
    assert_intact(store, 3).await;
}

/// What gates report stands in the same chain, all of a report or none of it.
pub async fn decisions_join_the_same_chain(store: &dyn Store) {
    let store = installed(store).await;
    let own = fixture::environment().name;
    let records = vec![
        fixture::decision("a", &own),
        fixture::outcome("a"),
        fixture::decision("b", &own),
    ];
    store.record_decisions(Vec::new()).await.unwrap();
    store.record_decisions(records.clone()).await.unwrap();
    store.commit(fixture::create_api_key(1)).await.unwrap();
    let entries = store.audit_after(0, 100).await.unwrap();
    assert_eq!(entries.len(), 5);
    let bodies: Vec<_> = entries.iter().map(|entry| entry.body.clone()).collect();
    assert_eq!(bodies.get(1..4), Some(records.as_slice()));

    let mut previous = EntryDigest::GENESIS;
    for (entry, sequence) in entries.iter().zip(1..) {
        let text = serde_json::to_string(&entry.body).unwrap();
        assert_eq!(entry.sequence, sequence);
        assert_eq!(entry.previous, previous);
        assert_eq!(entry.digest, link(&previous, sequence, text.as_bytes()));
        previous = entry.digest;
    }
    // No news for the gates.
    assert_eq!(store.head().borrow().number(), 1);
    assert_intact(store, 5).await;
}

/// The audit is read by place, from the end, and by request.
pub async fn entries_are_found_by_request_and_by_place(store: &dyn Store) {
    let store = installed(store).await;
    let own = fixture::environment().name;
    for request in ["a", "b", "a", "c"] {
        let record = fixture::decision(request, &own);
        store.record_decisions(vec![record]).await.unwrap();
    }
    store
        .record_decisions(vec![fixture::outcome("a")])
        .await
        .unwrap();
    let sequences = |entries: Vec<crate::audit::AuditEntry>| -> Vec<u64> {
        entries.into_iter().map(|entry| entry.sequence).collect()
    };
    let of = async |request| store.audit_of_request(&request_id(request)).await.unwrap();
    assert_eq!(sequences(of("a").await), [2, 4, 6]);
    assert_eq!(sequences(of("nobody").await), [0_u64; 0]);
    let after = async |sequence, limit| store.audit_after(sequence, limit).await.unwrap();
    assert_eq!(sequences(after(0, 2).await), [1, 2]);
    assert_eq!(sequences(after(4, 9).await), [5, 6]);
    assert_eq!(sequences(after(6, 9).await), [0_u64; 0]);
    assert_eq!(sequences(after(u64::MAX, 9).await), [0_u64; 0]);
    let tail = async |limit| store.audit_tail(limit).await.unwrap();
    assert_eq!(sequences(tail(2).await), [5, 6]);
    assert_eq!(sequences(tail(0).await), [0_u64; 0]);
    assert_eq!(sequences(tail(usize::MAX).await), [1, 2, 3, 4, 5, 6]);
}

/// Many writers make one chain: no hole, no fork, nothing lost.
pub async fn the_chain_is_contiguous_under_concurrency(store: &Arc<dyn Store>) {
    const WRITERS: u64 = 4;
    const EACH: u64 = 20;
    installed(store.as_ref()).await;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..WRITERS {
        let committing = Arc::clone(store);
        writers.spawn(async move {
            for step in 0..EACH {
                let event = fixture::event(&format!("c{number}x{step}"), Action::TokenIssued);
                let writes = Writes {
                    audit: vec![event],
                    ..Writes::default()
                };
                committing.commit(writes).await.unwrap();
            }
        });
        let recording = Arc::clone(store);
        writers.spawn(async move {
            let own = fixture::environment().name;
            for step in 0..EACH {
                let request = format!("g{number}x{step}");
                let records = vec![
                    fixture::decision(&request, &own),
                    fixture::outcome(&request),
                ];
                recording.record_decisions(records).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    assert_intact(store.as_ref(), 1 + WRITERS * EACH * 3).await;
    for number in 0..WRITERS {
        for step in 0..EACH {
            let issued = request_id(&format!("c{number}x{step}"));
            assert_eq!(store.audit_of_request(&issued).await.unwrap().len(), 1);
            let decided = request_id(&format!("g{number}x{step}"));
            let found = store.audit_of_request(&decided).await.unwrap();
            assert_eq!(found.len(), 2);
        }
    }
}

/// What a credential did is found by its name, whoever judged it.
pub async fn entries_are_found_by_who_did_it(store: &dyn Store) {
    let store = installed(store).await;
    let own = fixture::environment().name;
    let by = |request: &str, issuer: Option<&str>, client: Option<&str>, id: &str| {
        let mut body = fixture::decision(request, &own);
        if let AuditBody::Decision(decision) = &mut body {
            decision.principal = Some(Box::new(PrincipalRecord {
                kind: CredentialKind::ApiKey,
                credential_id: id.to_owned(),
                client: client.map(str::to_owned),
                subject: None,
                organisation: "acme".to_owned(),
                owner: None,
                issuer: None,
                trusted_issuer: issuer.map(str::to_owned),
                on_behalf_of: None,
            }));
        }
        body
    };
    let records = vec![
        by("a", None, None, "k1"),
        fixture::outcome("a"),
        by("b", None, Some("c1"), "j1"),
        by("c", Some("partner"), Some("c1"), "j2"),
        by("d", None, None, "k1"),
        fixture::decision("e", &own),
        by("f", Some("partner"), None, "j3"),
    ];
    store.record_decisions(records).await.unwrap();
    let mut event = fixture::event("g", Action::ApiKeyRevoked);
    event.actor = Actor::Operator("o1".to_owned());
    event.target = Some("k1".to_owned());
    let writes = Writes {
        audit: vec![event],
        ..Writes::default()
    };
    store.commit(writes).await.unwrap();

    let of = async |name: &str, after, limit| -> Vec<u64> {
        let found = store.audit_of_credential(name, after, limit).await.unwrap();
        for entry in &found {
            assert_eq!(entry.body.credential().as_deref(), Some(name));
        }
        found.into_iter().map(|entry| entry.sequence).collect()
    };
    assert_eq!(of("k1", 0, 9).await, [2, 6]);
    assert_eq!(of("k1", 0, 1).await, [2]);
    assert_eq!(of("k1", 2, 9).await, [6]);
    assert_eq!(of("c1", 0, 9).await, [4]);
    assert_eq!(of("partner/c1", 0, 9).await, [5]);
    assert_eq!(of("j3", 0, 9).await, [8]);
    assert_eq!(of("o1", 0, 9).await, [9]);
    for nobody in ["", "j1", "K1", "k", "partner", "partner/"] {
        assert_eq!(of(nobody, 0, 9).await, [0_u64; 0], "{nobody}");
    }
}
