//! Signing keys: every act moves the whole ring, one act at a time.

use std::sync::Arc;

use authority::audit::{Actor, Origin};
use authority::signing_key::{
    Emergency, Facts, KeyRing, Rotation, create, replace_all, retire, roll_back, rotate, tend,
};
use authority::{Effect, Writes};
use base::{SeededEntropy, Timestamp};
use snapshot::{KeyStage, PublishedKey};
use tokio::sync::Barrier;

use super::fixture::{
    self, at, environment, everything, folded, installed, json, request_id, sealing_key,
};
use super::race::{RACERS, winners};
use crate::{CommitError, Conflict, Store};

fn origin() -> Origin {
    Origin {
        request_id: request_id("keyring"),
        actor: Actor::Doorward,
        environment: environment().name,
    }
}

/// What an act on this ring would write.
fn plan(ring: &KeyRing, act: &str, now: Timestamp, seed: u64) -> Writes {
    let (environment, sealing_key) = (environment(), sealing_key());
    let facts = Facts {
        ring,
        environment: &environment,
        sealing_key: &sealing_key,
    };
    let (origin, entropy) = (origin(), &mut SeededEntropy::new(seed));
    let lane = serde_json::from_str("\"ES256\"").unwrap();
    let plan = match act {
        "create" => create(lane, (&environment, &sealing_key), &origin, now, entropy).unwrap(),
        "rotate" => rotate(Rotation::default(), facts, &origin, now, entropy).unwrap(),
        "roll back" => roll_back(None, facts, &origin, now).unwrap(),
        "emergency" => {
            let emergency = Emergency {
                algorithm: None,
                reason: "it leaked".to_owned(),
            };
            replace_all(&emergency, facts, &origin, now, entropy).unwrap()
        }
        "retire" => {
            let retiring = ring.newest_retiring(lane).unwrap().key_id.clone();
            retire(&retiring, "it leaked", facts, &origin, now).unwrap()
        }
        _ => {
            let tended = tend(facts, &origin, now, entropy).unwrap();
            tended.plan.unwrap()
        }
    };
    plan.writes
}

async fn act(store: &dyn Store, act: &str, second: u64) -> KeyRing {
    let ring = store.key_ring().await.unwrap();
    let writes = plan(&ring, act, at(second), second);
    store.commit(writes).await.unwrap();
    store.key_ring().await.unwrap()
}

/// The published list is the ring's, in the store, in its snapshot and in the
/// fold of its changes.
async fn assert_published(store: &dyn Store) {
    let sorted = |keys: &[PublishedKey]| {
        let mut keys: Vec<String> = keys.iter().map(|key| json(key).to_string()).collect();
        keys.sort();
        keys
    };
    let expected = sorted(&store.key_ring().await.unwrap().published());
    let snapshot = store.snapshot().await.unwrap();
    assert_eq!(sorted(snapshot.published_keys()), expected);
    assert_eq!(sorted(folded(store).await.published_keys()), expected);
}

/// A ring that is written is the one that was planned, version by version.
pub async fn each_act_writes_what_it_publishes(store: &dyn Store) {
    let store = installed(store).await;
    let acts = [
        "create",
        "rotate",
        "roll back",
        "rotate",
        "retire",
        "rotate",
        "tend",
        "emergency",
    ];
    for (version, name) in (1_u64..).zip(acts) {
        let second = if name == "tend" { 5_000 } else { version };
        let ring = act(store, name, second).await;
        assert_eq!(ring.version, version, "{name}");
        assert_eq!(ring.active_ids().len(), 1, "{name}");
        assert_published(store).await;
    }
    let ring = store.key_ring().await.unwrap();
    let retired = ring
        .keys
        .iter()
        .filter(|key| key.stage == KeyStage::Retired);
    assert_eq!(retired.count(), ring.keys.len() - 2);
}

/// A step from another stage changes nothing, and neither does one of a key
/// that is not there.
pub async fn a_step_happens_from_its_stage_alone(store: &dyn Store) {
    let store = installed(store).await;
    let ring = act(store, "create", 1).await;
    let rotated = plan(&ring, "rotate", at(2), 2);
    let mut unknown = rotated.clone();
    for effect in &mut unknown.effects {
        if let Effect::SetSigningKeyStage(change) = effect {
            change.key_id = "nobody".parse().unwrap();
        }
    }
    let before = everything(store).await;
    let answer = store.commit(unknown).await;
    let refused = matches!(answer, Err(CommitError::Conflict(Conflict::Unknown { .. })));
    assert!(refused, "{answer:?}");
    assert_eq!(everything(store).await, before);

    store.commit(rotated.clone()).await.unwrap();
    let before = everything(store).await;
    // Without the ring's version, so that it is the stage that refuses.
    let mut again = rotated;
    again
        .effects
        .retain(|effect| matches!(effect, Effect::SetSigningKeyStage(_)));
    let answer = store.commit(again).await;
    let refused = matches!(
        answer,
        Err(CommitError::Conflict(Conflict::SigningKeyStage { .. }))
    );
    assert!(refused, "{answer:?}");
    assert_eq!(everything(store).await, before);
}

