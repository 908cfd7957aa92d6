//! Digest keys that were retired.

use authority::audit::Action;
use authority::digest_key::RetiredDigestKey;
use authority::{Effect, Writes};
use credential::{DigestKey, DigestKeyId};
use snapshot::Change;

use super::fixture::{self, at, environment, everything, installed};
use crate::{CommitError, Conflict, RecordKind, Store};

fn id(number: u8) -> DigestKeyId {
    DigestKey::new([number; 32]).id()
}

fn retire(number: u8, second: u64) -> Writes {
    let record = RetiredDigestKey {
        digest_key: id(number),
        environment: environment().name,
        retired_at: at(second),
        reason: "its file leaked".to_owned(),
    };
    Writes {
        audit: vec![fixture::event(
            &format!("retire{number}at{second}"),
            Action::DigestKeyRetired,
        )],
        changes: vec![Change::DigestKeyRetired {
            digest_key: id(number),
            at: at(second),
        }],
        effects: vec![Effect::RetireDigestKey(record)],
    }
}

/// A digest key is retired once; the gates learn of it, in every snapshot.
pub async fn a_digest_key_is_retired_once_and_for_good(store: &dyn Store) {
    let store = installed(store).await;
    assert_eq!(store.retired_digest_keys().await.unwrap(), []);
    store.commit(retire(1, 60)).await.unwrap();
    let before = everything(store).await;
    let conflict = Conflict::AlreadyRevoked {
        kind: RecordKind::DigestKey,
        id: id(1).to_string(),
    };
    let again = store.commit(retire(1, 70)).await;
    assert_eq!(again, Err(CommitError::Conflict(conflict)));
    assert_eq!(everything(store).await, before);
    let mut elsewhere = retire(3, 60);
    for effect in &mut elsewhere.effects {
        if let Effect::RetireDigestKey(record) = effect {
            record.environment = "elsewhere".parse().unwrap();
        }
    }
    let refused = store.commit(elsewhere).await;
    assert!(matches!(
        refused,
        Err(CommitError::Conflict(Conflict::OtherEnvironment { .. }))
    ));
    store.commit(retire(2, 80)).await.unwrap();
    let held = store.retired_digest_keys().await.unwrap();
    let mut expected = vec![id(1), id(2)];
    expected.sort();
    let ids: Vec<_> = held.iter().map(|record| record.digest_key).collect();
    assert_eq!(ids, expected);
    // The same fact twice is one, since the first time.
    let change = Change::DigestKeyRetired {
        digest_key: id(1),
        at: at(90),
    };
    store.commit(fixture::only(change)).await.unwrap();
    for snapshot in [
        store.snapshot().await.unwrap(),
        fixture::folded(store).await,
    ] {
        let retired = snapshot.retired_digest_keys();
        assert_eq!(retired.refused_since(Some(id(1))), Some(at(60)));
        assert_eq!(retired.refused_since(Some(id(2))), Some(at(80)));
        assert!(!retired.refuses(Some(id(3))));
        assert!(retired.refuses(None));
    }
    let (stored, folded) = (
        store.snapshot().await.unwrap(),
        fixture::folded(store).await,
    );
    assert_eq!(fixture::canonical(&stored), fixture::canonical(&folded));
}
