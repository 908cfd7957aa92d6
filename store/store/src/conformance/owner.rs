//! Owners who are gone, and those who come back.

use std::sync::Arc;

use authority::audit::Action;
use authority::owner::{Disabled, Owner};
use authority::{Effect, Writes};
use snapshot::Change;

use super::fixture::{self, at, environment, everything, installed, json};
use super::race::winners;
use crate::{CommitError, Conflict, Store};

fn owner(name: &str, version: u64, gone: bool) -> Owner {
    Owner {
        name: name.parse().unwrap(),
        version,
        environment: environment().name,
        disabled: gone.then(|| Disabled {
            at: at(60),
            reason: "left the company".to_owned(),
        }),
    }
}

/// The commit of an act that read version `from`.
fn put(name: &str, from: u64, gone: bool) -> Writes {
    let owner = owner(name, from.saturating_add(1), gone);
    let change = match gone {
        true => Change::OwnerDisabled {
            owner: owner.name.clone(),
            at: at(60),
        },
        false => Change::OwnerEnabled {
            owner: owner.name.clone(),
        },
    };
    Writes {
        audit: vec![fixture::event(
            &format!("{name}{from}"),
            Action::OwnerDisabled,
        )],
        changes: vec![change],
        effects: vec![Effect::PutOwner { from, owner }],
    }
}

/// An act is written over the version that it read, and the gates learn of it.
pub async fn an_owner_goes_and_comes_back(store: &dyn Store) {
    let store = installed(store).await;
    assert!(store.owner("alex").await.unwrap().is_none());
    store.commit(put("alex", 0, true)).await.unwrap();
    store.commit(put("kim", 0, true)).await.unwrap();
    for from in [0, 2, u64::MAX] {
        let before = everything(store).await;
        let conflict = Conflict::OwnerVersion {
            name: "alex".to_owned(),
            from,
            found: 1,
        };
        let answer = store.commit(put("alex", from, false)).await;
        assert_eq!(answer, Err(CommitError::Conflict(conflict)));
        assert_eq!(everything(store).await, before);
    }
    let gone = async |owner: &str| {
        let snapshot = store.snapshot().await.unwrap();
        assert_eq!(
            fixture::canonical(&snapshot),
            fixture::canonical(&fixture::folded(store).await)
        );
        snapshot.owner_disabled_at(owner)
    };
    assert_eq!(
        (gone("alex").await, gone("kim").await),
        (Some(at(60)), Some(at(60)))
    );
    store.commit(put("alex", 1, false)).await.unwrap();
    assert_eq!(
        (gone("alex").await, gone("kim").await),
        (None, Some(at(60)))
    );
    let held = store.owner("alex").await.unwrap().unwrap();
    assert_eq!(json(&held), json(&owner("alex", 2, false)));
    let listed = store.owners(None, 10).await.unwrap();
    let names: Vec<_> = listed.iter().map(|owner| owner.name.as_str()).collect();
    assert_eq!(names, ["alex", "kim"]);
    assert_eq!(store.owners(Some("alex"), 10).await.unwrap().len(), 1);
}

/// What belongs to another environment is refused.
pub async fn an_owner_of_another_environment_is_refused(store: &dyn Store) {
    let store = installed(store).await;
    let before = everything(store).await;
    let mut writes = put("alex", 0, true);
    for effect in &mut writes.effects {
        if let Effect::PutOwner { owner, .. } = effect {
            owner.environment = "elsewhere".parse().unwrap();
        }
    }
    let answer = store.commit(writes).await;
    assert!(matches!(
        answer,
        Err(CommitError::Conflict(Conflict::OtherEnvironment { .. }))
    ));
    assert_eq!(everything(store).await, before);
}

/// Many acts read one version: one is written.
pub async fn one_of_many_disables_an_owner(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    let won = winners(store, put("alex", 0, true), |conflict| {
        matches!(conflict, Conflict::OwnerVersion { .. })
    });
    assert_eq!(won.await, 1);
}

/// A key that was made elsewhere is found by what is stored of it, in every
/// snapshot, until another secret has taken its place.
pub async fn an_imported_key_is_found_by_its_digest(store: &dyn Store) {
    let store = installed(store).await;
    let mut writes = fixture::create_api_key(1);
    let mut record = Box::new(fixture::api_key(1));
    record.imported_from = Some("old-gateway".parse().unwrap());
    writes.effects = vec![Effect::CreateApiKey(record.clone())];
    writes.changes = vec![Change::ApiKeyPut(Box::new(record.entry()))];
    store.commit(writes).await.unwrap();
    store.commit(fixture::create_api_key(2)).await.unwrap();
    let imported = record.digest;
    for snapshot in [
        store.snapshot().await.unwrap(),
        fixture::folded(store).await,
    ] {
        assert_eq!(snapshot.imported_key(&imported), Some(&record.id));
        let own = fixture::api_key(2).digest;
        assert_eq!(snapshot.imported_key(&own), None);
    }
    record.version = 1;
    record.generation = 2;
    record.digest = base::Digest::new([99; 32]);
    let change = Change::ApiKeyPut(Box::new(record.entry()));
    let effect = Effect::ReplaceApiKey {
        from: 0,
        record: record.clone(),
    };
    let writes = Writes {
        effects: vec![effect],
        ..fixture::only(change)
    };
    store.commit(writes).await.unwrap();
    for snapshot in [
        store.snapshot().await.unwrap(),
        fixture::folded(store).await,
    ] {
        assert!(!snapshot.has_imported_keys());
        assert_eq!(snapshot.imported_key(&imported), None);
        assert_eq!(snapshot.imported_key(&record.digest), None);
    }
}