/// No effect leads out of `retired`, and only what is retired is forgotten.
pub async fn what_is_retired_stays_so_and_signs_nothing(store: &dyn Store) {
    let store = installed(store).await;
    let first = act(store, "create", 1).await;
    let forget = |ring: &KeyRing| -> Vec<Writes> {
        let keys = ring.keys.iter().map(|key| key.key_id.clone());
        keys.map(|key_id| Writes {
            effects: vec![Effect::ForgetSigningKey { key_id }],
            ..Writes::default()
        })
        .collect()
    };
    for writes in forget(&first) {
        let answer = store.commit(writes).await;
        let refused = matches!(
            answer,
            Err(CommitError::Conflict(Conflict::SigningKeyStage { .. }))
        );
        assert!(refused, "{answer:?}");
    }
    act(store, "emergency", 2).await;
    for key in &first.keys {
        for to in [
            KeyStage::Next,
            KeyStage::Active,
            KeyStage::Retiring,
            KeyStage::Retired,
        ] {
            let change = authority::signing_key::StageChange {
                key_id: key.key_id.clone(),
                from: KeyStage::Retired,
                to,
                at: at(3),
                because: None,
            };
            let writes = Writes {
                effects: vec![Effect::SetSigningKeyStage(change)],
                ..Writes::default()
            };
            let answer = store.commit(writes).await;
            let refused = matches!(
                answer,
                Err(CommitError::Conflict(Conflict::SigningKeyStage {
                    found: KeyStage::Retired,
                    ..
                }))
            );
            assert!(refused, "{answer:?}");
        }
    }
    for writes in forget(&first) {
        store.commit(writes).await.unwrap();
    }
    assert_eq!(store.key_ring().await.unwrap().keys.len(), 2);
}

fn issue(ring: &KeyRing, second: u64) -> Writes {
    let key_id = ring.active_ids().remove(0);
    Writes {
        effects: vec![Effect::UseSigningKey {
            key_id,
            at: at(second),
        }],
        audit: vec![fixture::event(
            "token",
            authority::audit::Action::TokenIssued,
        )],
        ..Writes::default()
    }
}

/// A token is recorded while its key is active, and never after.
pub async fn a_key_that_was_taken_away_issues_nothing(store: &dyn Store) {
    let store = installed(store).await;
    let first = act(store, "create", 1).await;
    let before = *store.head().borrow();
    store.commit(issue(&first, 1)).await.unwrap();
    assert_eq!(*store.head().borrow(), before, "gates need no news of it");
    let mut waiting = first.clone();
    waiting.keys.retain(|key| key.stage == KeyStage::Next);
    for key in &mut waiting.keys {
        key.stage = KeyStage::Active;
    }
    for second in [2, 3] {
        let (name, stale) = match second {
            2 => ("rotate", vec![&first]),
            _ => ("emergency", vec![&first, &waiting]),
        };
        let now = act(store, name, second).await;
        for stale in stale {
            let before = everything(store).await;
            let answer = store.commit(issue(stale, second + 6)).await;
            let refused = matches!(
                answer,
                Err(CommitError::Conflict(Conflict::SigningKeyStage { .. }))
            );
            assert!(refused, "{name}: {answer:?}");
            assert_eq!(everything(store).await, before);
        }
        if name == "rotate" {
            // Not every gate has heard of the new key yet.
            store.commit(issue(&first, second + 4)).await.unwrap();
        }
        store.commit(issue(&now, second)).await.unwrap();
    }
}

/// The same rotation, asked for by many, happens once.
pub async fn one_of_many_rotates(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    let ring = act(store.as_ref(), "create", 1).await;
    let rotated = plan(&ring, "rotate", at(2), 2);
    let won = winners(store, rotated, |conflict| {
        matches!(
            conflict,
            Conflict::SigningKeyStage { .. } | Conflict::KeyRing { .. } | Conflict::Exists { .. }
        )
    });
    assert_eq!(won.await, 1);
    assert_eq!(store.key_ring().await.unwrap().version, 2);
    assert_published(store.as_ref()).await;
}

/// Acts that touch different keys cannot both happen on the same ring: one of
/// the two published lists would lack the other's key.
pub async fn one_of_many_different_acts_happens(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    act(store.as_ref(), "create", 1).await;
    let ring = act(store.as_ref(), "rotate", 2).await;
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = tokio::task::JoinSet::new();
    for number in 0..RACERS {
        let names = ["rotate", "roll back", "emergency", "retire"];
        let name = names.get(number % names.len()).unwrap();
        let writes = plan(&ring, name, at(3), number as u64 + 100);
        let (store, barrier) = (Arc::clone(store), Arc::clone(&barrier));
        racers.spawn(async move {
            barrier.wait().await;
            store.commit(writes).await
        });
    }
    let answers = racers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let ring = store.key_ring().await.unwrap();
    assert_eq!((ring.version, ring.active_ids().len()), (3, 1));
    assert_published(store.as_ref()).await;
}

/// Whatever the order, no token of a key is recorded after the key was retired.
pub async fn a_token_and_a_rotation_are_one_after_the_other(store: &Arc<dyn Store>) {
    installed(store.as_ref()).await;
    let ring = act(store.as_ref(), "create", 1).await;
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = tokio::task::JoinSet::new();
    for number in 0..RACERS {
        let writes = match number {
            0 => plan(&ring, "emergency", at(2), 2),
            _ => issue(&ring, 2),
        };
        let (store, barrier) = (Arc::clone(store), Arc::clone(&barrier));
        racers.spawn(async move {
            barrier.wait().await;
            store.commit(writes).await
        });
    }
    racers.join_all().await;
    let entries = store.audit_tail(1_000).await.unwrap();
    let actions: Vec<String> = entries
        .iter()
        .map(|entry| json(&entry.body).to_string())
        .collect();
    let retired = actions
        .iter()
        .position(|text| text.contains("signing_key_retired"));
    let issued = actions
        .iter()
        .rposition(|text| text.contains("token_issued"));
    assert!(issued < retired, "{issued:?} {retired:?}");
}
