//! Which key signs, and what happens when it is taken away.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use authority::audit::Action;
use authority::signing_key::{
    Emergency, RemoteKey, Rotation, SealingKey, add, make_default, replace_all, roll_back, rotate,
};
use axum::http::StatusCode;
use base::SeededEntropy;
use issuer::{SignerFault, Signers};
use jose::{Algorithm, KeyId};
use secret_source::OpenSigner as _;

use crate::house::{GOOD, World, world};

async fn rotated(world: &World) -> KeyId {
    let ring = world.act(|facts, origin, now| {
        let entropy = &mut SeededEntropy::new(now.unix_micros().unsigned_abs());
        rotate(Rotation::default(), facts, origin, now, entropy)
    });
    ring.await.active_ids().remove(0)
}

async fn replaced(world: &World) -> KeyId {
    let ring = world.act(|facts, origin, now| {
        let emergency = Emergency {
            algorithm: None,
            reason: "it leaked".to_owned(),
        };
        let entropy = &mut SeededEntropy::new(4);
        replace_all(&emergency, facts, origin, now, entropy)
    });
    ring.await.active_ids().remove(0)
}

#[tokio::test]
async fn after_a_rotation_the_next_token_is_signed_by_the_new_key_and_both_are_accepted() {
    let world = world(Algorithm::Es256, "").await;
    let (before, old) = world.token().await;
    let published = world.key_set().await;
    let new = rotated(&world).await;
    assert!(published.contains(&new.to_string()), "published before use");
    world.catch_up().await;
    let (after, by) = world.token().await;
    assert_eq!(by, new);
    assert_ne!(old, new);
    assert!(world.is_accepted(&before).await && world.is_accepted(&after).await);
    assert_eq!(world.key_set().await.len(), 3, "next, active and retiring");

    world
        .act(|facts, origin, now| Ok(roll_back(None, facts, origin, now)?))
        .await;
    world.catch_up().await;
    assert_eq!(world.token().await.1, old);
    assert!(world.is_accepted(&after).await);
}

