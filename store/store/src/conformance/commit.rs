//! Preconditions, atomicity, and reading back.

use authority::Writes;
use base::Revision;

use super::fixture::{self, everything, installed, json};
use crate::{CommitError, Conflict, RecordKind, Store};

/// Commits what has to be refused, and checks that it left no trace: no
/// record, audit event, change or revision.
async fn assert_refused(store: &dyn Store, writes: Writes, conflict: Conflict) {
    let before = everything(store).await;
    let answer = store.commit(writes).await;
    assert_eq!(answer, Err(CommitError::Conflict(conflict)));
    assert_eq!(everything(store).await, before);
}

/// An id is taken once.
pub async fn a_record_is_created_once(store: &dyn Store) {
    let store = installed(store).await;
    let (signing_key, create_signing_key) = fixture::signing_key(1);
    let creations = [
        (
            RecordKind::ApiKey,
            fixture::api_key(1).id.to_string(),
            fixture::create_api_key(1),
        ),
        (
            RecordKind::Client,
            fixture::client(1).id.to_string(),
            fixture::create_client(1),
        ),
        (
            RecordKind::OperatorToken,
            fixture::operator_token(1).id.to_string(),
            fixture::create_operator_token(1),
        ),
        (
            RecordKind::SigningKey,
            signing_key.key_id.to_string(),
            create_signing_key,
        ),
    ];
    for (kind, id, writes) in creations {
        store.commit(writes.clone()).await.unwrap();
        assert_refused(store, writes, Conflict::Exists { kind, id }).await;
    }
}

/// A revocation happens once; a second one would rewrite when and why.
pub async fn a_record_is_revoked_once(store: &dyn Store) {
    let store = installed(store).await;
    let lives = [
        (
            RecordKind::ApiKey,
            fixture::api_key(1).id.to_string(),
            fixture::create_api_key(1),
            fixture::revoke_api_key(1),
        ),
        (
            RecordKind::Client,
            fixture::client(1).id.to_string(),
            fixture::create_client(1),
            fixture::revoke_client(1),
        ),
        (
            RecordKind::OperatorToken,
            fixture::operator_token(1).id.to_string(),
            fixture::create_operator_token(1),
            fixture::revoke_operator_token(1),
        ),
    ];
    for (kind, id, create, revoke) in lives {
        store.commit(create).await.unwrap();
        store.commit(revoke.clone()).await.unwrap();
        assert_refused(store, revoke, Conflict::AlreadyRevoked { kind, id }).await;
    }
    let api_key = store.api_key(fixture::api_key(1).id.as_str()).await;
    let revocation = api_key.unwrap().unwrap().revocation.unwrap();
    assert_eq!(revocation.reason, "it leaked");
    assert_eq!(revocation.at, fixture::at(50));
    let client = store.client(fixture::client(1).id.as_str()).await;
    let revocation = client.unwrap().unwrap().revocation.unwrap();
    assert_eq!(revocation.reason, "the contract ended");
    let id = fixture::operator_token(1).id;
    let token = store.operator_token(id.as_str()).await.unwrap().unwrap();
    assert_eq!(token.revocation.unwrap().at, fixture::at(52));
}

/// A revocation of nothing is a conflict, not a success.
pub async fn what_is_unknown_cannot_be_revoked(store: &dyn Store) {
    let store = installed(store).await;
    let revocations = [
        (
            RecordKind::ApiKey,
            fixture::api_key(9).id.to_string(),
            fixture::revoke_api_key(9),
        ),
        (
            RecordKind::Client,
            fixture::client(9).id.to_string(),
            fixture::revoke_client(9),
        ),
        (
            RecordKind::OperatorToken,
            fixture::operator_token(9).id.to_string(),
            fixture::revoke_operator_token(9),
        ),
    ];
    for (kind, id, writes) in revocations {
        assert_refused(store, writes, Conflict::Unknown { kind, id }).await;
    }
}

/// Versions have no hole and no repeat.
pub async fn an_inventory_follows_the_one_in_force(store: &dyn Store) {
    let store = installed(store).await;
    for (in_force, wrong) in [(0, [0, 2, 7]), (1, [0, 1, 3]), (2, [1, 2, u64::MAX])] {
        for found in wrong {
            let conflict = Conflict::InventoryVersion { in_force, found };
            assert_refused(store, fixture::apply_inventory(found), conflict).await;
        }
        let next = in_force + 1;
        store.commit(fixture::apply_inventory(next)).await.unwrap();
        let held = store.inventory().await.unwrap().unwrap();
        assert_eq!(json(&held), json(&fixture::inventory_version(next)));
    }
    for version in 1..=3 {
        let held = store.inventory_version(version).await.unwrap().unwrap();
        assert_eq!(json(&held), json(&fixture::inventory_version(version)));
    }
    for version in [0, 4, u64::MAX] {
        let held = store.inventory_version(version).await.unwrap();
        assert!(held.is_none(), "{version}");
    }
}

/// What stands before and after the failed effect is undone with it.
pub async fn one_failed_precondition_undoes_the_whole_commit(store: &dyn Store) {
    let store = installed(store).await;
    store.commit(fixture::create_api_key(1)).await.unwrap();
    let parts = [
        fixture::create_api_key(2),
        fixture::create_client(2),
        fixture::revoke_api_key(1),
        fixture::apply_inventory(1),
        fixture::create_operator_token(2),
        fixture::revoke_client(7),
        fixture::create_api_key(3),
    ];
    let mut all = Writes::default();
    for part in parts {
        all.effects.extend(part.effects);
        all.audit.extend(part.audit);
        all.changes.extend(part.changes);
    }
    let id = fixture::client(7).id.to_string();
    let kind = RecordKind::Client;
    assert_refused(store, all.clone(), Conflict::Unknown { kind, id }).await;

    all.effects.remove(5);
    all.changes.remove(4);
    assert_eq!(store.commit(all).await, Ok(Revision::new(6)));
    assert_eq!(store.api_keys(None, 10).await.unwrap().len(), 3);
}

/// Nothing is lost or altered on the way.
pub async fn records_read_back_as_they_were_written(store: &dyn Store) {
    let store = installed(store).await;
    for writes in [
        fixture::create_api_key(1),
        fixture::create_client(2),
        fixture::create_operator_token(3),
    ] {
        store.commit(writes).await.unwrap();
    }
    let api_key = store.api_key(fixture::api_key(1).id.as_str()).await;
    assert_eq!(json(&api_key.unwrap().unwrap()), json(&fixture::api_key(1)));
    let client = store.client(fixture::client(2).id.as_str()).await;
    assert_eq!(json(&client.unwrap().unwrap()), json(&fixture::client(2)));
    let expected = fixture::operator_token(3);
    let token = store.operator_token(expected.id.as_str()).await;
    assert_eq!(json(&token.unwrap().unwrap()), json(&expected));

    // The older signing key comes first, whatever the order of writing.
    let (young, create_young) = fixture::signing_key(20);
    let (old, create_old) = fixture::signing_key(10);
    store.commit(create_young).await.unwrap();
    store.commit(create_old).await.unwrap();
    let keys = store.key_ring().await.unwrap().keys;
    assert_eq!(json(&keys), json(&vec![old, young]));

    for id in ["", "k", "k000000000000000", "'; DROP TABLE api_key; --"] {
        assert!(store.api_key(id).await.unwrap().is_none());
        assert!(store.client(id).await.unwrap().is_none());
        assert!(store.operator_token(id).await.unwrap().is_none());
    }
}

/// Pages neither overlap nor leave anything out.
pub async fn records_are_read_page_by_page_in_order(store: &dyn Store) {
    let store = installed(store).await;
    let mut expected = Vec::new();
    for number in 0..10 {
        store.commit(fixture::create_api_key(number)).await.unwrap();
        store.commit(fixture::create_client(number)).await.unwrap();
        let token = fixture::create_operator_token(number);
        store.commit(token).await.unwrap();
        expected.push(fixture::api_key(number).id.to_string());
    }
    expected.sort();
    let mut seen: Vec<String> = Vec::new();
    loop {
        let after = seen.last().map(String::as_str);
        let page = store.api_keys(after, 3).await.unwrap();
        assert!(page.len() <= 3);
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|record| record.id.to_string()));
    }
    assert_eq!(seen, expected);
    assert!(store.api_keys(None, 0).await.unwrap().is_empty());

    let clients = store.clients(None, usize::MAX).await.unwrap();
    assert!(clients.is_sorted_by_key(|record| record.id.to_string()));
    let after = clients.get(6).map(|record| record.id.to_string());
    assert_eq!(store.clients(after.as_deref(), 99).await.unwrap().len(), 3);
    let tokens = store.operator_tokens(None, usize::MAX).await.unwrap();
    assert!(tokens.is_sorted_by_key(|record| record.id.to_string()));
    assert_eq!((clients.len(), tokens.len()), (10, 10));
}

/// A client is found by the digest of its secret, and by nothing near it.
pub async fn a_client_is_found_by_its_secret(store: &dyn Store) {
    let store = installed(store).await;
    for number in 1..4 {
        store.commit(fixture::create_client(number)).await.unwrap();
    }
    for number in 1..4 {
        let client = fixture::client(number);
        let found = store
            .client_with_secret(&client.secret_digest.unwrap())
            .await;
        assert_eq!(found.unwrap().map(|found| found.id), Some(client.id));
    }
    let other = base::Digest::new([0xee; 32]);
    assert!(store.client_with_secret(&other).await.unwrap().is_none());
}