#[tokio::test]
async fn a_key_that_was_taken_away_meanwhile_issues_nothing() {
    let world = world(Algorithm::Es256, "").await;
    let (before, _) = world.token().await;
    let issued = world.recorded().await;
    let fresh = replaced(&world).await;
    let replacing = world.recorded().await - issued;
    // This process has not heard of it: the news come while the token is asked for.
    let asking = async {
        let (response, body) = world.send(world.post(GOOD)).await;
        (response.status(), body)
    };
    let news = async {
        tokio::task::yield_now().await;
        world.catch_up().await;
    };
    let ((status, body), ()) = tokio::join!(asking, news);
    assert_eq!(status, StatusCode::OK, "{body}");
    let token = body["access_token"].as_str().unwrap();
    assert!(world.is_accepted(token).await);
    assert!(!world.is_accepted(&before).await);
    assert_eq!(world.token().await.1, fresh);
    let recorded = world.recorded().await - issued - replacing;
    assert_eq!(recorded, 2, "one event for each token that was given out");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_never_hears_of_it_answers_503_and_records_nothing() {
    let world = world(Algorithm::Es256, "").await;
    replaced(&world).await;
    let recorded = world.recorded().await;
    let (response, body) = world.send(world.post(GOOD)).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(world.recorded().await, recorded);
    world.catch_up().await;
    world.token().await;
}

#[tokio::test]
async fn the_lane_of_the_api_signs_else_the_default_one() {
    let world = world(Algorithm::Es256, "").await;
    for algorithm in [Algorithm::Rs256, Algorithm::EdDsa] {
        world
            .act(|facts, origin, now| {
                let entropy = &mut SeededEntropy::new(algorithm as u64 + 10);
                add(algorithm, None, (facts, origin), now, entropy)
            })
            .await;
    }
    world
        .act(|facts, origin, now| Ok(make_default(Algorithm::EdDsa, facts, origin, now)?))
        .await;
    world.catch_up().await;
    let lane = async |key_id: &KeyId| {
        let ring = world.ring().await;
        ring.find(key_id).unwrap().algorithm
    };
    assert_eq!(lane(&world.token().await.1).await, Algorithm::EdDsa);
    world.apply("token_algorithm = \"RS256\"").await;
    world.catch_up().await;
    let (token, by) = world.token().await;
    assert_eq!(lane(&by).await, Algorithm::Rs256);
    assert!(world.is_accepted(&token).await);
    assert_eq!(world.key_set().await.len(), 6);
    world.apply("token_algorithm = \"PS256\"").await;
    world.catch_up().await;
    let (response, body) = world.send(world.post(GOOD)).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{body}");
}

/// A world whose active key is held by a place.
async fn remote() -> World {
    let world = world(Algorithm::EdDsa, "").await;
    for (number, uri) in [(1, "pkcs11:object=a"), (2, "pkcs11:object=b")] {
        world.places.make(uri);
        let key_id: KeyId = format!("remote{number}").parse().unwrap();
        let place = world
            .places
            .open_signer(uri, Algorithm::EdDsa, &key_id)
            .await
            .unwrap();
        let rotation = Rotation {
            algorithm: None,
            key: Some(RemoteKey {
                uri: uri.to_owned(),
                key: place.verification_key().clone(),
            }),
        };
        world
            .act(|facts, origin, now| {
                rotate(
                    rotation,
                    facts,
                    origin,
                    now,
                    &mut SeededEntropy::new(number),
                )
            })
            .await;
    }
    world.catch_up().await;
    world
}

#[tokio::test]
async fn a_place_signs_and_its_token_is_accepted() {
    let world = remote().await;
    let (token, by) = world.token().await;
    assert_eq!(by.as_str(), "remote1");
    assert!(world.is_accepted(&token).await);
}

#[tokio::test]
async fn a_place_that_is_down_or_lies_is_503_and_nothing_is_recorded() {
    let world = remote().await;
    world.token().await;
    for fault in [&world.places.down, &world.places.lies] {
        fault.store(true, Ordering::SeqCst);
        let recorded = world.recorded().await;
        let (response, body) = world.send(world.post(GOOD)).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{body}");
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(world.recorded().await, recorded);
        fault.store(false, Ordering::SeqCst);
        let (token, _) = world.token().await;
        assert!(world.is_accepted(&token).await, "it goes on by itself");
        assert_eq!(world.last_action().await.0, Action::TokenIssued);
    }
}

#[tokio::test]
async fn a_place_with_another_key_than_was_published_is_no_start() {
    let world = remote().await;
    let now = base::Clock::now(world.clock.as_ref());
    let signers = || {
        let sealing_key = Arc::new(SealingKey::new(&[9; 32]).unwrap());
        let places = Arc::clone(&world.places) as Arc<dyn secret_source::OpenSigner>;
        let store = Arc::clone(&world.store) as Arc<dyn store::Store>;
        Signers::new(store, sealing_key, places)
    };
    signers().open_all(now).await.unwrap();
    world.places.down.store(true, Ordering::SeqCst);
    signers().open_all(now).await.unwrap();
    world.places.down.store(false, Ordering::SeqCst);
    world.places.make("pkcs11:object=a");
    let fault = signers().open_all(now).await.unwrap_err();
    assert!(matches!(fault, SignerFault::OtherKey(_)), "{fault}");
}

#[tokio::test]
async fn another_sealing_key_is_no_start() {
    let world = world(Algorithm::Es256, "").await;
    let sealing_key = Arc::new(SealingKey::new(&[8; 32]).unwrap());
    let places = Arc::clone(&world.places) as Arc<dyn secret_source::OpenSigner>;
    let store = Arc::clone(&world.store) as Arc<dyn store::Store>;
    let signers = Signers::new(store, sealing_key, places);
    let now = base::Clock::now(world.clock.as_ref());
    // Also when the active key has ended and none signs.
    for now in [now, now.after(authority::signing_key::LIFETIME)] {
        let fault = signers.open_all(now).await.unwrap_err();
        assert!(matches!(fault, SignerFault::Sealed(_)), "{fault}");
    }
}
